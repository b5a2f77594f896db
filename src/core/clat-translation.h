/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameters of translation: address pairs with their prefixes, and MTUs. */
#pragma once

#include <glib.h>

#include "clat-prefix.h"
#include "clat-private-destinations.h"

G_BEGIN_DECLS

/* More than one after the network has renumbered or changed its prefix. The data path has
 * the same limit. */
#define CLAT_MAX_PAIRS 4

/* An IPv4 address of the host, the IPv6 address that stands for it on the link, and the
 * NAT64 prefix of its connections. */
typedef struct
{
  struct in_addr ipv4;
  struct in6_addr ipv6;
  ClatPrefix prefix;
} ClatPair;

/* Whether packets of both are the same on the link. */
gboolean clat_pair_has_same_ipv6 (const ClatPair *a, const ClatPair *b);

/* For both translators: the fast path and clat-xlat. */
typedef struct
{
  ClatPair pairs[CLAT_MAX_PAIRS];
  guint n_pairs;
  struct in_addr gateway; /* of the host, the translator's own address; 0.0.0.0: none */
  guint mtu6;             /* IPv6 MTU of the link */
  guint lowest_ipv6_mtu;
  gboolean reassembles;
  ClatPrivateDestinations private_destinations;
} ClatTranslation;

gboolean clat_translation_equal (const ClatTranslation *a, const ClatTranslation *b);

/* The configuration of the BPF programs. A change of any member replaces the programs,
 * each atomically. */
typedef struct
{
  ClatTranslation translation;
  struct in6_addr next_hops[CLAT_MAX_PAIRS]; /* :: if the NAT64 is on the link */
  /* From another build of the service, or only one of the programs was replaced. */
  gboolean is_outdated;
  gboolean slow_path_only; /* all packets go to the slow path */
  int direct; /* ifindex of the link that packets go to past the veth, 0: none */
} ClatDatapath;

gboolean clat_datapath_equal (const ClatDatapath *a, const ClatDatapath *b);

G_END_DECLS
