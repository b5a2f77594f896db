/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel as the service uses it: an interface. */
#include "clat-kernel.h"

G_DEFINE_INTERFACE (ClatKernel, clat_kernel, G_TYPE_OBJECT)

static void
clat_kernel_default_init (ClatKernelInterface *interface)
{
  g_signal_new ("changed", CLAT_TYPE_KERNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_signal_new ("advertised", CLAT_TYPE_KERNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_signal_new ("offered", CLAT_TYPE_KERNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_POINTER);
}

gboolean
clat_kernel_apply (ClatKernel *self, const char *name, const ClatWanted *wanted,
                   ClatActual *actual, GError **error)
{
  return CLAT_KERNEL_GET_IFACE (self)->apply (self, name, wanted, actual, error);
}

void
clat_kernel_inspect (ClatKernel *self, const char *name, ClatActual *actual)
{
  CLAT_KERNEL_GET_IFACE (self)->inspect (self, name, actual);
}

gboolean
clat_kernel_get_link (ClatKernel *self, int ifindex, guint32 table, ClatHostLink *link)
{
  return CLAT_KERNEL_GET_IFACE (self)->get_link (self, ifindex, table, link);
}

gboolean
clat_kernel_has_ipv4 (ClatKernel *self, struct in_addr address)
{
  return CLAT_KERNEL_GET_IFACE (self)->has_ipv4 (self, address);
}

gboolean
clat_kernel_has_socket (ClatKernel *self, struct in_addr address)
{
  return CLAT_KERNEL_GET_IFACE (self)->has_socket (self, address);
}

gboolean
clat_kernel_has_guest_flow (ClatKernel *self, struct in_addr address)
{
  return CLAT_KERNEL_GET_IFACE (self)->has_guest_flow (self, address);
}

guint
clat_kernel_hold_guest_flows (ClatKernel *self, const char *name,
                              const struct in_addr *addresses, guint n_addresses)
{
  return CLAT_KERNEL_GET_IFACE (self)->hold_guest_flows (self, name, addresses,
                                                         n_addresses);
}

gboolean
clat_kernel_solicit (ClatKernel *self, int ifindex, GError **error)
{
  return CLAT_KERNEL_GET_IFACE (self)->solicit (self, ifindex, error);
}

gboolean
clat_kernel_is_ipv4_used (ClatKernel *self, int ifindex)
{
  return CLAT_KERNEL_GET_IFACE (self)->is_ipv4_used (self, ifindex);
}

gboolean
clat_kernel_discover (ClatKernel *self, int ifindex, GError **error)
{
  return CLAT_KERNEL_GET_IFACE (self)->discover (self, ifindex, error);
}

void
clat_kernel_mark_stale (ClatKernel *self, const char *name, int ifindex, guint seconds)
{
  CLAT_KERNEL_GET_IFACE (self)->mark_stale (self, name, ifindex, seconds);
}

gboolean
clat_kernel_read_counters (ClatKernel *self, const char *name,
                           struct clat_counters counters[CLAT_N_DIRECTIONS],
                           GError **error)
{
  return CLAT_KERNEL_GET_IFACE (self)->read_counters (self, name, counters, error);
}

gboolean
clat_kernel_read_plat (ClatKernel *self, const char *name, ClatPlatEvidence *evidence)
{
  return CLAT_KERNEL_GET_IFACE (self)->read_plat (self, name, evidence);
}

void
clat_kernel_set_plat (ClatKernel *self, const char *name, const ClatPlatVerdict *verdict,
                      guint reports)
{
  CLAT_KERNEL_GET_IFACE (self)->set_plat (self, name, verdict, reports);
}

void
clat_kernel_forget_plat (ClatKernel *self, const char *name)
{
  CLAT_KERNEL_GET_IFACE (self)->forget_plat (self, name);
}

gboolean
clat_kernel_read_pref64s (ClatKernel *self, const char *name, ClatPref64Record *record)
{
  return CLAT_KERNEL_GET_IFACE (self)->read_pref64s (self, name, record);
}

void
clat_kernel_store_pref64s (ClatKernel *self, const char *name,
                           const ClatPref64Record *record)
{
  CLAT_KERNEL_GET_IFACE (self)->store_pref64s (self, name, record);
}

gboolean
clat_kernel_ping (ClatKernel *self, const char *name, struct in_addr source,
                  struct in_addr target, GError **error)
{
  return CLAT_KERNEL_GET_IFACE (self)->ping (self, name, source, target, error);
}

gboolean
clat_kernel_ping_router (ClatKernel *self, const char *name,
                         const struct in6_addr *source, const struct in6_addr *router,
                         GError **error)
{
  return CLAT_KERNEL_GET_IFACE (self)->ping_router (self, name, source, router, error);
}

gboolean
clat_kernel_ping_router_from_host (ClatKernel *self, const char *name, int ifindex,
                                   const struct in6_addr *source,
                                   const struct in6_addr *router, GError **error)
{
  return CLAT_KERNEL_GET_IFACE (self)->ping_router_from_host (self, name, ifindex, source,
                                                              router, error);
}

gboolean
clat_kernel_has_neighbour (ClatKernel *self, int ifindex, const struct in6_addr *address)
{
  return CLAT_KERNEL_GET_IFACE (self)->has_neighbour (self, ifindex, address);
}

void
clat_kernel_sweep (ClatKernel *self, const char *const *names)
{
  CLAT_KERNEL_GET_IFACE (self)->sweep (self, names);
}

gboolean
clat_kernel_probe (ClatKernel *self, ClatFeatures *features, GError **error)
{
  return CLAT_KERNEL_GET_IFACE (self)->probe (self, features, error);
}
