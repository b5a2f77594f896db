# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic on a link that is not Ethernet: a tun device that NetworkManager manages, with
segmentation and checksum offloads."""

import ipaddress
import socket

import pytest
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment
from scapy.layers.inet import UDP
from scapy.packet import Raw

from lab import dns, servers, traffic
from lab.capture import Capture
from lab.transparent_nat64 import TransparentNat64, PEER, PREF64, embed
from lab.network import INTERNET, INTERNET_IN_IPV6
from lab.tunnel import FAR, INTERFACE, NEAR, PREFIX
from lab.waiting import wait_for

NAME = "clat-tun0"
SECONDS = 15

pytestmark = pytest.mark.usefixtures("running")


@pytest.fixture(scope="module")
def far(network, tun_link):
    """The far side of a stateless NAT64 that drops nothing."""
    side = TransparentNat64(network)
    tun_link.dns.answer = dns.synthesize(PREF64)
    yield side
    side.stop()


@pytest.fixture(scope="module", params=["auto", "userspace"])
def running(request, network, far):
    """Once with the default data path, once with clat-xlat only."""
    host = network.host
    configuration = f"/run/{request.param}.conf"
    host.file(configuration).write_text(f"[main]\ntranslator={request.param}\n")
    with host.running_clat("--config", configuration):
        host.wait_for_state("active", INTERFACE, SECONDS, SlowPath="running")
        yield


def test_clat_has_its_own_ipv6_address(host, record_property):
    state = host.clat_state(INTERFACE)
    record_property("uplink", state["Uplink"])
    assert state["Uplink"] == "redirect"
    assert ipaddress.IPv6Address(state["Ipv6Address"]) in ipaddress.IPv6Network(PREFIX)
    assert state["Ipv6Address"] not in (NEAR, FAR)
    assert host.wait_for_ping(INTERNET, 3) < 3
    assert len(host.clat_routes()) == 1


@pytest.mark.parametrize("length", [1, 1000, traffic.bulk(50)])
def test_tcp(host, length):
    traffic.assert_carries(host, length)


def test_udp_of_many_lengths(host):
    with traffic.udp(host) as client:
        wrong = [length for length in (*range(1, 1445, 37), 1444, 1445, 1472, 4000, 30000)
                 if not traffic.is_echoed(client, servers.BODY[:length])]
    assert not wrong


@pytest.mark.parametrize("length", [56, 1300, 1444, 1445, 8000])
def test_ping(host, length):
    assert host.pings(INTERNET, "-s", str(length))


def test_connection_from_outside(far, host):
    """The first packet comes from the far side."""
    address = host.clat_state(INTERFACE)["Ipv6Address"]
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as here, \
            far.peer.socket(socket.AF_INET6, socket.SOCK_DGRAM) as there:
        here.settimeout(traffic.RECEIVE_SECONDS)
        here.bind(("", 5000))
        there.sendto(b"first", (address, 5000))
        assert here.recv(100) == b"first"


def test_fragments_are_received(far, host):
    address = host.clat_state(INTERFACE)["Ipv6Address"]
    payload = servers.BODY[:2000]
    whole = bytes(IPv6(src=embed(PEER), dst=address) / UDP(sport=7, dport=5001) / payload)[40:]
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.settimeout(traffic.RECEIVE_SECONDS)
        here.bind(("", 5001))
        for offset in 0, 1200:
            far.send(IPv6(src=embed(PEER), dst=address)
                     / IPv6ExtHdrFragment(nh=17, id=7, offset=offset // 8, m=int(offset == 0))
                     / Raw(whole[offset:offset + 1200] if offset == 0 else whole[offset:]))
        assert here.recv(3000) == payload


def test_errors(host):
    """ICMP errors of the CLAT itself and of the far side."""
    reply = host.run("ping", "-n", "-c", "1", "-W", "1", "-t", "1", INTERNET, check=False)
    assert "Time to live exceeded" in reply.stdout
    with traffic.udp(host, port=servers.CLOSED_PORT) as client:
        client.send(b"to closed port")
        with pytest.raises(ConnectionRefusedError):
            client.recv(100)


def test_path_mtu(far, host):
    """The MTU of a link behind this one is smaller: TCP continues."""
    address = "198.51.100.5"
    try:
        far.set_mtu(far.native_link, 1300)
        traffic.assert_carries(host, traffic.MB, address)
        source = host.clat_state(INTERFACE)["Ipv4Address"]
        assert "mtu 1280" in host.output("ip", "route", "get", address, "from", source)
    finally:
        far.set_mtu(far.native_link)


def set_mtu(network, mtu):
    for machine in network.host, network.router:
        machine.ip("link", "set", INTERFACE, "mtu", str(mtu))


def test_packets_bigger_than_the_link(network, host):
    """The link's MTU is respected, also when it changes."""
    try:
        for mtu in 1400, 1300:
            set_mtu(network, mtu)
            wait_for(lambda: host.clat_state(INTERFACE)["Mtu"] == mtu - 28, 5,
                     f"MTU {mtu - 28}", host.explain)
            result = host.run("ping", "-n", "-c", "1", "-W", "1", "-M", "do", "-s",
                              str(mtu - 28 - 28 + 1), INTERNET, check=False)
            assert "message too long" in (result.stdout + result.stderr).lower()
            traffic.assert_carries(host, traffic.MB)
            with traffic.udp(host) as client:
                # The answer is exactly as large as the MTU.
                assert traffic.is_echoed(client, servers.BODY[:mtu - 48])
    finally:
        set_mtu(network, 1500)
    wait_for(lambda: host.clat_state(INTERFACE)["Mtu"] == 1472, 5, "MTU 1472", host.explain)


def test_ipv6_of_the_host_keeps_working(network, host):
    """It shares the link: its own packets pass both ways as before."""
    assert host.pings(FAR) and host.pings(INTERNET_IN_IPV6)
    with network.router.socket(socket.AF_INET6, socket.SOCK_DGRAM) as there, \
            host.socket(socket.AF_INET6, socket.SOCK_DGRAM) as here:
        here.bind((NEAR, 5000))
        here.settimeout(traffic.RECEIVE_SECONDS)
        there.sendto(b"to the host itself", (NEAR, 5000))
        assert here.recv(100) == b"to the host itself"


def test_nothing_else_on_the_link(network, host):
    """Neighbour discovery of the namespace stays off the link, and so does IPv4."""
    address = host.clat_state(INTERFACE)["Ipv6Address"]
    with Capture(network.router, INTERFACE) as capture:
        assert host.pings(INTERNET)
        for destination in "ff02::1%uplink", "fe80::7%uplink":
            host.run("ip", "netns", "exec", NAME, "ping", "-n", "-c", "1", "-W", "0.5",
                     destination, check=False)
    capture.assert_no_ipv4()
    sources = {str(packet.source) for packet in capture.ipv6()}
    assert address in sources
    assert link_local_address(host) not in sources


def link_local_address(host):
    """The link-local address of the uplink in the namespace."""
    text = host.output("ip", "netns", "exec", NAME, "ip", "-brief", "-6", "address", "show",
                       "dev", "uplink", "scope", "link")
    [address] = [word.partition("/")[0] for word in text.split() if word.startswith("fe80")]
    return address
