/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli-online.h"

static void
test_judgement (void)
{
  static const struct
  {
    const char *state, *reason;
    CliOnline online;
  } cases[] = {
      {"active", "none", CLI_ONLINE_IPV4},
      {"native", "native-ipv4", CLI_ONLINE_IPV4},
      {"native", "ipv6-mostly-lease", CLI_ONLINE_IPV4},
      {"delegated", "other-clat", CLI_ONLINE_IPV4},
      {"preparing", "none", CLI_ONLINE_PREPARING},
      {"preparing", "waiting-for-address", CLI_ONLINE_PREPARING},
      {"searching", "not-connected", CLI_ONLINE_STARTING},
      {"searching", "no-nat64", CLI_ONLINE_SEARCHING},
      {"failed", "duplicate-address", CLI_ONLINE_NOTHING},
      {"unsupported", "link-unsupported", CLI_ONLINE_NOTHING},
      {"disabled", "mode-no", CLI_ONLINE_NOTHING},
      {"a newer state", "a newer reason", CLI_ONLINE_NOTHING},
      {NULL, NULL, CLI_ONLINE_NOTHING},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cli_online_judge (cases[i].state, cases[i].reason), ==,
                     cases[i].online);
}

/* A connection with IPv4 ends the wait, unless another one is about to have it, too. */
static void
test_order (void)
{
  g_assert_cmpint (CLI_ONLINE_PREPARING, >, CLI_ONLINE_IPV4);
  g_assert_cmpint (CLI_ONLINE_IPV4, >, CLI_ONLINE_STARTING);
  g_assert_cmpint (CLI_ONLINE_STARTING, >, CLI_ONLINE_SEARCHING);
  g_assert_cmpint (CLI_ONLINE_SEARCHING, >, CLI_ONLINE_NOTHING);
}

static void
test_patience (void)
{
  g_assert_cmpint (cli_online_get_patience (CLI_ONLINE_IPV4), ==, 0);
  g_assert_cmpint (cli_online_get_patience (CLI_ONLINE_PREPARING), <, 0);
  g_assert_cmpint (cli_online_get_patience (CLI_ONLINE_STARTING), <, 0);
  g_assert_cmpint (cli_online_get_patience (CLI_ONLINE_NOTHING), >, 0);
  g_assert_cmpint (cli_online_get_patience (CLI_ONLINE_SEARCHING), >,
                   cli_online_get_patience (CLI_ONLINE_NOTHING));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/online/judgement", test_judgement);
  g_test_add_func ("/online/order", test_order);
  g_test_add_func ("/online/patience", test_patience);
  return g_test_run ();
}
