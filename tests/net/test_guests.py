# SPDX-License-Identifier: GPL-2.0-or-later
"""IPv4 of containers, virtual machines and tethered devices behind the host's own NAT."""

import contextlib
import socket

import pytest
from scapy.layers.inet import ICMP, IP

from lab import guests, traffic
from lab.network import INTERNET
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("clat", "no_ipv4")

IP_MTU_DISCOVER, NEVER_DF, PROBE = 10, 0, 3
ROUTE_MTU = 1472
# Payload of a server that does not know the path MTU: the NAT64 adds 20 octets of header.
LONGEST_ANSWER = 1500 - 20 - 28
SHARED = "10.43.0.1/24"
SILENCE = """\
table ip silence {
  chain forward { type filter hook forward priority 0; icmp type destination-unreachable drop; }
  chain output { type filter hook output priority 0; icmp type destination-unreachable drop; }
}
"""


@contextlib.contextmanager
def container(host):
    engine = guests.ContainerNetwork(host)
    try:
        yield engine.container
    finally:
        engine.stop()


@contextlib.contextmanager
def sharer(host):
    """A device on an interface with which NetworkManager shares the connection."""
    guest = guests.add_guest(host, "sharer", "shared0")
    host.ip("link", "set", "shared0", "up")
    host.nmcli("connection", "add", "type", "ethernet", "ifname", "shared0", "con-name",
               "shared", "ipv4.method", "shared", "ipv4.addresses", SHARED, "ipv6.method",
               "disabled")
    try:
        host.nmcli("connection", "up", "shared")
        guests.configure(guest, "10.43.0.2/24", "10.43.0.1")
        yield guest
    finally:
        host.nmcli("connection", "delete", "shared")
        guest.stop()


@pytest.fixture(scope="module", params=[container, sharer], ids=["container", "shared"])
def guest(request, network, clat):
    with request.param(network.host) as guest:
        wait_for(lambda: guest.pings(INTERNET, seconds=0.3), 10, "IPv4 of the guest",
                 network.host.explain)
        yield guest


def test_ping(guest):
    assert guest.pings(INTERNET, "-s", "1000")


@pytest.fixture
def no_errors(network):
    """The host's packet filter lets no ICMP errors through to guests."""
    network.host.run("nft", "-f", "-", input=SILENCE)
    yield
    network.host.run("nft", "delete", "table", "ip", "silence")


def test_mss_fits_without_icmp_errors(guest, no_errors):
    """Before other tests: a guest that had such an error would know the path MTU."""
    assert "mtu" not in guest.output("ip", "route", "get", INTERNET)
    traffic.assert_carries(guest, traffic.bulk(5))


def test_tcp(guest):
    traffic.assert_carries(guest, traffic.bulk(20))


def test_udp(guest):
    with traffic.udp(guest) as client:
        for length in 0, 1, 1000, ROUTE_MTU - 28:
            assert traffic.is_echoed(client, b"x" * length), length


def test_fragments(guest):
    with traffic.udp(guest) as client:
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, NEVER_DF)
        for length in ROUTE_MTU - 27, LONGEST_ANSWER, 3000, 8000:
            assert traffic.is_echoed(client, b"x" * length), length


def test_too_big_is_answered_with_the_right_mtu(guest):
    """The guest's own link has an MTU of 1500 octets, the path behind it a smaller one."""
    with guest.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw, \
            traffic.udp(guest) as client:
        raw.settimeout(traffic.RECEIVE_SECONDS)
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PROBE)
        client.send(b"x" * 1472)
        error = IP(raw.recv(65536))
    assert (error[ICMP].type, error[ICMP].code) == (3, 4)
    assert error[ICMP].nexthopmtu == ROUTE_MTU
