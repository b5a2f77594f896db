/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nmcli's help, with ipv6.clat. */
#include "config.h"

#include <glib/gi18n.h>

#include "nmcli-commands.h"
#include "nmcli-run.h"

int
nmcli_help (const char *const *words)
{
  int status = nmcli_run (words, NULL);

  /* nmcli prints its help to standard error. */
  if (status == NMCLI_EXIT_SUCCESS)
    g_printerr (
        _ ("CLAT-NM\n"
           "  ipv6.clat auto|yes|no|force  when clat-nm translates IPv4; a property\n"
           "                               of connection show, add and modify,\n"
           "                               see man clat-nmcli\n\n"));
  return status;
}
