# SPDX-License-Identifier: GPL-2.0-or-later
"""As long as the IPv4 default route exists, packets sent along it are answered, and untranslated
IPv4 is never on the link: through all kinds of events."""

import contextlib
import dataclasses
import random
import socket
import struct
import threading
import time

import pytest

from chaos import events
from chaos.checks import Checks
from chaos.world import World
from lab import servers
from lab.network import INTERNET

pytestmark = pytest.mark.timing

PACKET_SECONDS = 0.02
# Packets in flight while the data path is replaced; the limit counts packets, not seconds.
BUDGET = 15
ANSWER_SECONDS = 1.0
SEQUENCE = [events.pref64_changes, events.pref64_withdrawn, events.pref64_added,
            events.mtu_changes, events.clat_xlat_killed, events.damaged, events.clat_killed,
            events.mode, events.mode, events.clat_restarts, events.disconnected,
            events.disconnected]


@dataclasses.dataclass
class Sent:
    time: float
    answered: bool = False


class Prober:
    """Sends a numbered packet every 20 ms as long as a route exists, and records which of them
    are answered.

    Each packet is sent from a socket of its own, so that each uses the route of that moment."""

    def __init__(self, host):
        self._host = host
        self.sent = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self):
        with self._host.network():
            open_sockets = []
            while not self._ending.is_set():
                self._send(open_sockets)
                self._receive(open_sockets)
                time.sleep(PACKET_SECONDS)
            time.sleep(ANSWER_SECONDS)
            self._receive(open_sockets)
            for one, _ in open_sockets:
                one.close()

    def _send(self, open_sockets):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setblocking(False)
        try:
            one.connect((INTERNET, servers.ECHO_PORT))
            one.send(struct.pack("!I", len(self.sent)))
        except OSError:
            # No route: this does not count as a black hole.
            one.close()
            return
        open_sockets.append((one, Sent(time.monotonic())))
        self.sent.append(open_sockets[-1][1])

    @staticmethod
    def _receive(open_sockets):
        for entry in list(open_sockets):
            one, sent = entry
            with contextlib.suppress(OSError):
                sent.answered = bool(one.recv(16))
            if sent.answered or time.monotonic() - sent.time > ANSWER_SECONDS:
                one.close()
                open_sockets.remove(entry)

    def stop(self):
        self._ending.set()
        self._thread.join()


@pytest.fixture
def world(installed):
    with World(installed, 1) as world:
        yield world


def longest_gap(sent):
    """The largest number of consecutive packets without an answer."""
    longest = run = 0
    for one in sent:
        run = 0 if one.answered else run + 1
        longest = max(longest, run)
    return longest


def test_no_black_hole(world, record_property):
    chance = random.Random(6877)
    checks = Checks(world)
    place = world.places[0]
    gaps = []
    try:
        checks.wait_until_right(events.LATER)
        prober = Prober(world.host)
        try:
            for run in SEQUENCE:
                before = len(prober.sent)
                description = run(world, place, chance)
                _, wrong = checks.wait_until_right(events.LATER)
                assert not wrong, f"{description}: {wrong}\n{world.host.explain()}"
                assert not checks.ipv4_on_links(), description
                gaps.append((description, before))
        finally:
            prober.stop()
    finally:
        checks.close()
    ends = [start for _, start in gaps[1:]] + [len(prober.sent)]
    lost = {f"{number} {description}": longest_gap(prober.sent[start:end])
            for number, ((description, start), end) in enumerate(zip(gaps, ends))}
    record_property("packets lost in a row", lost)
    assert len(prober.sent) > 100
    assert all(gap <= BUDGET for gap in lost.values()), lost
