# SPDX-License-Identifier: GPL-2.0-or-later
"""NAT64 prefixes from DNS (RFC 7050, RFC 8880): query, answer, change, expiry, invalid answers."""

import contextlib
import dataclasses
import json
import signal
import time

import pytest

from lab import dns, servers, traffic
from lab.advertiser import DnsServer as AdvertisedServer
from lab.network import INTERNET, LINK_LOCAL, PREF64
from lab.routes import DefaultRoutes
from lab.waiting import stays, wait_for

OTHER_PREF64 = "2001:db8:65::/96"
PREFIXES = ["2001:db9::/32", "2001:db8:100::/40", "2001:db8:122::/48",
            "2001:db8:122:300::/56", "2001:db8:122:344::/64", "2001:db8:122:344::/96"]
QUIET_SECONDS = 4


@pytest.fixture(scope="module")
def address(network):
    """The address of the link's DNS server, as set in the profile."""
    host, address = network.host, network.link.router_address
    host.nmcli("connection", "modify", "eth0", "ipv6.dns", address)
    host.nmcli("connection", "up", "eth0")
    host.wait_for_ipv6("eth0")
    return address


@pytest.fixture
def server(network, link, address):
    """A DNS64 server on a link whose router announces no prefix."""
    link.advertiser.announce_pref64()
    server = dns.DnsServer(network.router, address, "lan0", dns.synthesize(PREF64))
    yield server
    server.stop()


@pytest.fixture
def start(host):
    """Starts clat-nm, which sends its first query at once: the answer must be set before."""
    yield host.start_clat
    host.stop_clat()


@contextlib.contextmanager
def configured(host, text):
    """clat-nm runs with this configuration while the context is open."""
    host.file("/run/clat-nm-test.conf").write_text(text)
    with host.running_clat("--config", "/run/clat-nm-test.conf"):
        yield


def seconds_left(host):
    now = time.clock_gettime(time.CLOCK_BOOTTIME)
    return host.clat_state()["Pref64Expiry"] / 1e6 - now


def assert_no_query(host, server, seconds=QUIET_SECONDS):
    before = len(server.queries)
    stays(lambda: len(server.queries) == before, seconds, "no query", host.explain)


def test_8880_1_7050_1_query(host, server, start):
    """Name, type, server and interface of the query; IPv4 works afterwards."""
    start()
    state = host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
    assert state["Pref64Router"] == ""
    assert 3590 < seconds_left(host) <= 3600
    query, = server.queries
    assert (query.name, query.type) == ("ipv4only.arpa", dns.TYPE_AAAA)
    assert query.recursion_desired and not query.checking_disabled
    assert query.interface == "lan0"
    assert query.source in host.global_addresses("eth0")
    assert host.wait_for_ping(INTERNET, 3) < 3


def test_8880_1_servers_of_resolv_conf_are_not_queried(network, host, server, link):
    """The servers in resolv.conf are not queried."""
    network.router.ip("address", "add", "2001:db8:53::53/128", "dev", "lan0", "nodad")
    other = dns.DnsServer(network.router, "2001:db8:53::53", "lan0")
    resolv_conf = host.file("/etc/resolv.conf")
    before = resolv_conf.read_text()
    resolv_conf.write_text("nameserver 2001:db8:53::53\noptions timeout:1\n")
    try:
        with host.running_clat():
            host.wait_for_state("active", Pref64Source="dns")
        assert len(server.queries) == 1 and not other.queries
    finally:
        resolv_conf.write_text(before)
        other.stop()
        network.router.ip("address", "del", "2001:db8:53::53/128", "dev", "lan0")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_7050_4_prefix_of_each_length(network, host, server, prefix):
    network.router.add_nat64(prefix)
    server.answer = dns.synthesize(prefix)
    with host.running_clat():
        host.wait_for_state("active", Pref64=prefix, Pref64Source="dns")
        assert host.wait_for_ping(INTERNET, 3) < 3


def test_7050_5_prefix_containing_the_well_known_address(host, server, start):
    server.answer = dns.synthesize("2001:db8:c000:aa::/96")
    start()
    host.wait_for_state("active", Pref64="2001:db8:c000:aa::/96")


def test_7050_8_first_of_two_prefixes(network, host, server, start):
    server.answer = dns.synthesize(OTHER_PREF64, PREF64)
    start()
    network.router.add_nat64(OTHER_PREF64)
    host.wait_for_state("active", Pref64=OTHER_PREF64)
    assert host.wait_for_ping(INTERNET, 3) < 3


