/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads clat-nm.conf again while the service runs. */
#pragma once

#include "clat-manager.h"

G_BEGIN_DECLS

/* All of it is lent. The configuration is the one that the others have read so far. */
typedef struct
{
  const char *path;
  gboolean must_exist; /* the file */
  ClatConfig *config;
  ClatPool *pool;
  ClatManager *manager;
} ClatReload;

/* Has the file applied. FALSE if it has a mistake, which the error names with file and
 * line: then the configuration in force stays as it is. Logs what happened. */
gboolean clat_reload_run (const ClatReload *self, GError **error);

G_END_DECLS
