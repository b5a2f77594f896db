# SPDX-License-Identifier: GPL-2.0-or-later
"""A part of the IPv4 internet behind a NAT64 that refuses nothing.

    router  far ---- wan  gateway  lan ---- wan  peer
    native IPv6      198.51.100.254              198.51.100.1, .2, ...

Every IPv4 address a.b.c.d of it is the IPv6 address PREF64::a.b.c.d of its machines, so that a
test sees what exactly came out of the CLAT, and can send anything back: fragments, other
protocols, extension headers. The gateway is the first hop with an IPv4 address; the hops before
it have none."""

import functools
import ipaddress
import socket

from .machine import Machine

PREF64 = "2001:db8:66::/96"
GATEWAY = "198.51.100.254"
PEER = "198.51.100.1"
# Further addresses of the peer, for tests of what the host remembers of a destination.
OTHERS = [f"198.51.100.{number}" for number in range(2, 20)]

UPWARD = "fe80::1"
DOWNWARD = "fe80::2"
MTU = 1500


@functools.cache
def embed(ipv4):
    """The IPv6 address of IPV4 behind PREF64."""
    network = ipaddress.IPv6Network(PREF64)
    return str(network[int(ipaddress.IPv4Address(ipv4))])


def extract(ipv6):
    """The IPv4 address inside IPV6."""
    address = ipaddress.IPv6Address(ipv6)
    assert address in ipaddress.IPv6Network(PREF64), address
    return str(ipaddress.IPv4Address(int(address) & 0xffffffff))


class TransparentNat64:
    """Connected to the router of NETWORK."""

    def __init__(self, network):
        self.router = network.router
        self.gateway = Machine("gateway", inside=network.outer)
        self.peer = Machine("peer", inside=network.outer)
        # Where a packet can be too big: before the NAT64, and behind it.
        self.native_link = (self.router, "far"), (self.gateway, "wan")
        self.ipv4_link = (self.gateway, "lan"), (self.peer, "wan")
        self._connect(*self.native_link, None, GATEWAY)
        self._connect(*self.ipv4_link, GATEWAY, PEER)
        self.gateway.set_sysctl("net.ipv6.conf.all.forwarding", 1)
        self.router.ip("-6", "route", "add", PREF64, "via", DOWNWARD, "dev", "far")
        self.gateway.ip("-6", "route", "add", PREF64, "via", DOWNWARD, "dev", "lan")
        for address in OTHERS:
            self.peer.ip("address", "add", f"{embed(address)}/128", "dev", "wan", "nodad")
        network.start_servers(self.peer, "::")

    @staticmethod
    def _connect(upper, lower, upper_ipv4, lower_ipv4):
        """Two machines on a link of link-local addresses; the lower one's default route leads
        to the upper one. What they say themselves, they say from their IPv4 addresses."""
        upper[0].connect_to(upper[1], *lower)
        for (machine, interface), link_local, ipv4 in ((upper, UPWARD, upper_ipv4),
                                                       (lower, DOWNWARD, lower_ipv4)):
            machine.set_sysctl(f"net.ipv6.conf.{interface}.addr_gen_mode", 1)
            machine.ip("link", "set", interface, "up")
            machine.ip("address", "add", f"{link_local}/64", "dev", interface, "nodad")
            if ipv4 is not None:
                machine.ip("address", "add", f"{embed(ipv4)}/128", "dev", interface, "nodad")
        machine, interface = lower
        machine.ip("-6", "route", "add", "default", "via", UPWARD, "dev", interface,
                   "src", embed(lower_ipv4))

    def set_mtu(self, link, mtu=MTU):
        """Of one of the two links above. The peer forgets what it has learnt of its paths."""
        for machine, interface in link:
            machine.ip("link", "set", interface, "mtu", str(mtu))
        self.peer.ip("-6", "route", "flush", "cache")

    def send(self, packet):
        """Lets the peer send the IPv6 PACKET, a scapy one, as it is."""
        with self.peer.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
            raw.sendto(bytes(packet), (packet.dst, 0))

    def stop(self):
        self.peer.stop()
        self.gateway.stop()
        self.router.run("ip", "link", "del", "far", check=False)
