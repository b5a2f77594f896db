# SPDX-License-Identifier: GPL-2.0-or-later
"""An interface that already has children of another program, such as a container network: they
are not changed, and the translator uses the kind of child that is still possible. Where none is,
a program on the interface replaces it."""

import contextlib
import json

import pytest

from lab import ownipv6
from lab.layers import kernel_has
from lab.network import INTERNET, INTERNET_IN_IPV6
from lab.waiting import stays, wait_for

CONTAINER = "box"


@contextlib.contextmanager
def container(host, kind, mode, hidden=True):
    """A child of eth0 in a namespace of its own; or, if not HIDDEN, in the host's."""
    place = ["netns", CONTAINER] if hidden else []
    host.ip("netns", "add", CONTAINER)
    try:
        host.ip("link", "add", "link", "eth0", "name", "box0", *place, "type", kind, "mode",
                mode)
        yield
    finally:
        host.run("ip", "link", "del", "box0", check=False)
        host.run("ip", "-n", CONTAINER, "link", "del", "box0", check=False)
        host.ip("netns", "del", CONTAINER)


@pytest.fixture
def ipvlan(network):
    if not kernel_has(network.outer, "ipvlan"):
        pytest.skip("expected: this kernel has no ipvlan")


def mode_of_child(host, hidden=True):
    place = ["-n", CONTAINER] if hidden else []
    [link] = json.loads(host.output("ip", *place, "-json", "-details", "link", "show", "box0"))
    return link["linkinfo"]["info_data"]["mode"]


def container_reaches(host, address):
    return host.succeeds("ip", "netns", "exec", CONTAINER, "ping", "-n", "-c", "1", "-W", "1",
                         address)


def bring_up(host):
    host.ip("-n", CONTAINER, "link", "set", "box0", "up")
    wait_for(lambda: container_reaches(host, INTERNET_IN_IPV6), 10, "IPv6 of the container",
             host.explain)


@pytest.mark.timing
@pytest.mark.parametrize("kind, mode, uplink", [("macvlan", "bridge", "macvlan"),
                                                ("ipvlan", "l2", "ipvlan"),
                                                ("ipvlan", "l3", "redirect")])
def test_ipv6_of_the_host_is_unharmed(request, network, host, kind, mode, uplink):
    if kind == "ipvlan":
        request.getfixturevalue("ipvlan")
    with container(host, kind, mode, hidden=uplink == "redirect"):
        ownipv6.of_link(network, network.link).assert_unharmed(host.running_clat(),
                                                               Uplink=uplink)


def test_macvlan_of_a_container(host, record_property):
    with container(host, "macvlan", "bridge"):
        bring_up(host)
        with host.running_clat():
            state = host.wait_for_state("active")
            record_property("uplink", state["Uplink"])
            assert state["Uplink"] == "macvlan"
            assert host.pings(INTERNET)
            assert container_reaches(host, INTERNET_IN_IPV6)
        assert container_reaches(host, INTERNET_IN_IPV6)
        assert mode_of_child(host) == "bridge"


def test_ipvlan_in_l2_mode(host, ipvlan, record_property):
    """An ipvlan that is visible to the service and has the mode that the translator needs."""
    with container(host, "ipvlan", "l2", hidden=False):
        with host.running_clat():
            state = host.wait_for_state("active")
            record_property("uplink", state["Uplink"])
            assert state["Uplink"] == "ipvlan"
            assert host.pings(INTERNET)
        assert mode_of_child(host, hidden=False) == "l2"


@pytest.mark.parametrize("mode", ["l3", "l3s"])
@pytest.mark.parametrize("hidden", [False, True], ids=["seen", "unseen"])
def test_ipvlan_in_l3_mode(host, ipvlan, hidden, mode, record_property):
    with container(host, "ipvlan", mode, hidden):
        with host.running_clat():
            state = host.wait_for_state("active")
            record_property("uplink", state["Uplink"])
            assert state["Uplink"] == "redirect"
            assert host.wait_for_ping(INTERNET, 3) < 3
            stays(lambda: mode_of_child(host, hidden) == mode, 1, "mode of the container")
            assert host.pings(INTERNET_IN_IPV6)
