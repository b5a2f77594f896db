# SPDX-License-Identifier: GPL-2.0-or-later
"""The setting translator=userspace: clat-xlat translates every packet."""

import time

import pytest

from lab import traffic
from lab.network import INTERNET
from lab.waiting import wait_for

CONFIGURATION = "[main]\ntranslator=userspace\n"
# A closed connection retransmits for less than this.
QUIET_SECONDS = 1


@pytest.fixture(scope="module")
def userspace(network):
    host = network.host
    path = "/run/userspace.conf"
    host.file(path).write_text(CONFIGURATION)
    with host.running_clat("--config", path):
        yield host.wait_for_state("active", Translator="userspace", SlowPath="running")


def quiet_statistics(host):
    """The counters after the last packets of earlier tests have been counted."""
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
        """The fast path translates nothing, so its counters do not change."""
        before = quiet_statistics(host)
        assert host.pings(INTERNET)
        after = host.bus_client.statistics("eth0")
        for direction in 0, 1:
            assert after[direction]["packets"] == before[direction]["packets"] + 1
