/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one way from what is there to what should be there: given both, the next step.
 * Start, change, repair, adoption and removal are the same plan. */
#pragma once

#include <glib.h>
#include <net/if.h>

#include "clat-config.h"
#include "clat-prefix.h"
#include "clat-source.h"
#include "clat-state.h"
#include "clat-statics.h"

G_BEGIN_DECLS

typedef enum
{
  CLAT_UPLINK_NONE,
  CLAT_UPLINK_IPVLAN,
  CLAT_UPLINK_MACVLAN,
  CLAT_UPLINK_REDIRECT, /* a veth pair, and programs between it and the parent */
} ClatUplink;

const char *clat_uplink_to_string (ClatUplink uplink);

/* More than one while the network renumbers. The data path has the same number: a
 * difference does not compile. */
#define CLAT_MAX_PAIRS 4

/* An address of the host and what it is called on the link. */
typedef struct
{
  struct in_addr ipv4;
  struct in6_addr ipv6;
} ClatPair;

/* What is translated into what: both translators are told this. */
typedef struct
{
  ClatPrefix prefix;
  ClatPair pairs[CLAT_MAX_PAIRS];
  guint n_pairs;
  guint mtu6; /* of the link */
  guint lowest_ipv6_mtu;
  gboolean reassembles;
} ClatTranslation;

gboolean clat_translation_equal (const ClatTranslation *a, const ClatTranslation *b);

/* What the bpf programs are told; a change of any of it is one atomic exchange. */
typedef struct
{
  ClatTranslation translation;
  struct in6_addr next_hops[CLAT_MAX_PAIRS]; /* :: if the NAT64 is on the link */
  /* Of another build of the service, or only half exchanged when that was killed. */
  gboolean is_outdated;
  gboolean takes_nothing; /* the slow path does it all */
} ClatDatapath;

/* clat-xlat, the program that translates what the data path does not take. */
typedef enum
{
  CLAT_SLOW_NONE,
  CLAT_SLOW_ORPHANED, /* an earlier life of the service started it */
  CLAT_SLOW_RUNNING,
  CLAT_SLOW_BROKEN, /* does not stay up; tried again later */
} ClatSlowState;

gboolean clat_datapath_equal (const ClatDatapath *a, const ClatDatapath *b);

/* "", "running" or "broken". */
const char *clat_slow_state_to_string (ClatSlowState state);

/* Who translates most packets. */
typedef enum
{
  CLAT_TRANSLATOR_NONE,
  CLAT_TRANSLATOR_BPF,
  CLAT_TRANSLATOR_USERSPACE,
} ClatTranslatorKind;

const char *clat_translator_kind_to_string (ClatTranslatorKind kind);

/* A default route to the translator. */
typedef struct
{
  guint32 table;
  guint32 metric;
  guint32 mtu;
  struct in_addr source; /* that new connections get */
} ClatRoute;

gboolean clat_route_equal (const ClatRoute *a, const ClatRoute *b);

typedef struct
{
  gboolean translator; /* FALSE: nothing of ours should be there, the rest is not read */
  char name[IFNAMSIZ]; /* of the namespace and of the host's end of the veth */
  int parent;          /* ifindex of the connection's interface */
  guint parent_mtu;
  int lower;          /* whose children the parent's siblings are; 0: it has children */
  gboolean redirects; /* the parent has no neighbours, and cannot carry a child */
  gboolean keeps_mac; /* the parent takes no MAC address but its own */

  /* Secret from which the kernel makes opaque addresses, stable for this network
   * (RFC 7217), and from which the MAC address of a macvlan comes. */
  guint8 identifier[CLAT_IDENTIFIER_LENGTH];

  /* What the host has on the link besides SLAAC: the uplink gets an address like it, once
   * it is clear that none comes by SLAAC, and its gateway. */
  ClatStatics statics;
  gboolean lacks_slaac;

  ClatPrefix prefix;      /* length 0: none yet, make ready what can be without */
  struct in6_addr router; /* who announced it, and leads to it (RFC 8028); :: for none */
  ClatNetwork announced[CLAT_RA_MAX]; /* the prefixes of the link that it announced */
  guint n_announced;
  gboolean only_announced; /* an address of another prefix is not of this network */

  /* The first one is that of new connections. Its IPv6 address is :: until one has been
   * chosen: then, too, what can be made ready without is. */
  ClatPair pairs[CLAT_MAX_PAIRS];
  struct in6_addr next_hops[CLAT_MAX_PAIRS]; /* :: if the NAT64 is on the link */
  guint n_pairs;

  gboolean drains; /* for what is connected already: no route in the table */
  ClatSettings settings;
  int vrf; /* for the host's end of the veth; 0: none */
  guint32 table;
  guint32 metric;
} ClatWanted;

/* The kernel's own limit for addresses made by autoconfiguration. */
#define CLAT_MAX_ADDRESSES 16

/* More than we ever give; what is beyond waits until these are gone. */
#define CLAT_MAX_IPV4S  16
#define CLAT_MAX_ROUTES 16

/* An address of the host's end of the veth. */
typedef struct
{
  struct in_addr address;
  gboolean has_rules; /* those that keep it on this connection, and no others */
} ClatHostIpv4;

#define CLAT_MAX_SILENT 16

