/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameters of translation: prefix, address pairs and MTUs. */
#pragma once

#include <glib.h>

#include "clat-prefix.h"
#include "clat-private-destinations.h"

G_BEGIN_DECLS

/* More than one while the network renumbers. The data path has the same limit. */
#define CLAT_MAX_PAIRS 4

/* An IPv4 address of the host, and the IPv6 address that stands for it on the link. */
typedef struct
{
  struct in_addr ipv4;
  struct in6_addr ipv6;
} ClatPair;

/* For both translators: the fast path and clat-xlat. */
typedef struct
{
  ClatPrefix prefix;
  ClatPair pairs[CLAT_MAX_PAIRS];
  guint n_pairs;
  guint mtu6; /* IPv6 MTU of the link */
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
} ClatDatapath;

gboolean clat_datapath_equal (const ClatDatapath *a, const ClatDatapath *b);

G_END_DECLS
