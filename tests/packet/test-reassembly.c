/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reassembly whose memory or time runs out, and the counters of lost fragments. */
#include <glib.h>
#include <string.h>

#include <arpa/inet.h>

#include "xlat-reassembly.h"
#include "xlat.h"

#define SECOND_NS G_GUINT64_CONSTANT (1000000000)

typedef struct
{
  struct xlat_reassembly *reassembly;
  struct xlat_whole whole;
  guint displaced;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->reassembly = xlat_reassembly_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  xlat_reassembly_free (fixture->reassembly);
}

/* Adds 8 bytes of packet ID at OFFSET; those at 16 are the last ones. */
static enum xlat_reassembly_status
add_fragment (Fixture *fixture, guint32 id, guint32 offset, guint8 tos, guint64 now_ns)
{
  static const guint8 data[8];
  struct xlat_fragment fragment = {
      .key = {.id = id},
      .data = data,
      .length = sizeof data,
      .offset = offset,
      .more = offset != 16,
      .tos = tos,
  };

  return xlat_reassembly_add (fixture->reassembly, &fragment, now_ns, &fixture->whole,
                              &fixture->displaced);
}

static gboolean
knows (Fixture *fixture, guint32 id)
{
  struct xlat_fragment_key key = {.id = id};

  return xlat_reassembly_knows (fixture->reassembly, &key);
}

static void
test_oldest_gives_way (Fixture *fixture, gconstpointer data)
{
  /* The first slot is not the oldest one. */
  for (guint32 id = 0; id < XLAT_REASSEMBLY_SLOTS; id++)
    {
      guint64 started = id == 5 ? 1 : 10 + id;

      g_assert_cmpint (add_fragment (fixture, id, 0, 0, started), ==,
                       XLAT_REASSEMBLY_WAITING);
      g_assert_cmpuint (fixture->displaced, ==, 0);
    }
  (void)add_fragment (fixture, 5, 8, 0, 100);
  g_assert_cmpuint (fixture->displaced, ==, 0);

  (void)add_fragment (fixture, 1000, 0, 0, 200);
  g_assert_cmpuint (fixture->displaced, ==, 2);
  g_assert_false (knows (fixture, 5));
  g_assert_true (knows (fixture, 0));
  g_assert_true (knows (fixture, 1000));
}

static void
test_expires (Fixture *fixture, gconstpointer data)
{
  (void)add_fragment (fixture, 1, 0, 0, 0);
  (void)add_fragment (fixture, 1, 8, 0, 20 * SECOND_NS);
  (void)add_fragment (fixture, 2, 0, 0, 10 * SECOND_NS);

  g_assert_cmpuint (xlat_reassembly_expire (fixture->reassembly, 30 * SECOND_NS - 1), ==,
                    0);
  g_assert_cmpuint (xlat_reassembly_expire (fixture->reassembly, 30 * SECOND_NS), ==, 2);
  g_assert_true (xlat_reassembly_is_waiting (fixture->reassembly));
  g_assert_cmpuint (xlat_reassembly_expire (fixture->reassembly, 40 * SECOND_NS), ==, 1);
  g_assert_false (xlat_reassembly_is_waiting (fixture->reassembly));
}

/* RFC 3168, 5.3 */
static void
test_congestion_of_any_fragment (Fixture *fixture, gconstpointer data)
{
  for (guint congested = 0; congested <= 16; congested += 8)
    {
      (void)add_fragment (fixture, congested, 0, congested == 0 ? 0xbb : 0xba, 0);
      (void)add_fragment (fixture, congested, 8, congested == 8 ? 3 : 2, 0);
      g_assert_cmpint (add_fragment (fixture, congested, 16, congested == 16 ? 3 : 2, 0),
                       ==, XLAT_REASSEMBLY_COMPLETE);
      g_assert_cmphex (fixture->whole.tos, ==, 0xbb);
    }
}

typedef struct
{
  struct xlat *xlat;
  struct xlat_statistics statistics;
  struct xlat_result result;
} Translator;

