/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A DNS server on 127.0.0.1 that answers queries for the AAAA records of ipv4only.arpa.
 */
#include "fake-dns-server.h"

#include <arpa/inet.h>
#include <glib-unix.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DNS_PORT      53
#define HEADER_LENGTH 12
#define TYPE_SOA      6
#define TYPE_AAAA     28
#define CLASS_IN      1

/* A pointer to the name of the question (RFC 1035, 4.1.4). */
#define NAME_OF_QUESTION 0xc00c

gboolean
fake_dns_enter_namespace (void)
{
  struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  int fd;

  if (unshare (CLONE_NEWNET) < 0)
    return FALSE;

  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (ioctl (fd, SIOCSIFFLAGS, &loopback), ==, 0);
  close (fd);
  return TRUE;
}

static void
put16 (GByteArray *message, guint16 value)
{
  guint16 big = htons (value);

  g_byte_array_append (message, (const guint8 *)&big, sizeof big);
}

static void
put32 (GByteArray *message, guint32 value)
{
  guint32 big = htonl (value);

  g_byte_array_append (message, (const guint8 *)&big, sizeof big);
}

static void
begin_record (GByteArray *message, guint16 type, guint32 ttl, guint16 length)
{
  put16 (message, NAME_OF_QUESTION);
  put16 (message, type);
  put16 (message, CLASS_IN);
  put32 (message, ttl);
  put16 (message, length);
}

static void
put_aaaa (GByteArray *message, const FakeDnsServer *self, guint8 last)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, self->prefix, &address), ==, 1);
  memcpy (&address.s6_addr[12], (guint8[]){192, 0, 0, last}, 4);
  begin_record (message, TYPE_AAAA, self->ttl, sizeof address);
  g_byte_array_append (message, address.s6_addr, sizeof address);
}

/* RFC 2308, 2.2: the TTL of a negative answer is the minimum of the SOA record. */
static void
put_soa (GByteArray *message, const FakeDnsServer *self)
{
  begin_record (message, TYPE_SOA, self->ttl, 2 + 5 * sizeof (guint32));
  g_byte_array_append (message, (const guint8[]){0, 0}, 2); /* both names: the root */
  for (guint i = 0; i < 4; i++)
    put32 (message, 1);
  put32 (message, self->ttl);
}

/* The question ends before the first record that the query adds (RFC 6891). */
static gsize
find_end_of_question (const guint8 *query, gsize length)
{
  gsize end = HEADER_LENGTH;

  while (end < length && query[end] != 0)
    end += query[end] + 1;
  return end + 5; /* the root label, type and class */
}

static GByteArray *
make_answer (const FakeDnsServer *self, const guint8 *query, gsize length)
{
  GByteArray *message = g_byte_array_new ();
  gboolean found = self->prefix != NULL;

  g_byte_array_append (message, query, 2); /* the identifier */
  put16 (message, 0x8180);                 /* an answer, recursion available */
  put16 (message, 1);
  put16 (message, found ? 2 : 0);
  put16 (message, found ? 0 : 1);
  put16 (message, 0);
  g_byte_array_append (message, query + HEADER_LENGTH,
                       find_end_of_question (query, length) - HEADER_LENGTH);
  if (!found)
    put_soa (message, self);
  for (guint8 last = 170; found && last <= 171; last++)
    put_aaaa (message, self, last);
  return message;
}

static gboolean
on_query (int fd, GIOCondition condition, gpointer data)
{
  FakeDnsServer *self = data;
  struct sockaddr_in client;
  socklen_t size = sizeof client;
  guint8 query[512];
  gssize length =
      recvfrom (fd, query, sizeof query, 0, (struct sockaddr *)&client, &size);
  g_autoptr (GByteArray) answer = NULL;

  g_assert_cmpint (length, >, HEADER_LENGTH);
  self->n_queries++;
  answer = make_answer (self, query, length);
  g_assert_cmpint (
      sendto (fd, answer->data, answer->len, 0, (struct sockaddr *)&client, size), ==,
      answer->len);
  return G_SOURCE_CONTINUE;
}

void
fake_dns_server_start (FakeDnsServer *self)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons (DNS_PORT)};

  self->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  address.sin_addr.s_addr = inet_addr (FAKE_DNS_ADDRESS);
  g_assert_cmpint (bind (self->fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  self->source = g_unix_fd_add (self->fd, G_IO_IN, on_query, self);
}

void
fake_dns_server_stop (FakeDnsServer *self)
{
  g_source_remove (self->source);
  close (self->fd);
}
