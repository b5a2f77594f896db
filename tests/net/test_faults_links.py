# SPDX-License-Identifier: GPL-2.0-or-later
"""A step that only some links need fails: it is undone, said, tried again, and works when the
fault goes."""

import errno
import functools

import pytest

from lab import snapshot
from lab.faults import (AF_INET6, DELADDR, DELROUTE, IFF_UP, NEWADDR, NEWLINK, NEWROUTE,
                        NEWTFILTER, Place, assert_change_fails, assert_undone_and_tried_again,
                        fault)
from lab.layers import kernel_has
from lab.network import LINK_LOCAL, PREF64
from lab.statics import STATIC, set_ipv6, static, without_slaac

UPLINK, GATEWAY = "make the uplink", "set the IPv6 gateway"


@pytest.fixture
def place(host):
    return Place(host)


@pytest.fixture
def by_hand(network, link):
    """The host's IPv6 is set up by hand, and no router gives the CLAT any."""
    link.advertiser.announce(without_slaac(link).with_pref64(PREF64))
    with static(network):
        yield


IPV6_BY_HAND = {
    "address": fault("add an IPv6 address", f"netlink ? {NEWADDR}:={AF_INET6}"),
    "gateway": fault(GATEWAY, f"netlink ? {NEWROUTE}:={AF_INET6}"),
}


@pytest.mark.parametrize("what", IPV6_BY_HAND)
def test_ipv6_by_hand(by_hand, faulty_clat, place, what):
    assert_undone_and_tried_again(faulty_clat, place, IPV6_BY_HAND[what])


def announce_slaac(network):
    network.link.advertiser.announce(network.link.plain)


def set_gateway(network, gateway):
    set_ipv6(network.host, "manual", f"{STATIC}/64", gateway)
    network.host.nmcli("device", "reapply", "eth0")


def change_gateway(network):
    set_gateway(network, network.link.router_address)


# What fails, and the change that makes the step necessary.
CHANGES = {
    "address by SLAAC": (fault("remove an IPv6 address", f"netlink ? {DELADDR}:={AF_INET6}"),
                         announce_slaac),
    "new gateway": (fault(GATEWAY, f"netlink ? {NEWROUTE}:={AF_INET6}"), change_gateway),
    "old gateway": (fault(GATEWAY, f"netlink ? {DELROUTE}:={AF_INET6}"), change_gateway),
}


@pytest.mark.parametrize("what", CHANGES)
def test_ipv6_by_hand_changes(network, host, by_hand, faulty_clat, place, what):
    fault, change = CHANGES[what]
    before = snapshot.take(host)
    assert_change_fails(faulty_clat, place, fault, functools.partial(change, network))
    set_gateway(network, LINK_LOCAL)
    place.assert_nothing_there(before)


@pytest.fixture(scope="module")
def ipvlan(network):
    if not kernel_has(network.outer, "ipvlan"):
        pytest.skip("expected: this kernel has no ipvlan")


CHILDREN = f"netlink ? {NEWLINK}:macvlan", f"netlink ? {NEWLINK}:ipvlan"
IPVLAN = {
    "child": fault(UPLINK, *CHILDREN, number=errno.ENOMEM),
    "no child": fault(UPLINK, *CHILDREN, number=errno.EOPNOTSUPP, reason="kernel-lacks-feature"),
    "setting": fault(UPLINK, "open ? stable_secret", number=errno.EROFS),
    "last setting": fault(UPLINK, "open ? use_tempaddr"),
    "veth": fault("make the veth pair", f"netlink ? {NEWLINK}:clat-eth0"),
    "data path": fault("attach the data path", f"netlink ? {NEWTFILTER}:clat_6to4"),
    "route": fault("add the IPv4 route", f"netlink ? {NEWROUTE}"),
}


@pytest.mark.parametrize("what", IPVLAN)
def test_ipvlan(ipvlan, faulty_clat, place, what):
    assert_undone_and_tried_again(faulty_clat, place, IPVLAN[what], Uplink="ipvlan")


def test_ipvlan_is_changed(network, host, ipvlan, faulty_clat, place):
    before = snapshot.take(host)
    links_up = fault("bring the interfaces up", f"netlink ? {NEWLINK}:/{IFF_UP}")
    assert_change_fails(faulty_clat, place, links_up,
                        lambda: host.run("ip", "netns", "exec", place.name, "ip", "link", "set",
                                         "uplink", "down"), Uplink="ipvlan")
    place.assert_nothing_there(before)


def test_macvlan_where_ipvlan_fails(host, ipvlan, faulty_clat, place):
    before = snapshot.take(host)
    faulty_clat.put(f"netlink {errno.ENOMEM} {NEWLINK}:ipvlan")
    with faulty_clat.running():
        place.assert_works(Uplink="macvlan")
    place.assert_nothing_there(before)
