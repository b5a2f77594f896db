/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Router advertisements (RFC 4861, RFC 8781). */
#include "clat-ra.h"

#include <string.h>

#define SOURCE_LINK_ADDRESS 0x01, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01
#define WKP                 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0

static const struct
{
  const char *name;
  guint8 option[16];
  const char *prefix; /* NULL: the option is ignored */
  guint32 lifetime;
} options[] = {
    {"/96", {0x26, 2, 0x07, 0x08, WKP}, "64:ff9b::/96", 1800},
    {"/64",
     {0x26, 2, 0x07, 0x09, 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44},
     "2001:db8:122:344::/64",
     1800},
    {"/56",
     {0x26, 2, 0x07, 0x0a, 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03},
     "2001:db8:122:300::/56",
     1800},
    {"/48",
     {0x26, 2, 0x07, 0x0b, 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22},
     "2001:db8:122::/48",
     1800},
    {"/40",
     {0x26, 2, 0x07, 0x0c, 0x20, 0x01, 0x0d, 0xb8, 0x01},
     "2001:db8:100::/40",
     1800},
    {"/32", {0x26, 2, 0x07, 0x0d, 0x20, 0x01, 0x0d, 0xb8}, "2001:db8::/32", 1800},
    {"longest-lifetime", {0x26, 2, 0xff, 0xf8, WKP}, "64:ff9b::/96", 65528},
    {"8781-3 shortest lifetime", {0x26, 2, 0x00, 0x08, WKP}, "64:ff9b::/96", 8},
    {"8781-4 withdrawn", {0x26, 2, 0x00, 0x00, WKP}, "64:ff9b::/96", 0},
    {"8781-2 PLC 6", {0x26, 2, 0x07, 0x0e, WKP}, NULL, 0},
    {"8781-2 PLC 7", {0x26, 2, 0x07, 0x0f, WKP}, NULL, 0},
    {"8781-11 bits beyond the length",
     {0x26, 2, 0x07, 0x09, 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44, 0xde, 0xad,
      0xbe, 0xef},
     "2001:db8:122:344::/64",
     1800},
    {"8781-11 octet 8 of a /96",
     {0x26, 2, 0x07, 0x08, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 1},
     NULL,
     0},
    {"link-local prefix", {0x26, 2, 0x07, 0x08, 0xfe, 0x80}, NULL, 0},
    {"multicast prefix", {0x26, 2, 0x07, 0x08, 0xff, 0x02}, NULL, 0},
    {"no prefix", {0x26, 2, 0x07, 0x08}, NULL, 0},
    {"another option", {0x27, 2, 0x07, 0x08, WKP}, NULL, 0},
};

/* An advertisement with these options. */
static gboolean
parse (const guint8 *rest, gsize length, ClatRa *ra)
{
  guint8 message[16 + 128] = {134, 0, 0, 0, 64, 0, 0x07, 0x08};

  g_assert_cmpuint (length, <=, 128);
  if (length > 0)
    memcpy (message + 16, rest, length);
  return clat_ra_parse (message, 16 + length, ra);
}

static void
test_options (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autofree char *prefix = NULL;
      ClatRa ra;

      g_test_message ("%s", options[i].name);
      g_assert_true (parse (options[i].option, sizeof options[i].option, &ra));
      g_assert_cmpuint (ra.n_pref64s, ==, options[i].prefix != NULL);
      if (options[i].prefix == NULL)
        continue;

      prefix = clat_prefix_to_string (&ra.pref64s[0].prefix);
      g_assert_cmpstr (prefix, ==, options[i].prefix);
      g_assert_cmpuint (ra.pref64s[0].lifetime, ==, options[i].lifetime);
    }
}

/* 8781-1 */
static void
test_wrong_length_is_ignored (void)
{
  guint8 message[24] = {0x26, 3, 0x07, 0x08, WKP};
  ClatRa ra;

  g_assert_true (parse (message, sizeof message, &ra));
  g_assert_cmpuint (ra.n_pref64s, ==, 0);
  message[1] = 1;
  message[8] = 0x01;
  message[9] = 2;
  g_assert_true (parse (message, sizeof message, &ra));
  g_assert_cmpuint (ra.n_pref64s, ==, 0);
}

