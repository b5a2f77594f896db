/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks of which this instance of the service has found something out. */
#include "clat-remembered-networks.h"

#include <string.h>

gboolean
clat_remembered_networks_contain (const ClatRememberedNetworks *self, const char *uuid,
                                  const struct in6_addr *router, const ClatPrefix *prefix)
{
  for (guint i = 0; i < self->n; i++)
    {
      const ClatRememberedNetwork *network = &self->networks[i];

      if (g_str_equal (network->uuid, uuid)
          && IN6_ARE_ADDR_EQUAL (&network->router, router)
          && clat_prefix_equal (&network->prefix, prefix))
        return TRUE;
    }
  return FALSE;
}

void
clat_remembered_networks_add (ClatRememberedNetworks *self, const char *uuid,
                              const struct in6_addr *router, const ClatPrefix *prefix)
{
  ClatRememberedNetwork network = {.router = *router, .prefix = *prefix};

  if (clat_remembered_networks_contain (self, uuid, router, prefix))
    return;

  g_strlcpy (network.uuid, uuid, sizeof network.uuid);
  if (self->n == CLAT_MAX_REMEMBERED_NETWORKS)
    {
      self->n--;
      memmove (self->networks, self->networks + 1, self->n * sizeof *self->networks);
    }
  self->networks[self->n++] = network;
}
