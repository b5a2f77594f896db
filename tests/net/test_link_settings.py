# SPDX-License-Identifier: GPL-2.0-or-later
"""The same packets at every MTU that links have, with the offloads of the interface on and off,
and with each kind of uplink."""

import itertools
import socket

import pytest

from lab import parents, servers, traffic, transparent_nat64
from lab.transparent_nat64 import MTU, OTHERS, PEER, embed

pytestmark = pytest.mark.usefixtures("parent", "no_ipv4")

BULK = 2_000_000
BLOCK = servers.BODY[:60000]
# Size of the IPv6 header beyond the IPv4 header, and of a fragment header.
ROOM = 28
# Without the fragment header, which a packet with DF never gets.
ROOM_WITHOUT_FRAGMENTS = 20
IPV4_AND_UDP = 28
SMALLEST_MTU = 1280

IP_MTU_DISCOVER, PROBE = 10, 3
UNREACHABLE, FRAGMENTATION_NEEDED = 3, 4
WITH_CHECKSUMS = {socket.IPPROTO_TCP, socket.IPPROTO_UDP, socket.IPPROTO_ICMPV6}
DESTINATIONS = itertools.cycle(OTHERS)


@pytest.fixture(scope="module", params=parents.UPLINKS)
def parent(request, network, far, faulty_clat):
    link = parents.parent_for(request.param, network, transparent_nat64.PREF64, faulty_clat)
    if link is None:
        pytest.skip(f"expected: this kernel has no {request.param}")
    with link as parent:
        parent.uplink, *_ = request.param.split()
        yield parent


@pytest.fixture(scope="module", params=[SMALLEST_MTU, 1492, 1500, 9000])
def mtu(request, network, parent, far):
    def set_all(value):
        parent.set_mtu(value)
        for link in far.native_link, far.ipv4_link:
            far.set_mtu(link, value)

    set_all(request.param)
    with parent.running_clat():
        network.host.wait_for_state("active", parent.interface, Mtu=request.param - ROOM,
                                    SlowPath="running")
        yield request.param
    set_all(MTU)


@pytest.fixture(params=["on", "off", "off at both ends"])
def offloads(request, parent):
    """Off at both ends: received packets are segments and fragments with complete checksums."""
    ends = [parent.near, parent.far] if "both" in request.param else [parent.near]
    with parent.offloads(request.param == "on", *ends):
        yield request.param


@pytest.fixture(autouse=True)
def uplink(host, parent, mtu, record_property):
    uplink = host.clat_state(parent.interface)["Uplink"]
    record_property("uplink", uplink)
    assert uplink == parent.uplink


def is_whole(packet, mtu):
    """Whether a packet at the peer is complete: not larger than MTU, with valid checksums."""
    return packet.payload_length + 40 <= mtu and (packet.next_header not in WITH_CHECKSUMS
                                                  or packet.has_valid_checksum())


def test_same_packets(host, mtu, offloads, at_peer):
    # The largest that fits, the smallest that does not, and several fragments.
    sizes = [1, mtu - ROOM - 28, mtu - ROOM - 27, 3 * mtu]
    with traffic.udp(host, address=PEER) as client:
        assert [size for size in sizes
                if not traffic.is_echoed(client, servers.BODY[:size])] == []
    assert [size for size in sizes if not host.pings(PEER, "-s", size)] == []
    traffic.assert_carries(host, BULK, PEER)
    if offloads != "on":
        sent = at_peer.ipv6(lambda packet: str(packet.destination) == embed(PEER))
        assert [packet for packet in sent if not is_whole(packet, mtu)] == []


def test_too_big_for_the_link(host, mtu, offloads, at_peer):
    """The socket gets an EMSGSIZE and the path MTU, and packets that fit are not fragmented."""
    largest = mtu - ROOM_WITHOUT_FRAGMENTS
    with traffic.icmp_errors(host) as errors, traffic.udp(host, address=PEER) as client:
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PROBE)
        assert traffic.is_echoed(client, servers.BODY[:largest - IPV4_AND_UDP])
        client.send(servers.BODY[:largest - IPV4_AND_UDP + 1])
    assert [error[1:] for error in errors] == [(UNREACHABLE, FRAGMENTATION_NEEDED, largest)]
    sent = at_peer.ipv6(lambda packet: str(packet.destination) == embed(PEER))
    assert [packet.payload_length for packet in sent] == [mtu - 40]


def test_too_big_for_the_path(host, far, mtu, offloads):
    """An established connection continues when the path MTU falls to the minimum."""
    address = next(DESTINATIONS)
    path_mtu = SMALLEST_MTU - ROOM_WITHOUT_FRAGMENTS
    try:
        with traffic.icmp_errors(host) as errors, \
                traffic.tcp(host, servers.ECHO_PORT, address) as client:
            traffic.exchange(client, BLOCK)
            far.set_mtu(far.native_link, SMALLEST_MTU)
            traffic.exchange(client, BLOCK)
        is_reported = (UNREACHABLE, FRAGMENTATION_NEEDED, path_mtu) in [one[1:] for one in errors]
        assert is_reported == (mtu > SMALLEST_MTU)
        traffic.assert_carries(host, BULK, address)
    finally:
        far.set_mtu(far.native_link, mtu)
