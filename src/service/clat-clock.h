/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot clock: it advances during suspend, as lifetimes in the network do. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* µs of CLOCK_BOOTTIME. */
gint64 clat_clock_now (void);

/* Calls function once at that time, or on resume if the time passed during suspend.
 * Returns the id of a source of the default main context. */
guint clat_clock_call_at (gint64 time, GSourceFunc function, gpointer data);

G_END_DECLS
