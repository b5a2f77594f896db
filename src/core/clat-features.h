/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The features of a kernel that a CLAT uses, and what follows from each. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CLAT_FEATURE_VETH,
  CLAT_FEATURE_IPVLAN,
  CLAT_FEATURE_MACVLAN,
  CLAT_FEATURE_CLSACT,
  CLAT_FEATURE_REDIRECT_NEIGH,
  CLAT_FEATURE_REDIRECT_PEER,
  CLAT_FEATURE_FAST_PATH, /* all of our BPF programs can be loaded */
  CLAT_FEATURE_TUN,
  CLAT_FEATURE_TUN_TCP,
  CLAT_FEATURE_TUN_UDP,
  CLAT_FEATURE_TCX,
  CLAT_FEATURE_NETKIT,
  CLAT_N_FEATURES
} ClatFeature;

typedef struct
{
  gboolean has[CLAT_N_FEATURES];
} ClatFeatures;

/* "tun-udp-segmentation" */
const char *clat_feature_to_string (ClatFeature feature);

/* A sentence: the use of the feature, or what follows from its lack. */
const char *clat_feature_explain (ClatFeature feature, gboolean is_present);

/* Whether a CLAT is possible, and the same as a sentence. */
gboolean clat_features_suffice (const ClatFeatures *self);
const char *clat_features_explain (const ClatFeatures *self);

G_END_DECLS
