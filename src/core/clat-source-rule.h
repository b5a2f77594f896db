/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which routing rules a packet from an IPv4 address of a translator needs, beside other
 * default routes of the host.
 *
 * With native IPv4, a default route that is better than that of the connection takes over
 * established connections and bound sockets, too: a VPN, or a kill switch, depends on it.
 * The same holds for packets from a CLAT address. Without such a route they stay on their
 * own translator: beside another one with a better metric, beside the native IPv4 of the
 * same interface (mode "force"), beside IPv4 that is preferred only while the NAT64 does
 * not answer, and during a drain. */
#pragma once

#include <glib.h>

#include "clat-wanted.h"

G_BEGIN_DECLS

/* In the order in which the kernel must look them up. */
typedef enum
{
  /* Routes of the main table that are more specific than a default route, which a
   * translator must leave alone (RFC 7915, 4.6). */
  CLAT_SOURCE_RULE_SPECIFIC,

  /* The best default route of the connection's table, whatever interface it has. If that
   * is the translator's, the kernel notes the MTU of a path at the route that programs
   * without a bound address use, so that they know it, too. */
  CLAT_SOURCE_RULE_DEFAULT,

  /* The same, but not if it leads to a translator. */
  CLAT_SOURCE_RULE_FOREIGN_DEFAULT,

  /* The table with the default route of the translator only. */
  CLAT_SOURCE_RULE_OWN_TABLE,
  CLAT_N_SOURCE_RULES
} ClatSourceRule;

/* A default route of the host. */
typedef struct
{
  int ifindex; /* 0: to no interface, such as "blackhole" */
  guint32 table;
  guint32 metric;
  gboolean is_translator; /* leads to one */
} ClatDefault;

/* Chooses the rules of each address of the wanted translator, whose interface on the host
 * is veth. Returns their number. */
guint clat_source_rule_choose (const ClatWanted *wanted, int veth,
                               const ClatDefault *defaults, guint count,
                               ClatSourceRule rules[CLAT_N_SOURCE_RULES]);

G_END_DECLS
