/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that configures the host's interfaces, as the service sees it: which
 * connections are active. src/networkmanager is NetworkManager; another program would be
 * a folder beside it. */
#pragma once

#include <glib-object.h>

#include "clat-ipv6-mostly.h"
#include "clat-network-defaults.h"
#include "clat-profile.h"

G_BEGIN_DECLS

/* An active connection. */
typedef struct
{
  char *path;           /* see active_path of ClatProfile */
  gboolean is_up;       /* it is being connected or is connected, and is not ending */
  ClatProfile *profile; /* NULL: the connection is not for us, or cannot be read now */
} ClatActiveConnection;

void clat_active_connection_free (ClatActiveConnection *self);

/* An interface that the program configures, or may configure. */
typedef struct
{
  char *interface;
  int ifindex;
  GPtrArray *profiles; /* of ClatProfile: those that are active on it, and if there are
                        * none, all that may be; of these only what they set is known */
} ClatNetworkDevice;

void clat_network_device_free (ClatNetworkDevice *self);

typedef struct
{
  gboolean is_running;    /* FALSE: nothing below is known */
  gboolean is_starting;   /* active connections may be missing */
  gboolean has_restarted; /* since the last snapshot that missed nothing */
  gboolean has_defaults;  /* that can be set: clat_network_manager_set_defaults */
  gboolean has_clat;      /* of its own, which may start at any time */
  GPtrArray *connections; /* of ClatActiveConnection */
  GPtrArray *devices;     /* of ClatNetworkDevice */
} ClatNetworkSnapshot;

void clat_network_snapshot_clear (ClatNetworkSnapshot *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ClatNetworkSnapshot, clat_network_snapshot_clear)

#define CLAT_TYPE_NETWORK_MANAGER (clat_network_manager_get_type ())
G_DECLARE_INTERFACE (ClatNetworkManager, clat_network_manager, CLAT, NETWORK_MANAGER,
                     GObject)

/* Signal: "changed" when a snapshot may differ from the last one. */
struct _ClatNetworkManagerInterface
{
  GTypeInterface parent;

  void (*start) (ClatNetworkManager *self);
  void (*stop) (ClatNetworkManager *self);
  ClatNetworkSnapshot (*take_snapshot) (ClatNetworkManager *self);
  void (*set_ipv4) (ClatNetworkManager *self, const char *active_path, ClatIpv4Wish wish);
  void (*set_defaults) (ClatNetworkManager *self, const ClatNetworkDefaults *defaults);
  void (*flush) (ClatNetworkManager *self);
  void (*check_connectivity) (ClatNetworkManager *self);
};

/* Between start and stop changes are signalled, and some that were under way later. The
 * program need not run yet. */
void clat_network_manager_start (ClatNetworkManager *self);
void clat_network_manager_stop (ClatNetworkManager *self);

/* The caller clears the snapshot. */
ClatNetworkSnapshot clat_network_manager_take_snapshot (ClatNetworkManager *self);

/* Takes IPv4 off an active connection until it is activated again, or puts it back as its
 * profile says, not as the network says if it is required. The profile is not changed.
 * Nothing is done where it is so already. */
void clat_network_manager_set_ipv4 (ClatNetworkManager *self, const char *active_path,
                                    ClatIpv4Wish wish);

/* What connections have whose profiles do not say otherwise, until it is set again: also
 * those that are active, as far as they get IPv4 by that. It outlives this process, but
 * not the boot. Nothing is done if it is so already, or if the program cannot do it. */
void clat_network_manager_set_defaults (ClatNetworkManager *self,
                                        const ClatNetworkDefaults *defaults);

/* Waits until such changes are carried out, some seconds at most. The main loop runs
 * meanwhile. */
void clat_network_manager_flush (ClatNetworkManager *self);

/* Requests a check of connectivity soon, if such checks are enabled: an interface of ours
 * has IPv4 now. Requests that come close together share a check. */
void clat_network_manager_check_connectivity (ClatNetworkManager *self);

G_END_DECLS
