#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clatctl on a private bus, beside a mock service."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
import unittest
import xml.etree.ElementTree

from support import TIMEOUT, BusTestCase, Uint64, die_with_parent

HOME = {
    "ActiveConnection": "/org/freedesktop/NetworkManager/ActiveConnection/1",
    "Uuid": "11111111-1111-1111-1111-111111111111",
    "Id": "Home",
    "Interface": "wlan0",
    "Mode": "auto",
    "State": "active",
    "StateReason": "none",
    "StateText": "IPv4 works",
    "Pref64": "64:ff9b::/96",
    "Pref64Source": "ra",
    "Pref64Router": "fe80::1",
    "Ipv4Address": "192.0.0.2",
    "Ipv6Address": "2001:db8::c1a7",
    "Ipv4Gateway": "192.0.0.1",
    "HostInterface": "clat-wlan0",
    "Namespace": "clat-wlan0",
    "Uplink": "ipvlan",
    "Mtu": 1472,
    "Ipv6Mostly": "yes",
}
OFFICE = {
    "Uuid": "22222222-2222-2222-2222-222222222222",
    "Id": "Office",
    "Interface": "eth0",
    "Mode": "auto",
    "State": "searching",
    "StateReason": "no-nat64",
    "StateText": "this network has no IPv4 and announces no NAT64",
}
PATH = "/net/clatnm/connection/1"


def boot_microseconds(seconds_from_now):
    return Uint64((time.clock_gettime(time.CLOCK_BOOTTIME) + seconds_from_now) * 1_000_000)


def connection_properties():
    """The names in the D-Bus interface, as it is documented."""
    node = xml.etree.ElementTree.parse(os.environ["BUS_INTERFACE"])
    return {
        found.get("name")
        for found in node.iterfind("interface[@name='net.clatnm.Connection1']/property")
    }


class MissingServices(BusTestCase):
    """Errors when the bus, the service or NetworkManager is missing."""

    def test_without_a_bus(self):
        self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"
        message = "could not connect to the system bus: No such file or directory"
        for words in ([], ["check"], ["monitor"], ["set", "Home", "no"]):
            self.assert_fails(self.clatctl(*words), 1, message)

    def test_without_the_service(self):
        for words in ([], ["show", "x"], ["stats"], ["check"]):
            self.assert_fails(
                self.clatctl(*words),
                1,
                "clat-nm is not running (systemctl start clat-nm)",
            )

    def test_list_does_not_start_the_service(self):
        started = os.path.join(self.directory, "started")
        service = os.path.join(self.directory, "net.clatnm.service")
        with open(service, "w", encoding="utf-8") as file:
            file.write(f"[D-BUS Service]\nName=net.clatnm\nExec=/bin/touch {started}\n")
        self.reload_bus()
        self.assertEqual(self.clatctl().returncode, 1)
        self.assertFalse(os.path.exists(started))

    def test_without_networkmanager(self):
        self.assert_fails(
            self.clatctl("set", "Home", "yes"),
            1,
            "NetworkManager is not running (systemctl start NetworkManager)",
        )


class PermissionDenied(BusTestCase):
    policy = '<deny send_destination="net.clatnm" send_path="/net/clatnm"/>'

    def test_without_permission(self):
        self.start_mock()
        result = self.clatctl()
        self.assertEqual(result.returncode, 1)
        self.assertRegex(
            result.stderr, r"\Aclatctl: cannot query clat-nm: permission denied \([^\n]+\)\n\Z"
        )


