/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running kernel: the host's namespace, and the translators by name. */
#include "clat-linux.h"

#include "clat-bpf.h"
#include "clat-conntrack.h"
#include "clat-echo.h"
#include "clat-guest-flows.h"
#include "clat-host-interface.h"
#include "clat-host-ipv4.h"
#include "clat-neighbour.h"
#include "clat-netns.h"
#include "clat-orphan.h"
#include "clat-probe.h"
#include "clat-ra-cache.h"
#include "clat-redirect.h"
#include "clat-refusal.h"
#include "clat-sock-diag.h"
#include "clat-translator.h"

/* Every user may request a probe, and each takes time: results are reused. */
#define PROBE_VALID_US (10 * G_USEC_PER_SEC)

/* The kernel sends no notification when a tcx program is detached from a link. */
#define CHECK_SECONDS 10

struct _ClatLinux
{
  GObject parent_instance;

  ClatRtnl *rtnl;
  ClatHostWatch *host;
  ClatNdp *ndp;
  ClatDhcp4Client *dhcp4;
  ClatRaCache *ra_cache;
  const ClatFdStore *store;
  GObject *names;          /* watches the names of namespaces */
  GHashTable *translators; /* name to ClatTranslator */
  ClatFeatures features;
  gint64 probed_at; /* monotonic time, 0: not yet */
  guint checking;   /* source */
};

static void clat_linux_init_kernel (ClatKernelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ClatLinux, clat_linux, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CLAT_TYPE_KERNEL,
                                                      clat_linux_init_kernel))

static gboolean
on_changed (gpointer data)
{
  g_signal_emit_by_name (data, "changed");
  return G_SOURCE_REMOVE;
}

static gboolean
on_time_to_check (gpointer data)
{
  ClatLinux *self = data;

  self->checking = 0;
  return on_changed (self);
}

static void
check_later (ClatLinux *self)
{
  if (self->checking == 0)
    self->checking = g_timeout_add_seconds (CHECK_SECONDS, on_time_to_check, self);
}

static void
pass_on (ClatLinux *self, const ClatAdvertisement *advertisement)
{
  GHashTableIter iter;
  gpointer translator;

  g_hash_table_iter_init (&iter, self->translators);
  while (g_hash_table_iter_next (&iter, NULL, &translator))
    clat_translator_receive (translator, advertisement->ifindex);
}

static void
on_advertised (const ClatAdvertisement *advertisement, gpointer data)
{
  ClatRaCache *ra_cache = CLAT_LINUX (data)->ra_cache;
  ClatSlaac before = clat_ra_cache_get_slaac (ra_cache, advertisement->ifindex);

  clat_ra_cache_add (ra_cache, advertisement);
  pass_on (data, advertisement);
  g_signal_emit_by_name (data, "advertised", advertisement);
  if (clat_ra_cache_get_slaac (ra_cache, advertisement->ifindex) != before)
    on_changed (data);
}

static void
on_offered (const ClatDhcp4Answer *answer, gpointer data)
{
  g_signal_emit_by_name (data, "offered", answer);
}

static ClatTranslator *
get_translator (ClatLinux *self, const char *name)
{
  ClatTranslator *translator = g_hash_table_lookup (self->translators, name);

  if (translator == NULL)
    {
      translator = clat_translator_new (name, self->rtnl, self->ra_cache, self->store,
                                        on_changed, self);
      g_hash_table_insert (self->translators, g_strdup (name), translator);
    }
  return translator;
}

static gboolean
clat_linux_apply (ClatKernel *kernel, const char *name, const ClatWanted *wanted,
                  ClatActual *actual, GError **error)
{
  ClatLinux *self = CLAT_LINUX (kernel);
  gboolean applied =
      clat_translator_apply (get_translator (self, name), wanted, actual, error);

  if (applied && clat_uplink_redirects (actual->uplink))
    check_later (self);
  if (applied && !wanted->translator)
    g_hash_table_remove (self->translators, name);
  return applied;
}

static void
clat_linux_inspect (ClatKernel *kernel, const char *name, ClatActual *actual)
{
  clat_translator_inspect (get_translator (CLAT_LINUX (kernel), name), actual);
}

static gboolean
clat_linux_get_link (ClatKernel *kernel, int ifindex, guint32 table, ClatHostLink *link)
{
  ClatLinux *self = CLAT_LINUX (kernel);

  if (!clat_host_watch_get_link (self->host, ifindex, table, link))
    return FALSE;
  link->slaac = clat_ra_cache_get_slaac (self->ra_cache, ifindex);
  return TRUE;
}

static gboolean
clat_linux_has_ipv4 (ClatKernel *kernel, struct in_addr address)
{
  return clat_host_watch_has_ipv4 (CLAT_LINUX (kernel)->host, address);
}

static gboolean
clat_linux_has_socket (ClatKernel *kernel, struct in_addr address)
{
  return clat_sock_diag_has_socket (address);
}

