#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples of manual pages print what the pages say, beside a mock service.

An example is a literal block that begins with "$ COMMAND", followed by its output. With
WRITE_EXAMPLES=1 in the environment, the outputs are written into the pages instead."""

import os
import pathlib
import re
import subprocess
import unittest

from support import TIMEOUT, BusTestCase

WRITES = "WRITE_EXAMPLES" in os.environ
PAGES = pathlib.Path(os.environ["MANUALS"])
BLOCK = re.compile(r"(?<=^\.Bd -literal -offset indent\n)\$ (.*)\n((?:(?!\.Ed|\$ |    ).*\n)+)"
                   r"(?=^\.Ed$)", re.MULTILINE)
# As in mandoc_char(7).
CHARACTERS = {"\\(aq": "'", "\\(dq": '"', "\\e": "\\"}
OFFICE = {
    "Uuid": "11111111-1111-1111-1111-111111111111",
    "Id": "Office",
    "Interface": "wlan0",
    "Mode": "auto",
    "State": "active",
    "StateReason": "none",
    "StateText": "IPv4 works",
    "Pref64": "64:ff9b::/96",
    "Ipv4Address": "192.0.0.2",
    "HostInterface": "clat-wlan0",
    "Namespace": "clat-wlan0",
    "Plat": "reachable",
}


def from_page(text):
    for escaped, character in CHARACTERS.items():
        text = text.replace(escaped, character)
    return text


def to_page(text):
    return text.replace("\\", "\\e").replace("'", "\\(aq")


class Examples(BusTestCase):
    def setUp(self):
        super().setUp()
        mock = self.start_mock()
        mock.set(1, **OFFICE)
        mock.set_stats(1, {"packets": 4711, "bytes": 1082331, "drop-bad-destination": 12},
                       {"packets": 5120, "bytes": 6012345})
        self.environment["PATH"] = (os.path.dirname(os.environ["CLATCTL"]) + os.pathsep
                                    + self.environment["PATH"])

    def output(self, command):
        return subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, env=self.environment,
                              timeout=TIMEOUT, check=False).stdout

    def check(self, name, least):
        page = PAGES / name
        text = page.read_text(encoding="utf-8")
        examples = BLOCK.findall(text)
        self.assertGreaterEqual(len(examples), least)
        if WRITES:
            page.write_text(BLOCK.sub(lambda example: (
                f"$ {example[1]}\n" + to_page(self.output(from_page(example[1])))), text),
                encoding="utf-8")
            return
        for command, shown in examples:
            with self.subTest(command):
                self.assertEqual(self.output(from_page(command)), from_page(shown))

    def test_clatctl(self):
        self.check("clatctl.1", 2)


if __name__ == "__main__":
    unittest.main()
