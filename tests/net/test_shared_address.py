# SPDX-License-Identifier: GPL-2.0-or-later
"""A translator that shares the IPv6 address of the host, beside the host's own connections to
the same NAT64."""

import contextlib
import errno
import signal
import socket
import time

import pytest

from lab import servers, snapshot, tcx, traffic
from lab.advertiser import Prefix
from lab.capture import Capture
from lab.network import INTERNET
from lab.transparent_nat64 import PREF64, embed
from lab.waiting import wait_for

NAME = "clat-eth0"
PROGRAM = "clat_nm_in"
CONFIGURATION = "/run/shared.conf"
N_NATIVE = 200
# Seconds after which the programs have noticed a socket, with the slowest tick of a kernel.
TICK = 0.01
RENUMBERED = "2001:db8:11:"

# The same servers, by the IPv6 address that a DNS64 returns.
NATIVE = embed(INTERNET)


def attached(host):
    """The number of our programs attached to the link, by tcx or by clsact."""
    if tcx.is_supported(host):
        return tcx.names(host, "eth0").count(PROGRAM)
    filters = host.output("tc", "filter", "show", "dev", "eth0", "ingress")
    return filters.count(f" {PROGRAM} direct-action ")


@pytest.fixture(scope="module")
def running(network, far):
    host = network.host
    host.file(CONFIGURATION).write_text("[main]\naddress=shared\n")
    before = snapshot.take(host)

    def differences():
        # An address that was advertised once stays for two hours (RFC 4862, 5.5.3 e).
        return [line for line in snapshot.differences(before, snapshot.take(host))
                if RENUMBERED not in line]

    with host.running_clat("--config", CONFIGURATION):
        host.wait_for_state("active", Uplink="shared", Pref64=PREF64, SlowPath="running")
        yield
    wait_for(lambda: not differences(), 5, "network as it was before",
             lambda: "\n".join(differences()))
    assert not host.namespaces() and not attached(host)


@contextlib.contextmanager
def native_connections(host, count):
    """Connections of the host's own IPv6 to the echo server behind the same NAT64."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(host.socket(socket.AF_INET6, socket.SOCK_STREAM))
                   for _ in range(count)]
        for client in clients:
            client.settimeout(traffic.RECEIVE_SECONDS)
            client.connect((NATIVE, servers.ECHO_PORT))
        yield clients


def test_has_the_address_of_the_host(host, running):
    assert host.clat_state()["Ipv6Address"] in host.global_addresses("eth0")
    assert host.wait_for_ping(INTERNET, 3) < 3
    assert len(host.clat_routes()) == 1 and attached(host) == 1


def test_large_transfers_beside_native_connections(host, running):
    length = traffic.bulk(100)
    with native_connections(host, N_NATIVE) as clients:
        traffic.assert_carries(host, length)
        traffic.assert_carries(host, traffic.bulk(10), NATIVE)
        assert all(traffic.is_echoed(client, b"native") for client in clients)


def test_udp_and_its_fragments(host, running):
    with traffic.udp(host) as client:
        wrong = [length for length in (*range(1, 1445, 111), 1444, 1445, 1472, 4000, 30000)
                 if not traffic.is_echoed(client, servers.BODY[:length])]
    assert not wrong


@pytest.mark.parametrize("length", [56, 1300, 8000])
def test_ping_beside_native(host, running, length):
    assert host.pings(INTERNET, "-s", str(length))
    assert host.pings(NATIVE, "-s", str(length))


def test_native_udp_and_its_fragments(host, running):
    with host.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client, traffic.udp(host) as other:
        client.settimeout(traffic.RECEIVE_SECONDS)
        client.connect((NATIVE, servers.ECHO_PORT))
        for length in 1, 1400, 4000, 30000:
            assert traffic.is_echoed(client, servers.BODY[:length])
            assert traffic.is_echoed(other, servers.BODY[:length])


def test_traceroute(host, running):
    """An error of the NAT64 about a packet of the translator, not of the host."""
    for protocol in [], ["-T", "-p", str(servers.ECHO_PORT)], ["-I"]:
        shown = host.output("traceroute", "-n", "-w", "2", "-q", "1", "-m", "6", *protocol,
                            INTERNET, timeout=60)
        assert INTERNET in shown.splitlines()[-1], shown


def test_closed_port(host, running):
    with pytest.raises(ConnectionRefusedError):
        traffic.tcp(host, servers.CLOSED_PORT).__enter__()


@contextlib.contextmanager
def native(host, kind, port):
    with host.socket(socket.AF_INET6, kind) as client:
        client.settimeout(traffic.RECEIVE_SECONDS)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind((host.clat_state()["Ipv6Address"], port))
        client.connect((NATIVE, servers.ECHO_PORT))
        yield client


@contextlib.contextmanager
def translated(host, kind, port):
    with host.socket(socket.AF_INET, kind) as client:
        client.settimeout(traffic.RECEIVE_SECONDS)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind((host.clat_state()["Ipv4Address"], port))
        client.connect((INTERNET, servers.ECHO_PORT))
        yield client


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM],
                         ids=["tcp", "udp"])
def test_same_numbers_as_a_connection_of_the_host(host, running, kind):
    """The host's connection goes on; the translator's is refused at once."""
    port = 40001
    with native(host, kind, port) as client:
        assert traffic.is_echoed(client, b"before")
        with pytest.raises(OSError) as caught, translated(host, kind, port) as other:
            traffic.is_echoed(other, b"refused")
        assert caught.value.errno == errno.ECONNREFUSED
        assert traffic.is_echoed(client, b"after")
    counters = host.output("clatctl", "stats")
    assert "shared-address" in counters or "shared address" in counters, counters


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM],
                         ids=["tcp", "udp"])
def test_host_takes_the_numbers_of_a_connection(host, running, kind):
    """A UDP socket of the host with the same numbers receives what is for it."""
    port = 40002
    with translated(host, kind, port) as client:
        assert traffic.is_echoed(client, b"before")
        if kind == socket.SOCK_DGRAM:
            time.sleep(TICK)
            with native(host, kind, port) as other:
                assert traffic.is_echoed(other, b"native")
        assert kind == socket.SOCK_DGRAM or traffic.is_echoed(client, b"after")


def test_other_protocols_are_refused(host, running):
    """What has no ports cannot be told apart from the host's own."""
    with traffic.icmp_errors(host) as errors, \
            host.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_GRE) as raw:
        raw.sendto(bytes(8), (INTERNET, 0))
    assert [error[:3] for error in errors] == [(INTERNET, 3, 10)]


