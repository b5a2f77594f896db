/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT64 prefixes in the AAAA records that a DNS64 synthesizes for ipv4only.arpa (RFC
 * 7050, 3). The name has two well-known IPv4 addresses (RFC 7050, 8.2); the position of
 * one of them in a synthesized IPv6 address gives the length of the prefix. */
#include "clat-dns64.h"

#include <string.h>

static const guint8 lengths[] = {32, 40, 48, 56, 64, 96};

static const guint8 well_known[][sizeof (struct in_addr)] = {
    {192, 0, 0, 170},
    {192, 0, 0, 171},
};

/* A well-known address at one of the six positions. */
typedef struct
{
  ClatPrefix prefix;
  guint which; /* index in well_known */
} Find;

/* The positions of the lengths /32, /64 and /96, whose four octets are contiguous; those
 * of /40, /48 and /56 are split by the bits 64 to 71. */
static gboolean
is_position_of_a_length (guint octet)
{
  return octet == 4 || octet == 9 || octet == 12;
}

static gboolean
has_at (const struct in6_addr *address, guint length, guint which)
{
  ClatPrefix prefix = {.length = length};
  struct in_addr found;

  memcpy (&prefix.address, address, length / 8);
  return clat_prefix_extract (&prefix, address, &found)
         && memcmp (&found, well_known[which], sizeof found) == 0;
}

/* How often a well-known address occurs at any octet. */
static guint
count_occurrences (const struct in6_addr *address)
{
  guint count = 0;

  for (guint which = 0; which < G_N_ELEMENTS (well_known); which++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
        count += has_at (address, lengths[i], which);
      for (guint octet = 0; octet + sizeof well_known[which] <= sizeof *address; octet++)
        count += !is_position_of_a_length (octet)
                 && memcmp (&address->s6_addr[octet], well_known[which],
                            sizeof well_known[which])
                        == 0;
    }
  return count;
}

static gboolean
find_at (const struct in6_addr *address, guint length, Find *find)
{
  for (guint which = 0; which < G_N_ELEMENTS (well_known); which++)
    if (has_at (address, length, which))
      {
        find->which = which;
        return clat_prefix_init (&find->prefix, address, length);
      }
  return FALSE;
}

/* Whether another record has the same prefix and the other well-known address. */
static gboolean
is_confirmed (const Find *find, const struct in6_addr *addresses, guint count)
{
  guint other = !find->which;

  for (guint i = 0; i < count; i++)
    if (memcmp (&addresses[i], &find->prefix.address, find->prefix.length / 8) == 0
        && has_at (&addresses[i], find->prefix.length, other))
      return TRUE;
  return FALSE;
}

static void
add (GArray *prefixes, const ClatPrefix *prefix)
{
  for (guint i = 0; i < prefixes->len; i++)
    if (clat_prefix_equal (&g_array_index (prefixes, ClatPrefix, i), prefix))
      return;
  g_array_append_vals (prefixes, prefix, 1);
}

GArray *
clat_dns64_find_prefixes (const struct in6_addr *addresses, guint count)
{
  GArray *prefixes = g_array_new (FALSE, FALSE, sizeof (ClatPrefix));

  for (guint i = 0; i < count; i++)
    {
      /* If the prefix itself contains the octets of a well-known address, the position is
       * ambiguous: the record of the other address decides. */
      gboolean is_ambiguous = count_occurrences (&addresses[i]) > 1;

      for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
        {
          Find find;

          if (find_at (&addresses[i], lengths[j], &find)
              && (!is_ambiguous || is_confirmed (&find, addresses, count)))
            add (prefixes, &find.prefix);
        }
    }
  return prefixes;
}
