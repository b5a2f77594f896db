/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is translated into what, as both translators are configured. */
#pragma once

#include <glib.h>

#include "clat-prefix.h"

G_BEGIN_DECLS

/* More than one while the network renumbers. The data path has the same number: a
 * difference does not compile. */
#define CLAT_MAX_PAIRS 4

/* An address of the host and what it is called on the link. */
typedef struct
{
  struct in_addr ipv4;
  struct in6_addr ipv6;
} ClatPair;

/* What is translated into what: both translators are told this. */
typedef struct
{
  ClatPrefix prefix;
  ClatPair pairs[CLAT_MAX_PAIRS];
  guint n_pairs;
  guint mtu6; /* of the link */
  guint lowest_ipv6_mtu;
  gboolean reassembles;
} ClatTranslation;

gboolean clat_translation_equal (const ClatTranslation *a, const ClatTranslation *b);

/* What the bpf programs are told; a change of any of it is one atomic exchange. */
typedef struct
{
  ClatTranslation translation;
  struct in6_addr next_hops[CLAT_MAX_PAIRS]; /* :: if the NAT64 is on the link */
  /* Of another build of the service, or only half exchanged when that was killed. */
  gboolean is_outdated;
  gboolean slow_path_only; /* the slow path does it all */
} ClatDatapath;

gboolean clat_datapath_equal (const ClatDatapath *a, const ClatDatapath *b);

G_END_DECLS
