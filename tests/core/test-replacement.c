/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where our CLAT takes the place of NetworkManager's own. */
#include "clat-replacement.h"

static gboolean
is_replaced (ClatProfileSetting setting, ClatMode mode)
{
  ClatProfile profile = {
      .is_dhcp4_client = TRUE, .other_clat = setting, .has_mode = TRUE, .mode = mode};
  g_autoptr (ClatConfig) config = clat_config_new ();
  g_autoptr (GPtrArray) profiles = g_ptr_array_new ();

  g_ptr_array_add (profiles, &profile);
  return clat_replacement_is_wanted (profiles, config);
}

/* The other CLAT has the connection if the profile names it, or ours is off. */
static void
test_replaced (void)
{
  g_assert_true (is_replaced (CLAT_PROFILE_SETTING_DEFAULT, CLAT_MODE_AUTO));
  g_assert_true (is_replaced (CLAT_PROFILE_SETTING_DEFAULT, CLAT_MODE_YES));
  g_assert_true (is_replaced (CLAT_PROFILE_SETTING_DEFAULT, CLAT_MODE_FORCE));
  g_assert_false (is_replaced (CLAT_PROFILE_SETTING_DEFAULT, CLAT_MODE_NO));
  g_assert_false (is_replaced (CLAT_PROFILE_SETTING_YES, CLAT_MODE_AUTO));
  g_assert_false (is_replaced (CLAT_PROFILE_SETTING_NO, CLAT_MODE_AUTO));
}

static void
test_replaced_on_an_interface (void)
{
  ClatProfile ours = {.is_dhcp4_client = TRUE},
              off = {.is_dhcp4_client = TRUE, .has_mode = TRUE, .mode = CLAT_MODE_NO},
              theirs = {.is_dhcp4_client = TRUE, .other_clat = CLAT_PROFILE_SETTING_YES},
              without = {.mode = CLAT_MODE_NO};
  g_autoptr (ClatConfig) config = clat_config_new ();
  g_autoptr (GPtrArray) profiles = g_ptr_array_new ();

  g_assert_false (clat_replacement_is_wanted (profiles, config));
  g_ptr_array_add (profiles, &without);
  g_ptr_array_add (profiles, &theirs);
  g_assert_false (clat_replacement_is_wanted (profiles, config));
  g_ptr_array_add (profiles, &ours);
  g_assert_true (clat_replacement_is_wanted (profiles, config));
  g_ptr_array_add (profiles, &off);
  g_assert_false (clat_replacement_is_wanted (profiles, config));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replacement/profile", test_replaced);
  g_test_add_func ("/replacement/interface", test_replaced_on_an_interface);
  return g_test_run ();
}
