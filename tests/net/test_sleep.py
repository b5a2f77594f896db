# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine sleeps and wakes up: here somebody says so in the place of logind."""

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
    """Has the name of logind on the bus of HOST."""

    def __init__(self, host):
        address = f"unix:path={host.file('/run/dbus/system_bus_socket')}"
        self._bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self._bus.set_exit_on_close(False)
        self._ask("RequestName", "(su)", LOGIND, 0)

    def _ask(self, method, signature, *arguments):
        self._bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus",
                            "org.freedesktop.DBus", method,
                            GLib.Variant(signature, arguments), None,
                            Gio.DBusCallFlags.NONE, 5000, None)

    def give_up_name(self):
        self._ask("ReleaseName", "(s)", LOGIND)

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
    """Another NAT64 takes the place of the one there was, and nobody is told who does not
    ask."""
    network.router.add_nat64(OTHER)
    plain = network.link.plain
    network.link.advertiser.advertisement = plain.with_options(
        Pref64(PREF64, lifetime=0), Pref64(OTHER))


def wait_for_silence(link):
    """Until nobody has solicited for a while: each new interface does at first."""
    def is_silent():
        before = link.advertiser.solicitations
        time.sleep(SILENCE_SECONDS)
        return link.advertiser.solicitations == before

    wait_for(is_silent, 20, "silence")


def test_asks_again_after_sleep(network, host, link, logind):
    """NetworkManager leaves a connection up that may wake the machine, as it does here."""
    wait_for_silence(link)
    change_while_asleep(network)
    asked = link.advertiser.solicitations
    logind.prepare_for_sleep(False)
    host.wait_for_state("active", Pref64=OTHER)
    assert link.advertiser.solicitations > asked
    assert host.pings(INTERNET)


def test_only_logind_is_believed(host, link, logind):
    logind.give_up_name()
    wait_for_silence(link)
    asked = link.advertiser.solicitations
    logind.prepare_for_sleep(False)
    stays(lambda: link.advertiser.solicitations == asked, SILENCE_SECONDS, "silence",
          host.explain)