static gboolean
clat_linux_has_guest_flow (ClatKernel *kernel, struct in_addr address)
{
  return clat_conntrack_has_flow (address);
}

static guint
clat_linux_hold_guest_flows (ClatKernel *kernel, const char *name,
                             const struct in_addr *addresses, guint n_addresses)
{
  g_autoptr (GError) error = NULL;
  guint count = clat_guest_flows_hold (CLAT_LINUX (kernel)->rtnl, if_nametoindex (name),
                                       addresses, n_addresses, &error);

  if (error != NULL)
    g_warning ("%s: cannot set the rules of guests' flows: %s", name, error->message);
  return count;
}

static gboolean
clat_linux_solicit (ClatKernel *kernel, int ifindex, GError **error)
{
  return clat_ndp_solicit (CLAT_LINUX (kernel)->ndp, ifindex, error);
}

static gboolean
clat_linux_is_ipv4_used (ClatKernel *kernel, int ifindex)
{
  return clat_host_watch_find_ipv4 (CLAT_LINUX (kernel)->host, ifindex,
                                    clat_sock_diag_has_connection);
}

static gboolean
clat_linux_discover (ClatKernel *kernel, int ifindex, GError **error)
{
  return clat_dhcp4_client_discover (CLAT_LINUX (kernel)->dhcp4, ifindex, error);
}

static void
clat_linux_mark_stale (ClatKernel *kernel, const char *name, int ifindex, guint seconds)
{
  clat_translator_mark_stale (get_translator (CLAT_LINUX (kernel), name), ifindex,
                              seconds);
  clat_ra_cache_forget (CLAT_LINUX (kernel)->ra_cache, ifindex);
}

static gboolean
clat_linux_read_counters (ClatKernel *kernel, const char *name,
                          struct clat_counters counters[CLAT_N_DIRECTIONS],
                          GError **error)
{
  return clat_translator_read_counters (get_translator (CLAT_LINUX (kernel), name),
                                        counters, error);
}

static gboolean
clat_linux_read_plat (ClatKernel *kernel, const char *name, ClatPlatEvidence *evidence)
{
  return clat_translator_read_plat (get_translator (CLAT_LINUX (kernel), name), evidence);
}

static void
clat_linux_set_plat (ClatKernel *kernel, const char *name, const ClatPlatVerdict *verdict,
                     guint reports)
{
  clat_translator_set_plat (get_translator (CLAT_LINUX (kernel), name), verdict, reports);
}

static void
clat_linux_forget_plat (ClatKernel *kernel, const char *name)
{
  clat_translator_forget_plat (get_translator (CLAT_LINUX (kernel), name));
}

static gboolean
clat_linux_read_pref64s (ClatKernel *kernel, const char *name, ClatPref64Record *record)
{
  return clat_translator_read_pref64s (get_translator (CLAT_LINUX (kernel), name),
                                       record);
}

static void
clat_linux_store_pref64s (ClatKernel *kernel, const char *name,
                          const ClatPref64Record *record)
{
  clat_translator_store_pref64s (get_translator (CLAT_LINUX (kernel), name), record);
}

static gboolean
clat_linux_ping (ClatKernel *kernel, const char *name, struct in_addr source,
                 struct in_addr target, GError **error)
{
  return clat_echo_send (name, source, target, error);
}

static gboolean
clat_linux_ping_router (ClatKernel *kernel, const char *name,
                        const struct in6_addr *source, const struct in6_addr *router,
                        GError **error)
{
  return clat_translator_ping_router (get_translator (CLAT_LINUX (kernel), name), source,
                                      router, error);
}

static gboolean
clat_linux_ping_router_from_host (ClatKernel *kernel, const char *name, int ifindex,
                                  const struct in6_addr *source,
                                  const struct in6_addr *router, GError **error)
{
  return clat_translator_ping_router_from_host (
      get_translator (CLAT_LINUX (kernel), name), ifindex, source, router, error);
}

static gboolean
clat_linux_has_neighbour (ClatKernel *kernel, int ifindex, const struct in6_addr *address)
{
  return clat_neighbour_is_reachable (CLAT_LINUX (kernel)->rtnl, ifindex, address);
}

