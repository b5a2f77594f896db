/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzzer on the files of directories, without libFuzzer. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE (1 << 20)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
fail (const char *path)
{
  fprintf (stderr, "%s: %s\n", path, strerror (errno));
  exit (EXIT_FAILURE);
}

static void
replay_file (const char *path)
{
  static uint8_t buffer[LARGEST_FILE];
  FILE *file = fopen (path, "rb");
  uint8_t *data;
  size_t size;

  if (file == NULL)
    fail (path);
  size = fread (buffer, 1, sizeof buffer, file);
  if (ferror (file))
    fail (path);
  fclose (file);

  /* Exactly this size, so that the sanitizer finds reads beyond it. */
  data = malloc (size > 0 ? size : 1);
  if (data == NULL)
    fail (path);
  memcpy (data, buffer, size);
  LLVMFuzzerTestOneInput (data, size);
  free (data);
}

static unsigned
replay_directory (const char *name)
{
  DIR *directory = opendir (name);
  char path[PATH_MAX];
  struct dirent *entry;
  unsigned n = 0;

  if (directory == NULL)
    fail (name);
  while ((entry = readdir (directory)) != NULL)
    if (entry->d_name[0] != '.')
      {
        snprintf (path, sizeof path, "%s/%s", name, entry->d_name);
        replay_file (path);
        n++;
      }
  closedir (directory);
  return n;
}

int
main (int argc, char **argv)
{
  unsigned n = 0;

  for (int i = 1; i < argc; i++)
    n += replay_directory (argv[i]);
  printf ("%u inputs\n", n);
  return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
