/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words, names and times for the terminal. */
#include "config.h"

#include <glib/gi18n.h>
#include <time.h>

#include "clat-plat-verdict.h"
#include "clat-state.h"
#include "cli-text.h"

static gboolean
shows_as_itself (gunichar character)
{
  GUnicodeType type = g_unichar_type (character);

  /* The joiners (ZWNJ, ZWJ) belong to words in Persian and other languages, and to emoji.
   */
  if (type == G_UNICODE_FORMAT)
    return character == 0x200c || character == 0x200d;
  return type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR
         && g_unichar_isprint (character);
}

void
cli_text_append_clean (GString *into, const char *text)
{
  for (const char *at = text; *at != '\0';)
    {
      gunichar character = g_utf8_get_char_validated (at, -1);

      if (character == (gunichar)-1 || character == (gunichar)-2)
        {
          g_string_append_printf (into, "\\x%02x", (guint)(guchar)*at);
          at++;
          continue;
        }

      if (shows_as_itself (character))
        g_string_append_unichar (into, character);
      else if (character <= 0xff)
        g_string_append_printf (into, "\\x%02x", character);
      else
        g_string_append_printf (into, "\\u{%04x}", character);
      at = g_utf8_next_char (at);
    }
}

char *
cli_text_clean (const char *text)
{
  GString *clean = g_string_new (NULL);

  cli_text_append_clean (clean, text);
  return g_string_free (clean, FALSE);
}

guint
cli_text_width_of_char (gunichar character)
{
  if (g_unichar_iszerowidth (character))
    return 0;
  return g_unichar_iswide (character) ? 2 : 1;
}

guint
cli_text_width (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    width += cli_text_width_of_char (g_utf8_get_char (text));
  return width;
}

char *
cli_text_pad (const char *text, guint width, gboolean is_right)
{
  guint used = cli_text_width (text);
  int missing = used < width ? width - used : 0;

  return is_right ? g_strdup_printf ("%*s%s", missing, "", text)
                  : g_strdup_printf ("%s%*s", text, missing, "");
}

const char *
cli_text_ipv4 (const char *state, const char *plat, CliTone *tone)
{
  static const struct
  {
    const char *word;
    CliTone tone;
  } words[] = {
      /* Translators: these words answer "does IPv4 work?" in the column IPV4. */
      [CLAT_STATE_ACTIVE] = {N_ ("works"), CLI_TONE_GOOD},
      [CLAT_STATE_DELEGATED] = {N_ ("works"), CLI_TONE_GOOD},
      [CLAT_STATE_NATIVE] = {N_ ("native"), CLI_TONE_GOOD},
      [CLAT_STATE_PREPARING] = {N_ ("soon"), CLI_TONE_WAIT},
      [CLAT_STATE_SEARCHING] = {N_ ("no"), CLI_TONE_BAD},
      [CLAT_STATE_FAILED] = {N_ ("no"), CLI_TONE_BAD},
      [CLAT_STATE_UNSUPPORTED] = {N_ ("no"), CLI_TONE_BAD},
      [CLAT_STATE_DISABLED] = {N_ ("off"), CLI_TONE_PLAIN},
  };

  /* The translator works, but what it needs does not. */
  if (g_str_equal (state, clat_state_to_string (CLAT_STATE_ACTIVE))
      && g_str_equal (plat, clat_plat_state_to_string (CLAT_PLAT_UNREACHABLE)))
    state = clat_state_to_string (CLAT_STATE_FAILED);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].word != NULL && g_str_equal (clat_state_to_string (i), state))
      {
        *tone = words[i].tone;
        return _ (words[i].word);
      }

  /* A newer service may have more states. */
  *tone = CLI_TONE_PLAIN;
  return "?";
}

static gint64
read_clock (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

CliClock
cli_clock_now (void)
{
  return (CliClock){.boot = read_clock (CLOCK_BOOTTIME),
                    .wall = read_clock (CLOCK_REALTIME)};
}

/* NULL if the time is absent or beyond the range of dates. */
static GDateTime *
to_date (CliClock clock, guint64 boot)
{
  gint64 moment;

  if (boot == 0 || boot > G_MAXINT64
      || __builtin_add_overflow (clock.wall - clock.boot, (gint64)boot, &moment))
    return NULL;
  return g_date_time_new_from_unix_utc (moment / G_USEC_PER_SEC);
}

char *
cli_clock_to_iso (CliClock clock, guint64 boot)
{
  g_autoptr (GDateTime) date = to_date (clock, boot);

  return date != NULL ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

static char *
to_duration (guint64 seconds)
{
  guint64 minutes = seconds / 60;
  guint64 hours = minutes / 60;

  if (hours >= 24)
    return g_strdup_printf (_ ("%u d %u h"), (guint)(hours / 24), (guint)(hours % 24));
  if (hours > 0)
    return g_strdup_printf (_ ("%u h %u min"), (guint)hours, (guint)(minutes % 60));
  if (minutes > 0)
    return g_strdup_printf (_ ("%u min %u s"), (guint)minutes, (guint)(seconds % 60));
  return g_strdup_printf (_ ("%u s"), (guint)seconds);
}

char *
cli_clock_to_text (CliClock clock, guint64 boot)
{
  g_autoptr (GDateTime) date = to_date (clock, boot);
  g_autoptr (GDateTime) local = date != NULL ? g_date_time_to_local (date) : NULL;
  g_autofree char *absolute = NULL;
  g_autofree char *duration = NULL;
  gboolean is_past = boot <= (guint64)clock.boot;

  if (local == NULL)
    return g_strdup ("?");

  absolute = g_date_time_format (local, "%Y-%m-%d %H:%M:%S");
  duration =
      to_duration ((is_past ? clock.boot - boot : boot - clock.boot) / G_USEC_PER_SEC);

  /* Translators: a duration and a date: "5 min 2 s ago (2026-11-23 10:00:03)". */
  return g_strdup_printf (is_past ? _ ("%s ago (%s)") : _ ("in %s (%s)"), duration,
                          absolute);
}
