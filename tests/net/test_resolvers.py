# SPDX-License-Identifier: GPL-2.0-or-later
"""DNS servers that fail, forge answers, disagree, or come late; the router announces no prefix."""

import contextlib
import http.server
import socket
import statistics
import threading
import time

import pytest

from lab import dns, traffic
from lab import servers as traffic_servers
from lab.advertiser import DnsServer as AdvertisedServer
from lab.capture import Capture
from lab.network import INTERNET, PREF64
from lab.waiting import stays, wait_for

OTHER_PREF64 = "2001:db8:65::/96"
FIRST, SECOND = "2001:db8:53::53", "2001:db8:53::54"
FORGED = dns.Answer(("2001:db8:1::1",), ttl=60)
NODATA = dns.Answer(negative_ttl=3600)
SERVER_FAILURE = dns.Answer(code=dns.SERVER_FAILURE)
TTL = 10


def announce(link, *servers, lifetime=1800):
    link.advertiser.announce(link.plain.with_options(
        *(AdvertisedServer(server, lifetime) for server in servers)))


@pytest.fixture(scope="module")
def addresses(network):
    """The router has the addresses of both DNS servers."""
    network.router.add_nat64(OTHER_PREF64)
    for address in FIRST, SECOND:
        network.router.ip("address", "add", f"{address}/128", "dev", "lan0", "nodad")


@pytest.fixture
def servers(network, link, addresses):
    """The DNS servers that the router announces: the first is a DNS64, the second is silent."""
    servers = [dns.DnsServer(network.router, FIRST, "lan0", dns.synthesize(PREF64, ttl=TTL)),
               dns.DnsServer(network.router, SECOND, "lan0")]
    link.advertiser.announce_pref64()
    announce(link, FIRST)
    yield servers
    announce(link, FIRST, SECOND, lifetime=0)
    for server in servers:
        server.stop()


@pytest.fixture
def server(servers):
    return servers[0]


@pytest.fixture
def running(host, servers):
    with host.running_clat():
        yield


@pytest.fixture
def active(host, running):
    host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")


@contextlib.contextmanager
def changes(host):
    """Counts how often the prefix changes while the context is open."""
    seen = [host.clat_state()["Pref64"]]
    ends = threading.Event()

    def watch():
        while not ends.wait(0.1):
            state = host.clat_state()
            if state is not None and state["Pref64"] != seen[-1]:
                seen.append(state["Pref64"])

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ends.set()
        thread.join()


@pytest.mark.parametrize("answer", [NODATA, FORGED], ids=["no-data", "forged"])
def test_one_nodata(host, server, answer):
    """The first answer is wrong, all later ones are right."""
    server.answer = answer
    with host.running_clat():
        server.wait_for_queries(1, 5, host.explain)
        server.answer = dns.synthesize(PREF64)
        host.wait_for_state("active", Pref64=PREF64, seconds=10)
        assert host.wait_for_ping(INTERNET, 3) < 3


@pytest.mark.parametrize("answer", [SERVER_FAILURE, dns.SILENCE], ids=["failure", "silence"])
def test_resolver_fails(host, server, active, answer):
    """The prefix outlives its TTL, and the state names the cause."""
    server.answer = answer
    wait_for(lambda: "DNS server that named it does not answer" in host.clat_state()["StateText"],
             TTL, "word of DNS", host.explain)
    stays(lambda: host.clat_state()["State"] == "active", TTL + 5, "active", host.explain)
    assert host.wait_for_ping(INTERNET, 3) < 3
    server.answer = dns.synthesize(PREF64)
    wait_for(lambda: "DNS" not in host.clat_state()["StateText"], 12, "normal text",
             host.explain)


def test_resolver_fails_from_the_start(host, server):
    server.answer = SERVER_FAILURE
    with host.running_clat():
        wait_for(lambda: "DNS does not answer" in (host.clat_state() or {}).get("StateText", ""),
                 10, "word of DNS", host.explain)
        server.answer = dns.synthesize(PREF64)
        host.wait_for_state("active", Pref64=PREF64, seconds=10)


@pytest.mark.parametrize("answer", [NODATA, FORGED, dns.synthesize(OTHER_PREF64)],
                         ids=["no-data", "forged", "other prefix"])
def test_one_wrong_answer_to_a_refresh(host, server, active, answer):
    """It is repeated within seconds, and not believed."""
    server.answer = answer
    before = len(server.queries)
    server.wait_for_queries(before + 1, TTL, host.explain)
    server.answer = dns.synthesize(PREF64, ttl=TTL)
    with changes(host) as seen:
        server.wait_for_queries(before + 3, TTL, host.explain)
        time.sleep(TTL / 2)
    assert seen == [PREF64]


def test_prefix_exchanged_by_dns(host, server, active):
    server.answer = dns.synthesize(OTHER_PREF64)
    host.wait_for_state("active", Pref64=OTHER_PREF64, seconds=12)
    assert host.wait_for_ping(INTERNET, 3) < 3


