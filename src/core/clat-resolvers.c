/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DNS servers that the routers of a link announce (RFC 8106). */
#include "clat-resolvers.h"

#include <arpa/inet.h>

#include "clat-expiry.h"

static ClatResolver *
find (ClatResolvers *self, const struct in6_addr *address)
{
  for (guint i = 0; i < self->count; i++)
    if (IN6_ARE_ADDR_EQUAL (&self->resolvers[i].address, address))
      return &self->resolvers[i];
  return NULL;
}

static gboolean
receive_one (ClatResolvers *self, const ClatRaResolver *announced, gint64 now)
{
  ClatResolver *known = find (self, &announced->address);

  if (known != NULL)
    {
      known->expiry = clat_expiry_of (announced->lifetime, now);
      return FALSE;
    }
  if (announced->lifetime == 0 || self->count == CLAT_RESOLVERS_MAX)
    return FALSE;

  self->resolvers[self->count++] =
      (ClatResolver){announced->address, clat_expiry_of (announced->lifetime, now)};
  return TRUE;
}

gboolean
clat_resolvers_receive (ClatResolvers *self, const ClatRa *ra, gint64 now)
{
  gboolean has_new = FALSE;
  guint before;

  for (guint i = 0; i < ra->n_resolvers; i++)
    has_new |= receive_one (self, &ra->resolvers[i], now);
  before = self->count;
  clat_resolvers_expire (self, now);
  return has_new || self->count != before;
}

void
clat_resolvers_mark_stale (ClatResolvers *self, gint64 until)
{
  for (guint i = 0; i < self->count; i++)
    self->resolvers[i].expiry = MIN (self->resolvers[i].expiry, until);
}

void
clat_resolvers_expire (ClatResolvers *self, gint64 now)
{
  guint kept = 0;

  for (guint i = 0; i < self->count; i++)
    if (self->resolvers[i].expiry > now)
      self->resolvers[kept++] = self->resolvers[i];
  self->count = kept;
}

char **
clat_resolvers_to_strv (const ClatResolvers *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  char text[INET6_ADDRSTRLEN];

  for (guint i = 0; i < self->count; i++)
    g_strv_builder_add (
        builder, inet_ntop (AF_INET6, &self->resolvers[i].address, text, sizeof text));
  return g_strv_builder_end (builder);
}
