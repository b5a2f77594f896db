# SPDX-License-Identifier: GPL-2.0-or-later
"""A prefix that the network routes to the host, as by DHCPv6 prefix delegation: the translator
has an address of it, and the link sees no neighbour but the host."""

import ipaddress
import json

import pytest

from lab import snapshot, traffic
from lab.capture import Capture
from lab.duplicates import is_solicitation, target_of
from lab.network import INTERNET
from lab.waiting import wait_for

ROUTED = "2001:db8:5::/64"
SINGLE = "2001:db8:6::9/128"


@pytest.fixture(params=[ROUTED, SINGLE])
def routed(request, network, host):
    """The router has a route for it by the host's address."""
    [address] = host.global_addresses("eth0")
    network.router.ip("-6", "route", "add", request.param, "via", address, "dev", "lan0")
    host.run("clatctl", "set", "eth0", f"address={request.param}")
    yield ipaddress.IPv6Network(request.param)
    host.run("clatctl", "set", "eth0", "address=")
    network.router.ip("-6", "route", "del", request.param)


def test_address_of_the_prefix(network, host, routed):
    before = snapshot.take(host)
    with Capture(network.router, "lan0") as capture, host.running_clat():
        state = host.wait_for_state("active", Uplink="redirect", SlowPath="running")
        address = state["Ipv6Address"]
        assert ipaddress.IPv6Address(address) in routed
        assert host.wait_for_ping(INTERNET, 3) < 3
        traffic.assert_carries(host, traffic.bulk(5))
        with traffic.udp(host) as client:
            assert all(traffic.is_echoed(client, b"x" * length) for length in (1, 1444, 4000))
        assert not json.loads(host.output("ip", "-6", "-json", "neigh", "show", "proxy") or "[]")
    assert not [packet for packet in capture.ipv6(is_solicitation)
                if str(target_of(packet)) == address]
    wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 5,
             "network as it was before", host.explain)
    with host.running_clat():
        assert host.wait_for_state("active")["Ipv6Address"] == address


def test_choice_changes_while_it_runs(network, host):
    with host.running_clat():
        own = host.wait_for_state("active")
        assert own["Uplink"] not in ("shared", "redirect")
        try:
            host.run("clatctl", "set", "eth0", "address=shared")
            host.wait_for_state("active", Uplink="shared")
            assert host.wait_for_ping(INTERNET, 3) < 3
        finally:
            host.run("clatctl", "set", "eth0", "address=")
        host.wait_for_state("active", Uplink=own["Uplink"], Ipv6Address=own["Ipv6Address"])
        assert host.wait_for_ping(INTERNET, 3) < 3
