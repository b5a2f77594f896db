# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of a NetworkManager profile that affect IPv4 routing: never-default, a routing
table of its own, a shared connection; each on the second of two links with NAT64."""

import contextlib

import pytest

from lab.network import INTERNET, Network
from lab.waiting import stays, wait_for

SECOND = "eth1"


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed, links=2) as network:
        network.start()
        yield network


@contextlib.contextmanager
def profile_of_second_link(host, *settings):
    """The second link with these settings, which are as before at the end."""
    defaults = {"ipv4.never-default": "no", "ipv6.never-default": "no", "ipv4.method": "auto",
                "ipv4.addresses": "", "ipv4.routes": "", "ipv4.routing-rules": ""}
    host.nmcli("connection", "modify", SECOND, *settings)
    host.nmcli("connection", "up", SECOND)
    try:
        yield
    finally:
        host.nmcli("connection", "modify", SECOND,
                   *(word for setting in defaults.items() for word in setting))
        host.nmcli("connection", "up", SECOND)


def test_never_default(host, clat):
    """No default route leads to its translator, but programs can be bound to it."""
    with profile_of_second_link(host, "ipv4.never-default", "yes", "ipv6.never-default", "yes"):
        host.wait_for_state("active", SECOND)
        stays(lambda: "clat-eth1" not in host.output("ip", "-4", "route", "show", "default"), 1,
              "no default route", host.explain)
        assert "never-default" in host.clat_state(SECOND)["StateText"]
        assert host.pings(INTERNET, "-I", "clat-eth1")
        assert host.pings(INTERNET)
    host.wait_for_state("active", SECOND)
    wait_for(lambda: "clat-eth1" in host.output("ip", "-4", "route", "show", "default"), 5,
             "default route", host.explain)


def test_default_route_of_another_table_is_not_native(host, clat):
    """A management network: an address without a gateway, and a default route that only
    packets from that address use."""
    with profile_of_second_link(host, "ipv4.method", "manual", "ipv4.addresses", "10.0.0.5/24",
                                "ipv4.routes", "0.0.0.0/0 10.0.0.1 table=100",
                                "ipv4.routing-rules",
                                "priority 100 from 10.0.0.5 table 100"):
        wait_for(lambda: "10.0.0.1" in host.output("ip", "-4", "route", "show", "table", "100"),
                 5, "route of the table", host.explain)
        host.wait_for_state("active", SECOND)
        assert host.pings(INTERNET, "-I", "clat-eth1")


def test_shared_connection_has_no_clat(host, clat):
    """A hotspot offers IPv4 to its clients; it needs no CLAT itself."""
    with profile_of_second_link(host, "ipv4.method", "shared", "ipv4.addresses",
                                "10.42.0.1/24"):
        wait_for(lambda: SECOND not in host.output("clatctl", "list"), 5, "shared connection",
                 host.explain)
        assert host.pings(INTERNET)
    host.wait_for_state("active", SECOND)
