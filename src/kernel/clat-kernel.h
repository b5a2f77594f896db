/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel as the service uses it: an interface, so that tests can use a fake.
 * Implemented by ClatLinux. */
#pragma once

#include <glib-object.h>

#include "clat-actual.h"
#include "clat-dhcp4-client.h"
#include "clat-features.h"
#include "clat-host-watch.h"
#include "clat-ndp.h"
#include "clat-plat.h"
#include "clat-pref64-record.h"
#include "clat-shared.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

#define CLAT_TYPE_KERNEL (clat_kernel_get_type ())
G_DECLARE_INTERFACE (ClatKernel, clat_kernel, CLAT, KERNEL, GObject)

/* Signals:
 *   "changed"     the result of a function below may have changed
 *   "advertised"  (const ClatAdvertisement *) a router advertisement was received
 *   "offered"     (const ClatDhcp4Answer *) a DHCPv4 server has answered */
struct _ClatKernelInterface
{
  GTypeInterface parent;

  gboolean (*apply) (ClatKernel *self, const char *name, const ClatWanted *wanted,
                     ClatActual *actual, GError **error);
  void (*inspect) (ClatKernel *self, const char *name, ClatActual *actual);
  gboolean (*get_link) (ClatKernel *self, int ifindex, guint32 table, ClatHostLink *link);
  gboolean (*has_ipv4) (ClatKernel *self, struct in_addr address);
  gboolean (*has_socket) (ClatKernel *self, struct in_addr address);
  gboolean (*has_guest_flow) (ClatKernel *self, struct in_addr address);
  guint (*hold_guest_flows) (ClatKernel *self, const char *name,
                             const struct in_addr *addresses, guint n_addresses);
  gboolean (*solicit) (ClatKernel *self, int ifindex, GError **error);
  gboolean (*is_ipv4_used) (ClatKernel *self, int ifindex);
  gboolean (*discover) (ClatKernel *self, int ifindex, GError **error);
  void (*mark_stale) (ClatKernel *self, const char *name, int ifindex, guint seconds);
  gboolean (*read_counters) (ClatKernel *self, const char *name,
                             struct clat_counters counters[CLAT_N_DIRECTIONS],
                             GError **error);
  gboolean (*read_plat) (ClatKernel *self, const char *name, ClatPlatEvidence *evidence);
  void (*set_plat) (ClatKernel *self, const char *name, const ClatPlatVerdict *verdict,
                    guint reports);
  void (*forget_plat) (ClatKernel *self, const char *name);
  gboolean (*read_pref64s) (ClatKernel *self, const char *name, ClatPref64Record *record);
  void (*store_pref64s) (ClatKernel *self, const char *name,
                         const ClatPref64Record *record);
  gboolean (*ping) (ClatKernel *self, const char *name, struct in_addr source,
                    struct in_addr target, GError **error);
  gboolean (*ping_router) (ClatKernel *self, const char *name,
                           const struct in6_addr *source, const struct in6_addr *router,
                           GError **error);
  gboolean (*ping_router_from_host) (ClatKernel *self, const char *name, int ifindex,
                                     const struct in6_addr *source,
                                     const struct in6_addr *router, GError **error);
  gboolean (*has_neighbour) (ClatKernel *self, int ifindex,
                             const struct in6_addr *address);
  void (*sweep) (ClatKernel *self, const char *const *names);
  gboolean (*probe) (ClatKernel *self, ClatFeatures *features, GError **error);
};

/* See clat_translator_apply. wanted->name is name, unless no translator is wanted. */
gboolean clat_kernel_apply (ClatKernel *self, const char *name, const ClatWanted *wanted,
                            ClatActual *actual, GError **error);

/* Reads the translator of that name, perhaps of a previous instance; actual is empty if
 * it cannot be read. */
void clat_kernel_inspect (ClatKernel *self, const char *name, ClatActual *actual);

/* FALSE if there is no such interface. */
gboolean clat_kernel_get_link (ClatKernel *self, int ifindex, guint32 table,
                               ClatHostLink *link);

