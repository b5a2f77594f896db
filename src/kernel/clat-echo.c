/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP echo requests through a translator and on its link. */
#include "clat-echo.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clat-error.h"

/* RFC 1071, of an even number of octets. */
static guint16
get_checksum (const guint16 *words, gsize count)
{
  guint32 sum = 0;

  for (gsize i = 0; i < count; i++)
    sum += words[i];
  sum = (sum & 0xffff) + (sum >> 16);
  return ~(sum + (sum >> 16));
}

typedef union
{
  struct icmphdr header;
  guint16 words[sizeof (struct icmphdr) / sizeof (guint16)];
} Request;

/* Bound to the interface, so that no better default route of the host is used. */
static gboolean
send_from (int fd, const char *interface, struct in_addr source, struct in_addr target)
{
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = source};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = target};
  Request request = {
      .header = {.type = ICMP_ECHO,
                 .un.echo = {.id = g_random_int (), .sequence = htons (1)}},
  };

  request.header.checksum = get_checksum (request.words, G_N_ELEMENTS (request.words));
  return setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, interface, strlen (interface)) == 0
         && bind (fd, (const struct sockaddr *)&from, sizeof from) == 0
         && sendto (fd, &request, sizeof request, 0, (const struct sockaddr *)&to,
                    sizeof to)
                == sizeof request;
}

gboolean
clat_echo_send (const char *interface, struct in_addr source, struct in_addr target,
                GError **error)
{
  int fd = socket (AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
  gboolean sent = fd >= 0 && send_from (fd, interface, source, target);

  if (!sent)
    clat_error_set_errno (error, errno, "sending a ping");
  if (fd >= 0)
    close (fd);
  return sent;
}

/* The kernel computes the checksum. */
static gboolean
send_from_ipv6 (int fd, int ifindex, const struct in6_addr *source,
                const struct in6_addr *target)
{
  struct sockaddr_in6 from = {.sin6_family = AF_INET6, .sin6_addr = *source};
  struct sockaddr_in6 to = {
      .sin6_family = AF_INET6, .sin6_addr = *target, .sin6_scope_id = ifindex};
  struct icmp6_hdr request = {.icmp6_type = ICMP6_ECHO_REQUEST};

  request.icmp6_id = g_random_int ();
  return setsockopt (fd, IPPROTO_IPV6, IPV6_UNICAST_IF, &(int){htonl (ifindex)},
                     sizeof (int))
             == 0
         && bind (fd, (const struct sockaddr *)&from, sizeof from) == 0
         && sendto (fd, &request, sizeof request, 0, (const struct sockaddr *)&to,
                    sizeof to)
                == sizeof request;
}

gboolean
clat_echo_send_ipv6 (int ifindex, const struct in6_addr *source,
                     const struct in6_addr *target, GError **error)
{
  int fd = socket (AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6);
  gboolean sent = fd >= 0 && send_from_ipv6 (fd, ifindex, source, target);

  if (!sent)
    clat_error_set_errno (error, errno, "sending a ping");
  if (fd >= 0)
    close (fd);
  return sent;
}
