/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF programs and maps of the data path (libbpf). */
#include "clat-bpf.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clat-error.h"
#include "clat.skel.h"

#define MAX_MAPS      16
#define MAX_CONSTANTS 4096

/* Names of maps as the kernel has them. */
#define COUNTERS_NAME "counters"
#define DATAPATH_NAME ".rodata" /* preceded by the name of the object */

static int G_GNUC_PRINTF (2, 0)
    pass_on_log (enum libbpf_print_level level, const char *format, va_list arguments)
{
  g_autofree char *text = NULL;

  if (level == LIBBPF_DEBUG)
    return 0;
  text = g_strdup_vprintf (format, arguments);
  g_debug ("%s", g_strchomp (text));
  return 0;
}

void
clat_bpf_log_here (void)
{
  libbpf_set_print (pass_on_log);
}

guint64
clat_bpf_identify (const void *object, gsize size)
{
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, object, size);

  sum[16] = '\0';
  return g_ascii_strtoull (sum, NULL, 16);
}

/* Identifies this build of the data path. */
static guint64
get_build (void)
{
  static guint64 build;

  if (build == 0)
    {
      size_t size;
      const void *object = clat__elf_bytes (&size);

      build = clat_bpf_identify (object, size);
    }
  return build;
}

/* The name of a map of variables begins with that of the object; the kernel truncates
 * names to 15 octets. */
static gboolean
is_named (const struct bpf_map_info *info, const char *name)
{
  return g_str_equal (info->name, name)
         || (*name == '.' && g_str_has_suffix (info->name, name));
}

int
clat_bpf_open_map (guint32 program, const char *name, gsize min_size, gsize max_size)
{
  guint32 ids[MAX_MAPS];
  struct bpf_prog_info info = {.nr_map_ids = MAX_MAPS, .map_ids = (gsize)ids};
  guint32 size = sizeof info;
  int fd = bpf_prog_get_fd_by_id (program);

  if (fd < 0)
    return -1;
  if (bpf_obj_get_info_by_fd (fd, &info, &size) < 0)
    info.nr_map_ids = 0;
  close (fd);

  for (guint i = 0; i < MIN (info.nr_map_ids, MAX_MAPS); i++)
    {
      struct bpf_map_info map = {0};

      fd = bpf_map_get_fd_by_id (ids[i]);
      size = sizeof map;
      if (fd >= 0 && bpf_obj_get_info_by_fd (fd, &map, &size) == 0
          && is_named (&map, name) && map.value_size >= min_size
          && map.value_size <= max_size)
        return fd;
      if (fd >= 0)
        close (fd);
    }
  return -1;
}

guint32
clat_bpf_get_map_id (guint32 program, const char *name)
{
  struct bpf_map_info info = {0};
  guint32 size = sizeof info;
  int fd = clat_bpf_open_map (program, name, 0, G_MAXUINT32);

  if (fd < 0)
    return 0;
  if (bpf_obj_get_info_by_fd (fd, &info, &size) < 0)
    info.id = 0;
  close (fd);
  return info.id;
}

gboolean
clat_bpf_read_map (guint32 program, const char *name, void *value, gsize size)
{
  int fd = clat_bpf_open_map (program, name, size, size);
  guint32 key = 0;
  gboolean found;

  if (fd < 0)
    return FALSE;
  found = bpf_map_lookup_elem (fd, &key, value) == 0;
  close (fd);
  return found;
}

gboolean
clat_bpf_write_map (guint32 program, const char *name, const void *value, gsize size)
{
  int fd = clat_bpf_open_map (program, name, size, size);
  guint32 key = 0;
  gboolean written;

  if (fd < 0)
    return FALSE;
  written = bpf_map_update_elem (fd, &key, value, BPF_ANY) == 0;
  close (fd);
  return written;
}

gboolean
clat_bpf_is_own_build (const struct clat_datapath *datapath)
{
  return datapath->build == get_build ();
}

gboolean
clat_bpf_read_datapath (guint32 id, struct clat_datapath *datapath)
{
  /* The compiler adds constants of its own behind the configuration. */
  union
  {
    struct clat__rodata configured;
    char bytes[MAX_CONSTANTS];
  } data = {0};
  int fd = clat_bpf_open_map (id, DATAPATH_NAME, sizeof *datapath, sizeof data);
  guint32 key = 0;
  gboolean found;

  if (fd < 0)
    return FALSE;

  found = bpf_map_lookup_elem (fd, &key, &data) == 0
          && data.configured.datapath.layout == CLAT_LAYOUT;
  close (fd);
  if (found)
    *datapath = data.configured.datapath;
  return found;
}

static void
add_counters (struct clat_counters *sum, const struct clat_counters *part)
{
  sum->packets += part->packets;
  sum->bytes += part->bytes;
  for (guint i = 0; i < XLAT_N_REASONS; i++)
    sum->drops[i] += part->drops[i];
}

