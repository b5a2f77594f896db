/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The library on the table of packets; each row is a test. */
#include <string.h>

#include "row-file.h"
#include "xlat-command-line.h"
#include "xlat.h"

static void
configure (const Row *row, struct xlat_command_line *command_line)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();

  g_ptr_array_add (arguments, (char *)"clat-xlat");
  for (unsigned i = 0; i < row->options->len; i++)
    g_ptr_array_add (arguments, row->options->pdata[i]);
  g_ptr_array_add (arguments, (char *)"--tun-fd=0"); /* not opened: only parsed */
  g_ptr_array_add (arguments, NULL);

  g_assert_cmpint (xlat_command_line_parse (command_line, (int)arguments->len - 1,
                                            (char **)arguments->pdata),
                   ==, XLAT_COMMAND_LINE_RUN);
}

static GBytes *
join (const struct xlat_output *output)
{
  GByteArray *joined = g_byte_array_new ();

  g_byte_array_append (joined, output->head, output->head_length);
  g_byte_array_append (joined, output->body, (guint)output->body_length);
  return g_byte_array_free_to_bytes (joined);
}

static char *
to_hex (const guint8 *data, gsize length)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", data[i]);
  return g_string_free (text, FALSE);
}

static void
check_output (const struct xlat_output *output, const RowOutput *expected)
{
  g_autoptr (GBytes) joined = join (output);
  gsize length, expected_length;
  g_autofree guint8 *data =
      g_memdup2 (g_bytes_get_data (joined, NULL), g_bytes_get_size (joined));
  g_autofree guint8 *wanted = g_memdup2 (g_bytes_get_data (expected->packet, NULL),
                                         g_bytes_get_size (expected->packet));
  g_autofree char *hex = NULL, *wanted_hex = NULL;

  length = g_bytes_get_size (joined);
  expected_length = g_bytes_get_size (expected->packet);
  if (expected->has_new_id)
    {
      row_forget_id (data);
      row_forget_id (wanted);
    }
  hex = to_hex (data, length);
  wanted_hex = to_hex (wanted, expected_length);
  g_assert_cmpstr (hex, ==, wanted_hex);
}

static guint
id_of (const struct xlat_output *output)
{
  return xlat_get_be16 (output->head + 4);
}

static void
run_step (struct xlat *xlat, const RowStep *step, struct xlat_result *result)
{
  gsize length = g_bytes_get_size (step->packet);
  g_autofree guint8 *packet = g_memdup2 (g_bytes_get_data (step->packet, NULL), length);

  xlat_translate (xlat, packet, length, NULL, step->time_ns, result);
  g_assert_cmpstr (xlat_reason_to_string (result->reason), ==,
                   xlat_reason_to_string (step->reason));
  g_assert_cmpint (result->verdict, ==, step->verdict);
  g_assert_cmpuint (result->n_packets, ==, step->outputs->len);

  for (unsigned i = 0; i < result->n_packets; i++)
    {
      check_output (&result->packets[i], step->outputs->pdata[i]);
      /* All fragments of a packet have the same identification. */
      if (i > 0 && result->direction == XLAT_6TO4)
        g_assert_cmpuint (id_of (&result->packets[i]), ==, id_of (&result->packets[0]));
    }
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  struct xlat_command_line command_line;
  struct xlat_statistics statistics = {0};
  struct xlat_result *result = g_new0 (struct xlat_result, 1);
  struct xlat *xlat;
  int last_id = -1;

  configure (row, &command_line);
  xlat = xlat_new (&command_line.config, (guint16)g_test_rand_int (), &statistics);
  g_assert_cmpuint (row->steps->len, >, 0);

  for (unsigned i = 0; i < row->steps->len; i++)
    {
      const RowStep *step = row->steps->pdata[i];

      run_step (xlat, step, result);
      if (step->outputs->len > 0 && ((RowOutput *)step->outputs->pdata[0])->has_new_id)
        {
          g_assert_cmpint ((int)id_of (&result->packets[0]), !=, last_id);
          last_id = (int)id_of (&result->packets[0]);
        }
    }

  xlat_free (xlat);
  g_free (result);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) rows = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  if (argc != 2)
    g_error ("usage: test-rows ROWS");

  rows = row_file_load (argv[1]);
  for (unsigned i = 0; i < rows->len; i++)
    {
      Row *row = rows->pdata[i];
      g_autofree char *name = g_strdelimit (g_strdup (row->name), "/", ':');
      g_autofree char *path = g_strdup_printf ("/rows/%s", name);

      g_test_add_data_func (path, row, test_row);
    }
  status = g_test_run ();
  return status;
}
