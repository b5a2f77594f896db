/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of an active connection matters to us, whichever program configures the host's
 * interfaces. */
#pragma once

#include "clat-address-setting.h"
#include "clat-config.h"
#include "clat-state.h"

G_BEGIN_DECLS

/* What a profile says about something that NetworkManager has a default for. */
typedef enum
{
  CLAT_PROFILE_SETTING_DEFAULT,
  CLAT_PROFILE_SETTING_NO,
  CLAT_PROFILE_SETTING_YES,
} ClatProfileSetting;

typedef struct
{
  char *active_path; /* another one each time the profile is activated */
  char *uuid;
  char *id;
  char *interface; /* the one that has the IP configuration */
  int ifindex;

  char **nameservers;         /* of this connection only, those reached by IPv6 first */
  char **network_nameservers; /* those among them that the network named by DHCPv6 */

  gboolean has_mode; /* the profile sets one */
  ClatMode mode;
  gboolean is_ipv4_clat_no; /* it is that of NetworkManager's setting ipv4.clat */

  ClatPrefix prefix; /* length 0: the profile sets none */

  struct in6_addr delegated_ipv6; /* of NetworkManager's own CLAT; ::, not known */
  ClatPrefix delegated_prefix;    /* the same; length 0: not known */

  gboolean has_address; /* the profile sets it */
  ClatAddressSetting address;
  gboolean is_dhcp4_client; /* IPv4 is by DHCPv4 */
  gboolean has_dhcp4;       /* and nothing else of IPv4 is set */
  gint64 dhcp4_expiry;      /* of the lease, in seconds of CLOCK_REALTIME; 0: none */
  gboolean has_ipv6_mostly; /* the profile sets whether option 108 is followed */
  gboolean ipv6_mostly;
  ClatProfileSetting option_108; /* whether NetworkManager asks for it */
  gboolean asks_option_108;      /* NetworkManager does, for whatever reason */
  ClatProfileSetting other_clat; /* NetworkManager's own */
  gboolean lacks_ipv6;           /* the profile says that there is none */

  gboolean is_wifi;
  gboolean is_connected;  /* or is being connected: whether IPv6 works shows itself */
  gboolean is_settled;    /* nothing is waited for any more, such as DHCPv4 */
  gboolean is_online;     /* a check has reached the Internet: no captive portal */
  guint32 table;          /* of the connection's routes */
  gboolean never_default; /* no IPv4 default route is to use it */
  gboolean has_metric;
  guint32 metric; /* of default routes of this connection */
} ClatProfile;

/* Whether both are the same profile on the same interface, activated again or not. */
gboolean clat_profile_is_same (const ClatProfile *self, const ClatProfile *other);

/* What the profile sets, or else the configuration. */
ClatMode clat_profile_get_mode (const ClatProfile *self, const ClatConfig *config);
gboolean clat_profile_follows_option_108 (const ClatProfile *self,
                                          const ClatConfig *config);

gboolean clat_profile_equal (const ClatProfile *a, const ClatProfile *b);

void clat_profile_free (ClatProfile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatProfile, clat_profile_free)

G_END_DECLS
