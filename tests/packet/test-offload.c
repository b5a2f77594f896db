/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets with checksum and segmentation offload: the test does what the device would do
 * with the results, and checks that. */
#include <glib.h>
#include <string.h>

#include <arpa/inet.h>

#include "packet-check.h"
#include "xlat.h"

#define TCP        6
#define UDP        17
#define TCP_HEADER 20
#define UDP_HEADER 8

typedef struct
{
  struct xlat_config config;
  struct xlat_statistics statistics;
  struct xlat *xlat;
  struct xlat_result result;
  guint8 packet[65600];
  gsize length;
  struct xlat_offload offload;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  struct xlat_config *config = &fixture->config;

  xlat_config_init (config);
  config->n_pairs = 1;
  config->pairs[0].prefix.length = 96;
  g_assert_true (inet_pton (AF_INET6, "2001:db8:64::", &config->pairs[0].prefix.address)
                 == 1);
  g_assert_true (inet_pton (AF_INET, "192.0.0.1", &config->pairs[0].ipv4) == 1);
  g_assert_true (inet_pton (AF_INET6, "2001:db8:1::c", &config->pairs[0].ipv6) == 1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  xlat_free (fixture->xlat);
}

static void
put16 (guint8 *at, gsize value)
{
  at[0] = (guint8)(value >> 8);
  at[1] = (guint8)value;
}

static guint
get16 (const guint8 *at)
{
  return (guint)(at[0] << 8 | at[1]);
}

/* Writes a transport header at HEADER, and DATA bytes. The checksum is partial: the sum
 * of the SIZE bytes at ADDRESSES, the length and the protocol. */
static void
make_transport (Fixture *fixture, gsize header, const guint8 *addresses, gsize size,
                guint8 protocol, gsize data)
{
  gsize transport = protocol == TCP ? TCP_HEADER : UDP_HEADER;
  gsize length = transport + data;
  guint8 *at = fixture->packet + header;

  put16 (at, 40000);
  put16 (at + 2, 53);
  if (protocol == TCP)
    at[12] = TCP_HEADER / 4 << 4;
  else
    put16 (at + 4, length);
  for (gsize i = 0; i < data; i++)
    at[transport + i] = (guint8)(i * 7 + i / 251);

  fixture->length = header + length;
  fixture->offload.needs_checksum = true;
  fixture->offload.checksum_start = (guint16)header;
  fixture->offload.checksum_offset = protocol == TCP ? 16 : 6;
  put16 (at + fixture->offload.checksum_offset,
         naive_fold (naive_sum (addresses, size, 0) + (guint32)length + protocol));
}

static void
make4 (Fixture *fixture, guint8 protocol, gsize data, gboolean dont_fragment)
{
  static const guint8 addresses[] = {192, 0, 0, 1, 198, 51, 100, 2};
  guint8 *packet = fixture->packet;
  gsize total = 20 + (protocol == TCP ? TCP_HEADER : UDP_HEADER) + data;

  memset (packet, 0, 20);
  packet[0] = 0x45;
  put16 (packet + 2, total);
  put16 (packet + 4, 1000);
  packet[6] = dont_fragment ? 0x40 : 0;
  packet[8] = 64;
  packet[9] = protocol;
  memcpy (packet + 12, addresses, sizeof addresses);
  put16 (packet + 10, (guint16)~naive_fold (naive_sum (packet, 20, 0)));
  make_transport (fixture, 20, addresses, sizeof addresses, protocol, data);
}

static void
make6 (Fixture *fixture, guint8 protocol, gsize data)
{
  guint8 *packet = fixture->packet;

  memset (packet, 0, 40);
  packet[0] = 0x60;
  put16 (packet + 4, (protocol == TCP ? TCP_HEADER : UDP_HEADER) + data);
  packet[6] = protocol;
  packet[7] = 64;
  g_assert_true (inet_pton (AF_INET6, "2001:db8:64::c633:6402", packet + 8) == 1);
  g_assert_true (inet_pton (AF_INET6, "2001:db8:1::c", packet + 24) == 1);
  make_transport (fixture, 40, packet + 8, 32, protocol, data);
}

static void
translate (Fixture *fixture, enum xlat_gso gso, guint gso_size)
{
  if (fixture->xlat == NULL)
    fixture->xlat = xlat_new (&fixture->config, 500, &fixture->statistics);
  fixture->offload.gso = gso;
  fixture->offload.gso_size = (guint16)gso_size;
  xlat_translate (fixture->xlat, fixture->packet, fixture->length, &fixture->offload, 0,
                  &fixture->result);
}

static void
assert_dropped (Fixture *fixture, enum xlat_verdict verdict, enum xlat_reason reason)
{
  g_assert_cmpint (fixture->result.verdict, ==, verdict);
  g_assert_cmpstr (xlat_reason_to_string (fixture->result.reason), ==,
                   xlat_reason_to_string (reason));
}

/* Output I in one piece, with a complete checksum. */
static GByteArray *
take_output (Fixture *fixture, guint i)
{
  const struct xlat_output *output = &fixture->result.packets[i];
  GByteArray *packet = g_byte_array_new ();
  gsize start = output->offload.checksum_start;

  g_byte_array_append (packet, output->head, output->head_length);
  g_byte_array_append (packet, output->body, (guint)output->body_length);
  if (output->offload.needs_checksum)
    put16 (
        packet->data + start + output->offload.checksum_offset,
        (guint16)~naive_fold (naive_sum (packet->data + start, packet->len - start, 0)));
  return packet;
}

static void
assert_right_checksum (const GByteArray *packet, gsize length)
{
  struct view view;

  g_assert_true (view_packet (packet->data, packet->len, &view));
  g_assert_cmpint (view_checksum (&view, view.protocol, view.payload, view.length), ==,
                   CHECKSUM_RIGHT);
  g_assert_cmpuint (view.length, ==, length);
}

/* The result is one GSO packet with segments of SIZE. */
static void
assert_whole (Fixture *fixture, enum xlat_gso gso, guint size, gsize transport_length)
{
  g_autoptr (GByteArray) packet = NULL;

  g_assert_cmpint (fixture->result.verdict, ==, XLAT_FORWARD);
  g_assert_cmpuint (fixture->result.n_packets, ==, 1);
  g_assert_cmpint (fixture->result.packets[0].offload.gso, ==, gso);
  g_assert_cmpuint (fixture->result.packets[0].offload.gso_size, ==, size);
  g_assert_true (fixture->result.packets[0].offload.needs_checksum);
  packet = take_output (fixture, 0);
  assert_right_checksum (packet, transport_length);
}

/* The result is N datagrams with up to SIZE bytes of data, each in two fragments with an
 * identification of its own. */
static void
assert_fragmented_datagrams (Fixture *fixture, guint n, gsize size, gsize data,
                             gsize limit)
{
  guint16 first_id = 0;

  g_assert_cmpint (fixture->result.verdict, ==, XLAT_FORWARD);
  g_assert_cmpuint (fixture->result.n_packets, ==, 2 * n);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GByteArray) first = take_output (fixture, 2 * i);
      g_autoptr (GByteArray) second = take_output (fixture, 2 * i + 1);
      g_autoptr (GByteArray) whole = g_byte_array_new ();
      struct view a, b;

      g_assert_cmpuint (first->len, <=, limit);
      g_assert_cmpuint (second->len, <=, limit);
      g_assert_true (view_packet (first->data, first->len, &a));
      g_assert_true (view_packet (second->data, second->len, &b));
      g_assert_true (a.more && a.offset == 0 && !b.more && b.offset == a.length);
      g_assert_cmpuint (a.id, ==, b.id);
      if (i == 0)
        first_id = a.id;
      g_assert_cmpuint (a.id, ==, (guint16)(first_id + i));
      g_byte_array_append (whole, a.payload, (guint)a.length);
      g_byte_array_append (whole, b.payload, (guint)b.length);
      g_assert_cmpint (view_checksum (&a, UDP, whole->data, whole->len), ==,
                       CHECKSUM_RIGHT);
      g_assert_cmpuint (whole->len, ==, UDP_HEADER + MIN (size, data - i * size));
      g_assert_cmpuint (whole->data[UDP_HEADER + 1], ==,
                        (guint8)((i * size + 1) * 7 + (i * size + 1) / 251));
    }
}

