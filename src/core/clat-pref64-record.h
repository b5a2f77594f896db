/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an instance of the service leaves in the kernel for the next one about the NAT64
 * prefixes of a translator. */
#pragma once

#include "clat-pref64.h"
#include "clat-translation.h"

G_BEGIN_DECLS

/* An address as text, with the scope of a link-local one. */
#define CLAT_DNS_SERVER_LENGTH 64

typedef struct
{
  guint carriers; /* of the link; with another number it may be another network */

  /* Of the pairs, in their order, without a source where nothing is known. For the first
   * one, if it is from DNS, the expiry is the end of its TTL. */
  ClatPref64 pref64s[CLAT_MAX_PAIRS];
  char dns_server[CLAT_DNS_SERVER_LENGTH]; /* that named the first one; "": unknown */
} ClatPref64Record;

/* NULL if nothing is known of the prefix. */
const ClatPref64 *clat_pref64_record_find (const ClatPref64Record *self,
                                           const ClatPrefix *prefix);

gboolean clat_pref64_record_equal (const ClatPref64Record *a, const ClatPref64Record *b);

G_END_DECLS
