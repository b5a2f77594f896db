# SPDX-License-Identifier: GPL-2.0-or-later
"""Every kind of link that has the framing of Ethernet: the translator sits on the interface
that has the IP configuration, and the host's own IPv6 is as it was."""

import pytest

from lab import servers, traffic
from lab.capture import Capture
from lab.layers import KINDS, kernel_has, layered
from lab.network import INTERNET, PREF64
from lab.waiting import wait_for

MB = 1_000_000
ROUNDS = 3
# Of the best of some rounds: what differs by less is noise of a machine with other work.
SHARE = 0.4


@pytest.fixture(scope="module", params=KINDS)
def layer(request, network):
    if not kernel_has(network.outer, request.param):
        pytest.skip(f"expected: this kernel has no {request.param}")
    with layered(network, request.param) as layer:
        yield layer


@pytest.fixture(scope="module")
def native_server(layer):
    """Answers by IPv6 alone at the router's own address."""
    server = layer.network.start_servers(layer.link.router, layer.link.router_address)
    yield layer.link.router_address
    server.stop()


@pytest.fixture
def active(layer, record_property):
    with layer.host.running_clat():
        state = layer.host.wait_for_state("active", layer.interface, Pref64=PREF64)
        record_property("uplink", state["Uplink"])
        yield state


def detection_works(layer):
    """Whether an address that nobody has can be used, and the router's cannot."""
    network = layer.link.prefix.removesuffix("/64")
    free, taken = f"{network}7777", layer.link.router_address
    interface = layer.interface

    def shown(*flags):
        return layer.host.output("ip", "-6", "address", "show", "dev", interface, *flags)

    try:
        for address in free, taken:
            layer.host.ip("address", "add", f"{address}/64", "dev", interface,
                          "noprefixroute")
        wait_for(lambda: free not in shown("tentative"), 5, "end of the detection",
                 layer.host.explain)
        return f"{taken}/" in shown("dadfailed") and f"{free}/" not in shown("dadfailed")
    finally:
        for address in free, taken:
            layer.host.run("ip", "address", "del", f"{address}/64", "dev", interface,
                           check=False)


def best_speed(layer, address):
    speeds = []
    for _ in range(ROUNDS):
        digest, speed = traffic.download(layer.host, 5 * MB, address)
        assert digest == servers.content_hash(5 * MB)
        speeds.append(speed)
    return max(speeds)


def look_at_ipv6(layer, native):
    """Its addresses, and how fast it is."""
    addresses = layer.host.global_addresses(layer.interface)
    assert addresses
    for address in addresses:
        assert layer.link.router.pings(address)
    assert layer.host.pings(native)
    assert detection_works(layer)
    return set(addresses), best_speed(layer, native)


def test_ipv6_of_the_host_is_unharmed(layer, native_server):
    addresses, speed_before = look_at_ipv6(layer, native_server)
    with layer.host.running_clat():
        layer.host.wait_for_state("active", layer.interface)
        during, speed_during = look_at_ipv6(layer, native_server)
    after, speed_after = look_at_ipv6(layer, native_server)
    assert during == after == addresses
    assert speed_during > SHARE * max(speed_before, speed_after)


def test_it_sits_where_the_addresses_are(layer, active):
    """Ports are left alone."""
    assert layer.port is None or layer.host.clat_state(layer.port) is None
    [route] = layer.host.clat_routes()
    assert f" dev clat-{layer.interface} " in f"{route} "
    assert layer.port is None or f"clat-{layer.port}" not in layer.host.namespaces()
    uplink = layer.host.output("ip", "netns", "exec", active["Namespace"], "ip", "-details",
                               "link", "show", "dev", "uplink")
    parent = layer.host.output("cat", f"/sys/class/net/{layer.interface}/ifindex")
    assert f"@if{parent}:" in uplink and active["Uplink"] in uplink


def test_traffic(layer, active):
    host, device = layer.host, active["HostInterface"]
    with Capture(layer.link.router, layer.link.router_interface,
                 Capture.NOT_IPV6) as capture:
        assert host.pings(INTERNET, "-I", device)
        digest, _ = traffic.download(host, 5 * MB)
        assert digest == servers.content_hash(5 * MB)
        assert traffic.upload(host, 5 * MB) == digest
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
