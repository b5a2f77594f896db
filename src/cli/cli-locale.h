/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language in which the programs print. */
#pragma once

/* As the user has set it, in UTF-8. */
void cli_locale_init (void);

/* English, for what other programs read. */
void cli_locale_use_english (void);
