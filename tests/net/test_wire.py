# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets on the wire, byte by byte. The names in the tests are rows of the standards that
CONTRIBUTING.md explains: H46 is a header from IPv4 to IPv6, H64 the reverse, T46 transport."""

import ipaddress
import socket
import struct

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_RR, IPOption_Timestamp
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from lab import servers, traffic
from lab.capture import Capture, ones_sum
from lab.network import INTERNET, INTERNET_IN_IPV6, PREF64
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("clat")

INNER_NETWORK = ipaddress.IPv6Network(PREF64)
TOS = [0x00, 0x03, 0x28, 0xb8, 0xff]
TTL = [2, 64, 128, 255]
# Counters of refused packets.
DROP = "drop-"


@pytest.fixture
def wire(network):
    """Every frame on the link, captured at the router."""
    with Capture(network.router, "lan0") as capture:
        yield capture


@pytest.fixture
def pair(host):
    """The CLAT's IPv4 and IPv6 address."""
    state = host.clat_state()
    return state["Ipv4Address"], state["Ipv6Address"]


def udp_on(wire, payload):
    return wire.wait_for(lambda packet: packet.next_header == socket.IPPROTO_UDP
                         and packet.payload[8:] == payload, 3, f"UDP with {payload}")


def is_from(address):
    return lambda packet: str(packet.source) == address


def send_from_host(host, packet):
    """Sends PACKET unchanged: also one that the kernel would not send, or would complete."""
    interface = host.clat_state()["HostInterface"]
    with host.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw, host.network():
        raw.bind((interface, 0x0800))
        own = raw.getsockname()[4].hex(":")
        gateway = neighbour_of(host, interface)
        raw.send(bytes(Ether(src=own, dst=gateway) / packet))


def neighbour_of(host, interface):
    """The MAC address of the next hop of the host's own IPv4 packets on INTERFACE."""
    with Capture(host, interface) as capture:
        with traffic.udp(host) as client:
            traffic.is_echoed(client, b"where to")
        own = host.output("cat", f"/sys/class/net/{interface}/address")
        frame = wait_for(lambda: next((frame for frame in capture.frames
                                       if frame.source == own and frame.ethertype == 0x0800),
                                      None), 3, "packet of the host", host.explain)
    return frame.bytes[:6].hex(":")


def send_to_clat(network, wire, address, packet):
    """Sends an IPv6 PACKET on the link to the CLAT's ADDRESS."""
    frame = wait_for(lambda: next((frame for frame in wire.frames
                                   if frame.ethertype == 0x86dd
                                   and frame.bytes[22:38] == ipaddress.IPv6Address(
                                       address).packed), None), 3, f"frame from {address}")
    with network.router.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw, \
            network.router.network():
        raw.bind(("lan0", 0x86dd))
        raw.send(bytes(Ether(src=network.link.mac, dst=frame.source) / packet))


@pytest.mark.parametrize("tos", TOS)
def test_h46_2_traffic_class_is_the_tos(host, wire, tos):
    payload = f"tos {tos}".encode()
    with traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, tos)
        client.send(payload)
    assert udp_on(wire, payload).traffic_class == tos


@pytest.mark.parametrize("ttl", TTL)
def test_h46_7_hop_limit_is_one_less_than_the_ttl(host, wire, ttl):
    payload = f"ttl {ttl}".encode()
    with traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        client.send(payload)
    packet = udp_on(wire, payload)
    assert packet.hop_limit == ttl - 1
    assert packet.flow_label == 0


def test_h46_8_expired_ttl_is_not_on_the_wire(host, wire, pair):
    with traffic.udp(host) as client:
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
        client.send(b"expired")
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 64)
        client.send(b"not expired")
    udp_on(wire, b"not expired")
    assert not wire.ipv6(lambda packet: b"expired" == packet.payload[8:])


def test_h46_15_wrong_header_checksum_is_dropped(host, wire, pair):
    for payload, options in ((b"wrong header", {"chksum": 1}), (b"right header", {})):
        send_from_host(host, IP(src=pair[0], dst=INTERNET, **options)
                       / UDP(sport=4000, dport=7) / Raw(payload))
    udp_on(wire, b"right header")
    assert not wire.ipv6(lambda packet: b"wrong header" in packet.payload)


