# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine under test: a bus, a real NetworkManager, and clat-nm."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time
import uuid

from gi.repository import GLib

from .bus import Bus
from .machine import PROJECT, CommandError, Machine
from .root import debian_root
from .waiting import SLOWNESS, wait_for

# Where tests/lab/setup installs clat-nmcli under the name of nmcli.
SHADOW_DIRECTORY = "/usr/local/lib/clat-nm/shadow"
DAEMON = "/usr/sbin/clat-nm"
TAIL_LINES = 60
FINDING_LINES = 300
# The exit status of the daemon when a sanitizer or valgrind has found something; see tests/run.
FOUND = 99
# Only what is lost: valgrind does not know what some of the newer commands of bpf(2) write.
VALGRIND = ["valgrind", "--quiet", "--undef-value-errors=no", "--leak-check=full",
            "--show-leak-kinds=definite,indirect", "--errors-for-leak-kinds=definite,indirect",
            "--num-callers=30", f"--suppressions={PROJECT / 'tests/valgrind.supp'}",
            f"--error-exitcode={FOUND}"]
UNDER = VALGRIND if "CLAT_TEST_VALGRIND" in os.environ else []
# The release of Debian whose NetworkManager is used; empty: that of this machine.
RELEASE = os.environ.get("CLAT_TEST_NETWORKMANAGER", "")

NETWORKMANAGER_CONF = """\
[main]
plugins=keyfile
auth-polkit=root-only
# Profiles come from the tests.
no-auto-default=*
rc-manager=file
dns=default
[logging]
level=DEBUG
"""

PROFILE = """\
[connection]
id={id}
uuid={uuid}
type=ethernet
interface-name={interface}

[ipv4]
method=auto
{ipv4}

[ipv6]
method=auto
{ipv6}
"""


def tail(path, lines=TAIL_LINES):
    try:
        text = pathlib.Path(path).read_text(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def findings_in(path):
    """What a sanitizer or valgrind has written, from its first line on."""
    lines = pathlib.Path(path).read_text(errors="replace").splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith("==")), 0)
    return "\n".join(lines[first:first + FINDING_LINES])


def root_of(release):
    """The root directory with RELEASE of Debian; that of this machine for an empty one."""
    return debian_root(release) if release else pathlib.Path("/")


def networkmanager_version(release):
    """The first two numbers of the version of NetworkManager in RELEASE, like 1.42."""
    result = subprocess.run(["chroot", root_of(release), "NetworkManager", "--version"],
                            check=True, stdout=subprocess.PIPE, text=True)
    return ".".join(result.stdout.split(".")[:2])


