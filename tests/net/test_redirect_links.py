# SPDX-License-Identifier: GPL-2.0-or-later
"""Links without neighbour discovery that NetworkManager creates itself: WireGuard, with a NAT64
prefix from its profile or DNS, and PPP."""

import ipaddress
import pathlib
import socket
import subprocess

import pytest

from lab import dns, servers, snapshot, traffic, wifi
from lab.capture import Capture
from lab.layers import kernel_has
from lab.network import INTERNET, INTERNET_IN_IPV6, PREF64
from lab.ownipv6 import OwnIpv6
from lab.pointtopoint import FAR, NEAR, PREFIX, Ppp, WireGuard
from lab.waiting import wait_for

SECONDS = 20


def make_wireguard(network):
    if not kernel_has(network.outer, "wireguard"):
        pytest.skip("expected: this kernel has no wireguard")
    return WireGuard(network)


def make_ppp(network):
    # A module is loaded for all tests that run on the machine.
    if wifi.is_possible():
        subprocess.run(["modprobe", "--all", "ppp_generic", "pppoe"], check=False)
    if not pathlib.Path("/dev/ppp").exists():
        pytest.skip("expected: PPP is loaded in a virtual machine")
    return Ppp(network)


@pytest.fixture(scope="module", params=[make_wireguard, make_ppp], ids=["wireguard", "ppp"])
def end(request, network):
    """The remote end of the link, from lab/pointtopoint.py."""
    end = request.param(network)
    yield end
    end.stop()


def announce_pref64(end):
    """The prefix comes from DNS where no router sends advertisements."""
    if hasattr(end, "dns"):
        end.dns.answer = dns.synthesize(PREF64)


@pytest.fixture(params=["announced", "configured"])
def active(request, end):
    """clat-nm, with the prefix from the network (RA or DNS), or from the profile."""
    host = end.host
    # WireGuard needs a handshake first; a lost handshake message is repeated after five seconds.
    wait_for(lambda: host.pings(FAR), 10, "answer from the other end", host.explain)
    before = snapshot.take(host)
    if request.param == "configured":
        host.run("clatctl", "set", end.interface, f"prefix={PREF64}")
    else:
        announce_pref64(end)
    with host.running_clat():
        yield host.wait_for_state("active", end.interface, SECONDS, SlowPath="running")
    if request.param == "configured":
        host.run("clatctl", "set", end.interface, "prefix=")
    wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 5,
             "network as it was before",
             lambda: "\n".join(snapshot.differences(before, snapshot.take(host))))


@pytest.mark.timing
def test_ipv6_of_the_host_is_unharmed(network, end):
    announce_pref64(end)
    OwnIpv6(network, end.interface, end.router, FAR).assert_unharmed(end.host.running_clat())


def test_clat_has_its_own_ipv6_address(active, end, record_property):
    record_property("uplink", active["Uplink"])
    assert active["Uplink"] == "redirect"
    assert ipaddress.IPv6Address(active["Ipv6Address"]) in ipaddress.IPv6Network(PREFIX)
    assert active["Ipv6Address"] not in (NEAR, FAR, *end.host.global_addresses(end.interface))
    assert active["Pref64"] == PREF64


def comes_back(client, payload):
    try:
        return traffic.is_echoed(client, payload)
    except TimeoutError:
        return False


def test_traffic(active, end):
    host = end.host
    with Capture(end.router, end.far_interface) as capture:
        assert host.wait_for_ping(INTERNET, 3) < 3
    capture.assert_no_ipv4()
    assert active["Ipv6Address"] in {str(packet.source) for packet in capture.ipv6()}
    traffic.assert_carries(host, traffic.MB)
    with traffic.udp(host) as client:
        assert traffic.is_echoed(client, b"x")
        for length in 1300, 1444, 4000:
            # The server discovers the path MTU by lost packets.
            wait_for(lambda: comes_back(client, servers.BODY[:length]), 10,
                     f"answer of {length} bytes", host.explain)


def test_size_of_the_link(network, active, end):
    """A packet of exactly the MTU is echoed whole, and a larger one is refused on the host."""
    host = end.host
    # The server has cached smaller path MTUs, and this NAT64 drops fragmented ICMP.
    network.internet.ip("route", "flush", "cache")
    mtu = int(host.output("cat", f"/sys/class/net/{end.interface}/mtu"))
    assert active["Mtu"] == mtu - 28 and mtu < 1500
    assert host.pings(INTERNET, "-M", "do", "-s", str(mtu - 28 - 28))
    result = host.run("ping", "-n", "-c", "1", "-W", "1", "-M", "do", "-s",
                      str(mtu - 28 - 28 + 1), INTERNET, check=False)
    assert "message too long" in (result.stdout + result.stderr).lower()


def test_ipv6_of_the_host_keeps_working(active, end):
    assert end.host.pings(FAR) and end.host.pings(INTERNET_IN_IPV6)
    with end.router.socket(socket.AF_INET6, socket.SOCK_DGRAM) as there, \
            end.host.socket(socket.AF_INET6, socket.SOCK_DGRAM) as here:
        [address, *_] = end.host.global_addresses(end.interface)
        here.bind((address, 5000))
        here.settimeout(traffic.RECEIVE_SECONDS)
        there.sendto(b"to the host itself", (address, 5000))
        assert here.recv(100) == b"to the host itself"
