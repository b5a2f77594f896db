/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-xlat: translates the packets of a capture or of a tun device. */
#include <stdlib.h>

#include "xlat-command-line.h"
#include "xlat-offline.h"
#include "xlat-tun.h"

#define EXIT_USAGE 2

int
main (int argc, char **argv)
{
  struct xlat_command_line command_line;

  switch (xlat_command_line_parse (&command_line, argc, argv))
    {
    case XLAT_COMMAND_LINE_DONE:
      return EXIT_SUCCESS;
    case XLAT_COMMAND_LINE_WRONG:
      return EXIT_USAGE;
    case XLAT_COMMAND_LINE_RUN:
      break;
    }

  if (command_line.tun_fd >= 0)
    return xlat_tun_run (&command_line.config, command_line.tun_fd,
                         command_line.stats_fd);
  return xlat_offline_run (&command_line.config, command_line.read_name,
                           command_line.write_name, command_line.explain);
}
