# SPDX-License-Identifier: GPL-2.0-or-later
"""How the translator's namespace reaches the link: by what the kernel has."""

import pytest

from lab import traffic
from lab.layers import PORTS, kernel_has, layered
from lab.network import INTERNET

pytestmark = pytest.mark.usefixtures("clat")


@pytest.fixture(scope="module")
def best_uplink(network):
    """ipvlan where the kernel has it, else macvlan."""
    return "ipvlan" if kernel_has(network.outer, "ipvlan") else "macvlan"


def test_best_uplink_is_used(host, best_uplink):
    state = host.clat_state()
    assert state["Uplink"] == best_uplink
    details = host.output("ip", "netns", "exec", state["Namespace"], "ip", "-details", "link")
    assert best_uplink in details


def test_it_works(host):
    assert host.pings(INTERNET)
    length = 5_000_000
    traffic.assert_carries(host, length)
    with traffic.udp(host) as client:
        assert traffic.is_echoed(client, b"x" * 1444)


@pytest.mark.parametrize("kind", sorted(PORTS))
def test_it_makes_room_for_a_port(network, host, kind):
    """As long as it has a child, the kernel lets no interface become one."""
    if not kernel_has(network.outer, kind):
        pytest.skip(f"expected: this kernel has no {kind}")
    host.wait_for_state("active", "eth0")
    with layered(network, kind) as layer:
        assert f"master {layer.interface} " in host.output("ip", "link", "show", "eth0")
        host.wait_for_state("active", layer.interface, 30)
    host.wait_for_state("active", "eth0", 30)
