/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool of IPv4 addresses. */
#include "clat-pool.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-error.h"

static gboolean
is_never_used (struct in_addr address, gpointer data)
{
  return FALSE;
}

static gboolean
is_given (struct in_addr address, gpointer data)
{
  return address.s_addr == inet_addr (data);
}

static char *
take (ClatPool *pool, ClatPoolIsUsed is_used, const char *used)
{
  g_autofree char *data = g_strdup (used);
  struct in_addr address;

  return clat_pool_take (pool, is_used, data, &address) ? g_strdup (inet_ntoa (address))
                                                        : NULL;
}

static void
test_lends_each_once (void)
{
  static const char *const expected[] = {"192.0.0.2", "192.0.0.3", "192.0.0.4",
                                         "192.0.0.5", "192.0.0.6", "192.0.0.7",
                                         "192.0.0.0"};
  g_autoptr (ClatPool) pool = clat_pool_new ("192.0.0.0/29", NULL);
  g_autofree char *none = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *taken = take (pool, is_never_used, NULL);

      g_assert_cmpstr (taken, ==, expected[i]);
    }
  none = take (pool, is_never_used, NULL);
  g_assert_null (none);
}

/* CL-F2 */
static void
test_leaves_what_is_used (void)
{
  g_autoptr (ClatPool) pool = clat_pool_new ("192.0.0.0/29", NULL);
  g_autofree char *taken = take (pool, is_given, "192.0.0.2");

  g_assert_cmpstr (taken, ==, "192.0.0.3");
}

static char *
get_gateway (ClatPool *pool, ClatPoolIsUsed is_used, const char *used)
{
  g_autofree char *data = g_strdup (used);
  struct in_addr gateway;

  return clat_pool_get_gateway (pool, is_used, data, &gateway)
             ? g_strdup (inet_ntoa (gateway))
             : NULL;
}

static void
assert_gateway (ClatPool *pool, const char *used, const char *expected)
{
  g_autofree char *gateway =
      get_gateway (pool, used != NULL ? is_given : is_never_used, used);

  g_assert_cmpstr (gateway, ==, expected);
}

/* The first address for hosts of the prefix, also after hosts have got theirs. */
static void
test_gateway_is_the_first_address (void)
{
  static const struct
  {
    const char *pool;
    const char *gateway;
    const char *host;
  } rows[] = {
      {"192.0.0.0/29", "192.0.0.1", "192.0.0.2"},
      {"10.1.2.0/24", "10.1.2.1", "10.1.2.2"},
      {"10.1.2.64/30", "10.1.2.65", "10.1.2.66"},
      {"10.1.2.2/31", "10.1.2.3", "10.1.2.2"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ClatPool) pool = clat_pool_new (rows[i].pool, NULL);
      g_autofree char *host = NULL;

      assert_gateway (pool, NULL, rows[i].gateway);
      host = take (pool, is_never_used, NULL);
      g_assert_cmpstr (host, ==, rows[i].host);
      assert_gateway (pool, NULL, rows[i].gateway);
    }
}

/* Another program has the first address: the gateway is the next one that is free, and
 * hosts get neither. */
static void
test_gateway_is_the_next_free_address (void)
{
  g_autoptr (ClatPool) pool = clat_pool_new ("192.0.0.0/29", NULL);
  g_autofree char *host = NULL;

  assert_gateway (pool, "192.0.0.1", "192.0.0.2");
  host = take (pool, is_given, "192.0.0.1");
  g_assert_cmpstr (host, ==, "192.0.0.3");
  assert_gateway (pool, "192.0.0.1", "192.0.0.2");
  assert_gateway (pool, "192.0.0.2", "192.0.0.1");
}

/* A host has the first address from a version of the service without a gateway. */
static void
test_gateway_is_not_a_host (void)
{
  g_autoptr (ClatPool) pool = clat_pool_new ("192.0.0.0/29", NULL);
  struct in_addr first = {inet_addr ("192.0.0.1")};

  g_assert_true (clat_pool_take_this (pool, first));
  assert_gateway (pool, NULL, "192.0.0.2");
  clat_pool_give_back (pool, first);
  assert_gateway (pool, NULL, "192.0.0.1");
}

static void
test_no_gateway_is_left (void)
{
  g_autoptr (ClatPool) pool = clat_pool_new ("10.1.2.2/31", NULL);
  g_autofree char *host = take (pool, is_never_used, NULL);

  assert_gateway (pool, "10.1.2.3", NULL);
}

static void
test_lends_again_what_came_back (void)
{
  g_autoptr (ClatPool) pool = clat_pool_new ("10.1.2.2/31", NULL);
  struct in_addr address;

  g_assert_true (clat_pool_take (pool, is_never_used, NULL, &address));
  g_assert_false (clat_pool_take (pool, is_never_used, NULL, &address));
  clat_pool_give_back (pool, address);
  g_assert_true (clat_pool_take (pool, is_never_used, NULL, &address));
  g_assert_cmpstr (inet_ntoa (address), ==, "10.1.2.2");
}

