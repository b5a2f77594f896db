/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows whether the NAT64 of one connection answers. */
#include "clat-plat-monitor.h"

#include "clat-expiry.h"

/* The router to which packets of new connections are sent. */
static void
add_router (ClatPlatEvidence *evidence, ClatKernel *kernel, const ClatActual *actual)
{
  evidence->router = actual->datapath.next_hops[0];
  if (IN6_IS_ADDR_UNSPECIFIED (&evidence->router))
    return;

  for (guint i = 0; i < actual->n_unreachable; i++)
    evidence->has_lost_router |=
        IN6_ARE_ADDR_EQUAL (&actual->unreachable[i], &evidence->router);
  evidence->has_own_address = actual->uplink != CLAT_UPLINK_SHARED;
  /* It matters only while nothing has come back. */
  if (evidence->last_in == 0 && evidence->last_other == 0 && evidence->n_out > 0)
    evidence->host_has_router =
        clat_kernel_has_neighbour (kernel, actual->parent, &evidence->router);
}

static void
ping (ClatKernel *kernel, const char *name, const ClatActual *actual,
      const ClatPlatEvidence *evidence)
{
  for (guint i = 0; i < evidence->n_targets; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!clat_kernel_ping (kernel, name, actual->ipv4s[0].address, evidence->targets[i],
                             &error))
        g_debug ("%s: %s", name, error->message);
    }
}

/* Of the host last: a router that limits its answers rather answers the translator. */
static void
ping_router (ClatKernel *kernel, const char *name, const ClatActual *actual,
             const struct in6_addr *host, const struct in6_addr *router)
{
  g_autoptr (GError) error = NULL;

  if (!clat_kernel_ping_router (kernel, name, &actual->ipv6, router, &error)
      || (host != NULL
          && !clat_kernel_ping_router_from_host (kernel, name, actual->parent, host,
                                                 router, &error)))
    g_debug ("%s: %s", name, error->message);
}

void
clat_plat_monitor_update (ClatPlatMonitor *self, ClatKernel *kernel, const char *name,
                          const ClatActual *actual, const struct in6_addr *host,
                          struct in_addr target, gint64 now)
{
  ClatPlatEvidence evidence;
  ClatPlatOrders orders;

  self->next = CLAT_NEVER;
  self->is_filtered = FALSE;
  self->verdict = (ClatPlatVerdict){0};
  if (!actual->has_datapath || actual->n_ipv4s == 0
      || !clat_kernel_read_plat (kernel, name, &evidence))
    return;

  add_router (&evidence, kernel, actual);
  if (target.s_addr != 0)
    {
      evidence.targets[0] = target;
      evidence.n_targets = 1;
      evidence.targets_answered = TRUE;
    }

  orders = clat_plat_judge (&self->plat, &evidence, now);
  self->verdict = orders.verdict;
  self->next = orders.next;
  self->is_filtered = orders.is_filtered;
  clat_kernel_set_plat (kernel, name, &orders.verdict, orders.reports);
  if (orders.pings)
    ping (kernel, name, actual, &evidence);
  if (orders.pings_router)
    ping_router (kernel, name, actual, host, &evidence.router);
}

void
clat_plat_monitor_forget (ClatPlatMonitor *self, ClatKernel *kernel, const char *name)
{
  *self = (ClatPlatMonitor){.next = CLAT_NEVER};
  clat_kernel_forget_plat (kernel, name);
}
