# SPDX-License-Identifier: GPL-2.0-or-later
"""Links that cannot carry a second IPv6 node: nothing is set up; the status gives the reason."""

import contextlib
import fcntl
import json
import os

import pytest

from lab.layers import kernel_has
from lab.tunnel import open_tun

INTERFACE = "odd0"
TUNSETLINK = 0x400454cd
ARPHRD_TUNNEL6 = 769


@contextlib.contextmanager
def tunnel_of_ipv6(host):
    """NetworkManager and the service treat it as an ip6tnl, by its kernel type."""
    tun = open_tun(host, INTERFACE)
    try:
        fcntl.ioctl(tun, TUNSETLINK, ARPHRD_TUNNEL6)
        yield ["tun", "mode", "tun", "vnet-hdr", "yes"]
    finally:
        os.close(tun)


@contextlib.contextmanager
def ipvlan_in_l3_mode(host):
    """As containers have: packets to other addresses never reach it, and a sibling in another
    mode would change its mode."""
    host.ip("link", "add", "link", "eth0", "name", INTERFACE, "type", "ipvlan", "mode", "l3")
    try:
        yield ["generic"]
        [link] = json.loads(host.output("ip", "-json", "-details", "link", "show",
                                        INTERFACE))
        assert link["linkinfo"]["info_data"]["mode"] == "l3"
    finally:
        host.ip("link", "del", INTERFACE)


@pytest.fixture(params=[tunnel_of_ipv6, ipvlan_in_l3_mode], ids=["tunnel", "ipvlan-l3"])
def link(request, network, host):
    if request.param is ipvlan_in_l3_mode and not kernel_has(network.outer, "ipvlan"):
        pytest.skip("expected: this kernel has no ipvlan")
    with request.param(host) as kind:
        host.nmcli("connection", "add", "type", *kind, "ifname", INTERFACE, "con-name",
                   INTERFACE, "autoconnect", "no", "ipv4.method", "disabled", "ipv6.method",
                   "manual", "ipv6.addresses", "2001:db8:9::2/64", "ipv6.gateway",
                   "2001:db8:9::1")
        try:
            host.nmcli("connection", "up", INTERFACE)
            yield
        finally:
            host.nmcli("connection", "delete", INTERFACE)


@pytest.mark.parametrize("mode", ["auto", "force"])
def test_status_gives_the_reason(host, link, mode):
    with host.running_clat():
        host.wait_for_state("unsupported", INTERFACE)
        host.run("clatctl", "set", INTERFACE, mode)
        state = host.wait_for_state("unsupported", INTERFACE, Mode=mode)
        assert state["StateReason"] == "link-unsupported"
        assert state["StateText"] == ("This kind of interface cannot carry a CLAT; Ethernet, "
                                      "Wi-Fi, modem, PPP, WireGuard and tun interfaces can.")
        # The other connection is still supported.
        host.wait_for_state("active", "eth0")
        assert host.namespaces() == ["clat-eth0"]