/* Whether an interface of the host has the address. */
gboolean clat_kernel_has_ipv4 (ClatKernel *self, struct in_addr address);

/* Whether a socket on the host uses the address. */
gboolean clat_kernel_has_socket (ClatKernel *self, struct in_addr address);

/* Whether a tracked flow of a guest of the host is translated to the address. */
gboolean clat_kernel_has_guest_flow (ClatKernel *self, struct in_addr address);

/* Keeps the flows of guests that are translated to one of the addresses on the translator
 * of that name, beside a better route: those that exist now; others not any more. Returns
 * their number. */
guint clat_kernel_hold_guest_flows (ClatKernel *self, const char *name,
                                    const struct in_addr *addresses, guint n_addresses);

/* Sends a router solicitation. */
gboolean clat_kernel_solicit (ClatKernel *self, int ifindex, GError **error);

/* Whether a TCP connection of the host has an IPv4 address of the interface. */
gboolean clat_kernel_is_ipv4_used (ClatKernel *self, int ifindex);

/* Asks the link's DHCPv4 servers for option 108; takes no lease. */
gboolean clat_kernel_discover (ClatKernel *self, int ifindex, GError **error);

/* The link may be another network now: cached router advertisements are dropped, and the
 * lifetimes from them in the translator of that name are limited to so many seconds. */
void clat_kernel_mark_stale (ClatKernel *self, const char *name, int ifindex,
                             guint seconds);

gboolean clat_kernel_read_counters (ClatKernel *self, const char *name,
                                    struct clat_counters counters[CLAT_N_DIRECTIONS],
                                    GError **error);

/* What the translator's programs know about the NAT64, and the verdict that was stored;
 * what is known about routers is not set. From then on "changed" is signalled when the
 * programs report. FALSE if there is no data path. */
gboolean clat_kernel_read_plat (ClatKernel *self, const char *name,
                                ClatPlatEvidence *evidence);

/* Stores the verdict, and what the programs are to report (of ClatPlatReport). */
void clat_kernel_set_plat (ClatKernel *self, const char *name,
                           const ClatPlatVerdict *verdict, guint reports);

/* Discards what was noted: the NAT64 may be another one now. */
void clat_kernel_forget_plat (ClatKernel *self, const char *name);

/* What the previous instance has stored about the NAT64 prefixes of the translator. FALSE
 * if there is no data path, or one of a version that stored nothing. */
gboolean clat_kernel_read_pref64s (ClatKernel *self, const char *name,
                                   ClatPref64Record *record);
void clat_kernel_store_pref64s (ClatKernel *self, const char *name,
                                const ClatPref64Record *record);

/* Sends a ping through the translator, from its IPv4 address. */
gboolean clat_kernel_ping (ClatKernel *self, const char *name, struct in_addr source,
                           struct in_addr target, GError **error);

/* Sends a ping from the translator's IPv6 address to a router on its link. */
gboolean clat_kernel_ping_router (ClatKernel *self, const char *name,
                                  const struct in6_addr *source,
                                  const struct in6_addr *router, GError **error);

/* Sends a ping from an address of the host to a router on its link. What is read about
 * the NAT64 of the translator of that name has the number of answers. */
gboolean clat_kernel_ping_router_from_host (ClatKernel *self, const char *name,
                                            int ifindex, const struct in6_addr *source,
                                            const struct in6_addr *router,
                                            GError **error);

/* Whether neighbour discovery of the host itself has lately confirmed this neighbour. */
gboolean clat_kernel_has_neighbour (ClatKernel *self, int ifindex,
                                    const struct in6_addr *address);

/* Removes every translator whose name is not in names (a strv), also those of a previous
 * instance. */
void clat_kernel_sweep (ClatKernel *self, const char *const *names);

/* The features of this kernel, probed now or some seconds ago. */
gboolean clat_kernel_probe (ClatKernel *self, ClatFeatures *features, GError **error);

G_END_DECLS
