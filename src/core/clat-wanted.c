/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translator that a connection should have. */
#include "clat-wanted.h"

const ClatSourceAddress *
clat_wanted_find_given (const ClatWanted *self, const struct in6_addr *address)
{
  for (guint i = 0; i < self->n_given; i++)
    if (IN6_ARE_ADDR_EQUAL (&self->given[i].address, address))
      return &self->given[i];
  return NULL;
}
