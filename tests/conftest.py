# SPDX-License-Identifier: GPL-2.0-or-later
"""Options and fixtures of all tests in the test network."""

import os
import platform

import pytest
from _pytest.junitxml import xml_key

from lab import apparmor
from lab.machine import PROJECT
from lab.network import Network

# The folder in which tests/run builds it.
FAULTS = PROJECT / "build-tests/tests/chaos/libclat-faults.so"


# Files that take more than a minute each, without the tests marked "timing".
LONG_FILES = {"test_crash_recovery.py", "test_default_clat.py", "test_dns.py", "test_drop_in.py",
              "test_faults.py", "test_faults_redirect.py", "test_link_settings.py",
              "test_networkmanager.py", "test_nmcli.py", "test_plat.py", "test_redirect_ethernet.py",
              "test_redirect_life.py", "test_resolvers.py", "test_routers.py", "test_statics.py",
              "test_v6only_wait.py", "test_vpn_takeover.py"}


def pytest_addoption(parser):
    parser.addoption("--installed", metavar="FOLDER",
                     help="where the project is installed, as tests/run does it")
    parser.addoption("--results", metavar="FOLDER",
                     help="the folder for results that are counted one by one")
    parser.addoption("--kernels", metavar="SUITES", default="bookworm",
                     help="the releases of Debian whose kernels are tested")
    parser.addoption("--inside", metavar="EXPRESSION",
                     help="the tests under these that match, all for an empty one; without "
                     "this a selection")
    parser.addoption("--faults", metavar="FILE", default=str(FAULTS),
                     help="the library of chaos/faults.c")


@pytest.fixture(scope="session")
def installed(request):
    folder = request.config.getoption("--installed")
    if folder is None:
        pytest.exit("use tests/run: it builds and installs what is tested", returncode=2)
    return folder


def pytest_collection_modifyitems(items):
    """The files that take long start first, so that none runs beside idle workers at the end."""
    items.sort(key=lambda item: item.path.name not in LONG_FILES)


def pytest_sessionstart(session):
    """Records the kernel in the results. The fixture for that does not work with workers."""
    xml = session.config.stash.get(xml_key, None)
    if xml is not None:
        xml.add_global_property("kernel", platform.release())


@pytest.fixture(scope="session")
def profile_in_force():
    """Whether all programs run under their AppArmor profiles: in virtual machines."""
    if "CLAT_TEST_VM" not in os.environ or not apparmor.is_supported():
        return False
    apparmor.enforce()
    return True


@pytest.fixture(autouse=True)
def nothing_refused(request, profile_in_force):
    """The AppArmor profile allows all that a test needs."""
    before = len(apparmor.refused()) if profile_in_force else 0
    yield
    if profile_in_force and request.path.name != "test_apparmor.py":
        assert apparmor.refused()[before:] == []


@pytest.fixture(scope="module")
def network(installed):
    """The test network with one link, NetworkManager connected, clat-nm not started."""
    with Network(installed) as network:
        network.start()
        yield network


@pytest.fixture
def host(network):
    return network.host


@pytest.fixture
def link(network):
    """The first link; its router's state is restored when the test ends."""
    yield network.link
    network.link.advertiser.reset()


@pytest.fixture(scope="module")
def clat(network):
    """clat-nm, active on the first link, for the tests of a module."""
    with network.host.running_clat():
        network.host.wait_for_state("active")
        yield


@pytest.fixture
def fresh_clat(host):
    """clat-nm for one test that may stop it; at the end nothing of it may be left."""
    with host.running_clat():
        host.wait_for_state("active")
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the state of the test network to the report of a test that failed."""
    outcome = yield
    report = outcome.get_result()
    network = getattr(item, "funcargs", {}).get("network")
    if report.failed and network is not None:
        report.sections.append(("state of the test network", network.host.explain()))
