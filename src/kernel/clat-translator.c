/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One translator in the kernel: reads what is there, and carries out the steps of the
 * plan. */
#include "clat-translator.h"

#include <arpa/inet.h>
#include <string.h>

#include "clat-bpf.h"
#include "clat-filter.h"
#include "clat-link.h"
#include "clat-ndp.h"
#include "clat-netns.h"
#include "clat-route.h"
#include "clat-slow.h"
#include "clat-sysctl.h"

/* Interfaces in the namespace. */
#define UPLINK "uplink"
#define INNER  "inner"

/* By this alias of its loopback a namespace is known as ours, whatever its name. */
#define MARK "clat-nm"

/* An address that every NAT64 prefix has a place for, and that nobody sends to: the route
 * to it tells the way to the NAT64. RFC 7050, 2.2. */
#define WELL_KNOWN_IPV4 0xc00000aa /* 192.0.0.170 */

/* More steps than any plan has: then a step did not do what it should. */
#define MAX_STEPS 32

struct _ClatTranslator
{
  char name[IFNAMSIZ];
  ClatRtnl *host;   /* lent */
  ClatHeard *heard; /* lent */
  GSourceFunc function;
  gpointer data;

  /* Of the namespace; NULL while there is none. */
  ClatNetns *netns;
  ClatRtnl *rtnl;
  ClatNdp *ndp;
  ClatRtnlMonitor *monitor;
  ClatSlow *slow;
  gboolean lacks_fast_path;
  guint telling; /* source */
  int listens;   /* ifindex of the parent of a new uplink that knows no router, 0: none */
};

/* What is there, with the numbers that the kernel gave. */
typedef struct
{
  ClatActual actual;
  ClatLink uplink;
  ClatLink inner;
  ClatLink veth; /* the host's end */
  ClatLink slow;
  guint32 programs[CLAT_N_PROGRAMS]; /* ids, 0: none */
} Found;

/* For the functions that list what is on the veth. */
typedef struct
{
  int ifindex;
  ClatActual *actual;
} OnVeth;

ClatTranslator *
clat_translator_new (const char *name, ClatRtnl *rtnl, ClatHeard *heard,
                     GSourceFunc function, gpointer data)
{
  ClatTranslator *self = g_new0 (ClatTranslator, 1);

  g_strlcpy (self->name, name, sizeof self->name);
  self->host = rtnl;
  self->heard = heard;
  self->function = function;
  self->data = data;
  self->slow = clat_slow_new (self->name, function, data);
  return self;
}

static void
close_namespace (ClatTranslator *self)
{
  g_clear_handle_id (&self->telling, g_source_remove);
  g_clear_pointer (&self->monitor, clat_rtnl_monitor_free);
  g_clear_pointer (&self->ndp, clat_ndp_free);
  g_clear_pointer (&self->rtnl, clat_rtnl_free);
  g_clear_pointer (&self->netns, clat_netns_free);
}

void
clat_translator_free (ClatTranslator *self)
{
  close_namespace (self);
  clat_slow_free (self->slow);
  g_free (self);
}

static gboolean
on_time_to_tell (gpointer data)
{
  ClatTranslator *self = data;

  self->telling = 0;
  return self->function (self->data);
}

/* A new uplink learns at once what the host has heard on the link, and asks for more. The
 * kernel alone would ask only when its address has passed duplicate address detection, a
 * second later; an optimistic address may ask before (RFC 4429, 3.3). */
static void
find_routers (ClatTranslator *self, int ifindex)
{
  g_autoptr (GError) error = NULL;
  int home = clat_netns_enter (self->netns, &error);

  if (home >= 0)
    {
      clat_heard_tell (self->heard, self->listens, ifindex, &error);
      clat_netns_leave (home);
    }
  self->listens = 0;

  if (error == NULL)
    clat_ndp_solicit (self->ndp, ifindex, &error);
  if (error != NULL)
    g_debug ("%s: %s", self->name, error->message);
}

