/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The details of the plan's steps: which of our objects may exist, which of them to add
 * and to remove, and the values that are set. */
#pragma once

#include <glib.h>
#include <netinet/in.h>

#include "clat-actual.h"
#include "clat-ipv4-route.h"
#include "clat-stable-address.h"
#include "clat-translation.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

/* Whether the uplink, if there is one, is on the right interface and of the right kind.
 */
gboolean clat_plan_uplink_may_stay (const ClatWanted *wanted, const ClatActual *actual);

/* Whether packets could be translated and sent: the pairs, the prefix and the way to the
 * NAT64 are known. */
gboolean clat_plan_may_translate (const ClatWanted *wanted, const ClatActual *actual);

/* Whether all that a packet passes is set up, so that a route does not lead into a black
 * hole. */
gboolean clat_plan_may_route (const ClatWanted *wanted, const ClatActual *actual);

/* What CLAT_STEP_ADD_IPV6 adds and CLAT_STEP_REMOVE_IPV6 removes; FALSE: nothing. */
gboolean clat_plan_ipv6_to_add (const ClatWanted *wanted, const ClatActual *actual,
                                ClatIpv6 *ipv6);
gboolean clat_plan_ipv6_to_remove (const ClatWanted *wanted, const ClatActual *actual,
                                   ClatIpv6 *ipv6);

/* What CLAT_STEP_SET_GATEWAY sets. */
struct in6_addr clat_plan_gateway (const ClatWanted *wanted);

/* What CLAT_STEP_START_SLOW_PATH sets. */
ClatTranslation clat_plan_translation (const ClatWanted *wanted,
                                       const ClatActual *actual);

/* What CLAT_STEP_SET_DATAPATH sets. */
ClatDatapath clat_plan_datapath (const ClatWanted *wanted, const ClatActual *actual);

/* What CLAT_STEP_ADD_IPV4 adds and CLAT_STEP_REMOVE_IPV4 removes; FALSE and NULL:
 * nothing. An address whose peer is the gateway is removed before others. */
gboolean clat_plan_missing_ipv4 (const ClatWanted *wanted, const ClatActual *actual,
                                 ClatHostIpv4 *ipv4);
const ClatHostIpv4 *clat_plan_surplus_ipv4 (const ClatWanted *wanted,
                                            const ClatActual *actual);

/* Whether the host's address is not used for packets again, so that programs that have it
 * get an error when it is removed. */
gboolean clat_plan_has_ended (const ClatWanted *wanted, struct in_addr address);

/* Whether CLAT_STEP_SET_DATAPATH translates the address to another one than before, or
 * with another prefix: its TCP connections cannot go on. */
gboolean clat_plan_changes_pair (const ClatWanted *wanted, const ClatActual *actual,
                                 struct in_addr address);

/* The same for CLAT_STEP_ADD_ROUTE and CLAT_STEP_REMOVE_ROUTE; FALSE and NULL:
 * nothing. */
gboolean clat_plan_missing_route (const ClatWanted *wanted, const ClatActual *actual,
                                  ClatRoute *route);
const ClatRoute *clat_plan_surplus_route (const ClatWanted *wanted,
                                          const ClatActual *actual);

/* MTU of the IPv4 routes, from that of the link. */
guint clat_plan_route_mtu (const ClatActual *actual);

/* What CLAT_STEP_MAKE_VETH and CLAT_STEP_SET_VETH_MTU set. */
guint clat_plan_veth_mtu (const ClatActual *actual);

G_END_DECLS
