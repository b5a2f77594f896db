# SPDX-License-Identifier: GPL-2.0-or-later
"""The service under the kernel of the distribution, in QEMU."""

import platform

import pytest

from lab.kernel import debian_kernel, run_under

# Everything is five to ten times slower than outside.
SECONDS = 300
SLOWNESS = "5"

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(platform.machine() != "x86_64",
                       reason="expected: the virtual machine is an amd64"),
]


def test_ipvlan(installed, tmp_path):
    """Debian's kernels have ipvlan, which is what people get."""
    status, output = run_under(
        debian_kernel(),
        ["/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider",
         f"--installed={installed}", "--junit-xml=/out/net.xml", "tests/net/test_uplink.py"],
        SECONDS, {"CLAT_TEST_SLOWNESS": SLOWNESS}, tmp_path)
    assert status == 0, output
    assert 'name="uplink" value="ipvlan"' in (tmp_path / "net.xml").read_text()
