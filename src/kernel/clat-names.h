/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names and marks by which we know our own things in the kernel, also those that a
 * previous instance left. The group of our interfaces, and the protocol of our routing
 * rules, are in netlink/clat-rule.h. */
#pragma once

/* Of namespaces, and of the host's end of the veth pair. */
#define CLAT_NAME_PREFIX "clat-"

/* Interfaces in a namespace. */
#define CLAT_NAME_UPLINK "uplink"
#define CLAT_NAME_INNER  "inner"
#define CLAT_NAME_SLOW   "slow"

/* By this alias of its loopback a namespace is known as ours, whatever its name. */
#define CLAT_NAMESPACE_MARK "clat-nm"
