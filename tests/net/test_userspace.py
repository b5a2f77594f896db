# SPDX-License-Identifier: GPL-2.0-or-later
"""The setting translator=userspace: clat-xlat does it all."""

import time

import pytest

from lab import traffic
from lab.network import INTERNET
from lab.waiting import wait_for

CONFIGURATION = "[main]\ntranslator=userspace\n"
# A connection that has been closed still retransmits for less than this.
QUIET_SECONDS = 1


@pytest.fixture(scope="module")
def userspace(network):
    host = network.host
    path = "/run/userspace.conf"
    host.file(path).write_text(CONFIGURATION)
    with host.running_clat("--config", path):
        yield host.wait_for_state("active", Translator="userspace", SlowPath="running")


def quiet_statistics(host):
    """The counters when the last packets of earlier tests have been counted."""
    def are_quiet():
        before = host.bus_client.statistics("eth0")
        time.sleep(QUIET_SECONDS)
        return before if host.bus_client.statistics("eth0") == before else None

    return wait_for(are_quiet, 10, "quiet counters", host.explain)


@pytest.mark.usefixtures("userspace")
class TestUserspace:
    def test_ping(self, host):
        assert host.pings(INTERNET)
        assert host.pings(INTERNET, "-s", "1444", "-M", "do")

    def test_udp(self, host):
        with traffic.udp(host) as client:
            assert all(traffic.is_echoed(client, b"x" * length)
                       for length in (1, 1000, 1444, 4000))

    def test_bulk(self, host):
        traffic.assert_carries(host, traffic.bulk(50))

    def test_statistics(self, host):
        """Nothing is left to the fast path, and it does not count."""
        before = quiet_statistics(host)
        assert host.pings(INTERNET)
        after = host.bus_client.statistics("eth0")
        for direction in 0, 1:
            assert after[direction]["packets"] == before[direction]["packets"] + 1
