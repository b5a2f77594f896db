/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has failed, and when it is tried again: pauses grow from a second to a minute. */
#pragma once

#include "clat-state.h"

G_BEGIN_DECLS

typedef struct _ClatRetry ClatRetry;

/* Function is called when it is time; the fault is forgotten then, the pause is not. */
ClatRetry *clat_retry_new (GSourceFunc function, gpointer data);

/* NULL is allowed. */
void clat_retry_free (ClatRetry *self);

/* What was wished for could not be brought about. Takes the error. */
void clat_retry_begin (ClatRetry *self, ClatGoal goal, GError *error);

/* It works, or is not wanted any more. */
void clat_retry_forget (ClatRetry *self);

/* NULL if nothing has failed since the last try. */
const GError *clat_retry_get_fault (ClatRetry *self);

/* Whether what failed was that. */
gboolean clat_retry_has_failed (ClatRetry *self, ClatGoal goal);

/* Seconds until the next try after the last fault. */
guint clat_retry_get_pause (ClatRetry *self);

G_END_DECLS
