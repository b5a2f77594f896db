#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs in other languages, with the catalogues of the build."""

import json
import os
import pathlib
import shutil
import subprocess
import unicodedata
import unittest

from sandbox import skip
from support import TIMEOUT, BusTestCase

CATALOGUES = pathlib.Path(os.environ["CATALOGUES"])
LANGUAGES = sorted(path.name for path in CATALOGUES.iterdir() if (path / "LC_MESSAGES").is_dir())
LOCALEDIR = pathlib.Path(os.environ["LOCALEDIR"])

# gettext ignores LANGUAGE in the locale C and, in newer versions, also in C.UTF-8, which is the
# only one that each system has: with another name, a copy of it counts as a language.
C_UTF_8 = pathlib.Path("/usr/lib/locale/C.utf8")
LOCALE = "xx_XX.UTF-8"

HOME = {
    "Id": "Home",
    "Interface": "wlan0",
    "Mode": "auto",
    "State": "active",
    "StateReason": "none",
    "StateText": "IPv4 works through the network's NAT64 at 64:ff9b::/96.",
    "Pref64": "64:ff9b::/96",
    "Ipv4Address": "192.0.0.2",
}
OFFICE = {
    "Id": "Office",
    "Interface": "eth0",
    "Mode": "auto",
    "State": "failed",
    "StateReason": "kernel-error",
    "StateText": "Setting up failed: Device or resource busy (uplink). Next try after 8 s.",
}
SUMMARY = "This kernel has all features that a translator needs."
COMMANDS = (
    "list show stats monitor set wait check trace exec metrics help".split()
)


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Translations(BusTestCase):
    def setUp(self):
        super().setUp()
        locales = os.path.join(self.directory, "locales")
        shutil.copytree(C_UTF_8, os.path.join(locales, LOCALE))
        self.environment.update(LOCPATH=locales, LC_ALL=LOCALE)
        self.mock = self.start_mock()
        self.mock.set_networkmanager(True)

    def speak(self, language):
        """gettext accepts a path instead of the name of a language."""
        path = os.path.relpath(CATALOGUES / language, LOCALEDIR)
        self.environment["LANGUAGE"] = path

    def run_program(self, name, *words):
        return subprocess.run(
            [os.environ[name], *words],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=TIMEOUT,
            check=False,
        )

    def test_help_of_each_command_in_each_language(self):
        english = {name: self.clatctl("help", name).stdout for name in COMMANDS}
        for language in LANGUAGES:
            self.speak(language)
            for name in COMMANDS:
                result = self.clatctl("help", name)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertNotIn(english[name].splitlines()[2], result.stdout)
            for line in self.clatctl("--help").stdout.splitlines():
                self.assertLessEqual(width(line), 80, line)

    def test_german(self):
        self.speak("de")
        self.mock.set(1, **HOME)
        self.assertEqual(
            self.clatctl().stdout,
            "VERBINDUNG  SCHNITTSTELLE  IPV4          ZUSTAND  EINZELHEITEN\n"
            "Home        wlan0          funktioniert  active   192.0.0.2 über 64:ff9b::/96\n",
        )
        shown = self.clatctl("show", "Home").stdout
        self.assertRegex(shown, r"(?m)^IPv4-Adresse +192\.0\.0\.2$")
        self.assertRegex(
            shown,
            r"(?m)^Erklärung +IPv4 funktioniert über das NAT64 des Netzwerks mit 64:ff9b::/96\.$",
        )

    def test_columns_of_japanese_line_up(self):
        self.speak("ja")
        self.mock.set(1, **HOME)
        self.mock.set(2, **OFFICE)
        lines = self.clatctl().stdout.splitlines()
        self.assertEqual(lines[0].split(), ["接続", "インターフェース", "IPV4", "状態", "詳細"])
        starts = [width(line[: line.index(word)])
                  for line, word in zip(lines, ("状態", "active", "failed"))]
        self.assertEqual(starts, starts[:1] * 3)

    def test_reason_keeps_its_details(self):
        self.speak("de")
        self.mock.set(1, **OFFICE)
        self.assertIn(
            "Das Einrichten ist fehlgeschlagen: Device or resource busy (uplink). "
            "Nächster Versuch nach 8 s.",
            self.clatctl().stdout,
        )
        self.mock.set(
            1,
            **{**HOME, "Plat": "unreachable", "PlatText": "None of 9 packets in 8 s was answered."},
        )
        self.mock.set(
            1,
            StateText="The network's NAT64 at 64:ff9b::/96 does not answer. "
            "None of 9 packets in 8 s was answered.",
        )
        self.assertIn(
            "Das NAT64 des Netzwerks mit 64:ff9b::/96 antwortet nicht. "
            "Keines von 9 Paketen in 8 s wurde beantwortet.",
            self.clatctl().stdout,
        )

    def test_sentence_of_a_newer_service_is_printed_as_it_is(self):
        self.speak("de")
        for reason, text in (
            ("tired", "The translator is tired."),
            ("native-ipv4", "The network has native IPv4, and more."),
        ):
            self.mock.set(1, **{**OFFICE, "StateReason": reason, "StateText": text})
            self.assertIn(text, self.clatctl().stdout)

    def test_json_is_not_translated(self):
        self.mock.set(1, **OFFICE)
        self.mock.set_check(True, SUMMARY, [("tun", True, "Not used.")])
        words = (["--json"], ["--json", "show", "Office"], ["--json", "check"])
        english = [self.clatctl(*each).stdout for each in words]
        self.speak("de")
        self.assertEqual([self.clatctl(*each).stdout for each in words], english)
        findings = json.loads(english[2])["Connections"][0]["Findings"]
        self.assertIn("There is no translator.", [finding["Text"] for finding in findings])

    def test_check(self):
        meaning = "Most packets are translated in the kernel."
        self.mock.set(1, **OFFICE)
        self.mock.set_check(True, SUMMARY, [("fast-path", True, meaning)])
        self.speak("de")
        text = self.clatctl("check").stdout
        self.assertRegex(text, "fast-path +ja +Die meisten Pakete werden im Kernel übersetzt")
        self.assertIn("Dieser Kernel hat alle Funktionen, die ein Übersetzer braucht.", text)
        self.assertIn("Ursache: dieser Rechner. Sehen Sie ins Protokoll", text)

    def test_refused_settings(self):
        self.speak("de")
        for setting, text in (
            ("prefix=x", "»x« ist kein IPv6-Präfix"),
            ("prefix=64:ff9b::/95", "Die Länge eines NAT64-Präfixes"),
            ("prefix=fe80::/96", "»fe80::/96« kann kein NAT64-Präfix sein"),
            ("prefix=2001:db8::1/96", "»2001:db8::1/96« sind Bits jenseits"),
            ("address=2001:db8::1/64", "»2001:db8::1/64« sind Bits jenseits"),
            ("address=x", "»x« ist weder auto, own oder shared"),
        ):
            result = self.clatctl("set", "Home", setting)
            self.assertIn(text, result.stderr)
            self.assertEqual(result.returncode, 2)

    def test_other_programs(self):
        self.speak("de")
        self.environment["CLAT_NMCLI"] = shutil.which("true")
        self.assertIn("Wartet, bis IPv4", self.run_program("CLAT_NM_WAIT_ONLINE", "--help").stdout)
        self.assertIn(
            "wann clat-nm IPv4 übersetzt",
            self.run_program("CLAT_NMCLI_PROGRAM", "connection", "modify", "help").stderr,
        )


def make_localedir():
    """Where nothing is installed yet. The path that gettext builds begins there."""
    try:
        LOCALEDIR.mkdir(parents=True)
    except OSError as error:
        skip(f"{LOCALEDIR}: {error.strerror}")


if __name__ == "__main__":
    if not C_UTF_8.is_dir():
        skip(f"there is no {C_UTF_8}")
    is_made = not LOCALEDIR.is_dir()
    if is_made:
        make_localedir()
    try:
        unittest.main(verbosity=2)
    finally:
        if is_made:
            os.removedirs(LOCALEDIR)
