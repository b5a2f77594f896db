/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where our CLAT takes the place of NetworkManager's own. */
#include "clat-replacement.h"

gboolean
clat_replacement_is_wanted (const GPtrArray *profiles, const ClatConfig *config)
{
  gboolean is_any = FALSE;

  for (guint i = 0; i < profiles->len; i++)
    {
      const ClatProfile *profile = profiles->pdata[i];

      if (!profile->is_dhcp4_client
          || profile->other_clat != CLAT_PROFILE_SETTING_DEFAULT)
        continue;
      if (clat_profile_get_mode (profile, config) == CLAT_MODE_NO)
        return FALSE;
      is_any = TRUE;
    }
  return is_any;
}
