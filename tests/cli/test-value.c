/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli-value.h"

static void
test_text_by_type (void)
{
  static const struct
  {
    const char *value; /* in the text format of GVariant */
    const char *text;  /* NULL: absent */
  } cases[] = {
      {"'wlan0'", "wlan0"},
      {"''", NULL},
      {"objectpath '/a/b'", "/a/b"},
      {"['192.0.0.1', '192.0.0.2']", "192.0.0.1, 192.0.0.2"},
      {"['192.0.0.1']", "192.0.0.1"},
      {"@as []", NULL},
      {"uint32 1472", "1472"},
      {"uint32 0", NULL},
      {"uint64 5000000", "5 s ago (1970-01-01 00:00:15)"},
      {"uint64 0", NULL},
      {"true", "yes"},
      {"false", "no"},
      {"(1, 'a new type')", "(1, 'a new type')"},
  };
  CliClock clock = {.boot = 10 * G_USEC_PER_SEC, .wall = 20 * G_USEC_PER_SEC};

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value =
          g_variant_parse (NULL, cases[i].value, NULL, NULL, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = cli_value_to_text (value, clock);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/value/text", test_text_by_type);
  return g_test_run ();
}