static gboolean
is_link_local (const struct nlmsghdr *message)
{
  const struct ifaddrmsg *header = mnl_nlmsg_get_payload (message);

  return message->nlmsg_type == RTM_NEWADDR
         && mnl_nlmsg_get_payload_len (message) >= sizeof *header
         && header->ifa_family == AF_INET6 && header->ifa_scope == RT_SCOPE_LINK;
}

static void
on_notification (const struct nlmsghdr *message, gpointer data)
{
  ClatTranslator *self = data;

  if (message != NULL && self->listens != 0 && is_link_local (message))
    find_routers (self, ((struct ifaddrmsg *)mnl_nlmsg_get_payload (message))->ifa_index);

  if (self->telling == 0)
    self->telling = g_idle_add_full (G_PRIORITY_DEFAULT, on_time_to_tell, self, NULL);
}

/* Opens what we use in the namespace; the sockets stay in it. */
static gboolean
open_sockets (ClatTranslator *self, GError **error)
{
  static const guint groups[] = {RTNLGRP_LINK,       RTNLGRP_IPV6_IFADDR,
                                 RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_IFINFO,
                                 RTNLGRP_TC,         RTNLGRP_NONE};
  int home = clat_netns_enter (self->netns, error);

  if (home < 0)
    return FALSE;

  self->rtnl = clat_rtnl_new (error);
  if (self->rtnl != NULL)
    self->ndp = clat_ndp_new (NULL, NULL, error);
  if (self->ndp != NULL)
    self->monitor = clat_rtnl_monitor_new (groups, on_notification, self, error);
  clat_netns_leave (home);

  return self->monitor != NULL;
}

/* Somebody else may have a namespace of that name; it is not for us to touch. */
static gboolean
is_ours (ClatTranslator *self)
{
  ClatLink loopback;

  return clat_link_get (self->rtnl, "lo", &loopback, NULL)
         && g_str_equal (loopback.alias, MARK);
}

/* Takes over the namespace of our name if there is one. */
static gboolean
adopt_namespace (ClatTranslator *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->netns != NULL)
    return TRUE;

  self->netns = clat_netns_open (self->name, &local_error);
  if (self->netns != NULL && (!open_sockets (self, &local_error) || !is_ours (self)))
    close_namespace (self);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

/* FALSE without error if there is no such link. */
static gboolean
find_link (ClatRtnl *rtnl, const char *name, ClatLink *link, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_link_get (rtnl, name, link, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_GONE))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static ClatUplink
uplink_of_kind (const char *kind)
{
  if (g_str_equal (kind, "ipvlan"))
    return CLAT_UPLINK_IPVLAN;
  if (g_str_equal (kind, "macvlan"))
    return CLAT_UPLINK_MACVLAN;
  return CLAT_UPLINK_NONE;
}

/* A link of the namespace and the program at its ingress, if they are there. Does nothing
 * after an error. */
static void
read_link (ClatTranslator *self, const char *name, ClatLink *link, guint32 *program,
           GError **error)
{
  if (*error == NULL && find_link (self->rtnl, name, link, error))
    clat_filter_get (self->rtnl, link->ifindex, program, error);
}

static void
read_uplink (ClatTranslator *self, Found *found, GError **error)
{
  read_link (self, UPLINK, &found->uplink, &found->programs[CLAT_PROGRAM_UPLINK], error);
  if (found->uplink.ifindex == 0)
    return;

  found->actual.uplink = uplink_of_kind (found->uplink.kind);
  found->actual.parent = found->uplink.parent;
  found->actual.uplink_mtu = found->uplink.mtu;
  found->actual.mtu6 = found->uplink.mtu6 == 0
                           ? found->uplink.mtu
                           : MIN (found->uplink.mtu, found->uplink.mtu6);
}

/* The kernel in the namespace knows the way to the NAT64 and which of its addresses suits
 * it (RFC 6724). */
