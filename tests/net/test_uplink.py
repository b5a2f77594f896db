# SPDX-License-Identifier: GPL-2.0-or-later
"""How the translator's namespace reaches the link: by what the kernel has."""

import pytest

from lab import traffic
from lab.machine import Machine
from lab.network import INTERNET

pytestmark = pytest.mark.usefixtures("clat")


@pytest.fixture(scope="module")
def best_uplink(network):
    """ipvlan where the kernel has it, else macvlan."""
    scratch = Machine("scratch", inside=network.outer)
    scratch.ip("link", "add", "parent", "type", "veth", "peer", "name", "other")
    has_ipvlan = scratch.succeeds("ip", "link", "add", "link", "parent", "child", "type",
                                  "ipvlan")
    scratch.stop()
    return "ipvlan" if has_ipvlan else "macvlan"


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
