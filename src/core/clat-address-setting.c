/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which IPv6 address a translator uses. */
#include "clat-address-setting.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-error.h"
#include "clat-network.h"

#define ADDRESS_BITS 128

/* Each try gives another address; those that are reserved are few. */
#define MAX_COUNTER 64

static const char *const words[] = {
    [CLAT_ADDRESS_OWN] = "own",
    [CLAT_ADDRESS_SHARED] = "shared",
    [CLAT_ADDRESS_ROUTED] = "",
    [CLAT_ADDRESS_AUTO] = "auto",
};

/* Link-local addresses are not routed, nor are multicast, unspecified and loopback. */
static gboolean
is_routable (const struct in6_addr *address)
{
  return !IN6_IS_ADDR_LINKLOCAL (address) && !IN6_IS_ADDR_MULTICAST (address)
         && !IN6_IS_ADDR_V4MAPPED (address) && !IN6_IS_ADDR_UNSPECIFIED (address)
         && !IN6_IS_ADDR_LOOPBACK (address);
}

static gboolean
has_host_bits (const ClatIpv6 *prefix)
{
  for (guint bit = prefix->length; bit < ADDRESS_BITS; bit++)
    if (prefix->address.s6_addr[bit / 8] & 0x80 >> bit % 8)
      return TRUE;
  return FALSE;
}

static gboolean
parse_prefix (const char *text, ClatIpv6 *prefix)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  guint64 length;

  if (g_strv_length (parts) != 2 || inet_pton (AF_INET6, parts[0], &prefix->address) != 1
      || !g_ascii_string_to_unsigned (parts[1], 10, 1, ADDRESS_BITS, &length, NULL))
    return FALSE;
  prefix->length = (guint)length;
  return is_routable (&prefix->address);
}

gboolean
clat_address_setting_parse (const char *text, ClatAddressSetting *setting, GError **error)
{
  ClatAddressSetting parsed = {.choice = CLAT_ADDRESS_ROUTED};

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (*text != '\0' && g_str_equal (text, words[i]))
      {
        *setting = (ClatAddressSetting){.choice = i};
        return TRUE;
      }

  if (!parse_prefix (text, &parsed.prefix))
    g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                 "'%s' is neither auto, own or shared nor an IPv6 prefix like "
                 "2001:db8:1::/64",
                 text);
  else if (has_host_bits (&parsed.prefix))
    g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                 "'%s' has bits set beyond its length", text);
  else
    {
      *setting = parsed;
      return TRUE;
    }
  return FALSE;
}

gboolean
clat_address_setting_equal (const ClatAddressSetting *a, const ClatAddressSetting *b)
{
  return a->choice == b->choice && a->prefix.length == b->prefix.length
         && IN6_ARE_ADDR_EQUAL (&a->prefix.address, &b->prefix.address);
}

ClatSourceAddress
clat_address_setting_make_routed (const ClatIpv6 *prefix,
                                  const guint8 identifier[CLAT_IDENTIFIER_LENGTH])
{
  ClatIpv6 made = *prefix;
  guint8 counter = 0;

  while (prefix->length <= CLAT_STABLE_ADDRESS_MAX_LENGTH && counter < MAX_COUNTER
         && !clat_stable_address_make (identifier, prefix, counter, &made))
    counter++;
  return (ClatSourceAddress){.address = made.address, .prefix_length = prefix->length};
}

gboolean
clat_address_need_is_to_share (const ClatAddressNeed *self)
{
  if (self->choice != CLAT_ADDRESS_AUTO || !self->is_wanted || !self->has_host_address)
    return FALSE;
  if (self->is_filtered)
    return TRUE;
  if ((self->addressing != CLAT_ADDRESSING_NONE
       && self->addressing != CLAT_ADDRESSING_DUPLICATE))
    return FALSE;
  return self->is_overdue || (self->lacks_slaac && !self->has_static_prefix);
}
