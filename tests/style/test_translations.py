# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogues in po/: what they are made from."""

import pathlib
import re

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PO = PROJECT / "po"
# The macros of glib/gi18n.h, and GLib's functions for plural forms and contexts.
MARK = re.compile(r"""\b(N|C|NC)?_ ?\(\s*["']|gettext\d? ?\([^;]*["']""")
FOLDERS = ("src", "data")
SUFFIXES = (".c", ".h", ".js")


def words_of(name):
    return re.sub("#.*", "", (PO / name).read_text()).split()


def marked_files():
    """The sources that have a text for translators."""
    return sorted(str(path.relative_to(PROJECT)) for folder in FOLDERS
                  for path in (PROJECT / folder).rglob("*")
                  if path.suffix in SUFFIXES and MARK.search(path.read_text()))


def test_potfiles_has_every_file_with_texts():
    assert words_of("POTFILES") == marked_files()
