/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "clatctl check" knows about a connection before it judges: plain data. */
#pragma once

#include <glib.h>

#include "clat-state.h"

G_BEGIN_DECLS

typedef enum
{
  CHECK_UNKNOWN, /* also: not needed, or without permission */
  CHECK_NO,
  CHECK_YES,
} CheckAnswer;

/* A rule of the firewall that drops packets of an interface. */
typedef struct
{
  char *text;              /* "inet filter output: oifname clat-wlan0 drop" */
  gboolean is_conditional; /* only some packets of that interface */
} CheckFirewallRule;

typedef struct
{
  gboolean is_root;

  /* As on the bus; "" for none. */
  char *interface;
  char *state;
  char *reason;
  char *state_text;
  char *mode;
  char *pref64;
  char *pref64_source;
  char *pref64_router;
  gint64 pref64_seconds; /* until it expires; -1: never */
  char *ipv4_address;
  char *ipv6_address;
  char *host_interface;
  char *namespace;
  char *uplink;
  char *translator;
  char *slow_path;
  char *plat;
  char *plat_text;
  guint mtu;

  /* NetworkManager */
  CheckAnswer has_networkmanager;
  CheckAnswer is_activated;
  char *ipv6_method;    /* NULL: unknown */
  GPtrArray *resolvers; /* addresses */
  guint n_resolvers_asked;
  guint n_resolvers_answered;

  /* The link and its router */
  CheckAnswer is_up;
  CheckAnswer has_carrier;
  guint ipv6_mtu; /* 0: no IPv6 */
  CheckAnswer has_router;
  char *router; /* NULL: none, or it is not known */
  CheckAnswer router_is_resolved;

  /* The translator */
  CheckAnswer has_namespace;
  CheckAnswer has_ipv6_address; /* in the namespace */
  CheckAnswer is_duplicate;

  /* The host */
  CheckAnswer has_ipv4_address;
  CheckAnswer has_ipv4_route;
  CheckAnswer may_send;    /* routes and rules let packets of the IPv4 address pass */
  char *default_source;    /* the IPv4 address that programs use; NULL: none */
  char *default_interface; /* of that address; NULL: unknown */
  GArray *firewall;        /* CheckFirewallRule; NULL: unknown */

  /* Probes through the translator */
  char *target; /* IPv4 address; NULL: none */
  guint target_port;
  CheckAnswer target_pings;
  CheckAnswer target_accepts;    /* or refuses: a TCP handshake was answered */
  CheckAnswer target_pings_full; /* with packets of the path MTU */
  guint path_mtu;                /* that was learned; 0: none */
} CheckFacts;

void check_facts_clear (CheckFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckFacts, check_facts_clear)

GArray *check_firewall_rules_new (void);

gboolean check_facts_is_state (const CheckFacts *facts, ClatState state);
gboolean check_facts_is_reason (const CheckFacts *facts, ClatReason reason);

/* Whether the connection is to have a translator; FALSE: IPv4 needs none here. */
gboolean check_facts_need_translator (const CheckFacts *facts);
gboolean check_facts_has_translator (const CheckFacts *facts);

G_END_DECLS
