/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in columns. */
#pragma once

#include "cli-text.h"

G_BEGIN_DECLS

typedef struct _CliTable CliTable;

/* How it may look where it is printed. */
typedef struct
{
  /* Columns of the terminal; 0: as wide as it gets, one line for a row. */
  guint width;
  gboolean has_color;
} CliStyle;

/* What standard output can show; honours NO_COLOR and TERM=dumb. */
CliStyle cli_style_of_stdout (void);

CliTable *cli_table_new (guint n_columns);
void cli_table_free (CliTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliTable, cli_table_free)

/* Numbers stand at the right edge of their column. */
void cli_table_align_right (CliTable *self, guint column);

/* One cell for each column; they are copied and made harmless. Titles are a row like any.
 */
void cli_table_add (CliTable *self, const char *const *cells);

/* The tone of a cell of the row that was added last. */
void cli_table_set_tone (CliTable *self, guint column, CliTone tone);

/* The last column is wrapped between words, the first one cut, where the width asks for
 * it. */
char *cli_table_format (const CliTable *self, CliStyle style);

G_END_DECLS
