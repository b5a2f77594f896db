/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences of the service, which are English, in the user's language. */
#include "config.h"

#include "cli-sentence.h"

#include <glib/gi18n.h>
#include <string.h>

#define PART      "%s"
#define MAX_PARTS 3

typedef struct
{
  char *texts[MAX_PARTS];
} Parts;

static void
clear_parts (Parts *self)
{
  for (gsize i = 0; i < MAX_PARTS; i++)
    g_clear_pointer (&self->texts[i], g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, clear_parts)

/* Where the words that follow a part begin: at the end, if they are the last ones. */
static const char *
find_words (const char *text, const char *words, gboolean is_last)
{
  if (!is_last)
    return strstr (text, words);
  return g_str_has_suffix (text, words) ? text + strlen (text) - strlen (words) : NULL;
}

/* words: what stands between the parts. */
static gboolean
split (char *const *words, const char *text, Parts *parts)
{
  if (words[1] == NULL)
    return g_str_equal (text, words[0]);
  if (!g_str_has_prefix (text, words[0]))
    return FALSE;

  text += strlen (words[0]);
  for (gsize i = 1; words[i] != NULL; i++)
    {
      const char *at = find_words (text, words[i], words[i + 1] == NULL);

      if (at == NULL || i > MAX_PARTS)
        return FALSE;
      parts->texts[i - 1] = g_strndup (text, at - text);
      text = at + strlen (words[i]);
    }
  return TRUE;
}

/* msgfmt checks that a translation has the conversions of the sentence, in another order
 * with their numbers; printf ignores superfluous arguments. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
join (const char *format, const Parts *parts)
{
  return g_strdup_printf (format, parts->texts[0], parts->texts[1], parts->texts[2]);
}
#pragma GCC diagnostic pop

static void
translate_parts (Parts *parts, const char *const *nested)
{
  for (gsize i = 0; i < MAX_PARTS && parts->texts[i] != NULL; i++)
    {
      char *translated = cli_sentence_translate (nested, NULL, parts->texts[i]);

      if (translated == NULL)
        continue;
      g_free (parts->texts[i]);
      parts->texts[i] = translated;
    }
}

char *
cli_sentence_translate (const char *const *candidates, const char *const *nested,
                        const char *text)
{
  for (; *candidates != NULL; candidates++)
    {
      g_auto (GStrv) words = g_strsplit (*candidates, PART, -1);
      g_auto (Parts) parts = {0};

      if (!split (words, text, &parts))
        continue;
      if (nested != NULL)
        translate_parts (&parts, nested);
      return join (_ (*candidates), &parts);
    }
  return NULL;
}