gboolean
clat_bpf_read_counters (guint32 id, struct clat_counters counters[CLAT_N_DIRECTIONS],
                        GError **error)
{
  int n_processors = libbpf_num_possible_cpus ();
  g_autofree struct clat_counters *parts =
      g_new0 (struct clat_counters, MAX (n_processors, 1));
  int fd = clat_bpf_open_map (id, COUNTERS_NAME, sizeof *parts, sizeof *parts);

  if (fd < 0)
    {
      clat_error_set_errno (error, ENOENT, "counters of the data path");
      return FALSE;
    }

  memset (counters, 0, CLAT_N_DIRECTIONS * sizeof *counters);
  for (guint32 direction = 0; direction < CLAT_N_DIRECTIONS; direction++)
    if (bpf_map_lookup_elem (fd, &direction, parts) == 0)
      for (int i = 0; i < n_processors; i++)
        add_counters (&counters[direction], &parts[i]);
  close (fd);
  return TRUE;
}

/* The new programs go on with that map of the others, unless it is of another size. */
static void
keep_map (struct bpf_map *map, guint32 predecessor)
{
  const gsize size = bpf_map__value_size (map);
  int fd = clat_bpf_open_map (predecessor, bpf_map__name (map), size, size);

  if (fd < 0)
    return;
  bpf_map__reuse_fd (map, fd);
  close (fd);
}

/* A map that no program uses exists as long as a program that it is bound to. */
static void
bind_record (struct clat *skeleton)
{
  if (bpf_prog_bind_map (bpf_program__fd (skeleton->progs.clat_4to6),
                         bpf_map__fd (skeleton->maps.pref64_record), NULL)
      != 0)
    g_debug ("binding a map to a BPF program: %s", g_strerror (errno));
}

/* What is noted about a NAT64 does not hold for another one. */
static gboolean
has_same_nat64 (guint32 predecessor, const struct clat_datapath *datapath)
{
  struct clat_datapath before;

  return clat_bpf_read_datapath (predecessor, &before)
         && before.pairs[0].prefix_length == datapath->pairs[0].prefix_length
         && memcmp (before.pairs[0].prefix, datapath->pairs[0].prefix,
                    sizeof before.pairs[0].prefix)
                == 0;
}

/* The map of the programs on the link; without a shared address it is not used. */
static void
use_flows (struct bpf_map *map, guint32 id)
{
  int fd = id == 0 ? -1 : bpf_map_get_fd_by_id (id);

  if (fd < 0)
    {
      bpf_map__set_max_entries (map, 1);
      return;
    }
  bpf_map__reuse_fd (map, fd);
  close (fd);
}

static gboolean
load (struct clat *skeleton, guint32 predecessor)
{
  int result;

  if (predecessor != 0)
    {
      keep_map (skeleton->maps.counters, predecessor);
      keep_map (skeleton->maps.pref64_record, predecessor);
      keep_map (skeleton->maps.trace_events, predecessor);
      keep_map (skeleton->maps.data_trace, predecessor);
    }
  if (predecessor != 0 && has_same_nat64 (predecessor, &skeleton->rodata->datapath))
    {
      keep_map (skeleton->maps.plat, predecessor);
      keep_map (skeleton->maps.plat_verdict, predecessor);
      keep_map (skeleton->maps.plat_events, predecessor);
    }

  use_flows (skeleton->maps.clat_flows, skeleton->rodata->datapath.flows);
  bpf_program__set_autoload (skeleton->progs.clat_nm_direct,
                             skeleton->rodata->datapath.direct != 0);

  result = clat__load (skeleton);
  errno = -result;
  return result == 0;
}

gboolean
clat_bpf_load (ClatBpf *self, const struct clat_datapath *datapath, guint32 predecessor,
               GError **error)
{
  struct clat *skeleton;

  skeleton = clat__open ();
  if (skeleton == NULL)
    {
      clat_error_set_errno (error, errno, "opening the BPF programs of the data path");
      return FALSE;
    }

  skeleton->rodata->datapath = *datapath;
  skeleton->rodata->datapath.build = get_build ();
  skeleton->rodata->datapath.layout = CLAT_LAYOUT;
  if (!load (skeleton, predecessor))
    {
      clat_error_set_errno (error, errno, "loading the BPF programs of the data path");
      clat__destroy (skeleton);
      return FALSE;
    }

  bind_record (skeleton);
  /* The skeleton closes its own descriptors. */
  self->programs[CLAT_PROGRAM_INNER] = dup (bpf_program__fd (skeleton->progs.clat_4to6));
  self->programs[CLAT_PROGRAM_UPLINK] = dup (bpf_program__fd (skeleton->progs.clat_6to4));
  self->programs[CLAT_PROGRAM_SLOW] = dup (bpf_program__fd (skeleton->progs.clat_slow));
  if (datapath->direct != 0)
    self->programs[CLAT_PROGRAM_DIRECT] =
        dup (bpf_program__fd (skeleton->progs.clat_nm_direct));
  clat__destroy (skeleton);
  return TRUE;
}

void
clat_bpf_clear (ClatBpf *self)
{
  for (guint i = 0; i < CLAT_N_PROGRAMS; i++)
    if (self->programs[i] > 0)
      close (self->programs[i]);
  *self = (ClatBpf){0};
}
