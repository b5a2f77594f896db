# SPDX-License-Identifier: GPL-2.0-or-later
"""The service as its D-Bus clients see it, from a client outside of the host's namespaces."""

import contextlib

from gi.repository import Gio, GLib

from .waiting import PATIENCE

NAME = "net.clatnm"
ROOT = "/net/clatnm"
MANAGER = "net.clatnm.Manager1"
CONNECTION = "net.clatnm.Connection1"
OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
# The service waits while the kernel loads a module for it.
TIMEOUT_MS = int(5000 * PATIENCE)


class Bus:
    """A client on the bus at ADDRESS. Changed properties are recorded in `changes`."""

    def __init__(self, address):
        self._bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self._bus.set_exit_on_close(False)
        self._changes = []
        self._bus.signal_subscribe(NAME, PROPERTIES, "PropertiesChanged", None, None,
                                   Gio.DBusSignalFlags.NONE, self._on_change)

    def _on_change(self, bus, sender, path, interface, signal, parameters):
        changed_interface, values, _ = parameters.unpack()
        for name, value in values.items():
            self._changes.append((path, changed_interface, name, value))

    def changes(self, name):
        """The values of property NAME of connections in PropertiesChanged signals so far."""
        while GLib.MainContext.default().iteration(False):
            pass
        return [value for _, interface, changed, value in self._changes
                if interface == CONNECTION and changed == name]

    def forget_changes(self):
        self.changes("")
        self._changes.clear()

    def call(self, path, interface, method, signature="()", *arguments):
        return self._bus.call_sync(NAME, path, interface, method,
                                   GLib.Variant(signature, arguments), None,
                                   Gio.DBusCallFlags.NO_AUTO_START, TIMEOUT_MS,
                                   None).unpack()

    def is_served(self):
        """Whether the bus name of the service has an owner."""
        return self._bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus",
                                   "org.freedesktop.DBus", "NameHasOwner",
                                   GLib.Variant("(s)", (NAME,)), None,
                                   Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()[0]

    def manager(self):
        """Properties of the manager."""
        return self.call(ROOT, PROPERTIES, "GetAll", "(s)", MANAGER)[0]

    def connections(self):
        """Properties of all connections by object path; none without a service."""
        try:
            [objects] = self.call(ROOT, OBJECT_MANAGER, "GetManagedObjects")
        except GLib.Error:
            return {}
        return {path: interfaces[CONNECTION] for path, interfaces in objects.items()
                if CONNECTION in interfaces}

    def connection(self, interface):
        """Properties of the connection on INTERFACE, with its path as "path"; or None."""
        for path, properties in self.connections().items():
            if properties["Interface"] == interface:
                return {**properties, "path": path}
        return None

    def statistics(self, interface):
        """Counters of both directions: out of the host, into the host."""
        return self.call(self.connection(interface)["path"], CONNECTION, "GetStatistics")

    def close(self):
        with contextlib.suppress(GLib.Error):
            self._bus.close_sync(None)
