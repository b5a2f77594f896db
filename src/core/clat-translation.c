/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameters of translation: address pairs with their prefixes, and MTUs. */
#include "clat-translation.h"

gboolean
clat_pair_has_same_ipv6 (const ClatPair *a, const ClatPair *b)
{
  return IN6_ARE_ADDR_EQUAL (&a->ipv6, &b->ipv6)
         && clat_prefix_equal (&a->prefix, &b->prefix);
}

static gboolean
pairs_equal (const ClatTranslation *a, const ClatTranslation *b)
{
  if (a->n_pairs != b->n_pairs)
    return FALSE;
  for (guint i = 0; i < a->n_pairs; i++)
    if (a->pairs[i].ipv4.s_addr != b->pairs[i].ipv4.s_addr
        || !clat_pair_has_same_ipv6 (&a->pairs[i], &b->pairs[i]))
      return FALSE;
  return TRUE;
}

gboolean
clat_translation_equal (const ClatTranslation *a, const ClatTranslation *b)
{
  return pairs_equal (a, b) && a->gateway.s_addr == b->gateway.s_addr
         && a->mtu6 == b->mtu6 && a->lowest_ipv6_mtu == b->lowest_ipv6_mtu
         && a->reassembles == b->reassembles
         && a->private_destinations == b->private_destinations;
}

gboolean
clat_datapath_equal (const ClatDatapath *a, const ClatDatapath *b)
{
  if (!clat_translation_equal (&a->translation, &b->translation)
      || a->slow_path_only != b->slow_path_only || a->direct != b->direct
      || a->is_outdated != b->is_outdated)
    return FALSE;
  for (guint i = 0; i < a->translation.n_pairs; i++)
    if (!IN6_ARE_ADDR_EQUAL (&a->next_hops[i], &b->next_hops[i]))
      return FALSE;
  return TRUE;
}
