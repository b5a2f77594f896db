/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translator that a connection should have. */
#pragma once

#include <glib.h>
#include <net/if.h>

#include "clat-actual.h"
#include "clat-address-setting.h"
#include "clat-config.h"
#include "clat-network.h"
#include "clat-ra.h"
#include "clat-static-ipv6.h"
#include "clat-translation.h"

G_BEGIN_DECLS

typedef struct
{
  /* FALSE: nothing should exist; the other members but the next one are ignored. */
  gboolean translator;
  /* Pairs that are not wanted any more have ended for good: programs that use them get an
   * error. FALSE: the same pairs may be wanted again soon. */
  gboolean ends_connections;
  char name[IFNAMSIZ]; /* of the namespace and of the host's end of the veth pair */
  int parent;          /* ifindex of the connection's interface */
  guint parent_mtu;
  int lower;          /* see clat_link_get_lower; 0: the parent can have children */
  gboolean redirects; /* the parent has no neighbours, and cannot have children */
  gboolean keeps_mac; /* the link accepts only the parent's MAC address (Wi-Fi) */

  /* Not CLAT_ADDRESS_AUTO. Unless the uplink has an address of its own, it gets those in
   * given, and packets take the host's route: it resolves no neighbours. */
  ClatAddressChoice address;
  ClatSourceAddress given[CLAT_MAX_ADDRESSES];
  guint n_given;

  /* The secret for opaque addresses that are stable on this network (RFC 7217), and for
   * the MAC address of a macvlan. */
  guint8 identifier[CLAT_IDENTIFIER_LENGTH];

  /* The uplink gets the same gateway and, once it is clear that SLAAC gives no address,
   * an address in the same prefix. */
  ClatStaticIpv6 static_ipv6;
  gboolean lacks_slaac;

  ClatPrefix prefix;      /* for new connections; length 0: none yet, only prepare */
  struct in6_addr router; /* that announced it: the next hop to it (RFC 8028); ::, none */
  ClatNetwork announced[CLAT_RA_MAX]; /* prefixes for addresses that it announced */
  guint n_announced;
  gboolean only_announced; /* other addresses may belong to another network */

  /* The first is for new connections. Its IPv6 address is :: until one has been chosen;
   * only preparation is possible until then. */
  ClatPair pairs[CLAT_MAX_PAIRS];
  struct in6_addr next_hops[CLAT_MAX_PAIRS]; /* :: if the NAT64 is on the link */
  guint n_pairs;
  struct in_addr ipv4_gateway; /* of the IPv4 routes; 0.0.0.0: none */

  gboolean drains;        /* only existing connections: no default route in table */
  gboolean never_default; /* only programs bound to the interface: the same */
  ClatSettings settings;
  int vrf;       /* ifindex, for the host's end of the veth pair; 0: none */
  guint32 table; /* and metric: of the IPv4 default route */
  guint32 metric;
  guint32 penalty; /* added to it while the NAT64 does not answer */
} ClatWanted;

/* Whether new connections are to be led to the translator by the table's default route.
 */
static inline gboolean
clat_wanted_has_default_route (const ClatWanted *self)
{
  return !self->drains && !self->never_default;
}

/* NULL if the address is not among those given. */
const ClatSourceAddress *clat_wanted_find_given (const ClatWanted *self,
                                                 const struct in6_addr *address);

/* Whether the uplink takes part in neighbour discovery on the link. */
static inline gboolean
clat_wanted_has_neighbours (const ClatWanted *self)
{
  return !self->redirects && self->address == CLAT_ADDRESS_OWN;
}

G_END_DECLS