def test_prefix_exchanged_by_dns_within_its_ttl(network, host, server):
    """Old connections go on through the old prefix, new ones use the new prefix."""
    server.answer = dns.synthesize(PREF64, ttl=120)
    with host.running_clat():
        before = host.wait_for_state("active", Pref64=PREF64, Pref64Source="dns")
        with traffic.tcp(host, traffic_servers.ECHO_PORT) as old:
            traffic.exchange(old, b"before")
            with traffic.running_download(host, 100 * traffic.MB) as download:
                server.answer = dns.synthesize(OTHER_PREF64, ttl=120)
                host.bus_client.call("/net/clatnm", "net.clatnm.Manager1", "NotifyUp", "(s)",
                                     "eth0")
                assert download.is_alive()
                after = host.wait_for_state("active", Pref64=OTHER_PREF64, seconds=12)
            assert after["OldIpv4Addresses"] == [before["Ipv4Address"]]

            with Capture(network.router, "lan0") as capture, \
                    traffic.tcp(host, traffic_servers.ECHO_PORT) as new:
                traffic.exchange(new, b"new")
                traffic.exchange(old, b"old")
                address, port = new.getsockname()
            assert address == after["Ipv4Address"] != before["Ipv4Address"]
            assert traffic.echo_peers(capture, port) == {"2001:db8:65::c633:6401"}
            assert traffic.echo_peers(capture, old.getsockname()[1]) == {
                "2001:db8:64::c633:6401"}


def test_resolvers_disagree(host, link, servers):
    """The server that named the prefix in use does not answer for eight seconds, twice."""
    first, second = servers
    second.answer = dns.synthesize(OTHER_PREF64, ttl=TTL)
    announce(link, FIRST, SECOND)
    with host.running_clat():
        host.wait_for_state("active", Pref64=PREF64)
        with changes(host) as seen:
            for _ in range(2):
                first.answer = dns.SILENCE
                time.sleep(8)
                first.answer = dns.synthesize(PREF64, ttl=TTL)
                time.sleep(4)
        assert seen == [PREF64]
        assert second.queries
        assert host.wait_for_ping(INTERNET, 3) < 3


class Portal(http.server.BaseHTTPRequestHandler):
    """Answers NetworkManager's connectivity check, and redirects it until a login."""
    is_logged_in = False

    def do_GET(self):
        if self.is_logged_in:
            self.send_response(204)
        else:
            self.send_response(302)
            self.send_header("Location", "http://login.example/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class PortalServer(http.server.ThreadingHTTPServer):
    """Runs on ADDRESS of MACHINE while the context is open."""
    address_family = socket.AF_INET6

    def __init__(self, machine, address):
        with machine.network():
            super().__init__((address, 80), type("OnePortal", (Portal,), {}))
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()

    def log_in(self):
        self.RequestHandlerClass.is_logged_in = True

    def __exit__(self, *_):
        self.shutdown()
        self._thread.join()
        self.server_close()


CONNECTIVITY = """\
[connectivity]
enabled=true
uri=http://portal.example/
response=
interval=300
"""


@pytest.fixture
def portal(network, host, servers):
    """NetworkManager checks its connectivity with that server."""
    file = host.file("/etc/NetworkManager/conf.d/connectivity.conf")
    file.parent.mkdir(exist_ok=True)
    file.write_text(CONNECTIVITY)
    hosts = host.file("/etc/hosts")
    before = hosts.read_text()
    hosts.write_text(f"{before}\n{FIRST} portal.example\n")
    with PortalServer(network.router, FIRST) as portal:
        host.nmcli("general", "reload")
        yield portal
    hosts.write_text(before)
    file.unlink()
    host.nmcli("general", "reload")


@pytest.mark.timing
def test_portal(host, server, portal):
    """Answers are forged until the login; NetworkManager's check asks again at once."""
    def check():
        return host.nmcli("networking", "connectivity", "check")

    server.answer = FORGED
    wait_for(lambda: check() == "portal", 20, "captive portal", check)
    with host.running_clat():
        # The next one would be sent after eight seconds.
        server.wait_for_queries(4, 20, host.explain)
        assert host.clat_state()["State"] == "searching"
        assert host.translates_nothing()
        server.answer = dns.synthesize(PREF64)
        portal.log_in()
        start = time.monotonic()
        wait_for(lambda: check() == "full", 5, "full connectivity", check)
        host.wait_for_state("active", Pref64=PREF64, seconds=5)
        assert time.monotonic() - start < 5
        assert host.wait_for_ping(INTERNET, 3) < 3


def seconds_from_server_to_ipv4(host, link):
    """The connection is up and its CLAT prepared when the router announces a DNS server."""
    announce(link, FIRST, lifetime=0)
    with host.running_clat():
        host.wait_for_state("searching")
        wait_for(host.namespaces, 5, "preparation", host.explain)
        # Until the address of the translator has passed duplicate address detection.
        time.sleep(2)
        start = time.monotonic()
        announce(link, FIRST)
        host.wait_for_ping(INTERNET, 5)
        return time.monotonic() - start


@pytest.mark.timing
def test_ipv4_soon_after_the_servers_are_known(host, link, server, record_property):
    """No two seconds: the query is sent at once."""
    times = [seconds_from_server_to_ipv4(host, link) for _ in range(5)]
    record_property("milliseconds", sorted(round(1000 * seconds) for seconds in times))
    assert statistics.median(times) < 1


@pytest.mark.timing
def test_ipv4_soon_after_connecting(host, server, record_property):
    """The first query cannot be sent before duplicate address detection has ended."""
    with host.running_clat():
        host.nmcli("connection", "up", "eth0")
        host.wait_for_ipv6("eth0")
        start = time.monotonic()
        host.wait_for_ping(INTERNET, 5)
        seconds = time.monotonic() - start
        record_property("milliseconds", round(1000 * seconds))
        assert seconds < 1.5
