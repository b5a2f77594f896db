# SPDX-License-Identifier: GPL-2.0-or-later
"""What the fast path does not handle is translated all the same, both ways, with a NAT64 that
drops nothing. The names in the tests are rows of the standards that CONTRIBUTING.md explains."""

import errno
import socket
import struct

import pytest
from scapy.layers.inet6 import (IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                                IPv6ExtHdrRouting, IPv6, PadN)
from scapy.layers.inet import UDP
from scapy.layers.sctp import SCTP, SCTPChunkInit
from scapy.packet import Raw

from lab import servers, traffic
from lab.capture import Capture, ones_sum
from lab.transparent_nat64 import PEER, embed
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("translator", "no_ipv4")

LARGEST = 1444
LENGTHS = [1, LARGEST, LARGEST + 1, 4000, 30000]

IP_MTU_DISCOVER, IP_MTU = 10, 14
NEVER_DF, DF_IF_IT_FITS, ALWAYS_DF = 0, 1, 2
UDP_NO_CHECK6_TX = 101

SCTP_NUMBER, GRE, ESP, DCCP, UDPLITE, EXPERIMENT = 132, 47, 50, 33, 136, 253
EF = 0xb8

# RFC 7915, 4.1: the size to which a packet without DF is fragmented.
LOWEST_IPV6_MTU = 1280


@pytest.fixture
def pair(host):
    """The CLAT's IPv4 and IPv6 address."""
    state = host.clat_state()
    return state["Ipv4Address"], state["Ipv6Address"]


def raw_pair(far, host, protocol):
    """Raw sockets for PROTOCOL on the host and at the peer."""
    inside = host.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
    outside = far.peer.socket(socket.AF_INET6, socket.SOCK_RAW, protocol)
    for one in inside, outside:
        one.settimeout(traffic.RECEIVE_SECONDS)
    return inside, outside


def receive_ipv4(raw):
    """Source and payload of the next packet that the socket RAW receives with its IPv4 header."""
    packet, (source, _) = raw.recvfrom(65536)
    return source, packet[(packet[0] & 0x0f) * 4:]


# Sizes

@pytest.mark.parametrize("length", LENGTHS)
def test_udp_without_df(far, host, pair, length):
    """F46-3, F46-11, F46-14: fragments of at most 1280 octets, and never atomic fragments."""
    with Capture(far.peer, "wan") as at_peer, traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, NEVER_DF)
        assert traffic.is_echoed(client, servers.BODY[:length])
    sent = at_peer.ipv6(lambda packet: str(packet.source) == pair[1])
    is_cut = length + 8 + 40 > LOWEST_IPV6_MTU
    assert {packet.next_header for packet in sent} == {
        socket.IPPROTO_FRAGMENT if is_cut else socket.IPPROTO_UDP}
    assert all(packet.payload_length + 40 <= LOWEST_IPV6_MTU for packet in sent)
    assert not [packet for packet in sent if packet.next_header == socket.IPPROTO_FRAGMENT
                and struct.unpack("!H", packet.payload[2:4]) == (0,)]


@pytest.mark.parametrize("length", LENGTHS)
def test_udp_with_df_where_it_fits(host, length):
    """Sockets without an explicit setting: the kernel sets DF, or sends fragments without DF."""
    with traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, DF_IF_IT_FITS)
        assert traffic.is_echoed(client, servers.BODY[:length])


@pytest.mark.parametrize("length", LENGTHS)
def test_f46_1_udp_with_df(far, host, pair, length):
    """Packets that exceed the MTU are refused at once; packets that fit are not fragmented."""
    with Capture(far.peer, "wan") as at_peer, traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, ALWAYS_DF)
        if length > LARGEST:
            with pytest.raises(OSError) as error:
                client.send(servers.BODY[:length])
            assert error.value.errno == errno.EMSGSIZE
            assert client.getsockopt(socket.IPPROTO_IP, IP_MTU) == LARGEST + 28
            return
        assert traffic.is_echoed(client, servers.BODY[:length])
    [packet] = at_peer.ipv6(lambda packet: str(packet.source) == pair[1])
    assert packet.next_header == socket.IPPROTO_UDP


