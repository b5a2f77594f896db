# SPDX-License-Identifier: GPL-2.0-or-later
"""The network starts to offer native IPv4: new connections use it, established connections keep
using the NAT64 until they end (drain)."""

import contextlib
import signal
import socket

import pytest

from lab import servers, traffic
from lab.capture import Capture, IPV4
from lab.nativeipv4 import NativeIpv4
from lab.network import INTERNET
from lab.waiting import wait_for

NAME = "clat-eth0"


@contextlib.contextmanager
def clat(host, drain=None):
    arguments = ()
    if drain is not None:
        host.file("/run/drain.conf").write_text(f"[main]\ndrain={drain}\n")
        arguments = ("--config", "/run/drain.conf")
    with host.running_clat(*arguments):
        host.wait_for_state("active")
        yield


@pytest.fixture
def native(network, host):
    """Adds native IPv4 to the connection, and removes it again."""
    network.router.ip("address", "replace", "10.0.0.1/24", "dev", "lan0")
    native = NativeIpv4(host)
    yield native
    native.remove()
    network.router.ip("address", "del", "10.0.0.1/24", "dev", "lan0")


def is_gone(host):
    return host.clat_routes() == [] and NAME not in host.output("ip", "link")


def test_cl_c1_no_established_connections(host, native):
    """Must run first: the other tests leave connections behind that are never closed."""
    with clat(host):
        native.add()
        host.wait_for_state("native")
        wait_for(lambda: is_gone(host), 1, "removal of the translator", host.explain)
        assert host.pings(INTERNET)
        native.remove()
        host.wait_for_state("active")
        assert host.pings(INTERNET)


def sender_of(frame):
    """The IPv4 source of a frame; the sender's address in an ARP request."""
    offset = 26 if frame.ethertype == IPV4 else 28
    return socket.inet_ntoa(frame.bytes[offset:offset + 4])


def test_cl_c4_established_connections_drain(network, host, native):
    with clat(host), traffic.tcp(host, servers.ECHO_PORT) as client:
        address = host.clat_state()["Ipv4Address"]
        native.add()
        host.wait_for_state("native")
        wait_for(lambda: host.clat_routes() == [], 1, "removal of the route", host.explain)
        with Capture(network.router, "lan0") as capture, \
                Capture(network.router, "lan0", Capture.NOT_IPV6) as ipv4:
            client.sendall(b"old")
            assert client.recv(64) == b"old"
            with traffic.tcp(host, servers.ECHO_PORT) as other:
                assert other.getsockname()[0] == "10.0.0.9"
                other.sendall(b"new")
                assert other.recv(64) == b"new"
        assert capture.ipv6(lambda packet: packet.next_header == 6)
        sources = {sender_of(frame) for frame in ipv4.ipv4()}
        assert address not in sources and "10.0.0.9" in sources
        client.close()
        wait_for(lambda: is_gone(host), 5, "removal of the translator", host.explain)
        assert address not in host.output("ip", "rule")


@pytest.mark.timing
def test_drain_is_limited(host, native):
    with clat(host, drain=2), traffic.tcp(host, servers.ECHO_PORT) as client:
        native.add()
        host.wait_for_state("native")
        client.sendall(b"old")
        assert client.recv(64) == b"old"
        wait_for(lambda: is_gone(host), 5, "removal of the translator", host.explain)
        traffic.assert_ended(client)


@pytest.mark.timing
def test_no_drain(network, host, native):
    """Programs get an error at once, and nothing of theirs leaves by native IPv4."""
    with clat(host, drain=0), traffic.tcp(host, servers.ECHO_PORT) as tcp, \
            traffic.udp(host) as udp, host.socket(socket.AF_INET6) as mapped:
        mapped.connect((f"::ffff:{INTERNET}", servers.ECHO_PORT))
        address = host.clat_state()["Ipv4Address"]
        with Capture(network.router, "lan0", Capture.NOT_IPV6) as ipv4:
            native.add()
            host.wait_for_state("native")
            wait_for(lambda: is_gone(host), 1, "removal of the translator", host.explain)
            for client in tcp, udp, mapped:
                traffic.assert_ended(client)
        assert address not in {sender_of(frame) for frame in ipv4.ipv4()}


def test_native_ipv4_removed_during_the_drain(host, native):
    """The CLAT is active again, and the established connection is not disturbed."""
    with clat(host), traffic.tcp(host, servers.ECHO_PORT) as client:
        native.add()
        host.wait_for_state("native")
        native.remove()
        host.wait_for_state("active")
        wait_for(lambda: len(host.clat_routes()) == 1, 1, "route", host.explain)
        client.sendall(b"old")
        assert client.recv(64) == b"old"
        assert host.pings(INTERNET)


def test_sigkill_during_the_drain(host, native):
    """The next instance drains the established connections, too."""
    with clat(host), traffic.tcp(host, servers.ECHO_PORT) as client:
        native.add()
        host.wait_for_state("native")
        wait_for(lambda: host.clat_routes() == [], 1, "removal of the route", host.explain)
        host.stop_clat(signal.SIGKILL)
        client.sendall(b"without daemon.")
        assert client.recv(64) == b"without daemon."
        host.start_clat()
        host.wait_for_state("native")
        client.sendall(b"again")
        assert client.recv(64) == b"again"
        assert host.clat_routes() == []
