/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names and marks of our objects in the kernel, by which a later instance recognizes
 * them. The group of our interfaces is in netlink/clat-rule.h, the protocol number of our
 * routing rules in netlink/clat-rule.c, the names of namespaces and of the host's
 * interfaces in core/clat-host-interface.h. */
#pragma once

/* Interfaces in a namespace. */
#define CLAT_NAME_UPLINK "uplink"
#define CLAT_NAME_INNER  "inner"
#define CLAT_NAME_SLOW   "slow"

/* The BPF program at the egress of the host's end of the veth. */
#define CLAT_NAME_DIRECT "clat_nm_direct"

/* The alias of the loopback interface in our namespaces, which identifies them whatever
 * their name. */
#define CLAT_NAMESPACE_MARK "clat-nm"
