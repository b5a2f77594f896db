# SPDX-License-Identifier: GPL-2.0-or-later
"""NAT64 prefixes from router advertisements (RFC 8781): learned, changed, withdrawn, invalid."""

import dataclasses
import signal
import time

import pytest

from lab import servers, traffic
from lab.advertiser import Pref64
from lab.capture import Capture
from lab.network import INTERNET, LINK_LOCAL, PREF64
from lab.waiting import stays, wait_for

pytestmark = pytest.mark.usefixtures("clat")

OTHER_PREF64 = "2001:db8:65::/96"
# One of each length, with 198.51.100.1 of the IPv4 internet embedded (RFC 6052, 2.2).
# 2001:db8::/32 contains the addresses of the test network itself: another prefix for that length.
PREFIXES = {
    "2001:db9::/32": "2001:db9:c633:6401::",
    "2001:db8:100::/40": "2001:db8:1c6:3364:1::",
    "2001:db8:122::/48": "2001:db8:122:c633:64:100::",
    "2001:db8:122:300::/56": "2001:db8:122:3c6:33:6401::",
    "2001:db8:122:344::/64": "2001:db8:122:344:c6:3364:100:0",
    "2001:db8:122:344::/96": "2001:db8:122:344::c633:6401",
}
# An invalid advertisement must change nothing for this long.
QUIET_SECONDS = 1.5


@pytest.fixture(autouse=True)
def starts_active(host, link):
    host.wait_for_state("active", Pref64=PREF64)


@pytest.fixture
def without_prefix(host, link):
    """The network has just withdrawn its prefix."""
    link.advertiser.announce_pref64()
    host.wait_for_state("searching")


def assert_gone(host):
    assert host.clat_routes() == []
    assert not host.pings(INTERNET, seconds=0.3)


@pytest.mark.parametrize("prefix, inside", PREFIXES.items())
def test_g1_prefix_of_each_length(network, host, link, prefix, inside):
    network.router.add_nat64(prefix)
    link.advertiser.announce_pref64(prefix)
    state = host.wait_for_state("active", Pref64=prefix)
    assert state["Pref64Source"] == "ra"
    assert state["Pref64Router"] == LINK_LOCAL
    with Capture(network.router, "lan0") as capture:
        assert host.pings(INTERNET)
    sent = capture.ipv6(lambda packet: packet.icmp_type == 128)
    assert [str(packet.destination) for packet in sent] == [inside]


def test_8781_3_lifetime_is_on_the_bus(host, link):
    link.advertiser.announce(link.plain.with_pref64(PREF64, lifetime=600))
    now = time.clock_gettime(time.CLOCK_BOOTTIME) * 1e6

    def is_about_600_s():
        left = (host.clat_state()["Pref64Expiry"] - now) / 1e6
        return 595 < left < 605
    wait_for(is_about_600_s, 3, "expiry in 600 s", host.explain)


def test_8781_4_withdrawn(host, link):
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        link.advertiser.announce(link.plain.with_pref64(PREF64, lifetime=0))
        state = host.wait_for_state("searching", StateReason="no-nat64", seconds=3)
        traffic.assert_ended(client)
    assert (state["Pref64"], state["Pref64Source"], state["Ipv4Address"]) == ("", "", "")
    assert_gone(host)
    assert host.translates_nothing()
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    host.wait_for_state("active")
    assert host.pings(INTERNET)


@pytest.mark.timing
def test_8781_4_expired(host, link):
    link.advertiser.announce(link.plain.with_pref64(PREF64, lifetime=8))
    start = time.monotonic()
    link.advertiser.advertisement = link.plain
    host.wait_for_state("active")
    host.wait_for_state("searching", seconds=12)
    assert 6 < time.monotonic() - start < 11
    assert_gone(host)


def test_8781_13_repeated_prefix_does_not_expire(host, link):
    """Lifetime 8 s, repeated every 3 s."""
    link.advertiser.interval = 3
    link.advertiser.announce(link.plain.with_pref64(PREF64, lifetime=8))
    time.sleep(1)
    stays(lambda: host.clat_state()["State"] == "active", 10, "active", host.explain)


def test_cl_c3_prefix_changes(network, host, link):
    network.router.add_nat64(OTHER_PREF64)
    link.advertiser.announce_pref64(OTHER_PREF64)
    host.wait_for_state("active", Pref64=OTHER_PREF64)
    with Capture(network.router, "lan0") as capture:
        assert host.pings(INTERNET)
    sent = capture.ipv6(lambda packet: packet.icmp_type == 128)
    assert [str(packet.destination) for packet in sent] == ["2001:db8:65::c633:6401"]
    assert len(host.clat_routes()) == 1 and len(host.namespaces()) == 1


def test_alternating_advertisements(network, host, link):
    """One router names one of its two prefixes in each advertisement: the prefix in use stays."""
    network.router.add_nat64(OTHER_PREF64)
    announcements = [link.plain.with_pref64(prefix) for prefix in (OTHER_PREF64, PREF64)]
    for announcement in 4 * announcements:
        link.advertiser.announce(announcement)
        stays(lambda: host.clat_state()["Pref64"] == PREF64, 2, "prefix in use", host.explain)
    assert host.pings(INTERNET)


