/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user data keys of a NetworkManager profile that clat-nm reads. */
#pragma once

#define CLAT_PROFILE_MODE_KEY        "net.clatnm.clat"
#define CLAT_PROFILE_PREFIX_KEY      "net.clatnm.prefix"
#define CLAT_PROFILE_ADDRESS_KEY     "net.clatnm.address"
#define CLAT_PROFILE_IPV6_MOSTLY_KEY "net.clatnm.ipv6-mostly"

/* In no profile, but in the copy of one that is applied to a device: clat-nm has taken
 * IPv4 off it. */
#define CLAT_PROFILE_IPV4_KEY "net.clatnm.ipv4"
