/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NetworkManager's own CLAT. Older headers do not have its properties: they are looked up
 * by name, and exist where libnm is 1.58 or newer. */
#include "clat-nm-own-clat.h"

#include <arpa/inet.h>

/* NULL if the property does not exist, or is not set. */
static char *
dup_property (NMIPConfig *config, const char *name)
{
  GParamSpec *property =
      config == NULL ? NULL
                     : g_object_class_find_property (G_OBJECT_GET_CLASS (config), name);
  char *value = NULL;

  if (property != NULL && property->value_type == G_TYPE_STRING)
    g_object_get (config, name, &value, NULL);
  return value;
}

void
clat_nm_own_clat_read (NMDevice *device, struct in6_addr *ipv6, ClatPrefix *prefix)
{
  NMIPConfig *config = nm_device_get_ip6_config (device);
  g_autofree char *address = dup_property (config, "clat-address");
  g_autofree char *pref64 = dup_property (config, "clat-pref64");

  struct in6_addr parsed;

  /* Both are empty while there is no CLAT. */
  if (address != NULL && inet_pton (AF_INET6, address, &parsed) == 1)
    *ipv6 = parsed;
  if (pref64 != NULL)
    clat_prefix_parse (pref64, prefix, NULL);
}
