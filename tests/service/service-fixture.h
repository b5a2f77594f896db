/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a connection or a manager needs to run in a test, on a fake kernel. */
#pragma once

#include "clat-connection.h"
#include "fake-kernel.h"
#include "fake-network-manager.h"

typedef struct
{
  char *directory; /* of the secret */
  FakeKernel *kernel;
  FakeNetworkManager *network_manager;
  ClatSecret *secret;
  ClatPool *pool; /* of two addresses */
  ClatConfig *config;
  ClatRememberedNetworks filtered;
  ClatRememberedNetworks without_nat64;
  ClatCommon common;
} ServiceFixture;

void service_fixture_set_up (ServiceFixture *self);
void service_fixture_tear_down (ServiceFixture *self);

/* "home", connected on the link of the fake kernel with metric 600. */
ClatProfile *make_profile (void);

/* Dispatches all that was scheduled; timers are not waited for. */
void settle (void);

/* Longer than any timer of the service that a test waits for, but the end of a test that
 * waits in vain. */
#define WAIT_SECONDS 15

/* Dispatches events until the condition holds. */
#define WAIT_UNTIL(condition)                                                            \
  for (gint64 end = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC;             \
       !(condition); wait_a_little (end, #condition))

/* For WAIT_UNTIL. */
void wait_a_little (gint64 end, const char *condition);
