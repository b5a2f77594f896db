/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words, names and times for the terminal. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text from the bus could control the terminal: every character that is not printed as
 * itself (control characters, line separators, marks that reverse the writing direction)
 * becomes \xNN or \u{NNNN}. */
char *cli_text_clean (const char *text);
void cli_text_append_clean (GString *into, const char *text);

/* Columns of a terminal, not characters: some take two columns, as in Japanese, and
 * accents none. */
guint cli_text_width_of_char (gunichar character);
guint cli_text_width (const char *text);

/* With spaces up to that width; is_right: before the text. */
char *cli_text_pad (const char *text, guint width, gboolean is_right);

typedef enum
{
  CLI_TONE_PLAIN,
  CLI_TONE_GOOD,
  CLI_TONE_WAIT,
  CLI_TONE_BAD,
} CliTone;

/* One word for whether IPv4 works in this state of the connection and of the NAT64 on the
 * bus. */
const char *cli_text_ipv4 (const char *state, const char *plat, CliTone *tone);

/* Both clocks in microseconds, read at the same moment: times on the bus are of
 * CLOCK_BOOTTIME, dates are of CLOCK_REALTIME. */
typedef struct
{
  gint64 boot;
  gint64 wall;
} CliClock;

CliClock cli_clock_now (void);

/* A point in time on the bus as ISO 8601 in UTC; NULL for 0, which means absent. */
char *cli_clock_to_iso (CliClock clock, guint64 boot);

/* "5 min 2 s ago (2026-11-23 10:00:03)" */
char *cli_clock_to_text (CliClock clock, guint64 boot);

G_END_DECLS
