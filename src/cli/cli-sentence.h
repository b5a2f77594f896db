/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences of the service, which are English, in the user's language. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* candidates, nested: ended by NULL, English with "%s" for each variable part, marked
 * with N_(). Returns the first candidate that text matches, translated, with the parts
 * that text has; NULL if none matches. Of two candidates that may match, the longer one
 * comes first. A part that is one of the nested sentences is translated, too; NULL: none
 * is. */
char *cli_sentence_translate (const char *const *candidates, const char *const *nested,
                              const char *text);

G_END_DECLS
