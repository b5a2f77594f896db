/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tun devices, by descriptor. */
#include "clat-tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clat-error.h"

int
clat_tun_open (char name[IFNAMSIZ], int flags, GError **error)
{
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | flags};
  int fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

  g_strlcpy (request.ifr_name, name, sizeof request.ifr_name);
  if (fd >= 0 && ioctl (fd, TUNSETIFF, &request) == 0)
    {
      g_strlcpy (name, request.ifr_name, IFNAMSIZ);
      return fd;
    }

  clat_error_set_errno (error, errno, "/dev/net/tun");
  if (fd >= 0)
    close (fd);
  return -1;
}

int
clat_tun_open_netns (int fd, GError **error)
{
  int netns = ioctl (fd, TUNGETDEVNETNS);

  if (netns < 0)
    clat_error_set_errno (error, errno, "namespace of a tun device");
  return netns;
}

gboolean
clat_tun_has_name (int fd, const char *name)
{
  struct ifreq request = {0};

  return ioctl (fd, TUNGETIFF, &request) == 0 && g_str_equal (request.ifr_name, name);
}
