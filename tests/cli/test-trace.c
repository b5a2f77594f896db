/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl trace: events of the BPF programs in, packets before and after translation out.
 */
#include <linux/pkt_cls.h>
#include <string.h>

#include "clat-shared.h"
#include "clat-trace-pairing.h"
#include "trace-pcapng.h"
#include "trace-print.h"
#include "xlat-reason.h"

#define ETHERNET_LENGTH 14
#define CPU             3
#define SECOND_US       G_USEC_PER_SEC

/* ICMP and UDP from 192.0.0.2 to 198.51.100.1, and the same through 64:ff9b::/96. */
static const guint8 ping4[] = {0x45, 0, 0,   28, 0,   1, 0, 0, 64, 1, 0, 0, 192, 0,
                               0,    2, 198, 51, 100, 1, 8, 0, 0,  0, 0, 0, 0,   0};
static const guint8 udp4[] = {0x45, 0, 0,   28, 0,   1, 0, 0, 64, 17, 0, 0, 192, 0,
                              0,    2, 198, 51, 100, 1, 0, 7, 0,  7,  0, 8, 0,   0};
static const guint8 pong4[] = {0x45, 0, 0,   28, 0, 1, 0, 0, 64, 1, 0, 0, 198, 51,
                               100,  1, 192, 0,  0, 2, 0, 0, 0,  0, 0, 0, 0,   0};
#define LOCAL6   0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define PEER6    0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 198, 51, 100, 1
#define PAYLOAD8 128, 0, 0, 0, 0, 0, 0, 0
static const guint8 ping6[] = {0x60, 0, 0, 0, 0, 8, 58, 64, LOCAL6, PEER6, PAYLOAD8};
static const guint8 udp6[] = {0x60, 0, 0, 0, 0, 8, 17, 64, LOCAL6, PEER6, PAYLOAD8};
static const guint8 fragment6[] = {0x60, 0, 0, 0, 0, 16, 44, 64, LOCAL6,  PEER6,
                                   58,   0, 0, 1, 0, 0,  0,  1,  PAYLOAD8};

typedef struct
{
  ClatTracePairing *pairing;
  guint64 clock; /* ns */
  guint n_records;
  ClatTraceRecord last; /* its packets: only whether they exist */
  guint8 protocol;      /* of the last one's packet before translation */
} Fixture;

static void
on_record (const ClatTraceRecord *record, gpointer data)
{
  Fixture *self = data;

  self->n_records++;
  self->last = *record;
  if (record->before.data != NULL)
    self->protocol =
        record->before.data[clat_trace_packet_is_ipv6 (&record->before) ? 6 : 9];
}

static void
set_up (Fixture *self, gconstpointer data)
{
  ClatPrefix prefix;

  g_assert_true (clat_prefix_parse ("64:ff9b::/96", &prefix, NULL));
  self->pairing = clat_trace_pairing_new (&prefix, on_record, self);
  self->clock = 1000 * 1000;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  clat_trace_pairing_free (self->pairing);
}

static ClatTracePacket
make_packet (const guint8 *ip, gsize length)
{
  guint8 frame[128] = {0};

  memcpy (frame + ETHERNET_LENGTH, ip, length);
  return clat_trace_packet_new (frame, ETHERNET_LENGTH + length,
                                ETHERNET_LENGTH + length);
}

static void
send_event (Fixture *self, const ClatTraceEvent *event, const guint8 *ip, gsize length)
{
  ClatTracePacket packet = make_packet (ip, length);

  clat_trace_pairing_add (self->pairing, CPU, event, &packet);
  clat_trace_packet_clear (&packet);
}

static void
run_program (Fixture *self, guint program, guint verdict, guint reason,
             const guint8 *before, gsize before_length, const guint8 *after,
             gsize after_length)
{
  ClatTraceEvent event = {.began = self->clock++, .program = program};

  send_event (self, &event, before, before_length);
  event.has_ended = TRUE;
  event.verdict = verdict;
  event.reason = reason;
  send_event (self, &event, after, after_length);
  clat_trace_pairing_run (self->pairing, self->clock);
}

#define RUN(self, program, verdict, before, after)                                       \
  run_program (self, CLAT_PROGRAM_##program, TC_ACT_##verdict, XLAT_REASON_NONE, before, \
               sizeof before, after, sizeof after)

static void
test_ways (Fixture *self, gconstpointer data)
{
  RUN (self, DIRECT, REDIRECT, ping4, ping6);
  g_assert_cmpuint (self->n_records, ==, 1);
  g_assert_cmpint (self->last.way, ==, CLAT_TRACE_WAY_DIRECT);
  g_assert_true (self->last.is_out && !self->last.is_dropped);
  g_assert_cmpint (self->last.time, ==, 1000);

  RUN (self, INNER, REDIRECT, udp4, udp6);
  g_assert_cmpuint (self->n_records, ==, 2);
  g_assert_cmpint (self->last.way, ==, CLAT_TRACE_WAY_FAST);

  RUN (self, UPLINK, REDIRECT, ping6, ping4);
  g_assert_cmpuint (self->n_records, ==, 3);
  g_assert_false (self->last.is_out);
}

