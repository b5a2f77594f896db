# SPDX-License-Identifier: GPL-2.0-or-later
"""A step fails where the CLAT's own IPv6 address and gateway are static."""

import functools

import pytest

from lab import snapshot
from lab.faults import (AF_INET6, DELADDR, DELROUTE, NEWADDR, NEWROUTE, Place,
                        assert_change_fails, assert_undone_and_tried_again, fault)
from lab.network import LINK_LOCAL, PREF64
from lab.statics import STATIC, set_ipv6, static, without_slaac

GATEWAY = "set the IPv6 gateway"


@pytest.fixture
def place(host):
    return Place(host)


@pytest.fixture
def static_ipv6(network, link):
    """The host's IPv6 is configured statically, and the CLAT gets no address by SLAAC."""
    link.advertiser.announce(without_slaac(link).with_pref64(PREF64))
    with static(network):
        yield


WHEN_SETTING_UP = {
    "address": fault("add an IPv6 address", f"netlink ? {NEWADDR}:={AF_INET6}"),
    "gateway": fault(GATEWAY, f"netlink ? {NEWROUTE}:={AF_INET6}"),
}


@pytest.mark.parametrize("what", WHEN_SETTING_UP)
def test_setup_step_fails(static_ipv6, faulty_clat, place, what):
    assert_undone_and_tried_again(faulty_clat, place, WHEN_SETTING_UP[what])


def announce_slaac(network):
    network.link.advertiser.announce(network.link.plain)


def set_gateway(network, gateway):
    set_ipv6(network.host, "manual", f"{STATIC}/64", gateway)
    network.host.nmcli("device", "reapply", "eth0")


def change_gateway(network):
    set_gateway(network, network.link.router_address)


# The step that fails, and the change that triggers it.
CHANGES = {
    "address by SLAAC": (fault("remove an IPv6 address", f"netlink ? {DELADDR}:={AF_INET6}"),
                         announce_slaac),
    "new gateway": (fault(GATEWAY, f"netlink ? {NEWROUTE}:={AF_INET6}"), change_gateway),
    "old gateway": (fault(GATEWAY, f"netlink ? {DELROUTE}:={AF_INET6}"), change_gateway),
}


@pytest.mark.parametrize("what", CHANGES)
def test_change_fails(network, host, static_ipv6, faulty_clat, place, what):
    fault, change = CHANGES[what]
    before = snapshot.take(host)
    assert_change_fails(faulty_clat, place, fault, functools.partial(change, network))
    set_gateway(network, LINK_LOCAL)
    place.assert_nothing_there(before)