@pytest.mark.timing
@pytest.mark.parametrize("answer", [
    dns.Answer(code=dns.NO_SUCH_NAME, negative_ttl=3600),
    dns.Answer(negative_ttl=3600),
    dns.Answer(("2001:db8::1",), ttl=3600),
], ids=["no-such-name", "no-data", "captive-portal"])
def test_7050_6_7050_10_no_prefix(host, server, start, answer):
    """A negative answer is not believed for its TTL yet: the pauses are 2, 4, 8 seconds."""
    server.answer = answer
    start()
    server.wait_for_queries(1, 6, host.explain)
    state = host.wait_for_state("searching", StateReason="no-nat64")
    wait_for(lambda: "DNS" in host.clat_state()["StateText"], 2, "word of DNS", host.explain)
    assert state["Pref64"] == ""
    times = [query.time for query in server.wait_for_queries(4, 18, host.explain)]
    pauses = [after - before for before, after in zip(times, times[1:])]
    # The word of NetworkManager's dispatcher that the connection is up may come just now, and is a
    # reason to ask at once.
    if pauses[0] < 0.1:
        del pauses[0]
    assert all(want - 0.5 < pause < want + 1.5 for want, pause in zip([2, 4, 8], pauses)), pauses
    server.answer = dns.synthesize(PREF64)
    host.wait_for_state("active", Pref64=PREF64)


@pytest.mark.timing
def test_7050_10_timeout_and_server_failure(host, server, start):
    """Queries are repeated with growing pauses; a valid answer is used at once."""
    server.answer = dns.SILENCE
    start()
    server.wait_for_queries(2, 8, host.explain)
    server.answer = dns.Answer(code=dns.SERVER_FAILURE)
    server.wait_for_queries(3, 8, host.explain)
    server.answer = dns.synthesize(PREF64)
    host.wait_for_state("active", Pref64=PREF64, seconds=12)
    times = [query.time for query in server.queries]
    # 2 s timeout for an answer, then pauses of 2 and 4 s.
    assert 3.5 < times[1] - times[0] < 5.5
    assert 5.5 < times[2] - times[1] < 7.5


@pytest.mark.parametrize("answer", [
    dns.Garbage(header_only=True),
    dns.Garbage(),
    dns.Garbage(b"\xc0\x0c\x00\x1c\x00\x01\x00\x00\x0e\x10\xff\xff\x20"),
    dns.Garbage(b"\xc0" * 400),
    dns.Garbage(b"\xff" * 1200),
], ids=["header", "empty", "long-record", "pointers", "ones"])
def test_malformed_answer(host, server, start, answer):
    server.answer = answer
    start()
    server.wait_for_queries(2, 10, host.explain)
    assert host.clat_state()["State"] == "searching"
    server.answer = dns.synthesize(PREF64)
    host.wait_for_state("active", Pref64=PREF64, seconds=12)


@pytest.mark.timing
def test_7050_11_refresh_before_expiry(network, host, server, start):
    network.router.add_nat64(OTHER_PREF64)
    server.answer = dns.synthesize(PREF64, ttl=16)
    start()
    host.wait_for_state("active", Pref64=PREF64)
    first, second = server.wait_for_queries(2, 12, host.explain)
    assert 7.5 < second.time - first.time < 10
    wait_for(lambda: seconds_left(host) > 14, 2, "later expiry", host.explain)
    server.answer = dns.synthesize(OTHER_PREF64)
    host.wait_for_state("active", Pref64=OTHER_PREF64, seconds=12)
    assert host.wait_for_ping(INTERNET, 3) < 3


def test_prefix_expires_with_its_ttl(host, server, start):
    """Its server says that there is none any more."""
    server.answer = dns.synthesize(PREF64, ttl=10)
    start()
    host.wait_for_state("active", Pref64=PREF64)
    server.answer = dns.Answer(negative_ttl=60)
    host.wait_for_state("searching", seconds=15)
    assert host.translates_nothing()


def test_7050_12_no_query_with_an_advertised_prefix(host, link, server):
    link.advertiser.announce_pref64(OTHER_PREF64)
    with host.running_clat():
        host.wait_for_state("active", Pref64Source="ra")
        assert_no_query(host, server)


def test_8781_8_advertised_prefix_replaces_the_one_of_dns(network, host, link, server, start):
    """And the prefix from DNS replaces the advertised one when that is withdrawn."""
    network.router.add_nat64(OTHER_PREF64)
    server.answer = dns.synthesize(PREF64, ttl=12)
    start()
    host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
    link.advertiser.announce_pref64(OTHER_PREF64)
    host.wait_for_state("active", Pref64=OTHER_PREF64, Pref64Source="ra")
    assert host.wait_for_ping(INTERNET, 3) < 3
    assert_no_query(host, server, 8)
    link.advertiser.announce_pref64()
    host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
    assert len(server.queries) == 2


@pytest.mark.parametrize("text", ["[main]\nmode=no\n", "[main]\ndiscovery=ra\n",
                                  "[main]\ndiscovery=none\n"])
