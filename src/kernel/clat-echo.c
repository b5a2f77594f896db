/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP echo requests through a translator. */
#include "clat-echo.h"

#include <errno.h>
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

/* Bound to the interface, so that no better default route of the host is used. */
static gboolean
send_from (int fd, const char *interface, struct in_addr source, struct in_addr target)
{
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = source};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = target};
  struct icmphdr request = {
      .type = ICMP_ECHO,
      .un.echo = {.id = g_random_int (), .sequence = htons (1)},
  };

  request.checksum =
      get_checksum ((const guint16 *)&request, sizeof request / sizeof (guint16));
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

  if (fd < 0 || !send_from (fd, interface, source, target))
    {
      clat_error_set_errno (error, errno, "sending a ping");
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  close (fd);
  return TRUE;
}
