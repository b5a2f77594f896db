# SPDX-License-Identifier: GPL-2.0-or-later
"""What changes while a connection stays up: the cable is moved to another network, the interface
is renamed, the profile is modified, the link's MTU changes."""

import json
import re

import pytest

from lab import servers, traffic
from lab.advertiser import Mtu, Prefix
from lab.capture import Capture
from lab.network import INTERNET, PREF64
from lab.waiting import wait_for

OTHER_PREFIX = "2001:db8:21::/64"
OTHER_ADDRESS = "2001:db8:21::1"
OTHER_LINK_LOCAL = "fe80::2"
OTHER_PREF64 = "2001:db8:68::/96"

# What was learned before a carrier loss is used for 5 s more; the rest is for a slow machine.
DOUBT_SECONDS = 10

# Bound on the log of packets from the CLAT's own addresses.
OWN_TABLE = re.compile("464[0-9]{5}")

pytestmark = pytest.mark.usefixtures("fresh_clat")


def active_path(host, interface="eth0"):
    return host.nmcli("-g", "GENERAL.CON-PATH", "device", "show", interface)


@pytest.fixture
def other_network(network, link):
    """Moves the cable to another network: other router, other /64, other NAT64 prefix."""
    network.router.add_nat64(OTHER_PREF64)
    interface = link.router_interface

    def plug(link_local=OTHER_LINK_LOCAL, loses_carrier=True):
        advertisement = link.advertiser.advertisement.without(Prefix).with_options(
            Prefix(OTHER_PREFIX)).with_pref64(OTHER_PREF64)
        if loses_carrier:
            link.unplug()
        link.advertiser.source = link_local
        link.advertiser.advertisement = advertisement
        network.router.ip("link", "set", interface, "up")
        for address in f"{link_local}/64", f"{OTHER_ADDRESS}/64":
            network.router.ip("address", "add", address, "dev", interface, "nodad")

    yield plug
    link.unplug()
    link.advertiser.source = "fe80::1"
    link.advertiser.advertisement = link.advertiser._default
    link.plug()
    # What the other network announced must not affect the tests that follow.
    network.host.nmcli("connection", "up", "eth0")
    network.host.wait_for_ipv6("eth0")


def test_carrier_lost_and_back_in_the_same_network(host, link):
    """Established connections survive, and routers are solicited at once."""
    before = host.wait_for_state("active")
    path = active_path(host)
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        client.sendall(b"before")
        assert client.recv(64) == b"before"
        count = link.advertiser.solicitations
        link.unplug()
        link.plug()
        wait_for(lambda: link.advertiser.solicitations > count, 3, "solicitation", host.explain)
        wait_for(lambda: host.pings(INTERNET, seconds=0.2), 5, "IPv4", host.explain)
        client.sendall(b"after")
        assert client.recv(64) == b"after"
        # Longer than stale information is used without being confirmed.
        with pytest.raises(AssertionError):
            host.wait_for_state("searching", seconds=7)
        client.sendall(b"later")
        assert client.recv(64) == b"later"
    after = host.wait_for_state("active")
    for name in "Ipv4Address", "Ipv6Address", "Pref64", "ActiveSince":
        assert after[name] == before[name], name
    assert active_path(host) == path


@pytest.mark.parametrize("link_local", [OTHER_LINK_LOCAL, "fe80::1"])
def test_carrier_of_another_network(network, host, link, other_network, link_local):
    """NetworkManager keeps the connection up through a short loss of carrier."""
    before = host.wait_for_state("active", Pref64=PREF64)
    path = active_path(host)
    other_network(link_local)
    after = host.wait_for_state("active", seconds=DOUBT_SECONDS, Pref64=OTHER_PREF64)
    assert after["Ipv6Address"].startswith("2001:db8:21:"), "address not of that prefix"
    wait_for(lambda: host.pings(INTERNET, seconds=0.2), DOUBT_SECONDS, "IPv4", host.explain)
    assert active_path(host) == path
    with Capture(network.router, "lan0") as capture:
        assert host.pings(INTERNET)
    [request] = capture.ipv6(lambda packet: packet.icmp_type == 128)
    assert str(request.source) == after["Ipv6Address"] != before["Ipv6Address"]


def test_carrier_of_a_network_without_nat64(host, link):
    """What the previous network announced is not used for long."""
    host.wait_for_state("active")
    link.unplug()
    link.advertiser.advertisement = link.plain
    link.plug()
    host.wait_for_state("searching", seconds=DOUBT_SECONDS)
    assert host.translates_nothing()


# The interface


def test_interface_renamed(host):
    """As udev or an administrator does it: the connection continues under the new name."""
    host.wait_for_state("active")
    if not host.succeeds("ip", "link", "set", "eth0", "name", "lan9"):
        pytest.skip("expected: this kernel does not rename interfaces that are up")
    try:
        host.wait_for_state("active", "lan9")
        wait_for(lambda: host.namespaces() == ["clat-lan9"], 5, "one namespace", host.explain)
        assert host.clat_state("lan9")["HostInterface"] == "clat-lan9"
        assert len(host.clat_routes()) == 1
        assert host.wait_for_ping(INTERNET, 5) < 5
    finally:
        host.ip("link", "set", "lan9", "name", "eth0")
    host.wait_for_state("active")
    wait_for(lambda: host.namespaces() == ["clat-eth0"], 5, "one namespace", host.explain)
    assert host.wait_for_ping(INTERNET, 5) < 5


# The profile


def modify(host, *settings):
    host.nmcli("connection", "modify", "eth0", *settings)