def test_7050_18_no_query_when_disabled(host, server, text):
    with configured(host, text):
        wait_for(host.clat_state, 3, "connection", host.explain)
        assert_no_query(host, server)


def test_discovery_by_dns_only(host, link, server):
    link.advertiser.announce_pref64(OTHER_PREF64)
    with configured(host, "[main]\ndiscovery=dns\n"):
        host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
        link.advertiser.send()
        stays(lambda: host.clat_state()["Pref64"] == PREF64, 1, "prefix of DNS",
              host.explain)


@pytest.mark.timing
@pytest.mark.parametrize("value", ["dns,ra", "dns"])
def test_query_at_once_when_dns_comes_first(host, server, value):
    with configured(host, f"[main]\ndiscovery={value}\n"):
        wait_for(host.clat_state, 5, "connection", host.explain)
        start = time.monotonic()
        query, = server.wait_for_queries(1, 5, host.explain)
        assert query.time - start < 1
        host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")


def test_dns_first_overrides_routers(network, host, link, server):
    """And the advertised prefix is used when DNS has none."""
    network.router.add_nat64(OTHER_PREF64)
    link.advertiser.announce_pref64(OTHER_PREF64)
    server.answer = dns.synthesize(PREF64, ttl=12)
    with configured(host, "[main]\ndiscovery=dns,ra\n"):
        host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
        link.advertiser.send()
        stays(lambda: host.clat_state()["Pref64"] == PREF64, 1, "prefix of DNS",
              host.explain)
        server.answer = dns.Answer(negative_ttl=12)
        host.wait_for_state("active", Pref64=OTHER_PREF64, Pref64Source="ra", seconds=16)
        assert host.wait_for_ping(INTERNET, 3) < 3
        # Queried again soon: the denial has just begun.
        server.answer = dns.synthesize(PREF64)
        host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns", seconds=12)


def test_no_query_with_native_ipv4(network, host, server):
    """Where IPv4 is not given up, no prefix is needed."""
    dhcp = network.router.start_dhcp("lan0")
    try:
        host.nmcli("connection", "up", "eth0")
        wait_for(lambda: json.loads(host.output("ip", "-json", "-4", "route", "show",
                                                "default")), 10, "native IPv4", host.explain)
        with configured(host, "[main]\nipv6-mostly=no\n"):
            host.wait_for_state("native")
            assert_no_query(host, server)
    finally:
        network.router.stop_dhcp(dhcp, "lan0")
        host.nmcli("connection", "up", "eth0")
        host.wait_for_ipv6("eth0")


def test_next_instance_keeps_the_prefix(host, server):
    """A prefix that a killed daemon has learned is neither lost nor queried more than once."""
    with host.running_clat():
        host.wait_for_state("active", Pref64Source="dns")
        host.stop_clat(9)
    with DefaultRoutes(host) as routes, host.running_clat():
        host.wait_for_state("active", Pref64Source="dns", seconds=10)
        assert not routes.lost()
    assert len(server.queries) == 2


def test_next_instance_keeps_the_prefix_while_dns_is_silent(host, server):
    """Neither the restart nor the end of the TTL breaks a connection."""
    server.answer = dns.synthesize(PREF64, ttl=10)
    with host.running_clat():
        host.wait_for_state("active", Pref64Source="dns")
        with traffic.tcp(host, servers.ECHO_PORT) as client:
            server.answer = dns.SILENCE
            host.stop_clat(signal.SIGKILL)
            with DefaultRoutes(host) as routes:
                host.start_clat()
                host.wait_for_state("active", Pref64Source="dns")
                stays(lambda: host.clat_state()["State"] == "active", 13, "active", host.explain)
                assert not routes.lost()
            traffic.exchange(client, b"after")
        assert "DNS server that named it does not answer" in host.clat_state()["StateText"]
        assert host.wait_for_ping(INTERNET, 3) < 3
        server.answer = dns.synthesize(PREF64)
        wait_for(lambda: "DNS" not in host.clat_state()["StateText"], 12, "normal text",
                 host.explain)


def reconnect(host, servers):
    """Activates the connection with these DNS servers in the profile."""
    host.nmcli("connection", "modify", "eth0", "ipv6.dns", servers)
    host.nmcli("connection", "up", "eth0")
    host.wait_for_ipv6("eth0")


@pytest.fixture
def without_servers(host, address):
    """The profile has no DNS server during a test, and the usual one again afterwards."""
    reconnect(host, "")
    yield
    reconnect(host, address)


