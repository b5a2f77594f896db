/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that only remembers: what it was asked for, and what it is told to answer. */
#pragma once

#include "clat-kernel.h"

#define FAKE_TYPE_KERNEL (fake_kernel_get_type ())
G_DECLARE_FINAL_TYPE (FakeKernel, fake_kernel, FAKE, KERNEL, GObject)

#define FAKE_IFINDEX 7

/* One Ethernet link "wlan0" with number FAKE_IFINDEX, on which an address is at hand. */
FakeKernel *fake_kernel_new (void);

/* The link; NULL-like when exists is FALSE. Tells that it has changed. */
void fake_kernel_set_link (FakeKernel *self, gboolean exists, const ClatHostLink *link);
ClatHostLink fake_kernel_get_link (FakeKernel *self);

/* What the next translators find. Tells that it has changed. */
void fake_kernel_set_addressing (FakeKernel *self, ClatAddressing addressing);

/* The next n_times requests for a translator fail with that code and undo themselves. */
void fake_kernel_fail (FakeKernel *self, ClatError code, guint n_times);

/* An advertisement of a prefix on FAKE_IFINDEX, or on another link. */
void fake_kernel_advertise (FakeKernel *self, int ifindex, const char *prefix,
                            guint32 lifetime);

/* One on FAKE_IFINDEX of a router that says nothing of a prefix. */
void fake_kernel_advertise_nothing (FakeKernel *self, const char *router);

/* How many translators there are; what the one of that name was last told, or NULL. */
guint fake_kernel_count (FakeKernel *self);
const ClatWanted *fake_kernel_get_wanted (FakeKernel *self, const char *name);

/* How many times it was asked to go to a translator, or to none. */
guint fake_kernel_count_applied (FakeKernel *self);
guint fake_kernel_count_solicited (FakeKernel *self);
guint fake_kernel_count_stale_marks (FakeKernel *self);

/* What an earlier life has left of any translator. */
void fake_kernel_leave_behind (FakeKernel *self, const ClatActual *actual);

/* The host has that address, given as text. */
void fake_kernel_use_ipv4 (FakeKernel *self, const char *address);

/* Another IPv6 address, given as text, is chosen from now on. Tells that. */
void fake_kernel_renumber (FakeKernel *self, const char *address, gboolean keeps_old);

/* Whether a program uses any of the IPv4 addresses. */
void fake_kernel_set_has_socket (FakeKernel *self, gboolean has_socket);