def test_prefix_exchanged_without_withdrawal(network, host, link):
    """The old prefix is still valid; the router is solicited to confirm that it names another.
    Old connections go on through the old prefix until it is withdrawn, new ones use the new."""
    network.router.add_nat64(OTHER_PREF64)
    before = host.clat_state()
    with traffic.tcp(host, servers.ECHO_PORT) as old:
        traffic.exchange(old, b"before")
        with traffic.running_download(host, 400_000_000):
            link.advertiser.announce(link.plain.with_pref64(OTHER_PREF64))
            stays(lambda: host.clat_state()["Pref64"] == PREF64, 2, "prefix in use",
                  host.explain)
            after = host.wait_for_state("active", Pref64=OTHER_PREF64, seconds=12)
        assert after["Ipv6Address"] == before["Ipv6Address"]
        assert after["OldIpv4Addresses"] == [before["Ipv4Address"]]

        with Capture(network.router, "lan0") as capture, \
                traffic.tcp(host, servers.ECHO_PORT) as new:
            traffic.exchange(new, b"new")
            traffic.exchange(old, b"old")
            address, port = new.getsockname()
        assert address == after["Ipv4Address"] != before["Ipv4Address"]
        assert traffic.echo_peers(capture, port) == {"2001:db8:65::c633:6401"}
        assert traffic.echo_peers(capture, old.getsockname()[1]) == {"2001:db8:64::c633:6401"}
        # clat-xlat has both prefixes, too.
        for address in before["Ipv4Address"], after["Ipv4Address"]:
            with traffic.udp(host, source=address) as client:
                assert traffic.is_echoed(client, b"x" * 3000), address

        # The next instance continues with both.
        host.stop_clat(signal.SIGKILL)
        traffic.exchange(old, b"alone")
        host.start_clat()
        host.wait_for_state("active", Pref64=OTHER_PREF64)
        traffic.exchange(old, b"again")
        assert host.clat_state()["OldIpv4Addresses"] == [before["Ipv4Address"]]

        link.advertiser.announce(link.plain.with_options(Pref64(PREF64, lifetime=0),
                                                         Pref64(OTHER_PREF64)))
        wait_for(lambda: not host.clat_state()["OldIpv4Addresses"], 5, "end of the old pair",
                 host.explain)
        assert before["Ipv4Address"] not in host.output("ip", "address")
        traffic.assert_ended(old)
    assert host.pings(INTERNET)


def test_cl_e3_standby_prefix_takes_over(network, host, link):
    """Two prefixes, one CLAT; the second is used as soon as the first has been withdrawn."""
    network.router.add_nat64(OTHER_PREF64)
    link.advertiser.announce(link.plain.with_pref64(PREF64, OTHER_PREF64))
    host.wait_for_state("active", Pref64=PREF64)
    assert len(host.clat_routes()) == 1
    link.advertiser.announce_pref64(OTHER_PREF64)
    host.wait_for_state("active", Pref64=OTHER_PREF64)
    assert host.pings(INTERNET)


def test_8781_7_withdrawn_prefix_next_to_another(host, link, without_prefix):
    link.advertiser.announce(
        link.plain.with_options(Pref64(PREF64, lifetime=0), Pref64(OTHER_PREF64)))
    host.wait_for_state("active", Pref64=OTHER_PREF64)


def test_8781_11_bits_beyond_the_length(network, host, link, without_prefix):
    prefix = "2001:db8:122:344::/64"
    network.router.add_nat64(prefix)

    @dataclasses.dataclass(frozen=True)
    class WithJunk(Pref64):
        def encode(self):
            return super().encode()[:12] + b"\xaa\xbb\xcc\xdd"

    link.advertiser.announce(link.plain.with_options(WithJunk(prefix)))
    host.wait_for_state("active", Pref64=prefix)


GOOD = Pref64(PREF64)
INVALID = {
    "8781_1_length_3": {"option": Pref64(PREF64, length=3, tail=bytes(8))},
    "8781_1_length_1": {"option": Pref64(PREF64, length=1)},
    "8781_2_plc_6": {"option": Pref64(PREF64, plc=6)},
    "8781_2_plc_7": {"option": Pref64(PREF64, plc=7)},
    "8781_10_hop_limit_254": {"option": GOOD, "hop_limit": 254},
    "8781_10_hop_limit_64": {"option": GOOD, "hop_limit": 64},
    "8781_10_global_source": {"option": GOOD, "source": "2001:db8:1::1"},
    "8781_10_code_1": {"option": GOOD, "code": 1},
    "8781_10_option_of_length_0": {"option": Pref64(PREF64, length=0)},
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid(host, link, without_prefix, name):
    fields = dict(INVALID[name])
    option = fields.pop("option")
    bad = dataclasses.replace(link.plain.with_options(option), **fields)
    link.advertiser.send(bad)
    stays(lambda: host.clat_state()["State"] == "searching", QUIET_SECONDS, "searching",
          host.explain)
    # The same advertisement without the error is accepted.
    link.advertiser.announce(link.plain.with_options(GOOD))
    host.wait_for_state("active")


def test_8781_10_another_option_is_truncated(host, link, without_prefix):
    """The last option's length exceeds the packet: none of the options may be used."""
    link.advertiser.send(link.plain.with_options(GOOD, Pref64(OTHER_PREF64, length=9)))
    stays(lambda: host.clat_state()["State"] == "searching", QUIET_SECONDS, "searching",
          host.explain)
