/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel can do for a CLAT, and what it means for people when it cannot. */
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
  CLAT_FEATURE_FAST_PATH, /* our programs, all of them */
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

/* What follows from its being there or not, as a sentence. */
const char *clat_feature_explain (ClatFeature feature, gboolean is_there);

/* Whether a CLAT is possible at all, and the same as a sentence. */
gboolean clat_features_suffice (const ClatFeatures *self);
const char *clat_features_explain (const ClatFeatures *self);

G_END_DECLS