/* 8781-7 */
static void
test_several_options_keep_their_order (void)
{
  static const guint8 message[] = {
      SOURCE_LINK_ADDRESS,
      0x26,
      2,
      0x07,
      0x08,
      WKP,
      0x05,
      0x01,
      0,
      0,
      0,
      0,
      0x05,
      0xdc,
      0x26,
      2,
      0x00,
      0x0d,
      0x20,
      0x01,
      0x0d,
      0xb8,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
  };
  ClatRa ra;

  g_assert_true (parse (message, sizeof message, &ra));
  g_assert_cmpuint (ra.n_pref64s, ==, 2);
  g_assert_cmpuint (ra.pref64s[0].prefix.length, ==, 96);
  g_assert_cmpuint (ra.pref64s[1].prefix.length, ==, 32);
}

static void
test_limit_of_options (void)
{
  guint8 message[16 + 90 * 16] = {134};
  ClatRa ra;

  for (guint i = 16; i < sizeof message; i += 16)
    memcpy (message + i, options[0].option, 16);
  g_assert_true (clat_ra_parse (message, sizeof message, &ra));
  g_assert_cmpuint (ra.n_pref64s, ==, CLAT_RA_MAX);
}

/* 8781-10: RFC 4861, 6.1.2 */
static void
test_malformed_options_invalidate_the_message (void)
{
  static const guint8 zero[] = {0x26, 2, 0x07, 0x08, WKP, 0x01, 0};
  static const guint8 beyond[] = {0x26, 2, 0x07, 0x08, WKP, 0x01, 2, 0, 0, 0, 0, 0, 0};
  static const guint8 half[] = {0x26, 2, 0x07, 0x08, WKP, 0x01};
  ClatRa ra;

  g_assert_false (parse (zero, sizeof zero, &ra));
  g_assert_false (parse (beyond, sizeof beyond, &ra));
  g_assert_false (parse (half, sizeof half, &ra));
}

static void
test_no_options (void)
{
  ClatRa ra;

  g_assert_true (parse (NULL, 0, &ra));
  g_assert_cmpuint (ra.n_pref64s + ra.n_networks, ==, 0);
  g_assert_cmpuint (ra.lifetime, ==, 1800);
}

/* 8781-10 */
static void
test_not_an_advertisement (void)
{
  static const guint8 good[16] = {134};
  static const guint8 other_type[16] = {133};
  static const guint8 other_code[16] = {134, 1};
  ClatRa ra;

  g_assert_true (clat_ra_parse (good, sizeof good, &ra));
  g_assert_false (clat_ra_parse (good, sizeof good - 1, &ra));
  g_assert_false (clat_ra_parse (good, 0, &ra));
  g_assert_false (clat_ra_parse (other_type, sizeof other_type, &ra));
  g_assert_false (clat_ra_parse (other_code, sizeof other_code, &ra));
}

/* RFC 4191, 2.2 */
static void
test_preference (void)
{
  static const struct
  {
    guint8 flags;
    ClatRaPreference preference;
  } rows[] = {
      {0x00, CLAT_RA_PREFERENCE_MEDIUM}, {0x08, CLAT_RA_PREFERENCE_HIGH},
      {0x18, CLAT_RA_PREFERENCE_LOW},    {0x10, CLAT_RA_PREFERENCE_MEDIUM},
      {0xe7, CLAT_RA_PREFERENCE_MEDIUM}, {0xff, CLAT_RA_PREFERENCE_LOW},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 message[16] = {134, [5] = rows[i].flags};
      ClatRa ra;

      g_assert_true (clat_ra_parse (message, sizeof message, &ra));
      g_assert_cmpint (ra.preference, ==, rows[i].preference);
    }
}

/* As scapy builds it: fe80::1 to all nodes, router lifetime 1800, prefix information with
 * lifetimes 86400 and 14400, route information with 600. */
