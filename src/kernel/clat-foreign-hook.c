/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A BPF program at a hook of an interface in the host's namespace. */
#include "clat-foreign-hook.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

/* Missing in the headers of older kernels and of older libbpf. */
#define TCX_INGRESS 46
#define TCX_EGRESS  47
#define BEFORE      (1u << 3)

/* The kernel's limit of programs per hook. */
#define MAX_PROGRAMS 64

static const enum bpf_attach_type tcx_hooks[] = {
    [CLAT_TC_INGRESS] = TCX_INGRESS,
    [CLAT_TC_EGRESS] = TCX_EGRESS,
};

/* A descriptor of the program with that id if it has the name, else -1. */
static int
open_program (guint32 id, const char *name)
{
  struct bpf_prog_info info = {0};
  guint32 size = sizeof info;
  int fd = bpf_prog_get_fd_by_id (id);

  if (fd < 0)
    return -1;
  if (bpf_obj_get_info_by_fd (fd, &info, &size) == 0 && g_str_equal (info.name, name))
    return fd;
  close (fd);
  return -1;
}

/* A descriptor of the tcx program of that name and its id; -1: none. FALSE if the kernel
 * has no tcx. */
static gboolean
find_tcx (int ifindex, ClatTcHook hook, const char *name, int *fd, guint32 *id)
{
  guint32 ids[MAX_PROGRAMS], flags, n = G_N_ELEMENTS (ids);

  *fd = -1;
  *id = 0;
  if (bpf_prog_query (ifindex, tcx_hooks[hook], 0, &flags, ids, &n) < 0)
    return errno != EINVAL;

  for (guint i = 0; i < n && *fd < 0; i++)
    {
      *fd = open_program (ids[i], name);
      if (*fd >= 0)
        *id = ids[i];
    }
  return TRUE;
}

static gboolean
set_tcx (int ifindex, ClatTcHook hook, int program, int old, GError **error)
{
  guint32 place = hook == CLAT_TC_INGRESS ? BEFORE : 0;
  LIBBPF_OPTS (bpf_prog_attach_opts, options, .flags = old < 0 ? place : BPF_F_REPLACE,
               .replace_prog_fd = MAX (old, 0));

  if (bpf_prog_attach_opts (program, ifindex, tcx_hooks[hook], &options) == 0)
    return TRUE;
  clat_error_set_errno (error, errno, "attaching a program by tcx");
  return FALSE;
}

gboolean
clat_foreign_hook_set (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, int program,
                       const char *name, GError **error)
{
  gboolean set;
  guint32 id;
  int old;

  if (!find_tcx (ifindex, hook, name, &old, &id))
    return clat_tc_set_foreign (rtnl, ifindex, hook, program, name, error);

  set = set_tcx (ifindex, hook, program, old, error);
  if (old >= 0)
    close (old);
  return set;
}

gboolean
clat_foreign_hook_get (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, const char *name,
                       guint32 *id, GError **error)
{
  int fd;

  if (!find_tcx (ifindex, hook, name, &fd, id))
    return clat_tc_get_foreign (rtnl, ifindex, hook, id, error);
  if (fd >= 0)
    close (fd);
  return TRUE;
}

gboolean
clat_foreign_hook_remove (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, const char *name,
                          GError **error)
{
  gboolean removed;
  guint32 id;
  int fd;

  if (!find_tcx (ifindex, hook, name, &fd, &id))
    return clat_tc_remove_foreign (rtnl, ifindex, hook, error);
  if (fd < 0)
    return TRUE;

  removed = bpf_prog_detach2 (fd, ifindex, tcx_hooks[hook]) == 0 || errno == ENOENT
            || errno == ENODEV;
  if (!removed)
    clat_error_set_errno (error, errno, "detaching a program by tcx");
  close (fd);
  return removed;
}
