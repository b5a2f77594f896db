# SPDX-License-Identifier: GPL-2.0-or-later
"""The network starts to offer native IPv4: established connections of a container behind the
host's own NAT keep using the NAT64 until they end (drain)."""

import contextlib
import hashlib
import signal
import socket

import pytest

from lab import guests, servers, traffic
from lab.capture import Capture, IPV4
from lab.nativeipv4 import NativeIpv4
from lab.network import INTERNET
from lab.waiting import SLOWNESS, wait_for

LENGTH = 20_000_000
FLOWS = 60
# Newer versions of NetworkManager set it to the default when they configure the interface.
FORWARDING = "default", "eth0"
RST = 0x04


@pytest.fixture(scope="module")
def guest(network):
    engine = guests.ContainerNetwork(network.host)
    # Replies of the native IPv4 come from the link; container engines enable forwarding on it.
    for interface in FORWARDING:
        network.host.set_sysctl(f"net.ipv4.conf.{interface}.forwarding", 1)
    network.router.ip("address", "replace", "10.0.0.1/24", "dev", "lan0")
    yield engine.container
    for interface in FORWARDING:
        network.host.set_sysctl(f"net.ipv4.conf.{interface}.forwarding", 0)
    network.router.ip("address", "del", "10.0.0.1/24", "dev", "lan0")
    engine.stop()


@pytest.fixture
def clat(request, host, guest):
    """Its parameter is the length of the drain, in seconds."""
    host.file("/run/drain.conf").write_text(f"[main]\ndrain={getattr(request, 'param', 30)}\n")
    with host.running_clat("--config", "/run/drain.conf"):
        host.wait_for_state("active")
        wait_for(lambda: guest.pings(INTERNET, seconds=0.3), 10, "IPv4 of the guest",
                 host.explain)
        yield


@pytest.fixture
def native(host, clat):
    native = NativeIpv4(host)
    yield native
    native.remove()


def flow_rules(host):
    return [rule for rule in host.output("ip", "rule").splitlines() if "ipproto" in rule]


def arrive(host, native):
    """Native IPv4 arrives, and the guest's flows get their rules."""
    native.add()
    host.wait_for_state("native")
    wait_for(lambda: flow_rules(host), 1, "rules of the guest's flow", host.explain)


def assert_nothing_is_held(host):
    wait_for(lambda: not host.clat_state()["Ipv4Address"], 5, "end of the drain", host.explain)
    assert not flow_rules(host)


@contextlib.contextmanager
def started_download(guest):
    """A download whose receiver makes a pause; yields a function that receives the rest and
    returns the hash of all."""
    with contextlib.closing(traffic.HttpConnection(guest, INTERNET)) as connection:
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.request("GET", f"/bytes/{LENGTH}")
        response = connection.getresponse()
        digest = hashlib.sha256(response.read(servers.BLOCK))

        def finish():
            while block := response.read(servers.BLOCK):
                digest.update(block)
            return digest.hexdigest()

        yield finish


def test_download_goes_on(network, host, guest, native):
    with started_download(guest) as finish:
        arrive(host, native)
        with Capture(network.router, "lan0", Capture.NOT_IPV6) as capture:
            assert finish() == servers.content_hash(LENGTH)
        assert not [frame for frame in capture.frames if frame.ethertype == IPV4]
        assert guest.pings(INTERNET)
    assert_nothing_is_held(host)
    assert guest.pings(INTERNET)


def ports_of(capture):
    """The source ports of TCP over IPv4, and whether one of these segments is a reset."""
    packets = [frame.bytes[14:] for frame in capture.frames
               if frame.ethertype == IPV4 and frame.bytes[23] == socket.IPPROTO_TCP]
    segments = [packet[4 * (packet[0] & 0xf):] for packet in packets]
    return ({int.from_bytes(segment[:2], "big") for segment in segments},
            any(segment[13] & RST for segment in segments))


def test_flows_that_send_meanwhile(network, host, guest, native):
    """NetworkManager adds its route after that of the CLAT, with the same metric: the kernel goes
    on with the first one until the service, however late, has added the rules of the flows."""
    with traffic.busy_tcp(guest, FLOWS) as (busy, ports), \
            Capture(network.router, "lan0", Capture.NOT_IPV6) as capture:
        busy.wait_for_answers()
        with host.clat.paused():
            native.add()
            busy.wait_for_answers()
        host.wait_for_state("native")
        wait_for(lambda: not host.clat_routes(), 1, "removal of the route", host.explain)
        assert len(flow_rules(host)) == 2 * FLOWS
        busy.wait_for_answers()
        with traffic.tcp(guest, servers.ECHO_PORT) as new:
            traffic.exchange(new, b"by native IPv4")
            new_port = new.getsockname()[1]
        assert not busy.errors
    seen, has_reset = ports_of(capture)
    assert new_port in seen and not ports & seen
    assert not has_reset
    assert_nothing_is_held(host)


@pytest.mark.parametrize("clat", [int(2 * SLOWNESS)], indirect=True, scope="function",
                         ids=["short"])
def test_end_of_the_drain(host, guest, native):
    """It ends flows with the next packet of the guest, be it a keepalive."""
    with traffic.tcp(guest, servers.ECHO_PORT) as sender, \
            traffic.tcp(guest, servers.ECHO_PORT) as receiver:
        for client in sender, receiver:
            traffic.exchange(client, b"before")
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        receiver.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
        receiver.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
        arrive(host, native)
        assert_nothing_is_held(host)
        sender.send(b"after")
        for client in sender, receiver:
            with pytest.raises(ConnectionResetError):
                client.recv(64)


def test_native_ipv4_removed_during_the_drain(host, guest, native):
    with traffic.tcp(guest, servers.ECHO_PORT) as client:
        traffic.exchange(client, b"before")
        arrive(host, native)
        native.remove()
        host.wait_for_state("active")
        assert not flow_rules(host)
        traffic.exchange(client, b"through the CLAT")


def test_sigkill_during_the_drain(host, guest, native):
    """The rules carry the flow without the service; the next instance goes on with them."""
    with traffic.tcp(guest, servers.ECHO_PORT) as client:
        traffic.exchange(client, b"before")
        arrive(host, native)
        host.stop_clat(signal.SIGKILL)
        traffic.exchange(client, b"without the service")
        host.start_clat()
        host.wait_for_state("native")
        traffic.exchange(client, b"again")
        assert len(flow_rules(host)) == 2
    assert_nothing_is_held(host)


def test_vpn_ends_the_drain(network, host, guest, native):
    """A kill switch that takes over native IPv4 takes over the flow, too."""
    with traffic.tcp(guest, servers.ECHO_PORT) as client:
        traffic.exchange(client, b"before")
        arrive(host, native)
        traffic.exchange(client, b"beside native IPv4")
        host.ip("route", "add", "blackhole", "default", "metric", "50")
        try:
            assert_nothing_is_held(host)
            with Capture(network.router, "lan0") as capture:
                client.sendall(b"not for this link")
                client.settimeout(1)
                with pytest.raises(OSError):
                    client.recv(64)
            assert not capture.ipv6(lambda packet: packet.next_header == socket.IPPROTO_TCP)
            assert not [frame for frame in capture.frames if frame.ethertype == IPV4]
        finally:
            host.ip("route", "del", "blackhole", "default", "metric", "50")
