# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP errors of routers on the path reach the host: of those behind the NAT64 from their IPv4
address, of those before it, which have none, from 192.0.0.8 (RFC 7600)."""

import ipaddress
import re
import socket
import struct

import pytest
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.inet6 import IPv6

from lab import servers, traffic
from lab.capture import Capture
from lab.transparent_nat64 import GATEWAY, OTHERS, PEER, embed
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("translator", "no_ipv4")

DUMMY = "192.0.0.8"
BULK = 5 * traffic.MB

IP_MTU_DISCOVER, PROBE = 10, 3

UNREACHABLE, FRAGMENTATION_NEEDED = 3, 4
TIME_EXCEEDED = 11
# RFC 4884, 7, and the class number of the node identification object.
EXTENSION_VERSION = 0x20
NODE_IDENTIFICATION = 5

ICMP_RATE = "net.ipv6.icmp.ratelimit"


@pytest.fixture(autouse=True, scope="module")
def routers_answer_always(far):
    for machine in far.router, far.gateway:
        machine.set_sysctl(ICMP_RATE, 0)
    yield
    far.router.set_sysctl(ICMP_RATE, 1000)


def hops(host, *options, port=()):
    """Source addresses of the answers to traceroute, hop by hop."""
    output = host.output("traceroute", "-n", "-q", "1", "-w", "2", "-m", "8", *options, PEER,
                         *port)
    return [line.split()[1] for line in output.splitlines()[1:]]


@pytest.mark.parametrize("options", [[], ["--icmp"], ["--tcp", "--port=80"],
                                     ["--udp", "--port=7"]], ids=["UDP", "ICMP", "TCP",
                                                                  "UDP to one port"])
def test_n1_traceroute(host, options):
    """The CLAT is one hop; then a native router, the NAT64, and the destination."""
    assert hops(host, *options) == [host.clat_state()["Ipv4Gateway"], DUMMY, GATEWAY, PEER]


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


def test_h46_8_the_clat_is_the_first_hop(host):
    """Its answer to an expired packet comes from the gateway of the default route."""
    gateway = host.clat_state()["Ipv4Gateway"]
    with traffic.icmp_errors(host) as errors, traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
        client.send(b"expires at once")
    [(source, kind, code, _)] = errors
    assert (kind, code) == (TIME_EXCEEDED, 0)
    assert source == gateway == "192.0.0.1"


def test_f46_1_too_big_for_the_link_is_answered(far, host):
    """Sockets that do their own path MTU discovery: 1480 octets fit, one more does not."""
    largest = 1480 - 20 - 8
    with Capture(far.peer, "wan") as at_peer, traffic.icmp_errors(host) as errors, \
            traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PROBE)
        assert traffic.is_echoed(client, servers.BODY[:largest])
        client.send(servers.BODY[:largest + 1])
    assert [error[1:] for error in errors] == [(UNREACHABLE, FRAGMENTATION_NEEDED, 1480)]
    sent = at_peer.ipv6(lambda packet: str(packet.destination) == embed(PEER))
    assert [packet.payload_length for packet in sent] == [1480 - 20]


def test_h64_8_expired_hop_limit_is_answered(far, host):
    address = host.clat_state()["Ipv6Address"]
    with Capture(far.peer, "wan") as at_peer:
        # The gateway and the router decrement the hop limit by one each.
        far.send(IPv6(src=embed(PEER), dst=address, hlim=3) / UDP(sport=7, dport=4000))
        error = at_peer.wait_for(lambda packet: packet.icmp_type == 3, 3, "time exceeded")
    assert (str(error.source), error.payload[1]) == (address, 0)
    assert error.has_valid_checksum()


def test_h64_15_source_without_ipv4_address_is_answered(network, host):
    """RFC 7915, 5.4: "administratively prohibited"; but I6-5, no answer to ICMPv6 errors."""
    address = host.clat_state()["Ipv6Address"]
    with network.router.socket(socket.AF_INET6, socket.SOCK_DGRAM) as native:
        native.settimeout(traffic.RECEIVE_SECONDS)
        native.connect((address, 4000))
        native.send(b"native")
        with pytest.raises(PermissionError):
            native.recv(100)
    assert "rohibited" not in network.router.run("ping", "-n", "-c", "1", "-W", "0.5", address,
                                                 check=False).stdout


def test_e46_errors_of_the_host_reach_the_peer(far, host):
    """No socket on the host has the port: the peer gets a port unreachable."""
    with far.peer.socket(socket.AF_INET6, socket.SOCK_DGRAM) as outside:
        outside.settimeout(traffic.RECEIVE_SECONDS)
        outside.connect((host.clat_state()["Ipv6Address"], servers.CLOSED_PORT))
        outside.send(b"to closed port")
        with pytest.raises(ConnectionRefusedError):
            outside.recv(100)


def test_errors_reach_the_socket_of_the_quoted_packet(host):
    """Type 1 code 4 becomes type 3 code 3, and the translated quote matches the socket."""
    with traffic.udp(host, port=servers.CLOSED_PORT) as client:
        client.send(b"to closed port")
        with pytest.raises(ConnectionRefusedError):
            client.recv(100)


def path_mtu(host, address):
    """The path MTU to ADDRESS that the host has cached."""
    return int(re.search(r"\bmtu (\d+)", host.output("ip", "route", "get", address))[1])


# The link whose MTU is reduced, and the router that sends the error.
NARROW = {"native router": ("native_link", DUMMY), "behind the NAT64": ("ipv4_link", GATEWAY)}
MTUS = [1400, 1280]
DESTINATIONS = iter(OTHERS)


@pytest.fixture(params=NARROW)
def narrow(request, far):
    """Yields a function that sets the MTU of a link of the path; it returns the error's source."""
    link, source = NARROW[request.param]

    def make_narrow(mtu):
        far.set_mtu(getattr(far, link), mtu)
        return source

    yield make_narrow
    far.set_mtu(getattr(far, link))


@pytest.mark.parametrize("mtu", MTUS)
def test_2_12_path_mtu_takes_effect(host, narrow, mtu):
    """An established TCP connection continues when the path MTU is reduced."""
    address = next(DESTINATIONS)
    block = servers.BODY[:60000]
    with traffic.icmp_errors(host) as errors, \
            traffic.tcp(host, servers.ECHO_PORT, address) as client:
        traffic.exchange(client, block)
        source = narrow(mtu)
        traffic.exchange(client, block)
    assert (source, UNREACHABLE, FRAGMENTATION_NEEDED, mtu - 20) in errors
    assert path_mtu(host, address) == mtu - 20
    traffic.assert_carries(host, BULK, address)


def comes_back(client, address):
    try:
        client.sendto(servers.BODY[:1400], (address, servers.ECHO_PORT))
        return client.recv(65536) == servers.BODY[:1400]
    except OSError:
        return False


def test_2_12_path_mtu_takes_effect_without_a_source(host, narrow):
    """The route of a socket without a source address differs from the one that the source
    address of its packets would select."""
    address = next(DESTINATIONS)
    narrow(1300)
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.5)
        wait_for(lambda: comes_back(client, address), 5, "answer", host.explain)
    assert path_mtu(host, address) == 1280
