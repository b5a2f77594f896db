/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the plan, carried out in the kernel. For clat-translator only. */
#pragma once

#include "clat-observe.h"
#include "clat-step.h"
#include "clat-translator-members.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* Carries out the step that the plan chose for wanted and observed. */
gboolean clat_translator_carry_out (ClatTranslator *self, ClatStep step,
                                    const ClatWanted *wanted,
                                    const ClatObserved *observed, GError **error);

G_END_DECLS