static const guint8 captured[] = {
    0x86,
    0x00,
    0x00,
    0x00,
    0x40,
    0x00,
    0x07,
    0x08,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    /* prefix information */
    0x03,
    0x04,
    0x40,
    0xc0,
    0x00,
    0x01,
    0x51,
    0x80,
    0x00,
    0x00,
    0x38,
    0x40,
    0,
    0,
    0,
    0,
    0x20,
    0x01,
    0x0d,
    0xb8,
    0x00,
    0x07,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    /* route information */
    0x18,
    0x02,
    0x40,
    0x00,
    0x00,
    0x00,
    0x02,
    0x58,
    0x00,
    0x64,
    0xff,
    0x9b,
    0,
    0,
    0,
    0,
};

static void
test_networks (void)
{
  guint8 message[sizeof captured];
  ClatRa ra;

  g_assert_true (clat_ra_parse (captured, sizeof captured, &ra));
  g_assert_cmpuint (ra.n_networks, ==, 1);
  g_assert_cmpuint (ra.networks[0].network.length, ==, 64);
  g_assert_cmphex (ra.networks[0].network.address.s6_addr[0], ==, 0x20);
  g_assert_cmpuint (ra.networks[0].lifetime, ==, 86400);

  /* No address has so long a prefix. */
  memcpy (message, captured, sizeof captured);
  message[16 + 2] = 129;
  g_assert_true (clat_ra_parse (message, sizeof message, &ra));
  g_assert_cmpuint (ra.n_networks, ==, 0);
}

#define PREFIX_INFORMATION_SIZE 32

static void
test_link_local_networks_are_ignored (void)
{
  guint8 message[sizeof captured];
  ClatRa ra;

  memcpy (message, captured, sizeof captured);
  message[16 + 16] = 0xfe;
  message[16 + 17] = 0x80;
  g_assert_true (clat_ra_parse (message, sizeof message, &ra));
  g_assert_cmpuint (ra.n_networks, ==, 0);
}

static void
test_limit_of_networks (void)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  ClatRa ra;

  g_byte_array_append (message, captured, 16);
  for (guint i = 0; i < CLAT_RA_MAX + 4; i++)
    {
      g_byte_array_append (message, captured + 16, PREFIX_INFORMATION_SIZE);
      message->data[message->len - PREFIX_INFORMATION_SIZE + 16 + 5] = i;
    }
  g_assert_true (clat_ra_parse (message->data, message->len, &ra));
  g_assert_cmpuint (ra.n_networks, ==, CLAT_RA_MAX);
  for (guint i = 0; i < CLAT_RA_MAX; i++)
    g_assert_cmpuint (ra.networks[i].network.address.s6_addr[5], ==, i);
}

#define BEFORE 54 /* Ethernet and IPv6 */

