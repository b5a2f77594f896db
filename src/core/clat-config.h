/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of the service, which clat-nm.conf changes. */
#pragma once

#include "clat-address-setting.h"
#include "clat-private-destinations.h"
#include "clat-state.h"

G_BEGIN_DECLS

/* A day. */
#define CLAT_MAX_DRAIN_SECONDS 86400

/* How packets are translated. */
typedef struct
{
  gboolean userspace;    /* only by clat-xlat, without the fast path */
  guint lowest_ipv6_mtu; /* RFC 7915, 4.1: packets without DF are fragmented to fit */
  gboolean reassembles;  /* fragments that cannot be translated one by one */
  ClatPrivateDestinations private_destinations;
} ClatSettings;

typedef struct
{
  ClatMode mode;   /* of connections whose profile sets none */
  char *ipv4_pool; /* valid for clat_pool_new */
  gboolean discovers_by_ra;
  gboolean discovers_by_dns;
  guint drain;        /* seconds for connections to end once there is native IPv4 */
  gboolean dns_first; /* DNS is preferred to router advertisements */
  struct in_addr plat_target; /* to ping if the NAT64 seems not to answer; 0: none */
  ClatAddressSetting address;
  GArray *exceptions;   /* for single interfaces and profiles */
  gboolean ipv6_mostly; /* option 108 is followed, where the profile does not say */
  ClatSettings settings;
} ClatConfig;

/* What an exception is for. */
typedef enum
{
  CLAT_CONFIG_INTERFACE,
  CLAT_CONFIG_PROFILE,
} ClatConfigScope;

/* The defaults. */
ClatConfig *clat_config_new (void);
void clat_config_free (ClatConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatConfig, clat_config_free)

/* The NAT64 prefix configured for the profile, else for the interface; NULL if there is
 * none. */
const ClatPrefix *clat_config_find_prefix (const ClatConfig *self, const char *interface,
                                           const char *uuid, const char *id);

/* The address setting for the profile, else for the interface, else of the service. */
const ClatAddressSetting *clat_config_find_address (const ClatConfig *self,
                                                    const char *interface,
                                                    const char *uuid, const char *id);

/* Configures the prefix or the address of the interfaces whose names match a pattern, or
 * of the profile with a UUID or a name. */
void clat_config_add_prefix (ClatConfig *self, ClatConfigScope scope, const char *name,
                             const ClatPrefix *prefix);
void clat_config_add_address (ClatConfig *self, ClatConfigScope scope, const char *name,
                              const ClatAddressSetting *address);

G_END_DECLS
