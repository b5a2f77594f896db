# SPDX-License-Identifier: GPL-2.0-or-later
"""What answers the DISCOVER that asks for option 108 (RFC 8925): late, lost, several, forged."""

import contextlib

import pytest

from lab.dhcp import Offer, OfferingServer
from lab.waiting import stays, wait_for

WITH = Offer(v6only=1800)
WITHOUT = Offer()
OTHER_WITH = Offer(v6only=1800, server="10.0.0.2")
LATE = Offer(v6only=1800, delay=3)
RELAYED = Offer(v6only=1800, server="198.51.100.7", relay="10.0.0.1")
FORGED = [Offer(v6only=1800, xid=1), Offer(v6only=1800, chaddr=1), Offer(v6only=1800, kind="ack"),
          Offer(v6only=1800, kind="nak")]
FLOOD = Offer(v6only=1800, xid=1, copies=5000)
N_DISCOVERS = 3


def has_native(host):
    return "10.0.0." in host.output("ip", "-4", "address", "show", "dev", "eth0")


@pytest.fixture
def leased(network, host):
    """The host has a lease, and its DHCPv4 server does not answer any more."""
    server = network.router.start_dhcp("lan0")
    host.nmcli("connection", "up", "eth0")
    wait_for(lambda: has_native(host), 10, "DHCPv4 lease", host.explain)
    server.stop()
    yield
    network.router.ip("-4", "address", "flush", "dev", "lan0")
    host.nmcli("connection", "up", "eth0")


@contextlib.contextmanager
def offering(network, answer):
    server = OfferingServer(network.router, "lan0", answer)
    try:
        with network.host.running_clat():
            yield server
    finally:
        server.stop()


@pytest.mark.parametrize("answer", [
    pytest.param(lambda n: [LATE], id="late"),
    pytest.param(lambda n: [WITH] if n >= N_DISCOVERS - 1 else [], id="lost"),
    pytest.param(lambda n: [RELAYED], id="relayed"),
    pytest.param(lambda n: [WITH, WITHOUT], id="first-of-two"),
    pytest.param(lambda n: [*FORGED, WITH], id="after-forged"),
])
def test_8925_7_offer_gives_up_ipv4(network, host, leased, answer):
    with offering(network, answer):
        host.wait_for_state("active", seconds=20)
        assert not has_native(host)


@pytest.mark.parametrize("answer, seconds", [
    pytest.param(lambda n: [WITHOUT, OTHER_WITH], 3, id="second-of-two"),
    pytest.param(lambda n: FORGED, 4, id="forged"),
    pytest.param(lambda n: [FLOOD], 4, id="flood"),
    pytest.param(lambda n: [], 12, id="silence"),
])
def test_8925_12_ipv4_stays(network, host, leased, answer, seconds):
    """The first OFFER is the selected one; what does not answer the DISCOVER does not count."""
    with offering(network, answer) as server:
        wait_for(lambda: server.n_discovers > 0, 5, "DISCOVER", host.explain)
        stays(lambda: has_native(host), seconds, "native IPv4", host.explain)
        assert server.n_discovers <= N_DISCOVERS
        host.wait_for_state("native", StateReason="native-ipv4")
