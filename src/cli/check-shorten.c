/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shortens addresses in a text that is going to be published. */
#include "check-shorten.h"

#include <arpa/inet.h>
#include <string.h>

#define ADDRESS_CHARACTERS "0123456789abcdefABCDEF:."
#define MAC_LENGTH         17

static gboolean
is_mac (const char *word)
{
  if (strlen (word) != MAC_LENGTH)
    return FALSE;
  for (gsize i = 0; i < MAC_LENGTH; i++)
    if (i % 3 == 2 ? word[i] != ':' : !g_ascii_isxdigit (word[i]))
      return FALSE;
  return TRUE;
}

static void
append_ipv6 (GString *into, const struct in6_addr *address, const char *word)
{
  static const guint8 well_known[12] = {0x00, 0x64, 0xff, 0x9b};
  guint first = address->s6_addr[0] << 8 | address->s6_addr[1];

  if (memcmp (address->s6_addr, well_known, sizeof well_known) == 0)
    g_string_append (into, word);
  else if (IN6_IS_ADDR_LINKLOCAL (address))
    g_string_append (into, "fe80::x");
  else
    g_string_append_printf (into, "%x:%x:x:x", first,
                            address->s6_addr[2] << 8 | address->s6_addr[3]);
}

static void
append_ipv4 (GString *into, const struct in_addr *address, const char *word)
{
  guint32 bits = ntohl (address->s_addr);

  /* RFC 6890: every CLAT has one of these. */
  if (bits >> 8 == 0xc00000)
    g_string_append (into, word);
  else
    g_string_append_printf (into, "%u.%u.x.x", bits >> 24, bits >> 16 & 0xff);
}

static void
append_word (GString *into, const char *word)
{
  struct in6_addr ipv6;
  struct in_addr ipv4;

  if (is_mac (word))
    g_string_append_printf (into, "%.8s:x:x:x", word);
  else if (inet_pton (AF_INET6, word, &ipv6) == 1)
    append_ipv6 (into, &ipv6, word);
  else if (inet_pton (AF_INET, word, &ipv4) == 1)
    append_ipv4 (into, &ipv4, word);
  else
    g_string_append (into, word);
}

/* "2001:db8::1." and "fe80::1:" end with punctuation that is not part of the address. */
static gsize
get_length (const char *at)
{
  gsize length = strspn (at, ADDRESS_CHARACTERS);

  while (length > 0
         && (at[length - 1] == '.'
             || (at[length - 1] == ':' && (length < 2 || at[length - 2] != ':'))))
    length--;
  return length;
}

char *
check_shorten (const char *text)
{
  GString *out = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize length = get_length (text);
      g_autofree char *word = g_strndup (text, length);

      if (length == 0)
        {
          g_string_append_c (out, *text++);
          continue;
        }
      append_word (out, word);
      text += length;
    }
  return g_string_free (out, FALSE);
}
