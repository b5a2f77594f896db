# SPDX-License-Identifier: GPL-2.0-or-later
"""A node on the link floods it: the daemon's memory and processor time stay bounded, translation
goes on, and the state is correct afterwards."""

import contextlib
import ipaddress
import os
import random
import socket
import struct
import threading
import time

import pytest

from chaos.checks import MAX_RESIDENT_KIB, descriptors, resident_kib
from lab import dns
from lab.advertiser import Advertisement, Pref64
from lab.capture import ones_sum
from lab.network import INTERNET, INTERNET_IN_IPV6, PREF64
from lab.waiting import wait_for

pytestmark = pytest.mark.timing

ADVERTISEMENTS_PER_SECOND = 10_000
FLOOD_SECONDS = 5
FLAPS = 1000
# Share of one processor, on a machine with other work.
MAX_LOAD = 0.5
BATCH_SECONDS = 0.01


def advertisement_frame(chance, link):
    """An advertisement of an unknown router, with random prefixes."""
    number = chance.getrandbits(40)
    router = ipaddress.IPv6Address(0xfe80 << 112 | number)
    mac = b"\x02" + number.to_bytes(5, "big")
    prefixes = [Pref64(f"2001:db8:{chance.getrandbits(16):x}:{chance.getrandbits(16):x}::/96")
                for _ in range(4)]
    # Without a link-layer address option: overflow of the kernel's neighbour table is not tested.
    message = Advertisement(tuple(prefixes), router_lifetime=0).encode()
    nodes = ipaddress.IPv6Address("ff02::1")
    pseudo = router.packed + nodes.packed + struct.pack("!II", len(message), 58)
    checksum = 0xffff - ones_sum(pseudo + message)
    message = message[:2] + struct.pack("!H", checksum) + message[4:]
    header = struct.pack("!IHBB", 6 << 28, len(message), 58, 255) + router.packed + nodes.packed
    return b"\x33\x33\0\0\0\1" + mac + b"\x86\xdd" + header + message


@contextlib.contextmanager
def flood(link):
    """Sends advertisements continuously; yields the number of those sent."""
    chance = random.Random(4861)
    frames = [advertisement_frame(chance, link) for _ in range(5000)]
    ending = threading.Event()
    sent = [0]
    raw = link.router.socket(socket.AF_PACKET, socket.SOCK_RAW)
    with link.router.network():
        raw.bind((link.router_interface, 0x86dd))

    def send():
        batch = int(ADVERTISEMENTS_PER_SECOND * BATCH_SECONDS)
        next_time = time.monotonic()
        while not ending.is_set():
            for _ in range(batch):
                with contextlib.suppress(OSError):
                    raw.send(frames[sent[0] % len(frames)])
                sent[0] += 1
            next_time += BATCH_SECONDS
            time.sleep(max(0.0, next_time - time.monotonic()))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield sent
    finally:
        ending.set()
        thread.join()
        raw.close()


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def pid(host, fresh_clat):
    return host.clat.pid


def assert_in_bounds(host, pid, opened):
    """A ping or a query that is under way has a descriptor until it ends."""
    assert resident_kib(pid) < MAX_RESIDENT_KIB
    wait_for(lambda: descriptors(pid) <= opened, 20, f"no more than {opened} descriptors",
             host.explain)


def test_flood_of_advertisements(host, link, pid, record_property):
    opened = descriptors(pid)
    before = processor_seconds(pid)
    with flood(link) as sent:
        start = time.monotonic()
        answers = []
        while time.monotonic() - start < FLOOD_SECONDS:
            answers.append((host.pings(INTERNET, seconds=1),
                            host.pings(INTERNET_IN_IPV6, seconds=1)))
            assert len(host.clat_routes()) == 1, host.explain()
        seconds = time.monotonic() - start
    load = (processor_seconds(pid) - before) / seconds
    record_property("advertisements sent", sent[0])
    record_property("answers by IPv4 and IPv6", answers)
    # If the flood leaves no capacity on the link for native IPv6, the CLAT has none either.
    assert any(ipv4 for ipv4, _ in answers) or not any(ipv6 for _, ipv6 in answers), answers
    record_property("load", f"{load:.2f}")
    assert sent[0] > 1000 * FLOOD_SECONDS
    assert load < MAX_LOAD, f"{load:.2f} of a processor at {sent[0] / seconds:.0f} per second"
    # The prefix in use is kept: the others are not preferred.
    host.wait_for_state("active", Pref64=PREF64)
    assert_in_bounds(host, pid, opened)
    # A connection that is activated again learns the right one.
    host.nmcli("connection", "up", "eth0", timeout=40)
    host.wait_for_state("active", Pref64=PREF64)
    assert host.wait_for_ping(INTERNET, 5) < 5


def test_link_flaps(network, host, link, pid):
    opened = descriptors(pid)
    before = processor_seconds(pid)
    start = time.monotonic()
    interface = link.router_interface
    network.router.run("ip", "-batch", "-", timeout=120, input="".join(
        f"link set {interface} down\nlink set {interface} up\n" for _ in range(FLAPS)))
    link.plug()
    link.advertiser.send()
    load = (processor_seconds(pid) - before) / (time.monotonic() - start)
    assert load < MAX_LOAD, f"{load:.2f} of a processor"
    # NetworkManager is still processing the link events.
    host.wait_for_state("active", Pref64=PREF64, SlowPath="running", seconds=60)
    assert host.wait_for_ping(INTERNET, 10) < 10
    assert len(host.clat_routes()) == 1 and host.namespaces() == ["clat-eth0"]
    assert_in_bounds(host, pid, opened)


class FloodingServer(dns.DnsServer):
    """Answers each query with a thousand malformed datagrams, and then with a valid answer."""

    def _answer_one(self):
        message, _, _, source = self._socket.recvmsg(4096, 256)
        self.queries.append(dns.parse(message, source[0], ""))
        chance = random.Random(len(self.queries))
        for _ in range(1000):
            nonsense = bytearray(chance.randbytes(chance.randrange(1, 1400)))
            if chance.random() < 0.5:
                nonsense[:len(message)] = message[:2] + b"\x81\x80" + message[4:]
            self._socket.sendto(nonsense, source)
        self._socket.sendto(self.answer.encode(message), source)


def test_flood_of_dns_garbage(network, host, link):
    address = link.router_address
    server = FloodingServer(network.router, address, link.router_interface, dns.synthesize(PREF64))
    link.advertiser.announce_pref64()
    host.nmcli("connection", "modify", "eth0", "ipv6.dns", address)
    try:
        with host.running_clat():
            host.nmcli("connection", "up", "eth0", timeout=40)
            wait_for(lambda: server.queries, 15, "question", host.explain)
            time.sleep(2)
            pid = host.clat.pid
            assert_in_bounds(host, pid, 64)
            before = processor_seconds(pid)
            time.sleep(1)
            assert processor_seconds(pid) - before < MAX_LOAD
            state = host.clat_state()
            assert state["State"] in ("active", "searching")
            assert state["Pref64"] in (PREF64, ""), state
            # An advertised prefix is used all the same.
            link.advertiser.announce_pref64(PREF64)
            host.wait_for_state("active", Pref64=PREF64, Pref64Source="ra")
            assert host.wait_for_ping(INTERNET, 5) < 5
    finally:
        server.stop()
        host.nmcli("connection", "modify", "eth0", "ipv6.dns", "")
        host.nmcli("connection", "up", "eth0", timeout=40)
