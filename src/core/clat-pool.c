/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool of IPv4 addresses for connections: 192.0.0.0/29 (RFC 7335) by default. */
#include "clat-pool.h"

#include <arpa/inet.h>

#include "clat-error.h"

struct _ClatPool
{
  guint32 first; /* host byte order */
  guint size;
  gboolean lent[];
};

/* NULL if a host can have the addresses, else the reason why it cannot. */
static const char *
find_obstacle (guint32 first)
{
  static const struct
  {
    guint32 address;
    guint length;
    const char *name;
  } ranges[] = {
      {0x00000000, 8, "0.0.0.0/8 is reserved for 'this network'"},
      {0x7f000000, 8, "127.0.0.0/8 is loopback"},
      {0xa9fe0000, 16, "169.254.0.0/16 is link-local"},
      {0xe0000000, 4, "224.0.0.0/4 is multicast"},
      {0xf0000000, 4, "240.0.0.0/4 is reserved, and has the broadcast address"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    if ((first ^ ranges[i].address) >> (32 - ranges[i].length) == 0)
      return ranges[i].name;
  return NULL;
}

ClatPool *
clat_pool_new (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  struct in_addr address;
  const char *obstacle;
  guint64 length;
  ClatPool *self;
  guint size;

  if (g_strv_length (parts) != 2 || inet_pton (AF_INET, parts[0], &address) != 1
      || !g_ascii_string_to_unsigned (parts[1], 10, CLAT_POOL_MIN_LENGTH, 32, &length,
                                      NULL))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' is not an IPv4 prefix of length %d to 32, such as 192.0.0.0/29",
                   text, CLAT_POOL_MIN_LENGTH);
      return NULL;
    }

  size = 1u << (32 - length);
  if (ntohl (address.s_addr) % size != 0)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' has bits set beyond its length", text);
      return NULL;
    }

  obstacle = find_obstacle (ntohl (address.s_addr));
  if (obstacle != NULL)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' has no addresses for hosts: %s", text, obstacle);
      return NULL;
    }

  self = g_malloc0 (sizeof *self + size * sizeof *self->lent);
  self->first = ntohl (address.s_addr);
  self->size = size;
  return self;
}

void
clat_pool_free (ClatPool *self)
{
  g_free (self);
}

gboolean
clat_pool_take (ClatPool *self, ClatPoolIsUsed is_used, gpointer data,
                struct in_addr *address)
{
  /* The first address of the prefix is given out last: it is valid, but looks like the
   * address of the network. */
  for (guint i = 1; i <= self->size; i++)
    {
      guint index = i % self->size;
      struct in_addr candidate = {htonl (self->first + index)};

      if (self->lent[index] || is_used (candidate, data))
        continue;

      self->lent[index] = TRUE;
      *address = candidate;
      return TRUE;
    }
  return FALSE;
}

gboolean
clat_pool_take_this (ClatPool *self, struct in_addr address)
{
  guint32 index = ntohl (address.s_addr) - self->first;

  if (index >= self->size || self->lent[index])
    return FALSE;

  self->lent[index] = TRUE;
  return TRUE;
}

void
clat_pool_give_back (ClatPool *self, struct in_addr address)
{
  guint32 index = ntohl (address.s_addr) - self->first;

  g_return_if_fail (index < self->size && self->lent[index]);

  self->lent[index] = FALSE;
}
