/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network namespaces that "ip netns" shows. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "cli-error.h"
#include "cli-netns.h"

#define NETNS_DIR "/run/netns"

/* NULL if the name is not that of a file. */
static char *
get_path (const char *name)
{
  if (*name == '\0' || *name == '.' || strchr (name, '/') != NULL)
    return NULL;
  return g_build_filename (NETNS_DIR, name, NULL);
}

static int
open_namespace (const char *path)
{
  errno = ENOENT;
  return path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
}

static void
set_error (GError **error, const char *name)
{
  int saved = errno;

  if (saved == EPERM || saved == EACCES)
    g_set_error (error, CLI_ERROR, CLI_ERROR_REFUSED,
                 _ ("cannot enter the namespace %s: only root can"), name);
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED,
                 _ ("cannot enter the namespace %s: %s"), name, g_strerror (saved));
}

gboolean
cli_netns_enter (const char *name, int *previous, GError **error)
{
  g_autofree char *path = get_path (name);
  int here = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  int there = open_namespace (path);

  if (here < 0 || there < 0 || setns (there, CLONE_NEWNET) != 0)
    {
      set_error (error, name);
      if (here >= 0)
        close (here);
      if (there >= 0)
        close (there);
      return FALSE;
    }
  close (there);
  if (previous != NULL)
    *previous = here;
  else
    close (here);
  return TRUE;
}

void
cli_netns_leave (int previous)
{
  /* Going on in the namespace would judge the wrong host. */
  if (setns (previous, CLONE_NEWNET) != 0)
    g_error ("cannot return to the network namespace: %s", g_strerror (errno));
  close (previous);
}

gboolean
cli_netns_exists (const char *name)
{
  g_autofree char *path = get_path (name);

  return path != NULL && access (path, F_OK) == 0;
}
