/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An applied connection as D-Bus has it, a{sa{sv}}, with IPv4 and without. It is not
 * parsed by libnm, which would lose properties that are newer than it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether clat-nm has taken IPv4 off. */
gboolean clat_nm_applied_lacks_ipv4 (GVariant *applied);

/* The connection without IPv4; NULL if its IPv4 is not that of a DHCPv4 client. Floating.
 */
GVariant *clat_nm_applied_without_ipv4 (GVariant *applied);

/* The connection with IPv4 as it is, but that DHCPv4 does not ask for option 108; NULL if
 * that is so already, or IPv4 is not that of a DHCPv4 client. Floating. */
GVariant *clat_nm_applied_without_option_108 (GVariant *applied);

/* The connection with a change without a meaning in its IPv4, for which NetworkManager
 * starts DHCPv4 again; whether that asks for option 108 is as in the profile. NULL if its
 * IPv4 is not that of a DHCPv4 client. Floating. */
GVariant *clat_nm_applied_with_new_dhcp (GVariant *applied, GVariant *profile);

/* The connection with IPv4 as in the profile. Floating. */
GVariant *clat_nm_applied_with_ipv4 (GVariant *applied, GVariant *profile);

G_END_DECLS
