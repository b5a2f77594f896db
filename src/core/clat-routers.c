/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routers of one link: lifetime, preference, and the prefixes that they announce. */
#include "clat-routers.h"

#include <string.h>

typedef struct
{
  ClatNetwork network;
  gint64 until;
  gboolean is_stale; /* may belong to another network */
} Announced;

typedef struct
{
  struct in6_addr address;
  ClatRaPreference preference;
  gint64 default_until;
  gboolean is_unreachable;
  Announced announced[CLAT_RA_MAX];
  guint n_announced;
} Router;

struct _ClatRouters
{
  Router routers[CLAT_ROUTERS_MAX];
  guint count;
};

ClatRouters *
clat_routers_new (void)
{
  return g_new0 (ClatRouters, 1);
}

void
clat_routers_free (ClatRouters *self)
{
  g_free (self);
}

static Router *
find (ClatRouters *self, const struct in6_addr *address)
{
  for (guint i = 0; i < self->count; i++)
    if (IN6_ARE_ADDR_EQUAL (&self->routers[i].address, address))
      return &self->routers[i];
  return NULL;
}

static Router *
find_victim (ClatRouters *self, const struct in6_addr *used)
{
  Router *victim = NULL;

  for (guint i = 0; i < self->count; i++)
    {
      Router *router = &self->routers[i];

      if (!IN6_ARE_ADDR_EQUAL (&router->address, used)
          && (victim == NULL || router->default_until < victim->default_until))
        victim = router;
    }
  return victim;
}

static Router *
add (ClatRouters *self, const struct in6_addr *address, const struct in6_addr *used)
{
  Router *router = self->count < CLAT_ROUTERS_MAX ? &self->routers[self->count++]
                                                  : find_victim (self, used);

  *router = (Router){.address = *address};
  return router;
}

static void
drop_expired (Router *router, gint64 now)
{
  guint kept = 0;

  for (guint i = 0; i < router->n_announced; i++)
    if (router->announced[i].until > now)
      router->announced[kept++] = router->announced[i];
  router->n_announced = kept;
}

static Announced *
find_announced (Router *router, const ClatNetwork *network)
{
  for (guint i = 0; i < router->n_announced; i++)
    if (clat_network_equal (&router->announced[i].network, network))
      return &router->announced[i];
  return NULL;
}

/* An advertisement need not contain all prefixes of its router (RFC 4861, 6.2.3): the
 * others stay valid until their lifetime ends. TRUE if something but the lifetime
 * changed. */
static gboolean
add_announced (Router *router, const ClatRaNetwork *received, gint64 now)
{
  Announced *announced = find_announced (router, &received->network);
  gboolean is_new = announced == NULL;
  gboolean differs = is_new || received->lifetime == 0 || announced->is_stale;

  if (is_new && (received->lifetime == 0 || router->n_announced == CLAT_RA_MAX))
    return FALSE;

  if (is_new)
    announced = &router->announced[router->n_announced++];
  *announced = (Announced){.network = received->network,
                           .until = clat_expiry_of (received->lifetime, now)};
  return differs;
}

gboolean
clat_routers_receive (ClatRouters *self, const struct in6_addr *address, const ClatRa *ra,
                      const struct in6_addr *used, gint64 now)
{
  Router *router = find (self, address);
  gboolean was_default, differs = router == NULL;

  if (router == NULL)
    router = add (self, address, used);

  was_default = router->default_until > now;
  differs |= router->preference != ra->preference || was_default != (ra->lifetime > 0);
  router->preference = ra->preference;
  router->default_until = clat_expiry_of (ra->lifetime, now);

  drop_expired (router, now);
  for (guint i = 0; i < ra->n_networks; i++)
    differs |= add_announced (router, &ra->networks[i], now);
  drop_expired (router, now);
  return differs;
}

static gboolean
is_among (const struct in6_addr *addresses, guint count, const struct in6_addr *address)
{
  for (guint i = 0; i < count; i++)
    if (IN6_ARE_ADDR_EQUAL (&addresses[i], address))
      return TRUE;
  return FALSE;
}

gboolean
clat_routers_set_unreachable (ClatRouters *self, const struct in6_addr *routers,
                              guint count)
{
  gboolean differs = FALSE;

  for (guint i = 0; i < self->count; i++)
    {
      Router *router = &self->routers[i];
      gboolean is_unreachable = is_among (routers, count, &router->address);

      differs |= router->is_unreachable != is_unreachable;
      router->is_unreachable = is_unreachable;
    }
  return differs;
}

gboolean
clat_routers_has (ClatRouters *self, const struct in6_addr *address)
{
  return find (self, address) != NULL;
}

gboolean
clat_routers_is_alive (ClatRouters *self, const struct in6_addr *address, gint64 now)
{
  const Router *router = find (self, address);

  return router == NULL || (router->default_until > now && !router->is_unreachable);
}

gboolean
clat_routers_has_default (ClatRouters *self, gint64 now)
{
  for (guint i = 0; i < self->count; i++)
    if (self->routers[i].default_until > now)
      return TRUE;
  return FALSE;
}

ClatRaPreference
clat_routers_get_preference (ClatRouters *self, const struct in6_addr *address)
{
  const Router *router = find (self, address);

  return router == NULL ? CLAT_RA_PREFERENCE_HIGH : router->preference;
}

gint64
clat_routers_get_end (ClatRouters *self, const struct in6_addr *address, gint64 now)
{
  const Router *router = find (self, address);

  return router == NULL || router->default_until <= now ? CLAT_NEVER
                                                        : router->default_until;
}

static guint
list (const Router *router, gboolean is_stale, gint64 now,
      ClatNetwork networks[CLAT_RA_MAX])
{
  guint count = 0;

  for (guint i = 0; i < router->n_announced; i++)
    if (router->announced[i].until > now && router->announced[i].is_stale == is_stale)
      networks[count++] = router->announced[i].network;
  return count;
}

guint
clat_routers_get_networks (ClatRouters *self, const struct in6_addr *address, gint64 now,
                           ClatNetwork networks[CLAT_RA_MAX])
{
  const Router *router = find (self, address);
  guint count = 0;

  if (router != NULL)
    count = list (router, FALSE, now, networks);
  if (router != NULL && count == 0)
    count = list (router, TRUE, now, networks);
  return count;
}

void
clat_routers_mark_stale (ClatRouters *self, gint64 until)
{
  for (guint i = 0; i < self->count; i++)
    for (guint j = 0; j < self->routers[i].n_announced; j++)
      {
        Announced *announced = &self->routers[i].announced[j];

        announced->until = MIN (announced->until, until);
        announced->is_stale = TRUE;
      }
}
