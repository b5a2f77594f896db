/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of the user data key net.clatnm.prefix of a profile. */
#include "config.h"

#include <arpa/inet.h>

#include "cli-prefix.h"

/* Nothing beyond the length, and nothing in bits 64 to 71. */
static gboolean
is_clear (const struct in6_addr *address, guint length)
{
  for (guint i = length / 8; i < sizeof *address; i++)
    if (address->s6_addr[i] != 0)
      return FALSE;
  return address->s6_addr[8] == 0;
}

static gboolean
can_be_translated (const struct in6_addr *address)
{
  return !IN6_IS_ADDR_UNSPECIFIED (address) && !IN6_IS_ADDR_V4MAPPED (address)
         && !IN6_IS_ADDR_LINKLOCAL (address) && !IN6_IS_ADDR_MULTICAST (address);
}

gboolean
cli_prefix_is_valid (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  struct in6_addr address;
  guint64 length;

  return g_strv_length (parts) == 2 && inet_pton (AF_INET6, parts[0], &address) == 1
         && g_ascii_string_to_unsigned (parts[1], 10, 32, 96, &length, NULL)
         && length % 8 == 0 && (length <= 64 || length == 96)
         && is_clear (&address, length) && can_be_translated (&address);
}
