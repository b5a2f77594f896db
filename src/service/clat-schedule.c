/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the next pass over a connection runs. */
#include "clat-schedule.h"

#include "clat-clock.h"
#include "clat-expiry.h"

/* An event is handled at once, but not without end: another node on the link must not be
 * able to keep the service busy by sending. */
#define PASSES_AT_ONCE    50
#define PASSES_PER_SECOND 10

static gboolean
on_event (gpointer data)
{
  ClatSchedule *self = data;

  self->event = 0;
  self->run (self->data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_alarm (gpointer data)
{
  ClatSchedule *self = data;

  self->alarm = 0;
  clat_schedule_pass (self);
  return G_SOURCE_REMOVE;
}

void
clat_schedule_pass (ClatSchedule *self)
{
  if (self->event != 0)
    return;

  if (clat_bucket_take (&self->passes, g_get_monotonic_time ()))
    self->event = g_idle_add_full (G_PRIORITY_DEFAULT, on_event, self, NULL);
  else
    self->event = g_timeout_add (1000 / PASSES_PER_SECOND, on_event, self);
}

void
clat_schedule_set_alarm (ClatSchedule *self, gint64 time)
{
  g_clear_handle_id (&self->alarm, g_source_remove);
  if (time != CLAT_NEVER)
    self->alarm = clat_clock_call_at (time, on_alarm, self);
}

void
clat_schedule_init (ClatSchedule *self, void (*run) (gpointer data), gpointer data)
{
  *self = (ClatSchedule){
      .run = run,
      .data = data,
      .passes = {.burst = PASSES_AT_ONCE, .per_second = PASSES_PER_SECOND},
  };
}

void
clat_schedule_clear (ClatSchedule *self)
{
  g_clear_handle_id (&self->event, g_source_remove);
  g_clear_handle_id (&self->alarm, g_source_remove);
}
