/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in columns. */
#pragma once

#include "cli-text.h"

G_BEGIN_DECLS

typedef struct _CliTable CliTable;

/* The output that a table is formatted for. */
typedef struct
{
  /* Columns of the terminal; 0: unlimited, one line for each row. */
  guint width;
  gboolean has_color;
  gboolean is_ascii; /* the locale has no character for an ellipsis */
} CliStyle;

/* The style of standard output; honours NO_COLOR and TERM=dumb. */
CliStyle cli_style_of_stdout (void);

CliTable *cli_table_new (guint n_columns);
void cli_table_free (CliTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliTable, cli_table_free)

/* For columns of numbers. */
void cli_table_align_right (CliTable *self, guint column);

/* One cell for each column, copied by cli_text_clean. The titles are a row, too. */
void cli_table_add (CliTable *self, const char *const *cells);

/* Colours a cell of the row that was added last. */
void cli_table_set_tone (CliTable *self, guint column, CliTone tone);

/* Where the table is too wide, the first column is cut and the last one is wrapped
 * between words. */
char *cli_table_format (const CliTable *self, CliStyle style);

G_END_DECLS