@pytest.fixture
def reapply(host):
    """Reapplies changed settings to the active connection without taking it down."""

    def change(*settings):
        modify(host, *settings)
        host.nmcli("device", "reapply", "eth0")

    yield change
    change("ipv4.route-metric", "-1", "ipv4.route-table", "0", "ipv6.route-metric", "-1")


def routes_of_clat(host):
    """(table, metric) of the default routes into the translator that are not bound to a source."""
    routes = json.loads(host.output("ip", "-json", "-4", "route", "show", "table", "all",
                                    "default", "dev", "clat-eth0"))
    tables = {(route.get("table", "main"), route.get("metric", 0)) for route in routes}
    return {(table, metric) for table, metric in tables if not OWN_TABLE.fullmatch(table)}


def wait_for_route(host, table, metric):
    wait_for(lambda: routes_of_clat(host) == {(table, metric)}, 5,
             f"route in table {table} with metric {metric}",
             lambda: f"{routes_of_clat(host)}\n{host.explain()}")


def test_metric_of_the_profile_is_followed(host, reapply):
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        reapply("ipv4.route-metric", "77")
        wait_for_route(host, "main", 77)
        reapply("ipv4.route-metric", "88")
        wait_for_route(host, "main", 88)
        client.sendall(b"still")
        assert client.recv(64) == b"still"
    assert host.wait_for_state("active")
    assert host.pings(INTERNET)


def test_table_of_the_profile_is_followed(host, reapply):
    reapply("ipv4.route-table", "4711", "ipv4.route-metric", "99")
    wait_for_route(host, "4711", 99)
    assert not host.pings(INTERNET, seconds=0.3)
    host.ip("rule", "add", "priority", "1000", "table", "4711")
    try:
        assert host.pings(INTERNET)
    finally:
        host.ip("rule", "del", "priority", "1000")
    reapply("ipv4.route-table", "0", "ipv4.route-metric", "66")
    wait_for_route(host, "main", 66)
    assert host.pings(INTERNET)


def test_device_moves_to_another_profile(host):
    """The other profile may be another network, so the CLAT generates another address."""
    before = host.wait_for_state("active")
    host.add_profile("eth0", id="other", ipv4="route-metric=55")
    try:
        host.nmcli("connection", "up", "other")
        after = wait_for(lambda: (state := host.clat_state()) and state["Id"] == "other"
                         and state["State"] == "active" and state, 15, "other profile",
                         host.explain)
        assert after["Uuid"] != before["Uuid"]
        assert after["Ipv6Address"] != before["Ipv6Address"]
        wait_for_route(host, "main", 55)
        assert host.namespaces() == ["clat-eth0"]
        assert host.wait_for_ping(INTERNET, 5) < 5
    finally:
        host.nmcli("connection", "up", "eth0")
        host.nmcli("connection", "delete", "other")
    host.wait_for_state("active", Id="eth0")


def test_profile_of_another_network(host, other_network):
    """What the routers of the previous network announced is not used for the next connection."""
    host.wait_for_state("active", Pref64=PREF64)
    host.add_profile("eth0", id="other")
    try:
        other_network(loses_carrier=False)
        host.nmcli("connection", "up", "other")
        after = host.wait_for_state("active", seconds=15, Id="other", Pref64=OTHER_PREF64)
        assert after["Ipv6Address"].startswith("2001:db8:21:")
        [name] = host.namespaces()
        addresses = host.output("ip", "-n", name, "-6", "-o", "address", "show", "dev", "uplink",
                                "scope", "global")
        assert OTHER_PREFIX.removesuffix(":/64") in addresses
        assert len(addresses.splitlines()) == 1, addresses
    finally:
        host.nmcli("connection", "up", "eth0")
        host.nmcli("connection", "delete", "other")


# The MTU


def route_mtus(host):
    """While one route is replaced by another, both exist."""
    return [int(route.split()[route.split().index("mtu") + 1]) for route in host.clat_routes()]


def wait_for_mtu(host, mtu):
    """The IPv4 route's MTU is 28 less: 20 for the larger header, 8 for a fragment header."""
    wait_for(lambda: route_mtus(host) == [mtu - 28], 5, f"route for an MTU of {mtu}",
             host.explain)


def assert_biggest_passes(network, host, mtu):
    """Packets as big as the route's MTU pass both ways, and no packet exceeds the link's MTU."""
    with Capture(network.router, "lan0") as capture:
        [route_mtu] = route_mtus(host)
        size = route_mtu - 28
        assert wait_for(lambda: host.pings(INTERNET, "-M", "do", "-s", str(size)), 5,
                        "biggest echo", host.explain)
        assert not host.pings(INTERNET, "-M", "do", "-s", str(size + 1), seconds=0.3)
        length = 2_000_000
        traffic.assert_carries(host, length)
    address = host.clat_state()["Ipv6Address"]
    out = capture.ipv6(lambda packet: packet.icmp_type == 128 and str(packet.source) == address)
    assert {packet.payload_length + 40 for packet in out} == {size + 8 + 40}


@pytest.fixture
def link_mtu(network, host, link):
    def change(mtu):
        for machine, interface in (host, "eth0"), (network.router, "lan0"):
            machine.ip("link", "set", interface, "mtu", str(mtu))

    yield change
    change(1500)
    wait_for_mtu(host, 1500)


def test_mtu_of_the_link_is_followed(network, host, link_mtu):
    for mtu in 1400, 1300, 1500:
        link_mtu(mtu)
        wait_for_mtu(host, mtu)
        assert_biggest_passes(network, host, mtu)


def test_mtu_of_the_advertisement_is_followed(network, host, link):
    for mtu in 1400, 1280, 1500:
        link.advertiser.announce(link.advertiser._default.with_options(Mtu(mtu)))
        wait_for_mtu(host, mtu)
        assert_biggest_passes(network, host, mtu)
