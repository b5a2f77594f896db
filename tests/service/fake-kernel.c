/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that only remembers. */
#include "fake-kernel.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-plan.h"

struct _FakeKernel
{
  GObject parent_instance;

  gboolean exists;
  ClatHostLink link;
  ClatAddressing addressing;
  ClatError failure;
  guint n_failures;
  guint n_applied;
  guint n_solicited;
  guint n_discovered;
  gboolean is_ipv4_used;
  guint n_stale_marks;
  in_addr_t used;
  gboolean has_socket;
  guint n_guest_flows;
  guint n_held;
  struct in6_addr addresses[2]; /* the first one is chosen */
  guint n_addresses;
  ClatActual left_behind;
  ClatPlatEvidence evidence;
  ClatPref64Record record;
  guint n_stored;
  guint32 program;
  guint reports;
  guint n_pings;
  guint n_sweeps;
  guint n_probes;
  gboolean suffices; /* for a translator */
  char *swept_around;
  GHashTable *translators; /* name to ClatWanted */
};

static void fake_kernel_init_kernel (ClatKernelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeKernel, fake_kernel, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CLAT_TYPE_KERNEL,
                                                      fake_kernel_init_kernel))

static void
signal_change (FakeKernel *self)
{
  g_signal_emit_by_name (self, "changed");
}

static void
translate (FakeKernel *self, const ClatWanted *wanted, ClatActual *actual)
{
  actual->has_veth = actual->has_datapath = TRUE;
  actual->program = self->program;
  while (clat_plan_missing_ipv4 (wanted, actual, &actual->ipv4s[actual->n_ipv4s]))
    actual->n_ipv4s++;
  while (clat_plan_missing_route (wanted, actual, &actual->routes[actual->n_routes]))
    actual->n_routes++;
}

static gboolean
apply (ClatKernel *kernel, const char *name, const ClatWanted *wanted, ClatActual *actual,
       GError **error)
{
  FakeKernel *self = FAKE_KERNEL (kernel);

  self->n_applied++;
  *actual = (ClatActual){0};
  g_hash_table_remove (self->translators, name);
  if (!wanted->translator)
    return TRUE;

  g_assert_cmpstr (name, ==, wanted->name);
  if (self->n_failures > 0)
    {
      self->n_failures--;
      g_set_error_literal (error, CLAT_ERROR, self->failure, "make the uplink: refused");
      return FALSE;
    }

  g_hash_table_insert (self->translators, g_strdup (name),
                       g_memdup2 (wanted, sizeof *wanted));
  actual->has_namespace = TRUE;
  actual->uplink = CLAT_UPLINK_IPVLAN;
  actual->parent = wanted->parent;
  actual->mtu6 = wanted->parent_mtu;
  actual->own_table = 46400009;
  if (wanted->prefix.length == 0)
    return TRUE;

  actual->addressing = self->addressing;
  actual->ipv6 = self->addresses[0];
  actual->n_addresses = self->n_addresses;
  for (guint i = 0; i < self->n_addresses; i++)
    actual->addresses[i].address = self->addresses[i];
  if (self->addressing == CLAT_ADDRESSING_READY
      && !IN6_IS_ADDR_UNSPECIFIED (&wanted->pairs[0].ipv6))
    translate (self, wanted, actual);
  return TRUE;
}

static void
inspect (ClatKernel *kernel, const char *name, ClatActual *actual)
{
  *actual = FAKE_KERNEL (kernel)->left_behind;
}

static gboolean
get_link (ClatKernel *kernel, int ifindex, guint32 table, ClatHostLink *link)
{
  FakeKernel *self = FAKE_KERNEL (kernel);

  if (!self->exists || ifindex != FAKE_IFINDEX)
    return FALSE;
  *link = self->link;
  return TRUE;
}

static gboolean
has_ipv4 (ClatKernel *kernel, struct in_addr address)
{
  return FAKE_KERNEL (kernel)->used == address.s_addr;
}

static gboolean
has_guest_flow (ClatKernel *kernel, struct in_addr address)
{
  return FALSE;
}

static guint
hold_guest_flows (ClatKernel *kernel, const char *name, const struct in_addr *addresses,
                  guint n_addresses)
{
  FakeKernel *self = FAKE_KERNEL (kernel);

  self->n_held = n_addresses > 0 ? self->n_guest_flows : 0;
  return self->n_held;
}

static gboolean
has_socket (ClatKernel *kernel, struct in_addr address)
{
  return FAKE_KERNEL (kernel)->has_socket;
}

static gboolean
solicit (ClatKernel *kernel, int ifindex, GError **error)
{
  FAKE_KERNEL (kernel)->n_solicited++;
  return TRUE;
}

static gboolean
is_ipv4_used (ClatKernel *kernel, int ifindex)
{
  return FAKE_KERNEL (kernel)->is_ipv4_used;
}

static gboolean
discover (ClatKernel *kernel, int ifindex, GError **error)
{
  FAKE_KERNEL (kernel)->n_discovered++;
  return TRUE;
}

