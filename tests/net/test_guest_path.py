# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP errors from the path through the CLAT reach a container behind the host's own NAT."""

import pytest

from lab import guests, servers, traffic, transparent_nat64
from lab.transparent_nat64 import OTHERS, PEER

pytestmark = pytest.mark.usefixtures("no_ipv4")

BULK = 5_000_000
UNREACHABLE, FRAGMENTATION_NEEDED = 3, 4
ICMP_RATE = "net.ipv6.icmp.ratelimit"
DESTINATIONS = iter(OTHERS)


@pytest.fixture(scope="module")
def container(network, far):
    for machine in far.router, far.gateway:
        machine.set_sysctl(ICMP_RATE, 0)
    with network.host.running_clat():
        network.host.wait_for_state("active", Pref64=transparent_nat64.PREF64)
        engine = guests.ContainerNetwork(network.host)
        yield engine.container
        engine.stop()
    far.router.set_sysctl(ICMP_RATE, 1000)


@pytest.fixture(params=["native_link", "ipv4_link"])
def narrow(request, far):
    """Reduces the MTU of a link of the path, before the NAT64 or behind it."""
    link = getattr(far, request.param)
    yield lambda mtu: far.set_mtu(link, mtu)
    far.set_mtu(link)


def test_2_12_path_mtu_is_reduced(container, narrow):
    """An established connection continues, and new ones work."""
    address = next(DESTINATIONS)
    block = servers.BODY[:60000]
    with traffic.icmp_errors(container) as errors, \
            traffic.tcp(container, servers.ECHO_PORT, address) as client:
        traffic.exchange(client, block)
        narrow(1300)
        traffic.exchange(client, block)
    assert (UNREACHABLE, FRAGMENTATION_NEEDED, 1280) in [error[1:] for error in errors]
    assert traffic.upload(container, BULK, address) == servers.content_hash(BULK)


def test_closed_port_is_refused(container):
    with traffic.udp(container, servers.CLOSED_PORT, PEER) as client:
        client.send(b"to closed port")
        with pytest.raises(ConnectionRefusedError):
            client.recv(100)


def test_answers_in_fragments(container):
    """The peer's answer to a large ping comes as fragments of ICMPv6."""
    assert container.pings(PEER, "-s", 5000)


def test_no_clat_towards_the_container(network, container):
    assert network.host.namespaces() == ["clat-eth0"]
