/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An rtnetlink socket (libmnl) of the namespace in which it was opened. */
#include "clat-rtnl.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/netlink.h>
#include <string.h>

#include "clat-rtnl-answer.h"

#define RECEIVE_SIZE 65536

/* The kernel answers before the request's system call returns: no answer comes after a
 * longer wait. */
#define ANSWER_SECONDS 5

/* How often a dump is read until one is not interrupted by a change (NLM_F_DUMP_INTR). */
#define MAX_DUMPS 16

/* Enough for the bursts of notifications on a machine with many interfaces. */
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

  /* Explanations of errors, and filtered dumps: older kernels lack them. */
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

/* One datagram; TRUE when the answer is complete. */
static gboolean
receive (ClatRtnl *self, ClatRtnlAnswer *answer, GError **error)
{
  ssize_t received = mnl_socket_recvfrom (self->socket, self->buffer, RECEIVE_SIZE);

  if (received < 0)
    {
      int number = errno;

      clat_error_set_errno (error, number, "answer of rtnetlink");
      return number != EINTR;
    }
  return clat_rtnl_answer_add (answer, self->buffer, received, error);
}

static gboolean
exchange (ClatRtnl *self, ClatRtnlRequest *request, ClatRtnlAnswer *answer,
          GError **error)
{
  g_autoptr (GError) local_error = NULL;

  clat_rtnl_answer_begin (answer, ++self->sequence);
  request->header.nlmsg_flags |= NLM_F_ACK;
  request->header.nlmsg_seq = self->sequence;
  if (mnl_socket_sendto (self->socket, request, request->header.nlmsg_len) < 0)
    {
      clat_error_set_errno (error, errno, "request to rtnetlink");
      return FALSE;
    }

  while (!receive (self, answer, &local_error))
    g_clear_error (&local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

gboolean
clat_rtnl_ask_for (ClatRtnl *self, ClatRtnlRequest *request, ClatRtnlFilter filter,
                   ClatRtnlFunc function, gpointer data, GError **error)
{
  g_auto (ClatRtnlAnswer) answer = {.filter = filter};

  for (guint i = 0; i < MAX_DUMPS; i++)
    {
      if (!exchange (self, request, &answer, error))
        return FALSE;
      if (!answer.is_interrupted)
        {
          clat_rtnl_answer_deliver (&answer, function, data);
          return TRUE;
        }
    }

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_BUSY,
               "interrupted by changes each of the %d times it was listed", MAX_DUMPS);
  return FALSE;
}

gboolean
clat_rtnl_ask (ClatRtnl *self, ClatRtnlRequest *request, ClatRtnlFunc function,
               gpointer data, GError **error)
{
  return clat_rtnl_ask_for (self, request, NULL, function, data, error);
}

static void
ignore_message (const struct nlmsghdr *message, gpointer data)
{
}

gboolean
clat_rtnl_talk (ClatRtnl *self, ClatRtnlRequest *request, GError **error)
{
  return clat_rtnl_ask (self, request, ignore_message, NULL, error);
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
