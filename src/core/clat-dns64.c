/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT64 prefixes that a DNS64 shows in its AAAA records of ipv4only.arpa (RFC 7050,
 * 3). The name has two IPv4 addresses that are known (RFC 7050, 8.2); the DNS64 makes an
 * IPv6 address of each of them, and where in it the IPv4 address stands gives the length.
 */
#include "clat-dns64.h"

#include <string.h>

static const guint8 lengths[] = {32, 40, 48, 56, 64, 96};

static const guint8 known[][sizeof (struct in_addr)] = {
    {192, 0, 0, 170},
    {192, 0, 0, 171},
};

/* A known address at one of the six places. */
typedef struct
{
  ClatPrefix prefix;
  guint which; /* index in known */
} Find;

/* The octets in a row where an address of that length stands too; at /40, /48 and /56 the
 * octet of the bits 64 to 71 is in its midst. */
static gboolean
is_place_of_a_length (guint octet)
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
         && memcmp (&found, known[which], sizeof found) == 0;
}

/* How often a known address occurs anywhere on an octet's boundary. */
static guint
count_occurrences (const struct in6_addr *address)
{
  guint count = 0;

  for (guint which = 0; which < G_N_ELEMENTS (known); which++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
        count += has_at (address, lengths[i], which);
      for (guint octet = 0; octet + sizeof known[which] <= sizeof *address; octet++)
        count +=
            !is_place_of_a_length (octet)
            && memcmp (&address->s6_addr[octet], known[which], sizeof known[which]) == 0;
    }
  return count;
}

static gboolean
find_at (const struct in6_addr *address, guint length, Find *find)
{
  for (guint which = 0; which < G_N_ELEMENTS (known); which++)
    if (has_at (address, length, which))
      {
        find->which = which;
        return clat_prefix_init (&find->prefix, address, length);
      }
  return FALSE;
}

/* Whether another record shows the same prefix with the other known address. */
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
      /* A prefix that has the same octets in it makes an address look like one of a
       * shorter prefix too: then the other record decides. */
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
