/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drop-in for NetworkManager's configuration. */
#include "clat-network-defaults.h"

static void
test_nothing_needs_no_file (void)
{
  g_autoptr (ClatNetworkDefaults) defaults = clat_network_defaults_new ();

  g_assert_null (clat_network_defaults_to_text (defaults));
}

static void
test_names_each_interface_exactly (void)
{
  g_autoptr (ClatNetworkDefaults) defaults = clat_network_defaults_new ();
  g_autofree char *text = NULL, *match = NULL, *value = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  clat_network_defaults_add (defaults->option_108, "wlan0");
  clat_network_defaults_add (defaults->option_108, "eth0.5");
  clat_network_defaults_add (defaults->option_108, "wlan0");
  text = clat_network_defaults_to_text (defaults);

  g_assert_true (g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL));
  match =
      g_key_file_get_string (file, "connection-clat-nm-option-108", "match-device", NULL);
  g_assert_cmpstr (match, ==, "interface-name:=eth0.5,interface-name:=wlan0");
  /* Field case "Option 108, facts": NetworkManager ignores words such as "yes". */
  value = g_key_file_get_string (file, "connection-clat-nm-option-108",
                                 "ipv4.dhcp-ipv6-only-preferred", NULL);
  g_assert_cmpstr (value, ==, "1");
  /* Whoever finds the file sees whose it is. */
  g_assert_true (g_str_has_prefix (text, "# Written by clat-nm while it runs"));
}

/* Each has interfaces of its own, and 0 is "no". */
static void
test_clat (void)
{
  g_autoptr (ClatNetworkDefaults) defaults = clat_network_defaults_new ();
  g_autofree char *text = NULL, *match = NULL, *value = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  clat_network_defaults_add (defaults->option_108, "wlan0");
  clat_network_defaults_add (defaults->without_clat, "eth0");
  text = clat_network_defaults_to_text (defaults);

  g_assert_true (g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL));
  match = g_key_file_get_string (file, "connection-clat-nm-clat", "match-device", NULL);
  g_assert_cmpstr (match, ==, "interface-name:=eth0");
  value = g_key_file_get_string (file, "connection-clat-nm-clat", "ipv4.clat", NULL);
  g_assert_cmpstr (value, ==, "0");
}

/* The order in which they were added does not matter, or the file would be written, and
 * loaded, without a need. */
static void
test_same_sets_have_the_same_text (void)
{
  g_autoptr (ClatNetworkDefaults) a = clat_network_defaults_new ();
  g_autoptr (ClatNetworkDefaults) b = clat_network_defaults_new ();
  g_autofree char *text_a = NULL, *text_b = NULL;

  for (int i = 0; i < 20; i++)
    {
      g_autofree char *name_a = g_strdup_printf ("eth%d", i);
      g_autofree char *name_b = g_strdup_printf ("eth%d", 19 - i);

      clat_network_defaults_add (a->option_108, name_a);
      clat_network_defaults_add (b->option_108, name_b);
    }
  text_a = clat_network_defaults_to_text (a);
  text_b = clat_network_defaults_to_text (b);
  g_assert_cmpstr (text_a, ==, text_b);
}

static void
test_reads_what_it_wrote (void)
{
  g_autoptr (ClatNetworkDefaults) defaults = clat_network_defaults_new ();
  g_autoptr (ClatNetworkDefaults) parsed = NULL;
  g_autofree char *text = NULL, *again = NULL;

  clat_network_defaults_add (defaults->option_108, "eth0");
  clat_network_defaults_add (defaults->option_108, "wlan0");
  clat_network_defaults_add (defaults->without_clat, "eth0");
  text = clat_network_defaults_to_text (defaults);
  parsed = clat_network_defaults_parse (text);
  again = clat_network_defaults_to_text (parsed);
  g_assert_cmpstr (again, ==, text);
}

static void
test_reads_anything (void)
{
  static const char *const texts[] = {
      "",
      "no key file",
      "[connection-clat-nm-option-108]\n",
      "[connection-clat-nm-option-108]\nmatch-device=,,interface-name:=,mac:00\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ClatNetworkDefaults) parsed = clat_network_defaults_parse (texts[i]);

      g_assert_cmpuint (g_hash_table_size (parsed->option_108), ==, 0);
    }
}

/* The names of interfaces are up to any program on the host that may add one. */
static void
test_rejects_names_with_a_meaning (void)
{
  static const char *const names[] = {
      "",     "a,b",  "a;b", "a\\b",     "a#b",  "*",    "a*",      "a?",  "a[b]",
      "a\nb", "a\rb", "a b", "=a",       "a=b",  "a\"b", "a:b",     "a|b", "a~",
      "!a",   "a&b",  "a%b", "except:a", "a\tb", "\xff", "\xc3\xa4"};
  g_autoptr (ClatNetworkDefaults) defaults = clat_network_defaults_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_false (clat_network_defaults_accept (names[i]));
      clat_network_defaults_add (defaults->option_108, names[i]);
    }
  g_assert_null (clat_network_defaults_to_text (defaults));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-defaults/none", test_nothing_needs_no_file);
  g_test_add_func ("/network-defaults/exact", test_names_each_interface_exactly);
  g_test_add_func ("/network-defaults/clat", test_clat);
  g_test_add_func ("/network-defaults/order", test_same_sets_have_the_same_text);
  g_test_add_func ("/network-defaults/parse", test_reads_what_it_wrote);
  g_test_add_func ("/network-defaults/parse-anything", test_reads_anything);
  g_test_add_func ("/network-defaults/names", test_rejects_names_with_a_meaning);
  return g_test_run ();
}