static void
test_refuses_what_is_not_a_pool (void)
{
  static const char *const texts[] = {"",
                                      "192.0.0.0",
                                      "192.0.0.0/33",
                                      "192.0.0.0/32",
                                      "192.0.0.0/23",
                                      "192.0.0.1/29",
                                      "64:ff9b::/96",
                                      "192.0.0/29",
                                      "192.0.0.0/29x"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (clat_pool_new (texts[i], &error));
      g_assert_error (error, CLAT_ERROR, CLAT_ERROR_INVALID);
    }
}

static void
test_refuses_what_hosts_cannot_have (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } rows[] = {
      {"0.0.0.0/24", "this network"},      {"0.255.255.0/24", "this network"},
      {"127.0.0.0/24", "loopback"},        {"127.255.255.248/29", "loopback"},
      {"169.254.0.0/24", "link-local"},    {"169.254.255.0/24", "link-local"},
      {"224.0.0.0/24", "multicast"},       {"239.255.255.0/24", "multicast"},
      {"240.0.0.0/24", "reserved"},        {"255.255.255.0/24", "reserved"},
      {"255.255.255.254/31", "broadcast"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (clat_pool_new (rows[i].text, &error));
      g_assert_error (error, CLAT_ERROR, CLAT_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, rows[i].text));
      g_assert_nonnull (strstr (error->message, rows[i].reason));
    }
}

static void
test_accepts_their_neighbours (void)
{
  static const char *const texts[] = {
      "1.0.0.0/24",     "126.255.255.0/24", "128.0.0.0/24", "169.253.255.0/24",
      "169.255.0.0/24", "223.255.255.0/24", "192.0.0.0/29", "100.64.0.0/24"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ClatPool) pool = clat_pool_new (texts[i], &error);

      g_assert_no_error (error);
    }
}

/* An address of another pool, and one that is taken already. */
static void
test_takes_only_its_own_addresses (void)
{
  g_autoptr (ClatPool) pool = clat_pool_new ("192.0.0.0/29", NULL);
  struct in_addr first = {inet_addr ("192.0.0.0")}, last = {inet_addr ("192.0.0.7")};
  struct in_addr before = {inet_addr ("191.255.255.255")};
  struct in_addr behind = {inet_addr ("192.0.0.8")};

  g_assert_false (clat_pool_take_this (pool, before));
  g_assert_false (clat_pool_take_this (pool, behind));
  g_assert_true (clat_pool_take_this (pool, first));
  g_assert_false (clat_pool_take_this (pool, first));
  g_assert_true (clat_pool_take_this (pool, last));
}

/* What is lent of the old prefix does not come back into the new one. */
static void
test_another_prefix (void)
{
  g_autoptr (ClatPool) pool = clat_pool_new ("192.0.0.0/29", NULL);
  const struct in_addr old = {inet_addr ("192.0.0.2")};
  g_autofree char *before = take (pool, is_never_used, NULL);
  g_autofree char *after = NULL, *last = NULL;

  clat_pool_change (pool, "10.0.0.0/31");
  g_assert_false (clat_pool_contains (pool, old));
  g_assert_false (clat_pool_take_this (pool, old));
  after = take (pool, is_never_used, NULL);
  g_assert_cmpstr (after, ==, "10.0.0.0");
  last = take (pool, is_never_used, NULL);
  g_assert_null (last);

  /* It is lent still when the old prefix returns. */
  clat_pool_change (pool, "192.0.0.0/30");
  g_assert_true (clat_pool_contains (pool, old));
  g_assert_false (clat_pool_take_this (pool, old));
  clat_pool_give_back (pool, old);
  g_assert_true (clat_pool_take_this (pool, old));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/lends-each-once", test_lends_each_once);
  g_test_add_func ("/pool/leaves-what-is-used", test_leaves_what_is_used);
  g_test_add_func ("/pool/gateway-is-the-first-address",
                   test_gateway_is_the_first_address);
  g_test_add_func ("/pool/gateway-is-the-next-free-address",
                   test_gateway_is_the_next_free_address);
  g_test_add_func ("/pool/gateway-is-not-a-host", test_gateway_is_not_a_host);
  g_test_add_func ("/pool/no-gateway-is-left", test_no_gateway_is_left);
  g_test_add_func ("/pool/lends-again-what-came-back", test_lends_again_what_came_back);
  g_test_add_func ("/pool/refuses-what-is-not-a-pool", test_refuses_what_is_not_a_pool);
  g_test_add_func ("/pool/refuses-what-hosts-cannot-have",
                   test_refuses_what_hosts_cannot_have);
  g_test_add_func ("/pool/another-prefix", test_another_prefix);
  g_test_add_func ("/pool/accepts-their-neighbours", test_accepts_their_neighbours);
  g_test_add_func ("/pool/takes-only-its-own-addresses",
                   test_takes_only_its_own_addresses);
  return g_test_run ();
}
