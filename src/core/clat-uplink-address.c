/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the uplink's IPv6 addresses the CLAT uses. */
#include "clat-uplink-address.h"

#include "clat-network.h"
#include "clat-source-address.h"

static gboolean
is_announced (const ClatWanted *wanted, const struct in6_addr *address)
{
  for (guint i = 0; i < wanted->n_announced; i++)
    if (clat_network_contains (&wanted->announced[i], address))
      return TRUE;
  return FALSE;
}

/* Each advertisement makes the kernel try an address again that it lost to another node,
 * and use it meanwhile as an optimistic one: the address in use stays unless another is
 * better. A change of address cuts every connection. */
gboolean
clat_uplink_address_choose (const ClatActual *actual, const ClatWanted *wanted,
                            const struct in6_addr *next_hop,
                            const struct in6_addr *destination, struct in6_addr *address)
{
  gboolean by_router = IN6_ARE_ADDR_EQUAL (next_hop, &wanted->router);
  ClatSourceAddress sources[CLAT_MAX_ADDRESSES];
  const ClatSourceAddress *chosen;
  guint count = 0;

  for (guint i = 0; i < actual->n_addresses; i++)
    {
      const ClatSourceAddress *given =
          clat_wanted_find_given (wanted, &actual->addresses[i].address);
      /* What the host knows of its address (deprecated, length) the uplink does not. */
      ClatSourceAddress source = given != NULL ? *given : actual->addresses[i];
      gboolean announced = is_announced (wanted, &source.address);

      source.is_of_router = by_router && announced;
      if (announced || given != NULL || !wanted->only_announced)
        sources[count++] = source;
    }

  chosen = clat_source_address_choose (sources, count, destination,
                                       &actual->datapath.translation.pairs[0].ipv6);
  if (chosen != NULL)
    *address = chosen->address;
  return chosen != NULL;
}
