# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples of doc/dbus.md print what it says, about a CLAT that is active."""

import re

import pytest

from lab.machine import PROJECT
from lab.network import PREF64

DOCUMENT = (PROJECT / "doc/dbus.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^## (\w+)\n.*?^```\w+\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE))
PRINTED = dict(re.findall(r"^## (\w+)\n(?:(?!^## ).)*?^prints\n\n(.*?)\n\n", DOCUMENT,
                          re.DOTALL | re.MULTILINE))
FILE = "/tmp/example"
PROGRAM = "/tmp/state"
LINE = "wlan0: active, 192.0.0.2 through 64:ff9b::/96"


def of_the_lab(text):
    return text.replace("wlan0", "eth0").replace("64:ff9b::/96", PREF64)


@pytest.fixture
def example(host, request):
    """Where it is on the host."""
    host.file(FILE).write_text(of_the_lab(EXAMPLES[request.param]), encoding="utf-8")
    return request.param


@pytest.mark.parametrize("example", ["busctl", "gdbus"], indirect=True)
def test_shell(host, clat, example):
    expected = of_the_lab(PRINTED[example])
    output = re.sub(r"connection/\d+", "connection/1", host.output("sh", FILE))
    assert output.splitlines() == [re.sub("^    ", "", line) for line in expected.splitlines()]


@pytest.mark.parametrize("example", ["Python", "JavaScript"], indirect=True)
def test_script(host, clat, example):
    interpreter = {"Python": "/usr/bin/python3", "JavaScript": "gjs"}[example]
    assert host.output(interpreter, FILE, "eth0", timeout=60) == of_the_lab(LINE)


@pytest.mark.parametrize("example", ["C"], indirect=True)
def test_program(host, clat, example):
    flags = host.output("pkg-config", "--cflags", "--libs", "gio-2.0").split()
    host.run("gcc", "-Wall", "-Wextra", "-Werror", "-x", "c", FILE, "-x", "none", "-o",
             PROGRAM, *flags, timeout=120)
    assert host.output(PROGRAM, "eth0") == of_the_lab(LINE)
    assert "net.clatnm.Error.NoSuchConnection" in host.run(PROGRAM, "eth7",
                                                           check=False).stderr
