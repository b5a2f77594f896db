# SPDX-License-Identifier: GPL-2.0-or-later
"""The network's NAT64 prefix is replaced while packets flow: in one step, and every packet on
the wire is right for the old one or for the new one."""

import collections
import contextlib
import socket
import threading
import time

import pytest

from lab import servers
from lab.capture import Capture
from lab.network import INTERNET, INTERNET_IN_IPV6, PREF64

pytestmark = pytest.mark.usefixtures("clat", "no_ipv4")

# The internet's address behind each (RFC 6052, 2.2): another place in each layout.
INSIDE = {
    PREF64: INTERNET_IN_IPV6,
    "2001:db8:123:344::/64": "2001:db8:123:344:c6:3364:100:0",
    "2001:db8:122::/48": "2001:db8:122:c633:64:100::",
}
ROUNDS = 3
PAUSE = 0.0005
IP_MTU_DISCOVER, NEVER_DF = 10, 0
FRAGMENT = 44


@pytest.fixture(scope="module", autouse=True)
def nat64s(network):
    for prefix in INSIDE:
        network.router.add_nat64(prefix)


@pytest.fixture(autouse=True)
def whole_checksums(host):
    """A virtual cable never completes what is left to the hardware."""
    host.wait_for_state("active")
    host.run("ethtool", "-K", "clat-eth0", "tx", "off")


@contextlib.contextmanager
def flow(host, length):
    """UDP of one sender to the echo server; gives the number of answers so far."""
    client = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, NEVER_DF)
    client.settimeout(0.5)
    client.connect((INTERNET, servers.ECHO_PORT))
    answers = []
    over = threading.Event()

    def send():
        number = 0
        while not over.is_set():
            # An error that has come back is told with the next packet.
            with contextlib.suppress(OSError):
                client.send(number.to_bytes(8, "big").ljust(length, b"x"))
            number += 1
            time.sleep(PAUSE)

    def receive():
        while not over.is_set():
            with contextlib.suppress(OSError):
                answers.append(int.from_bytes(client.recv(65536)[:8], "big"))

    threads = [threading.Thread(target=target) for target in (send, receive)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()
        client.close()


def change_prefix(host, link, answers):
    """Through all prefixes, some times; each is used for a while."""
    for prefix in [*list(INSIDE)[1:], PREF64] * ROUNDS:
        link.advertiser.announce_pref64(prefix)
        host.wait_for_state("active", Pref64=prefix)
        before = len(answers)
        deadline = time.monotonic() + 10
        while len(answers) < before + 50:
            assert time.monotonic() < deadline, f"no answers with {prefix}\n{host.explain()}"
            time.sleep(0.01)


def runs_of(values):
    """VALUES without immediate repetitions."""
    result = []
    for value in values:
        if not result or result[-1] != value:
            result.append(value)
    return result


def destinations(host, capture):
    own = host.clat_state()["Ipv6Address"]
    return [(packet, str(packet.destination)) for packet in capture.ipv6(
        lambda packet: str(packet.source) == own and packet.next_header in (17, FRAGMENT))]


def test_switched_in_one_step(network, host, link):
    with Capture(network.router, "lan0") as capture, flow(host, 200) as answers:
        change_prefix(host, link, answers)
    sent = destinations(host, capture)
    wrong = [packet for packet, inside in sent
             if inside not in INSIDE.values() or not packet.checksum_is_right()]
    assert not wrong
    # Once the new one has been used, the old one is not any more.
    order = [*INSIDE.values()]
    assert runs_of(inside for _, inside in sent) \
        == [order[0], *[*order[1:], order[0]] * ROUNDS]


def test_slow_path_is_right_for_one_of_them(network, host, link):
    """Datagrams in fragments."""
    with Capture(network.router, "lan0") as capture, flow(host, 3000) as answers:
        change_prefix(host, link, answers)
    sent = destinations(host, capture)
    assert {inside for _, inside in sent} == set(INSIDE.values())
    assert {packet.next_header for packet, _ in sent} == {FRAGMENT}
    datagrams = collections.defaultdict(set)
    for packet, inside in sent:
        datagrams[packet.payload[4:8]].add(inside)
    split = sum(len(insides) > 1 for insides in datagrams.values())
    # In the moment of the change one may be under way.
    assert split <= len(INSIDE) * ROUNDS
