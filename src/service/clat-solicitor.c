/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends router solicitations. */
#include "clat-solicitor.h"

#include "clat-clock.h"

/* RFC 4861, 10: MAX_RTR_SOLICITATIONS and RTR_SOLICITATION_INTERVAL. */
#define MAX_SOLICITATIONS 3
#define INTERVAL_MS       4000

/* A link that has just come up has no source address for a solicitation until duplicate
 * address detection has ended, a second or two later. */
#define MAX_FAILURES     40
#define FAILURE_PAUSE_MS 250

struct _ClatSolicitor
{
  ClatKernel *kernel;
  int ifindex;
  guint n_sent;
  guint n_failed;
  guint timer; /* source */
};

ClatSolicitor *
clat_solicitor_new (ClatKernel *kernel)
{
  ClatSolicitor *self = g_new0 (ClatSolicitor, 1);

  self->kernel = kernel;
  return self;
}

void
clat_solicitor_free (ClatSolicitor *self)
{
  clat_solicitor_stop (self);
  g_free (self);
}

static gboolean
on_timer (gpointer data)
{
  ClatSolicitor *self = data;
  g_autoptr (GError) error = NULL;
  gboolean sent = clat_kernel_solicit (self->kernel, self->ifindex, &error);

  self->timer = 0;
  if (sent && ++self->n_sent < MAX_SOLICITATIONS)
    self->timer = g_timeout_add (INTERVAL_MS, on_timer, self);
  if (!sent && ++self->n_failed < MAX_FAILURES)
    self->timer = g_timeout_add (FAILURE_PAUSE_MS, on_timer, self);
  if (!sent && self->timer == 0)
    g_debug ("interface %d: no router solicitation sent: %s", self->ifindex,
             error->message);
  return G_SOURCE_REMOVE;
}

static void
prepare (ClatSolicitor *self, int ifindex)
{
  clat_solicitor_stop (self);
  self->ifindex = ifindex;
  self->n_sent = self->n_failed = 0;
}

void
clat_solicitor_start (ClatSolicitor *self, int ifindex)
{
  prepare (self, ifindex);
  on_timer (self);
}

void
clat_solicitor_start_at (ClatSolicitor *self, int ifindex, gint64 time)
{
  prepare (self, ifindex);
  self->timer = clat_clock_call_at (time, on_timer, self);
}

void
clat_solicitor_stop (ClatSolicitor *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}
