/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of DNS servers, valid and malformed ones. */
#include "clat-dns-answer.h"

#include <arpa/inet.h>
#include <string.h>

#define QUESTION                                                                         \
  "\x08ipv4only\x04"                                                                     \
  "arpa\0\0\x1c\0\x01"
#define QUESTION_LENGTH 19

#define TYPE_A     1
#define TYPE_CNAME 5
#define TYPE_SOA   6
#define TYPE_AAAA  28

/* Two names that are the root, five numbers. */
#define SOA_DATA_LENGTH 22

/* Header and question. */
static GByteArray *
begin (guint rcode, guint n_answers, guint n_authorities)
{
  GByteArray *message = g_byte_array_new ();
  guint8 header[] = {0x12, 0x34,      0x81, 0x80 | rcode,  0, 1,
                     0,    n_answers, 0,    n_authorities, 0, 0};

  g_byte_array_append (message, header, sizeof header);
  g_byte_array_append (message, (const guint8 *)QUESTION, QUESTION_LENGTH);
  return message;
}

/* A record of the name that was asked for. */
static void
add_record (GByteArray *message, guint type, guint32 ttl, gconstpointer data,
            guint length)
{
  guint8 fixed[] = {0xc0,      0x0c,      0,        type, 0,           1,
                    ttl >> 24, ttl >> 16, ttl >> 8, ttl,  length >> 8, length};

  g_byte_array_append (message, fixed, sizeof fixed);
  g_byte_array_append (message, data, length);
}

static void
add_address (GByteArray *message, const char *text, guint32 ttl)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, text, &address), ==, 1);
  add_record (message, TYPE_AAAA, ttl, &address, sizeof address);
}

static void
add_soa (GByteArray *message, guint32 ttl, guint8 minimum)
{
  guint8 data[SOA_DATA_LENGTH] = {[2 + 19] = minimum};

  add_record (message, TYPE_SOA, ttl, data, sizeof data);
}

static ClatDnsAnswer
parse (const GByteArray *message)
{
  ClatDnsAnswer answer = {0};

  g_assert_true (clat_dns_answer_parse (message->data, message->len, &answer));
  return answer;
}

static void
assert_address (const ClatDnsAnswer *answer, guint index, const char *expected)
{
  char text[INET6_ADDRSTRLEN];

  g_assert_cmpuint (index, <, answer->count);
  g_assert_cmpstr (inet_ntop (AF_INET6, &answer->addresses[index], text, sizeof text), ==,
                   expected);
}

/* 7050-3, 7050-11 */
static void
test_all_addresses_and_the_least_ttl (void)
{
  g_autoptr (GByteArray) message = begin (0, 4, 0);
  ClatDnsAnswer answer;

  add_record (message, TYPE_CNAME, 500, "\x01x", 3);
  add_address (message, "64:ff9b::c000:aa", 300);
  add_record (message, TYPE_A, 5, "\xc0\0\0\xaa", 4);
  add_address (message, "64:ff9b::c000:ab", 200);

  answer = parse (message);
  g_assert_cmpuint (answer.count, ==, 2);
  g_assert_cmpuint (answer.ttl, ==, 200);
  assert_address (&answer, 0, "64:ff9b::c000:aa");
  assert_address (&answer, 1, "64:ff9b::c000:ab");
}

/* 7050-10 */
static void
test_negative_ttl (void)
{
  for (guint rcode = 0; rcode <= 3; rcode += 3)
    {
      g_autoptr (GByteArray) lesser_minimum = begin (rcode, 0, 1);
      g_autoptr (GByteArray) lesser_ttl = begin (rcode, 0, 1);
      g_autoptr (GByteArray) none = begin (rcode, 0, 0);
      ClatDnsAnswer answer;

      add_soa (lesser_minimum, 3600, 90);
      answer = parse (lesser_minimum);
      g_assert_cmpuint (answer.count, ==, 0);
      g_assert_cmpuint (answer.ttl, ==, 90);

      add_soa (lesser_ttl, 70, 90);
      g_assert_cmpuint (parse (lesser_ttl).ttl, ==, 70);
      g_assert_cmpuint (parse (none).ttl, ==, 60);
    }
}

/* RFC 2181, 8 */
static void
test_negative_number_as_ttl (void)
{
  g_autoptr (GByteArray) message = begin (0, 1, 0);

  add_address (message, "64:ff9b::c000:aa", 0x80000001);
  g_assert_cmpuint (parse (message).ttl, ==, 0);
}

static void
test_failing_servers_give_no_answer (void)
{
  for (guint rcode = 1; rcode < 16; rcode++)
    {
      g_autoptr (GByteArray) message = begin (rcode, 1, 0);
      ClatDnsAnswer answer;

      add_address (message, "64:ff9b::c000:aa", 60);
      if (rcode != 3)
        g_assert_false (clat_dns_answer_parse (message->data, message->len, &answer));
    }
}

static void
test_query_is_not_an_answer (void)
{
  g_autoptr (GByteArray) message = begin (0, 0, 0);
  ClatDnsAnswer answer;

  message->data[2] = 0x01;
  g_assert_false (clat_dns_answer_parse (message->data, message->len, &answer));
}

