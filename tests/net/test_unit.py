# SPDX-License-Identifier: GPL-2.0-or-later
"""The privileges that the systemd unit grants are sufficient."""

import re

import pytest

from lab.host import DAEMON
from lab.machine import PROJECT
from lab.network import INTERNET
from lab.waiting import wait_for

UNIT = PROJECT / "data/clat-nm.service.in"
NOBODY = "65534"


def bounding_set():
    """The capabilities of the unit, in the syntax of setpriv."""
    names = re.findall(r"^CapabilityBoundingSet=(.*)$", UNIT.read_text(), re.MULTILINE)
    kept = " ".join(names).lower().split()
    return ",".join(["-all", *(name.replace("cap_", "+", 1) for name in kept)])


@pytest.fixture
def confined(host):
    daemon = host.popen(["setpriv", "--no-new-privs", "--inh-caps=-all",
                         f"--bounding-set={bounding_set()}", DAEMON, "--debug"],
                        log=host.log("clat-nm"))
    yield daemon
    daemon.stop()


def status_of(host, process, field):
    text = host.output("cat", f"/proc/{process}/status")
    return re.search(rf"^{field}:\s*(.*)$", text, re.MULTILINE)[1].split()


def test_privileges_of_the_unit(host, confined):
    host.wait_for_state("active", SlowPath="running")
    assert host.pings(INTERNET)
    # A ping that only clat-xlat translates.
    assert host.pings(INTERNET, "-R")
    assert host.succeeds("clatctl", "check")
    process = host.output("pidof", "clat-xlat").strip()
    wait_for(lambda: status_of(host, process, "Seccomp") == ["2"], 5, "sandbox", host.explain)
    assert set(status_of(host, process, "Uid")) == {NOBODY}
    assert set(status_of(host, process, "Gid")) == {NOBODY}
    assert status_of(host, process, "CapPrm") == status_of(host, process, "CapBnd") == ["0" * 16]
    # It does not end by itself, and is another user's.
    host.run("kill", "-STOP", process)
    confined.stop()
    wait_for(lambda: not host.succeeds("pidof", "clat-xlat"), 5, "end of clat-xlat",
             host.explain)
    assert host.namespaces() == []
