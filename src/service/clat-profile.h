/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of an active connection of NetworkManager matters to us. */
#pragma once

#include <NetworkManager.h>

#include "clat-state.h"

G_BEGIN_DECLS

/* Keys in the user data of a profile: the mode, a NAT64 prefix. */
#define CLAT_PROFILE_KEY        "net.clatnm.clat"
#define CLAT_PROFILE_PREFIX_KEY "net.clatnm.prefix"

typedef struct
{
  char *active_path;
  char *uuid;
  char *id;
  char *interface; /* the one that has the IP configuration */
  int ifindex;

  char **nameservers; /* of this connection alone, those of IPv6 first */

  gboolean has_mode; /* the profile says one */
  ClatMode mode;

  ClatPrefix prefix; /* length 0: the profile does not say one */

  gboolean is_wifi;
  gboolean is_connected; /* or about to be: whether IPv6 works shows itself */
  gboolean is_settled;   /* NetworkManager waits for nothing more */
  guint32 table;
  gboolean has_metric;
  guint32 metric; /* of default routes of this connection */
} ClatProfile;

/* Whether NetworkManager wants it to work. */
gboolean clat_profile_is_up (NMActiveConnection *active);

/* NULL if there is nothing for us: no interface yet, a port of another interface, a VPN
 * that rides on another connection, or an interface that somebody else configures. */
ClatProfile *clat_profile_read (NMActiveConnection *active);

/* The same in another life of NetworkManager. */
gboolean clat_profile_is_same (const ClatProfile *self, const ClatProfile *other);

/* Nothing in it is other than it was. */
gboolean clat_profile_equal (const ClatProfile *a, const ClatProfile *b);

void clat_profile_free (ClatProfile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatProfile, clat_profile_free)

G_END_DECLS
