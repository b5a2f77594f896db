# SPDX-License-Identifier: GPL-2.0-or-later
"""Parent interfaces for each kind of uplink."""

import contextlib
import functools
import json

from .faults import NO_CHILDREN
from .layers import kernel_has
from .tunnel import INTERFACE, TunLink

# Offloads of an interface in ethtool's words: the name to set, and the name it shows.
OFFLOADS = {
    "tso": "tcp-segmentation-offload",
    "gso": "generic-segmentation-offload",
    "gro": "generic-receive-offload",
    "tx": "tx-checksumming",
    "rx": "rx-checksumming",
}
# The writer of a tun device decides on checksums: that offload cannot be switched.
OFFLOADS_OF_TUN = [short for short in OFFLOADS if short != "rx"]

UPLINKS = ["ipvlan", "macvlan", "redirect", "redirect on Ethernet"]


class Parent:
    """INTERFACE of the host and the other end of its link. OFFLOADS are those that it has."""

    def __init__(self, host, interface, router, router_interface, offloads):
        self.interface = interface
        self.running_clat = host.running_clat
        self.near = host, interface
        self.far = router, router_interface
        self._offloads = offloads

    def set_mtu(self, mtu):
        for machine, interface in self.near, self.far:
            machine.ip("link", "set", interface, "mtu", str(mtu))

    def _shown(self, end):
        machine, interface = end
        [shown] = json.loads(machine.output("ethtool", "--json", "-k", interface))
        return {short: shown[OFFLOADS[short]]["active"] for short in self._offloads}

    def _set(self, end, wanted):
        machine, interface = end
        machine.run("ethtool", "-K", interface,
                    *(word for short, active in wanted.items()
                      for word in (short, "on" if active else "off")))
        assert self._shown(end) == wanted, interface

    @contextlib.contextmanager
    def offloads(self, active, *ends):
        """All offloads are on, or off, at each of ENDS, while the context is open."""
        before = [self._shown(end) for end in ends]
        try:
            for end in ends:
                self._set(end, dict.fromkeys(self._offloads, active))
            yield
        finally:
            for end, wanted in zip(ends, before):
                self._set(end, wanted)


def ethernet(network):
    return Parent(network.host, network.link.host_interface, network.router,
                  network.link.router_interface, OFFLOADS)


@contextlib.contextmanager
def without_ipvlan(network):
    """Ethernet with a macvlan of another program: an ipvlan is impossible then."""
    host = network.host
    host.ip("link", "add", "link", network.link.host_interface, "name", "theirs", "type",
            "macvlan")
    try:
        yield ethernet(network)
    finally:
        host.ip("link", "del", "theirs")


@contextlib.contextmanager
def tun(network, pref64):
    link = TunLink(network, pref64)
    try:
        yield Parent(network.host, INTERFACE, network.router, INTERFACE, OFFLOADS_OF_TUN)
    finally:
        link.stop()


def without_children(network, clat):
    """Ethernet, with the service CLAT under a kernel without ipvlan and macvlan."""
    parent = ethernet(network)
    parent.running_clat = functools.partial(clat.running, *NO_CHILDREN)
    return parent


def parent_for(uplink, network, pref64, faulty_clat):
    """A parent interface for UPLINK, as a context; PREF64 is known on it, if the first link
    announces it. None if the kernel does not support that kind."""
    if uplink == "redirect":
        return tun(network, pref64)
    if uplink == "redirect on Ethernet":
        return contextlib.nullcontext(without_children(network, faulty_clat))
    if not kernel_has(network.outer, uplink):
        return None
    if uplink == "macvlan":
        return without_ipvlan(network)
    return contextlib.nullcontext(ethernet(network))
