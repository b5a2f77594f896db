# SPDX-License-Identifier: GPL-2.0-or-later
"""The kind of uplink by which the translator's namespace is connected to the link."""

import pytest

from lab import traffic
from lab.layers import PORTS, kernel_has, layered
from lab.network import INTERNET

pytestmark = pytest.mark.usefixtures("clat")


@pytest.fixture(scope="module")
def best_uplink(network):
    """ipvlan where the kernel supports it, else macvlan."""
    return "ipvlan" if kernel_has(network.outer, "ipvlan") else "macvlan"


def test_best_uplink_is_used(host, best_uplink):
    state = host.clat_state()
    assert state["Uplink"] == best_uplink
    details = host.output("ip", "netns", "exec", state["Namespace"], "ip", "-details", "link")
    assert best_uplink in details


def test_ipv4_works(host):
    assert host.pings(INTERNET)
    length = 5_000_000
    traffic.assert_carries(host, length)
    with traffic.udp(host) as client:
        assert traffic.is_echoed(client, b"x" * 1444)


@pytest.mark.parametrize("kind", sorted(PORTS))
def test_child_is_removed_for_a_port(network, host, kind):
    """While it has a child, the kernel does not accept an interface as a port."""
    if not kernel_has(network.outer, kind):
        pytest.skip(f"expected: this kernel has no {kind}")
    host.wait_for_state("active", "eth0")
    with layered(network, kind) as layer:
        assert f"master {layer.interface} " in host.output("ip", "link", "show", "eth0")
        host.wait_for_state("active", layer.interface, 30)
    host.wait_for_state("active", "eth0", 30)
