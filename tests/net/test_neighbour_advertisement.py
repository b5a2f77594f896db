# SPDX-License-Identifier: GPL-2.0-or-later
"""The neighbour advertisements for a new address, by which routers know it before the first packet
to it (RFC 9131), and for a new MAC address, which neighbours use at once (RFC 4861, 7.2.6)."""

import json
import pathlib
import struct

import pytest

from lab.capture import Capture
from lab.duplicates import target_of
from lab.faults import NO_CHILDREN
from lab.network import INTERNET, INTERNET_IN_IPV6
from lab.waiting import wait_for

# Linux 6.0 and newer.
ACCEPTS = "net.ipv6.conf.lan0.accept_untracked_na"
ALL_NODES = "ff02::1"
ALL_ROUTERS = "ff02::2"
TARGET_LINK_ADDRESS = 2
OVERRIDE = 0x20000000
NEW_MAC = "02:00:00:00:48:61"


def is_unsolicited(packet):
    return packet.icmp_type == 136 and str(packet.destination) == ALL_ROUTERS


@pytest.fixture(params=["child", "redirect"])
def running(request, host, faulty_clat):
    return host.running_clat() if request.param == "child" \
        else faulty_clat.running(*NO_CHILDREN)


@pytest.fixture
def router(network):
    """It adds entries for advertisements that it did not solicit."""
    router = network.router
    has_setting = pathlib.Path("/proc/sys/net/ipv6/conf/all/accept_untracked_na").exists()
    if has_setting:
        router.set_sysctl(ACCEPTS, 1)
    router.ip("-6", "neigh", "flush", "dev", "lan0")
    yield router
    if has_setting:
        router.set_sysctl(ACCEPTS, 0)


def test_cl_d7_before_the_first_packet(host, router, running):
    with Capture(router, "lan0") as capture, running:
        state = host.wait_for_state("active")
        sent = capture.wait_for(is_unsolicited, 5, "neighbour advertisement")
        address = state["Ipv6Address"]
        assert str(target_of(sent)) == address == str(sent.source)
        assert struct.unpack("!I", sent.payload[4:8]) == (0,), "no flag is set"
        assert sent.hop_limit == 255 and sent.has_valid_checksum()
        assert sent.payload[24:26] == bytes([TARGET_LINK_ADDRESS, 1])
        mac = sent.payload[26:32].hex(":")
        assert mac == sent.sender
        if pathlib.Path("/proc/sys/net/ipv6/conf/all/accept_untracked_na").exists():
            def entry():
                found = json.loads(router.output("ip", "-6", "-json", "neigh", "show", address))
                return found and found[0].get("lladdr") == mac
            wait_for(entry, 5, "entry of the router", host.explain)
        assert host.pings(INTERNET)
    packets = capture.ipv6(lambda packet: str(packet.source) == address
                           and packet.icmp_type != 135)
    assert is_unsolicited(packets[0]), packets[:3]
    assert len(capture.ipv6(is_unsolicited)) == 1


def test_next_address_is_advertised_too(network, host, router):
    """After a renumbering; nothing is repeated for the address in use."""
    with Capture(router, "lan0") as capture, host.running_clat():
        host.wait_for_state("active")
        network.link.unplug()
        network.link.plug()
        wait_for(lambda: len(capture.ipv6(is_unsolicited)) == 2, 20,
                 "neighbour advertisement after the carrier is back", host.explain)


def overrides(packet):
    return packet.icmp_type == 136 and str(packet.destination) == ALL_NODES \
        and struct.unpack("!I", packet.payload[4:8]) == (OVERRIDE,) \
        and packet.payload[26:32].hex(":") == NEW_MAC == packet.sender


@pytest.fixture
def mac(host):
    before = host.output("cat", "/sys/class/net/eth0/address")
    yield NEW_MAC
    host.ip("link", "set", "eth0", "address", before)


def test_mac_address_changes(host, router, running, mac):
    """That of the link, and so that of the CLAT and of the host's own addresses."""
    with Capture(router, "lan0") as capture, running:
        state = host.wait_for_state("active")
        if state["Uplink"] == "macvlan":
            pytest.skip("expected: a macvlan has a MAC address of its own")
        assert host.pings(INTERNET) and host.pings(INTERNET_IN_IPV6)
        host.ip("link", "set", "eth0", "address", mac)
        for address in {state["Ipv6Address"], *host.global_addresses("eth0")}:
            capture.wait_for(lambda packet, target=address: overrides(packet)
                             and str(target_of(packet)) == target,
                             20, f"advertisement of {address}")
        assert host.wait_for_ping(INTERNET, 5) < 5
        assert host.wait_for_ping(INTERNET_IN_IPV6, 5) < 5
