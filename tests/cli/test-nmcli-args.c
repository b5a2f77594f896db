/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nmcli-args.h"

/* Splits a command line at blanks; in it, '_' is a blank within a word, "''" the empty
 * word. */
static char **
split (const char *line)
{
  char **words = *line != '\0' ? g_strsplit (line, " ", -1) : g_new0 (char *, 1);

  for (char **word = words; *word != NULL; word++)
    {
      g_strdelimit (*word, "_", ' ');
      if (g_str_equal (*word, "''"))
        **word = '\0';
    }
  return words;
}

static char *
join (GPtrArray *words)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *word = g_strdup (g_ptr_array_index (words, i));

      g_strdelimit (word, " ", '_');
      g_string_append_printf (line, "%s%s", i > 0 ? " " : "",
                              *word != '\0' ? word : "''");
    }
  return g_string_free (line, FALSE);
}

static void
test_commands_left_to_nmcli (void)
{
  static const char *const lines[] = {
      "",
      "general",
      "device show wlan0",
      "connection",
      "c show",
      "c s --active --order name",
      "c show id",
      "c up help",
      "device help",
      "general --help",
      "connection modify",
      "connection modify Home",
      "connection modify Home ipv6.method auto",
      "connection modify Home connection.id ipv6.clat",
      "connection modify ipv6.clat ipv6.method yes",
      "connection modify Home ipv4.clat yes",
      "connection modify Home ipv6.cl4t yes",
      "connection modify Home ipv6.c yes",
      "connection modify Home ipv6.clatter yes",
      "connection add type dummy con-name ipv6.clat",
      "connection up ipv6.clat yes",
      "device modify wlan0 ipv6.clat yes",
      "--complete-args connection modify Home ipv6.clat yes",
      "--version connection modify Home ipv6.clat yes",
      "--unknown connection modify Home ipv6.clat yes",
      "-f",
      "--mode",
      "'' modify Home ipv6.clat yes",
      "c '' Home ipv6.clat yes",
      "--offline connection show Home",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (GStrv) words = split (lines[i]);
      g_autoptr (NmcliArgs) args = nmcli_args_parse ((const char *const *)words);

      g_test_message ("%s", lines[i]);
      g_assert_cmpint (args->command, ==, NMCLI_COMMAND_OTHER);
    }
}

