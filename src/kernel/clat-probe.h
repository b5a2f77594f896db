/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out what this kernel can do by trying it, in a namespace of its own. */
#pragma once

#include "clat-error.h"
#include "clat-features.h"

G_BEGIN_DECLS

/* Nothing of it is left. Modules that are needed are loaded by the kernel. */
gboolean clat_probe (ClatFeatures *features, GError **error);

G_END_DECLS
