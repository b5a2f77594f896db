/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language in which the programs print. */
#include "config.h"

#include "cli-locale.h"

#include <libintl.h>
#include <locale.h>

void
cli_locale_init (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

void
cli_locale_use_english (void)
{
  setlocale (LC_MESSAGES, "C");
}