static void
test_changes (void)
{
  static const struct
  {
    const char *line;
    NmcliCommand command;
    const char *selector;
    const char *name;
    const char *values;
    const char *rest;
    gboolean has_rest;
  } cases[] = {
      /* clang-format off */
      {"connection modify Home ipv6.clat yes",
       NMCLI_COMMAND_MODIFY, NULL, "Home", "yes",
       "connection modify Home", FALSE},
      {"c m My_Home ipv6.clat yes",
       NMCLI_COMMAND_MODIFY, NULL, "My Home", "yes",
       "c m My_Home", FALSE},
      {"con mod Home ipv6.method auto ipv6.clat yes ipv4.method disabled",
       NMCLI_COMMAND_MODIFY, NULL, "Home", "yes",
       "con mod Home ipv6.method auto ipv4.method disabled", TRUE},
      {"c m id id ipv6.clat no",
       NMCLI_COMMAND_MODIFY, "id", "id", "no",
       "c m id id", FALSE},
      {"c m uuid 1234 +ipv6.clat no",
       NMCLI_COMMAND_MODIFY, "uuid", "1234", "no",
       "c m uuid 1234", FALSE},
      {"c m modify -IPv6.CLA ''",
       NMCLI_COMMAND_MODIFY, NULL, "modify", "''",
       "c m modify", FALSE},
      {"c m ipv6.clat ipv6.clat yes",
       NMCLI_COMMAND_MODIFY, NULL, "ipv6.clat", "yes",
       "c m ipv6.clat", FALSE},
      {"c m Home connection.id ipv6.clat ipv6.clat yes",
       NMCLI_COMMAND_MODIFY, NULL, "Home", "yes",
       "c m Home connection.id ipv6.clat", TRUE},
      {"c m Home ipv6.clat yes ipv6.clat bad",
       NMCLI_COMMAND_MODIFY, NULL, "Home", "yes bad",
       "c m Home", FALSE},
      {"-w 10 --ask c --ask m -t -a path 7 -s remove ipv4 ipv6.clat yes",
       NMCLI_COMMAND_MODIFY, "path", "7", "yes",
       "-w 10 --ask c --ask m -t -a path 7 -s remove ipv4", TRUE},
      {"c m Home ipv6.clat yes ipv6.method",
       NMCLI_COMMAND_MODIFY, NULL, "Home", "yes",
       "c m Home ipv6.method", TRUE},
      {"--fields c -- c m Home ipv6.clat yes",
       NMCLI_COMMAND_MODIFY, NULL, "Home", "yes",
       "--fields c -- c m Home", FALSE},
      {"--offline c m ipv6.clat yes ipv6.mtu 1400",
       NMCLI_COMMAND_MODIFY, NULL, NULL, "yes",
       "--offline c m ipv6.mtu 1400", TRUE},
      {"c add type dummy ipv6.clat force ifname d0",
       NMCLI_COMMAND_ADD, NULL, NULL, "force",
       "c add type dummy ifname d0", TRUE},
      {"c a save no type dummy -- ipv6.clat yes",
       NMCLI_COMMAND_ADD, NULL, NULL, "yes",
       "c a save no type dummy --", TRUE},
      /* clang-format on */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = split (cases[i].line);
      g_autoptr (NmcliArgs) args = nmcli_args_parse ((const char *const *)words);
      g_autofree char *values = join (args->values);
      g_autofree char *rest = join (args->rest);

      g_test_message ("%s", cases[i].line);
      g_assert_cmpint (args->command, ==, cases[i].command);
      g_assert_cmpstr (values, ==, cases[i].values);
      g_assert_cmpstr (rest, ==, cases[i].rest);
      g_assert_cmpint (args->has_rest, ==, cases[i].has_rest);
      g_assert_false (args->lacks_value);
      g_assert_cmpuint (args->selections->len, ==, cases[i].name != NULL);
      if (cases[i].name == NULL)
        continue;
      g_assert_cmpstr (g_array_index (args->selections, NmcliSelection, 0).selector, ==,
                       cases[i].selector);
      g_assert_cmpstr (g_array_index (args->selections, NmcliSelection, 0).name, ==,
                       cases[i].name);
    }
}

static NmcliArgs *
parse (const char *line, char ***words)
{
  *words = split (line);
  return nmcli_args_parse ((const char *const *)*words);
}

static void
test_help (void)
{
  static const char *const lines[] = {
      "--help",        "-h",         "help",
      "-t --he",       "c help",     "con -h",
      "c modify help", "c a --help", "connection show h",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (GStrv) words = split (lines[i]);
      g_autoptr (NmcliArgs) args = nmcli_args_parse ((const char *const *)words);

      g_test_message ("%s", lines[i]);
      g_assert_cmpint (args->command, ==, NMCLI_COMMAND_HELP);
    }
}

static void
test_missing_value_is_noticed (void)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (NmcliArgs) args = parse ("c m Home ipv4.method auto ipv6.clat", &words);

  g_assert_cmpint (args->command, ==, NMCLI_COMMAND_MODIFY);
  g_assert_true (args->lacks_value);
}

static void
test_temporary (void)
{
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) others = NULL;
  g_autoptr (NmcliArgs) args = parse ("c m --temp Home ipv6.clat yes", &words);
  g_autoptr (NmcliArgs) other = parse ("c m Home ipv6.clat yes", &others);

  g_assert_true (args->is_temporary);
  g_assert_false (other->is_temporary);
}

static void
test_uuid_of_what_is_added (void)
{
  static const char *const lines[] = {
      "c add connection.uuid 1234 type dummy ipv6.clat yes",
      "c add type dummy ipv6.clat yes con.UU 1234",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (GStrv) words = NULL;
      g_autoptr (NmcliArgs) args = parse (lines[i], &words);

      g_assert_cmpstr (args->uuid, ==, "1234");
    }
}

