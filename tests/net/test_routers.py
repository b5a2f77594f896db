# SPDX-License-Identifier: GPL-2.0-or-later
"""Several routers on a link: which NAT64 prefix, source address and next hop are used."""

import contextlib
import dataclasses
import ipaddress

import pytest

from lab.advertiser import HIGH, LOW, RESERVED, LinkAddress, Pref64, Prefix
from lab.capture import Capture
from lab.network import INTERNET, LINK_LOCAL, PREF64, OtherRouter
from lab.routes import DefaultRoutes
from lab.waiting import stays, wait_for

pytestmark = pytest.mark.usefixtures("clat")

OTHER_PREF64 = "2001:db8:65::/96"
QUIET_SECONDS = 1


@pytest.fixture(scope="module")
def second(network):
    """A second router; it does not send advertisements yet."""
    network.router.add_nat64(OTHER_PREF64)
    router = OtherRouter(network.link)
    yield router
    router.stop()


@pytest.fixture
def disabled(host, link, second):
    """The CLAT is off, and has no record of any router."""
    second.withdraw()
    link.advertiser.announce_pref64()
    host.run("clatctl", "set", "eth0", "no")
    wait_for(lambda: host.namespaces() == [], 10, "removal of the CLAT", host.explain)
    yield
    second.withdraw()


@pytest.fixture
def other(host, second, disabled):
    """The second router, before its first advertisement to a new CLAT."""
    host.run("clatctl", "set", "eth0", "auto")
    host.wait_for_state("searching", seconds=15)
    return second


def with_flags(advertisement, flags, **fields):
    return dataclasses.replace(advertisement, flags=flags, **fields)


def assert_goes_through(host, network, router, mac, prefix, source):
    """IPv4 works through PREFIX, from an address of SOURCE, by the MAC address of ROUTER."""
    state = host.wait_for_state("active", Pref64=prefix, Pref64Router=router)
    network_of_source = ipaddress.IPv6Network(source)
    wait_for(lambda: ipaddress.IPv6Address(host.clat_state()["Ipv6Address"])
             in network_of_source, 5, f"address of {source}", host.explain)
    with Capture(network.router, "lan0") as capture:
        assert host.wait_for_ping(INTERNET, 5) < 5
    sent = capture.ipv6(lambda packet: packet.icmp_type == 128
                        and packet.destination in ipaddress.IPv6Network(prefix))
    assert {packet.receiver for packet in sent} == {mac}, host.explain()
    assert all(packet.source in network_of_source for packet in sent)
    return state


def test_cl_e1_through_the_router_that_announced_it(network, host, link, other):
    """The source address has that router's prefix, too (RFC 8028)."""
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    other.advertiser.announce(other.plain.with_pref64(OTHER_PREF64))
    assert_goes_through(host, network, LINK_LOCAL, link.mac, PREF64, link.prefix)
    # It stays a default router, only its NAT64 prefix is withdrawn.
    link.advertiser.announce_pref64()
    assert_goes_through(host, network, other.ADDRESS, other.mac, OTHER_PREF64, other.PREFIX)
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    other.advertiser.announce_pref64()
    assert_goes_through(host, network, LINK_LOCAL, link.mac, PREF64, link.prefix)


def test_cl_e1_unless_a_more_specific_route_says_otherwise(network, host, link, other):
    other.advertiser.announce(other.plain.with_pref64(OTHER_PREF64))
    link.advertiser.send(link.plain)
    state = host.wait_for_state("active", Pref64Router=other.ADDRESS)
    host.run("ip", "netns", "exec", state["Namespace"], "ip", "-6", "route", "add",
             OTHER_PREF64, "via", LINK_LOCAL, "dev", "uplink")

    def goes_through_the_other():
        with Capture(network.router, "lan0") as capture:
            host.pings(INTERNET, seconds=0.5)
        sent = capture.ipv6(lambda packet: packet.icmp_type == 128)
        return sent and {packet.receiver for packet in sent} == {link.mac}
    wait_for(goes_through_the_other, 5, "packet through the route", host.explain)


def test_cl_e3_other_router_takes_over_when_the_prefix_expires(host, link, other):
    link.advertiser.announce(link.plain.with_pref64(PREF64, lifetime=8))
    link.advertiser.advertisement = link.plain
    host.wait_for_state("active", Pref64=PREF64)
    other.advertiser.announce(other.plain.with_pref64(OTHER_PREF64))
    with DefaultRoutes(host) as routes:
        host.wait_for_state("active", Pref64=OTHER_PREF64, seconds=14)
        assert host.wait_for_ping(INTERNET, 3) < 3
        assert routes.least() == 1


