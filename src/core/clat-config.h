/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clat-nm.conf as a struct. */
#pragma once

#include "clat-state.h"

G_BEGIN_DECLS

/* A day is as good as for ever. */
#define CLAT_MAX_DRAIN_SECONDS 86400

/* How packets are translated. */
typedef struct
{
  gboolean userspace;    /* all by clat-xlat, without the fast path */
  guint lowest_ipv6_mtu; /* RFC 7915, 4.1: packets without DF are cut to fit it */
  gboolean reassembles;  /* what cannot be translated in fragments */
} ClatSettings;

typedef struct
{
  ClatMode mode;   /* of connections that do not say */
  char *ipv4_pool; /* checked: clat_pool_new takes it */
  gboolean discovers_by_ra;
  gboolean discovers_by_dns;
  guint drain;        /* seconds that connections may go on once there is native IPv4 */
  gboolean dns_first; /* what DNS says beats advertisements */
  GArray *prefixes;   /* of some interfaces and profiles */
  ClatSettings settings;
} ClatConfig;

/* The defaults. */
ClatConfig *clat_config_new (void);
void clat_config_free (ClatConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatConfig, clat_config_free)

/* The NAT64 prefix that is set for the profile, else for the interface; NULL if none is.
 */
const ClatPrefix *clat_config_find_prefix (const ClatConfig *self, const char *interface,
                                           const char *uuid, const char *id);

/* A file that does not exist gives the defaults. Errors name file, line and what is
 * wrong; an unknown group or key is an error, because it is a misspelt one. */
ClatConfig *clat_config_load (const char *path, GError **error);

/* The same for the text of a file; name is what errors call it. */
ClatConfig *clat_config_parse (const char *name, const char *text, gsize length,
                               GError **error);

G_END_DECLS
