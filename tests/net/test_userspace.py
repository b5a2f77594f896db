# SPDX-License-Identifier: GPL-2.0-or-later
"""The setting translator=userspace: clat-xlat does it all."""

import pytest

from lab import traffic
from lab.network import INTERNET

CONFIGURATION = "[main]\ntranslator=userspace\n"


@pytest.fixture(scope="module")
def userspace(network):
    host = network.host
    path = "/run/userspace.conf"
    host.file(path).write_text(CONFIGURATION)
    with host.running_clat("--config", path):
        yield host.wait_for_state("active", Translator="userspace", SlowPath="running")


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
        before = host.bus_client.statistics("eth0")
        assert host.pings(INTERNET)
        after = host.bus_client.statistics("eth0")
        for direction in 0, 1:
            assert after[direction]["packets"] == before[direction]["packets"] + 1
