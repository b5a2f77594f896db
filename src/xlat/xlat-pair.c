/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lookups in the list of pairs, which has a few entries. */
#include "xlat-pair.h"

const struct xlat_pair *
xlat_pair_by_ipv4 (const struct xlat_config *config, be32 ipv4)
{
  const struct xlat_pair *end = config->pairs + config->n_pairs;

  for (const struct xlat_pair *pair = config->pairs; pair < end; pair++)
    if (pair->ipv4 == ipv4)
      return pair;
  return NULL;
}

const struct xlat_pair *
xlat_pair_by_ipv6 (const struct xlat_config *config, const struct xlat_address6 *ipv6)
{
  const struct xlat_pair *end = config->pairs + config->n_pairs;

  for (const struct xlat_pair *pair = config->pairs; pair < end; pair++)
    if (xlat_address6_equal (&pair->ipv6, ipv6))
      return pair;
  return NULL;
}

const struct xlat_pair *
xlat_pair_of_flow6 (const struct xlat_config *config, const struct xlat_address6 *local,
                    const struct xlat_address6 *peer)
{
  const struct xlat_pair *end = config->pairs + config->n_pairs;
  const struct xlat_pair *best = NULL;
  be32 ipv4;

  for (const struct xlat_pair *pair = config->pairs; pair < end; pair++)
    if (xlat_address6_equal (&pair->ipv6, local)
        && xlat_prefix_extract (&pair->prefix, peer, &ipv4)
        && (best == NULL || pair->prefix.length > best->prefix.length))
      best = pair;
  return best;
}

void
xlat_address_4to6 (const struct xlat_config *config, const struct xlat_pair *pair,
                   be32 ipv4, struct xlat_address6 *ipv6)
{
  const struct xlat_pair *local = xlat_pair_by_ipv4 (config, ipv4);

  if (local != NULL)
    *ipv6 = local->ipv6;
  else
    xlat_prefix_embed (&pair->prefix, ipv4, ipv6);
}