@pytest.mark.parametrize("advertised", ["2001:db8:1::1", LINK_LOCAL])
def test_server_that_the_router_advertises(network, host, link, without_servers, advertised):
    """Also one with a link-local address."""
    plain = link.plain
    server = dns.DnsServer(network.router, advertised, "lan0", dns.synthesize(PREF64))
    link.advertiser.announce_pref64()
    link.advertiser.announce(plain.with_options(AdvertisedServer(advertised)))
    try:
        reconnect(host, "")
        with host.running_clat():
            host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
        # NetworkManager's dispatcher may have caused a second one.
        assert {query.interface for query in server.queries} == {"lan0"}
    finally:
        link.advertiser.announce(plain.with_options(AdvertisedServer(advertised, lifetime=0)))
        server.stop()


@pytest.mark.parametrize("foreign", [dns.Answer(negative_ttl=30),
                                     dns.synthesize("64:ff9b::/96")],
                         ids=["no DNS64", "another network's DNS64"])
def test_8880_1_resolvers_of_the_network_come_first(network, host, link, server, foreign):
    """The router announces a DNS64; the profile ignores it and names another server."""
    network.router.ip("address", "add", "2001:db8:53::54/128", "dev", "lan0", "nodad")
    other = dns.DnsServer(network.router, "2001:db8:53::54", "lan0", foreign)
    announced = AdvertisedServer(network.link.router_address)
    link.advertiser.announce(link.plain.with_options(announced))
    host.nmcli("connection", "modify", "eth0", "ipv6.ignore-auto-dns", "yes")
    try:
        reconnect(host, "2001:db8:53::54")
        with host.running_clat():
            host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
            assert host.wait_for_ping(INTERNET, 3) < 3
        assert server.queries and not other.queries
    finally:
        link.advertiser.announce(link.plain.with_options(
            dataclasses.replace(announced, lifetime=0)))
        host.nmcli("connection", "modify", "eth0", "ipv6.ignore-auto-dns", "no")
        reconnect(host, network.link.router_address)
        other.stop()
        network.router.ip("address", "del", "2001:db8:53::54/128", "dev", "lan0")


def test_server_is_added_and_changed(network, host, server, address, without_servers):
    network.router.ip("address", "add", "2001:db8:53::54/128", "dev", "lan0", "nodad")
    network.router.add_nat64(OTHER_PREF64)
    other = dns.DnsServer(network.router, "2001:db8:53::54", "lan0",
                          dns.synthesize(OTHER_PREF64))
    try:
        with host.running_clat():
            host.wait_for_state("searching")
            assert_no_query(host, server, 3)
            for servers, prefix in (address, PREF64), ("2001:db8:53::54", OTHER_PREF64):
                host.nmcli("connection", "modify", "eth0", "ipv6.dns", servers)
                host.nmcli("device", "reapply", "eth0")
                host.wait_for_state("active", Pref64=prefix, Pref64Source="dns")
        assert len(server.queries) == 1 and len(other.queries) == 1
    finally:
        other.stop()
        network.router.ip("address", "del", "2001:db8:53::54/128", "dev", "lan0")


def test_second_server_is_the_dns64(network, host, server, address):
    """The first server is not a DNS64."""
    server.answer = dns.Answer(negative_ttl=30)
    network.router.ip("address", "add", "2001:db8:53::54/128", "dev", "lan0", "nodad")
    second = dns.DnsServer(network.router, "2001:db8:53::54", "lan0", dns.synthesize(PREF64))
    try:
        host.nmcli("connection", "modify", "eth0", "+ipv6.dns", "2001:db8:53::54")
        host.nmcli("device", "reapply", "eth0")
        with host.running_clat():
            host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
        assert len(server.queries) == 1 and len(second.queries) == 1
    finally:
        second.stop()
        host.nmcli("connection", "modify", "eth0", "ipv6.dns", address)
        host.nmcli("device", "reapply", "eth0")
        network.router.ip("address", "del", "2001:db8:53::54/128", "dev", "lan0")


def test_static_addresses(network, host, link, server):
    """No router sends advertisements: the prefix is discovered nevertheless."""
    link.advertiser.announce()
    link.advertiser.advertisements = []
    host.nmcli("connection", "modify", "eth0", "ipv6.method", "manual",
               "ipv6.addresses", "2001:db8:1::77/64", "ipv6.gateway", LINK_LOCAL)
    try:
        host.nmcli("connection", "up", "eth0")
        host.wait_for_ipv6("eth0")
        with host.running_clat():
            wait_for(lambda: (host.clat_state() or {}).get("Pref64") == PREF64, 8, "prefix",
                     host.explain)
            assert host.clat_state()["Pref64Source"] == "dns"
            assert {query.source for query in server.queries} == {"2001:db8:1::77"}
    finally:
        host.nmcli("connection", "modify", "eth0", "ipv6.method", "auto",
                   "ipv6.addresses", "", "ipv6.gateway", "")
        link.advertiser.reset()
        host.nmcli("connection", "up", "eth0")
        host.wait_for_ipv6("eth0")
