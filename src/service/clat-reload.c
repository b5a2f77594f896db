/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads clat-nm.conf again while the service runs. */
#include "clat-reload.h"

#include "clat-config-file.h"

gboolean
clat_reload_run (const ClatReload *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (ClatConfig) new =
      clat_config_file_load (self->path, self->must_exist, &local_error);
  ClatConfig before = *self->config;

  if (new == NULL)
    {
      g_warning ("the configuration stays as it was: %s", local_error->message);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  /* In place: everybody reads the configuration where it is. */
  *self->config = *new;
  *new = before;
  clat_pool_change (self->pool, self->config->ipv4_pool);
  clat_manager_reconfigure (self->manager, new);
  g_message ("%s has been read again", self->path);
  return TRUE;
}
