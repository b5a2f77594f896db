# SPDX-License-Identifier: GPL-2.0-or-later
"""Containers and virtual machines behind the host's own NAT use the CLAT like the host does,
and what does not fit through it is answered."""

import socket

import pytest

from lab import far as far_side
from lab import servers, traffic
from lab.capture import Capture
from lab.far import OTHERS, PEER
from lab.machine import Machine
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("active", "no_ipv4")

BULK = 20_000_000
UDP_HEADERS = 28
ECHO_HEADERS = 28

IP_MTU_DISCOVER, PROBE = 10, 3
UNREACHABLE, FRAGMENTATION_NEEDED = 3, 4
ICMP_RATE = "net.ipv6.icmp.ratelimit"

INSIDE = "inside"
ADDRESS = {"container engine": ("10.88.0.1", "10.88.0.2"), "shared": ("10.42.0.1", "10.42.0.2")}

MASQUERADE = """\
table ip containers {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr 10.88.0.0/24 oifname != "inside" masquerade
  }
}
"""


@pytest.fixture(scope="module")
def active(network, far):
    with network.host.running_clat():
        yield network.host.wait_for_state("active", Pref64=far_side.PREF64)


def masquerade(host, address):
    """As container engines do it."""
    host.ip("link", "set", INSIDE, "up")
    host.ip("address", "add", f"{address}/24", "dev", INSIDE)
    host.set_sysctl("net.ipv4.ip_forward", 1)
    host.run("nft", "-f", "-", input=MASQUERADE)


def share(host, address):
    """NetworkManager does it all, and gives out addresses too."""
    host.nmcli("connection", "add", "type", "ethernet", "ifname", INSIDE, "con-name", INSIDE,
               "ipv4.method", "shared", "ipv4.addresses", f"{address}/24",
               "ipv6.method", "disabled")
    host.wait_until_connected(INSIDE)


def undo(host):
    host.run("/usr/bin/nmcli", "connection", "delete", INSIDE, check=False)
    host.run("nft", "delete", "table", "ip", "containers", check=False)
    host.run("ip", "link", "del", INSIDE, check=False)
    host.set_sysctl("net.ipv4.ip_forward", 0)


@pytest.fixture(scope="module", params=ADDRESS)
def guest(request, network, active):
    """A machine that reaches others through the host alone."""
    host = network.host
    guest = Machine("guest", inside=network.outer)
    gateway, address = ADDRESS[request.param]
    host.connect_to(INSIDE, guest, "eth0")
    guest.ip("link", "set", "eth0", "up")
    guest.ip("address", "add", f"{address}/24", "dev", "eth0")
    guest.ip("route", "add", "default", "via", gateway)
    (share if request.param == "shared" else masquerade)(host, gateway)
    wait_for(lambda: guest.pings(gateway), 5, "answer from the host", host.explain)
    yield guest
    undo(host)
    guest.stop()


@pytest.fixture(scope="module", autouse=True)
def routers_answer_always(far):
    for machine in far.router, far.gateway:
        machine.set_sysctl(ICMP_RATE, 0)
    yield
    far.router.set_sysctl(ICMP_RATE, 1000)


def test_tcp_both_ways(guest):
    digest, _ = traffic.download(guest, BULK, PEER)
    assert digest == servers.content_hash(BULK)
    assert traffic.upload(guest, BULK, PEER) == servers.content_hash(BULK)


def test_ping(guest, active):
    assert guest.pings(PEER)
    assert guest.pings(PEER, "-M", "do", "-s", active["Mtu"] - ECHO_HEADERS)
    assert guest.pings(PEER, "-s", 5000)


def test_udp_of_the_largest_size_and_in_fragments(guest, active):
    with traffic.udp(guest, address=PEER) as client:
        for length in active["Mtu"] - UDP_HEADERS, 3000, 20000:
            assert traffic.is_echoed(client, servers.BODY[:length])


def test_too_big_is_answered(guest, active, far):
    """One octet more than the route's MTU, not to be fragmented: the guest is told the MTU."""
    largest = active["Mtu"] - UDP_HEADERS
    with Capture(far.peer, "wan") as at_peer, traffic.icmp_errors(guest) as errors, \
            traffic.udp(guest, address=PEER) as client:
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PROBE)
        assert traffic.is_echoed(client, servers.BODY[:largest])
        client.send(servers.BODY[:largest + 1])
    assert [error[1:] for error in errors] \
        == [(UNREACHABLE, FRAGMENTATION_NEEDED, active["Mtu"])]
    assert len([packet for packet in at_peer.ipv6() if packet.next_header == 17
                and packet.ports[1] == servers.ECHO_PORT]) == 1


@pytest.fixture(params=["native_link", "ipv4_link"])
def narrow(request, far):
    """Makes a link of the path narrow, before the NAT64 or behind it."""
    link = getattr(far, request.param)
    yield lambda mtu: far.set_mtu(link, mtu)
    far.set_mtu(link)


DESTINATIONS = iter(OTHERS)


def test_path_becomes_narrow(guest, narrow):
    """What a router says reaches the guest, and a connection under way goes on."""
    address = next(DESTINATIONS)
    block = servers.BODY[:60000]
    with traffic.icmp_errors(guest) as errors, \
            traffic.tcp(guest, servers.ECHO_PORT, address) as client:
        traffic.exchange(client, block)
        narrow(1300)
        traffic.exchange(client, block)
    assert (UNREACHABLE, FRAGMENTATION_NEEDED, 1280) in [error[1:] for error in errors]
    assert traffic.upload(guest, BULK, address) == servers.content_hash(BULK)


def test_closed_port_is_refused(guest):
    with traffic.udp(guest, servers.CLOSED_PORT, PEER) as client:
        client.send(b"anybody there?")
        with pytest.raises(ConnectionRefusedError):
            client.recv(100)


def test_no_clat_towards_the_guest(network):
    assert network.host.namespaces() == ["clat-eth0"]
