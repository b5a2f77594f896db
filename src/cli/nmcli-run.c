/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the real nmcli, prints errors in its format. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli-text.h"
#include "nmcli-run.h"

void
nmcli_print_error (const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *clean = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  clean = cli_text_clean (message);
  g_printerr (_ ("Error: %s.\n"), clean);
}

static gboolean
is_ourselves (const char *path)
{
  struct stat self;
  struct stat other;

  return stat ("/proc/self/exe", &self) == 0 && stat (path, &other) == 0
         && self.st_dev == other.st_dev && self.st_ino == other.st_ino;
}

/* As dpkg-divert(1) renames the file of another package. */
#define DIVERTED CLAT_NMCLI ".distrib"

/* Prints an error and returns NULL if the path leads back to clat-nmcli. */
static const char *
find_nmcli (void)
{
  const char *path = g_getenv ("CLAT_NMCLI");

  if (path == NULL || *path == '\0')
    path = access (DIVERTED, X_OK) == 0 ? DIVERTED : CLAT_NMCLI;
  if (!is_ourselves (path))
    return path;
  nmcli_print_error (_ ("%s is clat-nmcli itself; set CLAT_NMCLI to the real nmcli"),
                     path);
  return NULL;
}

/* argv[0] is "nmcli", as if the user had run it. */
static GPtrArray *
build_argv (const char *const *words)
{
  GPtrArray *argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) "nmcli");
  for (; *words != NULL; words++)
    g_ptr_array_add (argv, (gpointer)*words);
  g_ptr_array_add (argv, NULL);
  return argv;
}

int
nmcli_run_exec (const char *const *words)
{
  g_autoptr (GPtrArray) argv = build_argv (words);
  const char *path = find_nmcli ();

  if (path == NULL)
    return NMCLI_EXIT_FAILURE;
  execv (path, (char **)argv->pdata);
  nmcli_print_error ("%s: %s", path, g_strerror (errno));
  return NMCLI_EXIT_FAILURE;
}

static int
to_exit_status (int wait_status)
{
  return WIFSIGNALED (wait_status) ? 128 + WTERMSIG (wait_status)
                                   : WEXITSTATUS (wait_status);
}

int
nmcli_run (const char *const *words, char **output)
{
  const char *path = find_nmcli ();
  g_autoptr (GPtrArray) argv = build_argv (words);
  g_autoptr (GError) error = NULL;
  int status;

  if (output != NULL)
    *output = NULL;
  if (path == NULL)
    return NMCLI_EXIT_FAILURE;

  /* The first word is the file, the second argv[0]. */
  g_ptr_array_insert (argv, 0, (gpointer)path);
  if (!g_spawn_sync (NULL, (char **)argv->pdata, NULL,
                     G_SPAWN_FILE_AND_ARGV_ZERO | G_SPAWN_CHILD_INHERITS_STDIN, NULL,
                     NULL, output, NULL, &status, &error))
    {
      nmcli_print_error ("%s", error->message);
      if (output != NULL && *output == NULL)
        *output = g_strdup ("");
      return NMCLI_EXIT_FAILURE;
    }
  return to_exit_status (status);
}