static void
test_limit_of_addresses (void)
{
  g_autoptr (GByteArray) message = begin (0, 200, 0);

  for (guint i = 0; i < 200; i++)
    add_address (message, "64:ff9b::c000:aa", 60);
  g_assert_cmpuint (parse (message).count, ==, CLAT_DNS_ANSWER_MAX);
}

static void
test_address_of_wrong_length (void)
{
  g_autoptr (GByteArray) message = begin (0, 1, 0);
  ClatDnsAnswer answer;

  add_record (message, TYPE_AAAA, 60, "\x20\x01\x0d\xb8", 4);
  g_assert_false (clat_dns_answer_parse (message->data, message->len, &answer));
}

static GByteArray *
make_full (void)
{
  GByteArray *message = begin (0, 2, 1);

  add_address (message, "64:ff9b::c000:aa", 300);
  add_address (message, "64:ff9b::c000:ab", 300);
  add_soa (message, 3600, 90);
  return message;
}

/* A copy of its own size, so that a step beyond the end is seen by the sanitizers. */
static gboolean
parse_copy (const GByteArray *message, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (message->data, length);
  ClatDnsAnswer answer;

  return clat_dns_answer_parse (copy, length, &answer);
}

static void
test_cut_anywhere (void)
{
  g_autoptr (GByteArray) message = make_full ();
  g_autoptr (GByteArray) without_soa = begin (0, 2, 0);
  gsize end_of_addresses = without_soa->len + 2 * (12 + sizeof (struct in6_addr));

  for (gsize length = 0; length < message->len; length++)
    g_assert_cmpint (parse_copy (message, length), ==, length >= end_of_addresses);
}

static void
test_least_ttl_may_come_first (void)
{
  g_autoptr (GByteArray) message = begin (0, 2, 0);

  add_address (message, "64:ff9b::c000:aa", 200);
  add_address (message, "64:ff9b::c000:ab", 300);
  g_assert_cmpuint (parse (message).ttl, ==, 200);
}

static void
test_ignores_records_of_another_class (void)
{
  g_autoptr (GByteArray) message = begin (0, 2, 0);
  guint record;

  add_address (message, "64:ff9b::c000:aa", 300);
  record = message->len;
  add_address (message, "64:ff9b::c000:ab", 200);
  message->data[record + 5] = 3; /* CH */
  g_assert_cmpuint (parse (message).count, ==, 1);
  g_assert_cmpuint (parse (message).ttl, ==, 300);
}

static void
test_no_addresses_of_a_name_that_does_not_exist (void)
{
  g_autoptr (GByteArray) message = begin (3, 1, 1);

  add_address (message, "64:ff9b::c000:aa", 300);
  add_soa (message, 100, 50);
  g_assert_cmpuint (parse (message).count, ==, 0);
  g_assert_cmpuint (parse (message).ttl, ==, 50);
}

/* RFC 1035, 4.1.4: the combinations 10 and 01 are reserved. */
static void
test_reserved_label_types (void)
{
  static const guint8 types[] = {0x40, 0x80, 0xbf};

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GByteArray) message = begin (0, 1, 0);
      guint record = message->len;
      ClatDnsAnswer answer;

      add_address (message, "64:ff9b::c000:aa", 300);
      message->data[record] = types[i];
      g_assert_false (clat_dns_answer_parse (message->data, message->len, &answer));
    }
}

static void
test_garbage (void)
{
  g_autoptr (GByteArray) original = make_full ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7050);

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GByteArray) message = g_byte_array_new ();

      g_byte_array_append (message, original->data, original->len);
      for (gint32 n = g_rand_int_range (rand, 1, 5); n > 0; n--)
        message->data[g_rand_int_range (rand, 0, message->len)] = g_rand_int (rand);
      /* Must return. */
      parse_copy (message, g_rand_int_range (rand, 0, message->len + 1));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dns-answer/all-addresses-and-the-least-ttl",
                   test_all_addresses_and_the_least_ttl);
  g_test_add_func ("/dns-answer/negative-ttl", test_negative_ttl);
  g_test_add_func ("/dns-answer/negative-number-as-ttl", test_negative_number_as_ttl);
  g_test_add_func ("/dns-answer/failing-servers-give-no-answer",
                   test_failing_servers_give_no_answer);
  g_test_add_func ("/dns-answer/query-is-not-an-answer", test_query_is_not_an_answer);
  g_test_add_func ("/dns-answer/limit-of-addresses", test_limit_of_addresses);
  g_test_add_func ("/dns-answer/address-of-wrong-length", test_address_of_wrong_length);
  g_test_add_func ("/dns-answer/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/dns-answer/least-ttl-may-come-first", test_least_ttl_may_come_first);
  g_test_add_func ("/dns-answer/ignores-records-of-another-class",
                   test_ignores_records_of_another_class);
  g_test_add_func ("/dns-answer/no-addresses-of-a-name-that-does-not-exist",
                   test_no_addresses_of_a_name_that_does_not_exist);
  g_test_add_func ("/dns-answer/reserved-label-types", test_reserved_label_types);
  g_test_add_func ("/dns-answer/garbage", test_garbage);
  return g_test_run ();
}
