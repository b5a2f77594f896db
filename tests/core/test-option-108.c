/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the host may do without native IPv4. */
#include "clat-option-108.h"

/* What NetworkManager makes of a network without any setting. */
static ClatProfile
make_profile (void)
{
  return (ClatProfile){.is_dhcp4_client = TRUE, .has_dhcp4 = TRUE};
}

typedef struct
{
  const char *name;
  void (*change) (ClatProfile *profile, ClatConfig *config);
  gboolean suits;
} Row;

static void
change_nothing (ClatProfile *profile, ClatConfig *config)
{
}

static void
set_mode_no (ClatProfile *profile, ClatConfig *config)
{
  profile->has_mode = TRUE;
  profile->mode = CLAT_MODE_NO;
}

static void
set_mode_force (ClatProfile *profile, ClatConfig *config)
{
  profile->has_mode = TRUE;
  profile->mode = CLAT_MODE_FORCE;
}

static void
configure_mode_no (ClatProfile *profile, ClatConfig *config)
{
  config->mode = CLAT_MODE_NO;
}

static void
configure_no_and_set_yes (ClatProfile *profile, ClatConfig *config)
{
  config->mode = CLAT_MODE_NO;
  profile->has_mode = TRUE;
  profile->mode = CLAT_MODE_YES;
}

static void
turn_off (ClatProfile *profile, ClatConfig *config)
{
  profile->has_ipv6_mostly = TRUE;
}

static void
configure_off (ClatProfile *profile, ClatConfig *config)
{
  config->ipv6_mostly = FALSE;
}

static void
configure_off_and_turn_on (ClatProfile *profile, ClatConfig *config)
{
  config->ipv6_mostly = FALSE;
  profile->has_ipv6_mostly = profile->ipv6_mostly = TRUE;
}

static void
require_ipv4 (ClatProfile *profile, ClatConfig *config)
{
  profile->has_dhcp4 = FALSE;
}

static void
disable_ipv6 (ClatProfile *profile, ClatConfig *config)
{
  profile->lacks_ipv6 = TRUE;
}

static void
forbid_option (ClatProfile *profile, ClatConfig *config)
{
  profile->option_108 = CLAT_PROFILE_SETTING_NO;
}

static void
enable_option (ClatProfile *profile, ClatConfig *config)
{
  profile->option_108 = CLAT_PROFILE_SETTING_YES;
}

static void
enable_other_clat (ClatProfile *profile, ClatConfig *config)
{
  profile->other_clat = CLAT_PROFILE_SETTING_YES;
}

static const Row rows[] = {
    {"default", change_nothing, TRUE},
    {"mode-no", set_mode_no, FALSE},
    {"mode-force", set_mode_force, FALSE},
    {"configured-mode-no", configure_mode_no, FALSE},
    {"configured-mode-no-profile-yes", configure_no_and_set_yes, TRUE},
    {"ipv6-mostly-no", turn_off, FALSE},
    {"configured-ipv6-mostly-no", configure_off, FALSE},
    {"configured-ipv6-mostly-no-profile-yes", configure_off_and_turn_on, TRUE},
    {"8925-2-required", require_ipv4, FALSE},
    {"8925-2-without-ipv6", disable_ipv6, FALSE},
    {"profile-forbids", forbid_option, FALSE},
    {"profile-enables", enable_option, TRUE},
    {"other-clat", enable_other_clat, FALSE},
};

static void
test_profile (gconstpointer data)
{
  const Row *row = data;
  ClatProfile profile = make_profile ();
  g_autoptr (ClatConfig) config = clat_config_new ();

  row->change (&profile, config);
  g_assert_cmpint (clat_option_108_suits_profile (&profile, config), ==, row->suits);
}

static gboolean
suits_all (ClatProfile *first, ClatProfile *second)
{
  g_autoptr (ClatConfig) config = clat_config_new ();
  g_autoptr (GPtrArray) profiles = g_ptr_array_new ();

  if (first != NULL)
    g_ptr_array_add (profiles, first);
  if (second != NULL)
    g_ptr_array_add (profiles, second);
  return clat_option_108_suits_all (profiles, config);
}

/* What holds for an interface holds for every profile on it. */
static void
test_profiles_of_an_interface (void)
{
  ClatProfile a = make_profile (), b = make_profile (), without = {0};

  g_assert_false (suits_all (NULL, NULL));
  g_assert_true (suits_all (&a, NULL));
  g_assert_true (suits_all (&a, &b));

  b.lacks_ipv6 = TRUE;
  g_assert_false (suits_all (&a, &b));
  g_assert_false (suits_all (&b, &a));

  /* DHCPv4 does not run for it, whatever the default is. */
  g_assert_true (suits_all (&a, &without));
  g_assert_true (suits_all (&without, &a));
  g_assert_false (suits_all (&without, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/option-108/profile/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_profile);
    }
  g_test_add_func ("/option-108/interface", test_profiles_of_an_interface);
  return g_test_run ();
}
