# SPDX-License-Identifier: GPL-2.0-or-later
"""A NAT64 that loses or delays packets, also on kernels without netem: packets to its prefix pass
a tun device of the router and a thread that decides about each."""

import contextlib
import heapq
import os
import random
import select
import socket
import threading
import time

from .network import PREF64
from .tunnel import LARGEST, open_tun

DEVICE = "impaired"
TABLE = "77"


class _Relay:
    def __init__(self, tun, loss, delay):
        self._tun, self._loss, self._delay = tun, loss, delay
        # The losses are the same in each run.
        self._chance = random.Random(6877)
        self._waiting = []
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self):
        while True:
            timeout = self._waiting[0][0] - time.monotonic() if self._waiting else None
            if timeout is not None and timeout <= 0:
                os.write(self._tun, heapq.heappop(self._waiting)[1])
                continue
            ready, _, _ = select.select([self._tun, self._woken], [], [], timeout)
            if self._woken in ready:
                return
            if ready:
                packet = os.read(self._tun, LARGEST)
                if self._chance.random() >= self._loss:
                    heapq.heappush(self._waiting, (time.monotonic() + self._delay, packet))

    def stop(self):
        self._wake.close()
        self._thread.join()
        self._woken.close()


@contextlib.contextmanager
def impaired(router, loss=0, delay=0):
    """Packets to the NAT64 get lost with the probability LOSS, and arrive DELAY seconds later."""
    tun = open_tun(router, DEVICE)
    try:
        router.ip("link", "set", DEVICE, "up")
        # From the thread they go on as they would without it.
        router.ip("-6", "route", "add", PREF64, "dev", "nat64-0", "table", TABLE)
        router.ip("-6", "rule", "add", "iif", DEVICE, "lookup", TABLE)
        router.ip("-6", "route", "add", PREF64, "dev", DEVICE, "metric", "10")
        relay = _Relay(tun, loss, delay)
        try:
            yield
        finally:
            relay.stop()
            router.ip("-6", "rule", "del", "iif", DEVICE, "lookup", TABLE)
            router.ip("-6", "route", "flush", "table", TABLE)
    finally:
        os.close(tun)
