/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of the service. */
#include "clat-config.h"

/* A NAT64 prefix, and the interfaces or the profile it is for. */
typedef struct
{
  ClatConfigScope scope;
  char *name;
  ClatPrefix prefix;
} PrefixOf;

static void
clear_prefix_of (gpointer set)
{
  g_free (((PrefixOf *)set)->name);
}

ClatConfig *
clat_config_new (void)
{
  ClatConfig *self = g_new0 (ClatConfig, 1);

  self->mode = CLAT_MODE_AUTO;
  self->ipv4_pool = g_strdup ("192.0.0.0/29");
  self->discovers_by_ra = TRUE;
  self->discovers_by_dns = TRUE;
  self->drain = 30;
  self->prefixes = g_array_new (FALSE, FALSE, sizeof (PrefixOf));
  g_array_set_clear_func (self->prefixes, clear_prefix_of);
  self->settings = (ClatSettings){.lowest_ipv6_mtu = 1280, .reassembles = TRUE};
  return self;
}

void
clat_config_free (ClatConfig *self)
{
  g_free (self->ipv4_pool);
  g_array_unref (self->prefixes);
  g_free (self);
}

const ClatPrefix *
clat_config_find_prefix (const ClatConfig *self, const char *interface, const char *uuid,
                         const char *id)
{
  const ClatPrefix *found = NULL;

  for (guint i = 0; i < self->prefixes->len; i++)
    {
      const PrefixOf *set = &g_array_index (self->prefixes, PrefixOf, i);

      if (set->scope == CLAT_CONFIG_PROFILE
          && (g_str_equal (set->name, uuid) || g_str_equal (set->name, id)))
        return &set->prefix;
      if (found == NULL && set->scope == CLAT_CONFIG_INTERFACE
          && g_pattern_match_simple (set->name, interface))
        found = &set->prefix;
    }
  return found;
}

void
clat_config_add_prefix (ClatConfig *self, ClatConfigScope scope, const char *name,
                        const ClatPrefix *prefix)
{
  PrefixOf set = {scope, g_strdup (name), *prefix};

  g_array_append_val (self->prefixes, set);
}
