/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which goal failed, and when it is tried again. */
#include "clat-retry.h"

#include "clat-clock.h"

#define MAX_PAUSE 64

struct _ClatRetry
{
  GSourceFunc function;
  gpointer data;

  GError *fault;
  ClatGoal goal;
  guint pause;
  guint timer; /* source */
};

ClatRetry *
clat_retry_new (GSourceFunc function, gpointer data)
{
  ClatRetry *self = g_new0 (ClatRetry, 1);

  self->function = function;
  self->data = data;
  return self;
}

void
clat_retry_free (ClatRetry *self)
{
  if (self == NULL)
    return;

  clat_retry_forget (self);
  g_free (self);
}

static gboolean
on_time (gpointer data)
{
  ClatRetry *self = data;

  self->timer = 0;
  g_clear_error (&self->fault);
  return self->function (self->data);
}

void
clat_retry_begin (ClatRetry *self, ClatGoal goal, GError *error)
{
  guint pause = CLAMP (self->pause * 2, 1, MAX_PAUSE);

  clat_retry_forget (self);
  self->fault = error;
  self->goal = goal;
  self->pause = pause;
  self->timer =
      clat_clock_call_at (clat_clock_now () + pause * G_USEC_PER_SEC, on_time, self);
}

void
clat_retry_forget (ClatRetry *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_error (&self->fault);
  self->pause = 0;
}

const GError *
clat_retry_get_fault (ClatRetry *self)
{
  return self->fault;
}

gboolean
clat_retry_has_failed (ClatRetry *self, ClatGoal goal)
{
  return self->fault != NULL && self->goal == goal;
}

guint
clat_retry_get_pause (ClatRetry *self)
{
  return self->pause;
}
