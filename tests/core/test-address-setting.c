/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which IPv6 address a translator uses. */
#include "clat-address-setting.h"

#include <arpa/inet.h>
#include <string.h>

static struct in6_addr
ipv6 (const char *text)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, text, &address), ==, 1);
  return address;
}

static void
test_words (void)
{
  static const struct
  {
    const char *text;
    ClatAddressChoice choice;
  } rows[] = {
      {"auto", CLAT_ADDRESS_AUTO},       {"own", CLAT_ADDRESS_OWN},
      {"shared", CLAT_ADDRESS_SHARED},   {"2001:db8:5::/64", CLAT_ADDRESS_ROUTED},
      {"fd00::/8", CLAT_ADDRESS_ROUTED}, {"2001:db8::7/128", CLAT_ADDRESS_ROUTED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      ClatAddressSetting setting;

      g_assert_true (clat_address_setting_parse (rows[i].text, &setting, &error));
      g_assert_no_error (error);
      g_assert_cmpint (setting.choice, ==, rows[i].choice);
    }
}

static void
test_invalid (void)
{
  static const char *const texts[] = {
      "",
      "mine",
      "2001:db8::",
      "2001:db8::/129",
      "2001:db8::/",
      "2001:db8::/0",
      "2001:db8::1/64",
      "fe80::/64",
      "ff05::/16",
      "10.0.0.0/8",
      "::ffff:0:0/96",
      "::1/128",
      "routed",
      "2001:db8::/64 ",
      "2001:db8::/64/64",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      ClatAddressSetting setting = {.choice = CLAT_ADDRESS_AUTO};

      g_assert_false (clat_address_setting_parse (texts[i], &setting, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (setting.choice, ==, CLAT_ADDRESS_AUTO);
    }
}

static void
test_address_of_a_routed_prefix (void)
{
  static const guint8 secret[CLAT_IDENTIFIER_LENGTH] = {1, 2, 3};
  static const guint8 other[CLAT_IDENTIFIER_LENGTH] = {4};
  const ClatIpv6 prefix = {ipv6 ("2001:db8:5::"), 64};
  const ClatIpv6 single = {ipv6 ("2001:db8:5::9"), 128};
  struct in6_addr made = clat_address_setting_make_routed (&prefix, secret).address;
  struct in6_addr again = clat_address_setting_make_routed (&prefix, secret).address;
  struct in6_addr foreign = clat_address_setting_make_routed (&prefix, other).address;

  g_assert_true (clat_ipv6_has_prefix (&prefix, &made));
  g_assert_false (IN6_ARE_ADDR_EQUAL (&made, &prefix.address));
  g_assert_true (IN6_ARE_ADDR_EQUAL (&made, &again));
  g_assert_false (IN6_ARE_ADDR_EQUAL (&made, &foreign));
  made = clat_address_setting_make_routed (&single, secret).address;
  g_assert_true (IN6_ARE_ADDR_EQUAL (&made, &single.address));
}

/* CL-D9: a network that gives single addresses. */
static void
test_when_to_share (void)
{
  const ClatAddressNeed need = {
      .choice = CLAT_ADDRESS_AUTO,
      .is_wanted = TRUE,
      .has_host_address = TRUE,
      .lacks_slaac = TRUE,
      .addressing = CLAT_ADDRESSING_NONE,
  };
  ClatAddressNeed changed = need;

  g_assert_true (clat_address_need_is_to_share (&changed));

  /* An address beside a static one is tried first. */
  changed.has_static_prefix = TRUE;
  g_assert_false (clat_address_need_is_to_share (&changed));
  changed.is_overdue = TRUE;
  g_assert_true (clat_address_need_is_to_share (&changed));
  changed.addressing = CLAT_ADDRESSING_DUPLICATE;
  g_assert_true (clat_address_need_is_to_share (&changed));
  changed.addressing = CLAT_ADDRESSING_NO_ROUTE;
  g_assert_false (clat_address_need_is_to_share (&changed));
  changed.addressing = CLAT_ADDRESSING_READY;
  g_assert_false (clat_address_need_is_to_share (&changed));

  /* An own address exists, but the network filters it. */
  changed.is_filtered = TRUE;
  g_assert_true (clat_address_need_is_to_share (&changed));
  changed.choice = CLAT_ADDRESS_OWN;
  g_assert_false (clat_address_need_is_to_share (&changed));

  changed = need;
  changed.lacks_slaac = FALSE;
  g_assert_false (clat_address_need_is_to_share (&changed));
  changed = need;
  changed.choice = CLAT_ADDRESS_OWN;
  g_assert_false (clat_address_need_is_to_share (&changed));
  changed = need;
  changed.is_wanted = FALSE;
  g_assert_false (clat_address_need_is_to_share (&changed));
  changed = need;
  changed.has_host_address = FALSE;
  g_assert_false (clat_address_need_is_to_share (&changed));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-setting/words", test_words);
  g_test_add_func ("/address-setting/invalid", test_invalid);
  g_test_add_func ("/address-setting/address-of-a-routed-prefix",
                   test_address_of_a_routed_prefix);
  g_test_add_func ("/address-setting/when-to-share", test_when_to_share);
  return g_test_run ();
}