static void
read_addressing (ClatTranslator *self, const ClatPrefix *prefix, Found *found)
{
  struct in_addr well_known = {htonl (WELL_KNOWN_IPV4)};
  struct in6_addr destination = clat_prefix_embed (prefix, well_known);
  ClatActual *actual = &found->actual;
  ClatPath path;

  if (!clat_path_get (self->rtnl, &destination, &path, NULL)
      || path.ifindex != found->uplink.ifindex)
    {
      actual->addressing = CLAT_ADDRESSING_NO_ROUTE;
      return;
    }

  if (IN6_IS_ADDR_UNSPECIFIED (&path.source) || IN6_IS_ADDR_LINKLOCAL (&path.source))
    return;

  actual->addressing = CLAT_ADDRESSING_READY;
  actual->ipv6 = path.source;
  actual->next_hop = path.next_hop;
}

static struct in6_addr
to_address (const __be32 words[4])
{
  struct in6_addr address;

  memcpy (&address, words, sizeof address);
  return address;
}

static ClatDatapath
to_datapath (const struct clat_datapath *told)
{
  return (ClatDatapath){
      .translation =
          {
                        .prefix = {to_address (told->prefix), told->prefix_length},
                        .ipv4 = {told->ipv4},
                        .ipv6 = to_address (told->ipv6),
                        .mtu6 = told->mtu6,
                        .lowest_ipv6_mtu = told->lowest_ipv6_mtu,
                        .reassembles = told->reassembles != 0,
                        },
      .next_hop = to_address (told->next_hop),
      .takes_nothing = told->takes_nothing != 0,
  };
}

/* Whether it speaks of the interfaces that are there. */
static gboolean
is_of_these_links (const struct clat_datapath *told, const Found *found)
{
  return (int)told->uplink == found->uplink.ifindex
         && (int)told->inner == found->inner.ifindex
         && (int)told->slow == found->slow.ifindex
         && (found->slow.ifindex == 0 || found->programs[CLAT_PROGRAM_SLOW] != 0);
}

/* A data path whose two halves were told different things, or that is of another build,
 * is there but is not what anybody wants: its prefix reads as none. */
static void
read_datapath (Found *found)
{
  struct clat_datapath up, down;

  found->actual.has_datapath = found->programs[CLAT_PROGRAM_INNER] != 0
                               && found->programs[CLAT_PROGRAM_UPLINK] != 0;
  if (!found->actual.has_datapath)
    return;

  if (clat_bpf_read_datapath (found->programs[CLAT_PROGRAM_INNER], &up)
      && clat_bpf_read_datapath (found->programs[CLAT_PROGRAM_UPLINK], &down)
      && memcmp (&up, &down, sizeof up) == 0 && is_of_these_links (&up, found))
    found->actual.datapath = to_datapath (&up);
}

static void
read_slow (ClatTranslator *self, Found *found)
{
  found->actual.slow = clat_slow_get_state (self->slow);
  found->actual.slow_translation = *clat_slow_get_translation (self->slow);
  if (found->actual.slow == CLAT_SLOW_NONE && found->slow.ifindex != 0)
    found->actual.slow = CLAT_SLOW_ORPHANED;
}

static void
keep_ipv4 (const ClatIpv4 *ipv4, gpointer data)
{
  OnVeth *on = data;

  if (ipv4->ifindex != on->ifindex)
    return;
  on->actual->has_ipv4 = TRUE;
  on->actual->ipv4 = ipv4->address;
}

static void
keep_route (const ClatDefaultRoute *route, gpointer data)
{
  OnVeth *on = data;

  if (route->ifindex != on->ifindex)
    return;
  on->actual->has_route = TRUE;
  on->actual->route = route->route;
}

static gboolean
read_host_side (ClatTranslator *self, Found *found, GError **error)
{
  OnVeth on = {found->veth.ifindex, &found->actual};

  return clat_ipv4_list (self->host, keep_ipv4, &on, error)
         && clat_default_route_list (self->host, keep_route, &on, error);
}

/* An interface of our name on the host is ours only if the other end is where we put it.
 */
