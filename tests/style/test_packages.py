# SPDX-License-Identifier: GPL-2.0-or-later
"""The lists of packages: those of the tests, the one in README.md, and what meson.build asks
for."""

import pathlib
import re
import shutil
import subprocess

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
LISTS = ["packages-build", "packages-demo", "packages", "packages-vm", "packages-packaging",
         "packages-pictures", "packages-analysis"]

# "apt install gcc" of README.md installs what gcc recommends; the tests install no such things.
RECOMMENDED = {"libc6-dev"}
# Asked only for the folders of units and completions, which have defaults.
FOLDERS_ONLY = {"bash-completion", "systemd"}
# In Debian 13 the first comes with the second.
PARTS = {"libgio-2.0-dev": "libglib2.0-dev"}


def packages_in(name):
    text = (PROJECT / "tests" / name).read_text()
    return re.sub("#.*", "", text).split()


def packages_in_readme(command):
    """What README.md says is to be installed by COMMAND."""
    text = (PROJECT / "README.md").read_text()
    [words] = re.findall(rf"^ *{command} ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    return words.replace("\\\n", " ").split()


def dependencies():
    """The pkg-config names that the files of meson ask for."""
    files = [PROJECT / "meson.build", *(PROJECT / "src").rglob("meson.build"),
             *(PROJECT / "tests").glob("*/meson.build"), *(PROJECT / "data").rglob("meson.build")]
    return {name for file in files
            for name in re.findall(r"\bdependency\(\s*'([^']+)'", file.read_text())}


def packages_of(names):
    """The Debian packages with the pkg-config files of dependencies."""
    listing = subprocess.run(["dpkg-query", "--search",
                              *(f"*/pkgconfig/{name}.pc" for name in names)],
                             check=True, capture_output=True, text=True).stdout
    packages = {line.partition(":")[0] for line in listing.splitlines()}
    return {PARTS.get(package, package) for package in packages}


def test_readme_has_the_packages_to_build():
    assert set(packages_in_readme("apt install")) \
        == set(packages_in("packages-build")) - RECOMMENDED


def test_each_package_is_in_one_list():
    packages = [package for name in LISTS for package in packages_in(name)]
    assert sorted(packages) == sorted(set(packages))


@pytest.mark.skipif(shutil.which("dpkg-query") is None,
                    reason="expected: the packages are those of Debian")
def test_libraries_are_those_that_meson_asks_for():
    wanted = packages_of(dependencies() - FOLDERS_ONLY)
    listed = {package for package in packages_in("packages-build")
              if re.fullmatch(r"lib.*-dev", package)}
    assert listed - RECOMMENDED == wanted


def test_fedora_has_as_many_packages():
    """Their names differ, but each has its counterpart."""
    debian, fedora = (packages_in_readme(command) for command in ("apt install", "dnf install"))
    assert len(debian) == len(fedora)
