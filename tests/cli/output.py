#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What clatctl prints for other programs: JSON as the schema describes it, OpenMetrics, rates."""

import json
import os
import re
import signal
import unittest
import xml.etree.ElementTree

from support import TIMEOUT, BusTestCase, Uint64

try:
    import jsonschema
except ImportError:
    jsonschema = None

HOME = {
    "ActiveConnection": "/org/freedesktop/NetworkManager/ActiveConnection/1",
    "Uuid": "11111111-1111-1111-1111-111111111111",
    "Id": 'Home "5G"',
    "Interface": "wlan0",
    "State": "active",
    "StateReason": "none",
    "StateText": "IPv4 works",
    "Plat": "reachable",
    "ActiveSince": Uint64(1_000_000),
    "Namespace": "clat-none",
}
OFFICE = {"Id": "Office", "Interface": "eth0", "State": "searching", "StateReason": "no-nat64",
          "StateText": "No NAT64."}
OUT = {"packets": 12, "bytes": 3000, "drop-multicast": 2}
IN = {"packets": 7, "bytes": 5000}
NAME = r'connection="Home \"5G\"",interface="wlan0"'


def schema():
    with open(os.environ["SCHEMA"], encoding="utf-8") as file:
        return json.load(file)


class Output(BusTestCase):
    def setUp(self):
        super().setUp()
        self.mock = self.start_mock()
        self.mock.set(1, **HOME)
        self.mock.set_stats(1, OUT, IN)
        self.mock.set(2, **OFFICE)
        self.mock.set_stats(2, {}, {})

    def start(self, *words):
        return self.start_program(os.environ["CLATCTL"], *words)


@unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
class Schema(Output):
    def assert_valid(self, name, value):
        jsonschema.Draft202012Validator({**schema(), "oneOf": [{"$ref": f"#/$defs/{name}"}]}
                                        ).validate(value)

    def shown(self, *words):
        return json.loads(self.clatctl("--json", *words).stdout)

    def test_schema_is_valid(self):
        jsonschema.Draft202012Validator.check_schema(schema())

    def test_each_command(self):
        self.mock.set_check(True, "All is there.", [("ipvlan", True, "Works on Wi-Fi, too.")])
        for name, words in (
            ("list", []),
            ("show", ["show", "wlan0"]),
            ("wait", ["wait", "wlan0"]),
            ("stats", ["stats"]),
            ("stats", ["stats", "wlan0"]),
            ("check", ["check"]),
            ("check", ["check", "eth0"]),
        ):
            with self.subTest(words=words):
                self.assert_valid(name, self.shown(*words))

    def test_lines_of_monitor_and_watch(self):
        for name, words in (("monitor", ["monitor"]), ("rates", ["stats", "--watch", "wlan0"])):
            process = self.start("--json", *words)
            self.assert_valid(name, json.loads(process.stdout.readline()))

    def test_wrong_values_are_not_valid(self):
        wrong = {**self.shown("show", "wlan0"), "Mtu": "1472"}
        with self.assertRaises(jsonschema.ValidationError):
            self.assert_valid("show", wrong)

    def test_each_property_of_the_bus_is_described(self):
        node = xml.etree.ElementTree.parse(os.environ["BUS_INTERFACE"])
        names = {found.get("name") for found in
                 node.iterfind("interface[@name='net.clatnm.Connection1']/property")}
        described = schema()["$defs"]
        known = {*described["connection"]["properties"], *described["name"]["properties"]}
        self.assertEqual(names - known, set())


class Metrics(Output):
    def test_metrics(self):
        result = self.clatctl("metrics")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue(result.stdout.endswith("\n# EOF\n"))
        for line in (
            f'clatnm_connection_info{{{NAME},state="active",reason="none"}} 1',
            f"clatnm_ipv4_works{{{NAME}}} 1",
            'clatnm_ipv4_works{connection="Office",interface="eth0"} 0',
            f"clatnm_nat64_reachable{{{NAME}}} 1",
            f'clatnm_packets_total{{{NAME},direction="ipv4_to_ipv6"}} 12',
            f'clatnm_bytes_total{{{NAME},direction="ipv6_to_ipv4"}} 5000',
            f'clatnm_dropped_packets_total{{{NAME},direction="ipv4_to_ipv6",'
            'reason="multicast"} 2',
        ):
            self.assertIn(line, result.stdout.splitlines())
        self.assertNotRegex(result.stdout, "packets_total.*Office|reachable.*Office")

    def test_samples_follow_their_family(self):
        """OpenMetrics does not allow a family to be interrupted."""
        family = None
        for line in self.clatctl("metrics").stdout.splitlines():
            if line.startswith("# TYPE "):
                family = line.split()[2]
            elif not line.startswith("#"):
                self.assertRegex(line, rf'\A{family}(_total|_info)?\{{(\w+="[^\n]*",?)+\}} \d+\Z')

    def test_options_are_refused(self):
        result = self.clatctl("metrics", "--json")
        self.assertEqual(result.returncode, 2)


class Watch(Output):
    def test_rates(self):
        process = self.start("stats", "--watch")
        columns, units, line = (process.stdout.readline() for _ in range(3))
        self.assertRegex(columns, "IPV4 TO IPV6 +IPV6 TO IPV4")
        self.assertRegex(units, "PACKETS/s +KBIT/s +DROPS/s")
        self.assertRegex(line, r'\AHome "5G" \(wlan0\)( +0){6}\n\Z')
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(TIMEOUT), 0)

    def test_json(self):
        """However long it takes until the counters are read again, they have grown."""
        process = self.start("stats", "--interval", "1", "--json", "wlan0")
        process.stdout.readline()
        self.mock.set_stats(1, {**OUT, "packets": 1012, "drop-ttl": 1000}, IN)
        while not (rates := json.loads(process.stdout.readline())
                   ["Ipv4ToIpv6PerSecond"])["packets"]:
            pass
        self.assertEqual(rates["packets"], rates["drops"])
        self.assertEqual(rates["bytes"], 0)

    def test_service_stops(self):
        process = self.start("stats", "--watch")
        process.stdout.readline()
        self.mock.close()
        self.assertEqual(process.wait(TIMEOUT), 1)
        self.assertRegex(process.stderr.read(), "clat-nm is not running")

    def test_invalid_interval(self):
        self.assert_fails(self.clatctl("stats", "--interval", "0"), 2,
                          "invalid interval 0; expected 1 to 86400")


class Exec(Output):
    def test_what_is_missing(self):
        usage = 'exec: no command given after "--"; see clatctl exec --help'
        for words in (["wlan0"], ["--"], []):
            self.assert_fails(self.clatctl("exec", *words), 2, usage)
        self.assert_fails(self.clatctl("exec", "a", "b", "--", "true"), 2,
                          "exec: too many arguments; see clatctl exec --help")
        self.assert_fails(self.clatctl("exec", "eth0", "--", "true"), 1,
                          "Office (eth0) has no translator")

    def test_namespace_that_cannot_be_entered(self):
        for words in (["wlan0"], []):
            result = self.clatctl("exec", *words, "--", "ip", "--json", "link")
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, "^clatctl: cannot enter the namespace clat-none: ")

    def test_several_translators(self):
        self.mock.set(2, Namespace="clat-two")
        self.assert_fails(self.clatctl("exec", "--", "true"), 1,
                          "several connections have a translator; name one")


if __name__ == "__main__":
    unittest.main()
