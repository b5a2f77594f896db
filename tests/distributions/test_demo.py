# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo with the files of the Debian package. Run by tests/packaging, as test_upgrade is."""

import subprocess
import sys

from lab.host import SHADOW_DIRECTORY
from lab.machine import PROJECT

from .test_upgrade import package_of


def test_demo_with_the_package(tmp_path):
    subprocess.run(["dpkg-deb", "--extract", package_of("1"), tmp_path], check=True)
    # Which clat-nm-nmcli would do with a diversion.
    shadow = tmp_path / SHADOW_DIRECTORY.lstrip("/")
    shadow.mkdir(parents=True)
    (shadow / "nmcli").symlink_to("/usr/bin/clat-nmcli")
    demo = subprocess.run([sys.executable, PROJECT / "tests/lab/demo.py", tmp_path], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert demo.returncode == 0, demo.stdout
