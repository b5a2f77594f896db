# SPDX-License-Identifier: GPL-2.0-or-later
"""What changes around a connection that stays: the cable goes into another network, the
interface gets another name, the profile other settings, the link another MTU."""

import contextlib

import pytest

from lab import servers, traffic
from lab.advertiser import LinkAddress, Prefix
from lab.capture import Capture
from lab.network import INTERNET, PREF64
from lab.waiting import wait_for

OTHER_PREFIX = "2001:db8:21::/64"
OTHER_ADDRESS = "2001:db8:21::1"
OTHER_LINK_LOCAL = "fe80::2"
OTHER_PREF64 = "2001:db8:68::/96"

# Doubt lasts for 5 s; the rest is for a slow machine.
DOUBT_SECONDS = 10

pytestmark = pytest.mark.usefixtures("fresh_clat")


def active_path(host, interface="eth0"):
    return host.nmcli("-g", "GENERAL.CON-PATH", "device", "show", interface)


@pytest.fixture
def other_network(network, link):
    """Plugs the cable into another network: other router, other /64, other NAT64 prefix."""
    network.router.add_nat64(OTHER_PREF64)
    interface = link.router_interface

    def plug(link_local=OTHER_LINK_LOCAL):
        advertisement = link.advertiser.advertisement.without(Prefix).with_options(
            Prefix(OTHER_PREFIX)).with_pref64(OTHER_PREF64)
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
    # What was said in the other network is not for the tests that follow.
    network.host.nmcli("connection", "up", "eth0")
    network.host.wait_for_ipv6("eth0")


def test_carrier_lost_and_back_in_the_same_network(host, link):
    """Who is connected stays so, and the routers are asked at once."""
    before = host.wait_for_state("active")
    path = active_path(host)
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        client.sendall(b"before")
        assert client.recv(64) == b"before"
        asked = link.advertiser.solicitations
        link.unplug()
        link.plug()
        wait_for(lambda: link.advertiser.solicitations > asked, 3, "question", host.explain)
        wait_for(lambda: host.pings(INTERNET, seconds=0.2), 5, "IPv4", host.explain)
        client.sendall(b"after")
        assert client.recv(64) == b"after"
        # Longer than what was heard before is relied on.
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
    """NetworkManager does not notice more than a short loss of carrier."""
    before = host.wait_for_state("active", Pref64=PREF64)
    path = active_path(host)
    other_network(link_local)
    after = host.wait_for_state("active", seconds=DOUBT_SECONDS, Pref64=OTHER_PREF64)
    wait_for(lambda: host.pings(INTERNET, seconds=0.2), DOUBT_SECONDS, "IPv4", host.explain)
    after = wait_for(lambda: (state := host.clat_state())
                     and state["Ipv6Address"].startswith("2001:db8:21:") and state,
                     DOUBT_SECONDS, "address of the other network", host.explain)
    assert after["Pref64"] == OTHER_PREF64
    assert active_path(host) == path
    with Capture(network.router, "lan0") as capture:
        assert host.pings(INTERNET)
    [request] = capture.ipv6(lambda packet: packet.icmp_type == 128)
    assert str(request.source) == after["Ipv6Address"] != before["Ipv6Address"]


def test_carrier_of_a_network_without_nat64(host, link):
    """What the old network said is not relied on for long."""
    host.wait_for_state("active")
    link.unplug()
    link.advertiser.advertisement = link.plain
    link.plug()
    host.wait_for_state("searching", seconds=DOUBT_SECONDS)
    assert host.translates_nothing()
