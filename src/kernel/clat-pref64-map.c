/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The map in which the service stores the NAT64 prefixes for its next instance. */
#include "clat-pref64-map.h"

#include <string.h>

#include "clat-bpf.h"
#include "clat-pref64-shared.h"

#define MAP "pref64_record"

G_STATIC_ASSERT (CLAT_DNS_SERVER_LENGTH == CLAT_PREF64_SERVER_LENGTH);

static ClatPref64
decode (const struct clat_pref64 *stored)
{
  ClatPref64 pref64 = {
      .source = MIN (stored->source, CLAT_PREF64_SOURCE_CONFIGURATION),
      .expiry = stored->expiry,
  };

  memcpy (&pref64.prefix.address, stored->prefix, sizeof stored->prefix);
  pref64.prefix.length = stored->prefix_length;
  memcpy (&pref64.router, stored->router, sizeof stored->router);
  return pref64;
}

static struct clat_pref64
encode (const ClatPref64 *pref64)
{
  struct clat_pref64 stored = {
      .prefix_length = pref64->prefix.length,
      .source = pref64->source,
      .expiry = pref64->expiry,
  };

  memcpy (stored.prefix, &pref64->prefix.address, sizeof stored.prefix);
  memcpy (stored.router, &pref64->router, sizeof stored.router);
  return stored;
}

gboolean
clat_pref64_map_read (guint32 program, ClatPref64Record *record)
{
  struct clat_pref64_record stored;

  if (!clat_bpf_read_map (program, MAP, &stored, sizeof stored))
    return FALSE;

  *record = (ClatPref64Record){.carriers = stored.carriers};
  for (guint i = 0; i < CLAT_MAX_PAIRS; i++)
    record->pref64s[i] = decode (&stored.pref64s[i]);
  stored.dns_server[sizeof stored.dns_server - 1] = '\0';
  g_strlcpy (record->dns_server, stored.dns_server, sizeof record->dns_server);
  return TRUE;
}

void
clat_pref64_map_write (guint32 program, const ClatPref64Record *record)
{
  struct clat_pref64_record stored = {.carriers = record->carriers};

  for (guint i = 0; i < CLAT_MAX_PAIRS; i++)
    stored.pref64s[i] = encode (&record->pref64s[i]);
  g_strlcpy (stored.dns_server, record->dns_server, sizeof stored.dns_server);
  clat_bpf_write_map (program, MAP, &stored, sizeof stored);
}
