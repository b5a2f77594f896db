# SPDX-License-Identifier: GPL-2.0-or-later
"""A step of the set-up fails with an ipvlan as uplink."""

import errno

import pytest

from lab import snapshot
from lab.faults import (IFF_UP, NEWLINK, NEWROUTE, NEWTFILTER, UPLINKS, Place,
                        assert_change_fails, assert_undone_and_tried_again, fault)
from lab.layers import kernel_has

UPLINK = "make the uplink"

WHEN_SETTING_UP = {
    "uplink": fault(UPLINK, *UPLINKS, number=errno.ENOMEM),
    "no uplink": fault(UPLINK, *UPLINKS, number=errno.EOPNOTSUPP, reason="kernel-lacks-feature"),
    "setting": fault(UPLINK, "open ? stable_secret", number=errno.EROFS),
    "last setting": fault(UPLINK, "open ? use_tempaddr"),
    "veth": fault("make the veth pair", f"netlink ? {NEWLINK}:clat-eth0"),
    "data path": fault("attach the data path", f"netlink ? {NEWTFILTER}:clat_6to4"),
    "route": fault("add the IPv4 route", f"netlink ? {NEWROUTE}"),
}


@pytest.fixture
def place(network, host):
    if not kernel_has(network.outer, "ipvlan"):
        pytest.skip("expected: this kernel has no ipvlan")
    return Place(host)


@pytest.mark.parametrize("what", WHEN_SETTING_UP)
def test_setup_step_fails(faulty_clat, place, what):
    assert_undone_and_tried_again(faulty_clat, place, WHEN_SETTING_UP[what], Uplink="ipvlan")


def test_repair_fails(host, faulty_clat, place):
    before = snapshot.take(host)
    links_up = fault("bring the interfaces up", f"netlink ? {NEWLINK}:/{IFF_UP}")
    assert_change_fails(faulty_clat, place, links_up,
                        lambda: host.run("ip", "netns", "exec", place.name, "ip", "link", "set",
                                         "uplink", "down"), Uplink="ipvlan")
    place.assert_nothing_there(before)


def test_macvlan_where_ipvlan_fails(host, faulty_clat, place):
    before = snapshot.take(host)
    with faulty_clat.running(f"netlink {errno.ENOMEM} {NEWLINK}:ipvlan"):
        place.assert_works(Uplink="macvlan")
    place.assert_nothing_there(before)
