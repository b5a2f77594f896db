/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the network's resolvers answer. */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check-probe.h"

#define DNS_PORT    53
#define TIMEOUT_MS  2000
#define TRIES       2
#define MAX_SERVERS 8

/* AAAA ipv4only.arpa, recursion desired (RFC 1035, 4.1; RFC 7050). */
static const guint8 query[] = "\x46\x4c\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                              "\x08ipv4only\x04"
                              "arpa\x00\x00\x1c\x00\x01";

#define QUERY_LENGTH (sizeof query - 1)
#define HEADER       12

/* -1 for an address that is not IPv6. */
static int
connect_to (const char *address, const char *interface)
{
  struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons (DNS_PORT)};
  int fd;

  if (inet_pton (AF_INET6, address, &to.sin6_addr) != 1)
    return -1;
  if (IN6_IS_ADDR_LINKLOCAL (&to.sin6_addr))
    to.sin6_scope_id = if_nametoindex (interface);
  fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  /* Without permission, the routes of the host must do. */
  setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, interface, strlen (interface) + 1);
  if (connect (fd, (struct sockaddr *)&to, sizeof to) == 0)
    return fd;
  close (fd);
  return -1;
}

/* Any answer shows that it works, also an error. */
static gboolean
receive_answer (int fd)
{
  guint8 answer[512];
  ssize_t length = recv (fd, answer, sizeof answer, MSG_DONTWAIT);

  return length >= HEADER && memcmp (answer, query, 2) == 0 && answer[2] & 0x80;
}

/* Returns the number of answers, at most missing; answered sockets are not polled any
 * more. */
static guint
wait_for_answers (struct pollfd *sockets, guint n, guint missing)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_MS * 1000;
  guint n_answers = 0;
  int left;

  while (n_answers < missing && (left = (end - g_get_monotonic_time ()) / 1000) > 0
         && poll (sockets, n, left) > 0)
    for (guint i = 0; i < n; i++)
      if (sockets[i].revents != 0 && receive_answer (sockets[i].fd))
        {
          n_answers++;
          sockets[i].fd = -sockets[i].fd;
        }
  return n_answers;
}

void
check_probe_resolvers (CheckFacts *facts)
{
  struct pollfd sockets[MAX_SERVERS];
  guint n = 0;

  for (guint i = 0; i < facts->resolvers->len && n < MAX_SERVERS; i++)
    {
      int fd = connect_to (facts->resolvers->pdata[i], facts->interface);

      if (fd >= 0)
        sockets[n++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
  facts->n_resolvers_asked = n;
  for (guint try = 0; try < TRIES && facts->n_resolvers_answered < n; try++)
    {
      for (guint i = 0; i < n; i++)
        if (sockets[i].fd >= 0)
          send (sockets[i].fd, query, QUERY_LENGTH, MSG_DONTWAIT);
      facts->n_resolvers_answered +=
          wait_for_answers (sockets, n, n - facts->n_resolvers_answered);
    }
  for (guint i = 0; i < n; i++)
    close (ABS (sockets[i].fd));
}
