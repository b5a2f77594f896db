# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian packages, installed, upgraded and purged under systemd on a host of the test network.
Run by tests/packaging, which has built them for the release of this machine: its files are those of
the host."""

import contextlib
import hashlib
import os
import pathlib
import threading

import pytest

from lab import snapshot, servers, traffic
from lab.network import INTERNET, Network
from lab.systemd import SERVICE, SystemdHost
from lab.waiting import wait_for

# The folders 1 and 2 have two revisions of this version, others earlier versions.
PACKAGES = pathlib.Path(os.environ.get("CLAT_TEST_PACKAGES", "/nonexistent"))
EARLIER = sorted({folder.name for folder in PACKAGES.glob("*/")} - {"2"})
UNITS = "clat-nm.service", "clat-nm-release.service", "clat-nm-wait-online.service"
LENGTH = 200 << 20


@pytest.fixture(scope="module")
def network():
    """The network is connected, clat-nm not installed."""
    with Network(None, kind=SystemdHost) as network:
        host = network.host
        # Images of containers forbid all starts by packages.
        host.file("/usr/sbin/policy-rc.d").unlink(missing_ok=True)
        # systemd has the units of a folder that the first process made.
        for unit in UNITS:
            host.file(f"/run/units/{unit}").symlink_to(f"/lib/systemd/system/{unit}")
        network.start()
        yield network
    network.host.remove_group()


def dpkg(host, *arguments):
    host.run("env", "DEBIAN_FRONTEND=noninteractive", "dpkg", *arguments, timeout=300)


def package_of(revision):
    [package] = (PACKAGES / revision).glob("clat-nm_*.deb")
    return package


def install(host, revision):
    """The packages are copied to the host first: its files are not those of this machine."""
    package = package_of(revision)
    host.file(f"/tmp/{package.name}").write_bytes(package.read_bytes())
    dpkg(host, "--install", f"/tmp/{package.name}")


def wait_until_active(host):
    assert host.service("ActiveState") == "active"
    host.wait_for_state("active", seconds=20, SlowPath="running")
    assert host.pings(INTERNET)


@contextlib.contextmanager
def running_download(host):
    """A TCP download goes on while the context is open, 1 MiB per second; then the rest of it."""
    digest, is_ending = hashlib.sha256(), threading.Event()

    def receive(response):
        while block := response.read(servers.BLOCK):
            digest.update(block)
            is_ending.wait(1)

    with contextlib.closing(traffic.HttpConnection(host, INTERNET)) as connection:
        connection.request("GET", f"/bytes/{LENGTH}")
        thread = threading.Thread(target=receive, args=[connection.getresponse()])
        thread.start()
        try:
            yield thread
        finally:
            is_ending.set()
            thread.join(120)
    assert digest.hexdigest() == servers.content_hash(LENGTH)


def check_units(host):
    """systemd finds no mistake in them, and the service is not more exposed than it must be."""
    result = host.run("systemd-analyze", "verify", "--man=no", *UNITS)
    assert "clat-nm" not in result.stderr, result.stderr
    host.run("systemd-analyze", "security", "--threshold=40", SERVICE)


def check_boot(host):
    """What the package has enabled is started after NetworkManager."""
    host.systemctl("stop", SERVICE, "NetworkManager")
    host.systemctl("start", "multi-user.target")
    wait_until_active(host)
    order = [int(host.systemctl("show", "--value", f"--property={name}", unit)) for name, unit in
             (("ActiveEnterTimestampMonotonic", "NetworkManager"),
              ("ExecMainStartTimestampMonotonic", SERVICE))]
    assert 0 < order[0] < order[1]


def check_boot_without_order(host):
    """The service also waits for a NetworkManager that is started after it."""
    host.systemctl("stop", SERVICE, "NetworkManager")
    for unit in SERVICE, "NetworkManager":
        host.systemctl("start", "--job-mode=ignore-dependencies", unit)
    wait_until_active(host)


@pytest.mark.parametrize("earlier", EARLIER)
def test_life_of_the_package(host, earlier):
    before = snapshot.take(host)
    install(host, earlier)
    wait_until_active(host)
    assert host.systemctl("is-enabled", SERVICE) == "enabled"

    process = host.service("MainPID")
    with traffic.tcp(host, servers.ECHO_PORT) as client, \
            running_download(host) as download:
        install(host, "2")
        assert host.service("MainPID") not in ("0", process)
        assert download.is_alive(), "the download was too short"
        wait_until_active(host)
        traffic.exchange(client, b"still here")
    assert host.output("dpkg-query", "--show", "--showformat=${Version}", "clat-nm").endswith("-2")

    check_units(host)
    check_boot(host)
    check_boot_without_order(host)
    dpkg(host, "--purge", "clat-nm")
    wait_for(lambda: not host.succeeds("pidof", "clat-nm", "clat-xlat"), 20, "end", host.explain)
    # NetworkManager, which has been started again, may add its IPv6 addresses anew.
    wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 20, "host as it was",
             lambda: "\n".join(snapshot.differences(before, snapshot.take(host))))
    assert host.namespaces() == []
    assert not host.file("/var/lib/clat-nm").exists()
