#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clatctl wait on a private bus, beside a mock service."""

import json
import os
import subprocess
import unittest

from support import TIMEOUT, BusTestCase

HOME = {
    "Id": "Home",
    "Interface": "wlan0",
    "State": "preparing",
    "StateReason": "none",
    "StateText": "The translator is being set up.",
}
ACTIVE = {"State": "active", "StateText": "IPv4 works", "Plat": "unknown",
          "Ipv4Address": "192.0.0.2", "Pref64": "64:ff9b::/96"}
SEARCHING = {"Id": "Office", "Interface": "eth0", "State": "searching",
             "StateReason": "no-nat64", "StateText": "No NAT64."}
UNREACHABLE = "The network's NAT64 does not answer."
WORKS = "Home (wlan0): IPv4 works; active: 192.0.0.2 through 64:ff9b::/96\n"


class Wait(BusTestCase):
    def start(self, *words):
        return self.start_program(os.environ["CLATCTL"], "wait", *words)

    def assert_works(self, process, output=WORKS):
        actual, errors = process.communicate(timeout=TIMEOUT)
        self.assertEqual((process.returncode, actual, errors), (0, output, ""))

    def assert_waits(self, process):
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.5)

    def assert_times_out(self, reason, *words):
        self.assert_fails(self.clatctl("wait", "--timeout", "0", *words), 1,
                          f"IPv4 does not work after 0 seconds: {reason}")

    def test_ipv4_works_already(self):
        mock = self.start_mock()
        mock.set(1, **{**HOME, **ACTIVE})
        mock.set(2, **SEARCHING)
        for words in ([], ["wlan0"], ["Home"]):
            self.assert_works(self.start("--timeout", "0", *words))
        shown = json.loads(self.clatctl("--json", "wait", "wlan0").stdout)
        self.assertEqual(shown, json.loads(self.clatctl("--json", "show", "wlan0").stdout))

    def test_other_connections_do_not_count(self):
        mock = self.start_mock()
        mock.set(1, **{**HOME, **ACTIVE})
        mock.set(2, **SEARCHING)
        self.assert_times_out("Office (eth0): No NAT64.", "eth0")

    def test_connection_appears_later(self):
        mock = self.start_mock()
        process = self.start("wlan0")
        self.assert_waits(process)
        mock.set(1, **HOME)
        self.assert_waits(process)
        mock.set(1, **ACTIVE)
        self.assert_works(process)

    def test_service_starts_later(self):
        process = self.start()
        self.assert_waits(process)
        mock = self.start_mock()
        mock.set(1, **{**HOME, **ACTIVE})
        self.assert_works(process)

    def test_nat64_that_does_not_answer(self):
        mock = self.start_mock()
        mock.set(1, **{**HOME, **ACTIVE, "Plat": "unreachable", "StateText": UNREACHABLE})
        self.assert_times_out(f"Home (wlan0): {UNREACHABLE}")
        mock.set(1, Plat="reachable")
        self.assert_works(self.start("--timeout", "0"))

    def test_message_names_the_state(self):
        self.assert_times_out("clat-nm is not running")
        mock = self.start_mock()
        self.assert_times_out("no connection is active")
        mock.set(1, **HOME)
        mock.set(2, **SEARCHING)
        self.assert_times_out("Home (wlan0): The translator is being set up.")
        self.assert_times_out(
            "unknown connection 'x'; active connections: Home (wlan0), Office (eth0)", "x")


if __name__ == "__main__":
    unittest.main()
