# SPDX-License-Identifier: GPL-2.0-or-later
"""Two simultaneous connections, each with a NAT64 prefix of its own."""

import pytest

from lab import dns
from lab.capture import Capture
from lab.network import INTERNET, Network, PREF64
from lab.waiting import wait_for

SECOND_PREF64 = "2001:db8:65::/96"
INSIDE = {"eth0": "2001:db8:64::c633:6401", "eth1": "2001:db8:65::c633:6401"}


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed, links=2) as network:
        network.router.add_nat64(SECOND_PREF64)
        second = network.links[1]
        second.advertiser.announce(second.plain.with_pref64(SECOND_PREF64))
        network.start()
        yield network


@pytest.fixture(autouse=True)
def both_active(network, host, clat):
    host.wait_for_state("active", "eth0", Pref64=PREF64)
    host.wait_for_state("active", "eth1", Pref64=SECOND_PREF64)


def test_each_has_its_own_clat(host):
    states = [host.clat_state(interface) for interface in ("eth0", "eth1")]
    for name in "Ipv4Address", "Ipv6Address", "HostInterface", "Namespace", "Uuid":
        assert states[0][name] != states[1][name], name
    assert sorted(host.namespaces()) == ["clat-eth0", "clat-eth1"]
    assert len(host.clat_routes()) == 2


def test_both_have_the_same_gateway(host):
    for interface in "eth0", "eth1":
        state = host.clat_state(interface)
        assert state["Ipv4Gateway"] == "192.0.0.1"
        assert host.pings("192.0.0.1", "-I", state["HostInterface"])
    assert all(" via 192.0.0.1 " in route for route in host.clat_routes())


@pytest.mark.parametrize("interface", ["eth0", "eth1"])
def test_cl_e4_each_uses_its_own_prefix_on_its_own_link(network, host, interface):
    number = int(interface.removeprefix("eth"))
    other = f"lan{1 - number}"
    state = host.clat_state(interface)
    with Capture(network.router, f"lan{number}") as own, \
            Capture(network.router, other) as foreign:
        assert host.pings(INTERNET, "-I", state["HostInterface"])
    [request] = own.ipv6(lambda packet: packet.icmp_type == 128)
    assert str(request.destination) == INSIDE[interface]
    assert str(request.source) == state["Ipv6Address"]
    assert not foreign.ipv6(lambda packet: packet.icmp_type == 128)


def used_interface(host):
    words = host.output("ip", "route", "get", INTERNET).split()
    return words[words.index("dev") + 1]


def metric_of(host, interface):
    words = host.output("ip", "-6", "route", "show", "default", "dev", interface).split()
    return int(words[words.index("metric") + 1])


def better_connection(host):
    return min(("eth0", "eth1"), key=lambda interface: metric_of(host, interface))


def test_cl_e5_the_better_connection_is_used(host):
    assert used_interface(host) == f"clat-{better_connection(host)}"
    assert host.pings(INTERNET)


def test_cl_e5_the_other_one_is_used_when_it_is_down(host):
    better = used_interface(host).removeprefix("clat-")
    other = "eth1" if better == "eth0" else "eth0"
    host.nmcli("device", "disconnect", better)
    try:
        wait_for(lambda: used_interface(host) == f"clat-{other}", 3, "move", host.explain)
        assert host.pings(INTERNET)
        assert host.namespaces() == [f"clat-{other}"]
    finally:
        host.nmcli("connection", "up", better)
    host.wait_for_state("active", better)
    wait_for(lambda: used_interface(host) == f"clat-{better_connection(host)}", 3,
             "use of the better connection", host.explain)


def test_one_loses_its_prefix(network, host):
    second = network.links[1]
    second.advertiser.announce(second.plain.with_pref64(SECOND_PREF64, lifetime=0))
    host.wait_for_state("searching", "eth1")
    assert host.clat_state("eth0")["State"] == "active"
    assert host.pings(INTERNET)
    assert len(host.clat_routes()) == 1
    second.advertiser.announce(second.plain.with_pref64(SECOND_PREF64))


def test_cl_a3_each_queries_its_own_servers(network, host):
    """The answer for ipv4only.arpa differs on each link."""
    servers = []
    try:
        for link, prefix in zip(network.links, (SECOND_PREF64, PREF64)):
            servers.append(dns.DnsServer(network.router, link.router_address,
                                         link.router_interface, dns.synthesize(prefix)))
            link.advertiser.announce_pref64()
            host.nmcli("connection", "modify", link.host_interface, "ipv6.dns",
                       link.router_address)
            host.nmcli("device", "reapply", link.host_interface)
        host.wait_for_state("active", "eth0", Pref64=SECOND_PREF64, Pref64Source="dns")
        host.wait_for_state("active", "eth1", Pref64=PREF64, Pref64Source="dns")
        for link, server in zip(network.links, servers):
            assert {query.interface for query in server.queries} == {link.router_interface}
    finally:
        for server in servers:
            server.stop()
        for link, prefix in zip(network.links, (PREF64, SECOND_PREF64)):
            host.nmcli("connection", "modify", link.host_interface, "ipv6.dns", "")
            link.advertiser.announce_pref64(prefix)


def test_both_are_removed_at_the_end(network, host):
    """Runs last: the daemon of this module is stopped here."""
    host.stop_clat()
    assert host.namespaces() == [] and host.clat_routes() == []
