/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PREF64 options of a router advertisement (RFC 8781). */
#include "clat-ra.h"

#include <string.h>

#define OPTION_PREF64 38
#define OPTION_UNIT   8 /* octets; RFC 4861, 4.6 */
#define PREF64_UNITS  2

/*   0                   1                   2                   3
 *  |     Type      |    Length     |     Scaled Lifetime     | PLC |
 *  |               highest 96 bits of the prefix                   |
 */
static gboolean
parse_option (const guint8 *option, ClatRaPref64 *pref64)
{
  /* RFC 8781, 4: prefix length code. */
  static const guint8 lengths[] = {96, 64, 56, 48, 40, 32};
  guint16 word = option[2] << 8 | option[3];
  guint code = word & 0x7;
  struct in6_addr address = {0};

  if (code >= G_N_ELEMENTS (lengths))
    return FALSE;

  memcpy (&address, option + 4, 12);
  if (!clat_prefix_init (&pref64->prefix, &address, lengths[code]))
    return FALSE;

  /* The lifetime is in units of 8 s in the upper 13 bits: seconds, once the code is
   * masked. */
  pref64->lifetime = word & ~0x7u;
  return TRUE;
}

GArray *
clat_ra_parse_pref64 (const guint8 *options, gsize length)
{
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (ClatRaPref64));

  while (length > 0)
    {
      ClatRaPref64 pref64;
      gsize size;

      if (length < 2)
        return NULL;

      size = options[1] * OPTION_UNIT;
      if (size == 0 || size > length)
        return NULL;

      if (options[0] == OPTION_PREF64 && options[1] == PREF64_UNITS
          && parse_option (options, &pref64))
        g_array_append_val (result, pref64);

      options += size;
      length -= size;
    }

  return g_steal_pointer (&result);
}
