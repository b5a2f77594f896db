/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that only records requests, and gives the answers that a test sets. */
#pragma once

#include "clat-kernel.h"

#define FAKE_TYPE_KERNEL (fake_kernel_get_type ())
G_DECLARE_FINAL_TYPE (FakeKernel, fake_kernel, FAKE, KERNEL, GObject)

#define FAKE_IFINDEX 1

/* One Ethernet link "wlan0" with number FAKE_IFINDEX, on which an address is ready. The
 * number is that of the loopback interface, where a DNS server of a test can be queried.
 */
FakeKernel *fake_kernel_new (void);

/* link is not read when exists is FALSE. Signals "changed". */
void fake_kernel_set_link (FakeKernel *self, gboolean exists, const ClatHostLink *link);
ClatHostLink fake_kernel_get_link (FakeKernel *self);

/* Of the next translators. Signals "changed". */
void fake_kernel_set_addressing (FakeKernel *self, ClatAddressing addressing);

/* The next n_times requests for a translator fail with that code and undo themselves. */
void fake_kernel_fail (FakeKernel *self, ClatError code, guint n_times);

/* An advertisement of a NAT64 prefix, and of 2001:db8::/64 for addresses on the link, on
 * FAKE_IFINDEX or on another link. */
void fake_kernel_advertise (FakeKernel *self, int ifindex, const char *prefix,
                            guint32 lifetime);

/* One on FAKE_IFINDEX of a router that announces no prefix. */
void fake_kernel_advertise_nothing (FakeKernel *self, const char *router);

/* The number of translators; what is wanted of the one with that name, or NULL. */
guint fake_kernel_count (FakeKernel *self);
const ClatWanted *fake_kernel_get_wanted (FakeKernel *self, const char *name);

/* How often each function was called. */
guint fake_kernel_count_applied (FakeKernel *self);
guint fake_kernel_count_solicited (FakeKernel *self);
guint fake_kernel_count_stale_marks (FakeKernel *self);

/* What a previous instance has left of any translator. */
void fake_kernel_leave_behind (FakeKernel *self, const ClatActual *actual);

/* The host has that address, given as text. */
void fake_kernel_use_ipv4 (FakeKernel *self, const char *address);

/* Another IPv6 address, given as text, is chosen from now on. Signals "changed". */
void fake_kernel_renumber (FakeKernel *self, const char *address, gboolean keeps_old);

/* Whether a program uses any of the IPv4 addresses. */
void fake_kernel_set_has_socket (FakeKernel *self, gboolean has_socket);

/* How many flows of guests use any of them, and how many of these are held. */
void fake_kernel_set_guest_flows (FakeKernel *self, guint count);
guint fake_kernel_count_held_flows (FakeKernel *self);

/* What the programs of every translator know about the NAT64; the stored verdict stays.
 * Signals "changed". */
void fake_kernel_set_evidence (FakeKernel *self, const ClatPlatEvidence *evidence);

/* What the programs are to report; how many pings were sent. */
guint fake_kernel_get_reports (FakeKernel *self);
guint fake_kernel_count_pings (FakeKernel *self);

/* How often sweep was called, and the names of the last call, with blanks between. */
guint fake_kernel_count_sweeps (FakeKernel *self);
const char *fake_kernel_get_swept_around (FakeKernel *self);

/* How often prefixes were stored for the next instance. From now on the programs of every
 * translator are others, which lack what was stored. */
guint fake_kernel_count_stored (FakeKernel *self);
void fake_kernel_replace_programs (FakeKernel *self);

/* How many DHCPv4 DISCOVERs were sent. */
guint fake_kernel_count_discovered (FakeKernel *self);

/* A DHCPv4 server on FAKE_IFINDEX answers, with option 108 or without. */
void fake_kernel_offer (FakeKernel *self, gboolean is_v6only, guint32 v6only_wait);

/* Whether a connection uses native IPv4. Signals "changed". */
void fake_kernel_set_ipv4_used (FakeKernel *self, gboolean is_used);

/* Whether the kernel has all features; it has them before. How often it was probed. */
void fake_kernel_set_suffices (FakeKernel *self, gboolean suffices);
guint fake_kernel_count_probes (FakeKernel *self);
