/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a connection consists of. */
#pragma once

#include "clat-connection-common.h"
#include "clat-connection-pairs.h"
#include "clat-discovery.h"
#include "clat-drain.h"
#include "clat-ipv4-switch.h"
#include "clat-plat-monitor.h"
#include "clat-pref64-store.h"
#include "clat-profile.h"
#include "clat-retry.h"
#include "clat-schedule.h"
#include "clat-sharing.h"
#include "clat-status.h"

typedef struct
{
  const ClatCommon *common;
  ClatProfile *profile;
  char name[IFNAMSIZ];
  ClatDiscovery *discovery;
  ClatIpv4Switch *ipv4_switch;
  guint carriers; /* as of the last pass */
  gboolean is_withdrawn;

  ClatConnectionPairs pairs;
  ClatDrain drain;

  ClatPlatMonitor plat;
  char *plat_text; /* of an unreachable NAT64, else NULL */

  ClatRetry *retry;
  gint64 waiting_since; /* for an address or a route; 0: not waiting */
  ClatSharing sharing;

  ClatActual actual;
  gboolean is_clean; /* the kernel is known to have nothing of ours */
  ClatPref64Store store;
  ClatStatus status;

  ClatSchedule schedule;
  void (*changed) (gpointer data); /* the status has changed */
  gpointer data;
} ClatConnectionParts;
