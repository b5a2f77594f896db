#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-nm-wait-online on a private bus, beside a mock service."""

import os
import re
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
ACTIVE = {"State": "active", "StateText": "IPv4 works"}
WORKS = "IPv4 works.\n"
NO_IPV4 = "No connection is going to have IPv4.\n"


class WaitOnline(BusTestCase):
    def start(self, *options):
        return self.start_program(os.environ["CLAT_NM_WAIT_ONLINE"], *options)

    def assert_ends(self, process, status, output, message=""):
        actual_output, errors = process.communicate(timeout=TIMEOUT)
        self.assertEqual((process.returncode, actual_output), (status, output), errors)
        self.assertRegex(errors, rf"\A{re.escape(message)}")

    def assert_waits(self, process):
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.5)

    def test_ipv4_works_already(self):
        mock = self.start_mock()
        mock.set(1, **{**HOME, **ACTIVE})
        self.assert_ends(self.start("--timeout", "0"), 0, WORKS)
        self.assert_ends(self.start("--quiet"), 0, "")

    def test_translator_becomes_active(self):
        mock = self.start_mock()
        mock.set(1, **HOME)
        process = self.start()
        self.assert_waits(process)
        mock.set(1, **ACTIVE)
        self.assert_ends(process, 0, WORKS)

    def test_networkmanager_still_starts(self):
        mock = self.start_mock()
        mock.set(1, **{**HOME, **ACTIVE})
        mock.set_startup(True)
        process = self.start()
        self.assert_waits(process)
        mock.set_startup(False)
        self.assert_ends(process, 0, WORKS)

    def test_service_starts_later(self):
        process = self.start()
        self.assert_waits(process)
        mock = self.start_mock()
        mock.set(1, **{**HOME, **ACTIVE})
        self.assert_ends(process, 0, WORKS)

    def test_no_connection_will_have_ipv4(self):
        mock = self.start_mock()
        mock.set(1, **{**HOME, "State": "disabled", "StateReason": "mode-no"})
        self.assert_ends(self.start(), 0, NO_IPV4)

    def test_no_connection(self):
        self.start_mock()
        self.assert_ends(self.start(), 0, NO_IPV4)

    def test_timeout(self):
        mock = self.start_mock()
        mock.set(1, **HOME)
        self.assert_ends(
            self.start("--timeout", "1"), 1, "",
            "clat-nm-wait-online: IPv4 does not work after 1 second: "
            "Home (wlan0): The translator is being set up.\n")

    def test_timeout_without_service(self):
        self.assert_ends(
            self.start("--timeout", "1"), 1, "",
            "clat-nm-wait-online: IPv4 does not work after 1 second: "
            "clat-nm is not running\n")

    def test_bus_is_lost(self):
        self.start_mock()
        process = self.start()
        self.assert_waits(process)
        self.stop_bus()
        self.assert_ends(process, 1, "",
                         "clat-nm-wait-online: lost the connection to the system bus\n")

    def test_usage(self):
        for words in ["--timeout", "-1"], ["--timeout", "x"], ["word"], ["--nonsense"]:
            with self.subTest(words=words):
                self.assert_ends(self.start(*words), 2, "", "clat-nm-wait-online: ")


if __name__ == "__main__":
    unittest.main()
