/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a target in the IPv4 Internet answers through the translator. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check-probe.h"

#define TRIES        3
#define PING_MS      1000
#define TCP_MS       3000
#define TOKEN_LENGTH 8
#define MAX_PACKET   65535
#define IP_HEADER    20
#define ICMP_HEADER  8

typedef struct
{
  int fd;
  gboolean is_raw;
  guint8 token[TOKEN_LENGTH]; /* begins the payload: the answer has it, too */
} Pinger;

static int
open_icmp (gboolean *is_raw)
{
  /* The first one needs no privileges where net.ipv4.ping_group_range allows it. */
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);

  *is_raw = fd < 0;
  return fd >= 0 ? fd : socket (AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
}

static gboolean
connect_between (int fd, const char *from, const char *to, guint port)
{
  struct sockaddr_in source = {.sin_family = AF_INET};
  struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons (port)};

  return inet_pton (AF_INET, from, &source.sin_addr) == 1
         && inet_pton (AF_INET, to, &target.sin_addr) == 1
         && bind (fd, (struct sockaddr *)&source, sizeof source) == 0
         && connect (fd, (struct sockaddr *)&target, sizeof target) == 0;
}

static guint16
checksum (const guint8 *bytes, gsize length)
{
  guint32 sum = 0;

  for (gsize i = 0; i + 1 < length; i += 2)
    sum += (guint32)bytes[i] << 8 | bytes[i + 1];
  if (length % 2 != 0)
    sum += (guint32)bytes[length - 1] << 8;
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return htons (~sum & 0xffff);
}

/* size: of the IPv4 packet. FALSE: errno is EMSGSIZE if it is too big. */
static gboolean
send_echo (Pinger *self, guint size)
{
  gsize length = size - IP_HEADER;
  g_autofree guint8 *message = g_malloc0 (length);
  struct icmphdr header = {.type = ICMP_ECHO, .un.echo.id = htons (getpid () & 0xffff)};

  memcpy (message + ICMP_HEADER, self->token, TOKEN_LENGTH);
  memcpy (message, &header, sizeof header);
  header.checksum = checksum (message, length);
  memcpy (message, &header, sizeof header);
  return send (self->fd, message, length, MSG_DONTWAIT) == (ssize_t)length;
}

static gboolean
is_answer (const Pinger *self, const guint8 *bytes, gsize length)
{
  gsize skip = self->is_raw ? (bytes[0] & 0xf) * 4 : 0;

  return length >= skip + ICMP_HEADER + TOKEN_LENGTH && bytes[skip] == ICMP_ECHOREPLY
         && memcmp (bytes + skip + ICMP_HEADER, self->token, TOKEN_LENGTH) == 0;
}

static gboolean
wait_for_echo (Pinger *self)
{
  g_autofree guint8 *bytes = g_malloc (MAX_PACKET);
  gint64 end = g_get_monotonic_time () + PING_MS * 1000;
  struct pollfd ready = {.fd = self->fd, .events = POLLIN};
  int left;

  while ((left = (end - g_get_monotonic_time ()) / 1000) > 0
         && poll (&ready, 1, left) > 0)
    {
      ssize_t length = recv (self->fd, bytes, MAX_PACKET, MSG_DONTWAIT);

      if (length > 0 && is_answer (self, bytes, length))
        return TRUE;
      /* The path is smaller: to be sent again with what it lets pass. */
      if (length < 0 && errno == EMSGSIZE)
        return FALSE;
    }
  return FALSE;
}

static gboolean
ping (Pinger *self, guint size)
{
  for (guint i = 0; i < TRIES; i++)
    if (send_echo (self, size) && wait_for_echo (self))
      return TRUE;
  return FALSE;
}

/* What routers have reported; 0: nothing. */
static guint
get_path_mtu (int fd)
{
  int mtu = 0;
  socklen_t length = sizeof mtu;

  return getsockopt (fd, IPPROTO_IP, IP_MTU, &mtu, &length) == 0 ? mtu : 0;
}

static void
ping_full (Pinger *self, CheckFacts *facts)
{
  int discover = IP_PMTUDISC_DO;

  setsockopt (self->fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof discover);
  facts->target_pings_full = CHECK_NO;
  for (guint i = 0; i < TRIES && facts->target_pings_full == CHECK_NO; i++)
    {
      guint known = get_path_mtu (self->fd);

      facts->path_mtu = known != 0 ? MIN (known, facts->mtu) : facts->mtu;
      if (send_echo (self, facts->path_mtu) && wait_for_echo (self))
        facts->target_pings_full = CHECK_YES;
    }
}

static void
probe_ping (CheckFacts *facts)
{
  Pinger self = {0};

  for (guint i = 0; i < TOKEN_LENGTH; i++)
    self.token[i] = g_random_int ();
  self.fd = open_icmp (&self.is_raw);
  if (self.fd < 0)
    return;
  facts->target_pings = CHECK_NO;
  if (connect_between (self.fd, facts->ipv4_address, facts->target, 0)
      && ping (&self, IP_HEADER + ICMP_HEADER + TOKEN_LENGTH))
    {
      facts->target_pings = CHECK_YES;
      ping_full (&self, facts);
    }
  close (self.fd);
}

/* A refusal is an answer, too, unless a router sent it. */
static gboolean
is_answered (int fd)
{
  struct pollfd ready = {.fd = fd, .events = POLLOUT};
  int result = 0;
  socklen_t length = sizeof result;

  return poll (&ready, 1, TCP_MS) > 0
         && getsockopt (fd, SOL_SOCKET, SO_ERROR, &result, &length) == 0
         && (result == 0 || result == ECONNREFUSED);
}

static void
probe_tcp (CheckFacts *facts)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd < 0)
    return;
  facts->target_accepts = CHECK_NO;
  if ((connect_between (fd, facts->ipv4_address, facts->target, facts->target_port)
       || errno == EINPROGRESS)
      && is_answered (fd))
    facts->target_accepts = CHECK_YES;
  close (fd);
}

void
check_probe_target (CheckFacts *facts)
{
  if (facts->target == NULL || !check_facts_has_translator (facts)
      || *facts->ipv4_address == '\0' || facts->mtu == 0)
    return;
  probe_ping (facts);
  probe_tcp (facts);
}
