# SPDX-License-Identifier: GPL-2.0-or-later
"""Spelling of what users and readers of the source see, against codespell's list of frequent
mistakes."""

import pathlib
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[2]
# mdoc's macros Nd and Te, and a keyword of nftables.
TERMS = "iif,nd,te"
PLACES = ["CONTRIBUTING.md", "NEWS", "README.md", "SECURITY.md", "clat-nm.conf", "data", "doc",
          "packaging", "src", "tests/README.md"]


def misspelled(*places):
    return subprocess.run(["codespell", "--ignore-words-list", TERMS, *places], cwd=PROJECT,
                          capture_output=True, text=True, check=False).stdout


def test_spelling():
    assert misspelled("--skip", "*.svg", *PLACES) == ""


def test_a_mistake_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("The adress of the translator.\n")
    assert "adress ==> address" in misspelled(page)
