# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogues in po/: they have all texts of the sources, translated."""

import pathlib
import re
import subprocess
import unicodedata

import pytest

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


def xgettext(output):
    """All texts, as preset "glib" of meson's gettext collects them."""
    subprocess.run(
        ["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2",
         "--keyword=NC_:1c,2", "--keyword=g_dcgettext:2", "--keyword=g_dngettext:2,3",
         "--keyword=g_dpgettext2:2c,3", "--flag=N_:1:pass-c-format",
         "--flag=g_dngettext:2:pass-c-format", f"--output={output}", *words_of("POTFILES")],
        cwd=PROJECT, check=True)


def texts(catalogue):
    """The texts with their translations, one on a line, without obsolete ones."""
    lines = subprocess.run(["msgattrib", "--no-obsolete", "--no-wrap", "--no-location", catalogue],
                           check=True, capture_output=True, text=True).stdout.splitlines()
    return [line for line in lines if not line.startswith("#")]


def width(text):
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def test_each_language_is_listed():
    assert words_of("LINGUAS") == sorted(path.stem for path in PO.glob("*.po"))


@pytest.mark.parametrize("language", words_of("LINGUAS"))
def test_catalogue_is_valid(language):
    """Header, plural forms, and the same format arguments as the English text."""
    result = subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", PO / f"{language}.po"],
                            capture_output=True, text=True)
    assert result.returncode == 0 and not result.stderr, result.stderr
    header = (PO / f"{language}.po").read_text().partition("\n\n")[0]
    assert f'"Language: {language}\\n"' in header


@pytest.mark.parametrize("language", words_of("LINGUAS"))
def test_catalogue_is_complete(language, tmp_path):
    """No text of the sources is missing or fuzzy, and none is left over."""
    xgettext(tmp_path / "all.pot")
    result = subprocess.run(["msgcmp", PO / f"{language}.po", tmp_path / "all.pot"],
                            capture_output=True, text=True)
    assert result.returncode == 0 and not result.stderr, \
        result.stderr + f"meson compile -C build clat-nm-update-po, and translate po/{language}.po"
    assert "#~" not in (PO / f"{language}.po").read_text()


@pytest.mark.parametrize("language", words_of("LINGUAS"))
def test_lines_of_help_fit_the_terminal(language):
    """Texts of more than one line are printed as they are."""
    columns = 80
    long = [line for line in texts(PO / f"{language}.po")
            if line.startswith('"') and line.endswith('\\n"')
            and width(line[1:-3].replace('\\"', '"')) > columns]
    assert not long
