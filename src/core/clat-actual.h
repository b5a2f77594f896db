/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translator that a connection has, as read from the kernel. */
#pragma once

#include <glib.h>

#include "clat-ipv4-route.h"
#include "clat-source-address.h"
#include "clat-state.h"
#include "clat-static-ipv6.h"
#include "clat-translation.h"
#include "clat-uplink-kind.h"

G_BEGIN_DECLS

/* clat-xlat, the program that translates what the data path does not take. */
typedef enum
{
  CLAT_SLOW_PATH_NONE,
  CLAT_SLOW_PATH_ORPHANED, /* an earlier life of the service started it */
  CLAT_SLOW_PATH_RUNNING,
  CLAT_SLOW_PATH_BROKEN, /* does not stay up; tried again later */
} ClatSlowPathState;

/* "", "running" or "broken". */
const char *clat_slow_path_state_to_string (ClatSlowPathState state);

/* Who translates most packets. */
typedef enum
{
  CLAT_TRANSLATOR_NONE,
  CLAT_TRANSLATOR_BPF,
  CLAT_TRANSLATOR_USERSPACE,
} ClatTranslatorKind;

const char *clat_translator_kind_to_string (ClatTranslatorKind kind);

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

#define CLAT_MAX_UNREACHABLE 16

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
  gboolean is_redirect_current;

  ClatAddressing addressing;
  struct in6_addr ipv6; /* valid when ready, as is next_hop */
  struct in6_addr next_hop;
  struct in6_addr unreachable[CLAT_MAX_UNREACHABLE]; /* routers that do not answer */
  guint n_unreachable;
  guint mtu6; /* of the link: the device's or what the RA says */

  /* All that packets may still come to, also those that are deprecated. */
  ClatSourceAddress addresses[CLAT_MAX_ADDRESSES];
  guint n_addresses;
  gboolean has_slaac; /* an address that may be used */
  ClatAddedIpv6List added;
  struct in6_addr gateway; /* that we have set; ::, none */

  gboolean has_veth;
  guint veth_mtu;
  int vrf; /* of the host's end, or another master */

  gboolean is_down; /* one of the interfaces that are there */

  ClatSlowPathState slow;
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

/* TRUE if new connections are led to the translator: all that is wanted is there. */
gboolean clat_actual_has_route (const ClatActual *actual);

G_END_DECLS