@pytest.mark.parametrize("length", [1300, 1400, 1444, 1445, 4000, 30000])
def test_ping(host, length):
    """Beyond RFC 7915, 1.2: fragmented echo messages are reassembled, both ways."""
    assert host.pings(PEER, "-s", str(length))


@pytest.fixture
def small_mtu(far):
    """The peer sends no packet larger than the IPv6 minimum MTU, as many a NAT64 does."""
    far.set_mtu(far.ipv4_link, LOWEST_IPV6_MTU)
    yield
    far.set_mtu(far.ipv4_link)


@pytest.mark.parametrize("length", [1300, 1400, 4000])
def test_answers_in_small_fragments(host, small_mtu, length):
    assert host.pings(PEER, "-M", "dont", "-s", str(length))
    with traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, NEVER_DF)
        assert traffic.is_echoed(client, servers.BODY[:length])


def test_many_datagrams_in_fragments(host):
    """G7: in order, and without loss."""
    bodies = [struct.pack("!I", number) * 1000 for number in range(100)]
    with traffic.udp(host) as client:
        for first in range(0, len(bodies), 10):
            burst = bodies[first:first + 10]
            for body in burst:
                client.send(body)
            assert [client.recv(65536) for _ in burst] == burst


# Checksums

@pytest.mark.parametrize("length", [10, 11, 1400, 1445, 4000])
def test_t46_3_udp_without_checksum(host, length):
    """The peer drops UDP without a checksum."""
    with traffic.udp(host) as client:
        client.setsockopt(socket.SOL_SOCKET, traffic.SO_NO_CHECK, 1)
        assert traffic.is_echoed(client, servers.BODY[:length])


@pytest.mark.parametrize("length", [10, 1400])
def test_t64_2_udp_without_checksum_is_received(far, host, at_peer, pair, length):
    """RFC 6935: some tunnels over IPv6 omit it. The host gets one with a checksum."""
    body = servers.BODY[:length]
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside, \
            far.peer.socket(socket.AF_INET6, socket.SOCK_DGRAM) as outside:
        inside.settimeout(traffic.RECEIVE_SECONDS)
        inside.bind((pair[0], 0))
        outside.setsockopt(socket.IPPROTO_UDP, UDP_NO_CHECK6_TX, 1)
        with Capture(host, host.clat_state()["HostInterface"]) as at_host:
            outside.sendto(body, (pair[1], inside.getsockname()[1]))
            assert inside.recvfrom(65536) == (body, (PEER, outside.getsockname()[1]))
    [frame] = [frame.bytes for frame in at_host.frames if body[:10] in frame.bytes]
    assert b"\0\0" + body[:10] not in frame
    sent = at_peer.wait_for(lambda packet: body[:10] in packet.payload, 3, "datagram").payload
    assert sent[sent.index(body[:10]) - 2:].startswith(b"\0\0" + body[:10])


def test_t64_2_fragments_without_checksum_are_dropped(far, host, pair):
    before = host.bus_client.statistics("eth0")[1].get("drop-no-checksum", 0)
    with far.peer.socket(socket.AF_INET6, socket.SOCK_DGRAM) as outside:
        outside.setsockopt(socket.IPPROTO_UDP, UDP_NO_CHECK6_TX, 1)
        outside.sendto(servers.BODY[:4000], (pair[1], 4000))
    wait_for(lambda: host.bus_client.statistics("eth0")[1].get("drop-no-checksum") == before + 1,
             3, "drop", host.explain)


# Protocols

