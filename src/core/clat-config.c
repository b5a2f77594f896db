/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of the service. */
#include "clat-config.h"

/* Settings of the interfaces or the profile of that name. */
typedef struct
{
  ClatConfigScope scope;
  char *name;
  gboolean has_address; /* else it is a prefix */
  ClatPrefix prefix;
  ClatAddressSetting address;
} Exception;

static void
clear_exception (gpointer exception)
{
  g_free (((Exception *)exception)->name);
}

ClatConfig *
clat_config_new (void)
{
  ClatConfig *self = g_new0 (ClatConfig, 1);

  self->mode = CLAT_MODE_AUTO;
  self->ipv4_pool = g_strdup ("192.0.0.0/29");
  self->discovers_by_ra = TRUE;
  self->discovers_by_dns = TRUE;
  self->ipv6_mostly = TRUE;
  self->drain = 30;
  self->address.choice = CLAT_ADDRESS_AUTO;
  self->exceptions = g_array_new (FALSE, FALSE, sizeof (Exception));
  g_array_set_clear_func (self->exceptions, clear_exception);
  self->settings = (ClatSettings){.lowest_ipv6_mtu = 1280, .reassembles = TRUE};
  return self;
}

void
clat_config_free (ClatConfig *self)
{
  g_free (self->ipv4_pool);
  g_array_unref (self->exceptions);
  g_free (self);
}

static const Exception *
find (const ClatConfig *self, gboolean of_address, const char *interface,
      const char *uuid, const char *id)
{
  const Exception *found = NULL;

  for (guint i = 0; i < self->exceptions->len; i++)
    {
      const Exception *set = &g_array_index (self->exceptions, Exception, i);

      if (set->has_address != of_address)
        continue;
      if (set->scope == CLAT_CONFIG_PROFILE
          && (g_str_equal (set->name, uuid) || g_str_equal (set->name, id)))
        return set;
      if (found == NULL && set->scope == CLAT_CONFIG_INTERFACE
          && g_pattern_match_simple (set->name, interface))
        found = set;
    }
  return found;
}

const ClatPrefix *
clat_config_find_prefix (const ClatConfig *self, const char *interface, const char *uuid,
                         const char *id)
{
  const Exception *found = find (self, FALSE, interface, uuid, id);

  return found == NULL ? NULL : &found->prefix;
}

const ClatAddressSetting *
clat_config_find_address (const ClatConfig *self, const char *interface, const char *uuid,
                          const char *id)
{
  const Exception *found = find (self, TRUE, interface, uuid, id);

  return found == NULL ? &self->address : &found->address;
}

void
clat_config_add_prefix (ClatConfig *self, ClatConfigScope scope, const char *name,
                        const ClatPrefix *prefix)
{
  Exception set = {.scope = scope, .name = g_strdup (name), .prefix = *prefix};

  g_array_append_val (self->exceptions, set);
}

void
clat_config_add_address (ClatConfig *self, ClatConfigScope scope, const char *name,
                         const ClatAddressSetting *address)
{
  Exception set = {
      .scope = scope,
      .name = g_strdup (name),
      .has_address = TRUE,
      .address = *address,
  };

  g_array_append_val (self->exceptions, set);
}
