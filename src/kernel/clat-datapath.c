/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration of the data path, to and from the form of its BPF programs. */
#include "clat-datapath.h"

#include <string.h>

#include "clat-bpf.h"
#include "xlat-rules.h"

static const enum xlat_private_destinations rules[CLAT_N_PRIVATE] = {
    [CLAT_PRIVATE_AUTO] = XLAT_PRIVATE_AUTO,
    [CLAT_PRIVATE_YES] = XLAT_PRIVATE_YES,
    [CLAT_PRIVATE_NO] = XLAT_PRIVATE_NO,
};

struct clat_datapath
clat_datapath_encode (const ClatDatapath *datapath, const ClatDatapathLinks *links)
{
  const ClatTranslation *translation = &datapath->translation;
  struct clat_datapath configured = {
      .n_pairs = translation->n_pairs,
      .own_ipv4 = translation->gateway.s_addr,
      .uplink = links->uplink.ifindex,
      .inner = links->inner.ifindex,
      .slow = links->slow.ifindex,
      .slow_path_only = datapath->slow_path_only,
      .direct = datapath->direct,
      .flows = datapath->direct != 0 ? links->flows : 0,
      .mtu6 = translation->mtu6,
      .mtu4 = translation->mtu6, /* as clat-xlat is configured */
      .lowest_ipv6_mtu = translation->lowest_ipv6_mtu,
      .private_destinations = rules[translation->private_destinations],
      .reassembles = translation->reassembles,
  };

  for (guint i = 0; i < translation->n_pairs; i++)
    {
      struct clat_pair *pair = &configured.pairs[i];

      pair->ipv4 = translation->pairs[i].ipv4.s_addr;
      memcpy (pair->ipv6, &translation->pairs[i].ipv6, sizeof pair->ipv6);
      memcpy (pair->prefix, &translation->pairs[i].prefix.address, sizeof pair->prefix);
      pair->prefix_length = translation->pairs[i].prefix.length;
      memcpy (pair->next_hop, &datapath->next_hops[i], sizeof pair->next_hop);
    }
  memcpy (configured.inner_mac, links->inner.mac, sizeof configured.inner_mac);
  memcpy (configured.host_mac, links->veth.mac, sizeof configured.host_mac);
  return configured;
}

static struct in6_addr
to_address (const __be32 words[4])
{
  struct in6_addr address;

  memcpy (&address, words, sizeof address);
  return address;
}

static ClatPrivateDestinations
to_setting (guint32 rule)
{
  for (guint i = 0; i < CLAT_N_PRIVATE; i++)
    if (rules[i] == rule)
      return i;
  return CLAT_PRIVATE_AUTO;
}

ClatDatapath
clat_datapath_decode (const struct clat_datapath *configured)
{
  ClatDatapath datapath = {
      .slow_path_only = configured->slow_path_only != 0,
      .direct = configured->direct,
      .is_outdated = !clat_bpf_is_own_build (configured),
  };
  ClatTranslation *translation = &datapath.translation;

  *translation = (ClatTranslation){
      .n_pairs = MIN (configured->n_pairs, CLAT_MAX_PAIRS),
      .gateway = {configured->own_ipv4},
      .mtu6 = configured->mtu6,
      .lowest_ipv6_mtu = configured->lowest_ipv6_mtu,
      .reassembles = configured->reassembles != 0,
      .private_destinations = to_setting (configured->private_destinations),
  };

  for (guint i = 0; i < translation->n_pairs; i++)
    {
      const struct clat_pair *pair = &configured->pairs[i];

      translation->pairs[i] = (ClatPair){
          .ipv4 = {pair->ipv4},
          .ipv6 = to_address (pair->ipv6),
          .prefix = {to_address (pair->prefix), pair->prefix_length},
      };
      datapath.next_hops[i] = to_address (pair->next_hop);
    }
  return datapath;
}

gboolean
clat_datapath_is_for (const struct clat_datapath *configured,
                      const ClatDatapathLinks *links)
{
  return (int)configured->uplink == links->uplink.ifindex
         && (int)configured->inner == links->inner.ifindex
         && (int)configured->slow == links->slow.ifindex
         && (configured->direct == 0 || configured->flows == links->flows);
}
