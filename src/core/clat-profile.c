/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of an active connection matters to us. */
#include "clat-profile.h"

void
clat_profile_free (ClatProfile *self)
{
  g_free (self->active_path);
  g_free (self->uuid);
  g_free (self->id);
  g_free (self->interface);
  g_strfreev (self->nameservers);
  g_strfreev (self->network_nameservers);
  g_free (self);
}

gboolean
clat_profile_is_same (const ClatProfile *self, const ClatProfile *other)
{
  return self->ifindex == other->ifindex && g_str_equal (self->uuid, other->uuid);
}

ClatMode
clat_profile_get_mode (const ClatProfile *self, const ClatConfig *config)
{
  return self->has_mode ? self->mode : config->mode;
}

gboolean
clat_profile_follows_option_108 (const ClatProfile *self, const ClatConfig *config)
{
  return self->has_ipv6_mostly ? self->ipv6_mostly : config->ipv6_mostly;
}

gboolean
clat_profile_equal (const ClatProfile *a, const ClatProfile *b)
{
  return g_str_equal (a->active_path, b->active_path) && g_str_equal (a->uuid, b->uuid)
         && g_str_equal (a->id, b->id) && g_str_equal (a->interface, b->interface)
         && a->ifindex == b->ifindex && a->has_mode == b->has_mode && a->mode == b->mode
         && a->is_ipv4_clat_no == b->is_ipv4_clat_no
         && clat_prefix_equal (&a->prefix, &b->prefix)
         && IN6_ARE_ADDR_EQUAL (&a->delegated_ipv6, &b->delegated_ipv6)
         && clat_prefix_equal (&a->delegated_prefix, &b->delegated_prefix)
         && a->has_address == b->has_address
         && clat_address_setting_equal (&a->address, &b->address)
         && a->is_dhcp4_client == b->is_dhcp4_client && a->has_dhcp4 == b->has_dhcp4
         && a->option_108 == b->option_108 && a->asks_option_108 == b->asks_option_108
         && a->other_clat == b->other_clat && a->lacks_ipv6 == b->lacks_ipv6
         && a->dhcp4_expiry == b->dhcp4_expiry && a->has_ipv6_mostly == b->has_ipv6_mostly
         && a->ipv6_mostly == b->ipv6_mostly && a->is_wifi == b->is_wifi
         && a->is_connected == b->is_connected && a->is_settled == b->is_settled
         && a->is_online == b->is_online && a->table == b->table
         && a->never_default == b->never_default
         && g_strv_equal ((const char *const *)a->nameservers,
                          (const char *const *)b->nameservers)
         && g_strv_equal ((const char *const *)a->network_nameservers,
                          (const char *const *)b->network_nameservers)
         && a->has_metric == b->has_metric && a->metric == b->metric;
}
