# SPDX-License-Identifier: GPL-2.0-or-later
"""How the translator's namespace reaches the link: by what the kernel has."""

import pytest

from lab import traffic
from lab.layers import kernel_has
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