@pytest.mark.parametrize("first", ["preferred", "other"])
@pytest.mark.parametrize("better, worse", [(HIGH, 0), (0, LOW), (RESERVED, LOW)],
                         ids=["high-medium", "medium-low", "reserved-low"])
def test_preference(host, link, other, first, better, worse):
    """RFC 4191: the router with the higher preference is used, whichever is seen first."""
    announcements = [lambda: other.advertiser.announce(
                with_flags(other.plain.with_pref64(OTHER_PREF64), better)),
            lambda: link.advertiser.announce(
                with_flags(link.plain.with_pref64(PREF64), worse))]
    if first == "other":
        announcements.reverse()
    announcements[0]()
    host.wait_for_state("active")
    announcements[1]()
    host.wait_for_state("active", Pref64=OTHER_PREF64)
    stays(lambda: host.clat_state()["Pref64"] == OTHER_PREF64, QUIET_SECONDS, "preferred",
          host.explain)


@pytest.mark.parametrize("flags", [0, RESERVED], ids=["medium", "reserved"])
def test_same_preference_keeps_the_one_in_use(host, link, other, flags):
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    host.wait_for_state("active", Pref64=PREF64)
    other.advertiser.announce(with_flags(other.plain.with_pref64(OTHER_PREF64), flags))
    stays(lambda: host.clat_state()["Pref64"] == PREF64, QUIET_SECONDS, "the one in use",
          host.explain)


def test_8781_12_router_is_no_longer_a_default_router(network, host, link, other):
    """The prefix of a router with lifetime 0 is used only while no default router has one."""
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    host.wait_for_state("active", Pref64=PREF64)
    other.advertiser.announce(other.plain.with_pref64(OTHER_PREF64))
    link.advertiser.announce(
        dataclasses.replace(link.plain.with_pref64(PREF64), router_lifetime=0))
    assert_goes_through(host, network, other.ADDRESS, other.mac, OTHER_PREF64, other.PREFIX)
    other.advertiser.announce_pref64()
    host.wait_for_state("active", Pref64=PREF64, Pref64Router=LINK_LOCAL)
    assert host.wait_for_ping(INTERNET, 5) < 5


def test_8781_12_default_router_that_expires(host, link, other):
    link.advertiser.announce(
        dataclasses.replace(link.plain.with_pref64(PREF64), router_lifetime=3))
    host.wait_for_state("active", Pref64=PREF64)
    other.advertiser.announce(other.plain.with_pref64(OTHER_PREF64))
    host.wait_for_state("active", Pref64=OTHER_PREF64)
    assert host.wait_for_ping(INTERNET, 5) < 5


def test_no_router_yet(host, link, disabled):
    """The prefix is known, but the only router is not a default router: the text says so."""
    announced = link.plain.with_pref64(PREF64)
    link.advertiser.announce(dataclasses.replace(announced, router_lifetime=0))
    host.run("clatctl", "set", "eth0", "auto")
    for state in "preparing", "failed":
        found = host.wait_for_state(state, Pref64=PREF64, seconds=15)
        assert "no router" in found["StateText"] or "for a router" in found["StateText"]
    link.advertiser.announce(announced)
    host.wait_for_state("active", Pref64=PREF64)
    assert host.wait_for_ping(INTERNET, 5) < 5


def test_unreachable_router(host, link, other):
    """While unreachable its prefix is second choice, whatever its preference."""
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    preferred = with_flags(other.plain.with_pref64(OTHER_PREF64), HIGH)
    # No node has its MAC address cached: neighbour discovery has to fail first.
    other.advertiser.announce(preferred.without(LinkAddress))
    other.unplug()
    host.wait_for_state("active", Pref64=OTHER_PREF64)
    assert host.wait_for_ping(INTERNET, 15) < 15
    # What the bus says can be a moment behind the packets.
    host.wait_for_state("active", Pref64=PREF64)
    link.advertiser.send()
    stays(lambda: host.clat_state()["Pref64"] == PREF64, QUIET_SECONDS, "the living one",
          host.explain)
    other.plug()
    other.advertiser.announce(preferred)
    host.wait_for_state("active", Pref64=OTHER_PREF64)
    assert host.wait_for_ping(INTERNET, 5) < 5


