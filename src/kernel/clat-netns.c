/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Named network namespaces, as "ip netns" shows them. */
#include "clat-netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clat-error.h"

/* Names are bind mounts, as those of iproute2: see ip-netns(8). */
#define NETNS_DIR  "/run/netns"
#define NETNS_SELF "/proc/thread-self/ns/net"

struct _ClatNetns
{
  int fd;
};

static char *
path_of (const char *name)
{
  return g_build_filename (NETNS_DIR, name, NULL);
}

ClatNetns *
clat_netns_wrap (int fd)
{
  ClatNetns *self = g_new (ClatNetns, 1);

  self->fd = fd;
  return self;
}

void
clat_netns_free (ClatNetns *self)
{
  close (self->fd);
  g_free (self);
}

int
clat_netns_get_fd (ClatNetns *self)
{
  return self->fd;
}

gboolean
clat_netns_share_names (GError **error)
{
  if (mkdir (NETNS_DIR, 0755) < 0 && errno != EEXIST)
    goto fail;
  if (mount ("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL) == 0)
    return TRUE;
  if (errno != EINVAL)
    goto fail;

  /* It is not a mount point yet. */
  if (mount (NETNS_DIR, NETNS_DIR, "none", MS_BIND | MS_REC, NULL) < 0
      || mount ("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL) < 0)
    goto fail;
  return TRUE;

fail:
  clat_error_set_errno (error, errno, NETNS_DIR);
  return FALSE;
}

static gboolean
mount_here (const char *source, const char *target, GError **error)
{
  if (mount (source, target, "none", MS_BIND, NULL) == 0)
    return TRUE;
  clat_error_set_errno (error, errno, target);
  return FALSE;
}

static gboolean
unmount_here (const char *target, GError **error)
{
  if (umount2 (target, MNT_DETACH) == 0)
    return TRUE;
  clat_error_set_errno (error, errno, target);
  return FALSE;
}

static const ClatNetnsMounts here = {mount_here, unmount_here};
static const ClatNetnsMounts *mounts = &here;

void
clat_netns_set_mounts (const ClatNetnsMounts *others)
{
  mounts = others;
}

static int
open_self (GError **error)
{
  int fd = open (NETNS_SELF, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    clat_error_set_errno (error, errno, NETNS_SELF);
  return fd;
}

void
clat_netns_leave (int home)
{
  /* Going on in the wrong namespace would change the wrong host. */
  if (setns (home, CLONE_NEWNET) < 0)
    g_error ("cannot return to the host's network namespace: %s", g_strerror (errno));
  close (home);
}

int
clat_netns_enter (ClatNetns *self, GError **error)
{
  int home = open_self (error);

  if (home < 0)
    return -1;

  if (setns (self->fd, CLONE_NEWNET) < 0)
    {
      clat_error_set_errno (error, errno, "entering a network namespace");
      close (home);
      return -1;
    }
  return home;
}

static gboolean
create_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

  if (fd < 0)
    {
      clat_error_set_errno (error, errno, path);
      return FALSE;
    }
  close (fd);
  return TRUE;
}

/* namespace is a descriptor of it. */
static gboolean
give_name (int namespace, const char *path, GError **error)
{
  /* In /proc/self another process, which mounts it, would find its own. */
  g_autofree char *source = g_strdup_printf ("/proc/%d/fd/%d", getpid (), namespace);

  if (mounts == &here && !clat_netns_share_names (error))
    return FALSE;
  if (!create_file (path, error))
    return FALSE;
  if (mounts->mount (source, path, error))
    return TRUE;
  unlink (path);
  return FALSE;
}

/* Creates a namespace, calls set_up in it unless NULL, and returns a descriptor of it. */
static int
make (gboolean (*set_up) (GError **error), GError **error)
{
  int home = open_self (error);
  int fd = -1;

  if (home < 0)
    return -1;

  if (unshare (CLONE_NEWNET) < 0)
    clat_error_set_errno (error, errno, "new network namespace");
  else if (set_up == NULL || set_up (error))
    fd = open_self (error);
  clat_netns_leave (home);
  return fd;
}

ClatNetns *
clat_netns_make (const char *name, gboolean (*set_up) (GError **error), GError **error)
{
  g_autofree char *path = path_of (name);
  int fd = make (set_up, error);
  g_autoptr (ClatNetns) self = fd < 0 ? NULL : clat_netns_wrap (fd);

  return self != NULL && give_name (fd, path, error) ? g_steal_pointer (&self) : NULL;
}

ClatNetns *
clat_netns_make_nameless (GError **error)
{
  int fd = make (NULL, error);

  return fd < 0 ? NULL : clat_netns_wrap (fd);
}

/* A crash between open and mount leaves a plain file as the name, which nobody may open
 * without CAP_DAC_OVERRIDE. */
static gboolean
is_plain_file (const struct stat *named)
{
  struct stat own;

  return stat (NETNS_SELF, &own) == 0 && named->st_dev != own.st_dev;
}

ClatNetns *
clat_netns_open (const char *name, GError **error)
{
  g_autofree char *path = path_of (name);
  struct stat named;
  int fd;

  if (stat (path, &named) == 0 && is_plain_file (&named))
    {
      clat_netns_remove (name, error);
      return NULL;
    }

  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      if (errno != ENOENT)
        clat_error_set_errno (error, errno, path);
      return NULL;
    }
  return clat_netns_wrap (fd);
}

gboolean
clat_netns_remove (const char *name, GError **error)
{
  g_autofree char *path = path_of (name);
  struct stat named;

  if (stat (path, &named) == 0 && !is_plain_file (&named)
      && !mounts->unmount (path, error))
    return FALSE;
  if (unlink (path) < 0 && errno != ENOENT)
    {
      clat_error_set_errno (error, errno, path);
      return FALSE;
    }
  return TRUE;
}

gboolean
clat_netns_keep_name (ClatNetns *self, const char *name, GError **error)
{
  g_autofree char *path = path_of (name);
  struct stat named, kept;

  if (stat (path, &named) == 0 && fstat (self->fd, &kept) == 0
      && named.st_dev == kept.st_dev && named.st_ino == kept.st_ino)
    return TRUE;

  return give_name (self->fd, path, error);
}

GObject *
clat_netns_watch (GCallback function, gpointer data)
{
  g_autoptr (GFile) directory = g_file_new_for_path (NETNS_DIR);
  GFileMonitor *monitor =
      g_file_monitor_directory (directory, G_FILE_MONITOR_NONE, NULL, NULL);

  /* Names are rarely removed: without the watch the service still works. */
  if (monitor != NULL)
    g_signal_connect_swapped (monitor, "changed", function, data);
  return G_OBJECT (monitor);
}

char **
clat_netns_list (const char *prefix)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GDir) directory = g_dir_open (NETNS_DIR, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (g_str_has_prefix (name, prefix))
      g_strv_builder_add (names, name);
  return g_strv_builder_end (names);
}
