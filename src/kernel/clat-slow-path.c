/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The slow path of one translator: clat-xlat on a tun device. */
#include "clat-slow-path.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clat-link-change.h"
#include "clat-link.h"
#include "clat-names.h"
#include "clat-slow-path-watch.h"
#include "clat-tun.h"
#include "config.h"
#include "xlat-statistics.h"

/* The descriptors that clat-xlat inherits. */
#define TUN_FD   3
#define STATS_FD 4

/* A process that ends earlier is started again after a pause, which doubles each time. */
#define SHORT_LIFE_SECONDS 5
#define MAX_PAUSE_SECONDS  64

/* The time in which clat-xlat finishes the packets that it has read. */
#define MAX_END_MS 500

struct _ClatSlowPath
{
  char *name;
  const ClatFdStore *store;
  GSourceFunc function;
  gpointer data;

  int tun; /* descriptors, -1: none */
  int memory;
  const struct xlat_statistics *statistics; /* in that memory */
  guint64 lost; /* packets that did not fit the queue of earlier devices */

  GSubprocess *process;
  GCancellable *watch; /* of its exit */
  ClatSlowPathWatch *packets;
  ClatTranslation translation;
  gint64 started; /* monotonic µs */
  guint pause;    /* seconds */
  guint retry;    /* source; set while the state is broken */
};

ClatSlowPath *
clat_slow_path_new (const char *name, const ClatFdStore *store, GSourceFunc function,
                    gpointer data)
{
  ClatSlowPath *self = g_new0 (ClatSlowPath, 1);

  self->name = g_strdup (name);
  self->store = store;
  self->function = function;
  self->data = data;
  self->tun = -1;
  self->memory = -1;
  return self;
}

static void
close_descriptor (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* FALSE on timeout. */
static gboolean
wait_for_end (GSubprocess *process)
{
  const char *number = g_subprocess_get_identifier (process);
  struct pollfd end = {.fd = -1, .events = POLLIN};
  gboolean ended = number == NULL;

  if (number != NULL)
    end.fd = pidfd_open ((pid_t)g_ascii_strtoll (number, NULL, 10), 0);
  if (end.fd >= 0)
    ended = poll (&end, 1, MAX_END_MS) > 0;
  close_descriptor (&end.fd);
  return ended;
}

/* Its exit is expected, and not watched any more. The next process must not read the
 * device before this one has ended: fragments of one packet would reach both. */
static void
end_process (ClatSlowPath *self)
{
  if (self->process == NULL)
    return;

  g_cancellable_cancel (self->watch);
  g_subprocess_send_signal (self->process, SIGTERM);
  if (!wait_for_end (self->process))
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->watch);
  g_clear_object (&self->process);
}

static void
release (ClatSlowPath *self)
{
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_pointer (&self->packets, clat_slow_path_watch_free);
  end_process (self);
  close_descriptor (&self->tun);
  self->pause = 0;
}

void
clat_slow_path_free (ClatSlowPath *self)
{
  release (self);
  if (self->statistics != NULL)
    munmap ((void *)self->statistics, sizeof *self->statistics);
  close_descriptor (&self->memory);
  g_free (self->name);
  g_free (self);
}

ClatSlowPathState
clat_slow_path_get_state (ClatSlowPath *self)
{
  if (self->retry != 0)
    return CLAT_SLOW_PATH_BROKEN;
  return self->process != NULL ? CLAT_SLOW_PATH_RUNNING : CLAT_SLOW_PATH_NONE;
}

const ClatTranslation *
clat_slow_path_get_translation (ClatSlowPath *self)
{
  return &self->translation;
}

static gboolean
on_time_to_retry (gpointer data)
{
  ClatSlowPath *self = data;

  self->retry = 0;
  return self->function (self->data);
}

/* A process that ran long enough is started again at once. */
static void
note_end (ClatSlowPath *self, const char *how)
{
  gint64 lived = g_get_monotonic_time () - self->started;

  if (lived >= SHORT_LIFE_SECONDS * G_USEC_PER_SEC)
    self->pause = 0;
  else
    self->pause = CLAMP (self->pause * 2, 1, MAX_PAUSE_SECONDS);

  g_warning ("%s: clat-xlat %s; started again %s", self->name, how,
             self->pause == 0 ? "at once" : "after a pause");
  if (self->pause != 0)
    self->retry = g_timeout_add_seconds (self->pause, on_time_to_retry, self);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  ClatSlowPath *self = data;

  /* Cancelled: we ended it, and self may be freed. */
  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error))
    return;

  g_clear_object (&self->watch);
  g_clear_object (&self->process);
  g_clear_pointer (&self->packets, clat_slow_path_watch_free);
  note_end (self, "has ended");
  self->function (self->data);
}

