# SPDX-License-Identifier: GPL-2.0-or-later
"""Every kind of link with Ethernet framing: the uplink is on the interface that has the IP
configuration, and the host's own IPv6 works as before."""

import pytest

from lab import ownipv6, traffic
from lab.capture import Capture
from lab.layers import KINDS, kernel_has, layered
from lab.network import INTERNET, PREF64


@pytest.fixture(scope="module", params=KINDS)
def layer(request, network):
    if not kernel_has(network.outer, request.param):
        pytest.skip(f"expected: this kernel has no {request.param}")
    with layered(network, request.param) as layer:
        yield layer


@pytest.fixture
def active(layer, record_property):
    with layer.host.running_clat():
        state = layer.host.wait_for_state("active", layer.interface, Pref64=PREF64)
        record_property("uplink", state["Uplink"])
        yield state


@pytest.mark.timing
def test_ipv6_of_the_host_is_unharmed(network, layer):
    ownipv6.of_link(network, layer.link, layer.interface).assert_unharmed(
        layer.host.running_clat())


def test_uplink_is_on_the_interface_with_the_addresses(layer, active):
    """Ports are not touched. Where another program has made a child, ours is its sibling."""
    assert layer.port is None or layer.host.clat_state(layer.port) is None
    [route] = layer.host.clat_routes()
    assert f" dev clat-{layer.interface} " in f"{route} "
    assert layer.port is None or f"clat-{layer.port}" not in layer.host.namespaces()
    uplink = layer.host.output("ip", "netns", "exec", active["Namespace"], "ip", "-details",
                               "link", "show", "dev", "uplink")
    assert any(f"@if{parent}:" in uplink for parent in layer.parents())
    assert active["Uplink"] in uplink


def test_traffic(layer, active):
    host, device = layer.host, active["HostInterface"]
    with Capture(layer.link.router, layer.link.router_interface,
                 Capture.NOT_IPV6) as capture:
        assert host.pings(INTERNET, "-I", device)
        traffic.assert_carries(host, 5 * traffic.MB)
        with traffic.udp(host) as client:
            assert all(traffic.is_echoed(client, b"x" * length)
                       for length in (1, 1444, 4000))
    capture.assert_no_ipv4()


def test_nothing_is_left(layer):
    before = layer.host.output("ip", "-brief", "link")
    with layer.host.running_clat():
        layer.host.wait_for_state("active", layer.interface)
    assert layer.host.namespaces() == [] and layer.host.clat_routes() == []
    assert layer.host.output("ip", "-brief", "link") == before
