# SPDX-License-Identifier: GPL-2.0-or-later
"""A connection in a VRF: its CLAT is in the same VRF, and there is no IPv4 outside of it."""

import json

import pytest

from lab import snapshot
from lab.faults import (IFLA_MASTER, NEWLINK, Place, assert_change_fails,
                        assert_undone_and_tried_again, fault)
from lab.layers import kernel_has
from lab.network import INTERNET
from lab.waiting import wait_for

VRF = "vrf0"
TABLE = 100
NAME = "clat-eth0"
GATEWAY = "192.0.0.1"


def routes(host, table):
    return json.loads(host.output("ip", "-json", "-4", "route", "show", "table", str(table),
                                  "default"))


@pytest.fixture(scope="module")
def in_vrf(network):
    if not kernel_has(network.outer, "vrf"):
        pytest.skip("expected: this kernel has no vrf")
    host = network.host
    host.nmcli("connection", "add", "type", "vrf", "con-name", VRF, "ifname", VRF, "table",
               str(TABLE), "ipv4.method", "disabled", "ipv6.method", "disabled")
    host.nmcli("connection", "modify", "eth0", "master", VRF, "slave-type", "vrf")
    host.nmcli("connection", "up", VRF)
    host.nmcli("connection", "up", "eth0", timeout=90)
    wait_for(lambda: host.output("ip", "-6", "route", "show", "table", str(TABLE), "default"),
             30, "IPv6 in the VRF", host.explain)


@pytest.fixture
def active(host, in_vrf):
    with host.running_clat():
        host.wait_for_state("active", seconds=20)
        yield


def assert_everything_is_in_the_vrf(host):
    [link] = json.loads(host.output("ip", "-json", "link", "show", "dev", NAME))
    assert link["master"] == VRF
    assert [route["gateway"] for route in routes(host, TABLE) if route["dev"] == NAME] == [GATEWAY]
    assert not [route for route in routes(host, "main") if route["dev"] == NAME]


def test_ipv4_works_only_in_the_vrf(host, active):
    assert_everything_is_in_the_vrf(host)
    assert wait_for(lambda: host.pings(INTERNET, "-I", VRF), 10, "answer", host.explain)
    assert host.pings(GATEWAY, "-I", VRF)
    assert not host.pings(INTERNET, seconds=0.3)


def test_is_restored_in_the_vrf(host, active):
    """Another program removes it from the VRF, or deletes it."""
    host.ip("link", "set", NAME, "nomaster")
    wait_for(lambda: host.pings(INTERNET, "-I", VRF, seconds=0.5), 10, "IPv4 again",
             host.explain)
    host.ip("link", "del", NAME)
    wait_for(lambda: host.pings(INTERNET, "-I", VRF, seconds=0.5), 10, "IPv4 again",
             host.explain)
    assert_everything_is_in_the_vrf(host)


# Fails in the set-up, and in the repair.
VRF_FAULT = fault("put the veth pair into the VRF", f"netlink ? {NEWLINK}:#{IFLA_MASTER}")


@pytest.fixture
def place(host, in_vrf):
    return Place(host, ping=["-I", VRF], table=str(TABLE), seconds=20)


def test_assignment_to_the_vrf_fails(faulty_clat, place):
    assert_undone_and_tried_again(faulty_clat, place, VRF_FAULT)


def test_repair_of_the_vrf_fails(host, faulty_clat, place):
    before = snapshot.take(host)
    assert_change_fails(faulty_clat, place, VRF_FAULT,
                        lambda: host.ip("link", "set", NAME, "nomaster"))
    place.assert_nothing_there(before)