static gboolean
is_pair (const ClatLink *veth, const ClatLink *inner)
{
  return veth->parent == inner->ifindex && inner->parent == veth->ifindex;
}

static gboolean
read_found (ClatTranslator *self, const ClatWanted *wanted, Found *found, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *found = (Found){.actual.lacks_fast_path = self->lacks_fast_path};
  if (!adopt_namespace (self, error))
    return FALSE;

  if (self->netns != NULL)
    {
      found->actual.has_namespace = TRUE;
      read_uplink (self, found, &local_error);
      read_link (self, INNER, &found->inner, &found->programs[CLAT_PROGRAM_INNER],
                 &local_error);
      read_link (self, CLAT_SLOW_DEVICE, &found->slow,
                 &found->programs[CLAT_PROGRAM_SLOW], &local_error);
      read_slow (self, found);
      if (wanted->translator && wanted->prefix.length != 0
          && found->actual.uplink != CLAT_UPLINK_NONE)
        read_addressing (self, &wanted->prefix, found);
      read_datapath (found);
    }

  if (local_error == NULL && found->inner.ifindex != 0
      && find_link (self->host, self->name, &found->veth, &local_error)
      && is_pair (&found->veth, &found->inner))
    {
      found->actual.has_veth = TRUE;
      found->actual.veth_mtu = found->veth.mtu;
      read_host_side (self, found, &local_error);
    }

  if (local_error != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "reading what is there: ");
      return FALSE;
    }
  return TRUE;
}

/* Called in the new namespace. */
static gboolean
furnish_namespace (GError **error)
{
  g_autoptr (ClatRtnl) rtnl = clat_rtnl_new (error);
  ClatLink loopback;

  return rtnl != NULL && clat_link_get (rtnl, "lo", &loopback, error)
         && clat_link_set_alias (rtnl, loopback.ifindex, MARK, error)
         && clat_link_set_flags (rtnl, loopback.ifindex, IFF_UP, error);
}

static gboolean
make_namespace (ClatTranslator *self, GError **error)
{
  self->netns = clat_netns_make (self->name, furnish_namespace, error);
  return self->netns != NULL && open_sockets (self, error);
}

/* The form that the kernel wants a secret in is that of an address. */
static char *
secret_to_string (const guint8 identifier[CLAT_IDENTIFIER_LENGTH])
{
  char text[INET6_ADDRSTRLEN];

  inet_ntop (AF_INET6, identifier, text, sizeof text);
  return g_strdup (text);
}

#define UPLINK_CONF(name) "ipv6/conf/" UPLINK "/" name

/* A namespace begins with the kernel's defaults, but for these. */
static gboolean
configure_uplink (ClatTranslator *self, const ClatWanted *wanted, GError **error)
{
  g_autofree char *secret = secret_to_string (wanted->identifier);
  const struct
  {
    const char *setting;
    const char *value;
  } settings[] = {
  /* Opaque addresses, stable for this network (RFC 7217). Writing it chooses that
  * mode.   When somebody else has one, the next is tried at once, three times. */
      {UPLINK_CONF ("stable_secret"),             secret},
      {"ipv6/idgen_delay",                        "0"   },
 /* Used at once while the link is asked whether they are in use (RFC 4429). */
      {UPLINK_CONF ("optimistic_dad"),            "1"   },
      {UPLINK_CONF ("use_optimistic"),            "1"   },
      {UPLINK_CONF ("dad_transmits"),             "1"   },
      {UPLINK_CONF ("router_solicitation_delay"), "0"   },
      {UPLINK_CONF ("accept_ra"),                 "1"   },
      {UPLINK_CONF ("autoconf"),                  "1"   },
      {UPLINK_CONF ("use_tempaddr"),              "0"   },
  };
  int home = clat_netns_enter (self->netns, error);
  gboolean set = home >= 0;

  for (guint i = 0; set && i < G_N_ELEMENTS (settings); i++)
    set = clat_sysctl_set (settings[i].setting, settings[i].value, error);
  /* Not in every kernel: routes of more specific prefixes, to a NAT64 of its own router.
   */
  if (set)
    clat_sysctl_set (UPLINK_CONF ("accept_ra_rt_info_max_plen"), "128", NULL);
  if (home >= 0)
    clat_netns_leave (home);
  return set;
}