def test_connections_from_outside_are_the_hosts(network, host, running):
    """A host with an IPv6 server keeps it, also for packets from the NAT64's prefix."""
    address = host.clat_state()["Ipv6Address"]
    with host.socket(socket.AF_INET6, socket.SOCK_STREAM) as server:
        server.bind((address, 5000))
        server.listen()
        server.settimeout(traffic.RECEIVE_SECONDS)
        with network.router.socket(socket.AF_INET6, socket.SOCK_STREAM) as client:
            client.settimeout(traffic.RECEIVE_SECONDS)
            client.connect((address, 5000))
            accepted, _ = server.accept()
            accepted.close()


def test_connections_survive_a_restart(host, running):
    """Their numbers are kept when the programs are replaced, as by the next instance."""
    with traffic.tcp(host, servers.ECHO_PORT) as client, \
            native_connections(host, 1) as [other]:
        assert traffic.is_echoed(client, b"before")
        host.stop_clat(signal.SIGKILL)
        assert traffic.is_echoed(client, b"without the service")
        host.start_clat("--config", CONFIGURATION)
        host.wait_for_state("active", Uplink="shared", SlowPath="running")
        assert traffic.is_echoed(client, b"after")
        assert traffic.is_echoed(other, b"native")


def test_no_neighbour_discovery_of_its_own(network, host, running):
    """The link sees the host's address and MAC address only."""
    with Capture(network.router, "lan0") as capture:
        assert host.pings(INTERNET)
    sources = {str(packet.source) for packet in capture.ipv6()}
    own = {address for address in sources if address.startswith("2001:db8:1:")}
    assert own <= {*host.global_addresses("eth0"), network.link.router_address}


def announce(link, *prefixes):
    link.advertiser.announce(link.plain.without(Prefix).with_options(*prefixes)
                             .with_pref64(PREF64))


def test_renumbering_keeps_connections(network, host, link, running):
    """The address of before is shared as long as the host has it."""
    router, new = network.router, "2001:db8:11::/64"
    router.ip("address", "replace", "2001:db8:11::1/64", "dev", "lan0", "nodad")
    before = host.clat_state()
    try:
        with traffic.tcp(host, servers.ECHO_PORT) as client:
            assert traffic.is_echoed(client, b"before")
            announce(link, Prefix(link.prefix, preferred=0), Prefix(new))
            wait_for(lambda: host.clat_state()["Ipv6Address"].startswith(RENUMBERED), 10,
                     "the new address", host.explain)
            assert host.clat_state()["Ipv6Address"] in host.global_addresses("eth0")
            assert host.clat_state()["Ipv4Address"] != before["Ipv4Address"]
            assert traffic.is_echoed(client, b"after")
            assert host.wait_for_ping(INTERNET, 3) < 3
    finally:
        announce(link, Prefix(new, valid=0, preferred=0), Prefix(link.prefix))
        router.ip("address", "del", "2001:db8:11::1/64", "dev", "lan0")
    wait_for(lambda: host.clat_state()["Ipv6Address"] == before["Ipv6Address"], 15,
             "the first address", host.explain)
    assert host.wait_for_ping(INTERNET, 3) < 3
