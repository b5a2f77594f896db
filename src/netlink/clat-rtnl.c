/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An rtnetlink socket (libmnl) of the namespace in which it was opened. */
#include "clat-rtnl.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/netlink.h>
#include <string.h>

#define RECEIVE_SIZE 65536

/* The kernel answers a request before it returns from it; whoever waits longer waits for
 * nothing. */
#define ANSWER_SECONDS 5

/* Enough for the bursts that a machine with many interfaces makes. */
#define MONITOR_BUFFER (1024 * 1024)

struct _ClatRtnl
{
  struct mnl_socket *socket;
  guint port;
  guint sequence;
  char *buffer;
};

struct _ClatRtnlMonitor
{
  struct mnl_socket *socket;
  guint source;
  ClatRtnlFunc function;
  gpointer data;
  char *buffer;
};

static struct mnl_socket *
open_socket (GError **error)
{
  struct mnl_socket *socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC);
  struct timeval limit = {.tv_sec = ANSWER_SECONDS};
  int one = 1;

  if (socket == NULL || mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) < 0)
    {
      clat_error_set_errno (error, errno, "rtnetlink socket");
      if (socket != NULL)
        mnl_socket_close (socket);
      return NULL;
    }

  /* Both make answers better and are not needed for them. */
  mnl_socket_setsockopt (socket, NETLINK_EXT_ACK, &one, sizeof one);
  mnl_socket_setsockopt (socket, NETLINK_GET_STRICT_CHK, &one, sizeof one);
  setsockopt (mnl_socket_get_fd (socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return socket;
}

ClatRtnl *
clat_rtnl_new (GError **error)
{
  struct mnl_socket *socket = open_socket (error);
  ClatRtnl *self;

  if (socket == NULL)
    return NULL;

  self = g_new0 (ClatRtnl, 1);
  self->socket = socket;
  self->port = mnl_socket_get_portid (socket);
  self->buffer = g_malloc (RECEIVE_SIZE);
  return self;
}

void
clat_rtnl_free (ClatRtnl *self)
{
  mnl_socket_close (self->socket);
  g_free (self->buffer);
  g_free (self);
}

void *
clat_rtnl_begin (ClatRtnlRequest *request, guint16 type, guint16 flags, gsize size)
{
  memset (request, 0, sizeof *request);
  mnl_nlmsg_put_header (request);
  request->header.nlmsg_type = type;
  request->header.nlmsg_flags = NLM_F_REQUEST | flags;
  return mnl_nlmsg_put_extra_header (&request->header, size);
}

/* The sentence that newer kernels add to a refusal. */
static const char *
find_explanation (const struct nlmsghdr *message)
{
  const struct nlmsgerr *refusal = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  gsize offset = sizeof *refusal;

  if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
    return NULL;
  if (!(message->nlmsg_flags & NLM_F_CAPPED))
    offset += mnl_nlmsg_get_payload_len (&refusal->msg);
  if (offset > mnl_nlmsg_get_payload_len (message))
    return NULL;

  mnl_attr_for_each (attribute, message, offset)
    if (mnl_attr_get_type (attribute) == NLMSGERR_ATTR_MSG
        && mnl_attr_validate (attribute, MNL_TYPE_NUL_STRING) == 0)
      return mnl_attr_get_str (attribute);
  return NULL;
}

/* TRUE: the conversation is over; error says how if it is set. */
static gboolean
handle_answer (const struct nlmsghdr *message, ClatRtnlFunc function, gpointer data,
               GError **error)
{
  const struct nlmsgerr *result;

  switch (message->nlmsg_type)
    {
    case NLMSG_ERROR:
    case NLMSG_DONE:
      if (mnl_nlmsg_get_payload_len (message) < sizeof (int))
        return TRUE;
      /* Both begin with a negative errno. */
      result = mnl_nlmsg_get_payload (message);
      if (result->error != 0)
        clat_error_set_errno (
            error, -result->error,
            message->nlmsg_type == NLMSG_ERROR ? find_explanation (message) : NULL);
      return TRUE;
    case NLMSG_NOOP:
      return FALSE;
    default:
      if (function != NULL)
        function (message, data);
      return FALSE;
    }
}

/* One datagram; TRUE when the conversation is over. */
static gboolean
receive (ClatRtnl *self, guint sequence, ClatRtnlFunc function, gpointer data,
         GError **error)
{
  ssize_t received = mnl_socket_recvfrom (self->socket, self->buffer, RECEIVE_SIZE);
  const struct nlmsghdr *message = (const struct nlmsghdr *)self->buffer;
  int length = received;

  if (received < 0)
    {
      int number = errno;

      clat_error_set_errno (error, number, "answer of rtnetlink");
      return number != EINTR;
    }

  for (; mnl_nlmsg_ok (message, length); message = mnl_nlmsg_next (message, &length))
    if (message->nlmsg_seq == sequence && handle_answer (message, function, data, error))
      return TRUE;
  return FALSE;
}

gboolean
clat_rtnl_ask (ClatRtnl *self, ClatRtnlRequest *request, ClatRtnlFunc function,
               gpointer data, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  request->header.nlmsg_flags |= NLM_F_ACK;
  request->header.nlmsg_seq = ++self->sequence;
  if (mnl_socket_sendto (self->socket, request, request->header.nlmsg_len) < 0)
    {
      clat_error_set_errno (error, errno, "request to rtnetlink");
      return FALSE;
    }

  while (!receive (self, self->sequence, function, data, &local_error))
    g_clear_error (&local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

gboolean
clat_rtnl_talk (ClatRtnl *self, ClatRtnlRequest *request, GError **error)
{
  return clat_rtnl_ask (self, request, NULL, NULL, error);
}

gboolean
clat_rtnl_talk_unless (ClatRtnl *self, ClatRtnlRequest *request, ClatError harmless,
                       GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_rtnl_talk (self, request, &local_error)
      || g_error_matches (local_error, CLAT_ERROR, harmless))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

void
clat_rtnl_read_ipv6 (const struct nlattr *attribute, struct in6_addr *address)
{
  if (mnl_attr_get_payload_len (attribute) == sizeof *address)
    memcpy (address, mnl_attr_get_payload (attribute), sizeof *address);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  ClatRtnlMonitor *self = data;
  const struct nlmsghdr *message = (const struct nlmsghdr *)self->buffer;
  ssize_t received = recv (fd, self->buffer, RECEIVE_SIZE, MSG_DONTWAIT | MSG_TRUNC);
  int length = received;

  if (received < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  if (received < 0 || received > RECEIVE_SIZE)
    {
      self->function (NULL, self->data);
      return G_SOURCE_CONTINUE;
    }

  for (; mnl_nlmsg_ok (message, length); message = mnl_nlmsg_next (message, &length))
    if (message->nlmsg_type >= NLMSG_MIN_TYPE)
      self->function (message, self->data);
  return G_SOURCE_CONTINUE;
}

ClatRtnlMonitor *
clat_rtnl_monitor_new (const guint *groups, ClatRtnlFunc function, gpointer data,
                       GError **error)
{
  struct mnl_socket *socket = open_socket (error);
  int size = MONITOR_BUFFER;
  ClatRtnlMonitor *self;

  if (socket == NULL)
    return NULL;

  self = g_new0 (ClatRtnlMonitor, 1);
  self->socket = socket;
  self->function = function;
  self->data = data;
  self->buffer = g_malloc (RECEIVE_SIZE);
  setsockopt (mnl_socket_get_fd (socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);

  for (guint i = 0; groups[i] != 0; i++)
    {
      int group = groups[i];

      if (mnl_socket_setsockopt (socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof group)
          < 0)
        {
          clat_error_set_errno (error, errno, "notifications of rtnetlink");
          clat_rtnl_monitor_free (self);
          return NULL;
        }
    }

  self->source = g_unix_fd_add (mnl_socket_get_fd (socket), G_IO_IN, on_readable, self);
  return self;
}

void
clat_rtnl_monitor_free (ClatRtnlMonitor *self)
{
  if (self->source != 0)
    g_source_remove (self->source);
  mnl_socket_close (self->socket);
  g_free (self->buffer);
  g_free (self);
}
