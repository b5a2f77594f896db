# SPDX-License-Identifier: GPL-2.0-or-later
"""What routers on the path say reaches the host: those behind the NAT64 with their IPv4
address, those before it, which have none, as 192.0.0.8 (RFC 7600)."""

import contextlib
import ipaddress
import re
import socket
import struct

import pytest
from scapy.layers.inet import ICMP, IP

from lab import servers, traffic
from lab.far import GATEWAY, OTHERS, PEER

pytestmark = pytest.mark.usefixtures("translator", "no_ipv4")

DUMMY = "192.0.0.8"
MB = 1_000_000
BULK = 5 * MB

UNREACHABLE, FRAGMENTATION_NEEDED = 3, 4
TIME_EXCEEDED = 11
# RFC 4884, 7 and the class of the node identification object.
EXTENSION_VERSION = 0x20
NODE_IDENTIFICATION = 5

ICMP_RATE = "net.ipv6.icmp.ratelimit"


@pytest.fixture(autouse=True, scope="module")
def routers_answer_always(far):
    for machine in far.router, far.gateway:
        machine.set_sysctl(ICMP_RATE, 0)
    yield
    far.router.set_sysctl(ICMP_RATE, 1000)


@contextlib.contextmanager
def icmp_errors(host):
    """Collects (source, type, code, MTU) of the ICMP errors that the host gets inside."""
    errors = []
    with host.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        yield errors
        raw.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            while True:
                packet = IP(raw.recv(65536))
                if packet.dst != packet.src and packet[ICMP].type in (3, 11, 12):
                    error = packet[ICMP]
                    errors.append((packet.src, error.type, error.code,
                                   struct.unpack("!H", bytes(error)[6:8])[0]))


def hops(host, *options, port=()):
    """Addresses in the answers to traceroute, hop by hop."""
    output = host.output("traceroute", "-n", "-q", "1", "-w", "2", "-m", "8", *options, PEER,
                         *port)
    return [line.split()[1] for line in output.splitlines()[1:]]


@pytest.mark.parametrize("options", [[], ["--icmp"], ["--tcp", "--port=80"],
                                     ["--udp", "--port=7"]], ids=["UDP", "ICMP", "TCP",
                                                                  "UDP to one port"])
def test_n1_traceroute(host, options):
    """The CLAT is one hop; then a native router, the NAT64, and who was looked for."""
    first, *others = hops(host, *options)
    assert others == [DUMMY, GATEWAY, PEER]
    assert first != host.clat_state()["Ipv4Address"]
    assert ipaddress.IPv4Address(first) in ipaddress.IPv4Network("192.0.0.0/24")


def test_n3_native_hop_is_named_in_an_extension(network, host):
    """The IPv6 address of the router that has no IPv4 address."""
    with host.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw, \
            traffic.udp(host) as client:
        raw.settimeout(traffic.RECEIVE_SECONDS)
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 2)
        client.send(b"expires at the router")
        packet = raw.recv(65536)
    error = packet[20:]
    assert packet[12:16] == socket.inet_aton(DUMMY)
    assert error[0] == TIME_EXCEEDED
    extension = error[8 + error[5] * 4:]
    assert error[5] * 4 >= 128
    assert extension[0] == EXTENSION_VERSION
    length, number, kind = struct.unpack("!HBB", extension[4:8])
    assert (length, number) == (24, NODE_IDENTIFICATION)
    assert str(ipaddress.IPv6Address(extension[12:28])) == network.link.router_address


def test_n2_hop_with_ipv4_has_no_extension(host):
    with host.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw, \
            traffic.udp(host) as client:
        raw.settimeout(traffic.RECEIVE_SECONDS)
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 3)
        client.send(b"expires at the NAT64")
        packet = raw.recv(65536)
    assert packet[12:16] == socket.inet_aton(GATEWAY)
    assert packet[20] == TIME_EXCEEDED
    assert packet[25] == 0
    assert IP(packet)[ICMP].payload.dst == PEER


def test_errors_reach_the_socket_that_they_are_about(host):
    """1/4 becomes 3/3, with the packet inside translated well enough to be recognised."""
    with traffic.udp(host, port=servers.CLOSED_PORT) as client:
        client.send(b"anybody there?")
        with pytest.raises(ConnectionRefusedError):
            client.recv(100)


def path_mtu(host, address):
    """What the host knows of the path to ADDRESS."""
    return int(re.search(r"\bmtu (\d+)", host.output("ip", "route", "get", address))[1])


# Which link becomes narrow, and who says so.
NARROW = {"native router": ("native_link", DUMMY), "behind the NAT64": ("ipv4_link", GATEWAY)}
MTUS = [1400, 1280]
DESTINATIONS = iter(OTHERS)


@pytest.fixture(params=NARROW)
def narrow(request, far):
    """Makes a link of the path narrow; returns who is going to say so."""
    link, source = NARROW[request.param]

    def make_narrow(mtu):
        far.set_mtu(getattr(far, link), mtu)
        return source

    yield make_narrow
    far.set_mtu(getattr(far, link))


@pytest.mark.parametrize("mtu", MTUS)
def test_2_12_path_mtu_takes_effect(host, narrow, mtu):
    """A TCP connection that is under way goes on when the path becomes narrow."""
    address = next(DESTINATIONS)
    block = servers.BODY[:60000]
    with icmp_errors(host) as errors, \
            traffic.tcp(host, servers.ECHO_PORT, address) as client:
        exchange(client, block)
        source = narrow(mtu)
        exchange(client, block)
    assert (source, UNREACHABLE, FRAGMENTATION_NEEDED, mtu - 20) in errors
    assert path_mtu(host, address) == mtu - 20
    assert traffic.upload(host, BULK, address) == servers.content_hash(BULK)
    digest, _ = traffic.download(host, BULK, address)
    assert digest == servers.content_hash(BULK)


def exchange(client, block):
    """Sends BLOCK to the TCP echo server and takes it back."""
    client.sendall(block)
    received = b""
    while len(received) < len(block):
        received += client.recv(65536)
    assert received == block
