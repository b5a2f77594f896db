/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nmcli connection show ID, with ipv6.clat. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "cli-profile.h"
#include "cli-text.h"
#include "nmcli-commands.h"
#include "nmcli-find.h"
#include "nmcli-output.h"
#include "nmcli-run.h"

/* The output of one profile. */
typedef struct
{
  const NmcliArgs *args;
  NMConnection *profile; /* NULL: of an active connection whose profile is not visible to
                            the user */
  NmcliSelection selection;
  char *title; /* of "--pretty"; printed once, although nmcli is run several times */
  GString *out;
} Printer;

/* Runs nmcli with the user's options for this profile and these fields: of several "-f",
 * nmcli uses the last one. */
static int
run_nmcli (const Printer *self, const char *fields, char **output)
{
  const NmcliArgs *args = self->args;
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  g_ptr_array_extend (words, args->options, NULL, NULL);
  if (fields != NULL)
    {
      g_ptr_array_add (words, (gpointer) "-f");
      g_ptr_array_add (words, (gpointer)fields);
    }
  g_ptr_array_add (words, (gpointer) "connection");
  g_ptr_array_add (words, (gpointer) "show");
  g_ptr_array_extend (words, args->show_options, NULL, NULL);
  g_ptr_array_add (words, (gpointer)self->selection.selector);
  g_ptr_array_add (words, (gpointer)self->selection.name);
  g_ptr_array_add (words, NULL);
  return nmcli_run ((const char *const *)words->pdata, output);
}

static int
read_title (Printer *self)
{
  g_autofree char *output = NULL;
  int status;

  if (self->args->look.print != NMCLI_PRINT_PRETTY || self->profile == NULL)
    return NMCLI_EXIT_SUCCESS;
  status = run_nmcli (self, "connection.id", &output);
  if (status != NMCLI_EXIT_SUCCESS)
    return status;
  self->title = g_strndup (output, nmcli_output_title_length (output));
  return NMCLI_EXIT_SUCCESS;
}

/* Ports of bridges, bonds and the like have no IPv6 setting. */
static gboolean
has_property (const Printer *self)
{
  return self->profile != NULL
         && nm_connection_get_setting_ip6_config (self->profile) != NULL;
}

static void
append_chunk (Printer *self, const char *output)
{
  const char *title = self->title != NULL ? self->title : "";
  gsize title_length = strlen (title);
  const char *body = g_str_has_prefix (output, title) ? output + title_length : output;
  NmcliLook look = self->args->look;

  if (*body == '\0')
    return;
  if (look.is_tabular && look.print != NMCLI_PRINT_TERSE && self->out->len > title_length)
    g_string_append_c (self->out, '\n');
  g_string_append (self->out, body);
}

static int
print_chunk (Printer *self, const NmcliChunk *chunk)
{
  g_autofree char *mode =
      has_property (self) ? cli_text_clean (cli_profile_get_mode (self->profile)) : NULL;
  g_autofree char *output = NULL;
  g_autofree char *ours = NULL;
  int status;

  if (chunk->kind == NMCLI_CHUNK_OURS)
    {
      ours = mode != NULL ? nmcli_output_format (self->args->look, mode) : g_strdup ("");
      append_chunk (self, ours);
      return NMCLI_EXIT_SUCCESS;
    }

  status = run_nmcli (self, chunk->fields, &output);
  if (status != NMCLI_EXIT_SUCCESS)
    return status;
  if (chunk->kind == NMCLI_CHUNK_SECTION && mode != NULL)
    ours = nmcli_output_insert (self->args->look, output, mode);
  append_chunk (self, ours != NULL ? ours : output);
  return NMCLI_EXIT_SUCCESS;
}

static int
print_chunks (Printer *self, const GArray *chunks)
{
  int status = read_title (self);

  if (self->title != NULL)
    g_string_append (self->out, self->title);
  for (guint i = 0; i < chunks->len && status == NMCLI_EXIT_SUCCESS; i++)
    status = print_chunk (self, &g_array_index (chunks, NmcliChunk, i));
  return status;
}

/* Prints all chunks, or nothing if one of them fails. */
static int
print_profile (const NmcliArgs *args, NMConnection *profile, NmcliSelection selection,
               const GArray *chunks, gboolean *has_printed)
{
  g_autoptr (GString) out = g_string_new (NULL);
  Printer printer = {
      .args = args, .profile = profile, .selection = selection, .out = out};
  int status = print_chunks (&printer, chunks);

  g_free (printer.title);
  if (status != NMCLI_EXIT_SUCCESS)
    return status;
  printf ("%s%s", *has_printed ? "\n" : "", out->str);
  *has_printed = TRUE;
  return NMCLI_EXIT_SUCCESS;
}

static int
print_selection (const NmcliArgs *args, NMClient *client, NmcliSelection selection,
                 const GArray *chunks, gboolean *has_printed)
{
  g_autoptr (GPtrArray) found = nmcli_find (client, selection);
  NMActiveConnection *active =
      found->len == 0 ? nmcli_find_active (client, selection) : NULL;
  int status = NMCLI_EXIT_SUCCESS;

  if (active != NULL)
    {
      NmcliSelection by_path = {"apath", nm_object_get_path (NM_OBJECT (active))};

      return print_profile (args,
                            (NMConnection *)nm_active_connection_get_connection (active),
                            by_path, chunks, has_printed);
    }
  if (found->len == 0)
    {
      nmcli_print_error (_ ("%s - no such connection profile"), selection.name);
      return NMCLI_EXIT_NOT_FOUND;
    }

  for (guint i = 0; i < found->len && status == NMCLI_EXIT_SUCCESS; i++)
    {
      NMConnection *profile = g_ptr_array_index (found, i);
      NmcliSelection by_uuid = {"uuid", nm_connection_get_uuid (profile)};

      if (!args->is_active_only || nmcli_find_is_active (client, profile))
        status = print_profile (args, profile, by_uuid, chunks, has_printed);
    }
  return status;
}

static int
print_selections (const NmcliArgs *args, NMClient *client, const GArray *chunks)
{
  gboolean has_printed = FALSE;
  int status = NMCLI_EXIT_SUCCESS;

  for (guint i = 0; i < args->selections->len && status == NMCLI_EXIT_SUCCESS; i++)
    status = print_selection (args, client,
                              g_array_index (args->selections, NmcliSelection, i), chunks,
                              &has_printed);
  return status;
}

int
nmcli_show (const NmcliArgs *args, const char *const *words)
{
  g_autoptr (GArray) chunks = nmcli_output_split_fields (args->fields);
  g_autoptr (NMClient) client = NULL;
  int status;

  if (nmcli_output_is_foreign (chunks))
    return nmcli_run_exec (words);
  client = nmcli_find_open (&status);
  return client != NULL ? print_selections (args, client, chunks) : status;
}
