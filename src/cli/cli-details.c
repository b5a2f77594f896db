/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All fields of one connection as text. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-connection.h"
#include "cli-details.h"

static void
add_line (CliTable *table, ClatDBusConnection1 *connection, const CliField *field,
          CliClock clock)
{
  CliTone tone;
  g_autofree char *text = cli_connection_dup_text (connection, field, clock, &tone);
  const char *const cells[] = {_ (field->label), text};

  cli_table_add (table, cells);
  cli_table_set_tone (table, 1, tone);
}

char *
cli_details_format (ClatDBusConnection1 *connection, CliStyle style)
{
  gsize n_fields;
  const CliField *fields = cli_connection_get_fields (&n_fields);
  g_autoptr (CliTable) table = cli_table_new (2);
  CliClock clock = cli_clock_now ();

  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].label != NULL)
      add_line (table, connection, &fields[i], clock);
  return cli_table_format (table, style);
}