/* Left to the next program, or to the namespace. */
static void
test_others_are_not_reported (Fixture *self, gconstpointer data)
{
  RUN (self, DIRECT, UNSPEC, ping4, ping4);
  RUN (self, UPLINK, OK, ping6, ping6);
  clat_trace_pairing_expire (self->pairing, G_MAXINT64);
  g_assert_cmpuint (self->n_records, ==, 0);
}

static void
test_drop (Fixture *self, gconstpointer data)
{
  run_program (self, CLAT_PROGRAM_INNER, TC_ACT_SHOT, XLAT_REASON_BAD_DESTINATION, ping4,
               sizeof ping4, ping4, sizeof ping4);
  g_assert_cmpuint (self->n_records, ==, 1);
  g_assert_true (self->last.is_dropped);
  g_assert_cmpstr (self->last.reason, ==, "bad-destination");
  g_assert_null (self->last.after.data);
}

static void
test_lost_event (Fixture *self, gconstpointer data)
{
  ClatTraceEvent end = {.began = self->clock + 5,
                        .program = CLAT_PROGRAM_INNER,
                        .has_ended = TRUE,
                        .verdict = TC_ACT_REDIRECT};

  send_event (self,
              &(ClatTraceEvent){.began = self->clock, .program = CLAT_PROGRAM_INNER},
              ping4, sizeof ping4);
  send_event (self, &end, udp6, sizeof udp6);
  g_assert_cmpuint (clat_trace_pairing_run (self->pairing, self->clock + 5), ==, 1);
  g_assert_cmpuint (clat_trace_pairing_run (self->pairing, G_MAXUINT64), ==, 0);
  g_assert_cmpuint (self->n_records, ==, 0);
}

/* clat-xlat gets two packets, and sends the second one. */
static void
test_slow_path (Fixture *self, gconstpointer data)
{
  RUN (self, INNER, REDIRECT, ping4, ping4);
  RUN (self, INNER, REDIRECT, udp4, udp4);
  g_assert_cmpuint (self->n_records, ==, 0);

  RUN (self, SLOW, REDIRECT, udp6, udp6);
  g_assert_cmpuint (self->n_records, ==, 1);
  g_assert_cmpint (self->last.way, ==, CLAT_TRACE_WAY_SLOW);
  g_assert_cmpuint (self->protocol, ==, IPPROTO_UDP);
  g_assert_nonnull (self->last.after.data);

  clat_trace_pairing_expire (self->pairing, self->last.time + SECOND_US);
  g_assert_cmpuint (self->n_records, ==, 2);
  g_assert_cmpuint (self->protocol, ==, IPPROTO_ICMP);
  g_assert_null (self->last.after.data);
}

static void
test_fragments (Fixture *self, gconstpointer data)
{
  RUN (self, INNER, REDIRECT, ping4, ping4);
  RUN (self, SLOW, REDIRECT, fragment6, fragment6);
  g_assert_nonnull (self->last.before.data);
  RUN (self, SLOW, REDIRECT, fragment6, fragment6);
  g_assert_cmpuint (self->n_records, ==, 2);
  g_assert_null (self->last.before.data);
}

/* The buffer of the CPU on which clat-xlat has sent a packet may be read first. */
static void
test_order (Fixture *self, gconstpointer data)
{
  ClatTraceEvent received = {.began = 10, .program = CLAT_PROGRAM_INNER};
  ClatTraceEvent sent = {.began = 20,
                         .program = CLAT_PROGRAM_SLOW,
                         .has_ended = TRUE,
                         .verdict = TC_ACT_REDIRECT};

  send_event (self, &sent, ping6, sizeof ping6);
  send_event (self, &received, ping4, sizeof ping4);
  received.has_ended = TRUE;
  received.verdict = TC_ACT_REDIRECT;
  send_event (self, &received, ping4, sizeof ping4);
  g_assert_cmpuint (clat_trace_pairing_run (self->pairing, 20), ==, 1);
  g_assert_cmpuint (self->n_records, ==, 0);
  g_assert_cmpuint (clat_trace_pairing_run (self->pairing, 21), ==, 0);
  g_assert_cmpuint (self->n_records, ==, 1);
  g_assert_nonnull (self->last.before.data);
}

/* An IPv4 packet from clat-xlat is not the translation of one from the host. */
static void
test_answer (Fixture *self, gconstpointer data)
{
  RUN (self, INNER, REDIRECT, ping4, ping4);
  RUN (self, SLOW, REDIRECT, pong4, pong4);
  g_assert_cmpuint (self->n_records, ==, 1);
  g_assert_false (self->last.is_out);
  g_assert_null (self->last.before.data);
}