class CommandLine(BusTestCase):
    def test_usage_errors_exit_with_2(self):
        expected = "expected one of: auto, yes, no, force"
        see_set = "see clatctl set --help"
        for words, message in (
            (["fix"], "unknown command 'fix'; see clatctl --help"),
            (["show"], "show: argument missing; see clatctl show --help"),
            (["list", "x"], "list: too many arguments; see clatctl list --help"),
            (["set", "Home", "maybe"], "invalid mode 'maybe'; " + expected),
            (["set", "Home", "default"], "invalid mode 'default'; " + expected),
            (["set", "Home", "no", "force"], "more than one mode given: 'no' and 'force'"),
            (["set", "Home", "no", "no"], "more than one mode given: 'no' and 'no'"),
            (["set", "Home", "prefix=64:ff9b::/96", "prefix="], "more than one prefix= given"),
            (["set", "Home", "address=own", "address="], "more than one address= given"),
            (["set", "Home", "ipv6-mostly=maybe"],
             "invalid value 'maybe'; expected one of: yes, no, default"),
            (["set", "Home", "no", "prefix=", "address=", "ipv6-mostly=no", "yes"],
             "set: too many arguments; " + see_set),
            (["list", "--timeout", "3"],
             "list: option --timeout is not for this command; see clatctl list --help"),
            (["wait", "--timeout=-2"], "invalid timeout -2; expected 0 to 86400"),
            (["--frob"], "Unknown option --frob"),
            (["a\x1b[31m\xad"], "unknown command 'a\\x1b[31m\\xad'; see clatctl --help"),
        ):
            self.assert_fails(self.clatctl(*words), 2, message)

    def test_help_of_each_command(self):
        overview = self.clatctl("--help").stdout
        for command in ("list", "show", "stats", "monitor", "set", "wait", "check", "exec",
                        "trace", "metrics"):
            self.assertRegex(overview, rf"(?m)^  {command} ")
            result = self.clatctl(command, "--help")
            self.assertEqual(result.returncode, 0)
            json_option = "" if command in ("exec", "metrics") else "[--json] "
            self.assertIn(f"clatctl {json_option}{command}", result.stdout)
            self.assertEqual(self.clatctl("help", command).stdout, result.stdout)

    def test_help_is_a_command(self):
        overview = self.clatctl("--help").stdout
        for words in (["help"], ["help", "--help"], ["--help", "help"]):
            result = self.clatctl(*words)
            self.assertEqual((result.stdout, result.returncode), (overview, 0))
        self.assertLessEqual(max(map(len, overview.splitlines())), 80)
        for words in (["help", "fix"], ["--help", "fix"]):
            self.assert_fails(
                self.clatctl(*words), 2, "unknown command 'fix'; see clatctl --help"
            )

    def test_help_of_set_explains_modes_and_prefix(self):
        text = self.clatctl("help", "set").stdout
        for word in ("auto", "yes", "no", "force", "prefix=PREFIX", "prefix=", "address=own",
                     "ipv6-mostly=no"):
            self.assertRegex(text, rf"(?m)^  {word} +[A-Z]")
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_version(self):
        self.assertRegex(self.clatctl("--version").stdout, r"\Aclatctl \d+\.\d+\.\d+\n\Z")


