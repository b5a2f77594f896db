/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of reasons. */
#include "xlat-reason.h"

const char *
xlat_reason_to_string (enum xlat_reason reason)
{
  static const char *const texts[] = {
#define XLAT_REASON_TEXT(name, text) [XLAT_REASON_##name] = text,
      XLAT_REASONS (XLAT_REASON_TEXT)
#undef XLAT_REASON_TEXT
  };

  return reason < XLAT_N_REASONS ? texts[reason] : "unknown";
}
