/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings in /proc/sys/net, in this thread's namespace. */
#include "clat-sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clat-error.h"

gboolean
clat_sysctl_set (const char *setting, const char *value, GError **error)
{
  g_autofree char *path = g_build_filename ("/proc/sys/net", setting, NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean written =
      fd >= 0 && write (fd, value, strlen (value)) == (ssize_t)strlen (value);

  if (!written)
    clat_error_set_errno (error, errno, path);
  if (fd >= 0)
    close (fd);
  return written;
}
