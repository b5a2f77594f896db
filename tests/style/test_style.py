# SPDX-License-Identifier: GPL-2.0-or-later
"""How the source looks."""

import pathlib
import re
import subprocess

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
# Their form allows no comments, or they are the licence itself.
WITHOUT_LICENCE_LINE = {"LICENSE", "po/LINGUAS", "packaging/debian/copyright",
                        "packaging/debian/source/format"}
LICENCE_LINE = "SPDX-License-Identifier: GPL-2.0-or-later"
CLANG_FORMAT_VERSION = 14


def files():
    """The files of the project: those that git follows or could, but for ignored ones."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={PROJECT}", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        cwd=PROJECT, check=True, capture_output=True).stdout
    paths = (PROJECT / name.decode() for name in listing.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


def is_data(path):
    """Whether it is not ours to write into: no text, or one of the fuzzers' packets."""
    return "corpus" in path.parts or b"\0" in path.read_bytes()[:8192]


def is_shell_script(path):
    with path.open("rb") as file:
        first = file.readline()
    return path.suffix == ".sh" or re.match(rb"#!\s*/(usr/)?bin/(env )?(ba)?sh\b", first)


def clang_format_version():
    text = subprocess.run(["clang-format", "--version"], check=True, capture_output=True,
                          text=True).stdout
    return int(re.search(r"version (\d+)", text)[1])


def test_clang_format():
    version = clang_format_version()
    if version != CLANG_FORMAT_VERSION:
        pytest.skip(f"expected: clang-format {version} lays out some lines in another way "
                    f"than {CLANG_FORMAT_VERSION}")
    sources = [path for path in files() if path.suffix in (".c", ".h")]
    result = subprocess.run(["clang-format", "--dry-run", "--Werror", *sources],
                            capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_licence_line_in_every_file():
    without = [str(path.relative_to(PROJECT)) for path in files()
               if not is_data(path) and path.stat().st_size > 0
               and str(path.relative_to(PROJECT)) not in WITHOUT_LICENCE_LINE
               and path.suffix not in (".md", ".po", ".svg", ".cast")
               and LICENCE_LINE not in path.read_text(errors="replace")[:1000]]
    assert not without


def test_shellcheck():
    scripts = [path for path in files() if is_shell_script(path)]
    result = subprocess.run(["shellcheck", "-x", *scripts], cwd=PROJECT, capture_output=True,
                            text=True)
    assert result.returncode == 0, result.stdout + result.stderr
