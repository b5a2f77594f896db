/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates a capture. The clock is that of the packets, so that the same capture always
 * gives the same result. */
#include "xlat-offline.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "xlat-explain.h"
#include "xlat-pcap.h"
#include "xlat.h"

struct offline
{
  struct xlat *xlat;
  struct xlat_statistics statistics;
  struct xlat_result result;
  struct xlat_pcap_reader reader;
  FILE *output;
  const char *output_name;
  FILE *explanation;
};

static bool
print_write_error (const struct offline *offline)
{
  fprintf (stderr, "clat-xlat: %s: %s\n", offline->output_name, strerror (errno));
  return false;
}

static bool
write_packets (struct offline *offline, const struct xlat_pcap_time *time)
{
  for (unsigned i = 0; i < offline->result.n_packets; i++)
    {
      const struct xlat_output *packet = &offline->result.packets[i];
      const struct xlat_pcap_part parts[] = {
          {packet->head, packet->head_length},
          {packet->body, packet->body_length},
      };

      if (!xlat_pcap_write (offline->output, time, parts, 2))
        return print_write_error (offline);
    }
  return true;
}

static bool
translate (struct offline *offline, const struct xlat_pcap_packet *packet)
{
  char before[192], after[160];

  if (offline->explanation != NULL)
    xlat_describe (packet->data, packet->length, before, sizeof before);

  xlat_translate (offline->xlat, packet->data, packet->length, NULL, packet->time.ns,
                  &offline->result);

  if (offline->explanation != NULL)
    {
      xlat_explain (&offline->result, after, sizeof after);
      fprintf (offline->explanation, "%" PRIu64 ": %s: %s\n", offline->reader.n_packets,
               before, after);
    }
  return write_packets (offline, &packet->time);
}

static int
translate_all (struct offline *offline)
{
  struct xlat_pcap_packet packet;
  int status = EXIT_SUCCESS;

  for (;;)
    switch (xlat_pcap_read (&offline->reader, &packet))
      {
      case XLAT_PCAP_PACKET:
        if (!translate (offline, &packet))
          return EXIT_FAILURE;
        break;
      case XLAT_PCAP_INCOMPLETE:
        fprintf (stderr, "clat-xlat: %s\n", offline->reader.problem);
        status = EXIT_FAILURE;
        break;
      case XLAT_PCAP_BROKEN:
        fprintf (stderr, "clat-xlat: %s\n", offline->reader.problem);
        return EXIT_FAILURE;
      case XLAT_PCAP_END:
        return status;
      }
}

static int
run (struct offline *offline, FILE *input, const char *input_name)
{
  int status;

  if (!xlat_pcap_reader_open (&offline->reader, input, input_name))
    {
      fprintf (stderr, "clat-xlat: %s\n", offline->reader.problem);
      return EXIT_FAILURE;
    }
  if (!xlat_pcap_write_header (offline->output, offline->reader.has_nanoseconds))
    {
      print_write_error (offline);
      return EXIT_FAILURE;
    }

  status = translate_all (offline);
  if (fflush (offline->output) != 0)
    {
      print_write_error (offline);
      return EXIT_FAILURE;
    }
  return status;
}

int
xlat_offline_translate (const struct xlat_config *config, FILE *input,
                        const char *input_name, FILE *output, const char *output_name,
                        FILE *explanation)
{
  struct offline *offline = calloc (1, sizeof *offline);
  int status = EXIT_FAILURE;

  if (offline != NULL)
    {
      offline->output = output;
      offline->output_name = output_name;
      offline->explanation = explanation;
      offline->xlat = xlat_new (config, 1, &offline->statistics);
    }
  if (offline == NULL || offline->xlat == NULL)
    fprintf (stderr, "clat-xlat: out of memory\n");
  else
    {
      status = run (offline, input, input_name);
      xlat_free (offline->xlat);
    }

  free (offline);
  return status;
}

static bool
is_standard (const char *name)
{
  return strcmp (name, "-") == 0;
}

static FILE *
open_file (const char *name, const char *mode, FILE *standard)
{
  FILE *file = is_standard (name) ? standard : fopen (name, mode);

  if (file == NULL)
    fprintf (stderr, "clat-xlat: %s: %s\n", name, strerror (errno));
  return file;
}

/* Opening the output would truncate the input. */
static bool
is_same_file (FILE *input, const char *output_name)
{
  struct stat a, b;

  return !is_standard (output_name) && fstat (fileno (input), &a) == 0
         && stat (output_name, &b) == 0 && S_ISREG (a.st_mode) && a.st_dev == b.st_dev
         && a.st_ino == b.st_ino;
}

int
xlat_offline_run (const struct xlat_config *config, const char *read_name,
                  const char *write_name, bool explain)
{
  FILE *input, *output;
  int status;

  input = open_file (read_name, "rb", stdin);
  if (input == NULL)
    return EXIT_FAILURE;
  if (is_same_file (input, write_name))
    {
      fprintf (stderr, "clat-xlat: %s: cannot be read and written at the same time\n",
               write_name);
      fclose (input);
      return EXIT_FAILURE;
    }
  output = open_file (write_name, "wb", stdout);
  if (output == NULL)
    {
      fclose (input);
      return EXIT_FAILURE;
    }

  status = xlat_offline_translate (
      config, input, is_standard (read_name) ? "standard input" : read_name, output,
      is_standard (write_name) ? "standard output" : write_name,
      !explain                   ? NULL
      : is_standard (write_name) ? stderr
                                 : stdout);
  fclose (input);
  if (fclose (output) != 0)
    {
      fprintf (stderr, "clat-xlat: %s: %s\n", write_name, strerror (errno));
      return EXIT_FAILURE;
    }
  return status;
}