static void
set_up_translator (Translator *fixture, gconstpointer data)
{
  struct xlat_config config;

  xlat_config_init (&config);
  config.n_pairs = 1;
  config.pairs[0].prefix.length = 96;
  g_assert_true (inet_pton (AF_INET6, "64:ff9b::", &config.pairs[0].prefix.address) == 1);
  g_assert_true (inet_pton (AF_INET, "192.0.0.1", &config.pairs[0].ipv4) == 1);
  g_assert_true (inet_pton (AF_INET6, "2001:db8:1::c", &config.pairs[0].ipv6) == 1);
  fixture->xlat = xlat_new (&config, 1, &fixture->statistics);
}

static void
tear_down_translator (Translator *fixture, gconstpointer data)
{
  xlat_free (fixture->xlat);
}

/* The first 8 bytes of a fragmented echo request. */
static void
translate_fragment (Translator *fixture, guint8 id, guint8 ttl, guint64 now_ns)
{
  guint8 packet[28] = {0x45, 0, 0, 28, 0, id, 0x20, 0, ttl, 1, 0, 0,
                       192,  0, 0, 1,  8, 8,  8,    8, 8,   0, 0, 0};
  guint32 sum = 0;

  for (guint i = 0; i < 20; i += 2)
    sum += (guint32)(packet[i] << 8 | packet[i + 1]);
  sum = ~(sum + (sum >> 16));
  packet[10] = (guint8)(sum >> 8);
  packet[11] = (guint8)sum;
  xlat_translate (fixture->xlat, packet, sizeof packet, NULL, now_ns, &fixture->result);
}

static void
assert_counted (Translator *fixture, guint64 held, guint64 lost)
{
  const struct xlat_direction_statistics *counters =
      &fixture->statistics.directions[XLAT_4TO6];

  g_assert_cmpuint (counters->held, ==, held);
  g_assert_cmpuint (counters->drops[XLAT_REASON_REASSEMBLY], ==, lost);
}

static void
test_counts_expired (Translator *fixture, gconstpointer data)
{
  translate_fragment (fixture, 1, 64, 0);
  g_assert_true (xlat_is_gathering (fixture->xlat));
  assert_counted (fixture, 1, 0);
  translate_fragment (fixture, 2, 64, 30 * SECOND_NS);
  assert_counted (fixture, 2, 1);
}

static void
test_counts_displaced (Translator *fixture, gconstpointer data)
{
  for (guint8 i = 0; i < XLAT_REASSEMBLY_SLOTS; i++)
    translate_fragment (fixture, i, 64, i);
  assert_counted (fixture, XLAT_REASSEMBLY_SLOTS, 0);
  translate_fragment (fixture, 100, 64, SECOND_NS);
  assert_counted (fixture, XLAT_REASSEMBLY_SLOTS + 1, 1);
}

static void
test_counts_answers (Translator *fixture, gconstpointer data)
{
  const struct xlat_direction_statistics *counters =
      &fixture->statistics.directions[XLAT_4TO6];

  translate_fragment (fixture, 1, 1, 0);
  g_assert_cmpuint (counters->answers, ==, 1);
  g_assert_cmpuint (counters->drops[XLAT_REASON_TTL_EXPIRED], ==, 1);
  g_assert_cmpuint (counters->packets, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/reassembly/oldest-gives-way", Fixture, NULL, set_up,
              test_oldest_gives_way, tear_down);
  g_test_add ("/reassembly/expires", Fixture, NULL, set_up, test_expires, tear_down);
  g_test_add ("/reassembly/congestion-of-any-fragment", Fixture, NULL, set_up,
              test_congestion_of_any_fragment, tear_down);
  g_test_add ("/reassembly/counts-expired", Translator, NULL, set_up_translator,
              test_counts_expired, tear_down_translator);
  g_test_add ("/reassembly/counts-displaced", Translator, NULL, set_up_translator,
              test_counts_displaced, tear_down_translator);
  g_test_add ("/reassembly/counts-answers", Translator, NULL, set_up_translator,
              test_counts_answers, tear_down_translator);
  return g_test_run ();
}
