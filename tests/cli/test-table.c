/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli-table.h"

#define AS_WIDE_AS_IT_GETS ((CliStyle){0})

static CliTable *
make_table (const char *const (*rows)[3], gsize n_rows)
{
  CliTable *table = cli_table_new (3);

  for (gsize i = 0; i < n_rows; i++)
    cli_table_add (table, rows[i]);
  return table;
}

static void
assert_format (const CliTable *table, CliStyle style, const char *expected)
{
  g_autofree char *text = cli_table_format (table, style);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_columns_line_up (void)
{
  const char *const rows[][3] = {
      {"NAME", "N", "TEXT"},
      {"\u65e5\u672c", "7", "two"},
      {"e\u0301", "12", "marks"},
      {"", "", ""},
  };
  g_autoptr (CliTable) table = make_table (rows, G_N_ELEMENTS (rows));

  cli_table_align_right (table, 1);
  assert_format (table, AS_WIDE_AS_IT_GETS,
                 "NAME   N  TEXT\n"
                 "\u65e5\u672c   7  two\n"
                 "e\u0301     12  marks\n"
                 "\n");
}

static void
test_last_column_wraps_between_words (void)
{
  const char *const rows[][3] = {
      {"a", "b", "one two three four five six seven eight nine"},
      {"c", "d", "averylongwordthatdoesnotfitintothecolumn end"}};
  g_autoptr (CliTable) table = make_table (rows, G_N_ELEMENTS (rows));

  assert_format (table, (CliStyle){.width = 32},
                 "a  b  one two three four five\n"
                 "      six seven eight nine\n"
                 "c  d  averylongwordthatdoesnotfi\n"
                 "      tintothecolumn end\n");
  assert_format (table, AS_WIDE_AS_IT_GETS,
                 "a  b  one two three four five six seven eight nine\n"
                 "c  d  averylongwordthatdoesnotfitintothecolumn end\n");
}

/* Characters of Japanese take two columns; a line neither begins with a full stop nor
 * ends with an opening bracket. */
static void
test_last_column_wraps_within_japanese (void)
{
  const char *const rows[][3] = {
      {"\u63a5\u7d9a", "b",
       "NAT 64 \u306b\u63a5\u7d9a\u3067\u304d\u307e\u305b\u3093\u3002"
       "\u300c\u63a5\u7d9a\u300d"}};
  g_autoptr (CliTable) table = make_table (rows, G_N_ELEMENTS (rows));

  assert_format (table, (CliStyle){.width = 33},
                 "\u63a5\u7d9a  b  NAT 64 "
                 "\u306b\u63a5\u7d9a\u3067\u304d\u307e\u305b\n"
                 "         \u3093\u3002\u300c\u63a5\u7d9a\u300d\n");
  assert_format (table, (CliStyle){.width = 36},
                 "\u63a5\u7d9a  b  NAT 64 "
                 "\u306b\u63a5\u7d9a\u3067\u304d\u307e\u305b\u3093\u3002\n"
                 "         \u300c\u63a5\u7d9a\u300d\n");
}

static void
test_first_column_is_cut_when_narrow (void)
{
  const char *const rows[][3] = {{"a very long name of a network", "b", "text"}};
  g_autoptr (CliTable) table = make_table (rows, G_N_ELEMENTS (rows));

  assert_format (table, (CliStyle){.width = 29}, "a very long name of\u2026  b  text\n");
  assert_format (table, (CliStyle){.width = 5}, "a very long nam\u2026  b  text\n");
}

static void
test_ellipsis_in_ascii (void)
{
  const char *const rows[][3] = {{"a very long name of a network", "b", "text"}};
  g_autoptr (CliTable) table = make_table (rows, G_N_ELEMENTS (rows));

  assert_format (table, (CliStyle){.width = 5, .is_ascii = TRUE},
                 "a very long n...  b  text\n");
}

static void
test_no_column_is_cut_when_all_fit (void)
{
  const char *const rows[][3] = {{"a very long name of a network", "12345678", "123456"},
                                 {"b", "1", "2"}};
  g_autoptr (CliTable) table = make_table (rows, G_N_ELEMENTS (rows));

  cli_table_align_right (table, 1);
  cli_table_align_right (table, 2);
  assert_format (table, (CliStyle){.width = 47},
                 "a very long name of a network  12345678  123456\n"
                 "b                                     1       2\n");
  assert_format (table, (CliStyle){.width = 46},
                 "a very long name of a netwo\u2026  12345678  123456\n"
                 "b                                    1       2\n");
}

static void
test_color_does_not_count (void)
{
  const char *const rows[][3] = {{"a", "good", "x"}, {"b", "nothing", "x"}};
  g_autoptr (CliTable) table = cli_table_new (3);

  cli_table_add (table, rows[0]);
  cli_table_set_tone (table, 1, CLI_TONE_GOOD);
  cli_table_add (table, rows[1]);
  assert_format (table, (CliStyle){.has_color = TRUE},
                 "a  \033[32mgood\033[0m     x\n"
                 "b  nothing  x\n");
  assert_format (table, AS_WIDE_AS_IT_GETS,
                 "a  good     x\n"
                 "b  nothing  x\n");
}

static void
test_cells_are_made_harmless (void)
{
  const char *const rows[][3] = {{"\033c", "a\nb", "\x07"}};
  g_autoptr (CliTable) table = make_table (rows, G_N_ELEMENTS (rows));

  assert_format (table, AS_WIDE_AS_IT_GETS, "\\x1bc  a\\x0ab  \\x07\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/columns", test_columns_line_up);
  g_test_add_func ("/table/wrap", test_last_column_wraps_between_words);
  g_test_add_func ("/table/wrap-japanese", test_last_column_wraps_within_japanese);
  g_test_add_func ("/table/cut", test_first_column_is_cut_when_narrow);
  g_test_add_func ("/table/ascii", test_ellipsis_in_ascii);
  g_test_add_func ("/table/all-fit", test_no_column_is_cut_when_all_fit);
  g_test_add_func ("/table/color", test_color_does_not_count);
  g_test_add_func ("/table/harmless", test_cells_are_made_harmless);
  return g_test_run ();
}
