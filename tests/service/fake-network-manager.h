/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A NetworkManager with the active connections that a test gives it. */
#pragma once

#include "clat-network-manager.h"

#define FAKE_TYPE_NETWORK_MANAGER (fake_network_manager_get_type ())
G_DECLARE_FINAL_TYPE (FakeNetworkManager, fake_network_manager, FAKE, NETWORK_MANAGER,
                      GObject)

/* It runs, has started, and has no active connection. */
FakeNetworkManager *fake_network_manager_new (void);

/* All signal "changed". */

/* When it ends it forgets the active connections. */
void fake_network_manager_set_running (FakeNetworkManager *self, gboolean is_running,
                                       gboolean is_starting);

/* An active connection of that path; takes the profile, which may be NULL. One that has
 * the path already is replaced. */
void fake_network_manager_activate (FakeNetworkManager *self, const char *path,
                                    gboolean is_up, ClatProfile *profile);
void fake_network_manager_remove (FakeNetworkManager *self, const char *path);

/* An interface on which the profile is active or may be; takes the profile. */
void fake_network_manager_add_device (FakeNetworkManager *self, const char *interface,
                                      int ifindex, ClatProfile *profile);

void fake_network_manager_drop_devices (FakeNetworkManager *self);

/* Whether defaults can be set; they can before. */
void fake_network_manager_set_has_defaults (FakeNetworkManager *self,
                                            gboolean has_defaults);

/* Whether it has a CLAT of its own; it has none before. */
void fake_network_manager_set_has_clat (FakeNetworkManager *self, gboolean has_clat);

/* The text of the defaults that were set last; NULL: there are none. */
const char *fake_network_manager_get_defaults (FakeNetworkManager *self);

/* Whether IPv4 is on, after the last change to any active connection; how often that
 * changed. */
gboolean fake_network_manager_is_ipv4_on (FakeNetworkManager *self);
guint fake_network_manager_count_ipv4_changes (FakeNetworkManager *self);

/* How often a check of connectivity was requested. */
guint fake_network_manager_count_checks (FakeNetworkManager *self);
