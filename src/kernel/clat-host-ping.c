/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings of a router from an address of the host. */
#include "clat-host-ping.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clat-error.h"

struct _ClatHostPing
{
  int fd;
  int ifindex;
  struct in6_addr source;
  struct in6_addr router;
  guint16 id;
};

/* Of all that the host receives, the socket gets only echo replies of the router to the
 * source. */
static gboolean
prepare (const ClatHostPing *self)
{
  struct sockaddr_in6 from = {.sin6_family = AF_INET6, .sin6_addr = self->source};
  struct sockaddr_in6 to = {
      .sin6_family = AF_INET6, .sin6_addr = self->router, .sin6_scope_id = self->ifindex};
  struct icmp6_filter filter;

  ICMP6_FILTER_SETBLOCKALL (&filter);
  ICMP6_FILTER_SETPASS (ICMP6_ECHO_REPLY, &filter);
  return setsockopt (self->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter) == 0
         && setsockopt (self->fd, SOL_SOCKET, SO_BINDTOIFINDEX, &self->ifindex,
                        sizeof self->ifindex)
                == 0
         && bind (self->fd, (const struct sockaddr *)&from, sizeof from) == 0
         && connect (self->fd, (const struct sockaddr *)&to, sizeof to) == 0;
}

ClatHostPing *
clat_host_ping_new (int ifindex, const struct in6_addr *source,
                    const struct in6_addr *router, GError **error)
{
  g_autoptr (ClatHostPing) self = g_new0 (ClatHostPing, 1);

  self->fd = socket (AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6);
  self->ifindex = ifindex;
  self->source = *source;
  self->router = *router;
  self->id = g_random_int ();
  if (self->fd >= 0 && prepare (self))
    return g_steal_pointer (&self);
  clat_error_set_errno (error, errno, "preparing pings of the router");
  return NULL;
}

void
clat_host_ping_free (ClatHostPing *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

gboolean
clat_host_ping_is_for (const ClatHostPing *self, int ifindex,
                       const struct in6_addr *source, const struct in6_addr *router)
{
  return self->ifindex == ifindex && IN6_ARE_ADDR_EQUAL (&self->source, source)
         && IN6_ARE_ADDR_EQUAL (&self->router, router);
}

/* The kernel computes the checksum. */
gboolean
clat_host_ping_send (ClatHostPing *self, GError **error)
{
  struct icmp6_hdr request = {.icmp6_type = ICMP6_ECHO_REQUEST};

  request.icmp6_id = self->id;
  if (send (self->fd, &request, sizeof request, 0) == sizeof request)
    return TRUE;
  clat_error_set_errno (error, errno, "pinging the router");
  return FALSE;
}

guint
clat_host_ping_count_answers (ClatHostPing *self)
{
  struct icmp6_hdr reply;
  guint count = 0;
  ssize_t length;

  while ((length = recv (self->fd, &reply, sizeof reply, 0)) >= 0)
    count += length == sizeof reply && reply.icmp6_id == self->id;
  return count;
}