/* Makes the packet whose TCP header begins at HEADER a SYN with MSS 1460. */
static void
add_mss (Fixture *fixture, gsize header)
{
  guint8 *at = fixture->packet + header;

  at[12] = 6 << 4;
  at[13] = 2;
  at[20] = 2;
  at[21] = 4;
  put16 (at + 22, 1460);
}

static void
assert_mss (Fixture *fixture, guint mss)
{
  g_autoptr (GByteArray) packet = NULL;
  struct view view;

  assert_whole (fixture, XLAT_GSO_NONE, 0, TCP_HEADER + 4);
  packet = take_output (fixture, 0);
  g_assert_true (view_packet (packet->data, packet->len, &view));
  g_assert_cmpuint (get16 (view.payload + 22), ==, mss);
}

static void
test_mss_with_partial_checksum (Fixture *fixture, gconstpointer data)
{
  make4 (fixture, TCP, 4, TRUE);
  add_mss (fixture, 20);
  translate (fixture, XLAT_GSO_NONE, 0);
  assert_mss (fixture, 1432);

  make6 (fixture, TCP, 4);
  add_mss (fixture, 40);
  translate (fixture, XLAT_GSO_NONE, 0);
  assert_mss (fixture, 1432);
}

static void
test_partial_checksum (Fixture *fixture, gconstpointer data)
{
  make4 (fixture, TCP, 500, TRUE);
  translate (fixture, XLAT_GSO_NONE, 0);
  assert_whole (fixture, XLAT_GSO_NONE, 0, TCP_HEADER + 500);

  make6 (fixture, UDP, 501);
  translate (fixture, XLAT_GSO_NONE, 0);
  assert_whole (fixture, XLAT_GSO_NONE, 0, UDP_HEADER + 501);
}

