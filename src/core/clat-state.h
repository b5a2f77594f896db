/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one connection: its situation is judged, which gives the goal, and the
 * state, the reason and the sentence that users see. */
#pragma once

#include <glib.h>

#include "clat-dns-status.h"
#include "clat-pref64.h"

G_BEGIN_DECLS

typedef enum
{
  CLAT_MODE_AUTO,
  CLAT_MODE_YES,
  CLAT_MODE_NO,
  CLAT_MODE_FORCE,
} ClatMode;

typedef enum
{
  CLAT_STATE_DISABLED,
  CLAT_STATE_NATIVE,
  CLAT_STATE_DELEGATED,
  CLAT_STATE_SEARCHING,
  CLAT_STATE_PREPARING,
  CLAT_STATE_ACTIVE,
  CLAT_STATE_FAILED,
  CLAT_STATE_UNSUPPORTED,
} ClatState;

typedef enum
{
  CLAT_REASON_NONE,
  CLAT_REASON_MODE_NO,
  CLAT_REASON_NATIVE_IPV4,
  CLAT_REASON_IPV6_MOSTLY_LEASE,
  CLAT_REASON_NETWORKMANAGER_CLAT,
  CLAT_REASON_OTHER_CLAT,
  CLAT_REASON_NOT_CONNECTED,
  CLAT_REASON_NO_NAT64,
  CLAT_REASON_WAITING_FOR_ADDRESS,
  CLAT_REASON_NO_ADDRESS_FOR_CLAT,
  CLAT_REASON_DUPLICATE_ADDRESS,
  CLAT_REASON_NO_ROUTE_TO_NAT64,
  CLAT_REASON_NO_IPV4_ADDRESS_LEFT,
  CLAT_REASON_LINK_UNSUPPORTED,
  CLAT_REASON_KERNEL_LACKS_FEATURE,
  CLAT_REASON_NO_PERMISSION,
  CLAT_REASON_KERNEL_ERROR,
} ClatReason;

/* Whether the CLAT has an IPv6 address and a route, and what is missing. */
typedef enum
{
  CLAT_ADDRESSING_NONE,      /* no usable address yet */
  CLAT_ADDRESSING_DUPLICATE, /* another node on the link has it */
  CLAT_ADDRESSING_NO_ROUTE,  /* no route to the NAT64 */
  CLAT_ADDRESSING_READY,
} ClatAddressing;

typedef struct
{
  ClatMode mode;
  gboolean is_ipv4_clat_no;  /* that mode comes from ipv4.clat of the profile */
  gboolean ipv6_mostly;      /* option 108 is followed, as the user has set it */
  gboolean is_connected;     /* NetworkManager has configured the interface */
  gboolean is_settled;       /* and no longer waits, for example for DHCPv4 */
  gboolean has_router;       /* a router advertisement was received on the link */
  gboolean is_supported;     /* the link is of a kind that can carry a CLAT */
  gboolean has_native_ipv4;  /* an IPv4 default route that is not ours */
  gint64 lease_end;          /* seconds since 1970: only a DHCPv4 lease in use keeps
                              * native IPv4 on an IPv6-mostly network; 0: it does not */
  gboolean is_delegated;     /* that route belongs to NetworkManager's own CLAT */
  const ClatPref64 *pref64;  /* NULL: none known */
  gboolean lacks_both;       /* nor IPv4, though DHCPv4 has option 108 (RFC 8925) */
  ClatDnsStatus dns;         /* what the DNS servers say about it */
  gboolean has_ipv4_to_give; /* an address of the pool is free, or already ours */
  ClatAddressing addressing;
  const char *other_clat; /* interface of another program's CLAT that has an IPv4 default
                           * route; NULL: none */
  struct in_addr delegated_ipv4;  /* of NetworkManager's own CLAT or another program's */
  struct in6_addr delegated_ipv6; /* of NetworkManager's own; ::, not known */
  ClatPrefix delegated_prefix;    /* the same; length 0: not known */
  gboolean lacks_router;     /* no router is a default router, and no gateway is static */
  gboolean is_draining;      /* connections from before native IPv4 are left */
  gboolean is_overdue;       /* addressing takes longer than on any working network */
  gboolean is_limited;       /* clat-xlat keeps ending */
  gboolean is_complete;      /* the translator is as wanted */
  gboolean is_shared;        /* it has the IPv6 address of the host */
  gboolean is_never_default; /* no default route leads to it, as the profile says */
  const char *plat_fault;    /* why the NAT64 does not answer; NULL: it may answer */
  const GError *fault;       /* of the last try to set up; NULL: it succeeded */
  guint retry_pause;         /* seconds from that fault to the next try */
} ClatSituation;

typedef struct
{
  ClatState state;
  ClatReason reason;
} ClatVerdict;

/* text: "auto", "yes", "no" or "force". */
gboolean clat_mode_parse (const char *text, ClatMode *mode, GError **error);

const char *clat_mode_to_string (ClatMode mode);
const char *clat_state_to_string (ClatState state);
/* NULL for the number after the last reason. */
const char *clat_reason_to_string (ClatReason reason);

/* How much of a translator should exist. */
typedef enum
{
  CLAT_GOAL_NOTHING,
  CLAT_GOAL_PREPARATION, /* whatever needs no prefix, to save time when one appears */
  CLAT_GOAL_DRAIN,       /* the whole, but not for new connections */
  CLAT_GOAL_TRANSLATOR,
} ClatGoal;

ClatGoal clat_situation_goal (const ClatSituation *self);

ClatVerdict clat_situation_judge (const ClatSituation *self);

/* Whether connections cannot go on if the goal does not need their pairs. FALSE while the
 * link is down: the same network may be back soon. */
gboolean clat_situation_ends_connections (const ClatSituation *self);

/* Whether IPv4 works by a CLAT that is not ours. */
gboolean clat_situation_is_delegated (const ClatSituation *self);

/* The verdict as a sentence for users, with details. */
char *clat_situation_explain (const ClatSituation *self);

G_END_DECLS
