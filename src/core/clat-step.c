/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the plan, by name. */
#include "clat-step.h"

const char *
clat_step_to_string (ClatStep step)
{
  static const char *const names[] = {
      [CLAT_STEP_NONE] = "nothing to do",
      [CLAT_STEP_WAIT] = "wait",
      [CLAT_STEP_REMOVE_STRAY_RULES] = "remove routing rules of vanished addresses",
      [CLAT_STEP_REMOVE_ROUTE] = "remove the IPv4 route",
      [CLAT_STEP_REMOVE_REFUSAL] = "accept IPv4 of programs bound to the link",
      [CLAT_STEP_REMOVE_IPV4] = "remove the IPv4 address",
      [CLAT_STEP_REMOVE_DATAPATH] = "detach the data path",
      [CLAT_STEP_STOP_SLOW_PATH] = "stop the slow path",
      [CLAT_STEP_REMOVE_VETH] = "remove the veth pair",
      [CLAT_STEP_REMOVE_UPLINK] = "remove the uplink",
      [CLAT_STEP_REMOVE_NAMESPACE] = "remove the namespace",
      [CLAT_STEP_MAKE_NAMESPACE] = "make the namespace",
      [CLAT_STEP_MAKE_UPLINK] = "make the uplink",
      [CLAT_STEP_BRING_UP] = "bring the interfaces up",
      [CLAT_STEP_SET_UPLINK_MTU] = "set the MTU of the uplink",
      [CLAT_STEP_ADD_IPV6] = "add an IPv6 address",
      [CLAT_STEP_REMOVE_IPV6] = "remove an IPv6 address",
      [CLAT_STEP_SET_GATEWAY] = "set the IPv6 gateway",
      [CLAT_STEP_SET_REDIRECT] = "attach the redirection of the link",
      [CLAT_STEP_MAKE_VETH] = "make the veth pair",
      [CLAT_STEP_SET_VETH_MTU] = "set the MTU of the veth pair",
      [CLAT_STEP_CLEAR_MULTICAST] = "exclude the veth pair from multicast",
      [CLAT_STEP_SET_FORWARDING] = "enable IPv4 forwarding on the veth pair",
      [CLAT_STEP_SET_VRF] = "put the veth pair into the VRF",
      [CLAT_STEP_START_SLOW_PATH] = "start the slow path",
      [CLAT_STEP_SET_DATAPATH] = "attach the data path",
      [CLAT_STEP_ADD_IPV4] = "add the IPv4 address",
      [CLAT_STEP_ADD_ROUTE] = "add the IPv4 route",
      [CLAT_STEP_ADD_REFUSAL] = "refuse IPv4 of programs bound to the link",
  };

  return names[step];
}
