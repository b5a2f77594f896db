/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which goal failed, and when it is tried again: pauses grow from a second to a minute.
 */
#pragma once

#include "clat-state.h"

G_BEGIN_DECLS

typedef struct _ClatRetry ClatRetry;

/* Calls function when the pause is over. The fault is cleared then; the length of the
 * pause is kept for the next one. */
ClatRetry *clat_retry_new (GSourceFunc function, gpointer data);

/* NULL is allowed. */
void clat_retry_free (ClatRetry *self);

/* The goal could not be reached. Takes the error. */
void clat_retry_begin (ClatRetry *self, ClatGoal goal, GError *error);

/* The goal was reached, or is not wanted any more. */
void clat_retry_forget (ClatRetry *self);

/* NULL if nothing has failed since the last try. */
const GError *clat_retry_get_fault (ClatRetry *self);

/* Whether that goal failed and its pause is not over. */
gboolean clat_retry_has_failed (ClatRetry *self, ClatGoal goal);

/* Seconds until the next try after the last fault. */
guint clat_retry_get_pause (ClatRetry *self);

G_END_DECLS
