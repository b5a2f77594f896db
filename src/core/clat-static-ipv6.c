/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CLAT's addresses on links where the host's IPv6 addresses are static. */
#include "clat-static-ipv6.h"

/* In a prefix with few addresses many counters give the same one: the limit of counters
 * that are tried. */
#define MAX_COUNTER 64

static gboolean
is_of_host (const ClatStaticIpv6 *self, const struct in6_addr *address)
{
  for (guint i = 0; i < self->n_addresses; i++)
    if (IN6_ARE_ADDR_EQUAL (&self->addresses[i].address, address))
      return TRUE;
  return IN6_ARE_ADDR_EQUAL (&self->gateway, address);
}

static gboolean
contains (const ClatIpv6 *list, guint n, const ClatIpv6 *ipv6)
{
  for (guint i = 0; i < n; i++)
    if (IN6_ARE_ADDR_EQUAL (&list[i].address, &ipv6->address)
        && list[i].length == ipv6->length)
      return TRUE;
  return FALSE;
}

/* The addresses to try in the prefix of the host's address, in order; returns how many.
 */
static guint
make_candidates (const ClatStaticIpv6 *self,
                 const guint8 identifier[CLAT_IDENTIFIER_LENGTH], const ClatIpv6 *host,
                 ClatIpv6 candidates[CLAT_STATIC_IPV6_TRIES])
{
  guint n = 0;

  for (guint counter = 0; counter < MAX_COUNTER && n < CLAT_STATIC_IPV6_TRIES; counter++)
    if (clat_stable_address_make (identifier, host, counter, &candidates[n])
        && !is_of_host (self, &candidates[n].address)
        && !contains (candidates, n, &candidates[n]))
      n++;
  return n;
}

static const ClatAddedIpv6 *
find_added (const ClatAddedIpv6List *list, const ClatIpv6 *ipv6)
{
  for (guint i = 0; i < list->n; i++)
    if (IN6_ARE_ADDR_EQUAL (&list->addresses[i].ipv6.address, &ipv6->address)
        && list->addresses[i].ipv6.length == ipv6->length)
      return &list->addresses[i];
  return NULL;
}

gboolean
clat_static_ipv6_get_addition (const ClatStaticIpv6 *self,
                               const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                               const ClatAddedIpv6List *list, ClatIpv6 *addition)
{
  for (guint i = 0; i < self->n_addresses; i++)
    {
      ClatIpv6 candidates[CLAT_STATIC_IPV6_TRIES];
      guint n = make_candidates (self, identifier, &self->addresses[i], candidates);
      guint next = 0;

      while (next < n && find_added (list, &candidates[next]) != NULL
             && find_added (list, &candidates[next])->is_duplicate)
        next++;
      if (next < n && find_added (list, &candidates[next]) == NULL)
        {
          *addition = candidates[next];
          return TRUE;
        }
    }
  return FALSE;
}

/* Whether the address is one of those to try. */
static gboolean
is_candidate (const ClatStaticIpv6 *self, const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
              const ClatIpv6 *ipv6)
{
  for (guint i = 0; i < self->n_addresses; i++)
    {
      ClatIpv6 candidates[CLAT_STATIC_IPV6_TRIES];
      guint n = make_candidates (self, identifier, &self->addresses[i], candidates);

      if (contains (candidates, n, ipv6))
        return TRUE;
    }
  return FALSE;
}

gboolean
clat_static_ipv6_get_removal (const ClatStaticIpv6 *self,
                              const guint8 identifier[CLAT_IDENTIFIER_LENGTH],
                              const ClatAddedIpv6List *list, ClatIpv6 *removal)
{
  for (guint i = 0; i < list->n; i++)
    if (!is_candidate (self, identifier, &list->addresses[i].ipv6))
      {
        *removal = list->addresses[i].ipv6;
        return TRUE;
      }
  return FALSE;
}