OPAQUE = {
    "SCTP": (SCTP_NUMBER, bytes(SCTP(sport=5000, dport=5001) / SCTPChunkInit(init_tag=1))),
    "GRE": (GRE, bytes.fromhex("00000800") + servers.BODY[:60]),
    "ESP": (ESP, struct.pack("!II", 0x1000, 1) + servers.BODY[:60]),
    "experiment": (EXPERIMENT, servers.BODY[:61]),
    "experiment in fragments": (EXPERIMENT, servers.BODY[:5000]),
}


@pytest.mark.parametrize("name", OPAQUE)
def test_h46_6_other_protocols_pass_unchanged(far, host, pair, name):
    protocol, payload = OPAQUE[name]
    inside, outside = raw_pair(far, host, protocol)
    with inside, outside:
        inside.sendto(payload, (PEER, 0))
        data, sender = outside.recvfrom(65536)
        assert (data, sender[0]) == (payload, pair[1])
        outside.sendto(payload, (pair[1], 0))
        assert receive_ipv4(inside) == (PEER, payload)


def pseudo_header(source, destination, protocol, length):
    family = traffic.servers.family_of(source)
    addresses = socket.inet_pton(family, source) + socket.inet_pton(family, destination)
    return addresses + struct.pack("!II", length, protocol)


def is_valid(segment, covered, *addresses_and_protocol):
    """Whether the checksum over the first COVERED bytes of SEGMENT is valid."""
    pseudo = pseudo_header(*addresses_and_protocol, len(segment))
    return ones_sum(pseudo + segment[:covered]) == 0xffff


def with_checksum(segment, offset, covered, *addresses_and_protocol):
    """SEGMENT with a valid checksum at OFFSET, over its first COVERED bytes."""
    pseudo = pseudo_header(*addresses_and_protocol, len(segment))
    check = 0xffff - ones_sum(pseudo + segment[:covered])
    return segment[:offset] + struct.pack("!H", check) + segment[offset + 2:]


def udplite(coverage):
    """RFC 3828: source and destination port, coverage, checksum."""
    return struct.pack("!HHHH", 5000, 5001, coverage, 0) + servers.BODY[:40]


def dccp_request(coverage):
    """RFC 4340, 5.1 and 5.2: offset of data in words, coverage, checksum; type 0 with long
    sequence numbers; service code."""
    return struct.pack("!HHBBHBBHII", 5000, 5001, 5, coverage, 0, 0x01, 0, 0, 1, 42) \
        + servers.BODY[:40]


# Protocol, packet without its checksum, offset of the checksum, octets that it covers.
COVERED = {
    "UDP-Lite": (UDPLITE, udplite(0), 6, 48),
    "UDP-Lite, header only": (UDPLITE, udplite(8), 6, 8),
    "DCCP": (DCCP, dccp_request(0), 6, 60),
    "DCCP, header only": (DCCP, dccp_request(1), 6, 20),
}


@pytest.mark.parametrize("name", COVERED)
def test_t46_6_checksums_that_cover_addresses(far, host, pair, name):
    protocol, packet, offset, covered = COVERED[name]
    inside, outside = raw_pair(far, host, protocol)
    with inside, outside:
        inside.sendto(with_checksum(packet, offset, covered, pair[0], PEER, protocol),
                      (PEER, 0))
        arrived = outside.recv(65536)
        assert is_valid(arrived, covered, pair[1], embed(PEER), protocol)
        outside.sendto(with_checksum(packet, offset, covered, embed(PEER), pair[1], protocol),
                       (pair[1], 0))
        source, arrived = receive_ipv4(inside)
        assert source == PEER
        assert is_valid(arrived, covered, PEER, pair[0], protocol)


# Options and extension headers

@pytest.mark.parametrize("options", [["-R"], ["-T", "tsonly"], ["-T", "tsandaddr"]])
def test_h46_12_ping_with_options(host, options):
    assert host.pings(PEER, *options)


