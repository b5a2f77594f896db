# SPDX-License-Identifier: GPL-2.0-or-later
"""Kinds of interfaces that a connection can have: a bridge, bond, team or VLAN on a link of the
test network, or a child of it as containers have, managed by NetworkManager."""

import contextlib

from .machine import Machine
from .network import Link

IP_METHODS = ["ipv4.method", "auto", "ipv4.may-fail", "yes", "ipv6.method", "auto"]
VLAN_ID = 5

# Interface, and additional NetworkManager properties.
KINDS = {
    "ethernet": ("eth0", []),
    "bridge": ("br0", ["bridge.stp", "no"]),
    "bond": ("bond0", ["bond.options", "mode=active-backup,miimon=100"]),
    "team": ("team0", ["team.runner", "activebackup"]),
    "vlan": (f"eth0.{VLAN_ID}", ["vlan.parent", "eth0", "vlan.id", str(VLAN_ID)]),
    "macvlan": ("child0", ["macvlan.parent", "eth0", "macvlan.mode", "bridge"]),
    "ipvlan": ("child0", []),
}
PORTS = {"bridge", "bond", "team"}
CHILDREN = {"macvlan", "ipvlan"}
# NetworkManager's device type, where it has none of its own for that kind.
TYPES = {"ipvlan": "generic"}


def kernel_has(outer, kind):
    """Whether an interface of KIND can be created; tried in a machine of its own inside OUTER."""
    if kind == "ethernet":
        return True
    scratch = Machine("scratch", inside=outer)
    try:
        scratch.ip("link", "add", "parent", "type", "veth", "peer", "name", "other")
        lower = ["link", "parent"] if kind in ("vlan", "ipvlan", "macvlan") else []
        options = {"vlan": ["id", str(VLAN_ID)], "vrf": ["table", "100"]}.get(kind, [])
        return scratch.succeeds("ip", "link", "add", *lower, "name", "tried", "type", kind,
                                *options)
    finally:
        scratch.stop()


class VlanLink(Link):
    """The VLAN on LINK: for the router a separate link, with a prefix of its own."""

    def __init__(self, link, host):
        name = f"vlan{VLAN_ID}"
        link.router.ip("link", "add", "link", link.router_interface, "name", name, "type",
                       "vlan", "id", str(VLAN_ID))
        super().__init__(VLAN_ID, host, link.router, f"{link.host_interface}.{VLAN_ID}", name)


class Layer:
    """A connection of KIND over the first link of NETWORK, while it is open."""

    def __init__(self, network, kind):
        self.network = network
        self.host = network.host
        self.kind = kind
        self.interface, self._options = KINDS[kind]
        self.port = "eth0" if kind in PORTS else None
        # NetworkManager does not create such an interface, but uses an existing one.
        self._is_ours = kind in TYPES
        self.link = network.link

    def open(self):
        if self.kind == "ethernet":
            return
        if self.kind == "vlan":
            # The link below has no NAT64 meanwhile, so that traffic uses the VLAN.
            self.link.advertiser.announce_pref64()
            self.link = VlanLink(self.network.link, self.host)
        if self.kind in CHILDREN:
            self.host.nmcli("connection", "down", "eth0")
        if self._is_ours:
            self.host.ip("link", "add", "link", "eth0", "name", self.interface, "type",
                         self.kind, "mode", "l2")
        self.host.nmcli("connection", "add", "type", TYPES.get(self.kind, self.kind),
                        "con-name", self.kind, "ifname", self.interface, *self._options,
                        *IP_METHODS)
        if self._is_ours:
            self.host.nmcli("connection", "up", self.kind, timeout=60)
        if self.port is not None:
            self.host.nmcli("connection", "add", "type", "ethernet", "con-name", "port",
                            "ifname", self.port, "master", self.interface,
                            "slave-type", self.kind)
            self.host.nmcli("connection", "up", "port", timeout=60)
        self.host.wait_for_ipv6(self.interface, 30)

    def parents(self):
        """The indices of the interfaces that may be the parent of a child."""
        interfaces = [self.interface, *(["eth0"] if self.kind in CHILDREN else [])]
        return [self.host.output("cat", f"/sys/class/net/{interface}/ifindex")
                for interface in interfaces]

    def close(self):
        if self.kind == "ethernet":
            return
        for profile in (self.kind, "port")[:2 if self.port else 1]:
            self.host.nmcli("connection", "delete", profile)
        if self._is_ours:
            self.host.ip("link", "del", self.interface)
        if self.link is not self.network.link:
            self.link.advertiser.stop()
            self.link.router.ip("link", "del", self.link.router_interface)
            self.network.link.advertiser.reset()
        self.host.nmcli("connection", "up", "eth0")
        self.host.wait_for_ipv6("eth0")


@contextlib.contextmanager
def layered(network, kind):
    layer = Layer(network, kind)
    try:
        layer.open()
        yield layer
    finally:
        layer.close()