static void
mark_stale (ClatKernel *kernel, const char *name, int ifindex, guint seconds)
{
  FAKE_KERNEL (kernel)->n_stale_marks++;
}

static gboolean
read_counters (ClatKernel *kernel, const char *name,
               struct clat_counters counters[CLAT_N_DIRECTIONS], GError **error)
{
  for (guint i = 0; i < CLAT_N_DIRECTIONS; i++)
    counters[i] = (struct clat_counters){.packets = 10 + i, .bytes = 1000 + i};
  return TRUE;
}

static gboolean
read_plat (ClatKernel *kernel, const char *name, ClatPlatEvidence *evidence)
{
  *evidence = FAKE_KERNEL (kernel)->evidence;
  return TRUE;
}

static void
set_plat (ClatKernel *kernel, const char *name, const ClatPlatVerdict *verdict,
          guint reports)
{
  FAKE_KERNEL (kernel)->evidence.verdict = *verdict;
  FAKE_KERNEL (kernel)->reports = reports;
}

static void
forget_plat (ClatKernel *kernel, const char *name)
{
  FAKE_KERNEL (kernel)->evidence = (ClatPlatEvidence){0};
}

static gboolean
read_pref64s (ClatKernel *kernel, const char *name, ClatPref64Record *record)
{
  *record = FAKE_KERNEL (kernel)->record;
  return TRUE;
}

static void
store_pref64s (ClatKernel *kernel, const char *name, const ClatPref64Record *record)
{
  FAKE_KERNEL (kernel)->record = *record;
  FAKE_KERNEL (kernel)->n_stored++;
}

static gboolean
ping (ClatKernel *kernel, const char *name, struct in_addr source, struct in_addr target,
      GError **error)
{
  FAKE_KERNEL (kernel)->n_pings++;
  return TRUE;
}

static gboolean
ping_router (ClatKernel *kernel, const char *name, const struct in6_addr *source,
             const struct in6_addr *router, GError **error)
{
  FAKE_KERNEL (kernel)->n_pings++;
  return TRUE;
}

static gboolean
ping_router_from_host (ClatKernel *kernel, const char *name, int ifindex,
                       const struct in6_addr *source, const struct in6_addr *router,
                       GError **error)
{
  return TRUE;
}

static gboolean
has_neighbour (ClatKernel *kernel, int ifindex, const struct in6_addr *address)
{
  return TRUE;
}

static void
sweep (ClatKernel *kernel, const char *const *names)
{
  FakeKernel *self = FAKE_KERNEL (kernel);

  self->n_sweeps++;
  g_free (self->swept_around);
  self->swept_around = g_strjoinv (" ", (char **)names);
}

static gboolean
probe (ClatKernel *kernel, ClatFeatures *features, GError **error)
{
  FakeKernel *self = FAKE_KERNEL (kernel);

  self->n_probes++;
  for (guint i = 0; i < CLAT_N_FEATURES; i++)
    features->has[i] = self->suffices;
  return TRUE;
}

static void
fake_kernel_finalize (GObject *object)
{
  g_hash_table_unref (FAKE_KERNEL (object)->translators);
  g_free (FAKE_KERNEL (object)->swept_around);
  G_OBJECT_CLASS (fake_kernel_parent_class)->finalize (object);
}

static void
fake_kernel_init_kernel (ClatKernelInterface *interface)
{
  interface->apply = apply;
  interface->inspect = inspect;
  interface->get_link = get_link;
  interface->has_ipv4 = has_ipv4;
  interface->has_socket = has_socket;
  interface->has_guest_flow = has_guest_flow;
  interface->hold_guest_flows = hold_guest_flows;
  interface->solicit = solicit;
  interface->is_ipv4_used = is_ipv4_used;
  interface->discover = discover;
  interface->mark_stale = mark_stale;
  interface->read_counters = read_counters;
  interface->read_plat = read_plat;
  interface->set_plat = set_plat;
  interface->forget_plat = forget_plat;
  interface->read_pref64s = read_pref64s;
  interface->store_pref64s = store_pref64s;
  interface->ping = ping;
  interface->ping_router = ping_router;
  interface->ping_router_from_host = ping_router_from_host;
  interface->has_neighbour = has_neighbour;
  interface->sweep = sweep;
  interface->probe = probe;
}

static void
fake_kernel_class_init (FakeKernelClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fake_kernel_finalize;
}

