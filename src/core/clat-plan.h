/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one way from what is there to what should be there: given both, the next step.
 * Start, change, repair, adoption and removal are the same plan. */
#pragma once

#include "clat-actual.h"
#include "clat-wanted.h"

G_BEGIN_DECLS

typedef enum
{
  CLAT_STEP_NONE, /* it is as it should be */
  CLAT_STEP_WAIT, /* for an address or a route: the kernel will say */

  CLAT_STEP_REMOVE_STRAY_RULES,
  CLAT_STEP_REMOVE_ROUTE,
  CLAT_STEP_REMOVE_IPV4,
  CLAT_STEP_REMOVE_DATAPATH,
  CLAT_STEP_STOP_SLOW_PATH,
  CLAT_STEP_REMOVE_VETH,
  CLAT_STEP_REMOVE_UPLINK,
  CLAT_STEP_REMOVE_NAMESPACE,

  CLAT_STEP_MAKE_NAMESPACE,
  CLAT_STEP_MAKE_UPLINK,
  CLAT_STEP_BRING_UP,
  CLAT_STEP_SET_UPLINK_MTU,
  CLAT_STEP_ADD_IPV6,
  CLAT_STEP_REMOVE_IPV6,
  CLAT_STEP_SET_GATEWAY,
  CLAT_STEP_SET_REDIRECT,
  CLAT_STEP_MAKE_VETH,
  CLAT_STEP_SET_VETH_MTU,
  CLAT_STEP_SET_VRF,
  CLAT_STEP_START_SLOW_PATH,
  CLAT_STEP_SET_DATAPATH,
  CLAT_STEP_ADD_IPV4,
  CLAT_STEP_ADD_ROUTE,
} ClatStep;

const char *clat_step_to_string (ClatStep step);

/* The IPv4 route of the table is added last and removed first: whenever it is there,
 * packets pass. */
ClatStep clat_plan_next (const ClatWanted *wanted, const ClatActual *actual);

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

/* What the steps about them add and remove; NULL if there is nothing to add or remove.
 * The result is that of wanted or actual. */
const struct in_addr *clat_plan_missing_ipv4 (const ClatWanted *wanted,
                                              const ClatActual *actual);
const struct in_addr *clat_plan_surplus_ipv4 (const ClatWanted *wanted,
                                              const ClatActual *actual);
gboolean clat_plan_missing_route (const ClatWanted *wanted, const ClatActual *actual,
                                  ClatRoute *route);
const ClatRoute *clat_plan_surplus_route (const ClatWanted *wanted,
                                          const ClatActual *actual);

/* MTU of the IPv4 routes, from that of the link. */
guint clat_plan_route_mtu (const ClatActual *actual);

/* What CLAT_STEP_MAKE_VETH and CLAT_STEP_SET_VETH_MTU set. */
guint clat_plan_veth_mtu (const ClatActual *actual);

G_END_DECLS
