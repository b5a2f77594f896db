/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "clat-profile-keys.h"
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
  g_assert_true (cli_profile_set_mode (profile, CLAT_MODE_FORCE));
  g_assert_cmpstr (nm_setting_user_get_data (get_user (profile), "net.clatnm.clat"), ==,
                   "force");
  g_assert_cmpstr (cli_profile_get_mode (profile), ==, "force");
}

static void
test_auto_leaves_no_trace (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();

  g_assert_false (cli_profile_set_mode (profile, CLAT_MODE_AUTO));
  g_assert_null (get_user (profile));
  g_assert_true (cli_profile_set_mode (profile, CLAT_MODE_NO));
  g_assert_true (cli_profile_set_mode (profile, CLAT_MODE_AUTO));
  g_assert_null (get_user (profile));
}

static void
test_other_user_data_stays (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();
  NMSetting *user = nm_setting_user_new ();

  nm_setting_user_set_data (NM_SETTING_USER (user), OTHER_KEY, "red", NULL);
  nm_connection_add_setting (profile, user);

  g_assert_true (cli_profile_set_mode (profile, CLAT_MODE_YES));
  g_assert_cmpstr (nm_setting_user_get_data (get_user (profile), OTHER_KEY), ==, "red");
  g_assert_true (cli_profile_set_mode (profile, CLAT_MODE_AUTO));
  g_assert_cmpstr (nm_setting_user_get_data (get_user (profile), OTHER_KEY), ==, "red");
  g_assert_null (nm_setting_user_get_data (get_user (profile), CLAT_PROFILE_MODE_KEY));
}

static void
test_same_mode_changes_nothing (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();

  g_assert_true (cli_profile_set_mode (profile, CLAT_MODE_YES));
  g_assert_false (cli_profile_set_mode (profile, CLAT_MODE_YES));
}

static void
test_prefix_is_kept_next_to_the_mode (void)
{
  g_autoptr (NMConnection) profile = nm_simple_connection_new ();

  g_assert_false (cli_profile_set_prefix (profile, ""));
  g_assert_null (get_user (profile));
  g_assert_true (cli_profile_set_mode (profile, CLAT_MODE_YES));
  g_assert_true (cli_profile_set_prefix (profile, "64:ff9b::/96"));
  g_assert_false (cli_profile_set_prefix (profile, "64:ff9b::/96"));
  g_assert_cmpstr (nm_setting_user_get_data (get_user (profile), "net.clatnm.prefix"), ==,
                   "64:ff9b::/96");
  g_assert_cmpstr (cli_profile_get_mode (profile), ==, "yes");
  g_assert_true (cli_profile_set_prefix (profile, ""));
  g_assert_cmpstr (cli_profile_get_prefix (profile), ==, "");
  g_assert_cmpstr (cli_profile_get_mode (profile), ==, "yes");
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
  return g_test_run ();
}
