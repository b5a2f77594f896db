/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes the features of the kernel, in a temporary namespace. */
#include "clat-probe.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clat-bpf.h"
#include "clat-link-change.h"
#include "clat-link.h"
#include "clat-netns.h"
#include "clat-rtnl.h"
#include "clat-tc.h"
#include "clat-tun.h"

/* Missing in the headers of older kernels. */
#ifndef TUN_F_USO4
#  define TUN_F_USO4 0x20
#  define TUN_F_USO6 0x40
#endif
#define ATTACH_TCX_INGRESS 46

#define NAME     "probe0"
#define PEER     "probe1"
#define CHILD    "probe2"
#define TUN      "probe3"
#define VETH_MTU 1500

typedef struct
{
  ClatFeatures *features;
  ClatNetns *netns;
  ClatRtnl *rtnl;
  int parent; /* ifindex of a veth, 0: none */
} Probe;

/* Also logs why a feature is missing. */
static void
set_feature (Probe *self, ClatFeature feature, gboolean has, const GError *error)
{
  self->features->has[feature] = has;
  if (!has && error != NULL)
    g_debug ("probe: no %s: %s", clat_feature_to_string (feature), error->message);
}

static void
try_veth (Probe *self)
{
  g_autoptr (GError) error = NULL;
  ClatLink link = {0};

  set_feature (self, CLAT_FEATURE_VETH,
               clat_link_add_veth (self->rtnl, NAME, PEER,
                                   clat_netns_get_fd (self->netns), VETH_MTU, &error)
                   && clat_link_get (self->rtnl, NAME, &link, &error),
               error);
  self->parent = link.ifindex;
}

/* A parent has children of one kind only: the child is removed before the next kind. */
static gboolean
remove_child (Probe *self, GError **error)
{
  ClatLink link;

  return clat_link_get (self->rtnl, CHILD, &link, error)
         && clat_link_remove (self->rtnl, link.ifindex, error);
}

static void
try_ipvlan (Probe *self)
{
  g_autoptr (GError) error = NULL;

  set_feature (self, CLAT_FEATURE_IPVLAN,
               clat_link_add_ipvlan (self->rtnl, CHILD, self->parent,
                                     clat_netns_get_fd (self->netns), &error)
                   && remove_child (self, &error),
               error);
}

static void
try_macvlan (Probe *self)
{
  static const guint8 mac[CLAT_MAC_LENGTH] = {0x02, 0, 0, 0, 0, 1};
  g_autoptr (GError) error = NULL;

  set_feature (self, CLAT_FEATURE_MACVLAN,
               clat_link_add_macvlan (self->rtnl, CHILD, self->parent,
                                      clat_netns_get_fd (self->netns), mac, &error)
                   && remove_child (self, &error),
               error);
}

static void
try_netkit (Probe *self)
{
  g_autoptr (GError) error = NULL;
  ClatLink link;

  set_feature (self, CLAT_FEATURE_NETKIT,
               clat_link_add_kind (self->rtnl, "netkit", CHILD, &error)
                   && clat_link_get (self->rtnl, CHILD, &link, &error)
                   && clat_link_remove (self->rtnl, link.ifindex, &error),
               error);
}

static void
try_helper (Probe *self, ClatFeature feature, enum bpf_func_id helper)
{
  set_feature (self, feature,
               libbpf_probe_bpf_helper (BPF_PROG_TYPE_SCHED_CLS, helper, NULL) == 1,
               NULL);
}

/* Loads our programs, with or without the fast path. */
static gboolean
load (Probe *self, gboolean slow_path_only, ClatBpf *bpf, GError **error)
{
  struct clat_datapath configured = {
      .n_pairs = 1, /* without one there is nothing to verify */
      .pairs[0].prefix_length = 96,
      .uplink = self->parent,
      .inner = self->parent,
      .slow = self->parent,
      .slow_path_only = slow_path_only,
      .mtu6 = VETH_MTU,
      .mtu4 = VETH_MTU,
  };

  return clat_bpf_load (bpf, &configured, 0, error);
}

static void
try_tcx (Probe *self, int program)
{
  self->features->has[CLAT_FEATURE_TCX] =
      bpf_prog_attach (program, self->parent, ATTACH_TCX_INGRESS, 0) == 0;
}

static void
try_programs (Probe *self)
{
  g_auto (ClatBpf) whole = {0};
  g_auto (ClatBpf) small = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) small_error = NULL;
  int program;

  set_feature (self, CLAT_FEATURE_FAST_PATH, load (self, FALSE, &whole, &error), error);
  if (!load (self, TRUE, &small, &small_error))
    {
      set_feature (self, CLAT_FEATURE_CLSACT, FALSE, small_error);
      return;
    }

  program = small.programs[CLAT_PROGRAM_INNER];
  set_feature (
      self, CLAT_FEATURE_CLSACT,
      clat_tc_set (self->rtnl, self->parent, program, "clat_probe", &small_error),
      small_error);
  try_tcx (self, program);
}

/* In the namespace. */
static void
try_tun (Probe *self)
{
  const unsigned tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
  char name[IFNAMSIZ] = TUN;
  int fd = clat_tun_open (name, IFF_VNET_HDR, NULL);
  gboolean *has = self->features->has;

  has[CLAT_FEATURE_TUN] = fd >= 0;
  if (fd < 0)
    return;

  has[CLAT_FEATURE_TUN_TCP] = ioctl (fd, TUNSETOFFLOAD, tcp) == 0;
  has[CLAT_FEATURE_TUN_UDP] =
      ioctl (fd, TUNSETOFFLOAD, tcp | TUN_F_USO4 | TUN_F_USO6) == 0;
  close (fd);
}

static void
try_all (Probe *self)
{
  try_veth (self);
  try_ipvlan (self);
  try_macvlan (self);
  try_netkit (self);
  try_helper (self, CLAT_FEATURE_REDIRECT_NEIGH, BPF_FUNC_redirect_neigh);
  try_helper (self, CLAT_FEATURE_REDIRECT_PEER, BPF_FUNC_redirect_peer);
  try_programs (self);
  try_tun (self);
}

gboolean
clat_probe (ClatFeatures *features, GError **error)
{
  g_autoptr (ClatNetns) netns = clat_netns_make_nameless (error);
  g_autoptr (ClatRtnl) rtnl = NULL;
  int home = netns == NULL ? -1 : clat_netns_enter (netns, error);

  if (home < 0)
    return FALSE;

  *features = (ClatFeatures){0};
  rtnl = clat_rtnl_new (error);
  if (rtnl != NULL)
    try_all (&(Probe){features, netns, rtnl, 0});
  clat_netns_leave (home);
  return rtnl != NULL;
}
