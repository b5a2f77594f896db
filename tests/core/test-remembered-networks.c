/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks of which the service has found something out. */
#include "clat-remembered-networks.h"

static const struct in6_addr router = {.s6_addr = {0xfe, 0x80, [15] = 1}};
static const struct in6_addr other = {.s6_addr = {0xfe, 0x80, [15] = 2}};

static ClatPrefix
prefix (const char *text)
{
  ClatPrefix parsed;

  g_assert_true (clat_prefix_parse (text, &parsed, NULL));
  return parsed;
}

static void
test_recognized_by_all_of_it (void)
{
  const ClatPrefix well_known = prefix ("64:ff9b::/96"), own = prefix ("2001:db8::/96");
  ClatRememberedNetworks networks = {0};

  g_assert_false (
      clat_remembered_networks_contain (&networks, "a", &router, &well_known));
  clat_remembered_networks_add (&networks, "a", &router, &well_known);
  clat_remembered_networks_add (&networks, "a", &router, &well_known);
  g_assert_cmpuint (networks.n, ==, 1);
  g_assert_true (clat_remembered_networks_contain (&networks, "a", &router, &well_known));
  g_assert_false (
      clat_remembered_networks_contain (&networks, "b", &router, &well_known));
  g_assert_false (clat_remembered_networks_contain (&networks, "a", &other, &well_known));
  g_assert_false (clat_remembered_networks_contain (&networks, "a", &router, &own));
}

static void
test_oldest_makes_room (void)
{
  const ClatPrefix well_known = prefix ("64:ff9b::/96");
  ClatRememberedNetworks networks = {0};

  for (guint i = 0; i <= CLAT_MAX_REMEMBERED_NETWORKS; i++)
    {
      g_autofree char *uuid = g_strdup_printf ("%u", i);

      clat_remembered_networks_add (&networks, uuid, &router, &well_known);
    }
  g_assert_cmpuint (networks.n, ==, CLAT_MAX_REMEMBERED_NETWORKS);
  g_assert_false (
      clat_remembered_networks_contain (&networks, "0", &router, &well_known));
  g_assert_true (clat_remembered_networks_contain (&networks, "1", &router, &well_known));
  g_assert_true (
      clat_remembered_networks_contain (&networks, "16", &router, &well_known));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/remembered-networks/recognized-by-all-of-it",
                   test_recognized_by_all_of_it);
  g_test_add_func ("/remembered-networks/oldest-makes-room", test_oldest_makes_room);
  return g_test_run ();
}
