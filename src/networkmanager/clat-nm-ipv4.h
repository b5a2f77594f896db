/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes IPv4 off applied connections of NetworkManager, and puts it back: their copy of
 * the profile is changed (Reapply), and never the profile. A mark in the user data of
 * that copy says that we did it, also to the next instance. */
#pragma once

#include <gio/gio.h>

#include "clat-ipv6-mostly.h"

G_BEGIN_DECLS

typedef struct _ClatNmIpv4 ClatNmIpv4;

ClatNmIpv4 *clat_nm_ipv4_new (GDBusConnection *bus);
void clat_nm_ipv4_free (ClatNmIpv4 *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatNmIpv4, clat_nm_ipv4_free)

/* device is the D-Bus path of a device, profile that of the settings of its connection.
 * Nothing is done if it is so already, or if IPv4 was switched off by somebody else; a
 * failure is logged. CLAT_IPV4_REQUIRED is for a NetworkManager that has
 * ipv4.dhcp-ipv6-only-preferred. */
void clat_nm_ipv4_set (ClatNmIpv4 *self, const char *device, const char *profile,
                       ClatIpv4Wish wish);

/* Starts DHCPv4 on the device again, if it has such a client. */
void clat_nm_ipv4_restart (ClatNmIpv4 *self, const char *device, const char *profile);

/* Waits until everything is done, but for no more than some seconds. */
void clat_nm_ipv4_flush (ClatNmIpv4 *self);

G_END_DECLS
