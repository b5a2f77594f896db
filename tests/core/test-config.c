/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nm.conf: its values, and the errors about mistakes. */
#include "clat-config-file.h"

#include <glib/gstdio.h>
#include <string.h>

#include "clat-error.h"

#define BOM "\xef\xbb\xbf"

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ClatConfig) config =
      clat_config_file_load ("/nonexistent/clat-nm.conf", FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpint (config->mode, ==, CLAT_MODE_AUTO);
  g_assert_cmpstr (config->ipv4_pool, ==, "192.0.0.0/29");
  g_assert_true (config->discovers_by_ra);
  g_assert_true (config->discovers_by_dns);
  g_assert_cmpuint (config->drain, ==, 30);
  g_assert_true (config->ipv6_mostly);
}

static void
test_reads_each_key (void)
{
  static const char text[] = "# a comment\n[main]\nmode = no \nipv4-pool=10.64.0.0/28\n"
                             "translator=userspace\nlowest-ipv6-mtu=1400\n"
                             "reassembly=no\ndiscovery=dns\ndrain=5\n"
                             "private-destinations=yes\nplat-probe=198.51.100.1\n"
                             "ipv6-mostly=no\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ClatConfig) config =
      clat_config_file_parse ("f", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpint (config->mode, ==, CLAT_MODE_NO);
  g_assert_cmpstr (config->ipv4_pool, ==, "10.64.0.0/28");
  g_assert_true (config->settings.userspace);
  g_assert_cmpuint (config->settings.lowest_ipv6_mtu, ==, 1400);
  g_assert_false (config->settings.reassembles);
  g_assert_cmpint (config->settings.private_destinations, ==, CLAT_PRIVATE_YES);
  g_assert_false (config->discovers_by_ra);
  g_assert_true (config->discovers_by_dns);
  g_assert_cmpuint (config->drain, ==, 5);
  g_assert_cmpuint (config->plat_target.s_addr, ==, htonl (0xc6336401));
  g_assert_false (config->ipv6_mostly);
}

/* 7050-18 */
static void
test_discovery_methods (void)
{
  static const struct
  {
    const char *text;
    gboolean by_ra;
    gboolean by_dns;
    gboolean dns_first;
  } rows[] = {
      {"[main]\ndiscovery=ra,dns\n", TRUE, TRUE, FALSE},
      {"[main]\ndiscovery=dns,ra\n", TRUE, TRUE, TRUE},
      {"[main]\ndiscovery=ra\n", TRUE, FALSE, FALSE},
      {"[main]\ndiscovery=dns\n", FALSE, TRUE, TRUE},
      {"[main]\ndiscovery=none\n", FALSE, FALSE, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ClatConfig) config =
          clat_config_file_parse ("f", rows[i].text, strlen (rows[i].text), &error);

      g_assert_no_error (error);
      g_assert_cmpint (config->discovers_by_ra, ==, rows[i].by_ra);
      g_assert_cmpint (config->discovers_by_dns, ==, rows[i].by_dns);
      g_assert_cmpint (config->dns_first, ==, rows[i].dns_first);
    }
}

/* NULL if there is none. */
static char *
find_prefix (const ClatConfig *config, const char *interface, const char *id)
{
  const ClatPrefix *found = clat_config_find_prefix (
      config, interface, "5e543c99-3624-543c-955f-83697c314808", id);

  return found == NULL ? NULL : clat_prefix_to_string (found);
}

static void
test_prefixes_of_interfaces_and_profiles (void)
{
  static const char text[] = "[interface wlan0]\nprefix=64:ff9b:1::/96\n"
                             "[interface wwan*]\nprefix = 64:ff9b:2::/96\n"
                             "[interface *1]\nprefix=64:ff9b:3::/96\n"
                             "[profile Big Office]\nprefix=64:ff9b:4::/96\n"
                             "[profile 5e543c99-3624-543c-955f-83697c314809]\n"
                             "prefix=64:ff9b:5::/96\n";
  static const struct
  {
    const char *interface;
    const char *id;
    const char *prefix;
  } rows[] = {
      {"wlan0", "Home", "64:ff9b:1::/96"},
      {"wwan0", "Home", "64:ff9b:2::/96"},
      {"wwan1", "Home", "64:ff9b:2::/96"},
      {"eth1", "Home", "64:ff9b:3::/96"},
      {"eth0", "Home", NULL},
      {"wlan", "Home", NULL},
      {"wlan0", "Big Office", "64:ff9b:4::/96"},
      {"eth0", "Big Office", "64:ff9b:4::/96"},
      {"eth0", "5e543c99-3624-543c-955f-83697c314809", "64:ff9b:5::/96"},
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (ClatConfig) config =
      clat_config_file_parse ("f", text, strlen (text), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *prefix = find_prefix (config, rows[i].interface, rows[i].id);

      g_assert_cmpstr (prefix, ==, rows[i].prefix);
    }
}

static ClatAddressChoice
find_address (const ClatConfig *config, const char *interface, const char *id)
{
  return clat_config_find_address (config, interface,
                                   "5e543c99-3624-543c-955f-83697c314808", id)
      ->choice;
}

static void
test_addresses_of_interfaces_and_profiles (void)
{
  static const char text[] = "[main]\naddress=own\n"
                             "[interface eth*]\nprefix=64:ff9b:1::/96\n"
                             "[interface wlan0]\naddress=shared\n"
                             "[profile Office]\naddress=2001:db8:5::/64\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ClatConfig) defaults = clat_config_new ();
  g_autoptr (ClatConfig) config =
      clat_config_file_parse ("f", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpint (find_address (defaults, "eth0", "Home"), ==, CLAT_ADDRESS_AUTO);
  g_assert_cmpint (find_address (config, "eth0", "Home"), ==, CLAT_ADDRESS_OWN);
  g_assert_cmpint (find_address (config, "wlan0", "Home"), ==, CLAT_ADDRESS_SHARED);
  g_assert_cmpint (find_address (config, "wlan0", "Office"), ==, CLAT_ADDRESS_ROUTED);
  g_assert_null (find_prefix (config, "wlan0", "Office"));
}

/* The installed file documents the defaults. */
static void
test_installed_file_is_the_defaults (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "../../clat-nm.conf", NULL);
  g_autofree char *text = NULL;
  g_autoptr (ClatConfig) defaults = clat_config_new ();
  g_autoptr (ClatConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) active = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  active = g_string_new (text);
  g_assert_cmpuint (g_string_replace (active, "\n#mode=", "\nmode=", 1), ==, 1);
  g_assert_cmpuint (g_string_replace (active, "\n#ipv4-pool=", "\nipv4-pool=", 1), ==, 1);
  g_assert_cmpuint (g_string_replace (active, "\n#discovery=", "\ndiscovery=", 1), ==, 1);
  g_assert_cmpuint (g_string_replace (active, "\n#translator=", "\ntranslator=", 1), ==,
                    1);
  g_assert_cmpuint (g_string_replace (active, "\n#lowest-", "\nlowest-", 1), ==, 1);
  g_assert_cmpuint (g_string_replace (active, "\n#reassembly=", "\nreassembly=", 1), ==,
                    1);
  g_assert_cmpuint (g_string_replace (active, "\n#private-", "\nprivate-", 1), ==, 1);
  g_assert_cmpuint (g_string_replace (active, "\n#drain=", "\ndrain=", 1), ==, 1);
  g_assert_cmpuint (g_string_replace (active, "\n#plat-probe=", "\nplat-probe=", 1), ==,
                    1);
  g_assert_cmpuint (g_string_replace (active, "\n#ipv6-mostly=", "\nipv6-mostly=", 1), ==,
                    1);

  config = clat_config_file_parse (path, active->str, active->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (config->mode, ==, defaults->mode);
  g_assert_cmpstr (config->ipv4_pool, ==, defaults->ipv4_pool);
  g_assert_cmpint (config->discovers_by_ra, ==, defaults->discovers_by_ra);
  g_assert_cmpint (config->discovers_by_dns, ==, defaults->discovers_by_dns);
  g_assert_cmpuint (config->drain, ==, defaults->drain);
  g_assert_cmpuint (config->plat_target.s_addr, ==, defaults->plat_target.s_addr);
  g_assert_cmpint (config->ipv6_mostly, ==, defaults->ipv6_mostly);
  g_assert_cmpint (config->dns_first, ==, defaults->dns_first);
  g_assert_cmpint (config->settings.userspace, ==, defaults->settings.userspace);
  g_assert_cmpuint (config->settings.lowest_ipv6_mtu, ==,
                    defaults->settings.lowest_ipv6_mtu);
  g_assert_cmpint (config->settings.reassembles, ==, defaults->settings.reassembles);
  g_assert_cmpint (config->settings.private_destinations, ==, CLAT_PRIVATE_AUTO);
  g_assert_cmpint (defaults->settings.private_destinations, ==, CLAT_PRIVATE_AUTO);
}

static const struct
{
  const char *text;
  const char *message;
} mistakes[] = {
    {"[main]\nmode=maybe\n",
     "f:2: 'maybe' is not a mode; expected auto, yes, no or force"},
    {"[main]\nmode=yes\n", "f:2: the default mode is auto, no or force"},
    {"[main]\n\n  modes=no\n", "f:3: unknown key 'modes'"},
    {"# x\n[main]\n[Main]\nmode=no\n", "f:3: unknown group [Main]"},
    {"[main]\nipv4-pool=192.0.0.1/29\n",
     "f:2: '192.0.0.1/29' has bits set beyond its length"},
    {"[main]\ndiscovery=ra,ra\n",
     "f:2: 'ra,ra' is not a discovery method; expected ra,dns or dns,ra or ra or dns "
     "or none"},
    {"[interface a]\nprefix=64:ff9b::/96\n[interface b]\n\nprefix=64:ff9b::/95\n",
     "f:5: '64:ff9b::/95': the length of a NAT64 prefix is 32, 40, 48, 56, 64 or 96"},
    {"[interface a]\nprefix=\n", "f:2: '' is not an IPv6 prefix"},
    {"[profile a]\nprefix=64:ff9b::1/96\n",
     "f:2: '64:ff9b::1/96' has bits set beyond its length"},
    {"[main]\nmode=no\n[profile a]\nmode=no\n", "f:4: unknown key 'mode'"},
    {"[main]\nprefix=64:ff9b::/96\n", "f:2: unknown key 'prefix'"},
    {"[interface ]\nprefix=64:ff9b::/96\n", "f:1: unknown group [interface ]"},
    {"[profile]\nprefix=64:ff9b::/96\n", "f:1: unknown group [profile]"},
    {"[main]\ntranslator=bpf\n",
     "f:2: 'bpf' is not a translator; expected auto or userspace"},
    {"[main]\nlowest-ipv6-mtu=1279\n", "f:2: '1279' is not an IPv6 MTU"},
    {"[main]\nipv6-mostly=maybe\n", "f:2: 'maybe' is neither yes nor no"},
    {"[main]\ndrain=-1\n", "f:2: '-1' is not a number of seconds"},
    {"[main]\nprivate-destinations=true\n", "f:2: 'true' is not auto, yes or no"},
    {"[main]\nplat-probe=1.1\n", "f:2: '1.1' is neither none nor the IPv4 address"},
    {"[main]\nplat-probe=192.0.0.170\n", "f:2: '192.0.0.170' is neither none nor"},
    {"[main]\nplat-probe=224.0.0.1\n", "f:2: '224.0.0.1' is neither none nor"},
    {"[main]\nreassembly=maybe\n", "f:2: 'maybe' is neither yes nor no"},
    {"mode=no\n", "f:1: "},
    {"[main]\nmode=no\nmode=auto\n", "f:3: key 'mode' is repeated"},
    {"[main]\nmode=no\n# x\n\n mode = no\n", "f:5: key 'mode' is repeated"},
    {"[main]\nmode=no\n[profile a]\nprefix=64:ff9b::/96\n[main]\ndrain=5\n",
     "f:5: group [main] is repeated"},
    {"[interface a]\nprefix=64:ff9b::/96\n[interface a]\n",
     "f:3: group [interface a] is repeated"},
    {"[main]\nipv4-pool=127.0.0.0/24\n",
     "f:2: '127.0.0.0/24' has no addresses for hosts: "
     "127.0.0.0/8 is loopback"},
    {"[main]\nipv4-pool=255.255.255.254/31\n",
     "f:2: '255.255.255.254/31' has no addresses for hosts: 240.0.0.0/4 is reserved"},
    {BOM "[main]\nmode=maybe\n", "f:2: 'maybe' is not a mode"},
    {"[main]\nmode=no\nnonsense\n", "f:3: "},
};

static void
test_errors_name_file_line_and_fault (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      const char *text = mistakes[i].text;
      g_autoptr (GError) error = NULL;

      g_assert_null (clat_config_file_parse ("f", text, strlen (text), &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, mistakes[i].message));
    }
}

static void
test_accepts_a_byte_order_mark (void)
{
  static const char *const texts[] = {BOM "[main]\ndrain=5\n", BOM "\n[main]\ndrain=5\n"};
  g_autoptr (GError) error = NULL;
  g_autoptr (ClatConfig) empty = clat_config_file_parse ("f", BOM, strlen (BOM), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ClatConfig) config =
          clat_config_file_parse ("f", texts[i], strlen (texts[i]), &error);

      g_assert_no_error (error);
      g_assert_cmpuint (config->drain, ==, 5);
    }
}

/* The same key in two groups, and Windows line ends. */
static void
test_accepts_what_is_not_repeated (void)
{
  static const char text[] = "[interface a]\r\nprefix=64:ff9b::/96\r\n"
                             "[interface b]\r\nprefix=64:ff9b:1::/96\r\n#prefix=x\r\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ClatConfig) config =
      clat_config_file_parse ("f", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (config->exceptions->len, ==, 2);
}

static void
test_refuses_what_is_not_text (void)
{
  static const char text[] = "[main]\nmode=no\0ipv4-pool=1";
  g_autoptr (GError) error = NULL;

  g_assert_null (clat_config_file_parse ("f", text, sizeof text, &error));
  g_assert_error (error, CLAT_ERROR, CLAT_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/defaults", test_defaults);
  g_test_add_func ("/config/reads-each-key", test_reads_each_key);
  g_test_add_func ("/config/discovery-methods", test_discovery_methods);
  g_test_add_func ("/config/prefixes-of-interfaces-and-profiles",
                   test_prefixes_of_interfaces_and_profiles);
  g_test_add_func ("/config/addresses-of-interfaces-and-profiles",
                   test_addresses_of_interfaces_and_profiles);
  g_test_add_func ("/config/installed-file-is-the-defaults",
                   test_installed_file_is_the_defaults);
  g_test_add_func ("/config/errors-name-file-line-and-fault",
                   test_errors_name_file_line_and_fault);
  g_test_add_func ("/config/accepts-a-byte-order-mark", test_accepts_a_byte_order_mark);
  g_test_add_func ("/config/accepts-what-is-not-repeated",
                   test_accepts_what_is_not_repeated);
  g_test_add_func ("/config/refuses-what-is-not-text", test_refuses_what_is_not_text);
  return g_test_run ();
}