/* Locally administered, unicast, and the same each time: neighbours that remember the
 * CLAT's address from its last life are right. */
static void
make_mac (const ClatWanted *wanted, guint8 mac[CLAT_MAC_LENGTH])
{
  memcpy (mac, wanted->identifier, CLAT_MAC_LENGTH);
  mac[0] = (mac[0] & 0xfc) | 0x02;
}

static gboolean
add_child (ClatTranslator *self, const ClatWanted *wanted, GError **error)
{
  g_autoptr (GError) ipvlan_error = NULL;
  int netns = clat_netns_get_fd (self->netns);
  guint8 mac[CLAT_MAC_LENGTH];

  make_mac (wanted, mac);
  if (clat_link_add_child (self->host, CLAT_UPLINK_IPVLAN, UPLINK, wanted->parent, netns,
                           mac, &ipvlan_error))
    return TRUE;

  g_debug ("%s: no ipvlan: %s", self->name, ipvlan_error->message);
  return clat_link_add_child (self->host, CLAT_UPLINK_MACVLAN, UPLINK, wanted->parent,
                              netns, mac, error);
}

static gboolean
make_uplink (ClatTranslator *self, const ClatWanted *wanted, GError **error)
{
  ClatLink uplink;

  if (!add_child (self, wanted, error)
      || !clat_link_get (self->rtnl, UPLINK, &uplink, error)
      || !configure_uplink (self, wanted, error))
    return FALSE;

  self->listens = wanted->parent;
  return clat_link_set_flags (self->rtnl, uplink.ifindex, IFF_UP, error);
}

static gboolean
make_veth (ClatTranslator *self, const Found *found, GError **error)
{
  g_autofree char *rp_filter = g_strdup_printf ("ipv4/conf/%s/rp_filter", self->name);
  ClatLink veth, inner;

  if (!clat_link_add_veth (self->host, self->name, INNER, clat_netns_get_fd (self->netns),
                           clat_plan_veth_mtu (&found->actual), error)
      || !clat_link_get (self->host, self->name, &veth, error)
      || !clat_link_get (self->rtnl, INNER, &inner, error))
    return FALSE;

  /* Only IPv4 of the host goes in: no IPv6 of its own at either end, and no address
   * resolution, because whatever is sent there is taken. Replies come from everywhere:
   * with strict reverse path filtering a second connection would lose them. */
  return clat_link_refuse_ipv6 (self->host, veth.ifindex, error)
         && clat_link_refuse_ipv6 (self->rtnl, inner.ifindex, error)
         && clat_sysctl_set (rp_filter, "2", error)
         && clat_link_set_flags (self->rtnl, inner.ifindex, IFF_UP, error)
         && clat_link_set_flags (self->host, veth.ifindex, IFF_UP | IFF_NOARP, error);
}

static gboolean
set_veth_mtu (ClatTranslator *self, const Found *found, GError **error)
{
  guint mtu = clat_plan_veth_mtu (&found->actual);

  return clat_link_set_mtu (self->rtnl, found->inner.ifindex, mtu, error)
         && clat_link_set_mtu (self->host, found->veth.ifindex, mtu, error);
}

/* Tries without the fast path if the kernel does not take it: then the programs are
 * small. */
static gboolean
load_programs (ClatTranslator *self, ClatBpf *bpf, struct clat_datapath *told,
               guint32 predecessor, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (clat_bpf_load (bpf, told, predecessor, &local_error))
    return TRUE;
  if (told->takes_nothing || told->slow == 0)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  g_warning ("%s: no fast path: %s", self->name, local_error->message);
  self->lacks_fast_path = TRUE;
  told->takes_nothing = TRUE;
  return clat_bpf_load (bpf, told, predecessor, error);
}

