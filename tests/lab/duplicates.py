# SPDX-License-Identifier: GPL-2.0-or-later
"""Duplicate address detection (RFC 4862, 5.4): captured on a link, and answered there."""

import contextlib
import ipaddress
import socket

from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr, IPv6
from scapy.layers.l2 import Ether

from .network import INTERNET
from .waiting import wait_for


def is_solicitation(packet):
    """Whether PACKET is a DAD probe, from the unspecified address (RFC 4862, 5.4.2)."""
    return packet.icmp_type == 135 and packet.source.is_unspecified


def is_solicitation_for_new_address(packet, known):
    """Whether PACKET is a DAD probe for a global address that is not in KNOWN."""
    return (is_solicitation(packet)
            and not target_of(packet).is_link_local and str(target_of(packet)) not in known)


def target_of(packet):
    return ipaddress.IPv6Address(packet.payload[8:24])


def assert_detection_before_use(capture, address, known):
    """DAD for ADDRESS precedes its first use on the link, and is not repeated afterwards."""
    packets = capture.ipv6(lambda packet: is_solicitation_for_new_address(packet, known)
                           and str(target_of(packet)) == address
                           or str(packet.source) == address)
    assert is_solicitation_for_new_address(packets[0], known), packets


def take_first(host, capture, known, take):
    """TAKE makes the first address that the translator probes for a duplicate; waits until
    another one is used. Returns both."""
    first = capture.wait_for(lambda packet: is_solicitation_for_new_address(packet, known), 5,
                             "duplicate address detection")
    taken = str(target_of(first))
    take(taken)
    wait_for(lambda: host.clat_state()["Ipv6Address"] not in (taken, ""), 10, "another address",
             host.explain)
    address = host.wait_for_state("active")["Ipv6Address"]
    host.wait_for_ping(INTERNET, 10)
    return taken, address


def claim(link, target):
    """Sends a neighbour advertisement on LINK with the router's MAC address for TARGET."""
    packet = (Ether(src=link.mac, dst="33:33:00:00:00:01")
              / IPv6(src=target, dst="ff02::1", hlim=255)
              / ICMPv6ND_NA(tgt=target, R=0, S=0, O=1)
              / ICMPv6NDOptDstLLAddr(lladdr=link.mac))
    with link.router.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw, link.router.network():
        raw.bind((link.router_interface, 0x86dd))
        raw.send(bytes(packet))


@contextlib.contextmanager
def squatting(link):
    """Yields a function that adds an address to the router of LINK, and answers the probes for
    it from then on."""
    device = "dev", link.router_interface
    taken = []

    def take(address):
        link.router.ip("address", "add", f"{address}/128", *device, "nodad")
        taken.append(address)
        # The probe has already been sent.
        claim(link, address)

    try:
        yield take
    finally:
        for address in taken:
            link.router.ip("address", "del", f"{address}/128", *device)
