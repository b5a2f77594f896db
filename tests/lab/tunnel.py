# SPDX-License-Identifier: GPL-2.0-or-later
"""A link without Ethernet between two machines: two tun devices, and a thread that carries
packets between them. The devices accept unsegmented packets and incomplete checksums, as modems
and tunnels in the kernel do."""

import contextlib
import fcntl
import os
import select
import socket
import struct
import threading

from . import dns
from .network import LINK_LOCAL, PREF64

DEVICE = "/dev/net/tun"
TUNSETIFF = 0x400454ca
TUNSETOFFLOAD = 0x400454d0
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
IFF_VNET_HDR = 0x4000
# Checksum offload, and TCP segmentation offload for IPv4 and IPv6.
OFFLOADS = 0x01 | 0x02 | 0x04
LARGEST = 70000


def open_tun(machine, interface):
    """Opens the tun device INTERFACE of MACHINE, which is created if it does not exist."""
    with machine.network():
        tun = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", interface.encode(),
                                                IFF_TUN | IFF_NO_PI | IFF_VNET_HDR))
        fcntl.ioctl(tun, TUNSETOFFLOAD, OFFLOADS)
    return tun


class Tunnel:
    """Carries packets until it is stopped. Each end is a machine and an interface."""

    def __init__(self, *ends):
        self._tuns = [open_tun(*end) for end in ends]
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def _carry(self):
        other = dict(zip(self._tuns, reversed(self._tuns)))
        while True:
            ready, _, _ = select.select([*self._tuns, self._woken], [], [])
            if self._woken in ready:
                return
            for tun in ready:
                # An end that is down or full drops packets, as links do.
                with contextlib.suppress(OSError):
                    while True:
                        os.write(other[tun], os.read(tun, LARGEST))

    def stop(self):
        self._wake.close()
        self._thread.join()
        self._woken.close()
        for tun in self._tuns:
            os.close(tun)


INTERFACE = "tun0"
NEAR, FAR = "2001:db8:9::2", "2001:db8:9::1"
PREFIX = "2001:db8:9::/64"


class TunLink:
    """A tun device on the host of NETWORK, which NetworkManager manages and which has the host's
    only default route; the router has the other end. No router sends advertisements on it; a
    DNS64 on FAR returns PREF64."""

    def __init__(self, network, pref64=PREF64):
        self.host, self.router = network.host, network.router
        self.host.nmcli("device", "disconnect", "eth0")
        self.host.nmcli("connection", "add", "type", "tun", "ifname", INTERFACE, "con-name",
                        INTERFACE, "mode", "tun", "vnet-hdr", "yes", "autoconnect", "no",
                        "ipv4.method", "disabled", "ipv6.method", "manual", "ipv6.addresses",
                        f"{NEAR}/64", "ipv6.gateway", FAR, "ipv6.dns", FAR)
        self.host.nmcli("connection", "up", INTERFACE)
        self._tunnel = Tunnel((self.host, INTERFACE), (self.router, INTERFACE))
        self.router.set_sysctl(f"net.ipv6.conf.{INTERFACE}.addr_gen_mode", 1)
        self.router.ip("link", "set", INTERFACE, "up")
        for address in f"{FAR}/64", f"{LINK_LOCAL}/64":
            self.router.ip("address", "add", address, "dev", INTERFACE, "nodad")
        self.host.wait_for_ipv6(INTERFACE)
        self.dns = dns.DnsServer(self.router, FAR, INTERFACE, dns.synthesize(pref64))

    def change(self, *settings):
        """Changes the profile and reapplies it to the active connection."""
        self.host.nmcli("connection", "modify", INTERFACE, *settings)
        self.host.nmcli("device", "reapply", INTERFACE)

    def stop(self):
        self.dns.stop()
        self._tunnel.stop()
        self.host.nmcli("connection", "delete", INTERFACE)
        self.host.nmcli("connection", "up", "eth0")
        self.host.wait_for_ipv6("eth0")
