/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel can do for a CLAT, and what it means for people when it cannot. */
#include "clat-features.h"

static const struct
{
  const char *name;
  const char *there;
  const char *missing;
} features[] = {
    [CLAT_FEATURE_VETH] = {"veth", "The host can reach a translator.",
                           "No translator is possible."},
    [CLAT_FEATURE_IPVLAN] =
        {"ipvlan", "The translator shares the MAC address of its link, as Wi-Fi demands.",
         "The translator has a MAC address of its own, or on Wi-Fi a program at the "
         "link."},
    [CLAT_FEATURE_MACVLAN] =
        {"macvlan", "Is used where another program has macvlan interfaces on the link.",
         "A program at the link takes its place."},
    [CLAT_FEATURE_CLSACT] = {"clsact", "Programs can be attached to interfaces.",
                             "No translator is possible: programs cannot be attached to "
                             "interfaces (cls_bpf, clsact)."},
    [CLAT_FEATURE_REDIRECT_NEIGH] =
        {"bpf-redirect-neigh", "Packets can leave the translator.",
         "No translator is possible: Linux 5.10 or newer is needed."},
    [CLAT_FEATURE_REDIRECT_PEER] =
        {"bpf-redirect-peer", "Packets can come back to the host.",
         "No translator is possible: Linux 5.10 or newer is needed."},
    [CLAT_FEATURE_FAST_PATH] =
        {"fast-path", "Most packets are translated in the kernel.",
         "All packets are translated by clat-xlat, which is slower. The log says why."},
    [CLAT_FEATURE_TUN] = {"tun",
                          "Packets that are hard to translate are translated, too.",
                          "Packets that are hard to translate are dropped."},
    [CLAT_FEATURE_TUN_TCP] = {"tun-tcp-segmentation",
                              "clat-xlat takes TCP in pieces of up to 64 KiB.",
                              "clat-xlat takes TCP packet by packet, which is slower."},
    [CLAT_FEATURE_TUN_UDP] = {"tun-udp-segmentation",
                              "clat-xlat takes UDP in pieces of up to 64 KiB.",
                              "clat-xlat takes UDP packet by packet, which is slower."},
    [CLAT_FEATURE_TCX] = {"tcx", "Is used on links that take no child.",
                          "Is not needed."},
    [CLAT_FEATURE_NETKIT] = {"netkit", "Is not used.", "Is not needed."},
};

const char *
clat_feature_to_string (ClatFeature feature)
{
  return features[feature].name;
}

const char *
clat_feature_explain (ClatFeature feature, gboolean is_there)
{
  return is_there ? features[feature].there : features[feature].missing;
}

gboolean
clat_features_suffice (const ClatFeatures *self)
{
  return self->has[CLAT_FEATURE_VETH] && self->has[CLAT_FEATURE_CLSACT]
         && self->has[CLAT_FEATURE_REDIRECT_NEIGH]
         && self->has[CLAT_FEATURE_REDIRECT_PEER]
         && (self->has[CLAT_FEATURE_FAST_PATH] || self->has[CLAT_FEATURE_TUN]);
}

const char *
clat_features_explain (const ClatFeatures *self)
{
  if (!clat_features_suffice (self))
    return "This kernel lacks what a translator needs.";
  if (!self->has[CLAT_FEATURE_FAST_PATH])
    return "This kernel can translate, but without the fast path.";
  if (!self->has[CLAT_FEATURE_TUN])
    return "This kernel can translate, but not what is hard to translate.";
  return "This kernel has all that a translator needs.";
}
