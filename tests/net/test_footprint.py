# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon's memory, and that it does not wake up while idle."""

import pathlib
import re
import time

import pytest

from chaos.checks import resident_kib
from lab.network import Network

pytestmark = pytest.mark.timing

LINKS = 4
MAX_RESIDENT_KIB = 15 * 1024
QUIET_SECONDS = 8
# Wakeups that broadcasts of a bus or the kernel may cause.
SPARE_WAKEUPS = 2


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed, links=LINKS) as network:
        network.start()
        yield network


@pytest.fixture
def pid(network, host):
    with host.running_clat():
        for link in network.links:
            host.wait_for_state("active", link.host_interface, SlowPath="running", seconds=20)
        yield host.clat.pid


def wakeups(pid):
    """The number of voluntary context switches of all threads of the process."""
    return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status.read_text(), re.M)[1])
               for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"))


def test_memory_with_four_connections(host, pid, record_property):
    kib = resident_kib(pid)
    record_property("KiB resident", kib)
    assert kib < MAX_RESIDENT_KIB


def test_no_wakeups_when_idle(network, host, pid, record_property):
    # Routers repeat advertisements only after a minute; DHCP, without a server here, is disabled.
    for link in network.links:
        host.nmcli("device", "modify", link.host_interface, "ipv4.method", "disabled")
    time.sleep(5)
    counts = []
    for _ in range(5):
        before = wakeups(pid)
        time.sleep(QUIET_SECONDS)
        counts.append(wakeups(pid) - before)
        if counts[-1] <= SPARE_WAKEUPS:
            break
    record_property(f"wakeups in {QUIET_SECONDS} s", counts[-1])
    assert counts[-1] <= SPARE_WAKEUPS, counts
