/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot clock. GLib's own timers do not advance during suspend. */
#include "clat-clock.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

typedef struct
{
  GSource source;
  int fd;
} Alarm;

gint64
clat_clock_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
dispatch (GSource *source, GSourceFunc function, gpointer data)
{
  function (data);
  return G_SOURCE_REMOVE;
}

static void
finalize (GSource *source)
{
  close (((Alarm *)source)->fd);
}

guint
clat_clock_call_at (gint64 time, GSourceFunc function, gpointer data)
{
  static GSourceFuncs functions = {.dispatch = dispatch, .finalize = finalize};
  /* timerfd_settime with zero disarms the timer. */
  gint64 at = MAX (time, 1);
  struct itimerspec when = {
      .it_value = {at / G_USEC_PER_SEC, at % G_USEC_PER_SEC * 1000},
  };
  g_autoptr (GSource) source = g_source_new (&functions, sizeof (Alarm));
  Alarm *alarm = (Alarm *)source;

  alarm->fd = timerfd_create (CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (alarm->fd < 0 || timerfd_settime (alarm->fd, TFD_TIMER_ABSTIME, &when, NULL) < 0)
    g_error ("no timer: %s", g_strerror (errno));

  g_source_add_unix_fd (source, alarm->fd, G_IO_IN);
  g_source_set_callback (source, function, data, NULL);
  return g_source_attach (source, NULL);
}
