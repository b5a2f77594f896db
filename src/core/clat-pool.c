/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool of IPv4 addresses for connections: 192.0.0.0/29 (RFC 7335) by default. */
#include "clat-pool.h"

#include <arpa/inet.h>

#include "clat-error.h"

struct _ClatPool
{
  guint32 first; /* host byte order */
  guint size;
  GArray *lent; /* of struct in_addr, also from before the prefix was changed */
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

/* Sets the prefix, unless it is none for hosts. */
static gboolean
set_prefix (ClatPool *self, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  struct in_addr address;
  const char *obstacle;
  guint64 length;
  guint size;

  if (g_strv_length (parts) != 2 || inet_pton (AF_INET, parts[0], &address) != 1
      || !g_ascii_string_to_unsigned (parts[1], 10, CLAT_POOL_MIN_LENGTH,
                                      CLAT_POOL_MAX_LENGTH, &length, NULL))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' is not an IPv4 prefix of length %d to %d, such as 192.0.0.0/29",
                   text, CLAT_POOL_MIN_LENGTH, CLAT_POOL_MAX_LENGTH);
      return FALSE;
    }

  size = 1u << (32 - length);
  if (ntohl (address.s_addr) % size != 0)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' has bits set beyond its length", text);
      return FALSE;
    }

  obstacle = find_obstacle (ntohl (address.s_addr));
  if (obstacle != NULL)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' has no addresses for hosts: %s", text, obstacle);
      return FALSE;
    }

  self->first = ntohl (address.s_addr);
  self->size = size;
  return TRUE;
}

ClatPool *
clat_pool_new (const char *text, GError **error)
{
  g_autoptr (ClatPool) self = g_new0 (ClatPool, 1);

  self->lent = g_array_new (FALSE, FALSE, sizeof (struct in_addr));
  return set_prefix (self, text, error) ? g_steal_pointer (&self) : NULL;
}

void
clat_pool_free (ClatPool *self)
{
  g_array_unref (self->lent);
  g_free (self);
}

void
clat_pool_change (ClatPool *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (!set_prefix (self, text, &error))
    g_critical ("%s", error->message);
}

gboolean
clat_pool_contains (const ClatPool *self, struct in_addr address)
{
  return ntohl (address.s_addr) - self->first < self->size;
}

/* The index of the address among those that are lent, -1 if it is not. */
static int
find_lent (const ClatPool *self, struct in_addr address)
{
  for (guint i = 0; i < self->lent->len; i++)
    if (g_array_index (self->lent, struct in_addr, i).s_addr == address.s_addr)
      return i;
  return -1;
}

/* Finds the next address from number *number on that is neither lent nor in use, and
 * advances *number behind it. The first address of the prefix has the last number: it is
 * valid, but looks like the address of the network. */
static gboolean
find_free (const ClatPool *self, guint *number, ClatPoolIsUsed is_used, gpointer data,
           struct in_addr *address)
{
  while (*number <= self->size)
    {
      guint index = (*number)++ % self->size;
      struct in_addr candidate = {htonl (self->first + index)};

      if (find_lent (self, candidate) >= 0 || is_used (candidate, data))
        continue;

      *address = candidate;
      return TRUE;
    }
  return FALSE;
}

gboolean
clat_pool_get_gateway (const ClatPool *self, ClatPoolIsUsed is_used, gpointer data,
                       struct in_addr *gateway)
{
  guint number = 1;

  return find_free (self, &number, is_used, data, gateway);
}

gboolean
clat_pool_take_this (ClatPool *self, struct in_addr address)
{
  if (!clat_pool_contains (self, address) || find_lent (self, address) >= 0)
    return FALSE;

  g_array_append_val (self->lent, address);
  return TRUE;
}

gboolean
clat_pool_take (ClatPool *self, ClatPoolIsUsed is_used, gpointer data,
                struct in_addr *address)
{
  struct in_addr gateway;
  guint number = 1;

  return find_free (self, &number, is_used, data, &gateway)
         && find_free (self, &number, is_used, data, address)
         && clat_pool_take_this (self, *address);
}

void
clat_pool_give_back (ClatPool *self, struct in_addr address)
{
  int index = find_lent (self, address);

  g_return_if_fail (index >= 0);

  g_array_remove_index_fast (self->lent, index);
}
