/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DISCOVER that asks for option 108, and the OFFERs that answer it. */
#include "clat-dhcp4.h"

#include <string.h>

#define IP_AND_UDP     28
#define OFFSET_OPTIONS (IP_AND_UDP + 240)
#define OFFSET_XID     (IP_AND_UDP + 4)
#define OFFSET_CHADDR  (IP_AND_UDP + 28)
#define OFFSET_SNAME   (IP_AND_UDP + 44)
#define OFFSET_FILE    (IP_AND_UDP + 108)

static const ClatDhcp4Query query = {0x12345678, {2, 0, 0, 0, 0, 0x17}};

typedef struct
{
  guint8 bytes[600];
  gsize length;
} Packet;

static void
set_length (Packet *packet, gsize length)
{
  packet->length = length;
  packet->bytes[2] = length >> 8;
  packet->bytes[3] = length & 0xff;
  packet->bytes[24] = (length - 20) >> 8;
  packet->bytes[25] = (length - 20) & 0xff;
}

/* An OFFER with these options between the server identifier and the end. */
static Packet
make_offer (const guint8 *options, gsize n_options)
{
  static const guint8 common[] = {53, 1, 2, 54, 4, 10, 0, 0, 1};
  Packet packet = {0};
  guint8 *at = packet.bytes + OFFSET_OPTIONS;

  clat_dhcp4_write_discover (&query, 0, packet.bytes);
  packet.bytes[20] = 0;
  packet.bytes[21] = 67;
  packet.bytes[23] = 68;
  packet.bytes[IP_AND_UDP] = 2;
  memset (at, 0, sizeof packet.bytes - OFFSET_OPTIONS);
  memcpy (at, common, sizeof common);
  if (n_options > 0)
    memcpy (at + sizeof common, options, n_options);
  at[sizeof common + n_options] = 255;
  set_length (&packet, OFFSET_OPTIONS + sizeof common + n_options + 1);
  return packet;
}

static gboolean
parse (const Packet *packet, ClatDhcp4Offer *offer)
{
  /* Exactly this size, so that a sanitizer finds reads beyond it. */
  g_autofree guint8 *copy = g_memdup2 (packet->bytes, packet->length);

  return clat_dhcp4_parse_offer (&query, copy, packet->length, offer);
}

static guint32
sum_words (const guint8 *bytes, gsize length)
{
  guint32 sum = 0;

  for (gsize i = 0; i < length; i += 2)
    sum += bytes[i] << 8 | (i + 1 < length ? bytes[i + 1] : 0);
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

static void
test_discover_asks_for_option_108 (void)
{
  guint8 packet[CLAT_DHCP4_DISCOVER_MAX];
  gsize length = clat_dhcp4_write_discover (&query, 7, packet);
  const guint8 *options = packet + OFFSET_OPTIONS;
  gboolean found = FALSE;

  g_assert_cmpuint (length, >=, IP_AND_UDP + 300);
  g_assert_cmpuint (sum_words (packet, 20), ==, 0xffff);
  g_assert_cmpmem (packet + 12, 8, "\0\0\0\0\xff\xff\xff\xff", 8);
  g_assert_cmpmem (packet + 20, 4, "\0\x44\0\x43", 4);
  g_assert_cmpmem (packet + OFFSET_XID, 4, "\x12\x34\x56\x78", 4);
  g_assert_cmpuint (packet[IP_AND_UDP + 9], ==, 7);
  g_assert_cmpmem (packet + OFFSET_CHADDR, 6, query.mac, 6);

  for (gsize at = 0; options[at] != 255; at += 2 + options[at + 1])
    if (options[at] == 55)
      found = memchr (options + at + 2, 108, options[at + 1]) != NULL;
  g_assert_true (found);
}

/* The checksum covers the addresses, the protocol and the length, too. */
/* The options in their order (RFC 2132): a server that knows the client identifier of
 * most clients offers the lease that the host has. */
static void
test_discover_options (void)
{
  guint8 expected[] = {53, 1, 1,  61, 7, 1, 0, 0,  0,   0,
                       0,  0, 55, 5,  1, 3, 6, 51, 108, 255};
  guint8 packet[CLAT_DHCP4_DISCOVER_MAX];

  memcpy (expected + 6, query.mac, sizeof query.mac);
  clat_dhcp4_write_discover (&query, 0, packet);
  g_assert_cmpmem (packet + OFFSET_OPTIONS, sizeof expected, expected, sizeof expected);
}

static void
test_discover_has_a_checksum (void)
{
  guint8 packet[CLAT_DHCP4_DISCOVER_MAX];
  gsize length = clat_dhcp4_write_discover (&query, 0, packet);
  guint8 pseudo[12] = {0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 17, 0, 0};
  guint32 sum;

  pseudo[10] = (length - 20) >> 8;
  pseudo[11] = (length - 20) & 0xff;
  sum = sum_words (pseudo, 12) + sum_words (packet + 20, length - 20);
  g_assert_cmpuint ((sum & 0xffff) + (sum >> 16), ==, 0xffff);
}

static void
test_offer_with_option_108 (void)
{
  static const guint8 options[] = {0, 3, 4, 10, 0, 0, 1, 108, 4, 0, 0, 7, 8};
  Packet packet = make_offer (options, sizeof options);
  ClatDhcp4Offer offer;

  g_assert_true (parse (&packet, &offer));
  g_assert_true (offer.is_v6only);
  g_assert_cmpuint (offer.v6only_wait, ==, 1800);
  g_assert_cmpuint (ntohl (offer.server.s_addr), ==, 0x0a000001);
}

static void
test_offer_without_option_108 (void)
{
  Packet packet = make_offer (NULL, 0);
  ClatDhcp4Offer offer;

  g_assert_true (parse (&packet, &offer));
  g_assert_false (offer.is_v6only);
}

/* RFC 8925, 3.1 (row 8925-1). */
static void
test_8925_1_option_108_of_another_length_is_ignored (void)
{
  static const guint8 lengths[] = {0, 2, 3, 5, 8};

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint8 options[10] = {108, lengths[i]};
      Packet packet = make_offer (options, 2 + lengths[i]);
      ClatDhcp4Offer offer;

      g_assert_true (parse (&packet, &offer));
      g_assert_false (offer.is_v6only);
    }
}