static void
test_many_wait (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 1000; i++)
    RUN (self, INNER, REDIRECT, ping4, ping4);
  g_assert_cmpuint (self->n_records, >, 700);
  clat_trace_pairing_expire (self->pairing, G_MAXINT64);
  g_assert_cmpuint (self->n_records, ==, 1000);
}

static void
test_short_frames (void)
{
  static const guint8 frame[64];
  ClatTracePacket packet = clat_trace_packet_new (frame, ETHERNET_LENGTH, 64);

  g_assert_null (packet.data);
  packet = clat_trace_packet_new (frame, 20, 10);
  g_assert_null (packet.data);
  packet = clat_trace_packet_new (frame, 20, 1514);
  g_assert_cmpuint (packet.captured, ==, 6);
  g_assert_cmpuint (packet.length, ==, 1500);
  clat_trace_packet_clear (&packet);
}

static guint32
get_u32 (const GByteArray *bytes, guint offset)
{
  guint32 value;

  g_assert_cmpuint (offset + sizeof value, <=, bytes->len);
  memcpy (&value, bytes->data + offset, sizeof value);
  return value;
}

static void
test_pcapng (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 octets[5] = {0x45};
  ClatTracePacket packet = {.data = octets, .captured = sizeof octets, .length = 100};
  guint offset = 0, n = 0;
  guint32 types[] = {0x0a0d0d0a, 1, 6, 6};

  trace_pcapng_append_header (bytes, "clat-wlan0");
  trace_pcapng_append_packet (bytes, ((gint64)7 << 32) + 9, &packet, "out, direct");
  trace_pcapng_append_packet (bytes, 0, &packet, NULL);
  for (; offset < bytes->len; n++)
    {
      guint32 length = get_u32 (bytes, offset + 4);

      g_assert_cmpuint (n, <, G_N_ELEMENTS (types));
      g_assert_cmpuint (get_u32 (bytes, offset), ==, types[n]);
      g_assert_cmpuint (length % 4, ==, 0);
      g_assert_cmpuint (get_u32 (bytes, offset + length - 4), ==, length);
      if (n == 2)
        {
          g_assert_cmpuint (get_u32 (bytes, offset + 12), ==, 7);
          g_assert_cmpuint (get_u32 (bytes, offset + 16), ==, 9);
          g_assert_cmpuint (get_u32 (bytes, offset + 20), ==, 5);
          g_assert_cmpuint (get_u32 (bytes, offset + 24), ==, 100);
        }
      offset += length;
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (types));
}

static void
assert_text (const ClatTraceRecord *record, const char *before, const char *after,
             const char *expected)
{
  g_autofree char *text = trace_print_to_text (record, 1234567, before, after);
  const char *fraction = strchr (text, '.');

  g_assert_cmpstr (fraction, ==, expected);
}

static void
test_text (void)
{
  ClatTraceRecord record = {.is_out = TRUE, .way = CLAT_TRACE_WAY_DIRECT};

  assert_text (&record, "IP a", "IP6 b", ".234567 out IP a\n         direct     IP6 b\n");
  record.way = CLAT_TRACE_WAY_SLOW;
  record.is_out = FALSE;
  assert_text (&record, NULL, "IP b",
               ".234567 in  (by clat-xlat itself)\n           slow     IP b\n");
  record.is_dropped = TRUE;
  record.reason = "malformed";
  assert_text (&record, "IP a", NULL,
               ".234567 in  IP a\n        dropped     malformed\n");
}

static void
test_json (void)
{
  ClatTraceRecord record = {.is_out = TRUE,
                            .way = CLAT_TRACE_WAY_FAST,
                            .is_dropped = TRUE,
                            .reason = "too-big"};
  g_autofree char *text = trace_print_to_json (&record, 1234567, "IP a", NULL);

  g_assert_cmpstr (text, ==,
                   "{\"Time\":\"1970-01-01T00:00:01.234567Z\",\"Direction\":\"out\","
                   "\"Way\":\"fast\",\"Dropped\":true,\"Reason\":\"too-big\","
                   "\"Before\":\"IP a\",\"After\":\"\"}");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/trace/ways", test_ways);
  ADD ("/trace/others", test_others_are_not_reported);
  ADD ("/trace/drop", test_drop);
  ADD ("/trace/lost-event", test_lost_event);
  ADD ("/trace/slow-path", test_slow_path);
  ADD ("/trace/fragments", test_fragments);
  ADD ("/trace/order", test_order);
  ADD ("/trace/answer", test_answer);
  ADD ("/trace/many-wait", test_many_wait);
  g_test_add_func ("/trace/short-frames", test_short_frames);
  g_test_add_func ("/trace/pcapng", test_pcapng);
  g_test_add_func ("/trace/text", test_text);
  g_test_add_func ("/trace/json", test_json);
  return g_test_run ();
}
