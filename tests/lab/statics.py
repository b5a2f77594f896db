# SPDX-License-Identifier: GPL-2.0-or-later
"""A host with static IPv6 addresses, and routers that offer no SLAAC."""

import contextlib
import dataclasses

from .advertiser import AUTONOMOUS, Prefix
from .network import LINK_LOCAL
from .waiting import wait_for

STATIC = "2001:db8:1::77"
NO_SLAAC = 0xc0 & ~AUTONOMOUS


def set_ipv6(host, method, addresses="", gateway=""):
    host.nmcli("connection", "modify", "eth0", "ipv6.method", method, "ipv6.addresses",
               addresses, "ipv6.gateway", gateway)


def reconnect(host):
    host.nmcli("connection", "up", "eth0")


@contextlib.contextmanager
def static(network, addresses=f"{STATIC}/64", gateway=LINK_LOCAL):
    """The host's IPv6 is configured statically while the context is open."""
    host, link = network.host, network.link
    set_ipv6(host, "manual", addresses, gateway)
    host.nmcli("connection", "modify", "eth0", "ipv6.dns", link.router_address)
    try:
        reconnect(host)
        wait_for(lambda: host.global_addresses("eth0"), 10, "address", host.explain)
        yield
    finally:
        set_ipv6(host, "auto")
        host.nmcli("connection", "modify", "eth0", "ipv6.dns", "")
        link.advertiser.reset()
        reconnect(host)
        host.wait_for_ipv6("eth0")


def without_slaac(link, flags=0):
    """An advertisement with an on-link prefix without the autonomous flag (SLAAC)."""
    return dataclasses.replace(link.plain.without(Prefix), flags=flags).with_options(
        Prefix(link.prefix, flags=NO_SLAAC))
