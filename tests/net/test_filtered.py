# SPDX-License-Identifier: GPL-2.0-or-later
"""A network that passes only packets from the host's own IPv6 address."""

import contextlib
import time

import pytest

from lab import traffic
from lab.network import INTERNET
from lab.sourceguard import source_guard
from lab.waiting import PATIENCE, stays, wait_for

NOTICED_SECONDS = 15

def wait_for_sharing(network, host):
    """Programs try IPv4 meanwhile, and use native IPv6."""
    start = time.monotonic()

    def is_shared():
        host.pings(INTERNET, seconds=0.3)
        assert host.pings(network.link.router_address)
        return host.clat_state()["Uplink"] == "shared"

    wait_for(is_shared, NOTICED_SECONDS * 2, "shared address", host.explain)
    return time.monotonic() - start


def test_host_address_is_shared(network, host, link):
    """It is noticed from the packets of programs, and known at the next activation."""
    network.router.ip("-6", "neigh", "flush", "dev", "lan0")
    with source_guard(host, link), host.running_clat():
        own = host.wait_for_state("active")
        assert own["Uplink"] != "shared"
        assert wait_for_sharing(network, host) < NOTICED_SECONDS * PATIENCE
        state = host.wait_for_state("active", Uplink="shared")
        assert state["Ipv6Address"] in host.global_addresses("eth0")
        assert host.wait_for_ping(INTERNET, 5) < 5
        traffic.assert_carries(host, traffic.MB)
        host.wait_for_state("active", Plat="reachable")

        host.nmcli("device", "disconnect", "eth0")
        host.nmcli("connection", "up", "eth0")
        host.wait_for_ipv6("eth0")
        host.wait_for_state("active", Uplink="shared", seconds=20)
        assert host.wait_for_ping(INTERNET, 5) < 5


def test_network_begins_to_filter(network, host, link):
    """The translator's own address has worked before."""
    with host.running_clat():
        host.wait_for_state("active")
        assert host.wait_for_ping(INTERNET, 5) < 5
        host.wait_for_state("active", Plat="reachable")
        with source_guard(host, link):
            assert wait_for_sharing(network, host) < NOTICED_SECONDS * PATIENCE
            assert host.wait_for_ping(INTERNET, 5) < 5
            host.wait_for_state("active", Uplink="shared", Plat="reachable")


def test_setting_own(host, link):
    """Then the default route stays, with a metric worse than any other."""
    host.run("clatctl", "set", "eth0", "address=own")
    try:
        with source_guard(host, link), host.running_clat():
            host.wait_for_state("active")
            wait_for(lambda: not host.pings(INTERNET, seconds=0.3)
                     and host.clat_state()["Plat"] == "unreachable", 30, "verdict",
                     host.explain)
            assert host.clat_state()["Uplink"] != "shared"
    finally:
        host.run("clatctl", "set", "eth0", "address=")


@contextlib.contextmanager
def dead_nat64(link):
    """The router drops packets to the NAT64, and answers pings."""
    link.router.run("nft", "-f", "-", input="""
        table netdev dead {
          chain ingress {
            type filter hook ingress device lan0 priority 0;
            ip6 daddr 2001:db8:64::/96 drop
          }
        }""")
    try:
        yield
    finally:
        link.router.run("nft", "delete", "table", "netdev", "dead")


@pytest.mark.parametrize("has_worked", [False, True])
def test_dead_nat64_is_not_a_filter(host, link, has_worked):
    """The router answers the translator's own address, if nothing else does."""
    with contextlib.ExitStack() as stack:
        if not has_worked:
            stack.enter_context(dead_nat64(link))
        stack.enter_context(host.running_clat())
        own = host.wait_for_state("active")["Uplink"]
        if has_worked:
            assert host.wait_for_ping(INTERNET, 5) < 5
            stack.enter_context(dead_nat64(link))
        wait_for(lambda: not host.pings(INTERNET, seconds=0.3)
                 and host.clat_state()["Plat"] == "unreachable", 40, "verdict", host.explain)
        stays(lambda: host.clat_state()["Uplink"] == own, 3, "own address", host.explain)
