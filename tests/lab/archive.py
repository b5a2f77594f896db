# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages of other releases of Debian, from the mirror that this machine already uses.

apt is given its own settings, lists and cache: those of the machine are not touched, and nothing
is installed."""

import pathlib
import re
import subprocess

from .machine import TIE_TO_PARENT

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Other tests may use most of the processor time.
TIMEOUT = 1800


def call(*argv, **options):
    return subprocess.run([*TIE_TO_PARENT, *map(str, argv)], check=True, capture_output=True,
                          text=True, timeout=TIMEOUT, **options).stdout


def find_mirror():
    """The URI of the mirror from which this machine gets Debian."""
    lines = call("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)",
                 "Created-By: Packages").splitlines()
    return next(address for label, _, address in (line.rpartition(" ") for line in lines)
                if label == "Debian")


class Archive:
    """Release SUITE of Debian for ARCHITECTURE, or for that of this machine. FOLDER keeps what apt
    downloads of it. No package counts as installed."""

    def __init__(self, suite, folder, architecture=None):
        self._folder = pathlib.Path(folder)
        for name in "state/lists/partial", "cache/archives/partial":
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        (self._folder / "state/status").touch()
        sources = self._folder / "sources.list"
        sources.write_text(f"deb [signed-by={KEYRING}] {find_mirror()} {suite} main\n")
        # Old releases are no longer re-signed, and apt's own user cannot read a private folder.
        settings = {"Dir::State": self._folder / "state",
                    "Dir::State::status": self._folder / "state/status",
                    "Dir::Cache": self._folder / "cache",
                    "Dir::Etc::sourcelist": sources, "Dir::Etc::sourceparts": "/dev/null",
                    "Acquire::Check-Valid-Until": "false", "Acquire::Languages": "none",
                    "APT::Sandbox::User": "root"}
        if architecture is not None:
            settings["APT::Architecture"] = architecture
        self._options = [word for name, value in settings.items()
                         for word in ("-o", f"{name}={value}")]
        call("apt-get", *self._options, "update")

    def needs_of(self, package, pattern):
        """PACKAGE's dependencies, recursively, as far as the names match PATTERN."""
        listing = call("apt-cache", *self._options, "depends", "--important", "--recurse",
                       package)
        return sorted({name for name in listing.splitlines() if re.fullmatch(pattern, name)})

    def unpack(self, package, target):
        """Puts the files of PACKAGE into the folder TARGET."""
        call("apt-get", *self._options, "download", package, cwd=self._folder)
        [archive] = self._folder.glob("*.deb")
        call("dpkg-deb", "--extract", archive, target)
        archive.unlink()

    def download(self, packages):
        """The files of essential packages, of PACKAGES, and of all that these depend on."""
        call("apt-get", *self._options, "--yes", "--no-install-recommends", "--download-only",
             "install", "?essential", *packages)
        return sorted((self._folder / "cache/archives").glob("*.deb"))
