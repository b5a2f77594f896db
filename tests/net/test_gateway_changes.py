# SPDX-License-Identifier: GPL-2.0-or-later
"""The gateway of the IPv4 default route changes: another interface has its address, or the layout
is that of a version of the service without a gateway."""

import pytest

from lab import servers, traffic
from lab.network import INTERNET
from lab.routes import clat_default_route, own_table, peers

GATEWAY = "192.0.0.1"

pytestmark = pytest.mark.usefixtures("no_ipv4")


@pytest.fixture
def address_elsewhere(host):
    """Another interface of the host has the usual address of the gateway."""
    host.ip("address", "add", f"{GATEWAY}/32", "dev", "lo")
    yield GATEWAY
    host.run("ip", "address", "del", f"{GATEWAY}/32", "dev", "lo", check=False)


def test_gateway_is_the_next_free_address(host, address_elsewhere):
    with host.running_clat():
        state = host.wait_for_state("active", Ipv4Gateway="192.0.0.2")
        assert state["Ipv4Address"] == "192.0.0.3"
        assert host.pings("192.0.0.2") and host.pings(INTERNET)


def test_gateway_moves_while_connections_last(host, fresh_clat):
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        traffic.exchange(client, b"before")
        host.ip("address", "add", f"{GATEWAY}/32", "dev", "lo")
        try:
            host.wait_for_state("active", Ipv4Gateway="192.0.0.3")
            assert host.clat_state()["Ipv4Address"] == "192.0.0.2"
            assert peers(host) == {"192.0.0.2": "192.0.0.3"}
            traffic.exchange(client, b"meanwhile")
            assert host.pings(INTERNET) and host.pings("192.0.0.3")
        finally:
            host.ip("address", "del", f"{GATEWAY}/32", "dev", "lo")
        host.wait_for_state("active", Ipv4Gateway=GATEWAY)
        assert peers(host) == {"192.0.0.2": GATEWAY}
        traffic.exchange(client, b"after")
        assert host.pings(GATEWAY)


def make_layout_without_gateway(host, address):
    """As versions of the service before the gateway had it."""
    route = clat_default_route(host)
    table = own_table(host)
    metric = ["metric", str(route["metric"]), "mtu", "1472", "proto", "static"]
    host.ip("address", "add", f"{address}/32", "dev", "clat-eth0")
    host.ip("address", "del", address, "peer", f"{GATEWAY}/32", "dev", "clat-eth0")
    host.ip("route", "append", "default", "dev", "clat-eth0", "src", address, *metric)
    host.ip("route", "del", "default", "via", GATEWAY, "dev", "clat-eth0", *metric)
    host.ip("route", "append", "default", "dev", "clat-eth0", "table", table, "mtu", "1472",
            "proto", "static")
    host.ip("route", "del", "default", "via", GATEWAY, "dev", "clat-eth0", "table", table)


def test_upgrade_from_a_layout_without_gateway(host):
    """Established connections go on without a gap."""
    host.start_clat()
    address = host.wait_for_state("active")["Ipv4Address"]
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        host.stop_clat(9)
        make_layout_without_gateway(host, address)
        traffic.exchange(client, b"alone")
        with traffic.numbered_udp(host, 100, 0.005) as flow:
            with host.running_clat():
                assert host.wait_for_state("active", Ipv4Gateway=GATEWAY)["Ipv4Address"] \
                    == address
                assert peers(host) == {address: GATEWAY}
                assert clat_default_route(host)["gateway"] == GATEWAY
                traffic.exchange(client, b"upgraded")
                assert host.pings(INTERNET) and host.pings(GATEWAY)
                flow.stop()
            assert not flow.lost()
