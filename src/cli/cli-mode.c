/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mode of a connection as an argument of a command. */
#include "config.h"

#include "cli-mode.h"

gboolean
cli_mode_parse (const char *text, ClatMode *mode)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  return clat_mode_parse (lower, mode, NULL);
}

gboolean
cli_mode_parse_nmcli (const char *text, ClatMode *mode)
{
  static const struct
  {
    const char *text;
    ClatMode mode;
  } synonyms[] = {
      {"", CLAT_MODE_AUTO},  {"default", CLAT_MODE_AUTO}, {"true", CLAT_MODE_YES},
      {"on", CLAT_MODE_YES}, {"false", CLAT_MODE_NO},     {"off", CLAT_MODE_NO},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (synonyms); i++)
    if (g_ascii_strcasecmp (text, synonyms[i].text) == 0)
      {
        *mode = synonyms[i].mode;
        return TRUE;
      }
  return cli_mode_parse (text, mode);
}

char *
cli_mode_list (void)
{
  GString *list = g_string_new (NULL);

  for (ClatMode mode = 0; mode < CLI_N_MODES; mode++)
    g_string_append_printf (list, "%s%s", mode > 0 ? ", " : "",
                            clat_mode_to_string (mode));
  return g_string_free (list, FALSE);
}
