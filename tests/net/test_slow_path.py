# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-xlat dies: that is noticed, said once and repaired, and nobody else suffers."""

import contextlib
import os
import pathlib
import signal
import threading

import pytest

from lab import traffic
from lab.transparent_nat64 import PEER
from lab.machine import children_of
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("far", "no_ipv4")

DEATH = "clat-xlat has ended"
# Longer than the pause before a second try.
AGAIN_SECONDS = 5


@pytest.fixture
def active(far, host):
    """clat-nm of its own for each test: a clat-xlat that has died before is waited for."""
    with host.running_clat():
        yield host.wait_for_state("active", SlowPath="running", Translator="bpf")


def slow_path(host):
    """Process number of clat-xlat, None if there is none."""
    for pid in children_of(host.clat.pid):
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{pid}/comm").read_text() == "clat-xlat\n":
                return pid
    return None


def kill_slow_path(host):
    """Returns when another one runs."""
    old = slow_path(host)
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: slow_path(host) not in (None, old), AGAIN_SECONDS, "another clat-xlat",
             host.explain)


def deaths(host):
    return host.log("clat-nm").read_text().count(DEATH)


class SteadyTraffic:
    """One echo after the other through the fast path while it is open."""

    def __init__(self, host):
        self.echoed = 0
        self.lost = 0
        self._host = host
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        with traffic.udp(self._host) as client:
            client.settimeout(1)
            while not self._stop.wait(0.001):
                try:
                    self.echoed += traffic.is_echoed(client, str(self.echoed).encode())
                except OSError:
                    self.lost += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


def is_hard_echoed(host):
    return host.pings(PEER, "-s", "4000")


def test_killed_is_started_again(host, active):
    assert is_hard_echoed(host)
    died = deaths(host)
    with SteadyTraffic(host) as steady:
        before = wait_for(lambda: steady.echoed, 3, "echo")
        kill_slow_path(host)
        wait_for(lambda: is_hard_echoed(host), 3, "hard packet", host.explain)
        wait_for(lambda: steady.echoed > before + 100, 3, "more echoes")
    assert steady.lost == 0
    assert deaths(host) == died + 1
    assert host.clat_state()["SlowPath"] == "running"
    assert host.clat_state()["ActiveSince"] == active["ActiveSince"]


def test_killed_again_and_again(host, active):
    """With a pause, that it is broken meanwhile is said on the bus, and what it has counted
    is not lost."""
    for _ in range(3):
        is_hard_echoed(host)
    counted = host.bus_client.statistics("eth0")
    died = deaths(host)
    host.bus_client.forget_changes()
    for _ in range(2):
        kill_slow_path(host)
    host.wait_for_state("active", SlowPath="running")
    assert host.bus_client.changes("SlowPath").count("broken") == 2
    assert deaths(host) == died + 2
    wait_for(lambda: is_hard_echoed(host), 3, "hard packet", host.explain)
    for direction in 0, 1:
        assert host.bus_client.statistics("eth0")[direction]["packets"] \
            > counted[direction]["packets"]


def test_without_daemon_it_goes_on(host, active):
    """SIGKILL of the daemon: hard packets pass until the next one takes over, and then."""
    host.stop_clat(signal.SIGKILL)
    assert is_hard_echoed(host)
    host.start_clat()
    host.wait_for_state("active", SlowPath="running")
    wait_for(lambda: is_hard_echoed(host), 3, "hard packet", host.explain)
