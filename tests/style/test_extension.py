# SPDX-License-Identifier: GPL-2.0-or-later
"""The extension of GNOME Shell can be loaded: its syntax, and what it says about itself."""

import json
import pathlib
import re
import subprocess

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
EXTENSION = PROJECT / "data/gnome-shell/clat-nm@clatnm.net"
MODULES = sorted(EXTENSION.glob("*.js"))
# Of GNOME Shell, and not there without it.
LACKING = "ImportError", "Typelib file"


@pytest.mark.parametrize("path", [*MODULES, EXTENSION / "extension/__init__.js"],
                         ids=lambda path: path.name)
def test_syntax(path):
    """gjs reads all of a file before it looks for other modules."""
    options = ["-m"] if path in MODULES else []
    result = subprocess.run(["gjs", *options, path], capture_output=True, text=True, timeout=60)
    assert "SyntaxError" not in result.stderr, result.stderr
    assert result.returncode == 0 or any(word in result.stderr for word in LACKING), result.stderr


def test_metadata():
    metadata = json.loads((EXTENSION / "metadata.json").read_text(encoding="utf-8"))
    assert metadata["uuid"] == EXTENSION.name
    assert {"name", "description"} <= metadata.keys()
    versions = metadata["shell-version"]
    # Those of Debian 12 and 13 are among them.
    assert {"43", "48"} <= set(versions) and versions == sorted(versions)


def test_all_is_installed_and_translated():
    """meson.build names each file, po/POTFILES each with words."""
    meson = (PROJECT / "data/gnome-shell/meson.build").read_text(encoding="utf-8")
    files = {str(path.relative_to(EXTENSION)) for path in EXTENSION.rglob("*") if path.is_file()}
    assert set(re.findall(r"extension / '([^']+)'", meson)) == files
    translated = (PROJECT / "po/POTFILES").read_text(encoding="utf-8").split()
    for path in MODULES:
        has_words = re.search(r"\b(_|ngettext)\('", path.read_text(encoding="utf-8")) is not None
        assert (str(path.relative_to(PROJECT)) in translated) == has_words
