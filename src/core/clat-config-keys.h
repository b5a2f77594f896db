/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of the group [main] of clat-nm.conf, and their values. */
#pragma once

#include "clat-config.h"

G_BEGIN_DECLS

/* Checks the value of a key and stores it in config. An unknown key is an error. */
gboolean clat_config_keys_read (ClatConfig *config, const char *key, const char *value,
                                GError **error);

G_END_DECLS
