/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the host may do without native IPv4, if its network prefers that. */
#include "clat-option-108.h"

gboolean
clat_option_108_suits_profile (const ClatProfile *profile, const ClatConfig *config)
{
  ClatMode mode = clat_profile_get_mode (profile, config);

  return (mode == CLAT_MODE_AUTO || mode == CLAT_MODE_YES)
         && clat_profile_follows_option_108 (profile, config) && profile->has_dhcp4
         && !profile->lacks_ipv6 && profile->option_108 != CLAT_PROFILE_SETTING_NO
         && profile->other_clat != CLAT_PROFILE_SETTING_YES;
}

/* A profile without DHCPv4 is not affected. */
gboolean
clat_option_108_suits_all (const GPtrArray *profiles, const ClatConfig *config)
{
  gboolean is_any = FALSE;

  for (guint i = 0; i < profiles->len; i++)
    {
      const ClatProfile *profile = profiles->pdata[i];

      if (!profile->is_dhcp4_client)
        continue;
      if (!clat_option_108_suits_profile (profile, config))
        return FALSE;
      is_any = TRUE;
    }
  return is_any;
}