static void
remove_others (ClatKernel *kernel, const char *const *found, const char *const *names)
{
  static const ClatWanted nothing = {0};

  for (guint i = 0; found[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      ClatActual actual;

      if (!g_strv_contains (names, found[i])
          && !clat_linux_apply (kernel, found[i], &nothing, &actual, &error))
        g_warning ("%s: %s", found[i], error->message);
    }
}

static void
clat_linux_sweep (ClatKernel *kernel, const char *const *names)
{
  g_auto (GStrv) named = clat_netns_list (CLAT_NAME_PREFIX);
  g_auto (GStrv) orphans = NULL;
  g_autoptr (GError) orphans_error = NULL;
  g_autoptr (GError) rules_error = NULL;
  g_autoptr (GError) flows_error = NULL;

  remove_others (kernel, (const char *const *)named, names);
  orphans =
      clat_orphan_list (CLAT_NAME_PREFIX, CLAT_LINUX (kernel)->rtnl, &orphans_error);
  if (orphans != NULL)
    remove_others (kernel, (const char *const *)orphans, names);
  else
    g_warning ("cannot list stale namespaces: %s", orphans_error->message);

  CLAT_LINUX (kernel)->store->remove_unclaimed ();
  clat_guest_flows_hold (CLAT_LINUX (kernel)->rtnl, 0, NULL, 0, &flows_error);
  if (flows_error != NULL)
    g_warning ("cannot remove stale rules of guests' flows: %s", flows_error->message);
  if (!clat_host_ipv4_remove_stray_rules (CLAT_LINUX (kernel)->rtnl, &rules_error)
      || !clat_refusal_remove_stray (CLAT_LINUX (kernel)->rtnl, &rules_error))
    g_warning ("cannot remove stale routing rules: %s", rules_error->message);
  clat_redirect_sweep (CLAT_LINUX (kernel)->rtnl);
}

static gboolean
clat_linux_probe (ClatKernel *kernel, ClatFeatures *features, GError **error)
{
  ClatLinux *self = CLAT_LINUX (kernel);

  if (self->probed_at == 0 || g_get_monotonic_time () - self->probed_at > PROBE_VALID_US)
    {
      if (!clat_probe (&self->features, error))
        return FALSE;
      self->probed_at = g_get_monotonic_time ();
    }
  *features = self->features;
  return TRUE;
}

static void
clat_linux_finalize (GObject *object)
{
  ClatLinux *self = CLAT_LINUX (object);

  g_clear_handle_id (&self->checking, g_source_remove);
  g_clear_pointer (&self->translators, g_hash_table_unref);
  g_clear_pointer (&self->ndp, clat_ndp_free);
  g_clear_pointer (&self->dhcp4, clat_dhcp4_client_free);
  g_clear_pointer (&self->ra_cache, clat_ra_cache_free);
  g_clear_object (&self->names);
  g_clear_pointer (&self->host, clat_host_watch_free);
  g_clear_pointer (&self->rtnl, clat_rtnl_free);
  G_OBJECT_CLASS (clat_linux_parent_class)->finalize (object);
}

static void
clat_linux_init_kernel (ClatKernelInterface *interface)
{
  interface->apply = clat_linux_apply;
  interface->inspect = clat_linux_inspect;
  interface->get_link = clat_linux_get_link;
  interface->has_ipv4 = clat_linux_has_ipv4;
  interface->has_socket = clat_linux_has_socket;
  interface->has_guest_flow = clat_linux_has_guest_flow;
  interface->hold_guest_flows = clat_linux_hold_guest_flows;
  interface->solicit = clat_linux_solicit;
  interface->is_ipv4_used = clat_linux_is_ipv4_used;
  interface->discover = clat_linux_discover;
  interface->mark_stale = clat_linux_mark_stale;
  interface->read_counters = clat_linux_read_counters;
  interface->read_plat = clat_linux_read_plat;
  interface->set_plat = clat_linux_set_plat;
  interface->forget_plat = clat_linux_forget_plat;
  interface->read_pref64s = clat_linux_read_pref64s;
  interface->store_pref64s = clat_linux_store_pref64s;
  interface->ping = clat_linux_ping;
  interface->ping_router = clat_linux_ping_router;
  interface->ping_router_from_host = clat_linux_ping_router_from_host;
  interface->has_neighbour = clat_linux_has_neighbour;
  interface->sweep = clat_linux_sweep;
  interface->probe = clat_linux_probe;
}

static void
clat_linux_class_init (ClatLinuxClass *class)
{
  G_OBJECT_CLASS (class)->finalize = clat_linux_finalize;
}

static void
clat_linux_init (ClatLinux *self)
{
  self->ra_cache = clat_ra_cache_new ();
  self->translators = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify)clat_translator_free);
}

ClatKernel *
clat_linux_new (const ClatFdStore *store, GError **error)
{
  g_autoptr (ClatLinux) self = g_object_new (CLAT_TYPE_LINUX, NULL);

  clat_bpf_log_here ();
  self->store = store;
  self->rtnl = clat_rtnl_new (error);
  if (self->rtnl == NULL)
    return NULL;
  self->host = clat_host_watch_new (self->rtnl, on_changed, self, error);
  if (self->host == NULL)
    return NULL;
  self->ndp = clat_ndp_new (on_advertised, self, error);
  if (self->ndp == NULL)
    return NULL;
  self->dhcp4 = clat_dhcp4_client_new (on_offered, self);
  self->names = clat_netns_watch (G_CALLBACK (on_changed), self);
  return CLAT_KERNEL (g_steal_pointer (&self));
}