class ActiveConnections(BusTestCase):
    def setUp(self):
        super().setUp()
        self.mock = self.start_mock()

    def test_no_connection(self):
        self.assertEqual(self.clatctl().stdout, "No connection is active.\n")
        self.assertEqual(json.loads(self.clatctl("--json").stdout), [])
        self.assert_fails(
            self.clatctl("show", "x"), 1, "unknown connection 'x'; no connection is active"
        )

    def test_networkmanager_is_not_running(self):
        self.mock.set_networkmanager(False)
        message = "NetworkManager is not running (systemctl start NetworkManager)"
        for words in ([], ["stats"], ["show", "x"], ["stats", "x"]):
            self.assert_fails(self.clatctl(*words), 1, message)
        result = self.clatctl("--json")
        self.assertEqual((json.loads(result.stdout), result.returncode), ([], 1))
        self.assertEqual(result.stderr, f"clatctl: {message}\n")

    def test_connections_stay_while_networkmanager_is_not_running(self):
        self.mock.set(1, **HOME)
        expected = self.clatctl().stdout
        self.mock.set_networkmanager(False)
        result = self.clatctl()
        self.assertEqual((result.stdout, result.returncode), (expected, 1))
        self.assertIn("NetworkManager is not running", result.stderr)
        self.assertEqual(self.clatctl("show", "Home").returncode, 0)

    def test_table_shows_whether_ipv4_works_and_the_reason(self):
        self.mock.set(1, **OFFICE)
        self.mock.set(2, **HOME)
        self.assertEqual(
            self.clatctl().stdout,
            "CONNECTION  INTERFACE  IPV4   STATE      DETAILS\n"
            "Home        wlan0      works  active     192.0.0.2 through 64:ff9b::/96\n"
            "Office      eth0       no     searching  "
            "this network has no IPv4 and announces no NAT64\n",
        )

    def test_unknown_state_is_shown(self):
        self.mock.set(1, **{**HOME, "State": "dreaming", "StateText": ""})
        self.assertRegex(self.clatctl().stdout, r"wlan0 +\? +dreaming +none\n")

    def test_control_characters_in_names_are_escaped(self):
        evil = "a\x1b]0;owned\x07\nb\u202ec\x9bm"
        self.mock.set(1, **{**HOME, "Id": evil, "StateText": evil, "State": evil})
        outputs = [
            self.clatctl(*words)
            for words in ([], ["show", "wlan0"], ["stats"], ["--json"], ["show", "x"])
        ]
        for result in outputs:
            text = (result.stdout + result.stderr).replace("\n", "")
            self.assertEqual([c for c in text if not c.isprintable() and c != "\u202e"], [])
        self.assertIn("a\\x1b]0;owned\\x07\\x0ab\\u{202e}c\\x9bm", outputs[0].stdout)
        self.assertEqual(json.loads(outputs[3].stdout)[0]["Id"], evil)

    def test_show_by_each_kind_of_name(self):
        self.mock.set(1, **HOME)
        self.mock.set(2, **OFFICE)
        expected = self.clatctl("show", "Home").stdout
        for line in (
            r"IPv4 +works",
            r"NAT64 prefix +64:ff9b::/96",
            r"Prefix expires +-",
            r"MTU +1472",
        ):
            self.assertRegex(expected, rf"(?m)^{line}$")
        for name in (HOME["Uuid"], "wlan0", "clat-wlan0", PATH):
            self.assertEqual(self.clatctl("show", name).stdout, expected)

    def test_times_are_relative_and_absolute(self):
        self.mock.set(
            1,
            **HOME,
            ActiveSince=boot_microseconds(-5),
            Pref64Expiry=boot_microseconds(1799.9),
        )
        text = self.clatctl("show", "Home").stdout
        date = r"\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)"
        self.assertRegex(text, rf"Active since +\d+ s ago {date}")
        self.assertRegex(text, rf"Prefix expires +in 29 min \d+ s {date}")

        shown = json.loads(self.clatctl("--json", "show", "Home").stdout)
        since = time.strptime(shown["ActiveSinceTime"], "%Y-%m-%dT%H:%M:%SZ")
        ago = time.mktime(time.gmtime()) - time.mktime(since)
        self.assertAlmostEqual(ago, 5, delta=10)

    def test_time_out_of_range(self):
        self.mock.set(1, **HOME, ActiveSince=Uint64(2**64 - 1))
        self.assertRegex(self.clatctl("show", "Home").stdout, r"(?m)^Active since +\?$")

    def test_json_members_are_the_properties_of_the_bus(self):
        self.mock.set(1, **HOME)
        (shown,) = json.loads(self.clatctl("--json").stdout)
        self.assertEqual(shown, json.loads(self.clatctl("show", "Home", "--json").stdout))
        for name, value in HOME.items():
            self.assertEqual(shown[name], value)
        self.assertEqual(shown["Path"], PATH)
        self.assertEqual(shown["ActiveSince"], 0)
        self.assertIsNone(shown["ActiveSinceTime"])

    def test_every_property_of_the_bus_is_shown(self):
        self.mock.set(1, **HOME)
        shown = json.loads(self.clatctl("--json", "show", "Home").stdout)
        times = {"ActiveSince", "PlatSince", "Pref64Expiry"}
        self.assertEqual(
            set(shown), {"Path"} | connection_properties() | {name + "Time" for name in times}
        )
        # A line for each property, and one for whether IPv4 works.
        lines = self.clatctl("show", "Home").stdout.splitlines()
        self.assertEqual(len(lines), len(connection_properties()) + 1)

    def test_nat64_that_does_not_answer(self):
        text = "The network's NAT64 at 64:ff9b::/96 does not answer."
        self.mock.set(1, **{**HOME, "Plat": "unreachable", "StateText": text})
        [line] = self.clatctl().stdout.splitlines()[1:]
        self.assertRegex(line, rf" no +active +{text}")
        self.mock.set(1, Plat="reachable")
        self.assertRegex(self.clatctl().stdout, " works +active +192")

    def test_names_in_any_locale(self):
        self.mock.set(1, **{**HOME, "Id": "Caf\u00e9"})
        self.environment["LC_ALL"] = "C"
        shown = json.loads(self.clatctl("--json", "show", "Caf\u00e9").stdout)
        self.assertEqual(shown["Id"], "Caf\u00e9")

    def test_messages_are_ascii(self):
        self.mock.set(1, **HOME)
        for words in (
            [], ["help"], ["help", "set"], ["show", "Home"], ["show", "x"], ["fix"],
            ["set", "Home", "x"], ["set", "Home", "no", "no"],
        ):
            expected = self.clatctl(*words)
            result = subprocess.run(
                [os.environ["CLATCTL"], *words],
                capture_output=True,
                env={**self.environment, "LC_ALL": "C"},
                timeout=TIMEOUT,
                check=False,
            )
            self.assertEqual(result.stdout.decode("ascii"), expected.stdout)
            self.assertEqual(result.stderr.decode("ascii"), expected.stderr)

    def test_unknown_connection_lists_the_active_ones(self):
        self.mock.set(1, **HOME)
        self.mock.set(2, **OFFICE)
        for words in (["show", "Hmoe"], ["stats", "Hmoe"]):
            self.assert_fails(
                self.clatctl(*words),
                1,
                "unknown connection 'Hmoe'; active connections: Home (wlan0), Office (eth0)",
            )

    def test_ambiguous_name(self):
        self.mock.set(1, **HOME)
        self.mock.set(2, **{**HOME, "Interface": "wlan1"})
        self.assert_fails(
            self.clatctl("show", "Home"),
            1,
            "'Home' is ambiguous; specify the interface: "
            "Home (wlan0), Home (wlan1)",
        )
        self.assertEqual(self.clatctl("show", "wlan1").returncode, 0)

    def test_stats(self):
        self.mock.set(1, **HOME)
        out = {"packets": 12, "bytes": 3456, "drop-ttl-expired": 2}
        self.mock.set_stats(1, out, {"packets": 7})
        self.assertEqual(
            self.clatctl("stats", "Home").stdout,
            "Home (wlan0)          IPV4 TO IPV6  IPV6 TO IPV4\n"
            "packets                         12             7\n"
            "bytes                         3456             0\n"
            "dropped: ttl-expired             2             0\n",
        )
        (shown,) = json.loads(self.clatctl("--json", "stats").stdout)
        self.assertEqual(shown["Ipv4ToIpv6"]["drop-ttl-expired"], 2)
        self.assertEqual(shown["Ipv6ToIpv4"], {"packets": 7})
        self.assertEqual(shown["Interface"], "wlan0")

    def test_drop_reason_of_both_directions_is_one_row(self):
        self.mock.set(1, **HOME)
        self.mock.set_stats(
            1,
            {"packets": 12, "drop-too-big": 3, "drop-protocol": 1},
            {"packets": 7, "drop-bad-source": 4, "drop-too-big": 5},
        )
        rows = self.clatctl("stats", "Home").stdout.splitlines()[3:]
        self.assertEqual(
            [row.split() for row in rows],
            [
                ["dropped:", "bad-source", "0", "4"],
                ["dropped:", "protocol", "1", "0"],
                ["dropped:", "too-big", "3", "5"],
            ],
        )

    def test_stats_without_a_translator(self):
        self.mock.set(1, **OFFICE)
        self.mock.set_stats(1, {}, {})
        self.assertEqual(
            self.clatctl("stats", "Office").stdout, "Office (eth0): no translator is active\n"
        )

    def test_error_of_the_service_is_printed_on_one_line(self):
        self.mock.set(1, **HOME)
        self.assert_fails(
            self.clatctl("stats", "Home"),
            1,
            "cannot read the counters of Home (wlan0): the counters\\x1b[31m are gone",
        )


