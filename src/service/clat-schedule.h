/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the next pass over a connection runs: soon after an event, or at a set time. */
#pragma once

#include "clat-bucket.h"

G_BEGIN_DECLS

typedef struct
{
  void (*run) (gpointer data);
  gpointer data;
  ClatBucket passes;
  guint event; /* sources */
  guint alarm;
} ClatSchedule;

/* run is called from the main loop for each pass. */
void clat_schedule_init (ClatSchedule *self, void (*run) (gpointer data), gpointer data);
void clat_schedule_clear (ClatSchedule *self);

/* After an event. Events that arrive together share a pass. */
void clat_schedule_pass (ClatSchedule *self);

/* The time of the next pass if no event comes before, in µs of CLOCK_BOOTTIME, or
 * CLAT_NEVER. Replaces the time that was set before. */
void clat_schedule_set_alarm (ClatSchedule *self, gint64 time);

G_END_DECLS
