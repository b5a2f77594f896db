/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is decided about one connection: from its situation to whether it wants a
 * translator, and to the state, reason and sentence that people see. */
#pragma once

#include <glib.h>

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
  CLAT_REASON_NETWORKMANAGER_CLAT,
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

/* What the CLAT's own IPv6 address lacks, if anything. */
typedef enum
{
  CLAT_ADDRESSING_NONE,      /* no usable address yet */
  CLAT_ADDRESSING_DUPLICATE, /* somebody else on the link has it */
  CLAT_ADDRESSING_NO_ROUTE,  /* nothing leads to the NAT64 */
  CLAT_ADDRESSING_READY,
} ClatAddressing;

typedef struct
{
  ClatMode mode;
  gboolean is_connected;     /* NetworkManager has configured the interface */
  gboolean is_settled;       /* and waits for nothing more, such as DHCPv4 */
  gboolean has_router;       /* one has spoken on the link */
  gboolean is_supported;     /* the link is of a kind that an uplink can be made on */
  gboolean has_native_ipv4;  /* a default IPv4 route that is not ours */
  gboolean is_delegated;     /* that route is of NetworkManager's own CLAT */
  const ClatPref64 *pref64;  /* NULL: none known */
  gboolean dns_has_none;     /* the DNS servers were asked for one too */
  gboolean has_ipv4_to_give; /* an address of the pool is at hand or already in use */
  ClatAddressing addressing;
  gboolean is_draining; /* connections of before there was native IPv4 are left */
  gboolean is_overdue;  /* has waited for addressing longer than networks take */
  gboolean is_limited;  /* clat-xlat does not stay up */
  gboolean is_complete; /* all that is wanted is there */
  const GError *fault;  /* why the last try to set up failed, NULL: it did not */
  guint retry_pause;    /* seconds from that fault to the next try */
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
const char *clat_reason_to_string (ClatReason reason);

/* How much of a translator there should be. */
typedef enum
{
  CLAT_GOAL_NOTHING,
  CLAT_GOAL_PREPARATION, /* what can be without a prefix: should one appear, time counts
                          */
  CLAT_GOAL_DRAIN,       /* all, but not for new connections */
  CLAT_GOAL_TRANSLATOR,
} ClatGoal;

ClatGoal clat_situation_goal (const ClatSituation *self);

ClatVerdict clat_situation_judge (const ClatSituation *self);

/* The verdict as a sentence for people, with the particulars. */
char *clat_situation_explain (const ClatSituation *self);

G_END_DECLS