typedef struct
{
  gboolean has_namespace;

  ClatUplink uplink;
  int parent; /* of the uplink */
  guint uplink_mtu;

  /* Of a redirecting uplink: it finds neighbours on the link, as a child does; the
   * programs are there; they know the addresses that the uplink has now. */
  gboolean has_neighbours;
  gboolean has_redirect;
  gboolean has_current_redirect;

  ClatAddressing addressing;
  struct in6_addr ipv6; /* valid when ready, as is next_hop */
  struct in6_addr next_hop;
  struct in6_addr silent[CLAT_MAX_SILENT]; /* routers that do not answer */
  guint n_silent;
  guint mtu6; /* of the link: the device's or what the RA says */

  /* All that packets may still come to, also those that are deprecated. */
  ClatSource addresses[CLAT_MAX_ADDRESSES];
  guint n_addresses;
  gboolean has_slaac; /* an address that may be used */
  ClatMadeList made;
  struct in6_addr gateway; /* that we have set; ::, none */

  gboolean has_veth;
  guint veth_mtu;
  int vrf; /* of the host's end, or another master */

  gboolean is_down; /* one of the interfaces that are there */

  ClatSlowState slow;
  ClatTranslation slow_translation; /* of the slow path that runs */

  gboolean lacks_fast_path; /* this kernel does not take it */
  gboolean has_datapath;
  ClatDatapath datapath;

  ClatHostIpv4 ipv4s[CLAT_MAX_IPV4S];
  guint n_ipv4s;
  gboolean has_stray_rules; /* of addresses that the host does not have any more */

  guint32 own_table;                 /* where rules lead what comes from our addresses */
  ClatRoute routes[CLAT_MAX_ROUTES]; /* in any table */
  guint n_routes;
} ClatActual;

typedef enum
{
  CLAT_STEP_NONE, /* it is as it should be */
  CLAT_STEP_WAIT, /* for an address or a route: the kernel will say */

  CLAT_STEP_REMOVE_STRAY_RULES,
  CLAT_STEP_REMOVE_ROUTE,
  CLAT_STEP_REMOVE_IPV4,
  CLAT_STEP_REMOVE_DATAPATH,
  CLAT_STEP_REMOVE_SLOW,
  CLAT_STEP_REMOVE_VETH,
  CLAT_STEP_REMOVE_UPLINK,
  CLAT_STEP_REMOVE_NAMESPACE,

  CLAT_STEP_MAKE_NAMESPACE,
  CLAT_STEP_MAKE_UPLINK,
  CLAT_STEP_RAISE_LINKS,
  CLAT_STEP_SET_UPLINK_MTU,
  CLAT_STEP_ADD_IPV6,
  CLAT_STEP_REMOVE_IPV6,
  CLAT_STEP_SET_GATEWAY,
  CLAT_STEP_SET_REDIRECT,
  CLAT_STEP_MAKE_VETH,
  CLAT_STEP_SET_VETH_MTU,
  CLAT_STEP_SET_VRF,
  CLAT_STEP_SET_SLOW,
  CLAT_STEP_SET_DATAPATH,
  CLAT_STEP_ADD_IPV4,
  CLAT_STEP_ADD_ROUTE,
} ClatStep;

const char *clat_step_to_string (ClatStep step);

/* The IPv4 route of the table is added last and removed first: whenever it is there,
 * packets pass. */
ClatStep clat_plan_next (const ClatWanted *wanted, const ClatActual *actual);

/* What CLAT_STEP_ADD_IPV6 adds and CLAT_STEP_REMOVE_IPV6 removes; FALSE: nothing. */
gboolean clat_plan_ipv6_to_add (const ClatWanted *wanted, const ClatActual *actual,
                                ClatIpv6 *ipv6);
gboolean clat_plan_ipv6_to_remove (const ClatWanted *wanted, const ClatActual *actual,
                                   ClatIpv6 *ipv6);

/* What CLAT_STEP_SET_GATEWAY sets. */
struct in6_addr clat_plan_gateway (const ClatWanted *wanted);

/* What CLAT_STEP_SET_SLOW sets. */
ClatTranslation clat_plan_translation (const ClatWanted *wanted,
                                       const ClatActual *actual);

/* What CLAT_STEP_SET_DATAPATH sets. */
ClatDatapath clat_plan_datapath (const ClatWanted *wanted, const ClatActual *actual);

/* What the steps about them add and remove; NULL if there is nothing to add or remove.
 * The result is that of wanted or actual. */
const struct in_addr *clat_plan_missing_ipv4 (const ClatWanted *wanted,
                                              const ClatActual *actual);
const struct in_addr *clat_plan_surplus_ipv4 (const ClatWanted *wanted,
                                              const ClatActual *actual);
gboolean clat_plan_missing_route (const ClatWanted *wanted, const ClatActual *actual,
                                  ClatRoute *route);
const ClatRoute *clat_plan_surplus_route (const ClatWanted *wanted,
                                          const ClatActual *actual);

/* MTU of the IPv4 routes, from that of the link. */
guint clat_plan_route_mtu (const ClatActual *actual);

/* TRUE if new connections are led to the translator: all that is wanted is there. */
gboolean clat_actual_has_route (const ClatActual *actual);

/* What CLAT_STEP_MAKE_VETH and CLAT_STEP_SET_VETH_MTU set. */
guint clat_plan_veth_mtu (const ClatActual *actual);

G_END_DECLS
