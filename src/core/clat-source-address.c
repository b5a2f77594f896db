/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source address selection among the addresses of an interface (RFC 6724, 5). The kernel
 * lacks rule 5.5, and does not prefer the address in use. */
#include "clat-source-address.h"

#include "clat-network.h"

/* The labels of the policy table (RFC 6724, 2.1), longest prefix first. */
static const struct
{
  ClatNetwork network;
  guint8 label;
} policies[] = {
    {{{.s6_addr = {[15] = 1}}, 128}, 0},
    {{{.s6_addr = {[10] = 0xff, 0xff}}, 96}, 4},
    {{{.s6_addr = {0}}, 96}, 3},
    {{{.s6_addr = {0x20, 0x01}}, 32}, 5},
    {{{.s6_addr = {0x20, 0x02}}, 16}, 2},
    {{{.s6_addr = {0x3f, 0xfe}}, 16}, 12},
    {{{.s6_addr = {0xfe, 0xc0}}, 10}, 11},
    {{{.s6_addr = {0xfc}}, 7}, 13},
    {{{.s6_addr = {0}}, 0}, 1},
};

static guint8
get_label (const struct in6_addr *address)
{
  guint i = 0;

  while (!clat_network_contains (&policies[i].network, address))
    i++;
  return policies[i].label;
}

static guint
match (const ClatSourceAddress *source, const struct in6_addr *destination)
{
  return MIN (clat_network_common_length (&source->address, destination),
              source->prefix_length);
}

#define N_MERITS 6

/* The first merit in which two addresses differ decides. */
static void
weigh (const ClatSourceAddress *source, const struct in6_addr *destination,
       const struct in6_addr *used, int merits[N_MERITS])
{
  merits[0] = !source->is_deprecated;                                  /* rule 3 */
  merits[1] = source->is_of_router;                                    /* rule 5.5 */
  merits[2] = get_label (&source->address) == get_label (destination); /* rule 6 */
  merits[3] = match (source, destination);                             /* rule 8 */
  merits[4] = IN6_ARE_ADDR_EQUAL (&source->address, used);
  merits[5] = !source->is_optimistic;
}

static gboolean
is_better (const ClatSourceAddress *a, const ClatSourceAddress *b,
           const struct in6_addr *destination, const struct in6_addr *used)
{
  int of_a[N_MERITS], of_b[N_MERITS];

  weigh (a, destination, used, of_a);
  weigh (b, destination, used, of_b);
  for (guint i = 0; i < N_MERITS; i++)
    if (of_a[i] != of_b[i])
      return of_a[i] > of_b[i];
  return FALSE;
}

const ClatSourceAddress *
clat_source_address_choose (const ClatSourceAddress *sources, guint count,
                            const struct in6_addr *destination,
                            const struct in6_addr *used)
{
  const ClatSourceAddress *best = NULL;

  for (guint i = 0; i < count; i++)
    if (best == NULL || is_better (&sources[i], best, destination, used))
      best = &sources[i];
  return best;
}