static void
test_checksum_of_fragments (Fixture *fixture, gconstpointer data)
{
  make4 (fixture, UDP, 1400, FALSE);
  translate (fixture, XLAT_GSO_NONE, 0);
  assert_fragmented_datagrams (fixture, 1, 1400, 1400, 1280);

  fixture->config.mtu4 = 1000;
  g_clear_pointer (&fixture->xlat, xlat_free);
  make6 (fixture, UDP, 1200);
  translate (fixture, XLAT_GSO_NONE, 0);
  assert_fragmented_datagrams (fixture, 1, 1200, 1200, 1000);
}

/* A UDP checksum that is computed as zero is sent as 0xffff: zero means none. */
static void
test_checksum_of_zero (Fixture *fixture, gconstpointer data)
{
  guint8 *udp = fixture->packet + 40;
  guint16 sum;

  fixture->config.mtu4 = 1000;
  make6 (fixture, UDP, 1200);
  put16 (udp + UDP_HEADER + 2, 0);
  sum = naive_fold (naive_sum (udp, UDP_HEADER + 1200, 0));
  put16 (udp + UDP_HEADER + 2, (guint16)~sum);
  g_assert_cmphex (naive_fold (naive_sum (udp, UDP_HEADER + 1200, 0)), ==, 0xffff);

  translate (fixture, XLAT_GSO_NONE, 0);
  assert_fragmented_datagrams (fixture, 1, 1200, 1200, 1000);
}

static void
test_checksum_outside_packet (Fixture *fixture, gconstpointer data)
{
  make4 (fixture, UDP, 100, FALSE);
  fixture->offload.checksum_start = 127;
  translate (fixture, XLAT_GSO_NONE, 0);
  assert_dropped (fixture, XLAT_DROP, XLAT_REASON_MALFORMED);

  make6 (fixture, UDP, 100);
  fixture->offload.checksum_start = G_MAXUINT16;
  translate (fixture, XLAT_GSO_NONE, 0);
  assert_dropped (fixture, XLAT_DROP, XLAT_REASON_MALFORMED);
}

static void
test_stream_4to6 (Fixture *fixture, gconstpointer data)
{
  make4 (fixture, TCP, 60000, TRUE);
  translate (fixture, XLAT_GSO_TCP, 1412);
  assert_whole (fixture, XLAT_GSO_TCP, 1412, TCP_HEADER + 60000);
  g_assert_cmpuint (fixture->statistics.directions[XLAT_4TO6].packets, ==, 43);

  /* Segments from a network with a larger MTU are reduced. */
  make4 (fixture, TCP, 60000, TRUE);
  translate (fixture, XLAT_GSO_TCP, 1460);
  assert_whole (fixture, XLAT_GSO_TCP, 1440, TCP_HEADER + 60000);

  make4 (fixture, TCP, 60000, FALSE);
  translate (fixture, XLAT_GSO_TCP, 1412);
  assert_whole (fixture, XLAT_GSO_TCP, 1220, TCP_HEADER + 60000);
}

static void
test_stream_6to4 (Fixture *fixture, gconstpointer data)
{
  guint id;

  make6 (fixture, TCP, 60000);
  translate (fixture, XLAT_GSO_TCP, 1440);
  assert_whole (fixture, XLAT_GSO_TCP, 1440, TCP_HEADER + 60000);
  g_assert_cmpuint (get16 (fixture->result.packets[0].head + 6), ==, 0x4000);

  /* Segments that fit the smallest MTU may be fragmented, so each needs an
   * identification: the kernel counts up. */
  make6 (fixture, TCP, 60000);
  translate (fixture, XLAT_GSO_TCP, 1000);
  assert_whole (fixture, XLAT_GSO_TCP, 1000, TCP_HEADER + 60000);
  g_assert_cmpuint (get16 (fixture->result.packets[0].head + 6), ==, 0);
  id = get16 (fixture->result.packets[0].head + 4);
  make6 (fixture, TCP, 10);
  translate (fixture, XLAT_GSO_NONE, 0);
  g_assert_cmpuint (get16 (fixture->result.packets[0].head + 4), ==, id + 60);

  fixture->config.mtu4 = 1400;
  g_clear_pointer (&fixture->xlat, xlat_free);
  make6 (fixture, TCP, 60000);
  translate (fixture, XLAT_GSO_TCP, 1440);
  assert_whole (fixture, XLAT_GSO_TCP, 1360, TCP_HEADER + 60000);
}

