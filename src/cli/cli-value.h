/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A value from the bus as text. */
#pragma once

#include "cli-text.h"

G_BEGIN_DECLS

/* By its type: type "t" is used on the bus for points in time only. NULL for the values
 * that mean "absent": the empty string, the empty list and 0. Not cleaned for a
 * terminal. */
char *cli_value_to_text (GVariant *value, CliClock clock);

G_END_DECLS
