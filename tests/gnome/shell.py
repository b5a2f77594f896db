# SPDX-License-Identifier: GPL-2.0-or-later
"""A host of the test network with a real GNOME Shell, without a screen."""

import json
import pathlib
import re

from gi.repository import Gio, GLib

from distributions.root import make_root
from lab.bus import NAME
from lab.host import Host, tail
from lab.machine import PROJECT
from lab.root import packages
from lab.waiting import wait_for

EXTENSION = "clat-nm@clatnm.net"
PROBE = pathlib.Path(__file__).with_name("probe.js")
RUNTIME = "/run/user/0"
SIZE = "1024x768"
TIMEOUT_MS = 60_000

# Of the user, for the keyfile backend of GSettings.
SETTINGS = f"""\
[org/gnome/shell]
enabled-extensions=['{EXTENSION}']
welcome-dialog-last-shown-version='999'
favorite-apps=@as []

[org/gnome/desktop/interface]
enable-animations=false

[org/gnome/desktop/background]
picture-options='none'
primary-color='#5e5c64'
"""


def desktop_root(release):
    """The root directory with release RELEASE of Debian and GNOME Shell."""
    text = (PROJECT / "tests/packages-desktop").read_text()
    own = re.sub("#.*", "", text).split()
    return make_root(f"desktop-{release}", release, {*packages("root"), *own})


def connect(path):
    """A client of the bus whose socket is at PATH."""
    bus = Gio.DBusConnection.new_for_address_sync(
        f"unix:path={path}", Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    bus.set_exit_on_close(False)
    return bus


class ShellError(AssertionError):
    """Code in GNOME Shell has thrown an exception."""


class DesktopHost(Host):
    """Its user is root, for whom NetworkManager does everything."""

    def __init__(self, inside, directory, installed, **options):
        super().__init__(inside, directory, installed, **options)
        self._session = None

    def _find_root(self, release):
        return desktop_root(release)

    def start_shell(self, *arguments, language="C.UTF-8"):
        """Starts GNOME Shell, and waits until it runs with the extension."""
        self._prepare()
        self.environment.update({
            "XDG_RUNTIME_DIR": RUNTIME, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={RUNTIME}/bus",
            "GSETTINGS_BACKEND": "keyfile", "LIBGL_ALWAYS_SOFTWARE": "1", "LANG": language,
            "XDG_CURRENT_DESKTOP": "GNOME", "XDG_SESSION_TYPE": "wayland"})
        self.popen(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                    f"--address=unix:path={RUNTIME}/bus"], log=self.log("session-bus"))
        self._session = wait_for(self._connect_to_session, 20, "session bus",
                                 lambda: tail(self.log("session-bus")))
        self.popen(["gnome-shell", "--headless", "--no-x11", "--virtual-monitor", SIZE,
                    "--unsafe-mode", *arguments], log=self.log("gnome-shell"))
        wait_for(self._is_ready, 120, "GNOME Shell", self.explain)
        self.eval(PROBE.read_text())
        self.eval("Main.overview.hide()")
        # That the user is root, for one.
        self.eval("Main.messageTray.getSources().forEach(source => source.destroy())")

    def _prepare(self):
        for folder, mode in (("/tmp/.X11-unix", 0o1777), (RUNTIME, 0o700),
                             ("/root/.config/glib-2.0/settings", 0o700)):
            self.file(folder).mkdir(parents=True, exist_ok=True)
            self.file(folder).chmod(mode)
        self.file("/root/.config/glib-2.0/settings/keyfile").write_text(SETTINGS)

    def _connect_to_session(self):
        """None while the bus does not listen yet."""
        try:
            return connect(self.file(f"{RUNTIME}/bus"))
        except GLib.Error:
            return None

    def _call(self, path, interface, method, signature, *arguments):
        return self._session.call_sync(
            "org.gnome.Shell", path, interface, method, GLib.Variant(signature, arguments), None,
            Gio.DBusCallFlags.NO_AUTO_START, TIMEOUT_MS, None).unpack()

    def _is_ready(self):
        try:
            return self.eval("Main.layoutManager._startingUp === false") is True
        except (GLib.Error, ShellError):
            return False

    def eval(self, code):
        """The value of the JavaScript CODE in GNOME Shell."""
        succeeded, result = self._call("/org/gnome/Shell", "org.gnome.Shell", "Eval", "(s)", code)
        if not succeeded:
            raise ShellError(f"{code[:200]}: {result}")
        return json.loads(result) if result else None

    def photograph(self, name, x, y, width, height):
        """Writes that part of the screen to the file NAME of this host."""
        succeeded, _ = self._call("/org/gnome/Shell/Screenshot", "org.gnome.Shell.Screenshot",
                                  "ScreenshotArea", "(iiiibs)", x, y, width, height, False, name)
        assert succeeded
        return self.file(name).read_bytes()

    def followers(self):
        """The clients on the system bus that receive signals of the service."""
        system = connect(self.file("/run/dbus/system_bus_socket"))
        [rules] = system.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Debug.Stats",
            "GetAllMatchRules", None, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()
        system.close_sync(None)
        return {client for client, own in rules.items() if any(NAME in rule for rule in own)}

    def explain(self):
        return f"{super().explain()}\n--- gnome-shell\n{tail(self.log('gnome-shell'))}"
