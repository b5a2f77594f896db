# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines that reach the network through the host under test, behind its own NAT: containers,
virtual machines, devices with which the connection is shared."""

import ipaddress

from .machine import Machine

MASQUERADE = """\
table ip guests {{
  chain postrouting {{
    type nat hook postrouting priority srcnat;
    ip saddr {network} oifname != "{interface}" masquerade
  }}
}}
"""


def add_guest(host, name, interface):
    """A machine whose eth0 is connected to INTERFACE of HOST."""
    guest = Machine(name, inside=host)
    host.connect_to(interface, guest, "eth0")
    guest.ip("link", "set", "lo", "up")
    guest.ip("link", "set", "eth0", "up")
    return guest


def configure(guest, address, gateway):
    guest.ip("address", "add", address, "dev", "eth0")
    guest.ip("route", "add", "default", "via", gateway)


class ContainerNetwork:
    """A bridge of HOST with one container on it, as container engines set it up, but that HOST
    forwards what comes from this bridge only: others need not enable it on all interfaces."""

    BRIDGE = "engine0"

    def __init__(self, host, network="172.30.0.0/24"):
        self.host = host
        hosts = ipaddress.IPv4Network(network)
        host.ip("link", "add", self.BRIDGE, "type", "bridge")
        host.ip("address", "add", f"{hosts[1]}/{hosts.prefixlen}", "dev", self.BRIDGE)
        host.ip("link", "set", self.BRIDGE, "up")
        host.set_sysctl(f"net.ipv4.conf.{self.BRIDGE}.forwarding", 1)
        host.run("nft", "-f", "-", input=MASQUERADE.format(network=network,
                                                           interface=self.BRIDGE))
        self.container = add_guest(host, "container", "engine-port")
        host.ip("link", "set", "engine-port", "master", self.BRIDGE, "up")
        configure(self.container, f"{hosts[2]}/{hosts.prefixlen}", str(hosts[1]))

    def stop(self):
        self.container.stop()
        self.host.run("ip", "link", "del", "engine-port", check=False)
        self.host.ip("link", "del", self.BRIDGE)
        self.host.run("nft", "delete", "table", "ip", "guests")
