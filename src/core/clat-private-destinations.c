/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of the setting as in clat-nm.conf and on the command line of clat-xlat. */
#include "clat-private-destinations.h"

static const char *const texts[CLAT_N_PRIVATE] = {
    [CLAT_PRIVATE_AUTO] = "auto",
    [CLAT_PRIVATE_YES] = "yes",
    [CLAT_PRIVATE_NO] = "no",
};

const char *
clat_private_destinations_to_string (ClatPrivateDestinations value)
{
  g_return_val_if_fail (value < CLAT_N_PRIVATE, NULL);

  return texts[value];
}

gboolean
clat_private_destinations_parse (const char *text, ClatPrivateDestinations *value)
{
  for (guint i = 0; i < CLAT_N_PRIVATE; i++)
    if (g_str_equal (texts[i], text))
      {
        *value = i;
        return TRUE;
      }
  return FALSE;
}
