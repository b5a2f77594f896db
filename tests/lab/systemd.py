# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine under test with systemd as its first process, which starts bus, NetworkManager and
clat-nm as it does on a real machine."""

import contextlib
import os
import pathlib
import re

from .host import NETWORKMANAGER_CONF, Host, tail
from .waiting import wait_for

SERVICE = "clat-nm.service"
JOIN = ["sh", "-c", 'echo 0 > "$0/cgroup.procs" && exec "$@"']


def top_of_control_groups():
    """Where the tree of control groups of the second version is."""
    mounts = pathlib.Path("/proc/self/mounts").read_text()
    return pathlib.Path(re.search(r"^\S+ (\S+) cgroup2 ", mounts, re.MULTILINE)[1])


class SystemdHost(Host):
    KIND = "systemd"

    def __init__(self, inside, directory, installed):
        self._group = top_of_control_groups() / f"clat-nm-lab-{os.getpid()}"
        self._group.mkdir()
        super().__init__(inside, directory, installed, join=[*JOIN, str(self._group)])

    def _start_bus(self):
        wait_for(lambda: self.succeeds("systemctl", "is-active", "dbus"), 20, "systemd")

    def start_networkmanager(self):
        self.file("/etc/NetworkManager/NetworkManager.conf").write_text(NETWORKMANAGER_CONF)
        self.systemctl("start", "NetworkManager")

    def systemctl(self, *arguments):
        """What systemctl writes; a job has come to its end."""
        return self.output("systemctl", *arguments, timeout=60)

    def service(self, name):
        """Property NAME of the unit."""
        return self.systemctl("show", "--value", f"--property={name}", SERVICE)

    def journal(self):
        """What the daemon has written."""
        return self.file("/run/clat-nm.log").read_text()

    def explain(self):
        return f"{super().explain()}\n--- journal\n{tail(self.file('/run/clat-nm.log'))}"

    def remove_groups(self):
        """Of a machine that has been stopped."""
        def are_removed():
            for folder, _, _ in os.walk(self._group, topdown=False):
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
            return not self._group.exists()

        wait_for(are_removed, 10, "end of all control groups")
