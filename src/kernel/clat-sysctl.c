/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings in /proc/sys/net, of the namespace this thread is in. */
#include "clat-sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clat-rtnl.h"

static gboolean
write_setting (const char *path, const char *value, GError **error)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean written =
      fd >= 0 && write (fd, value, strlen (value)) == (ssize_t)strlen (value);

  if (!written)
    clat_error_set_errno (error, errno, path);
  if (fd >= 0)
    close (fd);
  return written;
}

gboolean
clat_sysctl_set (const char *family, const char *interface, const char *name,
                 const char *value, GError **error)
{
  /* Not g_build_filename: a name with a dot or slash in it is one component. */
  g_autofree char *path =
      g_strdup_printf ("/proc/sys/net/%s/conf/%s/%s", family, interface, name);

  return write_setting (path, value, error);
}

gboolean
clat_sysctl_set_global (const char *family, const char *name, const char *value,
                        GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/sys/net/%s/%s", family, name);

  return write_setting (path, value, error);
}