def received(network, host, wire, pair, **fields):
    """TTL and TOS that a socket on the host receives with an IPv6 packet with these FIELDS."""
    with traffic.udp(host) as client:
        for option in traffic.IP_RECVTTL, traffic.IP_RECVTOS:
            client.setsockopt(socket.IPPROTO_IP, option, 1)
        port = client.getsockname()[1]
        traffic.is_echoed(client, b"first")
        send_to_clat(network, wire, pair[1],
                     IPv6(src=INTERNET_IN_IPV6, dst=pair[1], **fields)
                     / UDP(sport=servers.ECHO_PORT, dport=port) / Raw(b"second"))
        data, ancillary, _, _ = client.recvmsg(100, 100)
    assert data == b"second"
    values = {kind: value[0] for _, kind, value in ancillary}
    return values[socket.IP_TTL], values[socket.IP_TOS]


@pytest.mark.parametrize("traffic_class", TOS)
def test_h64_2_tos_is_the_traffic_class(network, host, wire, pair, traffic_class):
    _, tos = received(network, host, wire, pair, tc=traffic_class)
    assert tos == traffic_class


@pytest.mark.parametrize("hop_limit", TTL)
def test_h64_8_ttl_is_one_less_than_the_hop_limit(network, host, wire, pair, hop_limit):
    ttl, _ = received(network, host, wire, pair, hlim=hop_limit)
    assert ttl == hop_limit - 1


def test_t46_3_udp_without_checksum(host, wire):
    with traffic.udp(host) as client:
        client.setsockopt(socket.SOL_SOCKET, traffic.SO_NO_CHECK, 1)
        for payload in b"even size.", b"odd length.":
            assert traffic.is_echoed(client, payload)
            packet = udp_on(wire, payload)
            assert packet.payload[6:8] != b"\0\0"
            assert packet.has_valid_checksum()


def test_2_14_checksum_of_zero_is_sent_as_ffff(host, wire, pair):
    """The two bytes of payload are chosen so that the checksum is zero."""
    header = struct.pack("!HHHH", 4000, 7, 10, 0)
    pseudo = (ipaddress.IPv6Address(pair[1]).packed
              + ipaddress.IPv6Address(INTERNET_IN_IPV6).packed
              + struct.pack("!II", 10, socket.IPPROTO_UDP))
    payload = struct.pack("!H", 0xffff - ones_sum(pseudo + header))
    send_from_host(host, IP(src=pair[0], dst=INTERNET) / UDP(sport=4000, dport=7)
                   / Raw(payload))
    packet = udp_on(wire, payload)
    assert packet.payload[6:8] == b"\xff\xff"
    assert packet.has_valid_checksum()


def test_g10_wrong_checksum_stays_wrong(host, wire, pair):
    send_from_host(host, IP(src=pair[0], dst=INTERNET)
                   / UDP(sport=4000, dport=7, chksum=0x1234) / Raw(b"not to be repaired"))
    packet = udp_on(wire, b"not to be repaired")
    assert not packet.has_valid_checksum()