static guint32
read_u32 (const guint8 *bytes)
{
  return (guint32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* Over the pseudo-header and the message: 0xffff if the checksum is right. */
static guint16
sum_frame (const guint8 *frame, gsize length)
{
  guint32 sum = length - BEFORE + 58;

  for (gsize i = 22; i < length; i += 2)
    sum += frame[i] << 8 | frame[i + 1];
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

static void
test_replay (void)
{
  static const struct
  {
    guint32 age;
    guint32 router, valid, preferred, route;
  } cases[] = {
      {0, 1800, 86400, 14400, 600},
      {100, 1700, 86300, 14300, 500},
      {1000, 800, 85400, 13400, 0},
      {100000, 0, 0, 0, 0},
  };
  struct in6_addr router = {.s6_addr = {0xfe, 0x80, [15] = 1}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) replayed =
          clat_ra_replay (&router, captured, sizeof captured, cases[i].age, G_MAXUINT32);
      gsize length;
      const guint8 *frame = g_bytes_get_data (replayed, &length);

      g_assert_cmpuint (length, ==, BEFORE + sizeof captured);
      g_assert_cmphex (sum_frame (frame, length), ==, 0xffff);
      g_assert_cmphex (frame[14 + 7], ==, 255);
      g_assert_cmpmem (frame + 14 + 8, 16, &router, 16);
      g_assert_cmpuint (frame[BEFORE + 6] << 8 | frame[BEFORE + 7], ==, cases[i].router);
      g_assert_cmpuint (read_u32 (frame + BEFORE + 16 + 4), ==, cases[i].valid);
      g_assert_cmpuint (read_u32 (frame + BEFORE + 16 + 8), ==, cases[i].preferred);
      g_assert_cmpuint (read_u32 (frame + BEFORE + 48 + 4), ==, cases[i].route);
    }
}

static void
test_replay_keeps_infinite_lifetimes (void)
{
  struct in6_addr router = {.s6_addr = {0xfe, 0x80, [15] = 1}};
  g_autofree guint8 *message = g_memdup2 (captured, sizeof captured);
  g_autoptr (GBytes) replayed = NULL;
  const guint8 *frame;

  memset (message + 16 + 4, 0xff, 4);
  replayed = clat_ra_replay (&router, message, sizeof captured, 5, G_MAXUINT32);
  frame = g_bytes_get_data (replayed, NULL);
  g_assert_cmphex (read_u32 (frame + BEFORE + 16 + 4), ==, G_MAXUINT32);
}

static void
test_replay_limits_lifetimes (void)
{
  struct in6_addr router = {.s6_addr = {0xfe, 0x80, [15] = 1}};
  g_autofree guint8 *message = g_memdup2 (captured, sizeof captured);
  g_autoptr (GBytes) replayed = NULL;
  const guint8 *frame;

  memset (message + 16 + 4, 0xff, 4);
  replayed = clat_ra_replay (&router, message, sizeof captured, 0, 5);
  frame = g_bytes_get_data (replayed, NULL);
  g_assert_cmpuint (frame[BEFORE + 6] << 8 | frame[BEFORE + 7], ==, 5);
  g_assert_cmpuint (read_u32 (frame + BEFORE + 16 + 4), ==, 5);
  g_assert_cmpuint (read_u32 (frame + BEFORE + 16 + 8), ==, 5);
  g_assert_cmpuint (read_u32 (frame + BEFORE + 48 + 4), ==, 5);
}

static void
test_malformed_is_not_replayed (void)
{
  struct in6_addr router = {.s6_addr = {0xfe, 0x80, [15] = 1}};

  for (gsize length = 0; length < sizeof captured; length++)
    {
      g_autoptr (GBytes) replayed =
          clat_ra_replay (&router, captured, length, 0, G_MAXUINT32);

      g_assert_cmpint (replayed != NULL, ==, length == 16 || length == 48);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ra/options", test_options);
  g_test_add_func ("/ra/wrong-length-is-ignored", test_wrong_length_is_ignored);
  g_test_add_func ("/ra/several-options-keep-their-order",
                   test_several_options_keep_their_order);
  g_test_add_func ("/ra/malformed-options-invalidate-the-message",
                   test_malformed_options_invalidate_the_message);
  g_test_add_func ("/ra/no-options", test_no_options);
  g_test_add_func ("/ra/limit-of-options", test_limit_of_options);
  g_test_add_func ("/ra/8781-10-not-an-advertisement", test_not_an_advertisement);
  g_test_add_func ("/ra/preference", test_preference);
  g_test_add_func ("/ra/networks", test_networks);
  g_test_add_func ("/ra/replay", test_replay);
  g_test_add_func ("/ra/replay-keeps-infinite-lifetimes",
                   test_replay_keeps_infinite_lifetimes);
  g_test_add_func ("/ra/replay-limits-lifetimes", test_replay_limits_lifetimes);
  g_test_add_func ("/ra/malformed-is-not-replayed", test_malformed_is_not_replayed);
  g_test_add_func ("/ra/link-local-networks-are-ignored",
                   test_link_local_networks_are_ignored);
  g_test_add_func ("/ra/limit-of-networks", test_limit_of_networks);
  return g_test_run ();
}
