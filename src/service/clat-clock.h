/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot clock: it goes on while the machine sleeps, as lifetimes of the network do. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* µs of CLOCK_BOOTTIME. */
gint64 clat_clock_now (void);

/* Calls function once at that time; after a sleep that lasted longer, at once. Returns a
 * source id of the default main context. */
guint clat_clock_call_at (gint64 time, GSourceFunc function, gpointer data);

G_END_DECLS
