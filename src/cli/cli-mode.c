/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of the user data key net.clatnm.clat of a profile. */
#include "config.h"

#include "cli-mode.h"

const char *const *
cli_mode_list (void)
{
  static const char *const modes[] = {CLI_MODE_DEFAULT, "yes", "no", "force", NULL};

  return modes;
}

const char *
cli_mode_parse (const char *text)
{
  for (const char *const *mode = cli_mode_list (); *mode != NULL; mode++)
    if (g_ascii_strcasecmp (text, *mode) == 0)
      return *mode;
  return NULL;
}

const char *
cli_mode_parse_nmcli (const char *text)
{
  static const struct
  {
    const char *text;
    const char *mode;
  } others[] = {
      {"", CLI_MODE_DEFAULT}, {"default", CLI_MODE_DEFAULT},
      {"true", "yes"},        {"on", "yes"},
      {"false", "no"},        {"off", "no"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_ascii_strcasecmp (text, others[i].text) == 0)
      return others[i].mode;
  return cli_mode_parse (text);
}
