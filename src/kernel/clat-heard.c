/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the routers of each link said last. */
#include "clat-heard.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <time.h>

#include "clat-rtnl.h"
#include "hear.skel.h"

/* Whoever may send on the link must not be able to fill our memory. */
#define MAX_REMEMBERED       64
#define MAX_BYTES_REMEMBERED (64 * 1024)

typedef struct
{
  int link;
  struct in6_addr router;
  GBytes *message;
  gint64 heard; /* seconds of CLOCK_BOOTTIME */
} Saying;

struct _ClatHeard
{
  GArray *sayings; /* the latest comes last */
  struct hear *program;
};

static gint64
now_in_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

static void
clear_saying (gpointer saying)
{
  g_bytes_unref (((Saying *)saying)->message);
}

ClatHeard *
clat_heard_new (void)
{
  ClatHeard *self = g_new0 (ClatHeard, 1);

  self->sayings = g_array_new (FALSE, FALSE, sizeof (Saying));
  g_array_set_clear_func (self->sayings, clear_saying);
  return self;
}

void
clat_heard_free (ClatHeard *self)
{
  g_clear_pointer (&self->program, hear__destroy);
  g_array_unref (self->sayings);
  g_free (self);
}

static gsize
count_bytes (ClatHeard *self)
{
  gsize sum = 0;

  for (guint i = 0; i < self->sayings->len; i++)
    sum += g_bytes_get_size (g_array_index (self->sayings, Saying, i).message);
  return sum;
}

static void
make_room (ClatHeard *self, gsize length)
{
  while (self->sayings->len > 0
         && (self->sayings->len >= MAX_REMEMBERED
             || count_bytes (self) + length > MAX_BYTES_REMEMBERED))
    g_array_remove_index (self->sayings, 0);
}

static void
forget_one (ClatHeard *self, const ClatAdvertisement *advertisement)
{
  for (guint i = 0; i < self->sayings->len; i++)
    {
      const Saying *saying = &g_array_index (self->sayings, Saying, i);

      if (saying->link == advertisement->ifindex
          && IN6_ARE_ADDR_EQUAL (&saying->router, &advertisement->router))
        {
          g_array_remove_index (self->sayings, i);
          return;
        }
    }
}

void
clat_heard_remember (ClatHeard *self, const ClatAdvertisement *advertisement)
{
  Saying saying = {
      .link = advertisement->ifindex,
      .router = advertisement->router,
      .heard = now_in_seconds (),
  };

  forget_one (self, advertisement);
  make_room (self, advertisement->length);
  saying.message = g_bytes_new (advertisement->message, advertisement->length);
  g_array_append_val (self->sayings, saying);
}

ClatSlaac
clat_heard_get_slaac (ClatHeard *self, int link)
{
  ClatSlaac slaac = CLAT_SLAAC_UNKNOWN;
  gint64 now = now_in_seconds ();

  for (guint i = 0; i < self->sayings->len; i++)
    {
      const Saying *saying = &g_array_index (self->sayings, Saying, i);
      gsize length;
      const guint8 *message = g_bytes_get_data (saying->message, &length);

      if (saying->link != link)
        continue;
      if (clat_slaac_is_offered (message, length, now - saying->heard))
        return CLAT_SLAAC_OFFERED;
      slaac = CLAT_SLAAC_NONE;
    }
  return slaac;
}

static gboolean
load (ClatHeard *self, GError **error)
{
  if (self->program == NULL)
    self->program = hear__open_and_load ();
  if (self->program == NULL)
    clat_error_set_errno (error, errno, "loading a bpf program");
  return self->program != NULL;
}

static gboolean
tell_one (ClatHeard *self, const Saying *saying, int ifindex, guint32 longest,
          GError **error)
{
  gsize length;
  const guint8 *message = g_bytes_get_data (saying->message, &length);
  g_autoptr (GBytes) frame = clat_ra_tell_again (
      &saying->router, message, length, now_in_seconds () - saying->heard, longest);
  struct __sk_buff context = {.ifindex = ifindex};
  LIBBPF_OPTS (bpf_test_run_opts, options, .ctx_in = &context,
               .ctx_size_in = sizeof context, .repeat = 1);
  gsize size;

  if (frame == NULL)
    return TRUE;

  options.data_in = g_bytes_get_data (frame, &size);
  options.data_size_in = size;
  if (bpf_prog_test_run_opts (bpf_program__fd (self->program->progs.hear), &options) < 0)
    {
      clat_error_set_errno (error, errno, "telling a router advertisement again");
      return FALSE;
    }
  return TRUE;
}

gboolean
clat_heard_tell (ClatHeard *self, int link, int ifindex, guint32 longest, GError **error)
{
  gboolean told = load (self, error);

  for (guint i = 0; told && i < self->sayings->len; i++)
    {
      const Saying *saying = &g_array_index (self->sayings, Saying, i);

      if (saying->link == link)
        told = tell_one (self, saying, ifindex, longest, error);
    }
  return told;
}

void
clat_heard_forget (ClatHeard *self, int link)
{
  for (guint i = self->sayings->len; i > 0; i--)
    if (g_array_index (self->sayings, Saying, i - 1).link == link)
      g_array_remove_index (self->sayings, i - 1);
}
