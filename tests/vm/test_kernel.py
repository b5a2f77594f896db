# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests in the test network under Debian's kernels, in QEMU. What ran there is counted test
by test: its results are laid beside those of this run."""

import platform
import re
import subprocess
import sys
import xml.etree.ElementTree as tree

import pytest

from lab.kernel import debian_kernel, run_under
from lab.machine import PROJECT

# What this machine's own kernel may be unable to show.
SELECTION = ["tests/net/test_uplink.py", "tests/net/test_links.py",
             "tests/net/test_shared_link.py", "tests/net/test_wifi.py",
             "tests/net/test_vrf.py",
             "tests/net/test_redirect_links.py::test_address_of_its_own",
             "tests/net/test_redirect_links.py::test_traffic",
             # By tcx or by clsact, as the kernel has it.
             "tests/net/test_redirect_life.py::test_programs_of_others"]
SELECTION_SECONDS = 2700
WHOLE_SECONDS = 3 * 3600

# Everything is five to ten times slower than outside; and the machine is the tests' own.
ENVIRONMENT = {"CLAT_TEST_SLOWNESS": "5", "CLAT_TEST_VM": "1"}

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64",
                                reason="expected: the virtual machine is an amd64")


PYTEST = ["-m", "pytest", "-p", "no:cacheprovider"]


def files_with(expression):
    """Those in which EXPRESSION matches a test. To read all of them takes as long there as
    some of the tests."""
    listing = subprocess.run([sys.executable, *PYTEST, "tests/net", "--collect-only", "-qqq",
                              "-k", expression], cwd=PROJECT, stdout=subprocess.PIPE,
                             text=True, check=False).stdout
    return [f"tests/{file}" for file in re.findall(r"^(\S+\.py): \d+$", listing, re.MULTILINE)]


def which_tests(expression):
    """Arguments for pytest, and how long it may take."""
    if expression is None:
        return SELECTION, SELECTION_SECONDS
    if not expression:
        return ["tests/net"], WHOLE_SECONDS
    files = files_with(expression)
    assert files, f"no test matches {expression}"
    return [*files, "-k", expression], WHOLE_SECONDS


def keep_results(file, suite, folder):
    """Copies the results in FILE into FOLDER, each named after the kernel; returns them."""
    results = tree.parse(file)
    cases = list(results.iter("testcase"))
    for case in cases:
        case.set("classname", f"{suite}: {case.get('classname')}")
    if folder is not None:
        results.write(f"{folder}/kernel-{suite}.xml")
    return cases


def test_kernel(kernel, request, installed, tmp_path):
    option = request.config.getoption
    tests, seconds = which_tests(option("--inside"))
    status, output = run_under(debian_kernel(kernel),
                               ["/usr/bin/python3", *PYTEST, *tests, f"--installed={installed}",
                                "--junit-xml=/out/net.xml"],
                               seconds, ENVIRONMENT, tmp_path)
    assert (tmp_path / "net.xml").exists(), output
    cases = keep_results(tmp_path / "net.xml", kernel, option("--results"))
    assert status == 0, output
    assert any(case.find("skipped") is None for case in cases), output