class Check(BusTestCase):
    features = [
        ("ipvlan", True, "Works on Wi-Fi, too."),
        ("tcx\033[31m", False, "Is not needed."),
    ]

    def setUp(self):
        super().setUp()
        self.mock = self.start_mock()

    def test_check(self):
        self.mock.set_check(True, "All is there.", self.features)
        result = self.clatctl("check")
        self.assertEqual(result.returncode, 0)
        titles, ipvlan, tcx, empty, summary = result.stdout.splitlines()
        self.assertEqual(titles.split(), ["FEATURE", "AVAILABLE", "MEANING"])
        self.assertEqual(ipvlan.split(maxsplit=2), ["ipvlan", "yes", "Works on Wi-Fi, too."])
        self.assertEqual(tcx.split(maxsplit=2)[1:], ["no", "Is not needed."])
        self.assertNotIn("\033", tcx)
        self.assertEqual((empty, summary), ("", "All is there."))

    def test_check_of_an_insufficient_kernel(self):
        self.mock.set_check(False, "Something is missing.", self.features)
        result = self.clatctl("check")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "clatctl: Something is missing.\n")
        self.assertIn("ipvlan", result.stdout)

    def test_json(self):
        self.mock.set_check(True, "All is there.", self.features)
        shown = json.loads(self.clatctl("--json", "check").stdout)
        self.assertEqual(
            shown,
            {
                "Sufficient": True,
                "Summary": "All is there.",
                "Features": [
                    {"Name": name, "Available": there, "Text": text}
                    for name, there, text in self.features
                ],
                "Connections": [],
            },
        )

    def test_connections(self):
        """Nothing of this exists on the host: there is no such interface."""
        self.mock.set_check(True, "All is there.", self.features)
        self.mock.set(1, **OFFICE)
        result = self.clatctl("--json", "check")
        [shown] = json.loads(result.stdout)["Connections"]
        self.assertEqual((shown["Id"], shown["Ok"]), ("Office", False))
        findings = {finding.pop("Check"): finding for finding in shown["Findings"]}
        self.assertEqual(findings["prefix"]["Result"], "failed")
        self.assertEqual(findings["prefix"]["Fault"], "network")
        self.assertIn("prefix=", findings["prefix"]["Remedy"])
        self.assertEqual(findings["fast-path"]["Result"], "skipped")
        self.assertRegex(result.stderr, r"\Aclatctl: \d+ checks? ha(s|ve) failed\n\Z")

        text = self.clatctl("check", "Office").stdout
        self.assertNotIn("FEATURE", text)
        self.assertRegex(text, r"(?m)^FAIL +NAT64 prefix +The network .* Cause: the network\.")
        self.assertNotIn("Features", json.loads(self.clatctl("-j", "check", "eth0").stdout))

    def test_report(self):
        self.mock.set(1, **{**OFFICE, "StateText": "Nothing from 2001:db8::1 yet."})
        text = self.clatctl("check", "Office", "--report").stdout
        self.assertRegex(text, r"\Aclat-nm \d+\.\d+\.\d+, Linux ")
        self.assertRegex(text, r"(?m)^Explanation +Nothing from 2001:db8::1 yet\.$")
        text = self.clatctl("check", "Office", "--report", "--short").stdout
        self.assertRegex(text, r"(?m)^Explanation +Nothing from 2001:db8:x:x yet\.$")

    def test_invalid_target(self):
        for target in ("x", "", "2001:db8::1", "192.0.2.1:0", "192.0.2.1:x"):
            self.assert_fails(
                self.clatctl("check", "--target", target), 2,
                f"invalid target '{target}'; expected an IPv4 address, or one with a port "
                "(192.0.2.1:80)")


