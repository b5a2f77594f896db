/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects the facts about one connection, from wherever they are. */
#include <unistd.h>

#include "check-firewall.h"
#include "check-gather.h"
#include "check-kernel.h"
#include "check-probe.h"
#include "cli-connection.h"
#include "cli-text.h"

static char *
dup_text (const char *text)
{
  /* NULL: an older service does not have the property. */
  return g_strdup (text != NULL ? text : "");
}

static void
gather_service (ClatDBusConnection1 *connection, CheckFacts *facts)
{
  guint64 expiry = clat_dbus_connection1_get_pref64_expiry (connection);

  facts->interface = dup_text (clat_dbus_connection1_get_interface (connection));
  facts->mode = dup_text (clat_dbus_connection1_get_mode (connection));
  facts->state = dup_text (clat_dbus_connection1_get_state (connection));
  facts->reason = dup_text (clat_dbus_connection1_get_state_reason (connection));
  facts->state_text = cli_connection_dup_explanation (connection);
  facts->pref64 = dup_text (clat_dbus_connection1_get_pref64 (connection));
  facts->pref64_source = dup_text (clat_dbus_connection1_get_pref64_source (connection));
  facts->pref64_router = dup_text (clat_dbus_connection1_get_pref64_router (connection));
  facts->pref64_seconds =
      expiry == 0 ? -1
                  : MAX (0, ((gint64)expiry - cli_clock_now ().boot) / G_USEC_PER_SEC);
  facts->ipv4_address = dup_text (clat_dbus_connection1_get_ipv4_address (connection));
  facts->ipv6_address = dup_text (clat_dbus_connection1_get_ipv6_address (connection));
  facts->host_interface =
      dup_text (clat_dbus_connection1_get_host_interface (connection));
  facts->namespace = dup_text (clat_dbus_connection1_get_namespace (connection));
  facts->uplink = dup_text (clat_dbus_connection1_get_uplink (connection));
  facts->translator = dup_text (clat_dbus_connection1_get_translator (connection));
  facts->slow_path = dup_text (clat_dbus_connection1_get_slow_path (connection));
  facts->plat = dup_text (clat_dbus_connection1_get_plat (connection));
  facts->plat_text = cli_connection_dup_evidence (connection);
  facts->mtu = clat_dbus_connection1_get_mtu (connection);
}

static void
add_resolvers (NMIPConfig *config, CheckFacts *facts)
{
  const char *const *servers =
      config != NULL ? nm_ip_config_get_nameservers (config) : NULL;

  for (; servers != NULL && *servers != NULL; servers++)
    g_ptr_array_add (facts->resolvers, g_strdup (*servers));
}

static void
gather_profile (NMDevice *device, CheckFacts *facts)
{
  NMActiveConnection *active = nm_device_get_active_connection (device);
  NMRemoteConnection *profile =
      active != NULL ? nm_active_connection_get_connection (active) : NULL;
  NMSettingIPConfig *ipv6 =
      profile != NULL ? nm_connection_get_setting_ip6_config (NM_CONNECTION (profile))
                      : NULL;

  if (ipv6 != NULL)
    facts->ipv6_method = g_strdup (nm_setting_ip_config_get_method (ipv6));
}

static void
gather_networkmanager (NMClient *client, CheckFacts *facts)
{
  NMDevice *device;

  facts->resolvers = g_ptr_array_new_with_free_func (g_free);
  facts->has_networkmanager = client != NULL ? CHECK_YES : CHECK_NO;
  device =
      client != NULL ? nm_client_get_device_by_iface (client, facts->interface) : NULL;
  if (device == NULL)
    return;
  facts->is_activated =
      nm_device_get_state (device) == NM_DEVICE_STATE_ACTIVATED ? CHECK_YES : CHECK_NO;
  gather_profile (device, facts);
  add_resolvers (nm_device_get_ip6_config (device), facts);
  add_resolvers (nm_device_get_ip4_config (device), facts);
}

/* Listing needs root. */
static void
gather_firewall (CheckFacts *facts)
{
  const char *const interfaces[] = {
      facts->interface,
      *facts->host_interface != '\0' ? facts->host_interface : NULL,
      NULL,
  };
  char *argv[] = {(char *)"nft", (char *)"--json", (char *)"list", (char *)"ruleset",
                  NULL};
  g_autofree char *output = NULL;
  int status;

  if (facts->is_root
      && g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, &output, NULL, &status, NULL)
      && g_spawn_check_wait_status (status, NULL))
    facts->firewall = check_firewall_parse (output, interfaces);
}

void
check_gather (ClatDBusConnection1 *connection, NMClient *client,
              const CheckTarget *target, CheckFacts *facts)
{
  facts->is_root = geteuid () == 0;
  facts->target = g_strdup (target->address);
  facts->target_port = target->port;
  gather_service (connection, facts);
  gather_networkmanager (client, facts);
  check_kernel_gather (facts);
  gather_firewall (facts);
  check_probe_resolvers (facts);
  check_probe_target (facts);
}
