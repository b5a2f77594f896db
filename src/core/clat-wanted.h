/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translator that a connection should have. */
#pragma once

#include <glib.h>
#include <net/if.h>

#include "clat-config.h"
#include "clat-network.h"
#include "clat-ra.h"
#include "clat-static-ipv6.h"
#include "clat-translation.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean translator; /* FALSE: nothing of ours should be there, the rest is not read */
  char name[IFNAMSIZ]; /* of the namespace and of the host's end of the veth */
  int parent;          /* ifindex of the connection's interface */
  guint parent_mtu;
  int lower;          /* whose children the parent's siblings are; 0: it has children */
  gboolean redirects; /* the parent has no neighbours, and cannot carry a child */
  gboolean keeps_mac; /* the parent takes no MAC address but its own */

  /* Secret from which the kernel makes opaque addresses, stable for this network
   * (RFC 7217), and from which the MAC address of a macvlan comes. */
  guint8 identifier[CLAT_IDENTIFIER_LENGTH];

  /* What the host has on the link besides SLAAC: the uplink gets an address like it, once
   * it is clear that none comes by SLAAC, and its gateway. */
  ClatStaticIpv6 static_ipv6;
  gboolean lacks_slaac;

  ClatPrefix prefix;      /* length 0: none yet, make ready what can be without */
  struct in6_addr router; /* who announced it, and leads to it (RFC 8028); :: for none */
  ClatNetwork announced[CLAT_RA_MAX]; /* the prefixes of the link that it announced */
  guint n_announced;
  gboolean only_announced; /* an address of another prefix is not of this network */

  /* The first one is that of new connections. Its IPv6 address is :: until one has been
   * chosen: then, too, what can be made ready without is. */
  ClatPair pairs[CLAT_MAX_PAIRS];
  struct in6_addr next_hops[CLAT_MAX_PAIRS]; /* :: if the NAT64 is on the link */
  guint n_pairs;

  gboolean drains; /* for what is connected already: no route in the table */
  ClatSettings settings;
  int vrf; /* for the host's end of the veth; 0: none */
  guint32 table;
  guint32 metric;
} ClatWanted;

G_END_DECLS