static void
test_place_of_the_property (void)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (NmcliArgs) args = parse ("c add type dummy ipv6.clat yes ifname d0", &words);

  g_assert_cmpuint (args->position, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (args->rest, args->position), ==, "ifname");
}

static void
test_looks (void)
{
  static const struct
  {
    const char *line;
    const char *fields;
    NmcliLook look;
  } cases[] = {
      /* clang-format off */
      {"c s Home", NULL, {NMCLI_PRINT_NORMAL, FALSE, FALSE}},
      {"-t c s Home", NULL, {NMCLI_PRINT_TERSE, FALSE, FALSE}},
      {"--pretty c s Home", NULL, {NMCLI_PRINT_PRETTY, FALSE, FALSE}},
      {"-m tab c s Home", NULL, {NMCLI_PRINT_NORMAL, TRUE, FALSE}},
      {"--mode=multi c s Home", NULL, {NMCLI_PRINT_NORMAL, FALSE, FALSE}},
      {"-g ipv6.clat c s Home", "ipv6.clat", {NMCLI_PRINT_TERSE, TRUE, FALSE}},
      {"--get=ipv6.clat c s Home", "ipv6.clat", {NMCLI_PRINT_TERSE, TRUE, FALSE}},
      {"-g ipv6.clat -m mul c s Home", "ipv6.clat", {NMCLI_PRINT_TERSE, FALSE, FALSE}},
      {"-m mul -g ipv6.clat c s Home", "ipv6.clat", {NMCLI_PRINT_TERSE, FALSE, FALSE}},
      {"-t -e no -f all c s Home", "all", {NMCLI_PRINT_TERSE, FALSE, TRUE}},
      {"-f ipv4 -c yes -f ipv6 c s Home", "ipv6", {NMCLI_PRINT_NORMAL, FALSE, FALSE}},
      {"-o -f a c s Home", "a", {NMCLI_PRINT_NORMAL, FALSE, FALSE}},
      /* clang-format on */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = NULL;
      g_autoptr (NmcliArgs) args = parse (cases[i].line, &words);

      g_test_message ("%s", cases[i].line);
      g_assert_cmpint (args->command, ==, NMCLI_COMMAND_SHOW);
      g_assert_cmpstr (args->fields, ==, cases[i].fields);
      g_assert_cmpint (args->look.print, ==, cases[i].look.print);
      g_assert_cmpint (args->look.is_tabular, ==, cases[i].look.is_tabular);
      g_assert_cmpint (args->look.is_unescaped, ==, cases[i].look.is_unescaped);
    }
}

static void
test_profiles_to_show (void)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (NmcliArgs) args =
      parse ("-t -w 5 c s --order name --active -s A_B uuid uuid apath 3 -a C", &words);
  static const NmcliSelection expected[] = {
      {NULL, "A B"}, {"uuid", "uuid"}, {"apath", "3"}, {NULL, "C"}};
  g_autofree char *options = join (args->options);
  g_autofree char *show_options = join (args->show_options);

  g_assert_cmpstr (options, ==, "-t -w 5");
  g_assert_cmpstr (show_options, ==, "--order name --active -s -a");
  g_assert_true (args->is_active_only);
  g_assert_cmpuint (args->selections->len, ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      NmcliSelection selection = g_array_index (args->selections, NmcliSelection, i);

      g_assert_cmpstr (selection.selector, ==, expected[i].selector);
      g_assert_cmpstr (selection.name, ==, expected[i].name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nmcli-args/foreign", test_commands_left_to_nmcli);
  g_test_add_func ("/nmcli-args/changes", test_changes);
  g_test_add_func ("/nmcli-args/help", test_help);
  g_test_add_func ("/nmcli-args/missing-value", test_missing_value_is_noticed);
  g_test_add_func ("/nmcli-args/temporary", test_temporary);
  g_test_add_func ("/nmcli-args/uuid", test_uuid_of_what_is_added);
  g_test_add_func ("/nmcli-args/place", test_place_of_the_property);
  g_test_add_func ("/nmcli-args/looks", test_looks);
  g_test_add_func ("/nmcli-args/profiles", test_profiles_to_show);
  return g_test_run ();
}
