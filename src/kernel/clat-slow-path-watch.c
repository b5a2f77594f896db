/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two states: waiting for a packet in the device, and, after one has come, for the end of
 * a period in which clat-xlat must have read something. With steady traffic this is one
 * wakeup per period, without traffic none. */
#include "clat-slow-path-watch.h"

#include <glib-unix.h>
#include <poll.h>

/* A hang is noticed after two periods at the latest. Longer than a loaded machine leaves
 * a process without processor time. */
#define PERIOD_MS 2000

struct _ClatSlowPathWatch
{
  int tun;
  const struct xlat_statistics *statistics;
  GSourceFunc function;
  gpointer data;

  guint source;
  guint64 reads; /* at the beginning of the period */
};

static gboolean on_packet (int tun, GIOCondition condition, gpointer data);

static gboolean
has_packets (int tun)
{
  struct pollfd device = {.fd = tun, .events = POLLIN};

  return poll (&device, 1, 0) > 0 && (device.revents & POLLIN) != 0;
}

static guint64
count_reads (const ClatSlowPathWatch *self)
{
  return __atomic_load_n (&self->statistics->reads, __ATOMIC_RELAXED);
}

static gboolean
on_end_of_period (gpointer data)
{
  ClatSlowPathWatch *self = data;

  self->source = 0;
  if (count_reads (self) == self->reads && has_packets (self->tun))
    self->function (self->data);
  else
    self->source = g_unix_fd_add (self->tun, G_IO_IN, on_packet, self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_packet (int tun, GIOCondition condition, gpointer data)
{
  ClatSlowPathWatch *self = data;

  /* If another program removed the device, the service notices by other means. */
  self->source = 0;
  if ((condition & G_IO_IN) != 0)
    {
      self->reads = count_reads (self);
      self->source = g_timeout_add (PERIOD_MS, on_end_of_period, self);
    }
  return G_SOURCE_REMOVE;
}

ClatSlowPathWatch *
clat_slow_path_watch_new (int tun, const struct xlat_statistics *statistics,
                          GSourceFunc function, gpointer data)
{
  ClatSlowPathWatch *self = g_new0 (ClatSlowPathWatch, 1);

  self->tun = tun;
  self->statistics = statistics;
  self->function = function;
  self->data = data;
  self->source = g_unix_fd_add (tun, G_IO_IN, on_packet, self);
  return self;
}

void
clat_slow_path_watch_free (ClatSlowPathWatch *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_free (self);
}
