# SPDX-License-Identifier: GPL-2.0-or-later
"""A part of the IPv4 internet behind a stateless NAT64 that translates every packet.

    router  far ---- wan  gateway  lan ---- wan  peer
    native IPv6      198.51.100.254              198.51.100.1, .2, ...

Every IPv4 address a.b.c.d of it is the IPv6 address PREF64::a.b.c.d of its machines, so that a
test sees the exact output of the CLAT, and can send any packet back: fragments, other protocols,
extension headers. The gateway is the first hop with an IPv4 address; the hops before it have
none."""

import functools
import ipaddress
import socket

from .machine import Machine

PREF64 = "2001:db8:66::/96"
GATEWAY = "198.51.100.254"
PEER = "198.51.100.1"
# Further addresses of the peer, for tests of the destination cache.
OTHERS = [f"198.51.100.{number}" for number in range(2, 20)]

UPWARD = "fe80::1"
DOWNWARD = "fe80::2"
MTU = 1500


@functools.cache
def embed(ipv4):
    """The IPv6 address for IPV4 in PREF64."""
    network = ipaddress.IPv6Network(PREF64)
    return str(network[int(ipaddress.IPv4Address(ipv4))])


def extract(ipv6):
    """The IPv4 address embedded in IPV6."""
    address = ipaddress.IPv6Address(ipv6)
    assert address in ipaddress.IPv6Network(PREF64), address
    return str(ipaddress.IPv4Address(int(address) & 0xffffffff))


class TransparentNat64:
    """Connected to the router of NETWORK."""

    def __init__(self, network):
        self.router = network.router
        self.gateway = Machine("gateway", inside=network.outer)
        self.peer = Machine("peer", inside=network.outer)
        # The links whose MTU can be reduced: before the NAT64, and behind it.
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
        """Connects two machines by a link with link-local addresses; the default route of the
        lower one leads to the upper one. ICMP errors are sent from their IPv4 addresses."""
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
        """Sets the MTU of one of the two links above, and flushes the peer's cached path MTUs."""
        for machine, interface in link:
            machine.ip("link", "set", interface, "mtu", str(mtu))
        self.peer.ip("-6", "route", "flush", "cache")

    def send(self, packet):
        """Sends the IPv6 PACKET, a scapy one, unchanged from the peer."""
        with self.peer.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
            raw.sendto(bytes(packet), (packet.dst, 0))

    def stop(self):
        self.peer.stop()
        self.gateway.stop()
        self.router.run("ip", "link", "del", "far", check=False)
