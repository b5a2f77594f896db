# SPDX-License-Identifier: GPL-2.0-or-later
"""A host with strict reverse path filtering (RFC 3704), and two connections."""

import pytest

from lab import servers, traffic
from lab.capture import Capture
from lab.network import INTERNET, Network, PREF64

SECOND_PREF64 = "2001:db8:65::/96"
PREFIXES = {"eth0": PREF64, "eth1": SECOND_PREF64}
SETTINGS = "net.ipv4.conf.default.rp_filter", "net.ipv4.conf.all.rp_filter"


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed, links=2) as network:
        network.router.add_nat64(SECOND_PREF64)
        second = network.links[1]
        second.advertiser.announce(second.plain.with_pref64(SECOND_PREF64))
        for setting in SETTINGS:
            network.host.set_sysctl(setting, 1)
        network.start()
        yield network


@pytest.fixture(autouse=True)
def both_active(host, clat):
    for interface, prefix in PREFIXES.items():
        host.wait_for_state("active", interface, Pref64=prefix)


def test_rp_filter_is_not_changed(host):
    for setting in SETTINGS:
        assert host.output("sysctl", "-n", setting) == "1"


@pytest.mark.parametrize("interface", PREFIXES)
def test_bound_sockets_use_their_own_connection(network, host, interface):
    """Also on the connection with the higher metric."""
    state = host.clat_state(interface)
    number = int(interface.removeprefix("eth"))
    with Capture(network.router, f"lan{number}") as own, \
            Capture(network.router, f"lan{1 - number}") as foreign:
        assert host.pings(INTERNET, "-I", state["Ipv4Address"])
        with traffic.tcp(host, servers.ECHO_PORT, source=state["Ipv4Address"]) as client:
            ports = {client.getsockname()[1]}
            assert traffic.is_echoed(client, b"x" * 1000)
        with traffic.udp(host, source=state["Ipv4Address"]) as client:
            ports.add(client.getsockname()[1])
            assert traffic.is_echoed(client, b"x" * 1000)
    sent = own.ipv6(lambda packet: str(packet.source) == state["Ipv6Address"])
    assert {packet.next_header for packet in sent} >= {6, 17, 58}
    # FIN or RST of earlier TCP connections may still be sent there.
    assert not foreign.ipv6(lambda packet: packet.icmp_type == 128
                            or packet.next_header in (6, 17) and ports & {*packet.ports})


def test_unbound_sockets_use_the_better_connection(host):
    assert host.pings(INTERNET)
    with traffic.udp(host) as client:
        assert traffic.is_echoed(client, b"x" * 1000)
