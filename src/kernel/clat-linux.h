/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running kernel. */
#pragma once

#include "clat-fd-store.h"
#include "clat-kernel.h"

G_BEGIN_DECLS

#define CLAT_TYPE_LINUX (clat_linux_get_type ())
G_DECLARE_FINAL_TYPE (ClatLinux, clat_linux, CLAT, LINUX, GObject)

/* The store is lent. */
ClatKernel *clat_linux_new (const ClatFdStore *store, GError **error);

G_END_DECLS