/* RFC 3396: together they are one option of eight bytes. */
static void
test_repeated_option_108_is_ignored (void)
{
  static const guint8 options[] = {108, 4, 0, 0, 7, 8, 108, 4, 0, 0, 7, 8};
  Packet packet = make_offer (options, sizeof options);
  ClatDhcp4Offer offer;

  g_assert_true (parse (&packet, &offer));
  g_assert_false (offer.is_v6only);
}

static void
test_options_go_on_in_other_fields (void)
{
  static const guint8 both[] = {52, 1, 3};
  static const guint8 sname_only[] = {52, 1, 2};
  static const guint8 option[] = {108, 4, 0, 0, 1, 44, 255};
  Packet packet = make_offer (both, sizeof both);
  ClatDhcp4Offer offer;

  memcpy (packet.bytes + OFFSET_FILE, option, sizeof option);
  packet.bytes[OFFSET_SNAME] = 255;
  g_assert_true (parse (&packet, &offer));
  g_assert_true (offer.is_v6only);
  g_assert_cmpuint (offer.v6only_wait, ==, 300);

  packet = make_offer (sname_only, sizeof sname_only);
  memcpy (packet.bytes + OFFSET_FILE, option, sizeof option);
  g_assert_true (parse (&packet, &offer));
  g_assert_false (offer.is_v6only);
}

/* Each byte that is set to another value makes it no answer to the query. */
static void
test_offers_for_others_are_no_answers (void)
{
  static const struct
  {
    gsize at;
    guint8 value;
  } changes[] = {
      {0, 0x65},                  /* IPv6 */
      {0, 0x44},                  /* a header of 16 bytes */
      {6, 0x20},                  /* a fragment */
      {9, 6},                     /* TCP */
      {21, 68},                   /* not from a server */
      {23, 67},                   /* not to a client */
      {IP_AND_UDP, 1},            /* a request */
      {IP_AND_UDP + 1, 6},        /* of another kind of hardware */
      {IP_AND_UDP + 2, 16},       /* an address of another length */
      {OFFSET_XID + 3, 0},        /* of another query */
      {OFFSET_CHADDR + 5, 0x18},  /* for another host */
      {OFFSET_OPTIONS - 1, 0},    /* not DHCP */
      {OFFSET_OPTIONS + 2, 5},    /* an ACK */
      {OFFSET_OPTIONS + 3, 99},   /* without a server identifier */
      {OFFSET_OPTIONS + 10, 200}, /* an option longer than the message */
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      static const guint8 options[] = {108, 4, 0, 0, 7, 8};
      Packet packet = make_offer (options, sizeof options);
      ClatDhcp4Offer offer;

      packet.bytes[changes[i].at] = changes[i].value;
      g_assert_false (parse (&packet, &offer));
    }
}

static void
test_cut_packets_are_no_answers (void)
{
  static const guint8 options[] = {108, 4, 0, 0, 7, 8};
  Packet whole = make_offer (options, sizeof options);
  ClatDhcp4Offer offer;

  for (gsize length = 0; length < whole.length; length++)
    {
      Packet packet = whole;

      packet.length = length;
      g_assert_false (parse (&packet, &offer));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dhcp4/discover/option-108", test_discover_asks_for_option_108);
  g_test_add_func ("/dhcp4/discover/options", test_discover_options);
  g_test_add_func ("/dhcp4/discover/checksum", test_discover_has_a_checksum);
  g_test_add_func ("/dhcp4/offer/with", test_offer_with_option_108);
  g_test_add_func ("/dhcp4/offer/without", test_offer_without_option_108);
  g_test_add_func ("/dhcp4/offer/8925-1",
                   test_8925_1_option_108_of_another_length_is_ignored);
  g_test_add_func ("/dhcp4/offer/repeated", test_repeated_option_108_is_ignored);
  g_test_add_func ("/dhcp4/offer/overload", test_options_go_on_in_other_fields);
  g_test_add_func ("/dhcp4/offer/others", test_offers_for_others_are_no_answers);
  g_test_add_func ("/dhcp4/offer/cut", test_cut_packets_are_no_answers);
  return g_test_run ();
}