EXTENSIONS = {
    "hop-by-hop": IPv6ExtHdrHopByHop(options=PadN(optdata=b"\0" * 4)),
    "destination options": IPv6ExtHdrDestOpt(options=PadN(optdata=b"\0" * 12)),
    "expired routing header": IPv6ExtHdrRouting(type=0, segleft=0,
                                                addresses=["2001:db8::1"]),
    "all of them": IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt()
    / IPv6ExtHdrRouting(type=0, segleft=0, addresses=["2001:db8::1"]),
    "atomic fragment": IPv6ExtHdrFragment(id=0x12345678),
    "hop-by-hop and atomic fragment": IPv6ExtHdrHopByHop() / IPv6ExtHdrFragment(id=1),
}


@pytest.mark.parametrize("name", EXTENSIONS)
def test_h64_12_extension_headers_are_removed(far, host, pair, name):
    with traffic.udp(host) as client:
        port = client.getsockname()[1]
        far.send(IPv6(src=embed(PEER), dst=pair[1]) / EXTENSIONS[name]
                 / UDP(sport=servers.ECHO_PORT, dport=port) / Raw(name.encode()))
        assert client.recv(100) == name.encode()


def test_h64_13_routing_header_with_segments_left(far, host, at_peer, pair):
    """The sender gets a parameter problem with a pointer to the field."""
    with Capture(host, host.clat_state()["HostInterface"]) as at_host:
        far.send(IPv6(src=embed(PEER), dst=pair[1])
                 / IPv6ExtHdrRouting(type=0, segleft=1, addresses=["2001:db8::1"])
                 / UDP(sport=7, dport=4000) / Raw(b"not to be translated"))
        error = at_peer.wait_for(lambda packet: packet.icmp_type == 4, 3, "parameter problem")
    assert error.payload[1] == 0
    assert struct.unpack("!I", error.payload[4:8]) == (43,)
    assert not [frame for frame in at_host.frames if b"not to be translated" in frame.bytes]


# Traffic class

def test_h46_2_h64_2_expedited_forwarding(far, host, pair):
    with Capture(far.peer, "wan") as at_peer, traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, EF)
        client.setsockopt(socket.IPPROTO_IP, traffic.IP_RECVTOS, 1)
        for body in b"small", b"x" * 4000:
            assert traffic.is_echoed(client, body)
        far.send(IPv6(src=embed(PEER), dst=pair[1], tc=EF)
                 / UDP(sport=servers.ECHO_PORT, dport=client.getsockname()[1]) / Raw(b"back"))
        data, ancillary, _, _ = client.recvmsg(100, 100)
    assert data == b"back"
    assert ancillary[0][2][0] == EF
    sent = at_peer.ipv6(lambda packet: str(packet.source) == pair[1])
    assert {packet.next_header for packet in sent} == {socket.IPPROTO_UDP,
                                                       socket.IPPROTO_FRAGMENT}
    assert {packet.traffic_class for packet in sent} == {EF}


# What stays on the host

def test_cl_f10_multicast_stays_on_the_host(network, host, pair):
    """mDNS queries, and IGMP reports of receivers."""
    with Capture(network.router, "lan0") as wire:
        with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as client, \
                Capture(host, host.clat_state()["HostInterface"]) as asked:
            own = socket.inet_aton(pair[0])
            client.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
            client.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                              socket.inet_aton("224.0.0.251") + own)
            client.sendto(b"an mDNS query", ("224.0.0.251", 5353))
            wait_for(lambda: {frame.bytes[14 + 9] for frame in asked.ipv4()}
                     >= {socket.IPPROTO_UDP, socket.IPPROTO_IGMP}, 3, "question and IGMP")
        with traffic.udp(host) as client:
            assert traffic.is_echoed(client, b"sentinel")
    sent = wire.ipv6(lambda packet: str(packet.source) == pair[1] and packet.icmp_type is None)
    assert {(packet.next_header, str(packet.destination)) for packet in sent} == {
        (socket.IPPROTO_UDP, embed(PEER))}
