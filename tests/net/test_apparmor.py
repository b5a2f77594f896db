# SPDX-License-Identifier: GPL-2.0-or-later
"""The AppArmor profile is in force, in the virtual machines. There all other tests run under it, too,
and fail if it refuses something."""

import pytest

from lab import apparmor
from lab.network import INTERNET
from lab.waiting import wait_for

PROFILE_IN_FORCE = "clat-nm (enforce)"
SECRET = "/etc/shadow"


@pytest.fixture(scope="module", autouse=True)
def apparmor_only(profile_in_force):
    if not profile_in_force:
        pytest.skip("expected: only virtual machines load an AppArmor profile")


def profile_of(host, program):
    process = host.output("pidof", program)
    return host.output("cat", f"/proc/{process}/attr/current")


def test_both_processes_are_confined(host, clat):
    wait_for(lambda: host.clat_state()["SlowPath"] == "running", 20, "clat-xlat", host.explain)
    for program in "clat-nm", "clat-xlat":
        assert profile_of(host, program) == PROFILE_IN_FORCE
    # A ping that only clat-xlat translates.
    assert host.pings(INTERNET, "-R")


def test_other_files_are_refused(host):
    """Also files that root may read."""
    before = apparmor.refused()
    assert host.succeeds("cat", SECRET)
    result = host.run("clat-nm", "--check-config", "--config", SECRET, check=False)
    assert result.returncode != 0 and "Permission denied" in result.stderr
    assert any(f'name="{SECRET}"' in line for line in apparmor.refused()[len(before):])
