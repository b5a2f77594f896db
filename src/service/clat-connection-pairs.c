/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pairs of one connection, with the pool that lends their IPv4 addresses and the
 * kernel that knows which of them are in use. */
#include "clat-connection-pairs.h"

/* How often it is checked whether anything still uses an old pair; the first check comes
 * after a program has had time to reconnect. */
#define CHECK_SECONDS 5

static gboolean
is_on_host (struct in_addr address, gpointer kernel)
{
  return clat_kernel_has_ipv4 (kernel, address);
}

static gboolean
is_in_use (struct in_addr address, gpointer kernel)
{
  return clat_kernel_has_socket (kernel, address)
         || clat_kernel_has_guest_flow (kernel, address);
}

gboolean
clat_connection_pairs_lend (ClatConnectionPairs *self, ClatGoal goal)
{
  switch (goal)
    {
    case CLAT_GOAL_TRANSLATOR:
      return clat_pairs_begin (&self->list, self->pool, is_on_host, self->kernel);
    case CLAT_GOAL_DRAIN:
      return TRUE;
    case CLAT_GOAL_NOTHING:
    case CLAT_GOAL_PREPARATION:
      clat_connection_pairs_clear (self);
      return TRUE;
    }
  g_return_val_if_reached (FALSE);
}

gboolean
clat_connection_pairs_follow (ClatConnectionPairs *self, const ClatActual *actual,
                              ClatPref64Table *pref64s)
{
  return clat_pairs_follow (&self->list, actual, pref64s, self->pool, is_on_host,
                            self->kernel);
}

gboolean
clat_connection_pairs_adopt (ClatConnectionPairs *self, const ClatActual *actual)
{
  const ClatDatapath *datapath = &actual->datapath;
  const ClatTranslation *translation = &datapath->translation;

  /* The route of the own table is enough: the previous instance may have ended during a
   * drain. */
  if (actual->n_routes == 0)
    return FALSE;
  for (guint i = 0; i < translation->n_pairs; i++)
    if (!clat_pairs_adopt (&self->list, self->pool, &translation->pairs[i],
                           &datapath->next_hops[i]))
      break;
  return self->list.count > 0;
}

void
clat_connection_pairs_drop_old (ClatConnectionPairs *self, gint64 now)
{
  if (self->check == 0 || now < self->check)
    return;

  clat_pairs_drop_unused (&self->list, self->pool, is_in_use, self->kernel);
  self->check = 0;
}

void
clat_connection_pairs_note_old (ClatConnectionPairs *self, gint64 now)
{
  if (self->list.count <= 1)
    self->check = 0;
  else if (self->check == 0)
    self->check = now + CHECK_SECONDS * G_USEC_PER_SEC;
}

gboolean
clat_connection_pairs_has_socket (const ClatConnectionPairs *self)
{
  for (guint i = 0; i < self->list.count; i++)
    if (clat_kernel_has_socket (self->kernel, self->list.pairs[i].ipv4))
      return TRUE;
  return FALSE;
}

guint
clat_connection_pairs_hold_guests (const ClatConnectionPairs *self, const char *name)
{
  struct in_addr addresses[CLAT_MAX_PAIRS];

  for (guint i = 0; i < self->list.count; i++)
    addresses[i] = self->list.pairs[i].ipv4;
  return clat_kernel_hold_guest_flows (self->kernel, name, addresses, self->list.count);
}

struct in_addr
clat_connection_pairs_get_gateway (const ClatConnectionPairs *self)
{
  struct in_addr gateway = {0};

  clat_pool_get_gateway (self->pool, is_on_host, self->kernel, &gateway);
  return gateway;
}

void
clat_connection_pairs_clear (ClatConnectionPairs *self)
{
  clat_pairs_clear (&self->list, self->pool);
}
