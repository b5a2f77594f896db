/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of the group [main] of clat-nm.conf, and their values. */
#include "clat-config-keys.h"

#include <arpa/inet.h>

#include "clat-error.h"
#include "clat-pool.h"

static gboolean
read_mode (ClatConfig *config, const char *value, GError **error)
{
  if (!clat_mode_parse (value, &config->mode, error))
    return FALSE;

  if (config->mode == CLAT_MODE_YES)
    {
      /* "yes" in a profile overrides a default of "no". As the default it would mean
       * "auto". */
      g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                           "the default mode is auto, no or force");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_ipv4_pool (ClatConfig *config, const char *value, GError **error)
{
  g_autoptr (ClatPool) pool = clat_pool_new (value, error);

  if (pool == NULL)
    return FALSE;

  g_free (config->ipv4_pool);
  config->ipv4_pool = g_strdup (value);
  return TRUE;
}

/* RFC 8781, 5.1 prefers router advertisements, but some networks announce wrong prefixes.
 */
static gboolean
read_discovery (ClatConfig *config, const char *value, GError **error)
{
  static const struct
  {
    const char *value;
    gboolean by_ra;
    gboolean by_dns;
    gboolean dns_first;
  } ways[] = {
      {"ra,dns", TRUE, TRUE, FALSE}, {"dns,ra", TRUE, TRUE, TRUE},
      {"ra", TRUE, FALSE, FALSE},    {"dns", FALSE, TRUE, TRUE},
      {"none", FALSE, FALSE, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (value, ways[i].value))
      {
        config->discovers_by_ra = ways[i].by_ra;
        config->discovers_by_dns = ways[i].by_dns;
        config->dns_first = ways[i].dns_first;
        return TRUE;
      }

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
               "'%s' is not a discovery method; expected ra,dns or dns,ra or ra or dns "
               "or none",
               value);
  return FALSE;
}

static gboolean
read_translator (ClatConfig *config, const char *value, GError **error)
{
  config->settings.userspace = g_str_equal (value, "userspace");
  if (config->settings.userspace || g_str_equal (value, "auto"))
    return TRUE;

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
               "'%s' is not a translator; expected auto or userspace", value);
  return FALSE;
}

static gboolean
read_lowest_ipv6_mtu (ClatConfig *config, const char *value, GError **error)
{
  guint64 mtu;

  /* RFC 8200, 5: every IPv6 path carries 1280. */
  if (!g_ascii_string_to_unsigned (value, 10, 1280, 65535, &mtu, NULL))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' is not an IPv6 MTU from 1280 to 65535", value);
      return FALSE;
    }

  config->settings.lowest_ipv6_mtu = mtu;
  return TRUE;
}

static gboolean
read_boolean (gboolean *setting, const char *value, GError **error)
{
  *setting = g_str_equal (value, "yes");
  if (*setting || g_str_equal (value, "no"))
    return TRUE;

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "'%s' is neither yes nor no",
               value);
  return FALSE;
}

static gboolean
read_private_destinations (ClatConfig *config, const char *value, GError **error)
{
  if (clat_private_destinations_parse (value, &config->settings.private_destinations))
    return TRUE;

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "'%s' is not auto, yes or no",
               value);
  return FALSE;
}

static gboolean
read_reassembly (ClatConfig *config, const char *value, GError **error)
{
  return read_boolean (&config->settings.reassembles, value, error);
}

static gboolean
read_ipv6_mostly (ClatConfig *config, const char *value, GError **error)
{
  return read_boolean (&config->ipv6_mostly, value, error);
}

static gboolean
read_drain (ClatConfig *config, const char *value, GError **error)
{
  guint64 seconds;

  if (!g_ascii_string_to_unsigned (value, 10, 0, CLAT_MAX_DRAIN_SECONDS, &seconds, NULL))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' is not a number of seconds from 0 to %d", value,
                   CLAT_MAX_DRAIN_SECONDS);
      return FALSE;
    }

  config->drain = seconds;
  return TRUE;
}

/* Whether a NAT64 could lead to a host of that address. 192.0.0.170 and 192.0.0.171 are
 * in DNS only (RFC 7050, 2.2); 192.0.0.0/24 is not on the internet (RFC 6890). */
static gboolean
may_be_reached (struct in_addr address)
{
  guint32 number = ntohl (address.s_addr);

  return number >> 24 != 0 && number >> 24 != 127 && number >> 24 < 224
         && number >> 16 != 0xa9fe && number >> 8 != 0xc00000;
}

static gboolean
read_plat_probe (ClatConfig *config, const char *value, GError **error)
{
  struct in_addr address = {0};

  if (!g_str_equal (value, "none")
      && (inet_pton (AF_INET, value, &address) != 1 || !may_be_reached (address)))
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID,
                   "'%s' is neither none nor the IPv4 address of a host on the internet",
                   value);
      return FALSE;
    }

  config->plat_target = address;
  return TRUE;
}

static gboolean
read_address (ClatConfig *config, const char *value, GError **error)
{
  return clat_address_setting_parse (value, &config->address, error);
}

static const struct
{
  const char *key;
  gboolean (*read) (ClatConfig *config, const char *value, GError **error);
} readers[] = {
    {"mode", read_mode},
    {"ipv4-pool", read_ipv4_pool},
    {"discovery", read_discovery},
    {"translator", read_translator},
    {"lowest-ipv6-mtu", read_lowest_ipv6_mtu},
    {"reassembly", read_reassembly},
    {"private-destinations", read_private_destinations},
    {"drain", read_drain},
    {"plat-probe", read_plat_probe},
    {"address", read_address},
    {"ipv6-mostly", read_ipv6_mostly},
};

gboolean
clat_config_keys_read (ClatConfig *config, const char *key, const char *value,
                       GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    if (g_str_equal (readers[i].key, key))
      return readers[i].read (config, value, error);

  g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "unknown key '%s'", key);
  return FALSE;
}
