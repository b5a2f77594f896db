/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One query for the AAAA records of ipv4only.arpa to one DNS server through one
 * interface: a c-ares channel of its own, in GLib's main loop. A channel that is used
 * again would cache answers and avoid servers that failed; both are decided by
 * clat-dns-plan. */
#include "clat-dns-query.h"

#include <arpa/inet.h>
/* Newer versions deprecate these calls in favour of others that c-ares 1.18 of Debian 12
 * lacks. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <glib-unix.h>
#include <net/if.h>
#include <sys/socket.h>

#include "clat-dns64.h"

#define CLASS_IN  1
#define TYPE_AAAA 28

/* For one attempt; clat-dns-plan decides on the next one. */
#define TIMEOUT_MS 2000

struct _ClatDnsQuery
{
  ares_channel channel;
  GHashTable *watches; /* socket to source */
  int ifindex;
  ClatDnsQueryFunc function;
  gpointer data;

  GByteArray *answer; /* NULL: none yet */
  ClatDnsQueryOutcome outcome;
  gboolean is_over;

  guint timer; /* sources */
  guint notifying;
};

static void
remove_watch (gpointer source)
{
  g_source_remove (GPOINTER_TO_UINT (source));
}

static gboolean
report (gpointer data)
{
  ClatDnsQuery *self = data;
  g_autoptr (GByteArray) answer = g_steal_pointer (&self->answer);

  self->notifying = 0;
  self->function (self->outcome, answer == NULL ? NULL : answer->data,
                  answer == NULL ? 0 : answer->len, self->data);
  return G_SOURCE_REMOVE;
}

/* From the main loop: the channel must not be destroyed inside a callback of c-ares. */
static void
end (ClatDnsQuery *self)
{
  self->is_over = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->notifying == 0)
    self->notifying = g_idle_add_full (G_PRIORITY_DEFAULT, report, self, NULL);
}

static void
on_answer (void *data, int status, int timeouts, unsigned char *message, int length)
{
  ClatDnsQuery *self = data;

  if (self->is_over)
    return;

  /* NXDOMAIN and NODATA are answers, too. */
  if ((status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND)
      && message != NULL && length > 0)
    {
      self->answer = g_byte_array_append (g_byte_array_new (), message, length);
      self->outcome = CLAT_DNS_QUERY_ANSWERED;
    }
  else
    {
      g_debug ("DNS: %s", ares_strerror (status));
    }
  end (self);
}

static gboolean on_timer (gpointer data);

static void
set_timer (ClatDnsQuery *self)
{
  struct timeval left, *next;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->is_over)
    return;
  next = ares_timeout (self->channel, NULL, &left);
  if (next != NULL)
    self->timer =
        g_timeout_add (next->tv_sec * 1000 + next->tv_usec / 1000 + 1, on_timer, self);
}

static gboolean
on_timer (gpointer data)
{
  ClatDnsQuery *self = data;

  self->timer = 0;
  ares_process_fd (self->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  set_timer (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_socket (int fd, GIOCondition condition, gpointer data)
{
  ClatDnsQuery *self = data;

  /* Reading the socket reports its error. */
  ares_process_fd (self->channel, condition & ~G_IO_OUT ? fd : ARES_SOCKET_BAD,
                   condition & G_IO_OUT ? fd : ARES_SOCKET_BAD);
  set_timer (self);
  return G_SOURCE_CONTINUE;
}

static void
on_socket_state (void *data, ares_socket_t fd, int readable, int writable)
{
  GIOCondition condition = (readable ? G_IO_IN : 0) | (writable ? G_IO_OUT : 0);
  ClatDnsQuery *self = data;

  if (condition == 0)
    g_hash_table_remove (self->watches, GINT_TO_POINTER (fd));
  else
    g_hash_table_replace (
        self->watches, GINT_TO_POINTER (fd),
        GUINT_TO_POINTER (g_unix_fd_add (fd, condition, on_socket, self)));
}

/* RFC 8880, 7.1. By ifindex: the name may belong to another interface by now. */
static int
on_new_socket (ares_socket_t fd, int type, void *data)
{
  ClatDnsQuery *self = data;

  return setsockopt (fd, SOL_SOCKET, SO_BINDTOIFINDEX, &self->ifindex,
                     sizeof self->ifindex);
}

static int
open_channel (ClatDnsQuery *self)
{
  /* No configuration of the system's resolver: no hosts file, no search domains. */
  static char resolv_conf[] = "/dev/null";
  static char lookups[] = "b";
  struct ares_options options = {
      .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
      .timeout = TIMEOUT_MS,
      .tries = 1,
      .lookups = lookups,
      .resolvconf_path = resolv_conf,
      .sock_state_cb = on_socket_state,
      .sock_state_cb_data = self,
  };
  int status = ares_init_options (&self->channel, &options,
                                  ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
                                      | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF
                                      | ARES_OPT_SOCK_STATE_CB);

  if (status == ARES_SUCCESS)
    ares_set_socket_configure_callback (self->channel, on_new_socket, self);
  return status;
}

/* A link-local address needs a zone. Old versions of c-ares do not accept one; for the
 * kernel the binding of the socket is enough. */
static int
set_server (ClatDnsQuery *self, const char *server)
{
  char name[IF_NAMESIZE];
  struct in6_addr address;

  if (inet_pton (AF_INET6, server, &address) == 1 && IN6_IS_ADDR_LINKLOCAL (&address)
      && if_indextoname (self->ifindex, name) != NULL)
    {
      g_autofree char *scoped = g_strdup_printf ("%s%%%s", server, name);

      if (ares_set_servers_csv (self->channel, scoped) == ARES_SUCCESS)
        return ARES_SUCCESS;
    }
  return ares_set_servers_csv (self->channel, server);
}

ClatDnsQuery *
clat_dns_query_new (const char *server, int ifindex, ClatDnsQueryFunc function,
                    gpointer data)
{
  ClatDnsQuery *self = g_new0 (ClatDnsQuery, 1);
  int status;

  self->watches = g_hash_table_new_full (NULL, NULL, NULL, remove_watch);
  self->ifindex = ifindex;
  self->function = function;
  self->data = data;
  self->outcome = CLAT_DNS_QUERY_UNANSWERED;

  status = open_channel (self);
  if (status == ARES_SUCCESS)
    status = set_server (self, server);
  if (status != ARES_SUCCESS)
    {
      g_debug ("DNS server %s: %s", server, ares_strerror (status));
      end (self);
      return self;
    }

  ares_query (self->channel, CLAT_DNS64_NAME, CLASS_IN, TYPE_AAAA, on_answer, self);
  /* Nothing can have been received yet: connecting the socket failed. */
  if (self->is_over)
    self->outcome = CLAT_DNS_QUERY_UNSENT;
  set_timer (self);
  return self;
}

void
clat_dns_query_free (ClatDnsQuery *self)
{
  /* ares_destroy calls on_answer for a query under way. */
  self->is_over = TRUE;
  if (self->channel != NULL)
    ares_destroy (self->channel);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->notifying, g_source_remove);
  g_hash_table_unref (self->watches);
  g_clear_pointer (&self->answer, g_byte_array_unref);
  g_free (self);
}
