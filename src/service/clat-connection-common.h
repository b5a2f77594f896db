/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all connections share. */
#pragma once

#include "clat-config.h"
#include "clat-kernel.h"
#include "clat-network-manager.h"
#include "clat-pool.h"
#include "clat-remembered-networks.h"
#include "clat-secret.h"

/* Lent to each connection. */
typedef struct
{
  ClatKernel *kernel;
  ClatPool *pool;
  ClatSecret *secret;
  const ClatConfig *config;
  ClatNetworkManager *network_manager;
  ClatRememberedNetworks *filtered;      /* they pass only the host's IPv6 address */
  ClatRememberedNetworks *without_nat64; /* though they have DHCPv4 option 108 */
} ClatCommon;
