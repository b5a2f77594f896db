/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration of a translator: addresses, sizes, and options that the standards
 * leave open. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "xlat-address.h"
#include "xlat-rules.h"

#define XLAT_MAX_PAIRS 16

/* An IPv4 address of the host, the IPv6 address that replaces it (an explicit address
 * mapping of RFC 7757, /32 to /128), and the NAT64 prefix for the addresses of its peers.
 * Two pairs may have the same IPv6 address if their prefixes differ. */
struct xlat_pair
{
  be32 ipv4;
  struct xlat_address6 ipv6;
  struct xlat_prefix prefix;
};

/* Limits ICMP errors of one kind (RFC 4443, 2.4 f): BURST at once, then PER_SECOND. A
 * burst of 0 disables them. */
struct xlat_rate
{
  uint32_t burst;
  uint32_t per_second;
};

struct xlat_config
{
  struct xlat_pair pairs[XLAT_MAX_PAIRS]; /* the first one is that of new connections */
  unsigned n_pairs;

  be32 own_ipv4; /* source of the translator's ICMPv4 errors; answers echo requests */

  uint32_t mtu6; /* of the next hops */
  uint32_t mtu4;
  uint32_t lowest_ipv6_mtu; /* RFC 7915, 4.1: the size of IPv6 packets made of IPv4
                               without DF */

  enum xlat_private_destinations private_destinations;

  struct xlat_rate error_rate4; /* to the host */
  struct xlat_rate error_rate6; /* to the network */

  bool zero_traffic_class;        /* instead of copying it, both ways */
  bool drop_udp_without_checksum; /* instead of computing one */
  bool strict_well_known_prefix;  /* RFC 6052, 3.1: only global IPv4 in 64:ff9b::/96 */
  bool no_reassembly;             /* drop fragments whose translation needs reassembly */
};

/* No pairs, and defaults for the rest. */
void xlat_config_init (struct xlat_config *config);

/* NULL if CONFIG is valid, else what is wrong with it. */
const char *xlat_config_check (const struct xlat_config *config);
