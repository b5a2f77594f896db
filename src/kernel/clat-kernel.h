/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that the service wants of the kernel, as an interface, so that a test can put
 * another kernel in its place. ClatLinux is the real one. */
#pragma once

#include <glib-object.h>

#include "clat-actual.h"
#include "clat-bpf.h"
#include "clat-features.h"
#include "clat-host-watch.h"
#include "clat-ndp.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

#define CLAT_TYPE_KERNEL (clat_kernel_get_type ())
G_DECLARE_INTERFACE (ClatKernel, clat_kernel, CLAT, KERNEL, GObject)

/* Signals:
 *   "changed"     something that the functions below tell or work on is not as it was
 *   "advertised"  (const ClatAdvertisement *) a router has spoken */
struct _ClatKernelInterface
{
  GTypeInterface parent;

  gboolean (*apply) (ClatKernel *self, const char *name, const ClatWanted *wanted,
                     ClatActual *actual, GError **error);
  void (*inspect) (ClatKernel *self, const char *name, ClatActual *actual);
  gboolean (*get_link) (ClatKernel *self, int ifindex, ClatHostLink *link);
  gboolean (*has_ipv4) (ClatKernel *self, struct in_addr address);
  gboolean (*has_socket) (ClatKernel *self, struct in_addr address);
  gboolean (*solicit) (ClatKernel *self, int ifindex, GError **error);
  void (*mark_stale) (ClatKernel *self, const char *name, int ifindex, guint seconds);
  gboolean (*read_counters) (ClatKernel *self, const char *name,
                             struct clat_counters counters[CLAT_N_DIRECTIONS],
                             GError **error);
  void (*sweep) (ClatKernel *self, const char *const *names);
  gboolean (*probe) (ClatKernel *self, ClatFeatures *features, GError **error);
};

/* See clat_translator_apply. wanted->name is name, or there is no translator wanted. */
gboolean clat_kernel_apply (ClatKernel *self, const char *name, const ClatWanted *wanted,
                            ClatActual *actual, GError **error);

/* What is there of the translator of that name, perhaps from an earlier life; nothing if
 * that cannot be read. */
void clat_kernel_inspect (ClatKernel *self, const char *name, ClatActual *actual);

/* FALSE if there is no such interface. */
gboolean clat_kernel_get_link (ClatKernel *self, int ifindex, ClatHostLink *link);

/* Whether an interface of the host has the address. */
gboolean clat_kernel_has_ipv4 (ClatKernel *self, struct in_addr address);

/* Whether a program of the host uses the address. */
gboolean clat_kernel_has_socket (ClatKernel *self, struct in_addr address);

gboolean clat_kernel_solicit (ClatKernel *self, int ifindex, GError **error);

/* The link may be another network now: what its routers said is forgotten, and the
 * translator of that name relies on it for so many seconds at most. */
void clat_kernel_mark_stale (ClatKernel *self, const char *name, int ifindex,
                             guint seconds);

gboolean clat_kernel_read_counters (ClatKernel *self, const char *name,
                                    struct clat_counters counters[CLAT_N_DIRECTIONS],
                                    GError **error);

/* Takes away every translator that is not of one of the names (a strv), also those that
 * an earlier life left. */
void clat_kernel_sweep (ClatKernel *self, const char *const *names);

/* What this kernel can do, found out by trying it some seconds ago or now. */
gboolean clat_kernel_probe (ClatKernel *self, ClatFeatures *features, GError **error);

G_END_DECLS
