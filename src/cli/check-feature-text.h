/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service says about the kernel, in the user's language. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* text: the English sentence, which is returned if the service is newer and knows others.
 */
const char *check_feature_text_translate (const char *text);

G_END_DECLS
