/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pairs of an IPv4 and an IPv6 address of one connection, each with its prefix. */
#include "clat-pairs.h"

#include <string.h>

static void
drop (ClatPairs *self, guint index, ClatPool *pool)
{
  guint after = self->count - index - 1;

  clat_pool_give_back (pool, self->pairs[index].ipv4);
  memmove (&self->pairs[index], &self->pairs[index + 1], after * sizeof *self->pairs);
  memmove (&self->next_hops[index], &self->next_hops[index + 1],
           after * sizeof *self->next_hops);
  self->count--;
}

/* Those from before the prefix of the pool was changed. */
static void
drop_foreign (ClatPairs *self, ClatPool *pool)
{
  for (guint i = self->count; i > 0; i--)
    if (!clat_pool_contains (pool, self->pairs[i - 1].ipv4))
      drop (self, i - 1, pool);
}

gboolean
clat_pairs_begin (ClatPairs *self, ClatPool *pool, ClatPoolIsUsed is_used, gpointer data)
{
  ClatPair pair = {0};

  drop_foreign (self, pool);
  if (self->count > 0)
    return TRUE;
  if (!clat_pool_take (pool, is_used, data, &pair.ipv4))
    return FALSE;

  self->pairs[self->count++] = pair;
  return TRUE;
}

gboolean
clat_pairs_adopt (ClatPairs *self, ClatPool *pool, const ClatPair *pair,
                  const struct in6_addr *next_hop)
{
  if (self->count == CLAT_MAX_PAIRS || !clat_pool_take_this (pool, pair->ipv4))
    return FALSE;

  self->pairs[self->count] = *pair;
  self->next_hops[self->count] = *next_hop;
  self->count++;
  return TRUE;
}

static void
put_first (ClatPairs *self, struct in_addr ipv4, ClatPool *pool)
{
  if (self->count == CLAT_MAX_PAIRS)
    drop (self, self->count - 1, pool);

  memmove (&self->pairs[1], &self->pairs[0], self->count * sizeof *self->pairs);
  memmove (&self->next_hops[1], &self->next_hops[0],
           self->count * sizeof *self->next_hops);
  self->pairs[0] = (ClatPair){.ipv4 = ipv4};
  self->count++;
}

static gboolean
is_on_link (const ClatActual *actual, const struct in6_addr *address)
{
  for (guint i = 0; i < actual->n_addresses; i++)
    if (IN6_ARE_ADDR_EQUAL (&actual->addresses[i].address, address))
      return TRUE;
  return FALSE;
}

static gboolean
is_valid (const ClatPair *pair, const ClatActual *actual, ClatPref64Table *pref64s)
{
  return is_on_link (actual, &pair->ipv6)
         && clat_pref64_table_has (pref64s, &pair->prefix);
}

/* The index of the pair with that address and prefix, -1 if there is none. An older pair
 * whose address and prefix are chosen again is used for new connections again. */
static int
find (const ClatPairs *self, const ClatPair *wanted)
{
  for (guint i = 0; i < self->count; i++)
    if (clat_pair_has_same_ipv6 (&self->pairs[i], wanted))
      return i;
  return -1;
}

static void
move_to_front (ClatPairs *self, guint index)
{
  ClatPair pair = self->pairs[index];
  struct in6_addr next_hop = self->next_hops[index];

  memmove (&self->pairs[1], &self->pairs[0], index * sizeof *self->pairs);
  memmove (&self->next_hops[1], &self->next_hops[0], index * sizeof *self->next_hops);
  self->pairs[0] = pair;
  self->next_hops[0] = next_hop;
}

static void
choose_first (ClatPairs *self, const ClatActual *actual, ClatPref64Table *pref64s,
              ClatPool *pool, ClatPoolIsUsed is_used, gpointer data)
{
  ClatPair chosen = {.ipv6 = actual->ipv6,
                     .prefix = clat_pref64_table_get_best (pref64s)->prefix};
  int index = find (self, &chosen);

  if (index >= 0)
    move_to_front (self, index);
  else if (is_valid (&self->pairs[0], actual, pref64s)
           && clat_pool_take (pool, is_used, data, &chosen.ipv4))
    put_first (self, chosen.ipv4, pool);

  chosen.ipv4 = self->pairs[0].ipv4;
  self->pairs[0] = chosen;
  self->next_hops[0] = actual->next_hop;
}

gboolean
clat_pairs_follow (ClatPairs *self, const ClatActual *actual, ClatPref64Table *pref64s,
                   ClatPool *pool, ClatPoolIsUsed is_used, gpointer data)
{
  const ClatPairs before = *self;

  if (self->count == 0 || actual->addressing != CLAT_ADDRESSING_READY
      || clat_pref64_table_get_best (pref64s) == NULL)
    return FALSE;

  choose_first (self, actual, pref64s, pool, is_used, data);
  for (guint i = self->count - 1; i > 0; i--)
    if (!is_valid (&self->pairs[i], actual, pref64s))
      drop (self, i, pool);
  return memcmp (&before, self, sizeof before) != 0;
}

gboolean
clat_pairs_drop_unused (ClatPairs *self, ClatPool *pool, ClatPoolIsUsed is_used,
                        gpointer data)
{
  guint count = self->count;

  for (guint i = count; i > 1; i--)
    if (!is_used (self->pairs[i - 1].ipv4, data))
      drop (self, i - 1, pool);
  return self->count != count;
}

void
clat_pairs_clear (ClatPairs *self, ClatPool *pool)
{
  while (self->count > 0)
    drop (self, self->count - 1, pool);
}
