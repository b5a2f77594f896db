/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the plan: each is one change in the kernel. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CLAT_STEP_NONE, /* the translator is as wanted */
  CLAT_STEP_WAIT, /* for an address or a route, which the kernel will announce */

  CLAT_STEP_REMOVE_STRAY_RULES,
  CLAT_STEP_REMOVE_ROUTE,
  CLAT_STEP_REMOVE_IPV4,
  CLAT_STEP_REMOVE_DATAPATH,
  CLAT_STEP_STOP_SLOW_PATH,
  CLAT_STEP_REMOVE_VETH,
  CLAT_STEP_REMOVE_UPLINK,
  CLAT_STEP_REMOVE_NAMESPACE,

  CLAT_STEP_MAKE_NAMESPACE,
  CLAT_STEP_MAKE_UPLINK,
  CLAT_STEP_BRING_UP,
  CLAT_STEP_SET_UPLINK_MTU,
  CLAT_STEP_ADD_IPV6,
  CLAT_STEP_REMOVE_IPV6,
  CLAT_STEP_SET_GATEWAY,
  CLAT_STEP_SET_REDIRECT,
  CLAT_STEP_MAKE_VETH,
  CLAT_STEP_SET_VETH_MTU,
  CLAT_STEP_SET_VRF,
  CLAT_STEP_START_SLOW_PATH,
  CLAT_STEP_SET_DATAPATH,
  CLAT_STEP_ADD_IPV4,
  CLAT_STEP_ADD_ROUTE,
} ClatStep;

const char *clat_step_to_string (ClatStep step);

G_END_DECLS
