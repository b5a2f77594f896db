# SPDX-License-Identifier: GPL-2.0-or-later
"""The AppArmor profile of clat-nm, where the kernel enforces profiles."""

import pathlib
import resource
import subprocess

from .machine import PROJECT

PROFILE = PROJECT / "data/apparmor/clat-nm"
# What an administrator adds to it: the files that tests give to the service, configurations and
# lab.faults.
LOCAL = pathlib.Path("/etc/apparmor.d/local/clat-nm")
ENABLED = pathlib.Path("/sys/module/apparmor/parameters/enabled")
SECURITYFS = pathlib.Path("/sys/kernel/security")


def is_supported():
    return ENABLED.exists() and ENABLED.read_text().strip() == "Y"


def enforce():
    """Loads the profile, which is in force for each clat-nm that is started from now on. For virtual
    machines: their files are in memory."""
    # As the unit of the service does, because the profile keeps the service from raising the limit.
    # Before Linux 5.11 it holds for BPF maps.
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    LOCAL.parent.mkdir(parents=True, exist_ok=True)
    LOCAL.write_text("/run/*.conf r,\n/run/faults r,\n/**/libclat-faults.so mr,\n")
    if not (SECURITYFS / "apparmor").exists():
        subprocess.run(["mount", "-t", "securityfs", "securityfs", SECURITYFS], check=True)
    subprocess.run(["apparmor_parser", "--replace", "--skip-cache", PROFILE], check=True)


def refused():
    """What the kernel has refused under the profile since its start, a line for each."""
    log = subprocess.run(["dmesg"], check=True, capture_output=True, text=True,
                         errors="replace").stdout
    return [line for line in log.splitlines()
            if 'apparmor="DENIED"' in line and 'profile="clat-nm"' in line]
