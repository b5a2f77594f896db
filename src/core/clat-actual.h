/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translator that a connection has, as read from the kernel. */
#pragma once

#include <glib.h>

#include "clat-address-setting.h"
#include "clat-ipv4-route.h"
#include "clat-source-address.h"
#include "clat-state.h"
#include "clat-static-ipv6.h"
#include "clat-translation.h"
#include "clat-uplink-kind.h"

G_BEGIN_DECLS

/* clat-xlat, the program that translates the packets that the fast path does not handle.
 */
typedef enum
{
  CLAT_SLOW_PATH_NONE,
  CLAT_SLOW_PATH_ORPHANED, /* started by a previous instance of the service */
  CLAT_SLOW_PATH_RUNNING,
  CLAT_SLOW_PATH_BROKEN, /* keeps ending; started again later */
} ClatSlowPathState;

/* "", "running" or "broken". */
const char *clat_slow_path_state_to_string (ClatSlowPathState state);

/* What translates most packets. */
typedef enum
{
  CLAT_TRANSLATOR_NONE,
  CLAT_TRANSLATOR_BPF,
  CLAT_TRANSLATOR_BPF_DIRECT, /* without the way through the namespace */
  CLAT_TRANSLATOR_USERSPACE,
} ClatTranslatorKind;

const char *clat_translator_kind_to_string (ClatTranslatorKind kind);

/* The kernel's default limit of SLAAC addresses per interface (max_addresses). */
#define CLAT_MAX_ADDRESSES 16

/* More than the service ever adds. Further ones are removed once these are gone. */
#define CLAT_MAX_IPV4S  16
#define CLAT_MAX_ROUTES 16

/* An IPv4 address of the host's end of the veth pair. */
typedef struct
{
  struct in_addr address;
  struct in_addr peer; /* the gateway, or the address itself */
  gboolean has_rules;  /* exactly the routing rules that it should have */
} ClatHostIpv4;

/* What happens to IPv4 packets of programs that are bound to the parent, for which it has
 * no route: the kernel would send them to the link. */
typedef enum
{
  CLAT_REFUSAL_NONE,
  CLAT_REFUSAL_WRONG, /* incomplete, or for another interface */
  CLAT_REFUSAL_RIGHT, /* programs get an error at once */
} ClatRefusal;

#define CLAT_MAX_UNREACHABLE 16

typedef struct
{
  gboolean has_namespace;

  ClatUplink uplink;
  int parent; /* of the uplink */
  guint uplink_mtu;

  /* Of a redirecting uplink. */
  ClatAddressChoice address;    /* that it was made for */
  gboolean has_neighbours;      /* it resolves neighbours on the link, as a child does */
  gboolean has_redirect;        /* its programs are attached, and agree */
  gboolean is_redirect_current; /* they are configured for the addresses of the uplink */

  ClatAddressing addressing;
  struct in6_addr ipv6; /* valid when ready, as is next_hop */
  struct in6_addr next_hop;
  struct in6_addr unreachable[CLAT_MAX_UNREACHABLE]; /* routers that do not answer */
  guint n_unreachable;
  guint mtu6; /* the interface's MTU, or a lower one from router advertisements */

  /* All that can receive packets, deprecated ones too. */
  ClatSourceAddress addresses[CLAT_MAX_ADDRESSES];
  guint n_addresses;
  gboolean has_slaac; /* a usable address from SLAAC */
  ClatAddedIpv6List added;
  struct in6_addr gateway; /* next hop of our static default route; :: for none */

  gboolean has_veth;
  guint veth_mtu;
  gboolean has_multicast;    /* programs may use the host's end for multicast */
  gboolean lacks_forwarding; /* of IPv4, on the host's end */
  int vrf; /* ifindex of the VRF, or other master, of the host's end; 0: none */

  gboolean is_down; /* one of the existing interfaces is */

  ClatSlowPathState slow;
  ClatTranslation slow_translation; /* of the running clat-xlat */

  gboolean lacks_fast_path; /* this kernel refuses to load it */
  gboolean lacks_direct;    /* or what the direct way needs is missing */
  gboolean has_datapath;
  guint32 program; /* that of the outgoing packets; 0: none */
  ClatDatapath datapath;

  ClatHostIpv4 ipv4s[CLAT_MAX_IPV4S];
  guint n_ipv4s;
  gboolean has_stray_rules; /* routing rules of addresses and translators that are gone */

  ClatRefusal refusal;
  gboolean is_refusal_due; /* the parent exists without IPv4, and it can be refused */

  guint32 own_table;                 /* routing table for packets from our addresses */
  ClatRoute routes[CLAT_MAX_ROUTES]; /* in any table */
  guint n_routes;
} ClatActual;

/* TRUE if new connections are routed to the translator, because it is complete. */
gboolean clat_actual_has_route (const ClatActual *actual);

G_END_DECLS
