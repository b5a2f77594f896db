/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a router offers stateless address autoconfiguration (RFC 4862). */
#include "clat-slaac.h"

#include <netinet/icmp6.h>
#include <string.h>

#define OPTION_UNIT 8 /* octets; RFC 4861, 4.6 */

/* The prefix length for the 64-bit interface identifiers of Ethernet (RFC 2464, 4). */
#define PREFIX_LENGTH 64

/* RFC 4862, 5.5.3. */
static gboolean
is_for_slaac (const guint8 *option, gsize size, guint32 age)
{
  struct nd_opt_prefix_info info;

  if (option[0] != ND_OPT_PREFIX_INFORMATION || size != sizeof info)
    return FALSE;

  memcpy (&info, option, sizeof info);
  return info.nd_opt_pi_flags_reserved & ND_OPT_PI_FLAG_AUTO
         && info.nd_opt_pi_prefix_len == PREFIX_LENGTH
         && GUINT32_FROM_BE (info.nd_opt_pi_valid_time) > age
         && GUINT32_FROM_BE (info.nd_opt_pi_preferred_time)
                <= GUINT32_FROM_BE (info.nd_opt_pi_valid_time)
         && !IN6_IS_ADDR_LINKLOCAL (&info.nd_opt_pi_prefix)
         && !IN6_IS_ADDR_MULTICAST (&info.nd_opt_pi_prefix);
}

gboolean
clat_slaac_is_offered (const guint8 *message, gsize length, guint32 age)
{
  gsize offset = sizeof (struct nd_router_advert);

  while (offset + 2 <= length)
    {
      const guint8 *option = message + offset;
      gsize size = option[1] * OPTION_UNIT;

      if (size == 0 || size > length - offset)
        return FALSE;
      if (is_for_slaac (option, size, age))
        return TRUE;
      offset += size;
    }
  return FALSE;
}
