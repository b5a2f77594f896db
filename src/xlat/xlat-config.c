/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defaults and limits of the configuration. */
#include "xlat-config.h"

#include <stddef.h>

void
xlat_config_init (struct xlat_config *config)
{
  *config = (struct xlat_config){
      .own_ipv4 = htonl (XLAT_DUMMY_IPV4),
      .mtu6 = 1500,
      .mtu4 = 1500,
      .lowest_ipv6_mtu = XLAT_IPV6_MIN_MTU,
      /* Errors to the host cost nothing; the network must not be flooded. */
      .error_rate4 = {.burst = 50, .per_second = 50},
      .error_rate6 = {.burst = 10, .per_second = 10},
  };
}

/* Whether a packet could be one of both. */
static bool
is_ambiguous (const struct xlat_pair *a, const struct xlat_pair *b)
{
  return a->ipv4 == b->ipv4
         || (xlat_address6_equal (&a->ipv6, &b->ipv6)
             && xlat_prefix_equal (&a->prefix, &b->prefix));
}

static const char *
check_pairs (const struct xlat_config *config)
{
  const char *problem;

  if (config->n_pairs == 0)
    return "no pair of a local IPv4 and IPv6 address is given";
  if (config->n_pairs > XLAT_MAX_PAIRS)
    return "too many pairs of addresses";

  for (unsigned i = 0; i < config->n_pairs; i++)
    {
      const struct xlat_pair *pair = &config->pairs[i];

      if (xlat_ipv4_is_illegal_destination (ntohl (pair->ipv4)))
        return "the local IPv4 address is not a host address";
      if (!xlat_address6_is_unicast (&pair->ipv6))
        return "the local IPv6 address is not a unicast address";
      problem = xlat_prefix_check (&pair->prefix);
      if (problem != NULL)
        return problem;
      for (unsigned j = 0; j < i; j++)
        if (is_ambiguous (pair, &config->pairs[j]))
          return "an address is in two pairs";
    }

  return NULL;
}

const char *
xlat_config_check (const struct xlat_config *config)
{
  const char *problem = check_pairs (config);

  if (problem != NULL)
    return problem;

  if (config->mtu6 < XLAT_IPV6_MIN_MTU || config->mtu6 > 65535)
    return "the IPv6 MTU is not between 1280 and 65535";
  if (config->mtu4 < XLAT_IPV4_MIN_MTU || config->mtu4 > 65535)
    return "the IPv4 MTU is not between 68 and 65535";
  if (config->lowest_ipv6_mtu < XLAT_IPV6_MIN_MTU || config->lowest_ipv6_mtu > 65535)
    return "the lowest IPv6 MTU is not between 1280 and 65535";
  if (xlat_ipv4_is_illegal_source (ntohl (config->own_ipv4)))
    return "the translator's own IPv4 address is not a host address";

  return NULL;
}
