# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine under test with systemd as its first process, which starts the bus, NetworkManager
and clat-nm as on a real machine."""

import contextlib
import os
import pathlib
import re

from .host import NETWORKMANAGER_CONF, TAIL_LINES, Host
from .waiting import wait_for

SERVICE = "clat-nm.service"
GROUP_PREFIX = "clat-nm-lab-"
JOIN = ["sh", "-c", 'echo 0 > "$0/cgroup.procs" && exec "$@"']


def top_of_control_groups():
    """The mount point of cgroup2."""
    mounts = pathlib.Path("/proc/self/mounts").read_text()
    return pathlib.Path(re.search(r"^\S+ (\S+) cgroup2 ", mounts, re.MULTILINE)[1])


def remove_group(group):
    """Removes the control group GROUP and its empty descendants; returns whether it is gone."""
    for folder, _, _ in os.walk(group, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(folder)
    return not group.exists()


def make_group():
    """A new control group for a machine; removes those that killed programs have left."""
    top = top_of_control_groups()
    for old in top.glob(f"{GROUP_PREFIX}*"):
        if not pathlib.Path("/proc", old.name.removeprefix(GROUP_PREFIX)).exists():
            remove_group(old)
    group = top / f"{GROUP_PREFIX}{os.getpid()}"
    group.mkdir(exist_ok=True)
    return group


class SystemdHost(Host):
    """Its control group must be removed after it has been stopped."""

    KIND = "systemd"

    def __init__(self, inside, directory, installed, **options):
        self._group = make_group()
        super().__init__(inside, directory, installed, join=[*JOIN, str(self._group)], **options)

    def _start_bus(self):
        wait_for(lambda: self.succeeds("systemctl", "is-active", "dbus"), 20, "systemd")

    def start_networkmanager(self):
        self.file("/etc/NetworkManager/NetworkManager.conf").write_text(NETWORKMANAGER_CONF)
        self.systemctl("start", "NetworkManager")

    def systemctl(self, *arguments):
        """Returns the output of systemctl, after the job has finished."""
        return self.output("systemctl", *arguments, timeout=60)

    def service(self, name):
        """Property NAME of the unit."""
        return self.systemctl("show", "--value", f"--property={name}", SERVICE)

    def journal(self, *options):
        """What the unit and systemd have written to the journal about it."""
        return self.output("journalctl", "--quiet", f"--unit={SERVICE}", "--output=cat", *options)

    def explain(self):
        return f"{super().explain()}\n--- journal\n{self.journal(f'--lines={TAIL_LINES}')}"

    def remove_group(self):
        wait_for(lambda: remove_group(self._group), 10, "removal of all control groups")
