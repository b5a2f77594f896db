# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that the kernel or the NIC segments or merges arrive as they were sent, whatever
offloads the link has."""

import contextlib
import socket

import pytest

from lab import servers, traffic
from lab.transparent_nat64 import PEER

pytestmark = pytest.mark.usefixtures("translator", "no_ipv4")

BULK = traffic.bulk(30)
UDP_SEGMENT, UDP_GRO = 103, 104
IP_MTU_DISCOVER, NEVER_DF = 10, 0
BURST = 43 * 1400 + 17
BURSTS = 20
PORT = 4433


def test_download(host, offloads):
    digest, _ = traffic.download(host, BULK)
    assert digest == servers.content_hash(BULK)


def test_upload(host, offloads):
    assert traffic.upload(host, BULK) == servers.content_hash(BULK)


def test_upload_without_df(host, offloads):
    """RFC 7915, 4.1: each segment of a TCP packet becomes two fragments."""
    host.set_sysctl("net.ipv4.ip_no_pmtu_disc", 1)
    try:
        digest = traffic.upload(host, BULK // 10)
    finally:
        host.set_sysctl("net.ipv4.ip_no_pmtu_disc", 0)
    assert digest == servers.content_hash(BULK // 10)


@contextlib.contextmanager
def datagram_sockets(far, host):
    """Two connected UDP sockets: one on the host and one at the peer."""
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside, \
            far.peer.socket(socket.AF_INET6, socket.SOCK_DGRAM) as outside:
        outside.bind(("::", PORT))
        inside.connect((PEER, PORT))
        for one in inside, outside:
            one.settimeout(traffic.RECEIVE_SECONDS)
        inside.send(b"hello")
        outside.connect(outside.recvfrom(100)[1])
        yield inside, outside


def assert_datagrams_pass(sender, receiver, size, merges):
    """Bursts of datagrams of SIZE bytes, each burst passed to the kernel in one call (UDP GSO)."""
    sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, size)
    receiver.setsockopt(socket.IPPROTO_UDP, UDP_GRO, merges)
    for number in range(BURSTS):
        burst = servers.BODY[number:number + min(BURST, size * 60)]
        sender.send(burst)
        received = []
        while sum(map(len, received)) < len(burst):
            received.append(receiver.recv(65536))
        assert b"".join(received) == burst
        if not merges:
            assert {len(datagram) for datagram in received[:-1]} == {size}


@pytest.mark.parametrize("merges", [0, 1], ids=["", "merged"])
@pytest.mark.parametrize("size", [100, 1200, 1400])
def test_segmented_udp_is_sent(far, host, offloads, size, merges):
    with datagram_sockets(far, host) as (inside, outside):
        assert_datagrams_pass(inside, outside, size, merges)


@pytest.mark.parametrize("merges", [0, 1], ids=["", "merged"])
@pytest.mark.parametrize("size", [100, 1200, 1400])
def test_segmented_udp_is_received(far, host, offloads, size, merges):
    with datagram_sockets(far, host) as (inside, outside):
        assert_datagrams_pass(outside, inside, size, merges)


@pytest.fixture
def frame_lists(parent):
    """The link merges frames to lists of whole packets (fraglist GRO), for flows that no IPv6
    socket of the host has: those of the translator."""
    with parent.offloads(False, parent.far), parent.offloads(True, parent.near):
        machine, interface = parent.near
        machine.run("ethtool", "-K", interface, "rx-gro-list", "on")
        try:
            yield
        finally:
            machine.run("ethtool", "-K", interface, "rx-gro-list", "off")


@pytest.mark.parametrize("size", [100, 1200, 1400])
def test_lists_of_datagrams(far, host, frame_lists, size):
    with datagram_sockets(far, host) as (inside, outside):
        assert_datagrams_pass(outside, inside, size, 0)


def test_lists_of_tcp_segments(host, frame_lists):
    digest, _ = traffic.download(host, BULK)
    assert digest == servers.content_hash(BULK)


def test_segmented_udp_without_df(far, host, offloads):
    with datagram_sockets(far, host) as (inside, outside):
        inside.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, NEVER_DF)
        assert_datagrams_pass(inside, outside, 1400, 0)