class Host(Machine):
    """INSTALLED is the folder in which the project is installed, DIRECTORY that of the logs,
    RELEASE the release of Debian in its root, or empty for that of this machine."""

    KIND = "own-root"

    def __init__(self, inside, directory, installed, release=RELEASE, **options):
        super().__init__("host", inside=inside, kind=self.KIND, installed=installed,
                         root=self._find_root(release),
                         path=[SHADOW_DIRECTORY], **options)
        self.directory = directory
        self.networkmanager = None
        self.clat = None
        self._start_bus()
        self.bus_client = wait_for(self._connect_to_bus, 10, "bus",
                                   lambda: tail(self.log("bus")))

    def _find_root(self, release):
        return root_of(release)

    def _start_bus(self):
        self.popen(["dbus-daemon", "--system", "--nofork", "--nopidfile"],
                   log=self.log("bus"))

    def _connect_to_bus(self):
        """None while the bus does not listen yet."""
        try:
            return Bus(f"unix:path={self.file('/run/dbus/system_bus_socket')}")
        except GLib.Error:
            return None

    def log(self, name):
        return self.directory / f"{name}.log"

    # NetworkManager

    def add_profile(self, interface, id=None, ipv4="", ipv6=""):
        """A profile for INTERFACE with the further settings IPV4 and IPV6."""
        id = id or interface
        identity = str(uuid.uuid5(uuid.NAMESPACE_DNS, id))
        file = self.file(f"/etc/NetworkManager/system-connections/{id}.nmconnection")
        file.write_text(PROFILE.format(id=id, uuid=identity, interface=interface,
                                       ipv4=ipv4, ipv6=ipv6))
        file.chmod(0o600)
        if self.networkmanager is not None:
            self.nmcli("connection", "reload")
        return identity

    def start_networkmanager(self):
        self.file("/etc/NetworkManager/NetworkManager.conf").write_text(NETWORKMANAGER_CONF)
        self.networkmanager = self.popen(["NetworkManager", "--debug"],
                                         log=self.log("NetworkManager"))
        wait_for(lambda: self.succeeds("/usr/bin/nmcli", "general", "status"), 10,
                 "NetworkManager", self.explain)

    def stop_networkmanager(self, number=signal.SIGTERM):
        self.networkmanager.stop(number)
        self.networkmanager = None

    def nmcli(self, *arguments, **options):
        """The real nmcli."""
        return self.output("/usr/bin/nmcli", *arguments, **options)

    def device_state(self, interface):
        return self.nmcli("-g", "GENERAL.STATE", "device", "show", interface)

    def wait_until_connected(self, interface, seconds=20):
        wait_for(lambda: self.device_state(interface).startswith("100"), seconds,
                 f"connection on {interface}", self.explain)

    def wait_for_ipv6(self, interface, seconds=20):
        """Waits for an address that is not tentative, and a default route."""
        wait_for(lambda: self.global_addresses(interface)
                 and self.output("ip", "-6", "route", "show", "default", "dev", interface),
                 seconds, f"IPv6 on {interface}", self.explain)

    def global_addresses(self, interface):
        """The IPv6 addresses of INTERFACE that are usable."""
        links = json.loads(self.output("ip", "-json", "-6", "address", "show", "dev",
                                       interface, "scope", "global", "-tentative"))
        return [entry["local"] for link in links for entry in link.get("addr_info", [])
                if "local" in entry]

    # clat-nm

    def start_clat(self, *arguments, daemon=DAEMON, environment=None):
        """ENVIRONMENT is for the daemon only."""
        variables = [f"{name}={value}" for name, value in (environment or {}).items()]
        self.clat = self.popen(["env", *variables, *UNDER, daemon, "--debug",
                                *arguments],
                               log=self.log("clat-nm"))
        return self.clat

    def stop_clat(self, number=signal.SIGTERM):
        """Stops the daemon; after SIGKILL the kernel objects that it made remain."""
        if self.clat is not None:
            clat, self.clat = self.clat, None
            if clat.stop(number) == FOUND:
                raise CommandError(f"memory errors or leaks of clat-nm:\n"
                                   f"{findings_in(self.log('clat-nm'))}")
            # The bus notices with a delay, and the next instance needs the name.
            wait_for(lambda: not self.bus_client.is_served(), 5, "release of the bus name")

    @contextlib.contextmanager
    def running_clat(self, *arguments, **options):
        """clat-nm runs while the context is open."""
        self.start_clat(*arguments, **options)
        try:
            yield
        finally:
            self.stop_clat()

    def clat_state(self, interface="eth0"):
        """Properties of the connection on INTERFACE; None without it, or without a service."""
        return self.bus_client.connection(interface)

    def wait_for_state(self, state, interface="eth0", seconds=10, **properties):
        """Waits until the connection on INTERFACE is in STATE and has these PROPERTIES."""
        wanted = {"State": state, **properties}

        def is_there():
            found = self.clat_state(interface)
            if found is None or any(found[name] != value for name, value in wanted.items()):
                return None
            return found

        what = " ".join(f"{name}={value}" for name, value in wanted.items())
        return wait_for(is_there, seconds, f"{what} on {interface}", self.explain)

    def namespaces(self):
        """The named network namespaces."""
        return [line.split()[0] for line in self.output("ip", "netns", "list").splitlines()]

    def translates_nothing(self):
        """A namespace may already be prepared, but no route or rule leads into it."""
        return self.clat_routes() == [] and " clat-" not in self.output("ip", "-o", "link")

    def clat_routes(self):
        """The IPv4 default routes that lead into a translator, as text."""
        return [line for line in self.output("ip", "-4", "route", "show", "default")
                .splitlines() if " clat-" in line]

    # Reachability

    def wait_for_ping(self, address, seconds):
        """Pings until an answer arrives; returns how long that took."""
        start = time.monotonic()
        patience = str(0.1 * SLOWNESS)
        wait_for(lambda: self.succeeds("ping", "-n", "-c", "1", "-W", patience, address),
                 seconds, f"answer from {address}", self.explain)
        return time.monotonic() - start

    def explain(self):
        """The state of the host and the ends of the logs, for an error message."""
        parts = []
        for title, argv in (("clatctl", ["clatctl", "--json"]),
                            ("nmcli", ["/usr/bin/nmcli", "device"]),
                            ("addresses", ["ip", "-brief", "address"]),
                            ("routes", ["ip", "-4", "route", "show", "table", "all"]),
                            ("routes", ["ip", "-6", "route"])):
            with contextlib.suppress(CommandError):
                result = self.run(*argv, check=False, timeout=5)
                parts.append(f"--- {title}\n{result.stdout}{result.stderr}")
        for name in "clat-nm", "NetworkManager":
            parts.append(f"--- end of {os.fspath(self.log(name))}\n{tail(self.log(name))}")
        return "\n".join(parts)