class FullDisk(BusTestCase):
    def test_output_that_cannot_be_written_is_an_error(self):
        mock = self.start_mock()
        mock.set(1, **HOME)
        mock.set_stats(1, {"packets": 12}, {"packets": 7})
        mock.set_check(True, "Everything is available.", Check.features)
        for words in (
            ["--help"], ["help", "set"], ["--version"], [], ["show", "Home"], ["stats"],
            ["check"], ["monitor"],
        ):
            for options in ([], ["--json"]):
                with self.subTest(words=words, options=options):
                    self.assert_fails_on_a_full_disk([*options, *words])

    def assert_fails_on_a_full_disk(self, words):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run(
                [os.environ["CLATCTL"], *words],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                env=self.environment,
                timeout=TIMEOUT,
                check=False,
            )
        self.assertRegex(
            result.stderr, r"\Aclatctl: could not write to standard output[^\n]*\n\Z"
        )
        self.assertEqual(result.returncode, 1)


class OnTerminal(BusTestCase):
    def run_on_terminal(self, columns, *words):
        terminal, child_end = pty.openpty()
        fcntl.ioctl(child_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        subprocess.run(
            [os.environ["CLATCTL"], *words],
            stdout=child_end,
            env={**self.environment, "TERM": "xterm"},
            timeout=TIMEOUT,
            check=True,
        )
        os.close(child_end)
        output = b""
        try:
            while chunk := os.read(terminal, 4096):
                output += chunk
        except OSError:
            pass
        os.close(terminal)
        return output.decode().replace("\r\n", "\n")

    def test_colors_and_no_color(self):
        self.start_mock().set(1, **HOME)
        self.assertIn("\x1b[32mworks\x1b[0m", self.run_on_terminal(80))
        self.environment["NO_COLOR"] = "1"
        self.assertNotIn("\x1b", self.run_on_terminal(80))
        self.assertNotIn("\x1b", self.clatctl().stdout)

    def test_fits_80_columns(self):
        name = "A network with quite a long name"
        text = "the kernel refused to make an ipvlan interface: operation not permitted"
        self.start_mock().set(1, **{**OFFICE, "Id": name, "StateText": text})
        self.environment["NO_COLOR"] = "1"
        lines = self.run_on_terminal(80).splitlines()
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertEqual(
            " ".join(line[lines[0].index("DETAILS") :] for line in lines[1:]), text
        )

    def test_stats_are_not_cut_when_they_fit(self):
        mock = self.start_mock()
        mock.set(1, **HOME)
        mock.set_stats(1, {"packets": 12, "drop-ttl-expired": 2}, {"packets": 7})
        expected = self.clatctl("stats").stdout
        width = max(map(len, expected.splitlines()))
        self.assertEqual(self.run_on_terminal(width, "stats"), expected)
        self.assertIn("\u2026", self.run_on_terminal(width - 1, "stats"))


class Monitor(BusTestCase):
    def start(self, *words):
        # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
        monitor = subprocess.Popen(
            [os.environ["CLATCTL"], "monitor", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            preexec_fn=die_with_parent,
        )

        def stop():
            monitor.kill()
            monitor.wait(TIMEOUT)
            monitor.stdout.close()
            monitor.stderr.close()

        self.addCleanup(stop)
        signal.alarm(TIMEOUT)
        self.addCleanup(signal.alarm, 0)
        return monitor

    def test_prints_changes_of_connections_and_of_the_service(self):
        monitor = self.start()

        def expect(text):
            line = monitor.stdout.readline()
            self.assertRegex(line, r"\A\d\d:\d\d:\d\d  ")
            self.assertEqual(re.sub(r"\A\S+  |\n", "", line), text)

        expect("clat-nm is not running")
        expect("NetworkManager is not running")
        mock = self.start_mock()
        expect("NetworkManager is running")
        expect("clat-nm is running")
        mock.set(1, **OFFICE)
        expect(f"Office (eth0): IPv4 no; searching: {OFFICE['StateText']}")
        mock.set(1, Pref64="64:ff9b::/96\x1b")
        expect("Office (eth0): NAT64 prefix: 64:ff9b::/96\\x1b")
        mock.set(1, State="preparing", StateText="a moment")
        expect("Office (eth0): IPv4 soon; preparing: a moment")
        mock.remove(1)
        expect("Office (eth0): no longer active")
        mock.set_networkmanager(False)
        expect("NetworkManager is not running")
        mock.close()
        expect("clat-nm is not running")

        monitor.send_signal(signal.SIGINT)
        self.assertEqual(monitor.wait(TIMEOUT), 0)

    def test_json_is_one_object_on_a_line(self):
        mock = self.start_mock()
        mock.set(1, **HOME)
        monitor = self.start("--json")

        def expect(name):
            event = json.loads(monitor.stdout.readline())
            self.assertEqual(event["Event"], name)
            self.assertRegex(event["Time"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
            return event

        expect("service-started")
        self.assertEqual(expect("added")["Connection"]["Id"], "Home")
        mock.set(1, Mtu=1452)
        event = expect("changed")
        self.assertEqual(event["Changed"], {"Mtu": 1452})
        self.assertEqual(event["Connection"]["Mtu"], 1452)
        mock.remove(1)
        self.assertEqual(expect("removed")["Connection"]["Id"], "Home")
        mock.set_networkmanager(False)
        expect("networkmanager-stopped")
        mock.set_networkmanager(True)
        expect("networkmanager-started")
        mock.set_networkmanager(False)
        expect("networkmanager-stopped")
        mock.close()
        expect("service-stopped")

    def test_fails_when_the_bus_stops(self):
        monitor = self.start()
        monitor.stdout.readline()
        self.stop_bus()
        self.assertEqual(monitor.wait(TIMEOUT), 1)
        self.assertEqual(monitor.stderr.read(), "clatctl: lost the connection to the system bus\n")


if __name__ == "__main__":
    unittest.main()
