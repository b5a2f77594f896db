# SPDX-License-Identifier: GPL-2.0-or-later
"""A NetworkManager whose own CLAT is on by default, as in Fedora 45: clat-nm has the connection while
it runs, unless the profile names the other one."""

import contextlib
import re
import signal
import threading

import pytest

from lab.host import DAEMON
from lab.network import INTERNET, Network
from lab.waiting import stays, wait_for

from test_networkmanager import clat_addresses, default_routes

# Where a distribution has it.
DEFAULTS = "/usr/lib/NetworkManager/conf.d/20-clat.conf"
DEFAULT = "[connection-clat]\nipv4.clat=1\n"
OURS = "clat-nm"
THEIRS = "NetworkManager's CLAT"


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed, release="sid") as network:
        if "GLIBC_" in network.host.run(DAEMON, "--version", check=False).stderr:
            pytest.skip("expected: the C library of that release is older than this machine's")
        network.host.file(DEFAULTS).write_text(DEFAULT)
        network.start()
        yield network


def wait_for_clat(host, owner, seconds=10):
    wait_for(lambda: default_routes(host) == [owner] and len(clat_addresses(host)) == 1, seconds,
             f"CLAT of {owner}", host.explain)
    host.wait_for_ping(INTERNET, 3)


@contextlib.contextmanager
def never_two(host):
    """At no time are there two addresses, or two default routes."""
    ends = threading.Event()
    seen = set()

    def look():
        while not ends.is_set():
            seen.add((len(default_routes(host)), len(clat_addresses(host))))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()
    assert seen <= {(0, 0), (0, 1), (1, 0), (1, 1)}, seen


@pytest.fixture
def theirs(host):
    """NetworkManager's CLAT works, and clat-nm does not run."""
    wait_for_clat(host, THEIRS)


@pytest.fixture
def ours(host, theirs):
    with host.running_clat():
        wait_for_clat(host, OURS)
        yield
    wait_for_clat(host, THEIRS)


def n_reapplied(host):
    """How often the applied connection was changed."""
    log = host.log("NetworkManager").read_text(errors="replace")
    return len(re.findall('op="device-reapply".*result="success"', log))


def test_one_change_of_the_connection(host, theirs):
    """A second one would end the CLAT and the DHCPv4 that the first one has started."""
    for begin in host.start_clat, host.stop_clat:
        before = n_reapplied(host)
        begin()
        wait_for_clat(host, OURS if host.clat else THEIRS)
        assert n_reapplied(host) == before + 1, host.explain()


def test_each_start_and_stop(host, theirs):
    with never_two(host):
        for _ in range(3):
            host.start_clat()
            wait_for_clat(host, OURS)
            host.wait_for_state("active")
            host.stop_clat()
            wait_for_clat(host, THEIRS)


def test_activated_again(host, ours):
    host.nmcli("connection", "up", "eth0")
    wait_for_clat(host, OURS)
    stays(lambda: default_routes(host) == [OURS], 1, "our CLAT", host.explain)


def test_mode_no(host, ours):
    host.run("clatctl", "set", "eth0", "no")
    try:
        wait_for_clat(host, THEIRS)
        host.wait_for_state("delegated", StateReason="networkmanager-clat", Mode="no")
    finally:
        host.run("clatctl", "set", "eth0", "auto")
    wait_for_clat(host, OURS)


@pytest.mark.parametrize("value", ["auto", "force"])
def test_profile_that_names_theirs(host, theirs, value):
    host.nmcli("connection", "modify", "eth0", "ipv4.clat", value)
    try:
        host.nmcli("connection", "up", "eth0")
        with host.running_clat():
            host.wait_for_state("delegated", StateReason="networkmanager-clat")
            stays(lambda: default_routes(host) == [THEIRS], 2, "their CLAT", host.explain)
            host.nmcli("connection", "up", "eth0")
            wait_for_clat(host, THEIRS)
            host.wait_for_state("delegated", StateReason="networkmanager-clat")
    finally:
        host.nmcli("connection", "modify", "eth0", "ipv4.clat", "default")
        host.nmcli("connection", "up", "eth0")


def test_profile_is_switched(host, ours):
    """While clat-nm runs, both ways."""
    with contextlib.ExitStack() as stack:
        stack.callback(host.nmcli, "connection", "modify", "eth0", "ipv4.clat", "default")
        for _ in range(2):
            host.nmcli("connection", "modify", "eth0", "ipv4.clat", "auto")
            host.nmcli("device", "reapply", "eth0")
            wait_for_clat(host, THEIRS)
            host.nmcli("connection", "modify", "eth0", "ipv4.clat", "default")
            host.nmcli("device", "reapply", "eth0")
            wait_for_clat(host, OURS)


def test_killed_and_not_started_again(host, ours):
    host.stop_clat(signal.SIGKILL)
    assert default_routes(host) == [OURS]
    host.run(DAEMON, "--release")
    wait_for_clat(host, THEIRS)


def test_networkmanager_restarts(network, host, ours):
    network.restart_networkmanager()
    wait_for_clat(host, OURS)
    stays(lambda: default_routes(host) == [OURS], 2, "our CLAT", host.explain)
