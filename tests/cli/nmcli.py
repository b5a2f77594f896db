#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-nmcli in front of a program that prints its arguments."""

import os
import signal
import subprocess
import unittest

from support import TIMEOUT, BusTestCase

FAKE = r"""#!/bin/sh
printf '%s|' "$#" "$@"
[ -z "$FAKE_SIGNAL" ] || kill "-$FAKE_SIGNAL" $$
exit "${FAKE_STATUS:-0}"
"""


class Handover(BusTestCase):
    def setUp(self):
        super().setUp()
        self.fake = os.path.join(self.directory, "real-nmcli")
        with open(self.fake, "w", encoding="utf-8") as file:
            file.write(FAKE)
        os.chmod(self.fake, 0o755)
        self.environment["CLAT_NMCLI"] = self.fake

    def run_nmcli(self, *words, stdout=subprocess.PIPE):
        return subprocess.run(
            [os.environ["CLAT_NMCLI_PROGRAM"], *words],
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=self.environment,
            timeout=TIMEOUT,
            check=False,
        )

    def test_arguments_and_status_are_unchanged(self):
        self.environment["FAKE_STATUS"] = "42"
        for words in (
            [],
            ["-t", "-f", "NAME", "c", "show"],
            ["connection", "modify", "My Home", "ipv6.method", "", "ipv4.dns", "a\xff\n|"],
            ["c", "m", "Home", "ipv4.clat", "yes"],
            ["c", "s", "--active"],
            ["-f", "ipv6.method", "c", "s", "Home"],
            ["--complete-args", "c", "m", "Home", "ipv4.me"],
            ["--complete-args"],
        ):
            result = self.run_nmcli(*words)
            expected = "".join(word + "|" for word in [str(len(words)), *words])
            self.assertEqual(result.stdout, expected.encode())
            self.assertEqual((result.returncode, result.stderr), (42, b""))

    def test_completion(self):
        complete = ["--complete-args", "c", "m", "Home"]
        for words, output in (
            (["ipv6.cl"], "ipv6.clat\n5|--complete-args|c|m|Home|ipv6.cl|"),
            (["ipv6.mtu", "ipv6."], "6|--complete-args|c|m|Home|ipv6.mtu|ipv6.|"),
            (["ipv6.clat", ""], "auto\nyes\nno\nforce\n"),
            (["ipv6.clat", "f"], "force\n"),
            (["ipv6.clat", "no", "ipv4.m"], "5|--complete-args|c|m|Home|ipv4.m|"),
            (["ipv6.clat", "no"], "no\n"),
            (["ipv4.method"], "5|--complete-args|c|m|Home|ipv4.method|"),
        ):
            result = self.run_nmcli(*complete, *words)
            self.assertEqual(result.stdout.decode(), output)
            self.assertEqual((result.returncode, result.stderr), (0, b""))

    def test_help_names_the_property(self):
        for words in (["--help"], ["connection", "help"], ["c", "m", "--help"]):
            result = self.run_nmcli(*words)
            expected = "".join(word + "|" for word in [str(len(words)), *words])
            self.assertEqual(result.stdout, expected.encode())
            self.assertIn(b"ipv6.clat auto|yes|no|force", result.stderr)
            self.assertEqual(result.returncode, 0)
        self.environment["FAKE_STATUS"] = "2"
        result = self.run_nmcli("--help")
        self.assertEqual((result.returncode, result.stderr), (2, b""))

    def test_signal_becomes_the_exit_status(self):
        self.environment["FAKE_SIGNAL"] = "TERM"
        self.assertEqual(self.run_nmcli("general").returncode, -signal.SIGTERM)
        ours = self.run_nmcli("c", "add", "type", "dummy", "ipv6.clat", "yes")
        self.assertEqual(ours.returncode, 128 + signal.SIGTERM)

    def test_error_without_nmcli(self):
        self.environment["CLAT_NMCLI"] = "/nonexistent/nmcli"
        result = self.run_nmcli("general")
        self.assertEqual(
            result.stderr, b"Error: /nonexistent/nmcli: No such file or directory.\n"
        )
        self.assertEqual(result.returncode, 1)

    def test_never_runs_itself(self):
        link = os.path.join(self.directory, "nmcli")
        os.symlink(os.environ["CLAT_NMCLI_PROGRAM"], link)
        self.environment["CLAT_NMCLI"] = link
        result = self.run_nmcli("general")
        self.assertIn(b"is clat-nmcli itself", result.stderr)
        self.assertEqual(result.returncode, 1)

    def test_invalid_values_change_nothing(self):
        for words, message in (
            (
                ["c", "m", "Home", "ipv4.method", "auto", "ipv6.clat", "mayb\x1b"],
                "failed to modify ipv6.clat: 'mayb\\x1b' not among [auto, yes, no, force]",
            ),
            (["c", "m", "Home", "ipv6.clat"], "value for 'ipv6.clat' is missing"),
            (
                ["c", "add", "type", "dummy", "ipv6.clat", "1"],
                "failed to modify ipv6.clat: '1' not among [auto, yes, no, force]",
            ),
        ):
            result = self.run_nmcli(*words)
            self.assertEqual(result.stderr.decode(), f"Error: {message}.\n")
            self.assertEqual((result.returncode, result.stdout), (2, b""))

    def test_without_networkmanager(self):
        for words in (
            ["c", "m", "Home", "ipv6.clat", "yes"],
            ["-g", "ipv6.clat", "c", "s", "Home"],
        ):
            result = self.run_nmcli(*words)
            self.assertRegex(
                result.stderr, rb"\AError: NetworkManager is not running[^\n]*\n\Z"
            )
            self.assertEqual((result.returncode, result.stdout), (8, b""))

    def test_without_a_bus(self):
        self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"
        result = self.run_nmcli("c", "m", "Home", "ipv6.clat", "yes")
        self.assertEqual(
            result.stderr,
            b"Error: could not connect to the system bus: No such file or directory.\n",
        )
        self.assertEqual((result.returncode, result.stdout), (1, b""))

    def test_output_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = self.run_nmcli(
                "--complete-args", "c", "m", "Home", "ipv6.clat", "", stdout=full
            )
        self.assertEqual(result.returncode, 1)
        self.assertRegex(
            result.stderr, rb"\AError: could not write to standard output[^\n]*\n\Z"
        )

    def test_failing_add_has_the_status_of_nmcli(self):
        self.environment["FAKE_STATUS"] = "3"
        words = ["type", "dummy", "ipv6.clat", "yes", "ifname", "d"]
        result = self.run_nmcli("c", "add", *words)
        self.assertRegex(
            result.stdout,
            rb"\A8\|c\|add\|type\|dummy\|connection.uuid\|[0-9a-f-]{36}\|ifname\|d\|\Z",
        )
        self.assertEqual((result.returncode, result.stderr), (3, b""))


if __name__ == "__main__":
    unittest.main()
