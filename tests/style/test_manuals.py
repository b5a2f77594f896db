# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual pages, also the one that is made from the D-Bus interfaces."""

import pathlib
import re
import subprocess

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
INTERFACES = PROJECT / "data/net.clatnm.xml"
PAGES = sorted(path for path in (PROJECT / "data/man").iterdir() if re.search(r"\.\d$", path.name))


def mandoc(text, *options):
    return subprocess.run(["mandoc", *options], input=text, capture_output=True, text=True,
                          check=False)


@pytest.fixture(scope="module")
def generated():
    return subprocess.run([PROJECT / "data/man/dbus-manual", INTERFACES], capture_output=True,
                          text=True, check=True).stdout


def assert_clean(text):
    result = mandoc(text, "-Tlint", "-Wwarning")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page):
    assert_clean(page.read_text(encoding="utf-8"))


def test_generated_page(generated):
    assert_clean(generated)


def test_generated_page_has_every_member(generated):
    text = mandoc(generated, "-Tutf8", "-O", "width=1000").stdout
    text = re.sub(".\b", "", text)
    members = re.findall(r'<(?:property|method) name="(\w+)"', INTERFACES.read_text(encoding="utf-8"))
    assert len(members) > 30
    for name in members:
        assert re.search(rf"^ .*\b{name} ?\(", text, re.MULTILINE), name
    # What its comment says.
    assert "the translator is being set up or waits for an IPv6 address" in text
