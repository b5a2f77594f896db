# SPDX-License-Identifier: GPL-2.0-or-later
"""Suspend and resume: the tests send the signals of logind."""

import contextlib
import time

import pytest
from gi.repository import Gio, GLib

from lab.advertiser import Pref64
from lab.network import INTERNET, PREF64
from lab.waiting import stays, wait_for

LOGIND = "org.freedesktop.login1"
OTHER = "2001:db8:65::/96"
SILENCE_SECONDS = 2

pytestmark = pytest.mark.usefixtures("fresh_clat")


class Logind:
    """Owns the bus name of logind on the system bus of HOST."""

    def __init__(self, host):
        address = f"unix:path={host.file('/run/dbus/system_bus_socket')}"
        self._bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self._bus.set_exit_on_close(False)
        self._call("RequestName", "(su)", LOGIND, 0)

    def _call(self, method, signature, *arguments):
        self._bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus",
                            "org.freedesktop.DBus", method,
                            GLib.Variant(signature, arguments), None,
                            Gio.DBusCallFlags.NONE, 5000, None)

    def give_up_name(self):
        self._call("ReleaseName", "(s)", LOGIND)

    def prepare_for_sleep(self, begins):
        self._bus.emit_signal(None, "/org/freedesktop/login1", f"{LOGIND}.Manager",
                              "PrepareForSleep", GLib.Variant("(b)", (begins,)))
        self._bus.flush_sync(None)

    def close(self):
        self._bus.close_sync(None)


@pytest.fixture
def logind(host):
    with contextlib.closing(Logind(host)) as logind:
        yield logind


def change_while_asleep(network):
    """The NAT64 prefix is replaced, without an unsolicited advertisement: only a solicitation
    reveals it."""
    network.router.add_nat64(OTHER)
    plain = network.link.plain
    network.link.advertiser.advertisement = plain.with_options(
        Pref64(PREF64, lifetime=0), Pref64(OTHER))


def wait_until_no_solicitations(link):
    """Waits until no solicitation has come for a while: each new interface sends some at first."""
    def is_silent():
        before = link.advertiser.solicitations
        time.sleep(SILENCE_SECONDS)
        return link.advertiser.solicitations == before

    wait_for(is_silent, 20, "silence")


def test_routers_are_solicited_after_resume(network, host, link, logind):
    """NetworkManager keeps a connection with wake-on-LAN up, as in this test."""
    wait_until_no_solicitations(link)
    change_while_asleep(network)
    before = link.advertiser.solicitations
    logind.prepare_for_sleep(False)
    host.wait_for_state("active", Pref64=OTHER)
    assert link.advertiser.solicitations > before
    assert host.pings(INTERNET)


def test_signals_of_other_senders_are_ignored(host, link, logind):
    logind.give_up_name()
    wait_until_no_solicitations(link)
    before = link.advertiser.solicitations
    logind.prepare_for_sleep(False)
    stays(lambda: link.advertiser.solicitations == before, SILENCE_SECONDS, "silence",
          host.explain)
