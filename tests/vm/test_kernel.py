# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests in the test network under Debian's kernels, in QEMU. Each test is counted separately:
the results of the virtual machine are put beside those of this run."""

import platform
import re
import subprocess
import sys
import xml.etree.ElementTree as tree

import pytest

from lab.kernel import debian_kernel, run_under
from lab.machine import PROJECT

# What the machine's own kernel may not support, in a few minutes: the tests of each item run in
# one virtual machine, one after the other.
SELECTION = ["tests/net/test_wifi.py",
             "tests/net/test_links.py::test_uplink_is_on_the_interface_with_the_addresses "
             "tests/net/test_links.py::test_traffic",
             "tests/net/test_uplink.py",
             "tests/net/test_shared_link.py",
             "tests/net/test_vrf.py",
             "tests/net/test_vpn_takeover.py::test_established_connections_follow_a_vpn"
             "[wg_quick-one_clat] "
             "tests/net/test_vpn_takeover.py::test_established_connections_follow_a_vpn"
             "[wireguard_profile-two_clats]",
             "tests/net/test_unsupported.py",
             "tests/net/test_apparmor.py",
             "tests/net/test_redirect_links.py::test_clat_has_its_own_ipv6_address "
             "tests/net/test_redirect_links.py::test_traffic",
             # By tcx or by clsact, depending on the kernel; the first also beside an ipvlan.
             "tests/net/test_direct.py",
             "tests/net/test_redirect_life.py::test_foreign_programs"]
# Virtual machines have one processor each, so each of them runs this many files.
FILES = 5
SELECTION_SECONDS = 3600
WHOLE_SECONDS = 2 * 3600

# Reading files from outside is slow, the more so on a busy machine; waiting is quick; and no
# other program uses the machine.
ENVIRONMENT = {"CLAT_TEST_SLOWNESS": "5", "CLAT_TEST_PATIENCE": "3", "CLAT_TEST_PAUSE": "0.25",
               "CLAT_TEST_VM": "1"}
PYTEST = ["-m", "pytest", "-p", "no:cacheprovider"]

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64",
                                reason="expected: the virtual machine is an amd64")


def files_with(expression):
    """The files in which EXPRESSION matches a test. Collecting all of them in the virtual machine
    takes as long as some of the tests."""
    listing = subprocess.run([sys.executable, *PYTEST, "tests/net", "--collect-only", "-qqq",
                              "-k", expression], cwd=PROJECT, stdout=subprocess.PIPE,
                             text=True, check=False).stdout
    return [f"tests/{file}" for file in re.findall(r"^(\S+\.py): \d+$", listing, re.MULTILINE)]


def select_tests(expression):
    """Files or single tests, and further arguments for pytest."""
    if expression is None:
        return SELECTION, []
    if not expression:
        return sorted(str(file.relative_to(PROJECT)) for file in
                      (PROJECT / "tests/net").glob("test_*.py")), []
    files = files_with(expression)
    assert files, f"no test matches {expression}"
    return files, ["-k", expression]


def parts_of(expression):
    """Arguments for pytest, one list for each virtual machine."""
    files, options = select_tests(expression)
    count = max(-(-len(files) // FILES), min(len(files), 2))
    return [[*(test for file in files[number::count] for test in file.split()), *options]
            for number in range(count)]


def pytest_generate_tests(metafunc):
    option = metafunc.config.getoption
    parts = list(enumerate(parts_of(option("--inside")), 1))
    metafunc.parametrize("kernel, part, tests",
                         [pytest.param(kernel, part, tests, id=f"{kernel}-{part}")
                          for kernel in option("--kernels").split(",")
                          for part, tests in parts])


def keep_results(file, suite, name, folder):
    """Copies the results in FILE into FOLDER, each named after the kernel; returns them."""
    results = tree.parse(file)
    cases = list(results.iter("testcase"))
    for case in cases:
        case.set("classname", f"{suite}: {case.get('classname')}")
    if folder is not None:
        results.write(f"{folder}/{name}.xml")
    return cases


def test_kernel(kernel, part, tests, request, installed, tmp_path):
    option = request.config.getoption
    seconds = SELECTION_SECONDS if option("--inside") is None else WHOLE_SECONDS
    status, output = run_under(debian_kernel(kernel),
                               ["/usr/bin/python3", *PYTEST, *tests, f"--installed={installed}",
                                "--junit-xml=/out/net.xml"],
                               seconds, ENVIRONMENT, tmp_path)
    assert (tmp_path / "net.xml").exists(), output
    cases = keep_results(tmp_path / "net.xml", kernel, f"kernel-{kernel}-{part}",
                         option("--results"))
    assert status == 0, output
    assert any(case.find("skipped") is None for case in cases), output
