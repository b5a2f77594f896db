/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces and addresses of the CLATs of other programs. */
#include "clat-other-clat.h"

#include <arpa/inet.h>

static gboolean
is_address (const char *text)
{
  struct in_addr address;

  g_assert_cmpint (inet_pton (AF_INET, text, &address), ==, 1);
  return clat_other_clat_is_address (address);
}

/* RFC 7335: 192.0.0.0/29 */
static void
test_addresses (void)
{
  g_assert_true (is_address ("192.0.0.0"));
  g_assert_true (is_address ("192.0.0.7"));
  g_assert_false (is_address ("192.0.0.8"));
  g_assert_false (is_address ("191.255.255.255"));
  g_assert_false (is_address ("192.0.1.1"));
}

static void
test_interfaces (void)
{
  g_assert_true (clat_other_clat_is_interface ("clat", "tun"));
  g_assert_true (clat_other_clat_is_interface ("nat64", "tun"));
  g_assert_true (clat_other_clat_is_interface ("clat", ""));
  g_assert_true (clat_other_clat_is_interface ("cl-wlan0", "netkit"));
  g_assert_false (clat_other_clat_is_interface ("ds-lite", "ip6tnl"));
  g_assert_false (clat_other_clat_is_interface ("wlan0", ""));
}

static void
test_programs (void)
{
  g_assert_cmpstr (clat_other_clat_get_program ("clat"), ==, "clatd");
  g_assert_cmpstr (clat_other_clat_get_program ("cl-wlan0"), ==, "systemd-networkd");
  g_assert_null (clat_other_clat_get_program ("clatter"));
  g_assert_null (clat_other_clat_get_program ("nat64"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/other-clat/addresses", test_addresses);
  g_test_add_func ("/other-clat/interfaces", test_interfaces);
  g_test_add_func ("/other-clat/programs", test_programs);
  return g_test_run ();
}
