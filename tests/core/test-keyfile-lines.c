/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Line numbers in the text of a key file. */
#include "clat-keyfile-lines.h"

static const char text[] = "# [main] and mode=no in a comment\n"
                           "[main]\n"
                           "mode2=1\n"
                           "  mode = no\n"
                           "\n"
                           "[interface mode]\r\n"
                           "modes\t=1\r\n"
                           "mode=2\r\n";

static void
test_finds_groups (void)
{
  g_assert_cmpuint (clat_keyfile_lines_find_group (text, "main"), ==, 2);
  g_assert_cmpuint (clat_keyfile_lines_find_group (text, "interface mode"), ==, 6);
  g_assert_cmpuint (clat_keyfile_lines_find_group (text, "interface"), ==, 1);
}

static void
test_finds_keys_of_their_group (void)
{
  g_assert_cmpuint (clat_keyfile_lines_find_key (text, "main", "mode"), ==, 4);
  g_assert_cmpuint (clat_keyfile_lines_find_key (text, "interface mode", "mode"), ==, 8);
  g_assert_cmpuint (clat_keyfile_lines_find_key (text, "interface mode", "modes"), ==, 7);
  g_assert_cmpuint (clat_keyfile_lines_find_key (text, "main", "modes"), ==, 1);
}

static void
test_finds_what_is_not_a_key_file (void)
{
  static const struct
  {
    const char *text;
    guint line;
  } rows[] = {
      {text, 1},
      {"a=1\n", 1},
      {"# x\n\na=1\n[main]\n", 3},
      {"[main]\na=1\nb\n", 3},
      {"[main]\n=1\n", 2},
      {"[main]\n[other\n", 2},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (clat_keyfile_lines_find_bad (rows[i].text), ==, rows[i].line);
}

static void
test_finds_repeated_groups_and_keys (void)
{
  static const struct
  {
    const char *text;
    guint line;
    const char *repeated;
  } rows[] = {
      {text, 0, NULL},
      {"", 0, NULL},
      {"\n\n# x\n# x\n", 0, NULL},
      {"[a]\nx=1\n[b]\nx=1\n", 0, NULL},
      {"[a]\nx=1\ny=1\nx =2\n", 4, "key 'x'"},
      {"[a]\nx=1\n[b]\n[a]\ny=1\n", 4, "group [a]"},
      {"[a]\n[a]\n", 2, "group [a]"},
      {"[a]\nx=1\nx=1\n[a]\n", 3, "key 'x'"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *repeated = NULL;

      g_assert_cmpuint (clat_keyfile_lines_find_repeated (rows[i].text, &repeated), ==,
                        rows[i].line);
      g_assert_cmpstr (repeated, ==, rows[i].repeated);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keyfile-lines/finds-groups", test_finds_groups);
  g_test_add_func ("/keyfile-lines/finds-keys-of-their-group",
                   test_finds_keys_of_their_group);
  g_test_add_func ("/keyfile-lines/finds-what-is-not-a-key-file",
                   test_finds_what_is_not_a_key_file);
  g_test_add_func ("/keyfile-lines/finds-repeated-groups-and-keys",
                   test_finds_repeated_groups_and_keys);
  return g_test_run ();
}
