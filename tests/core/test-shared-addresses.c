/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's IPv6 addresses that a translator may share. */
#include "clat-shared-addresses.h"

#include "clat-expiry.h"

#define SECOND ((gint64)G_USEC_PER_SEC)
#define START  (1000 * SECOND)

static ClatSourceAddress
make (guint8 number)
{
  return (ClatSourceAddress){.address = {.s6_addr = {0x20, 0x01, [15] = number}}};
}

static guint
number_of (const ClatSharedAddresses *shared, guint i)
{
  return shared->addresses[i].address.s6_addr[15];
}

/* RFC 8981: a temporary address ends soon, and with it every connection. */
static void
test_temporary_addresses_are_not_shared (void)
{
  ClatSourceAddress addresses[] = {make (1), make (2), make (3)};
  ClatSharedAddresses shared = {0};

  addresses[0].is_temporary = TRUE;
  addresses[2].is_deprecated = TRUE;
  clat_shared_addresses_follow (&shared, addresses, 3, START);
  g_assert_cmpuint (shared.n, ==, 2);
  g_assert_cmpuint (number_of (&shared, 0), ==, 2);
  g_assert_cmpuint (number_of (&shared, 1), ==, 3);

  /* Better than none. */
  addresses[1].is_deprecated = TRUE;
  clat_shared_addresses_follow (&shared, addresses, 3, START);
  g_assert_cmpuint (shared.n, ==, 3);
}

static void
test_current_address (void)
{
  ClatSourceAddress addresses[] = {make (1), make (2)};
  ClatSharedAddresses shared = {0};

  g_assert_null (clat_shared_addresses_get_current (&shared));
  addresses[0].is_deprecated = TRUE;
  clat_shared_addresses_follow (&shared, addresses, 2, START);
  g_assert_cmpuint (clat_shared_addresses_get_current (&shared)->s6_addr[15], ==, 2);
  clat_shared_addresses_follow (&shared, addresses, 1, START);
  g_assert_null (clat_shared_addresses_get_current (&shared));
}

static void
test_lost_address_is_kept_for_a_while (void)
{
  const ClatSourceAddress addresses[] = {make (1), make (2)};
  ClatSharedAddresses shared = {0};

  clat_shared_addresses_follow (&shared, addresses, 1, START);
  g_assert_cmpint (clat_shared_addresses_get_next (&shared), ==, CLAT_NEVER);

  clat_shared_addresses_follow (&shared, addresses + 1, 1, START + SECOND);
  g_assert_cmpuint (shared.n, ==, 2);
  g_assert_cmpuint (number_of (&shared, 0), ==, 2);
  g_assert_cmpuint (number_of (&shared, 1), ==, 1);
  g_assert_true (shared.addresses[1].is_deprecated);
  g_assert_cmpint (clat_shared_addresses_get_next (&shared), ==, START + 6 * SECOND);

  clat_shared_addresses_follow (&shared, addresses + 1, 1, START + 5 * SECOND);
  g_assert_cmpuint (shared.n, ==, 2);
  clat_shared_addresses_follow (&shared, addresses + 1, 1, START + 6 * SECOND);
  g_assert_cmpuint (shared.n, ==, 1);
  g_assert_cmpint (clat_shared_addresses_get_next (&shared), ==, CLAT_NEVER);
}

static void
test_address_that_returns (void)
{
  const ClatSourceAddress addresses[] = {make (1)};
  ClatSharedAddresses shared = {0};

  clat_shared_addresses_follow (&shared, addresses, 1, START);
  clat_shared_addresses_follow (&shared, NULL, 0, START + SECOND);
  g_assert_cmpuint (shared.n, ==, 1);
  clat_shared_addresses_follow (&shared, addresses, 1, START + 2 * SECOND);
  g_assert_cmpuint (shared.n, ==, 1);
  g_assert_false (shared.addresses[0].is_deprecated);
  g_assert_cmpint (clat_shared_addresses_get_next (&shared), ==, CLAT_NEVER);
}

static void
test_table_is_bounded (void)
{
  ClatSourceAddress addresses[CLAT_MAX_ADDRESSES];
  ClatSharedAddresses shared = {0};

  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < CLAT_MAX_ADDRESSES; i++)
        addresses[i] = make (round * CLAT_MAX_ADDRESSES + i);
      clat_shared_addresses_follow (&shared, addresses, CLAT_MAX_ADDRESSES, START);
      g_assert_cmpuint (shared.n, ==, CLAT_MAX_ADDRESSES);
      g_assert_cmpuint (number_of (&shared, 0), ==, round * CLAT_MAX_ADDRESSES);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shared-addresses/temporary-addresses-are-not-shared",
                   test_temporary_addresses_are_not_shared);
  g_test_add_func ("/shared-addresses/current-address", test_current_address);
  g_test_add_func ("/shared-addresses/lost-address-is-kept-for-a-while",
                   test_lost_address_is_kept_for_a_while);
  g_test_add_func ("/shared-addresses/address-that-returns", test_address_that_returns);
  g_test_add_func ("/shared-addresses/table-is-bounded", test_table_is_bounded);
  return g_test_run ();
}
