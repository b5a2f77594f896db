/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which routing rules the addresses of a translator need. */
#include "clat-source-rule.h"

#define TABLE  254
#define PARENT 2
#define VETH   7
#define OTHER  8
#define VPN    9

static const ClatWanted wanted = {
    .translator = TRUE, .parent = PARENT, .table = TABLE, .metric = 100};

static void
assert_rules (const ClatWanted *translator, const ClatDefault *defaults, guint count,
              const char *expected)
{
  static const char letters[] = "SDFO";
  ClatSourceRule rules[CLAT_N_SOURCE_RULES];
  guint n = clat_source_rule_choose (translator, VETH, defaults, count, rules);
  char found[CLAT_N_SOURCE_RULES + 1] = "";

  for (guint i = 0; i < n; i++)
    found[i] = letters[rules[i]];
  g_assert_cmpstr (found, ==, expected);
}

#define ASSERT_RULES(translator, expected, ...)                                          \
  assert_rules (translator, (const ClatDefault[]){__VA_ARGS__},                          \
                sizeof ((const ClatDefault[]){__VA_ARGS__}) / sizeof (ClatDefault),      \
                expected)

static void
test_one_translator_follows_the_best_default (void)
{
  ASSERT_RULES (&wanted, "SDO", {VETH, TABLE, 100, TRUE});
  ASSERT_RULES (&wanted, "SDO", {VETH, TABLE, 100, TRUE}, {VPN, TABLE, 50, FALSE});
  ASSERT_RULES (&wanted, "SDO", {VETH, TABLE, 100, TRUE}, {0, TABLE, 0, FALSE});
  ASSERT_RULES (&wanted, "SDO", {VETH, TABLE, 100, TRUE}, {OTHER, TABLE, 600, FALSE});
}

static void
test_second_translator_passes_over_the_first (void)
{
  ASSERT_RULES (&wanted, "SFO", {VETH, TABLE, 100, TRUE}, {OTHER, TABLE, 90, TRUE});
  ASSERT_RULES (&wanted, "SFO", {VETH, TABLE, 100, TRUE}, {OTHER, TABLE, 100, TRUE},
                {VPN, TABLE, 50, FALSE});
  ASSERT_RULES (&wanted, "SDO", {VETH, TABLE, 100, TRUE}, {OTHER, TABLE, 101, TRUE});
  ASSERT_RULES (&wanted, "SDO", {OTHER, 46400008, 0, TRUE}, {OTHER, TABLE, 101, TRUE});
}

/* Mode "force" */
static void
test_native_ipv4_of_the_interface_is_passed_over (void)
{
  ASSERT_RULES (&wanted, "SO", {VETH, TABLE, 100, TRUE}, {PARENT, TABLE, 99, FALSE});
  ASSERT_RULES (&wanted, "SDO", {VETH, TABLE, 100, TRUE}, {PARENT, TABLE, 101, FALSE});
  ASSERT_RULES (&wanted, "SO", {PARENT, TABLE, 99, FALSE}, {VPN, TABLE, 600, FALSE});
  ASSERT_RULES (&wanted, "SO", {PARENT, TABLE, 99, FALSE}, {VPN, 51820, 0, FALSE});
}

static void
test_vpn_beats_native_ipv4_of_the_interface (void)
{
  ASSERT_RULES (&wanted, "SDO", {PARENT, TABLE, 99, FALSE}, {VPN, TABLE, 50, FALSE});
  ASSERT_RULES (&wanted, "SDO", {VPN, TABLE, 50, FALSE}, {PARENT, TABLE, 99, FALSE});
}

static void
test_drain_keeps_its_own_table (void)
{
  ClatWanted draining = wanted;

  draining.drains = TRUE;
  ASSERT_RULES (&draining, "SO", {PARENT, TABLE, 100, FALSE});
  ASSERT_RULES (&draining, "SO", {VETH, 46400007, 0, TRUE});
}

static void
test_connections_stay_while_the_nat64_does_not_answer (void)
{
  ClatWanted penalized = wanted;

  penalized.penalty = 40000;
  ASSERT_RULES (&penalized, "SO", {VETH, TABLE, 40100, TRUE}, {OTHER, TABLE, 600, FALSE});
  ASSERT_RULES (&penalized, "SDO", {VETH, TABLE, 40100, TRUE}, {VPN, TABLE, 50, FALSE},
                {OTHER, TABLE, 600, FALSE});
  ASSERT_RULES (&penalized, "SFO", {VETH, TABLE, 40100, TRUE}, {OTHER, TABLE, 600, TRUE});
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source-rule/one", test_one_translator_follows_the_best_default);
  g_test_add_func ("/source-rule/two", test_second_translator_passes_over_the_first);
  g_test_add_func ("/source-rule/native",
                   test_native_ipv4_of_the_interface_is_passed_over);
  g_test_add_func ("/source-rule/vpn", test_vpn_beats_native_ipv4_of_the_interface);
  g_test_add_func ("/source-rule/drain", test_drain_keeps_its_own_table);
  g_test_add_func ("/source-rule/plat",
                   test_connections_stay_while_the_nat64_does_not_answer);
  return g_test_run ();
}
