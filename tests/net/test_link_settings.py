# SPDX-License-Identifier: GPL-2.0-or-later
"""The same packets at every MTU that links have, whatever the card does by itself."""

import pytest

from lab import servers, traffic
from lab.far import MTU, PEER, embed

pytestmark = pytest.mark.usefixtures("no_ipv4")

BULK = 5_000_000
# Of the IPv6 header against that of IPv4, and of the fragment header that may come in.
ROOM = 28


@pytest.fixture(scope="module", params=[1280, 1492, 1500, 9000])
def mtu(request, network, far):
    def set_all(value):
        ends = (network.host, "eth0"), (network.router, "lan0")
        for link in ends, far.native_link, far.ipv4_link:
            far.set_mtu(link, value)

    set_all(request.param)
    with network.host.running_clat():
        network.host.wait_for_state("active", Mtu=request.param - ROOM)
        yield request.param
    set_all(MTU)


def test_same_packets(host, mtu, offloads, at_peer, record_property):
    record_property("uplink", host.clat_state()["Uplink"])
    # The largest that fits, the smallest that does not, and several fragments.
    sizes = [1, mtu - ROOM - 28, mtu - ROOM - 27, 3 * mtu]
    with traffic.udp(host, address=PEER) as client:
        assert [size for size in sizes if not traffic.is_echoed(client, b"x" * size)] == []
    assert [size for size in sizes if not host.pings(PEER, "-s", size)] == []
    assert traffic.upload(host, BULK, PEER) == servers.content_hash(BULK)
    digest, _ = traffic.download(host, BULK, PEER)
    assert digest == servers.content_hash(BULK)
    # Without segmentation below it is seen that none is too big.
    if offloads == "off":
        sent = at_peer.ipv6(lambda packet: str(packet.destination) == embed(PEER))
        assert max(packet.payload_length + 40 for packet in sent) <= mtu
