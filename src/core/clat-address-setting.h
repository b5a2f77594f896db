/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which IPv6 address a translator uses: the setting, and what follows from it. */
#pragma once

#include "clat-source-address.h"
#include "clat-stable-address.h"
#include "clat-state.h"

G_BEGIN_DECLS

typedef enum
{
  CLAT_ADDRESS_OWN,    /* one of its own on the link: SLAAC, or beside a static one */
  CLAT_ADDRESS_SHARED, /* the host's */
  CLAT_ADDRESS_ROUTED, /* one of a prefix that the network routes to the host */
  CLAT_ADDRESS_AUTO,   /* its own; the host's if it can have none */
} ClatAddressChoice;

typedef struct
{
  ClatAddressChoice choice;
  ClatIpv6 prefix; /* for CLAT_ADDRESS_ROUTED */
} ClatAddressSetting;

/* text: "auto", "own", "shared" or PREFIX/LENGTH. */
gboolean clat_address_setting_parse (const char *text, ClatAddressSetting *setting,
                                     GError **error);

gboolean clat_address_setting_equal (const ClatAddressSetting *a,
                                     const ClatAddressSetting *b);

/* What decides whether a translator shares the host's address though nobody chose that.
 */
typedef struct
{
  ClatAddressChoice choice;   /* the setting */
  gboolean is_wanted;         /* a translator is */
  gboolean has_host_address;  /* there is one to share */
  gboolean has_static_prefix; /* the host has a static address with room beside it */
  gboolean lacks_slaac;       /* see clat_address_wait_lacks_slaac */
  gboolean is_overdue;        /* see clat_address_wait_is_overdue */
  gboolean is_filtered;       /* the network passes nothing of an address of its own */
  ClatAddressing addressing;
} ClatAddressNeed;

/* Whether an address of its own cannot be had on this network, or does not come. */
gboolean clat_address_need_is_to_share (const ClatAddressNeed *self);

/* The address in a routed prefix: opaque and stable (RFC 7217). */
ClatSourceAddress
clat_address_setting_make_routed (const ClatIpv6 *prefix,
                                  const guint8 identifier[CLAT_IDENTIFIER_LENGTH]);

G_END_DECLS