def test_unreachable_only_router(host, other):
    """No other prefix is available: its prefix is used again as soon as it is reachable."""
    announced = other.plain.with_pref64(OTHER_PREF64)
    other.advertiser.announce(announced.without(LinkAddress))
    other.unplug()
    state = host.wait_for_state("active", Pref64=OTHER_PREF64)

    is_direct = state["Translator"] == "bpf-direct"
    inside = () if is_direct else ("ip", "netns", "exec", state["Namespace"])

    def is_given_up():
        host.pings(INTERNET, seconds=0.2)
        return "FAILED" in host.output(*inside, "ip", "-6", "neighbour", "show", other.ADDRESS)
    wait_for(is_given_up, 15, "unreachable neighbour", host.explain)
    assert host.clat_state()["Pref64"] == OTHER_PREF64
    other.plug()
    assert host.wait_for_ping(INTERNET, 10) < 10


# The cases of RFC 6724: PREF64, prefixes of the link, the prefix of the CLAT's address.
MATRIX = {
    "cl_d5_global": ("64:ff9b::/96", [Prefix("fd00:1::/64"), Prefix("2001:db8:1::/64")],
                     "2001:db8:1::/64"),
    "cl_d5_local": ("fd00:64::/96", [Prefix("2001:db8:1::/64"), Prefix("fd00:1::/64")],
                    "fd00:1::/64"),
    "cl_d5_longest_match": ("2001:db8:ff::/96",
                            [Prefix("2001:db9::/64"), Prefix("2001:db8:1::/64")],
                            "2001:db8:1::/64"),
    "cl_d5_preferred": ("64:ff9b::/96",
                        [Prefix("2001:db8:1::/64", preferred=0), Prefix("fd00:1::/64")],
                        "fd00:1::/64"),
    "cl_d5_only_local": ("64:ff9b::/96", [Prefix("fd00:1::/64")], "fd00:1::/64"),
    "cl_d5_only_deprecated": ("64:ff9b::/96", [Prefix("2001:db8:1::/64", preferred=0)],
                              "2001:db8:1::/64"),
}


@pytest.mark.parametrize("order", [1, -1], ids=["", "reversed"])
@pytest.mark.parametrize("name", MATRIX)
def test_source_address(host, link, disabled, name, order):
    pref64, prefixes, expected = MATRIX[name]
    router = link.plain.without(Prefix).with_options(*prefixes[::order], Pref64(pref64))
    link.advertiser.announce(router)
    host.run("clatctl", "set", "eth0", "auto")

    def is_right():
        state = host.clat_state()
        return state["State"] == "active" and ipaddress.IPv6Address(
            state["Ipv6Address"]) in ipaddress.IPv6Network(expected)
    wait_for(is_right, 10, f"address of {expected}", host.explain)
    stays(is_right, QUIET_SECONDS, f"address of {expected}", host.explain)


def test_cl_d5_prefix_of_the_router(host, link, other):
    """It is preferred to all but deprecated prefixes: here over the label (RFC 6724)."""
    with contextlib.ExitStack() as cleanup:
        link.advertiser.announce(link.plain)
        other.advertiser.announce(other.plain.without(Prefix).with_options(
            Prefix("fd00:2::/64"), Pref64("64:ff9b::/96")))
        cleanup.callback(other.advertiser.send, other.plain.with_options(
            Prefix("fd00:2::/64", preferred=0, valid=0)))
        host.wait_for_state("active", Pref64Router=other.ADDRESS)
        wait_for(lambda: host.clat_state()["Ipv6Address"].startswith("fd00:2:"), 5,
                 "address of the router's prefix", host.explain)


def test_cl_d8_new_prefix_of_the_link(network, host, link, other):
    """The old prefix is deprecated: the CLAT changes to the new one."""
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    state = host.wait_for_state("active")
    assert state["Ipv6Address"].startswith("2001:db8:1:")
    link.advertiser.announce(link.plain.without(Prefix).with_options(
        Prefix(link.prefix, preferred=0), Prefix(other.PREFIX), Pref64(PREF64)))
    wait_for(lambda: host.clat_state()["Ipv6Address"].startswith("2001:db8:b:"), 5,
             "address of the new prefix", host.explain)
    assert host.wait_for_ping(INTERNET, 5) < 5
