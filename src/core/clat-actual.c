/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translator that a connection has, as read from the kernel. */
#include "clat-actual.h"

const char *
clat_slow_path_state_to_string (ClatSlowPathState state)
{
  switch (state)
    {
    case CLAT_SLOW_PATH_NONE:
    case CLAT_SLOW_PATH_ORPHANED:
      return "";
    case CLAT_SLOW_PATH_RUNNING:
      return "running";
    case CLAT_SLOW_PATH_BROKEN:
      return "broken";
    }
  g_return_val_if_reached ("");
}

const char *
clat_translator_kind_to_string (ClatTranslatorKind kind)
{
  switch (kind)
    {
    case CLAT_TRANSLATOR_NONE:
      return "";
    case CLAT_TRANSLATOR_BPF:
      return "bpf";
    case CLAT_TRANSLATOR_BPF_DIRECT:
      return "bpf-direct";
    case CLAT_TRANSLATOR_USERSPACE:
      return "userspace";
    }
  g_return_val_if_reached ("");
}

gboolean
clat_actual_has_route (const ClatActual *actual)
{
  for (guint i = 0; i < actual->n_routes; i++)
    if (actual->routes[i].table != actual->own_table)
      return TRUE;
  return FALSE;
}