/* It is started again when it has ended. */
static gboolean
on_hung (gpointer data)
{
  ClatSlowPath *self = data;

  g_warning ("%s: clat-xlat does not read its packets; killing it", self->name);
  g_subprocess_force_exit (self->process);
  return G_SOURCE_REMOVE;
}

/* Creates the device in the namespace. With IFF_VNET_HDR, packets of up to 64 KB keep
 * their segmentation and checksum offload. */
static gboolean
open_tun (ClatSlowPath *self, ClatNetns *netns, GError **error)
{
  char name[IFNAMSIZ] = CLAT_NAME_SLOW;
  int home = clat_netns_enter (netns, error);

  if (home < 0)
    return FALSE;

  self->tun = clat_tun_open (name, IFF_VNET_HDR, error);
  clat_netns_leave (home);
  if (self->tun >= 0)
    self->store->put (self->name, self->tun);
  return self->tun >= 0;
}

/* Whether the descriptor is that of the slow path's device in the namespace. */
static gboolean
is_device_of (int fd, ClatNetns *netns)
{
  struct stat ours, its;
  int own = clat_tun_open_netns (fd, NULL);
  gboolean same = own >= 0 && fstat (own, &its) == 0
                  && fstat (clat_netns_get_fd (netns), &ours) == 0
                  && its.st_ino == ours.st_ino && its.st_dev == ours.st_dev;

  close_descriptor (&own);
  return same && clat_tun_has_name (fd, CLAT_NAME_SLOW);
}

/* Takes the device of a previous instance, with the packets that have queued since. */
static void
take_tun (ClatSlowPath *self, ClatNetns *netns)
{
  int fd = self->store->take (self->name);

  if (fd >= 0 && is_device_of (fd, netns))
    self->tun = fd;
  else
    close_descriptor (&fd);
}

/* A device that the clat-xlat of a previous instance holds cannot be taken over. */
static gboolean
remove_device (ClatSlowPath *self, ClatRtnl *rtnl, GError **error)
{
  ClatLink link;

  if (!clat_link_get (rtnl, CLAT_NAME_SLOW, &link, NULL))
    return TRUE;
  self->lost += link.tx_dropped;
  return clat_link_remove (rtnl, link.ifindex, error);
}

gboolean
clat_slow_path_stop (ClatSlowPath *self, ClatRtnl *rtnl, GError **error)
{
  release (self);
  self->store->remove (self->name);
  return remove_device (self, rtnl, error);
}

static gboolean
make_device (ClatSlowPath *self, ClatNetns *netns, ClatRtnl *rtnl, guint mtu,
             GError **error)
{
  ClatLink link;

  /* If another program has removed the device, our descriptor is of no use. */
  if (!clat_link_get (rtnl, CLAT_NAME_SLOW, &link, NULL))
    {
      g_clear_pointer (&self->packets, clat_slow_path_watch_free);
      close_descriptor (&self->tun);
    }
  else if (self->tun < 0)
    take_tun (self, netns);
  if (self->tun < 0
      && (!remove_device (self, rtnl, error) || !open_tun (self, netns, error)))
    return FALSE;

  return clat_link_get (rtnl, CLAT_NAME_SLOW, &link, error)
         && clat_link_refuse_ipv6 (rtnl, link.ifindex, error)
         && clat_link_set_mtu (rtnl, link.ifindex, mtu, error)
         && clat_link_set_flags (rtnl, link.ifindex, IFF_UP, error);
}

/* Shared memory for the counters of clat-xlat, which all its processes continue. */
static gboolean
make_memory (ClatSlowPath *self, GError **error)
{
  void *mapped;

  if (self->statistics != NULL)
    return TRUE;

  self->memory = memfd_create ("clat-xlat", MFD_CLOEXEC);
  if (self->memory < 0 || ftruncate (self->memory, sizeof *self->statistics) < 0)
    {
      clat_error_set_errno (error, errno, "memory for counters");
      close_descriptor (&self->memory);
      return FALSE;
    }

  mapped = mmap (NULL, sizeof *self->statistics, PROT_READ, MAP_SHARED, self->memory, 0);
  if (mapped == MAP_FAILED)
    {
      clat_error_set_errno (error, errno, "memory for counters");
      close_descriptor (&self->memory);
      return FALSE;
    }
  self->statistics = mapped;
  return TRUE;
}

