/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the DHCPv4 servers of a link whether the network is IPv6-mostly. */
#include "clat-dhcp4-client.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/filter.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netpacket/packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clat-error.h"

/* A server checks that an address is free before it offers it, which takes a second or
 * more. */
#define ANSWER_SECONDS 8

/* More than any OFFER; the rest of a longer packet is not read. */
#define LARGEST_PACKET 2048

/* A query is given up when so many packets to the DHCPv4 client port have arrived that
 * are no answer to it. */
#define MAX_PACKETS 100

struct _ClatDhcp4Client
{
  GHashTable *queries; /* by ifindex */
  ClatDhcp4ClientFunc function;
  gpointer data;
};

/* What has been asked on one link. */
typedef struct
{
  ClatDhcp4Client *client; /* lent */
  int ifindex;
  ClatDhcp4Query query;
  gint64 began; /* monotonic time */
  int fd;
  guint n_packets;
  guint reading; /* sources */
  guint ending;
} Query;

static void
query_free (gpointer data)
{
  Query *self = data;

  g_clear_handle_id (&self->reading, g_source_remove);
  g_clear_handle_id (&self->ending, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

static gboolean
on_end (gpointer data)
{
  Query *self = data;

  self->ending = 0;
  g_hash_table_remove (self->client->queries, GINT_TO_POINTER (self->ifindex));
  return G_SOURCE_REMOVE;
}

/* Ends the query. */
static void
answer (Query *self, const ClatDhcp4Offer *offer)
{
  ClatDhcp4Client *client = self->client;
  ClatDhcp4Answer answer = {self->ifindex, *offer};

  g_hash_table_remove (client->queries, GINT_TO_POINTER (self->ifindex));
  client->function (&answer, client->data);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  Query *self = data;
  guint8 packet[LARGEST_PACKET];
  ssize_t length = recv (fd, packet, sizeof packet, MSG_DONTWAIT);
  ClatDhcp4Offer offer;

  if (length >= 0 && clat_dhcp4_parse_offer (&self->query, packet, length, &offer))
    {
      self->reading = 0;
      answer (self, &offer);
      return G_SOURCE_REMOVE;
    }
  if (++self->n_packets < MAX_PACKETS
      && (length >= 0 || errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  self->reading = 0;
  return G_SOURCE_REMOVE;
}

/* Only UDP to the client port, not a later fragment, wakes the service. The offsets are
 * those of the IPv4 header: the socket is SOCK_DGRAM. */
static gboolean
set_filter (int fd)
{
  static struct sock_filter filter[] = {
      BPF_STMT (BPF_LD | BPF_B | BPF_ABS, 9),
      BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
      BPF_STMT (BPF_LD | BPF_H | BPF_ABS, 6),
      BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 4, 0),
      BPF_STMT (BPF_LDX | BPF_B | BPF_MSH, 0),
      BPF_STMT (BPF_LD | BPF_H | BPF_IND, 2),
      BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, CLAT_DHCP4_CLIENT_PORT, 0, 1),
      BPF_STMT (BPF_RET | BPF_K, LARGEST_PACKET),
      BPF_STMT (BPF_RET | BPF_K, 0),
  };
  static const struct sock_fprog program = {G_N_ELEMENTS (filter), filter};

  return setsockopt (fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

/* The socket receives nothing before it is bound, and has its filter by then. */
static gboolean
open_socket (Query *self, GError **error)
{
  struct sockaddr_ll link = {
      .sll_family = AF_PACKET,
      .sll_protocol = htons (ETH_P_IP),
      .sll_ifindex = self->ifindex,
  };
  socklen_t length = sizeof link;

  self->fd = socket (AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (self->fd < 0 || !set_filter (self->fd)
      || bind (self->fd, (struct sockaddr *)&link, sizeof link) < 0
      || getsockname (self->fd, (struct sockaddr *)&link, &length) < 0)
    {
      clat_error_set_errno (error, errno, "socket for DHCPv4");
      return FALSE;
    }
  if (link.sll_hatype != ARPHRD_ETHER || link.sll_halen != CLAT_DHCP4_MAC_LENGTH)
    {
      clat_error_set_errno (error, EOPNOTSUPP, "DHCPv4 on a link without MAC addresses");
      return FALSE;
    }

  memcpy (self->query.mac, link.sll_addr, CLAT_DHCP4_MAC_LENGTH);
  return TRUE;
}

static Query *
begin (ClatDhcp4Client *client, int ifindex, GError **error)
{
  Query *self = g_new0 (Query, 1);

  self->client = client;
  self->ifindex = ifindex;
  self->query.xid = g_random_int ();
  self->began = g_get_monotonic_time ();
  if (!open_socket (self, error))
    {
      query_free (self);
      return NULL;
    }

  self->reading = g_unix_fd_add (self->fd, G_IO_IN, on_readable, self);
  g_hash_table_insert (client->queries, GINT_TO_POINTER (ifindex), self);
  return self;
}

static gboolean
send_discover (Query *self, GError **error)
{
  guint8 packet[CLAT_DHCP4_DISCOVER_MAX];
  gint64 elapsed = (g_get_monotonic_time () - self->began) / G_USEC_PER_SEC;
  gsize length =
      clat_dhcp4_write_discover (&self->query, MIN (elapsed, G_MAXUINT16), packet);
  struct sockaddr_ll everybody = {
      .sll_family = AF_PACKET,
      .sll_protocol = htons (ETH_P_IP),
      .sll_ifindex = self->ifindex,
      .sll_halen = CLAT_DHCP4_MAC_LENGTH,
      .sll_addr = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
  };

  if (sendto (self->fd, packet, length, 0, (struct sockaddr *)&everybody,
              sizeof everybody)
      < 0)
    {
      clat_error_set_errno (error, errno, "DHCPDISCOVER");
      return FALSE;
    }
  return TRUE;
}

gboolean
clat_dhcp4_client_discover (ClatDhcp4Client *self, int ifindex, GError **error)
{
  Query *query = g_hash_table_lookup (self->queries, GINT_TO_POINTER (ifindex));

  if (query == NULL)
    query = begin (self, ifindex, error);
  if (query == NULL)
    return FALSE;

  g_clear_handle_id (&query->ending, g_source_remove);
  query->ending = g_timeout_add_seconds (ANSWER_SECONDS, on_end, query);
  return send_discover (query, error);
}

ClatDhcp4Client *
clat_dhcp4_client_new (ClatDhcp4ClientFunc function, gpointer data)
{
  ClatDhcp4Client *self = g_new0 (ClatDhcp4Client, 1);

  self->queries = g_hash_table_new_full (NULL, NULL, NULL, query_free);
  self->function = function;
  self->data = data;
  return self;
}

void
clat_dhcp4_client_free (ClatDhcp4Client *self)
{
  g_hash_table_unref (self->queries);
  g_free (self);
}
