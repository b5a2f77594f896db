/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli-mode.h"
#include "cli-prefix.h"
#include "cli-profile.h"

#define OTHER_KEY "org.example.color"

static NMSettingUser *
get_user (NMConnection *profile)
{
  return (NMSettingUser *)nm_connection_get_setting (profile, NM_TYPE_SETTING_USER);
}

static void
test_mode_is_kept_as_user_data (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();

  g_assert_cmpstr (cli_profile_get_mode (profile), ==, "auto");
  g_assert_true (cli_profile_set_mode (profile, "force"));
  g_assert_cmpstr (nm_setting_user_get_data (get_user (profile), "net.clatnm.clat"), ==,
                   "force");
  g_assert_cmpstr (cli_profile_get_mode (profile), ==, "force");
}

static void
test_auto_leaves_no_trace (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();

  g_assert_false (cli_profile_set_mode (profile, "auto"));
  g_assert_null (get_user (profile));
  g_assert_true (cli_profile_set_mode (profile, "no"));
  g_assert_true (cli_profile_set_mode (profile, "auto"));
  g_assert_null (get_user (profile));
}

static void
test_other_user_data_stays (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();
  NMSetting *user = nm_setting_user_new ();

  nm_setting_user_set_data (NM_SETTING_USER (user), OTHER_KEY, "red", NULL);
  nm_connection_add_setting (profile, user);

  g_assert_true (cli_profile_set_mode (profile, "yes"));
  g_assert_cmpstr (nm_setting_user_get_data (get_user (profile), OTHER_KEY), ==, "red");
  g_assert_true (cli_profile_set_mode (profile, "auto"));
  g_assert_cmpstr (nm_setting_user_get_data (get_user (profile), OTHER_KEY), ==, "red");
  g_assert_null (nm_setting_user_get_data (get_user (profile), CLI_MODE_KEY));
}

static void
test_same_mode_changes_nothing (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();

  g_assert_true (cli_profile_set_mode (profile, "yes"));
  g_assert_false (cli_profile_set_mode (profile, "yes"));
}

static void
test_prefix_is_kept_next_to_the_mode (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();

  g_assert_false (cli_profile_set_prefix (profile, ""));
  g_assert_null (get_user (profile));
  g_assert_true (cli_profile_set_mode (profile, "yes"));
  g_assert_true (cli_profile_set_prefix (profile, "64:ff9b::/96"));
  g_assert_false (cli_profile_set_prefix (profile, "64:ff9b::/96"));
  g_assert_cmpstr (nm_setting_user_get_data (get_user (profile), "net.clatnm.prefix"), ==,
                   "64:ff9b::/96");
  g_assert_cmpstr (cli_profile_get_mode (profile), ==, "yes");
  g_assert_true (cli_profile_set_prefix (profile, ""));
  g_assert_cmpstr (cli_profile_get_prefix (profile), ==, "");
  g_assert_cmpstr (cli_profile_get_mode (profile), ==, "yes");
}

static void
test_prefixes (void)
{
  static const struct
  {
    const char *text;
    gboolean is_valid;
  } rows[] = {
      {"64:ff9b::/96", TRUE},
      {"2001:db8::/32", TRUE},
      {"2001:db8:1:2::/64", TRUE},
      {"64:ff9b::", FALSE},
      {"64:ff9b::/95", FALSE},
      {"64:ff9b::/72", FALSE},
      {"64:ff9b::/128", FALSE},
      {"64:ff9b::/24", FALSE},
      {"64:ff9b::1/96", FALSE},
      {"2001:db8:0:0:100::/96", FALSE},
      {"::/96", FALSE},
      {"::ffff:0:0/96", FALSE},
      {"fe80::/64", FALSE},
      {"ff02::/64", FALSE},
      {"192.0.2.0/32", FALSE},
      {"", FALSE},
      {"/96", FALSE},
      {"64:ff9b::/96/96", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (cli_prefix_is_valid (rows[i].text), ==, rows[i].is_valid);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/user-data", test_mode_is_kept_as_user_data);
  g_test_add_func ("/profile/auto", test_auto_leaves_no_trace);
  g_test_add_func ("/profile/other-data", test_other_user_data_stays);
  g_test_add_func ("/profile/same", test_same_mode_changes_nothing);
  g_test_add_func ("/profile/prefix", test_prefix_is_kept_next_to_the_mode);
  g_test_add_func ("/profile/prefixes", test_prefixes);
  return g_test_run ();
}