static void
add_gateway (GStrvBuilder *builder, const ClatTranslation *translation)
{
  char text[INET_ADDRSTRLEN];

  if (translation->gateway.s_addr == 0)
    return;
  inet_ntop (AF_INET, &translation->gateway, text, sizeof text);
  g_strv_builder_add_many (builder, "--own-ipv4", text, NULL);
}

static void
add_pairs (GStrvBuilder *builder, const ClatTranslation *translation)
{
  for (guint i = 0; i < translation->n_pairs; i++)
    {
      const ClatPair *pair = &translation->pairs[i];
      g_autofree char *prefix = clat_prefix_to_string (&pair->prefix);
      char ipv4[INET_ADDRSTRLEN], ipv6[INET6_ADDRSTRLEN];

      inet_ntop (AF_INET, &pair->ipv4, ipv4, sizeof ipv4);
      inet_ntop (AF_INET6, &pair->ipv6, ipv6, sizeof ipv6);
      g_strv_builder_add_many (builder, "--ipv4", ipv4, "--ipv6", ipv6, "--prefix",
                               prefix, NULL);
    }
}

static GSubprocess *
spawn (ClatSlowPath *self, const ClatTranslation *translation, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *mtu6 = g_strdup_printf ("%u", translation->mtu6);
  g_autofree char *lowest = g_strdup_printf ("%u", translation->lowest_ipv6_mtu);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *private_destinations =
      clat_private_destinations_to_string (translation->private_destinations);
  g_auto (GStrv) arguments = NULL;

  g_strv_builder_add_many (builder, CLAT_XLAT, "--mtu6", mtu6, "--mtu4", mtu6,
                           "--lowest-ipv6-mtu", lowest, "--private-destinations",
                           private_destinations, "--tun-fd", G_STRINGIFY (TUN_FD),
                           "--stats-fd", G_STRINGIFY (STATS_FD), NULL);
  add_pairs (builder, translation);
  add_gateway (builder, translation);
  if (!translation->reassembles)
    g_strv_builder_add (builder, "--no-reassembly");
  arguments = g_strv_builder_end (builder);

  g_subprocess_launcher_take_fd (launcher, dup (self->tun), TUN_FD);
  g_subprocess_launcher_take_fd (launcher, dup (self->memory), STATS_FD);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *)arguments, error);
}

gboolean
clat_slow_path_start (ClatSlowPath *self, ClatNetns *netns, ClatRtnl *rtnl,
                      const ClatTranslation *translation, GError **error)
{
  g_autoptr (GError) spawn_error = NULL;
  GSubprocess *process;

  if (!make_memory (self, error)
      || !make_device (self, netns, rtnl, translation->mtu6, error))
    return FALSE;

  g_clear_pointer (&self->packets, clat_slow_path_watch_free);
  end_process (self);
  process = spawn (self, translation, &spawn_error);
  self->started = g_get_monotonic_time ();
  if (process == NULL)
    {
      note_end (self, spawn_error->message);
      return TRUE;
    }

  self->process = process;
  self->translation = *translation;
  self->watch = g_cancellable_new ();
  g_subprocess_wait_async (process, self->watch, on_ended, self);
  self->packets = clat_slow_path_watch_new (self->tun, self->statistics, on_hung, self);
  return TRUE;
}

static void
add_counted (const struct xlat_statistics *statistics,
             struct clat_counters counters[CLAT_N_DIRECTIONS])
{
  for (guint i = 0; i < CLAT_N_DIRECTIONS; i++)
    {
      const struct xlat_direction_statistics *counted = &statistics->directions[i];

      counters[i].packets += counted->packets;
      counters[i].bytes += counted->bytes;
      for (guint j = 0; j < XLAT_N_REASONS; j++)
        counters[i].drops[j] += counted->drops[j];
    }
}

/* The kernel counts the packets of both directions that did not fit the queue in one
 * number; nearly all of them are from programs of the host, which send without regard to
 * the network. */
void
clat_slow_path_add_counters (ClatSlowPath *self, ClatRtnl *rtnl,
                             struct clat_counters counters[CLAT_N_DIRECTIONS])
{
  ClatLink link = {0};

  clat_link_get (rtnl, CLAT_NAME_SLOW, &link, NULL);
  counters[CLAT_4TO6].drops[XLAT_REASON_OVERFLOW] += self->lost + link.tx_dropped;
  if (self->statistics != NULL && self->statistics->version == XLAT_STATISTICS_VERSION)
    add_counted (self->statistics, counters);
}
