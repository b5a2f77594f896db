# SPDX-License-Identifier: GPL-2.0-or-later
"""The NAT64 prefix is replaced by one of another length during traffic: no packet is lost, each
packet on the link is correct for one of the two prefixes, and the data path changes atomically.
A stopping clat-xlat may briefly still have packets queued when its successor starts."""

import contextlib
import itertools
import socket
import struct
import threading
import time

import pytest

from lab import traffic
from lab.capture import Capture
from lab.network import INTERNET_IN_IPV6, PREF64
from lab.waiting import wait_for

# A thousand packets a second: who is kept from the processor for long loses some.
pytestmark = [pytest.mark.usefixtures("clat"), pytest.mark.timing]

PAUSE = 0.001
# Packets before and after each change.
PACKETS = 200

# NAT64 prefixes, with 198.51.100.1 of the IPv4 internet embedded (RFC 6052, 2.2).
CHANGES = {
    PREF64: INTERNET_IN_IPV6,
    "2001:db8:122:344::/64": "2001:db8:122:344:c6:3364:100:0",
    "2001:db8:123::/48": "2001:db8:123:c633:64:100::",
}

IPPROTO_FRAGMENT = 44

# Length, and whether DF is set. The first is translated by the fast path, which splits fragments of
# the second; the third is left to clat-xlat, which fragments it.
KINDS = {"whole": (64, True), "fragments": (3000, True), "without DF": (1400, False)}


class Flow:
    """Sends numbered packets to the echo server, one after another, while the context is open."""

    def __init__(self, host, length, has_df):
        self.sent = 0
        self._length = length
        self._stack = contextlib.ExitStack()
        self._socket = self._stack.enter_context(traffic.udp(host))
        if not has_df:
            traffic.clear_df(self._socket)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def _send(self):
        while not self._ends.is_set():
            # ICMP errors about packets with the previous prefix are ignored.
            with contextlib.suppress(OSError):
                self._socket.send(struct.pack("!I", self.sent).ljust(self._length, b"."))
                self.sent += 1
            time.sleep(PAUSE)

    def go_on(self, packets):
        until = self.sent + packets
        wait_for(lambda: self.sent >= until, 20, f"{packets} packets more")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join()
        self._stack.close()


def number_of(packet):
    """The number of a packet of the flow; None in fragments other than the first."""
    payload = packet.payload
    if packet.next_header == IPPROTO_FRAGMENT:
        if struct.unpack("!H", payload[2:4])[0] & 0xfff8:
            return None
        payload = payload[8:]
    return struct.unpack("!I", payload[8:12])[0]


def is_of_flow(packet, address):
    return (str(packet.source) == address
            and packet.next_header in (socket.IPPROTO_UDP, IPPROTO_FRAGMENT))


@pytest.mark.parametrize("kind", KINDS)
def test_cl_c3_prefix_of_another_length(network, host, link, kind):
    for prefix in CHANGES:
        network.router.add_nat64(prefix)
    state = host.wait_for_state("active", Pref64=PREF64)
    address = state["Ipv6Address"]
    # Otherwise checksums are not computed between these machines (checksum offload).
    host.run("ethtool", "-K", state["HostInterface"], "tx", "off")
    with Capture(network.router, "lan0") as capture:
        with Flow(host, *KINDS[kind]) as flow:
            for prefix in CHANGES:
                link.advertiser.announce_pref64(prefix)
                host.wait_for_state("active", Pref64=prefix)
                flow.go_on(PACKETS)
        capture.wait_for(lambda packet: is_of_flow(packet, address)
                         and number_of(packet) == flow.sent - 1, 5, "last packet")
    packets = capture.ipv6(lambda packet: is_of_flow(packet, address))
    destinations = [str(packet.destination) for packet in packets]
    assert set(destinations) == set(CHANGES.values())
    assert all(packet.has_valid_checksum() for packet in packets
               if packet.next_header == socket.IPPROTO_UDP)
    numbers = [number for packet in packets if (number := number_of(packet)) is not None]
    assert sorted(numbers) == list(range(flow.sent))
    if kind == "whole":
        steps = [destination for destination, _ in itertools.groupby(destinations)]
        assert steps == list(CHANGES.values())
