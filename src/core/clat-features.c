/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The features of a kernel that a CLAT uses, and what follows from each. */
#include "clat-features.h"

static const struct
{
  const char *name;
  const char *present;
  const char *missing;
} features[] = {
    [CLAT_FEATURE_VETH] = {"veth", "Connects the host to a translator.",
                           "A translator is not possible."},
    [CLAT_FEATURE_IPVLAN] =
        {"ipvlan",
         "The translator shares the MAC address of its link, as Wi-Fi requires.",
         "The translator has its own MAC address or, on Wi-Fi, uses a BPF program on the "
         "link."},
    [CLAT_FEATURE_MACVLAN] =
        {"macvlan", "Used where another program has macvlan interfaces on the link.",
         "A BPF program on the link is used instead."},
    [CLAT_FEATURE_CLSACT] = {"clsact", "BPF programs can be attached to interfaces.",
                             "A translator is not possible: BPF programs cannot be "
                             "attached to interfaces (cls_bpf, clsact)."},
    [CLAT_FEATURE_REDIRECT_NEIGH] =
        {"bpf-redirect-neigh", "Sends packets from the translator to the link.",
         "A translator is not possible: Linux 5.10 or newer is required."},
    [CLAT_FEATURE_REDIRECT_PEER] =
        {"bpf-redirect-peer", "Returns packets from the translator to the host.",
         "A translator is not possible: Linux 5.10 or newer is required."},
    [CLAT_FEATURE_FAST_PATH] =
        {"fast-path", "Most packets are translated in the kernel.",
         "All packets are translated by clat-xlat, which is slower. The log has the "
         "reason."},
    [CLAT_FEATURE_TUN] =
        {"tun", "Packets that the fast path does not handle are translated by clat-xlat.",
         "Packets that the fast path does not handle are dropped."},
    [CLAT_FEATURE_TUN_TCP] = {"tun-tcp-segmentation",
                              "clat-xlat translates TCP in segments of up to 64 KiB.",
                              "clat-xlat translates each TCP packet, which is slower."},
    [CLAT_FEATURE_TUN_UDP] = {"tun-udp-segmentation",
                              "clat-xlat translates UDP in segments of up to 64 KiB.",
                              "clat-xlat translates each UDP packet, which is slower."},
    [CLAT_FEATURE_TCX] = {"tcx", "Used on links that cannot carry an ipvlan or macvlan.",
                          "Not required."},
    [CLAT_FEATURE_NETKIT] = {"netkit", "Not used.", "Not required."},
};

const char *
clat_feature_to_string (ClatFeature feature)
{
  return features[feature].name;
}

const char *
clat_feature_explain (ClatFeature feature, gboolean is_present)
{
  return is_present ? features[feature].present : features[feature].missing;
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
    return "This kernel lacks features that a translator needs.";
  if (!self->has[CLAT_FEATURE_FAST_PATH])
    return "This kernel can translate, but without the fast path.";
  if (!self->has[CLAT_FEATURE_TUN])
    return "This kernel can translate, but only what the fast path handles.";
  return "This kernel has all features that a translator needs.";
}
