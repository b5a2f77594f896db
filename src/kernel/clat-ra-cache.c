/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The latest router advertisement of each router on each link. */
#include "clat-ra-cache.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <time.h>

#include "clat-error.h"
#include "inject.skel.h"

/* Any node on the link can send router advertisements, and must not fill our memory. */
#define MAX_ENTRIES 64
#define MAX_BYTES   (64 * 1024)

typedef struct
{
  int link;
  struct in6_addr router;
  GBytes *message;
  gint64 received_at; /* seconds of CLOCK_BOOTTIME */
} Entry;

struct _ClatRaCache
{
  GArray *entries; /* latest last */
  struct inject *program;
};

static gint64
now_in_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

static void
clear_entry (gpointer entry)
{
  g_bytes_unref (((Entry *)entry)->message);
}

ClatRaCache *
clat_ra_cache_new (void)
{
  ClatRaCache *self = g_new0 (ClatRaCache, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  return self;
}

void
clat_ra_cache_free (ClatRaCache *self)
{
  g_clear_pointer (&self->program, inject__destroy);
  g_array_unref (self->entries);
  g_free (self);
}

static gsize
count_bytes (ClatRaCache *self)
{
  gsize sum = 0;

  for (guint i = 0; i < self->entries->len; i++)
    sum += g_bytes_get_size (g_array_index (self->entries, Entry, i).message);
  return sum;
}

static void
make_room (ClatRaCache *self, gsize length)
{
  while (
      self->entries->len > 0
      && (self->entries->len >= MAX_ENTRIES || count_bytes (self) + length > MAX_BYTES))
    g_array_remove_index (self->entries, 0);
}

static void
drop_previous (ClatRaCache *self, const ClatAdvertisement *advertisement)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->link == advertisement->ifindex
          && IN6_ARE_ADDR_EQUAL (&entry->router, &advertisement->router))
        {
          g_array_remove_index (self->entries, i);
          return;
        }
    }
}

void
clat_ra_cache_add (ClatRaCache *self, const ClatAdvertisement *advertisement)
{
  Entry entry = {
      .link = advertisement->ifindex,
      .router = advertisement->router,
      .received_at = now_in_seconds (),
  };

  drop_previous (self, advertisement);
  make_room (self, advertisement->length);
  entry.message = g_bytes_new (advertisement->message, advertisement->length);
  g_array_append_val (self->entries, entry);
}

ClatSlaac
clat_ra_cache_get_slaac (ClatRaCache *self, int link)
{
  ClatSlaac slaac = CLAT_SLAAC_UNKNOWN;
  gint64 now = now_in_seconds ();

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      gsize length;
      const guint8 *message = g_bytes_get_data (entry->message, &length);

      if (entry->link != link)
        continue;
      if (clat_slaac_is_offered (message, length, now - entry->received_at))
        return CLAT_SLAAC_OFFERED;
      slaac = CLAT_SLAAC_NONE;
    }
  return slaac;
}

static gboolean
load (ClatRaCache *self, GError **error)
{
  if (self->program == NULL)
    self->program = inject__open_and_load ();
  if (self->program == NULL)
    clat_error_set_errno (error, errno, "loading a BPF program");
  return self->program != NULL;
}

static gboolean
inject_one (ClatRaCache *self, const Entry *entry, int ifindex, guint32 longest,
            GError **error)
{
  gsize length;
  const guint8 *message = g_bytes_get_data (entry->message, &length);
  g_autoptr (GBytes) frame = clat_ra_replay (
      &entry->router, message, length, now_in_seconds () - entry->received_at, longest);
  struct __sk_buff context = {.ifindex = ifindex};
  LIBBPF_OPTS (bpf_test_run_opts, options, .ctx_in = &context,
               .ctx_size_in = sizeof context, .repeat = 1);
  gsize size;

  if (frame == NULL)
    return TRUE;

  options.data_in = g_bytes_get_data (frame, &size);
  options.data_size_in = size;
  if (bpf_prog_test_run_opts (bpf_program__fd (self->program->progs.inject), &options)
      < 0)
    {
      clat_error_set_errno (error, errno, "injecting a router advertisement");
      return FALSE;
    }
  return TRUE;
}

gboolean
clat_ra_cache_inject (ClatRaCache *self, int link, int ifindex, guint32 longest,
                      GError **error)
{
  gboolean injected = load (self, error);

  for (guint i = 0; injected && i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->link == link)
        injected = inject_one (self, entry, ifindex, longest, error);
    }
  return injected;
}

void
clat_ra_cache_forget (ClatRaCache *self, int link)
{
  for (guint i = self->entries->len; i > 0; i--)
    if (g_array_index (self->entries, Entry, i - 1).link == link)
      g_array_remove_index (self->entries, i - 1);
}
