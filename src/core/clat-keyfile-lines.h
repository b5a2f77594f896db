/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Line numbers in the text of a key file, which GKeyFile does not report. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The line of the group's heading; 1 if there is none. */
guint clat_keyfile_lines_find_group (const char *text, const char *group);

/* The line of the key; 1 if the group has no such key. */
guint clat_keyfile_lines_find_key (const char *text, const char *group, const char *key);

/* The first line that GKeyFile rejects; 1 if there is none. */
guint clat_keyfile_lines_find_bad (const char *text);

/* The first line that repeats a group, or a key of its group, and in repeated what it is:
 * "group [main]" or "key 'mode'". GKeyFile merges them silently. 0 if there is none;
 * repeated is untouched then. */
guint clat_keyfile_lines_find_repeated (const char *text, char **repeated);

G_END_DECLS
