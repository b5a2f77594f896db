# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-xlat dies or hangs: this is detected, logged once and repaired, without effect on other traffic."""

import contextlib
import os
import pathlib
import signal
import threading
import time

import pytest

from lab import servers, traffic
from lab.transparent_nat64 import PEER
from lab.machine import children_of
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("far", "no_ipv4")

DEATH = "clat-xlat has ended"
# Longer than the pause before the second restart.
AGAIN_SECONDS = 5
# Within which a process that does not read is replaced.
HUNG_SECONDS = 5


@pytest.fixture
def active(far, host):
    """clat-nm is started for each test: the restart pause depends on earlier deaths."""
    with host.running_clat():
        yield host.wait_for_state("active", SlowPath="running")


def slow_path(host):
    """Process id of clat-xlat, None if it is not running."""
    for pid in children_of(host.clat.pid):
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{pid}/comm").read_text() == "clat-xlat\n":
                return pid
    return None


def kill_slow_path(host):
    """Returns when its successor is running."""
    old = slow_path(host)
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: slow_path(host) not in (None, old), AGAIN_SECONDS, "another clat-xlat",
             host.explain)


def deaths(host):
    return host.log("clat-nm").read_text().count(DEATH)


class SteadyTraffic:
    """One echo after the other through the fast path while the context is open."""

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


def is_slow_path_echoed(host):
    return host.pings(PEER, "-s", "4000")


def test_killed_once(host, active):
    assert is_slow_path_echoed(host)
    died = deaths(host)
    with SteadyTraffic(host) as steady:
        before = wait_for(lambda: steady.echoed, 3, "echo")
        kill_slow_path(host)
        wait_for(lambda: is_slow_path_echoed(host), 3, "packet on the slow path", host.explain)
        wait_for(lambda: steady.echoed > before + 100, 3, "more echoes")
    assert steady.lost == 0
    assert deaths(host) == died + 1
    assert host.clat_state()["SlowPath"] == "running"
    assert host.clat_state()["ActiveSince"] == active["ActiveSince"]


def test_killed_repeatedly(host, active):
    """Restarts are delayed, SlowPath is "broken" meanwhile, and the counters of the dead
    processes are not lost."""
    for _ in range(3):
        is_slow_path_echoed(host)
    counted = host.bus_client.statistics("eth0")
    died = deaths(host)
    host.bus_client.forget_changes()
    for _ in range(2):
        kill_slow_path(host)
    host.wait_for_state("active", SlowPath="running")
    assert host.bus_client.changes("SlowPath").count("broken") == 2
    assert deaths(host) == died + 2
    wait_for(lambda: is_slow_path_echoed(host), 3, "packet on the slow path", host.explain)
    for direction in 0, 1:
        assert host.bus_client.statistics("eth0")[direction]["packets"] \
            > counted[direction]["packets"]


def test_hung_process_is_replaced(host, active):
    """SIGSTOP while packets for it arrive."""
    assert is_slow_path_echoed(host)
    old = slow_path(host)
    os.kill(old, signal.SIGSTOP)
    try:
        wait_for(lambda: is_slow_path_echoed(host), HUNG_SECONDS,
                 "packet on the slow path", host.explain)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(old, signal.SIGKILL)
    assert "does not read its packets" in host.log("clat-nm").read_text()
    assert slow_path(host) not in (None, old)
    host.wait_for_state("active", SlowPath="running")


def test_process_with_traffic_or_without_is_not_hung(host, active):
    old = slow_path(host)
    time.sleep(1)
    with traffic.udp(host, address=PEER) as client:
        traffic.clear_df(client)
        for _ in range(HUNG_SECONDS * 10):
            assert traffic.is_echoed(client, servers.BODY[:1400])
            time.sleep(0.1)
    time.sleep(HUNG_SECONDS)
    assert slow_path(host) == old


def test_overflow_is_counted(host, active):
    """The queue of a process that is stopped for a moment has room for some hundred packets."""
    before = host.bus_client.statistics("eth0")[0].get("drop-slow-path-overflow", 0)
    process = slow_path(host)
    os.kill(process, signal.SIGSTOP)
    try:
        with traffic.udp(host, address=PEER) as client:
            traffic.clear_df(client)
            for _ in range(3000):
                client.send(servers.BODY[:1400])
    finally:
        os.kill(process, signal.SIGCONT)
    after = host.bus_client.statistics("eth0")[0].get("drop-slow-path-overflow", 0)
    assert before + 1000 < after <= before + 3000
    assert "slow-path-overflow" in host.output("clatctl", "stats")


def test_slow_path_survives_the_daemon(host, active):
    """SIGKILL of the daemon: the slow path works until the next instance takes over, and then."""
    host.stop_clat(signal.SIGKILL)
    assert is_slow_path_echoed(host)
    host.start_clat()
    host.wait_for_state("active", SlowPath="running")
    wait_for(lambda: is_slow_path_echoed(host), 3, "packet on the slow path", host.explain)