static struct clat_datapath
tell_datapath (const ClatDatapath *datapath, const Found *found)
{
  const ClatTranslation *translation = &datapath->translation;
  struct clat_datapath told = {
      .prefix_length = translation->prefix.length,
      .ipv4 = translation->ipv4.s_addr,
      .uplink = found->uplink.ifindex,
      .inner = found->inner.ifindex,
      .slow = found->slow.ifindex,
      .takes_nothing = datapath->takes_nothing,
      .mtu6 = translation->mtu6,
      .lowest_ipv6_mtu = translation->lowest_ipv6_mtu,
      .reassembles = translation->reassembles,
  };

  memcpy (told.prefix, &translation->prefix.address, sizeof told.prefix);
  memcpy (told.ipv6, &translation->ipv6, sizeof told.ipv6);
  memcpy (told.next_hop, &datapath->next_hop, sizeof told.next_hop);
  memcpy (told.inner_mac, found->inner.mac, sizeof told.inner_mac);
  memcpy (told.host_mac, found->veth.mac, sizeof told.host_mac);
  return told;
}

static gboolean
set_datapath (ClatTranslator *self, const ClatWanted *wanted, const Found *found,
              GError **error)
{
  ClatDatapath datapath = clat_plan_datapath (wanted, &found->actual);
  struct clat_datapath told = tell_datapath (&datapath, found);
  g_auto (ClatBpf) bpf = {0};

  if (!load_programs (self, &bpf, &told, found->programs[CLAT_PROGRAM_INNER], error))
    return FALSE;

  /* Ways back first: what goes out can then come in. */
  return (found->slow.ifindex == 0
          || clat_filter_set (self->rtnl, found->slow.ifindex,
                              bpf.programs[CLAT_PROGRAM_SLOW], "clat_slow", error))
         && clat_filter_set (self->rtnl, found->uplink.ifindex,
                             bpf.programs[CLAT_PROGRAM_UPLINK], "clat_6to4", error)
         && clat_filter_set (self->rtnl, found->inner.ifindex,
                             bpf.programs[CLAT_PROGRAM_INNER], "clat_4to6", error);
}

static gboolean
remove_route (ClatTranslator *self, const Found *found, GError **error)
{
  ClatDefaultRoute route = {found->veth.ifindex, found->actual.route};

  return clat_default_route_remove (self->host, &route, error);
}

static gboolean
set_route (ClatTranslator *self, const ClatWanted *wanted, const Found *found,
           GError **error)
{
  ClatDefaultRoute route = {found->veth.ifindex,
                            clat_plan_route (wanted, &found->actual)};

  /* Two routes that differ in their MTU alone are one to the kernel. */
  if (found->actual.has_route && !remove_route (self, found, error))
    return FALSE;
  return clat_default_route_add (self->host, &route, wanted->ipv4, error);
}

static gboolean
set_slow (ClatTranslator *self, const ClatWanted *wanted, const Found *found,
          GError **error)
{
  ClatTranslation translation = clat_plan_translation (wanted, &found->actual);

  return clat_slow_start (self->slow, self->netns, self->rtnl, &translation, error);
}

static gboolean
remove_datapath (ClatTranslator *self, const Found *found, GError **error)
{
  return clat_filter_remove (self->rtnl, found->inner.ifindex, error)
         && clat_filter_remove (self->rtnl, found->uplink.ifindex, error);
}

static gboolean
remove_namespace (ClatTranslator *self, GError **error)
{
  close_namespace (self);
  return clat_netns_remove (self->name, error);
}

