/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the addresses of an interface suits a destination (RFC 6724, 5). The kernel
 * does the same, but knows nothing of rule 5.5, and forgets which one was used. */
#include "clat-source.h"

#include "clat-network.h"

/* RFC 6724, 2.1; the longest match counts. */
static const struct
{
  ClatNetwork network;
  guint8 label;
} policies[] = {
    {{{.s6_addr = {[15] = 1}}, 128},         0 },
    {{{.s6_addr = {[10] = 0xff, 0xff}}, 96}, 4 },
    {{{.s6_addr = {0}}, 96},                 3 },
    {{{.s6_addr = {0x20, 0x01}}, 32},        5 },
    {{{.s6_addr = {0x20, 0x02}}, 16},        2 },
    {{{.s6_addr = {0x3f, 0xfe}}, 16},        12},
    {{{.s6_addr = {0xfe, 0xc0}}, 10},        11},
    {{{.s6_addr = {0xfc}}, 7},               13},
    {{{.s6_addr = {0}}, 0},                  1 },
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
match (const ClatSource *source, const struct in6_addr *destination)
{
  return MIN (clat_network_common_length (&source->address, destination),
              source->prefix_length);
}

static gboolean
is_better (const ClatSource *a, const ClatSource *b, const struct in6_addr *destination,
           const struct in6_addr *used)
{
  guint8 label = get_label (destination);
  const int merits[][2] = {
  /* Rule 3 */
      {!a->is_deprecated,                !b->is_deprecated               },
 /* Rule 5.5 */
      {a->is_of_router,                  b->is_of_router                 },
 /* Rule 6 */
      {get_label (&a->address) == label, get_label (&b->address) == label},
 /* Rule 8 */
      {match (a,                         destination),                     match (b, destination)},
      {IN6_ARE_ADDR_EQUAL (&a->address,                    used),                                                    IN6_ARE_ADDR_EQUAL (&b->address, used)},
      {!a->is_optimistic,        !b->is_optimistic},
  };

  for (guint i = 0; i < G_N_ELEMENTS (merits); i++)
    if (merits[i][0] != merits[i][1])
      return merits[i][0] > merits[i][1];
  return FALSE;
}

const ClatSource *
clat_source_choose (const ClatSource *sources, guint count,
                    const struct in6_addr *destination, const struct in6_addr *used)
{
  const ClatSource *best = NULL;

  for (guint i = 0; i < count; i++)
    if (best == NULL || is_better (&sources[i], best, destination, used))
      best = &sources[i];
  return best;
}
