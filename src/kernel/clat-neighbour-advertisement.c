/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unsolicited neighbour advertisements of an address (RFC 4861, 7.2.6; RFC 9131). */
#include "clat-neighbour-advertisement.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clat-error.h"

/* RFC 4861, 4.4: receivers check it. */
#define HOP_LIMIT 255

/* The last octet of ff02::1 and ff02::2. */
#define ALL_NODES   1
#define ALL_ROUTERS 2

/* In units of 8 octets. */
#define LINK_ADDRESS_LENGTH 1

/* RFC 4861, 4.4 and 4.6.1. */
struct advertisement
{
  struct nd_neighbor_advert header;
  struct nd_opt_hdr option;
  guint8 mac[CLAT_MAC_LENGTH];
};

G_STATIC_ASSERT (sizeof (struct advertisement) == 32);

/* A descriptor; the kernel computes the checksum. */
static int
open_socket (const ClatLink *link, const struct in6_addr *source)
{
  const struct sockaddr_in6 address = {
      .sin6_family = AF_INET6,
      .sin6_addr = *source,
      .sin6_scope_id = (guint32)link->ifindex,
  };
  const int hops = HOP_LIMIT;
  int fd = socket (AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6);

  if (fd >= 0
      && (setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops) < 0
          || setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &link->ifindex,
                         sizeof link->ifindex)
                 < 0
          || bind (fd, (const struct sockaddr *)&address, sizeof address) < 0))
    {
      int number = errno;

      close (fd);
      errno = number;
      return -1;
    }
  return fd;
}

gboolean
clat_neighbour_advertisement_send (const ClatLink *link, const struct in6_addr *address,
                                   gboolean overrides, GError **error)
{
  const guint8 group = overrides ? ALL_NODES : ALL_ROUTERS;
  const struct sockaddr_in6 receivers = {
      .sin6_family = AF_INET6,
      .sin6_addr = {.s6_addr = {0xff, 0x02, [15] = group}},
      .sin6_scope_id = (guint32)link->ifindex,
  };
  struct advertisement message = {
      .header = {.nd_na_type = ND_NEIGHBOR_ADVERT,
                 .nd_na_flags_reserved = overrides ? ND_NA_FLAG_OVERRIDE : 0,
                 .nd_na_target = *address},
      .option = {ND_OPT_TARGET_LINKADDR, LINK_ADDRESS_LENGTH},
  };
  int fd = open_socket (link, address);
  gboolean sent;

  memcpy (message.mac, link->mac, sizeof message.mac);
  sent = fd >= 0
         && sendto (fd, &message, sizeof message, 0, (const struct sockaddr *)&receivers,
                    sizeof receivers)
                == sizeof message;
  if (!sent)
    clat_error_set_errno (error, errno, "sending a neighbour advertisement");
  if (fd >= 0)
    close (fd);
  return sent;
}