static void
test_datagrams_4to6 (Fixture *fixture, gconstpointer data)
{
  make4 (fixture, UDP, 14000, TRUE);
  translate (fixture, XLAT_GSO_UDP, 1444);
  assert_whole (fixture, XLAT_GSO_UDP, 1444, UDP_HEADER + 14000);

  make4 (fixture, UDP, 14000, TRUE);
  translate (fixture, XLAT_GSO_UDP, 1453);
  assert_dropped (fixture, XLAT_ANSWER, XLAT_REASON_TOO_BIG);
  g_assert_cmpuint (get16 (fixture->result.message + 6), ==, 1480);

  make4 (fixture, UDP, 13000 + 1240, FALSE);
  translate (fixture, XLAT_GSO_UDP, 1300);
  assert_fragmented_datagrams (fixture, 11, 1300, 13000 + 1240, 1280);
}

static void
test_datagrams_6to4 (Fixture *fixture, gconstpointer data)
{
  guint id;

  make6 (fixture, UDP, 14000);
  translate (fixture, XLAT_GSO_UDP, 1444);
  assert_whole (fixture, XLAT_GSO_UDP, 1444, UDP_HEADER + 14000);

  fixture->config.mtu4 = 1000;
  g_clear_pointer (&fixture->xlat, xlat_free);
  make6 (fixture, UDP, 14000);
  translate (fixture, XLAT_GSO_UDP, 1444);
  assert_dropped (fixture, XLAT_ANSWER, XLAT_REASON_TOO_BIG);
  g_assert_cmpuint (get16 (fixture->result.message + 6), ==, 1280);

  make6 (fixture, UDP, 12000);
  translate (fixture, XLAT_GSO_UDP, 1200);
  assert_fragmented_datagrams (fixture, 10, 1200, 12000, 1000);
  id = get16 (fixture->result.packets[0].head + 4);

  /* The next packet has none of their identifications. */
  make6 (fixture, UDP, 10);
  translate (fixture, XLAT_GSO_NONE, 0);
  g_assert_cmpuint (get16 (fixture->result.packets[0].head + 4), ==, id + 10);
}

static void
test_invalid_segments (Fixture *fixture, gconstpointer data)
{
  make4 (fixture, UDP, 2000, TRUE);
  translate (fixture, XLAT_GSO_TCP, 1000);
  assert_dropped (fixture, XLAT_DROP, XLAT_REASON_MALFORMED);

  make4 (fixture, TCP, 2000, TRUE);
  translate (fixture, XLAT_GSO_TCP, 0);
  assert_dropped (fixture, XLAT_DROP, XLAT_REASON_MALFORMED);

  make4 (fixture, TCP, 2000, TRUE);
  fixture->packet[20 + 12] = 0xf0; /* a header of 60 bytes, and options of zeroes */
  translate (fixture, XLAT_GSO_TCP, 1000);
  g_assert_cmpint (fixture->result.verdict, ==, XLAT_FORWARD);

  make6 (fixture, TCP, 2000);
  fixture->packet[40 + 12] = 0x40; /* shorter than a header can be */
  translate (fixture, XLAT_GSO_TCP, 1000);
  assert_dropped (fixture, XLAT_DROP, XLAT_REASON_MALFORMED);

  make6 (fixture, UDP, 0);
  translate (fixture, XLAT_GSO_UDP, 1000);
  assert_dropped (fixture, XLAT_DROP, XLAT_REASON_MALFORMED);

  make6 (fixture, UDP, 2000);
  fixture->offload.needs_checksum = false;
  translate (fixture, XLAT_GSO_UDP, 1000);
  assert_dropped (fixture, XLAT_DROP, XLAT_REASON_MALFORMED);
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/offload/partial-checksum", test_partial_checksum);
  add ("/offload/mss-with-partial-checksum", test_mss_with_partial_checksum);
  add ("/offload/checksum-of-fragments", test_checksum_of_fragments);
  add ("/offload/checksum-of-zero", test_checksum_of_zero);
  add ("/offload/checksum-outside-packet", test_checksum_outside_packet);
  add ("/offload/stream-4to6", test_stream_4to6);
  add ("/offload/stream-6to4", test_stream_6to4);
  add ("/offload/datagrams-4to6", test_datagrams_4to6);
  add ("/offload/datagrams-6to4", test_datagrams_6to4);
  add ("/offload/invalid-segments", test_invalid_segments);

  return g_test_run ();
}
