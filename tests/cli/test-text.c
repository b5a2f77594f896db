/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli-mode.h"
#include "cli-text.h"

static void
test_only_what_shows_as_itself_stays (void)
{
  static const struct
  {
    const char *text;
    const char *clean;
  } cases[] = {
      {"Home Wi-Fi", "Home Wi-Fi"},
      {"", ""},
      {"Caf\u00e9 \u65e5\u672c", "Caf\u00e9 \u65e5\u672c"},
      {"\033[31mred", "\\x1b[31mred"},
      {"a\tb\nc\rd", "a\\x09b\\x0ac\\x0dd"},
      {"\x7f", "\\x7f"},
      {"\xc2\x9b"
       "31m",
       "\\x9b31m"},
      {"\u202egnp.exe", "\\u{202e}gnp.exe"},
      {"a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"},
      {"\ufeff", "\\u{feff}"},
      {"\u0645\u06cc\u200c\u0634", "\u0645\u06cc\u200c\u0634"},
      {"cut \xe2\x82", "cut \\xe2\\x82"},
      {"bad \xff!", "bad \\xff!"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = cli_text_clean (cases[i].text);

      g_assert_cmpstr (clean, ==, cases[i].clean);
    }
}

/* "\u63a5\u7d9a" is Japanese for connection. */
static void
test_width_is_in_columns_of_the_terminal (void)
{
  static const struct
  {
    const char *text;
    guint width;
    const char *left;
    const char *right;
  } cases[] = {
      {"name", 4, "name  ", "  name"},
      {"\u63a5\u7d9a", 4, "\u63a5\u7d9a  ", "  \u63a5\u7d9a"},
      {"p\u0159ipojen\u00ed", 9, "p\u0159ipojen\u00ed", "p\u0159ipojen\u00ed"},
      {"e\u0301", 1, "e\u0301     ", "     e\u0301"},
      {"", 0, "      ", "      "},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *left = cli_text_pad (cases[i].text, 6, FALSE);
      g_autofree char *right = cli_text_pad (cases[i].text, 6, TRUE);

      g_assert_cmpuint (cli_text_width (cases[i].text), ==, cases[i].width);
      g_assert_cmpstr (left, ==, cases[i].left);
      g_assert_cmpstr (right, ==, cases[i].right);
    }
}

static void
test_every_state_has_a_word (void)
{
  static const struct
  {
    const char *state;
    const char *plat;
    const char *word;
    CliTone tone;
  } cases[] = {
      {"disabled", "unknown", "off", CLI_TONE_PLAIN},
      {"native", "unknown", "native", CLI_TONE_GOOD},
      {"delegated", "unknown", "works", CLI_TONE_GOOD},
      {"searching", "unknown", "no", CLI_TONE_BAD},
      {"preparing", "unknown", "soon", CLI_TONE_WAIT},
      {"active", "unknown", "works", CLI_TONE_GOOD},
      {"active", "reachable", "works", CLI_TONE_GOOD},
      {"active", "unreachable", "no", CLI_TONE_BAD},
      {"failed", "unknown", "no", CLI_TONE_BAD},
      {"unsupported", "unknown", "no", CLI_TONE_BAD},
      {"yet unknown", "", "?", CLI_TONE_PLAIN},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CliTone tone;

      g_assert_cmpstr (cli_text_ipv4 (cases[i].state, cases[i].plat, &tone), ==,
                       cases[i].word);
      g_assert_cmpint (tone, ==, cases[i].tone);
    }
}

#define HOUR  (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define CLOCK ((CliClock){.boot = 100 * HOUR, .wall = 1000 * HOUR})

static void
test_times_of_the_bus_become_dates (void)
{
  static const struct
  {
    guint64 boot;
    const char *iso;
    const char *text;
  } cases[] = {
      /* clang-format off */
      {100 * HOUR,
       "1970-02-11T16:00:00Z", "0 s ago (1970-02-11 16:00:00)"},
      {100 * HOUR - 2 * G_USEC_PER_SEC,
       "1970-02-11T15:59:58Z", "2 s ago (1970-02-11 15:59:58)"},
      {100 * HOUR - 62 * G_USEC_PER_SEC,
       "1970-02-11T15:58:58Z", "1 min 2 s ago (1970-02-11 15:58:58)"},
      {97 * HOUR,
       "1970-02-11T13:00:00Z", "3 h 0 min ago (1970-02-11 13:00:00)"},
      {126 * HOUR,
       "1970-02-12T18:00:00Z", "in 1 d 2 h (1970-02-12 18:00:00)"},
      /* clang-format on */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *iso = cli_clock_to_iso (CLOCK, cases[i].boot);
      g_autofree char *text = cli_clock_to_text (CLOCK, cases[i].boot);

      g_assert_cmpstr (iso, ==, cases[i].iso);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_times_that_no_calendar_has (void)
{
  static const guint64 times[] = {G_MAXINT64, (guint64)G_MAXINT64 + 1, G_MAXUINT64};

  g_assert_null (cli_clock_to_iso (CLOCK, 0));
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = cli_clock_to_text (CLOCK, times[i]);

      g_assert_null (cli_clock_to_iso (CLOCK, times[i]));
      g_assert_cmpstr (text, ==, "?");
    }
}

static void
test_modes (void)
{
  static const struct
  {
    const char *text;
    gboolean is_valid;
    gboolean is_valid_for_nmcli;
    ClatMode mode;
  } cases[] = {
      {"auto", TRUE, TRUE, CLAT_MODE_AUTO},
      {"Yes", TRUE, TRUE, CLAT_MODE_YES},
      {"no", TRUE, TRUE, CLAT_MODE_NO},
      {"FORCE", TRUE, TRUE, CLAT_MODE_FORCE},
      {"", FALSE, TRUE, CLAT_MODE_AUTO},
      {"default", FALSE, TRUE, CLAT_MODE_AUTO},
      {"true", FALSE, TRUE, CLAT_MODE_YES},
      {"off", FALSE, TRUE, CLAT_MODE_NO},
      {"yess", FALSE, FALSE, 0},
      {"maybe", FALSE, FALSE, 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ClatMode mode;

      g_assert_cmpint (cli_mode_parse (cases[i].text, &mode), ==, cases[i].is_valid);
      if (cases[i].is_valid)
        g_assert_cmpint (mode, ==, cases[i].mode);
      g_assert_cmpint (cli_mode_parse_nmcli (cases[i].text, &mode), ==,
                       cases[i].is_valid_for_nmcli);
      if (cases[i].is_valid_for_nmcli)
        g_assert_cmpint (mode, ==, cases[i].mode);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/clean", test_only_what_shows_as_itself_stays);
  g_test_add_func ("/text/width", test_width_is_in_columns_of_the_terminal);
  g_test_add_func ("/text/states", test_every_state_has_a_word);
  g_test_add_func ("/text/times", test_times_of_the_bus_become_dates);
  g_test_add_func ("/text/absurd-times", test_times_that_no_calendar_has);
  g_test_add_func ("/text/modes", test_modes);
  return g_test_run ();
}