static gboolean
carry_out (ClatTranslator *self, ClatStep step, const ClatWanted *wanted,
           const Found *found, GError **error)
{
  const ClatIpv4 old_ipv4 = {found->veth.ifindex, found->actual.ipv4};
  const ClatIpv4 new_ipv4 = {found->veth.ifindex, wanted->ipv4};

  switch (step)
    {
    case CLAT_STEP_NONE:
    case CLAT_STEP_WAIT:
      return TRUE;
    case CLAT_STEP_REMOVE_ROUTE:
      return remove_route (self, found, error);
    case CLAT_STEP_REMOVE_IPV4:
      return clat_ipv4_remove (self->host, &old_ipv4, error);
    case CLAT_STEP_REMOVE_DATAPATH:
      return remove_datapath (self, found, error);
    case CLAT_STEP_REMOVE_SLOW:
      return clat_slow_stop (self->slow, self->rtnl, error);
    case CLAT_STEP_REMOVE_VETH:
      return clat_link_remove (self->host, found->veth.ifindex, error);
    case CLAT_STEP_REMOVE_UPLINK:
      return clat_link_remove (self->rtnl, found->uplink.ifindex, error);
    case CLAT_STEP_REMOVE_NAMESPACE:
      return remove_namespace (self, error);
    case CLAT_STEP_MAKE_NAMESPACE:
      return make_namespace (self, error);
    case CLAT_STEP_MAKE_UPLINK:
      return make_uplink (self, wanted, error);
    case CLAT_STEP_SET_UPLINK_MTU:
      return clat_link_set_mtu (self->rtnl, found->uplink.ifindex, wanted->parent_mtu,
                                error);
    case CLAT_STEP_MAKE_VETH:
      return make_veth (self, found, error);
    case CLAT_STEP_SET_VETH_MTU:
      return set_veth_mtu (self, found, error);
    case CLAT_STEP_SET_SLOW:
      return set_slow (self, wanted, found, error);
    case CLAT_STEP_SET_DATAPATH:
      return set_datapath (self, wanted, found, error);
    case CLAT_STEP_ADD_IPV4:
      return clat_ipv4_add (self->host, &new_ipv4, error);
    case CLAT_STEP_SET_ROUTE:
      return set_route (self, wanted, found, error);
    }
  g_return_val_if_reached (FALSE);
}

/* Follows the plan until nothing is left to do or has to be waited for. */
static gboolean
follow_plan (ClatTranslator *self, const ClatWanted *wanted, ClatActual *actual,
             GError **error)
{
  for (guint i = 0; i < MAX_STEPS; i++)
    {
      ClatStep step;
      Found found;

      if (!read_found (self, wanted, &found, error))
        return FALSE;

      step = clat_plan_next (wanted, &found.actual);
      if (step == CLAT_STEP_NONE || step == CLAT_STEP_WAIT)
        {
          *actual = found.actual;
          return TRUE;
        }

      g_debug ("%s: %s", self->name, clat_step_to_string (step));
      if (!carry_out (self, step, wanted, &found, error))
        {
          g_prefix_error (error, "%s: %s: ", self->name, clat_step_to_string (step));
          return FALSE;
        }
    }

  g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_KERNEL,
                       "the kernel undoes what is set up");
  return FALSE;
}

gboolean
clat_translator_apply (ClatTranslator *self, const ClatWanted *wanted, ClatActual *actual,
                       GError **error)
{
  static const ClatWanted nothing = {0};
  g_autoptr (GError) undo_error = NULL;
  ClatActual rest;

  if (follow_plan (self, wanted, actual, error))
    return TRUE;

  if (!follow_plan (self, &nothing, &rest, &undo_error))
    g_warning ("%s: not all could be taken away: %s", self->name, undo_error->message);
  return FALSE;
}

gboolean
clat_translator_read_counters (ClatTranslator *self,
                               struct clat_counters counters[CLAT_N_DIRECTIONS],
                               GError **error)
{
  ClatLink inner;
  guint32 program;

  if (self->rtnl == NULL)
    {
      g_set_error_literal (error, CLAT_ERROR, CLAT_ERROR_GONE, "there is no translator");
      return FALSE;
    }
  if (!clat_link_get (self->rtnl, INNER, &inner, error)
      || !clat_filter_get (self->rtnl, inner.ifindex, &program, error)
      || !clat_bpf_read_counters (program, counters, error))
    return FALSE;

  clat_slow_add_counters (self->slow, counters);
  return TRUE;
}