static void
fake_kernel_init (FakeKernel *self)
{
  self->exists = TRUE;
  self->suffices = TRUE;
  self->link =
      (ClatHostLink){.name = "wlan0", .mtu = 1500, .kind = CLAT_LINK_KIND_ETHERNET};
  self->addressing = CLAT_ADDRESSING_READY;
  self->program = 1;
  inet_pton (AF_INET6, "2001:db8::5", &self->addresses[0]);
  self->n_addresses = 1;
  self->translators = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

FakeKernel *
fake_kernel_new (void)
{
  return g_object_new (FAKE_TYPE_KERNEL, NULL);
}

void
fake_kernel_set_link (FakeKernel *self, gboolean exists, const ClatHostLink *link)
{
  self->exists = exists;
  if (exists)
    self->link = *link;
  signal_change (self);
}

ClatHostLink
fake_kernel_get_link (FakeKernel *self)
{
  return self->link;
}

void
fake_kernel_set_addressing (FakeKernel *self, ClatAddressing addressing)
{
  self->addressing = addressing;
  signal_change (self);
}

void
fake_kernel_fail (FakeKernel *self, ClatError code, guint n_times)
{
  self->failure = code;
  self->n_failures = n_times;
}

void
fake_kernel_advertise (FakeKernel *self, int ifindex, const char *prefix,
                       guint32 lifetime)
{
  ClatAdvertisement advertisement = {
      .ifindex = ifindex,
      .ra = {.lifetime = 1800,
             .preference = CLAT_RA_PREFERENCE_MEDIUM,
             .pref64s = {{.lifetime = lifetime}},
             .n_pref64s = 1,
             .networks = {{.network.length = 64, .lifetime = 1800}},
             .n_networks = 1},
  };

  inet_pton (AF_INET6, "2001:db8::", &advertisement.ra.networks[0].network.address);
  g_assert_true (clat_prefix_parse (prefix, &advertisement.ra.pref64s[0].prefix, NULL));
  inet_pton (AF_INET6, "fe80::1", &advertisement.router);
  g_signal_emit_by_name (self, "advertised", &advertisement);
}

void
fake_kernel_advertise_nothing (FakeKernel *self, const char *router)
{
  ClatAdvertisement advertisement = {.ifindex = FAKE_IFINDEX, .ra.lifetime = 1800};

  inet_pton (AF_INET6, router, &advertisement.router);
  g_signal_emit_by_name (self, "advertised", &advertisement);
}

guint
fake_kernel_count (FakeKernel *self)
{
  return g_hash_table_size (self->translators);
}

const ClatWanted *
fake_kernel_get_wanted (FakeKernel *self, const char *name)
{
  return g_hash_table_lookup (self->translators, name);
}

guint
fake_kernel_count_applied (FakeKernel *self)
{
  return self->n_applied;
}

guint
fake_kernel_count_solicited (FakeKernel *self)
{
  return self->n_solicited;
}

guint
fake_kernel_count_stale_marks (FakeKernel *self)
{
  return self->n_stale_marks;
}

void
fake_kernel_leave_behind (FakeKernel *self, const ClatActual *actual)
{
  self->left_behind = *actual;
}

void
fake_kernel_use_ipv4 (FakeKernel *self, const char *address)
{
  self->used = inet_addr (address);
}

void
fake_kernel_renumber (FakeKernel *self, const char *address, gboolean keeps_old)
{
  self->addresses[1] = self->addresses[0];
  g_assert_cmpint (inet_pton (AF_INET6, address, &self->addresses[0]), ==, 1);
  self->n_addresses = keeps_old ? 2 : 1;
  signal_change (self);
}

void
fake_kernel_set_has_socket (FakeKernel *self, gboolean has_socket)
{
  self->has_socket = has_socket;
}

void
fake_kernel_set_guest_flows (FakeKernel *self, guint count)
{
  self->n_guest_flows = count;
}

guint
fake_kernel_count_held_flows (FakeKernel *self)
{
  return self->n_held;
}

void
fake_kernel_set_evidence (FakeKernel *self, const ClatPlatEvidence *evidence)
{
  ClatPlatVerdict verdict = self->evidence.verdict;

  self->evidence = *evidence;
  self->evidence.verdict = verdict;
  signal_change (self);
}

guint
fake_kernel_get_reports (FakeKernel *self)
{
  return self->reports;
}

guint
fake_kernel_count_pings (FakeKernel *self)
{
  return self->n_pings;
}

guint
fake_kernel_count_sweeps (FakeKernel *self)
{
  return self->n_sweeps;
}

const char *
fake_kernel_get_swept_around (FakeKernel *self)
{
  return self->swept_around;
}

guint
fake_kernel_count_stored (FakeKernel *self)
{
  return self->n_stored;
}

void
fake_kernel_replace_programs (FakeKernel *self)
{
  self->program++;
  self->record = (ClatPref64Record){0};
  signal_change (self);
}

guint
fake_kernel_count_discovered (FakeKernel *self)
{
  return self->n_discovered;
}

void
fake_kernel_offer (FakeKernel *self, gboolean is_v6only, guint32 v6only_wait)
{
  ClatDhcp4Answer answer = {
      .ifindex = FAKE_IFINDEX,
      .offer = {.is_v6only = is_v6only, .v6only_wait = v6only_wait},
  };

  g_signal_emit_by_name (self, "offered", &answer);
}

void
fake_kernel_set_ipv4_used (FakeKernel *self, gboolean is_used)
{
  self->is_ipv4_used = is_used;
  g_signal_emit_by_name (self, "changed");
}

void
fake_kernel_set_suffices (FakeKernel *self, gboolean suffices)
{
  self->suffices = suffices;
}

guint
fake_kernel_count_probes (FakeKernel *self)
{
  return self->n_probes;
}
