/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the plan that attach and detach the BPF programs of the data path. */
#include "clat-translator-datapath.h"

#include "clat-bpf.h"
#include "clat-datapath.h"
#include "clat-foreign-hook.h"
#include "clat-names.h"
#include "clat-plan-details.h"
#include "clat-sock-diag.h"
#include "clat-tc.h"

static void
give_up_direct (ClatTranslator *self, const GError *error)
{
  g_info ("%s: no direct way: %s", self->name, error->message);
  self->lacks_direct = TRUE;
}

/* As configured, or if the kernel refuses that, without the direct way. */
static gboolean
load_fast_path (ClatTranslator *self, ClatBpf *bpf, struct clat_datapath *configured,
                guint32 predecessor, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_bpf_load (bpf, configured, predecessor, &local_error))
    return TRUE;
  if (configured->direct == 0)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  configured->direct = 0;
  if (!clat_bpf_load (bpf, configured, predecessor, error))
    return FALSE;
  give_up_direct (self, local_error);
  return TRUE;
}

/* If the kernel refuses to load the fast path, the same programs without it are small
 * enough for every verifier. */
static gboolean
load_programs (ClatTranslator *self, ClatBpf *bpf, struct clat_datapath *configured,
               guint32 predecessor, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (load_fast_path (self, bpf, configured, predecessor, &local_error))
    return TRUE;
  if (configured->slow_path_only || configured->slow == 0)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  configured->slow_path_only = TRUE;
  if (!clat_bpf_load (bpf, configured, predecessor, error))
    return FALSE;

  /* Only now: where no program can be loaded, the fast path is not the reason. */
  g_warning ("%s: no fast path: %s", self->name, local_error->message);
  self->lacks_fast_path = TRUE;
  return TRUE;
}

/* Before packets take another way, so that the resets reach the peers. */
static void
end_changed_connections (const ClatWanted *wanted, const ClatActual *actual)
{
  for (guint i = 0; i < actual->n_ipv4s; i++)
    if (clat_plan_changes_pair (wanted, actual, actual->ipv4s[i].address))
      clat_sock_diag_end_connections (actual->ipv4s[i].address);
}

static gboolean
remove_direct (ClatTranslator *self, const ClatObserved *observed, GError **error)
{
  return observed->programs[CLAT_PROGRAM_DIRECT] == 0
         || clat_foreign_hook_remove (self->host, observed->links.veth.ifindex,
                                      CLAT_TC_EGRESS, CLAT_NAME_DIRECT, error);
}

/* Without the program, which the plan then expects to be missing, packets take the way
 * through the namespace. */
static gboolean
set_direct (ClatTranslator *self, const ClatObserved *observed, int program,
            GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (program <= 0)
    return remove_direct (self, observed, error);
  if (!clat_foreign_hook_set (self->host, observed->links.veth.ifindex, CLAT_TC_EGRESS,
                              program, CLAT_NAME_DIRECT, &local_error))
    give_up_direct (self, local_error);
  return TRUE;
}

gboolean
clat_translator_set_datapath (ClatTranslator *self, const ClatWanted *wanted,
                              const ClatObserved *observed, GError **error)
{
  ClatDatapath datapath = clat_plan_datapath (wanted, &observed->actual);
  struct clat_datapath configured = clat_datapath_encode (&datapath, &observed->links);
  g_auto (ClatBpf) bpf = {0};

  if (!load_programs (self, &bpf, &configured, observed->programs[CLAT_PROGRAM_INNER],
                      error))
    return FALSE;
  end_changed_connections (wanted, &observed->actual);

  /* Inbound programs first: replies to what is sent then find them. */
  return (observed->links.slow.ifindex == 0
          || clat_tc_set (clat_namespace_get_rtnl (self->namespace),
                          observed->links.slow.ifindex, bpf.programs[CLAT_PROGRAM_SLOW],
                          "clat_slow", error))
         && clat_tc_set (clat_namespace_get_rtnl (self->namespace),
                         observed->links.uplink.ifindex,
                         bpf.programs[CLAT_PROGRAM_UPLINK], "clat_6to4", error)
         && clat_tc_set (clat_namespace_get_rtnl (self->namespace),
                         observed->links.inner.ifindex, bpf.programs[CLAT_PROGRAM_INNER],
                         "clat_4to6", error)
         && set_direct (self, observed, bpf.programs[CLAT_PROGRAM_DIRECT], error);
}

gboolean
clat_translator_remove_datapath (ClatTranslator *self, const ClatObserved *observed,
                                 GError **error)
{
  return clat_tc_remove (clat_namespace_get_rtnl (self->namespace),
                         observed->links.inner.ifindex, error)
         && clat_tc_remove (clat_namespace_get_rtnl (self->namespace),
                            observed->links.uplink.ifindex, error);
}