def unusual_packets(source):
    """Packets that the fast path does not handle, or that must not be translated."""
    def udp(**fields):
        return IP(src=source, dst=INTERNET, **fields) / UDP(sport=4000, dport=7)

    inner = IP(src=INTERNET, dst=source) / UDP(sport=7, dport=4000)
    return {
        "first fragment": udp(id=1, flags="MF") / Raw(b"x" * 512),
        "last fragment": IP(src=source, dst=INTERNET, id=1, frag=65, proto=17)
        / Raw(b"x" * 1000),
        "record route": udp(options=[IPOption_RR(length=11, routers=["0.0.0.0"] * 2)]),
        "timestamp": udp(options=[IPOption_Timestamp(flg=0, timestamp=0)]),
        "port unreachable": IP(src=source, dst=INTERNET) / ICMP(type=3, code=3) / inner,
        "timestamp request": IP(src=source, dst=INTERNET) / ICMP(type=13),
        "IGMP": IP(src=source, dst="224.0.0.22", proto=2, ttl=1) / Raw(bytes(8)),
        "multicast DNS": IP(src=source, dst="224.0.0.251") / UDP(sport=5353, dport=5353),
        "broadcast": IP(src=source, dst="255.255.255.255") / UDP(sport=4000, dport=7),
        "loopback": IP(src=source, dst="127.0.0.1") / UDP(sport=4000, dport=7),
        "class E": IP(src=source, dst="240.0.0.1") / UDP(sport=4000, dport=7),
        "own network": IP(src=source, dst="0.0.0.1") / UDP(sport=4000, dport=7),
        "foreign source": IP(src="203.0.113.1", dst=INTERNET) / UDP(sport=4000, dport=7),
        "SCTP": IP(src=source, dst=INTERNET, proto=132) / Raw(bytes(32)),
        "GRE": IP(src=source, dst=INTERNET, proto=47) / Raw(bytes(32)),
        "ESP": IP(src=source, dst=INTERNET, proto=50) / Raw(bytes(32)),
        "UDP-Lite": IP(src=source, dst=INTERNET, proto=136) / Raw(bytes(32)),
        "ICMPv6 in IPv4": IP(src=source, dst=INTERNET, proto=58) / Raw(bytes(32)),
        "TTL 1": udp(ttl=1),
        "TTL 0": udp(ttl=0),
        "truncated": IP(src=source, dst=INTERNET, len=500)
        / UDP(sport=4000, dport=7),
        "too short for TCP": IP(src=source, dst=INTERNET, proto=6) / Raw(bytes(4)),
        "no payload": IP(src=source, dst=INTERNET, proto=17),
        "TCP with a bad offset": IP(src=source, dst=INTERNET) / TCP(dataofs=1),
    }


UNUSUAL_PACKETS = list(unusual_packets("192.0.0.1"))
# What no translator may forward (RFC 1812, 5.3.7; RFC 7915, 1.2), whatever it supports.
NEVER_TRANSLATED = {"IGMP", "multicast DNS", "broadcast", "loopback", "class E", "own network",
                    "foreign source", "TTL 1", "TTL 0", "truncated",
                    "timestamp request"}


def counted(host):
    """Packets from IPv4 to IPv6 so far: translated, and refused."""
    counters = host.bus_client.statistics("eth0")[0]
    return (counters.get("packets", 0),
            sum(value for name, value in counters.items() if name.startswith(DROP)))


@pytest.mark.parametrize("name", UNUSUAL_PACKETS)
def test_never_untranslated(host, wire, pair, name):
    """No IPv4 is on the wire, no untranslated packet arrives, and each packet is counted."""
    address, address6 = pair
    before = counted(host)
    send_from_host(host, unusual_packets(address)[name])
    # The packet that triggers neighbour discovery is counted, too.
    wait_for(lambda: sum(counted(host)) >= sum(before) + 2, 3, f"count of {name}",
             lambda: str(host.bus_client.statistics("eth0")))
    with traffic.udp(host) as client:
        assert traffic.is_echoed(client, b"still alive")
    wire.assert_no_ipv4()
    sent = [packet for packet in wire.ipv6(is_from(address6))
            if packet.icmp_type not in (133, 135, 136, 143)]
    assert sent, "the capture is empty"
    strange = [packet for packet in sent if packet.destination not in INNER_NETWORK]
    assert not strange
    if name in NEVER_TRANSLATED:
        assert counted(host)[1] > before[1]
        echoes = [packet for packet in sent if packet.payload[8:] in (b"where to",
                                                                      b"still alive")]
        assert len(echoes) == len(sent), sent


def test_ordinary_traffic_is_not_counted_as_dropped(host):
    """Ordinary traffic is not counted as refused."""
    before = counted(host)
    host.pings(INTERNET)
    traffic.download(host, 1_000_000)
    after = counted(host)
    assert after[0] > before[0]
    assert after[1] == before[1]
