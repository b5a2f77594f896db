/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF programs of a redirecting uplink (libbpf). */
#include "clat-redirect-programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clat-bpf.h"
#include "clat-error.h"
#include "redirect.skel.h"
#include "shared.skel.h"

/* The kernel's name of the map is preceded by the name of the object. */
#define RODATA_NAME   ".rodata"
#define MAX_CONSTANTS 4096

/* A program's configuration is read without knowing which object it is of. */
G_STATIC_ASSERT (offsetof (struct redirect__rodata, redirect)
                 == offsetof (struct shared__rodata, redirect));

guint64
clat_redirect_programs_get_build (gboolean is_shared)
{
  static guint64 builds[2];
  guint64 *build = &builds[is_shared ? 1 : 0];

  if (*build == 0)
    {
      size_t size;
      const void *object =
          is_shared ? shared__elf_bytes (&size) : redirect__elf_bytes (&size);

      *build = clat_bpf_identify (object, size);
    }
  return *build;
}

gboolean
clat_redirect_programs_read (guint32 program, struct clat_redirect *configured)
{
  /* The compiler adds constants of its own behind the configuration. */
  union
  {
    struct redirect__rodata rodata;
    char bytes[MAX_CONSTANTS];
  } data = {0};
  int fd = program == 0 ? -1
                        : clat_bpf_open_map (program, RODATA_NAME,
                                             sizeof data.rodata.redirect, sizeof data);
  guint32 key = 0;
  gboolean read;

  if (fd < 0)
    return FALSE;

  read = bpf_map_lookup_elem (fd, &key, &data) == 0;
  close (fd);
  if (read)
    memcpy (configured, (const void *)&data.rodata.redirect, sizeof *configured);
  return read;
}

/* Lets the object use a map of the attached program, if it has one of the same kind. */
static void
reuse_map (struct bpf_map *map, guint32 predecessor)
{
  struct bpf_map_info info = {0};
  guint32 size = sizeof info;
  gsize value = bpf_map__value_size (map);
  int fd = predecessor == 0
               ? -1
               : clat_bpf_open_map (predecessor, bpf_map__name (map), value, value);

  if (fd < 0)
    return;
  if (bpf_obj_get_info_by_fd (fd, &info, &size) == 0 && info.type == bpf_map__type (map)
      && info.key_size == bpf_map__key_size (map)
      && info.max_entries == bpf_map__max_entries (map))
    bpf_map__reuse_fd (map, fd);
  close (fd);
}

/* The skeletons close their own descriptors. */
static void
keep (ClatRedirectPrograms *self, const struct bpf_program *in,
      const struct bpf_program *out)
{
  self->in = dup (bpf_program__fd (in));
  self->out = dup (bpf_program__fd (out));
}

/* The functions that load return 0 or a negative error number. */
static int
load_redirect (ClatRedirectPrograms *self, const struct clat_redirect *configured)
{
  struct redirect *skeleton = redirect__open ();
  int result;

  if (skeleton == NULL)
    return -errno;
  memcpy ((void *)&skeleton->rodata->redirect, configured, sizeof *configured);
  result = redirect__load (skeleton);
  if (result == 0)
    keep (self, skeleton->progs.clat_nm_in, skeleton->progs.clat_nm_out);
  redirect__destroy (skeleton);
  return result;
}

static int
load_shared (ClatRedirectPrograms *self, const struct clat_redirect *configured,
             guint32 predecessor)
{
  struct shared *skeleton = shared__open ();
  int result;

  if (skeleton == NULL)
    return -errno;
  memcpy ((void *)&skeleton->rodata->redirect, configured, sizeof *configured);
  reuse_map (skeleton->maps.clat_flows, predecessor);
  reuse_map (skeleton->maps.clat_fragments, predecessor);
  reuse_map (skeleton->maps.counters, predecessor);
  result = shared__load (skeleton);
  if (result == 0)
    keep (self, skeleton->progs.clat_nm_in, skeleton->progs.clat_nm_out);
  shared__destroy (skeleton);
  return result;
}

gboolean
clat_redirect_programs_load (ClatRedirectPrograms *self,
                             const struct clat_redirect *configured, gboolean is_shared,
                             guint32 predecessor, GError **error)
{
  int result = is_shared ? load_shared (self, configured, predecessor)
                         : load_redirect (self, configured);

  if (result == 0)
    return TRUE;
  clat_error_set_errno (error, -result, "loading the BPF programs of the uplink");
  return FALSE;
}

void
clat_redirect_programs_clear (ClatRedirectPrograms *self)
{
  if (self->in > 0)
    close (self->in);
  if (self->out > 0)
    close (self->out);
  *self = (ClatRedirectPrograms){0};
}
