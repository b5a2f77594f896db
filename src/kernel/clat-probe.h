/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes the features of the kernel, in a temporary namespace. */
#pragma once

#include "clat-features.h"

G_BEGIN_DECLS

/* Leaves no objects; the kernel loads the modules that it needs. */
gboolean clat_probe (ClatFeatures *features, GError **error);

G_END_DECLS
