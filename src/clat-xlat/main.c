/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-xlat: translates a capture, or the packets of a tun device. */
#include <stdlib.h>

#include "xlat-command-line.h"
#include "xlat-offline.h"
#include "xlat-tun.h"

#define EXIT_USAGE 2

int
main (int argc, char **argv)
{
  struct xlat_command_line options;

  switch (xlat_command_line_parse (&options, argc, argv))
    {
    case XLAT_COMMAND_LINE_DONE:
      return EXIT_SUCCESS;
    case XLAT_COMMAND_LINE_WRONG:
      return EXIT_USAGE;
    case XLAT_COMMAND_LINE_RUN:
      break;
    }

  if (options.tun_fd >= 0)
    return xlat_tun_run (&options.config, options.tun_fd, options.stats_fd);
  return xlat_offline_run (&options.config, options.read_name, options.write_name,
                           options.explain);
}
