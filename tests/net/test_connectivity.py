# SPDX-License-Identifier: GPL-2.0-or-later
"""NetworkManager's connectivity check, with a URI that only IPv4 serves: it finds no connectivity
by IPv6, and adds to the metric of the IPv6 default route."""

import json

import pytest

from lab.network import INTERNET, Network
from lab.waiting import stays, wait_for

METRIC = 123
PENALTY = 20000


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed) as network:
        folder = network.host.file("/etc/NetworkManager/conf.d")
        folder.mkdir(exist_ok=True)
        (folder / "connectivity.conf").write_text(
            f"[connectivity]\nenabled=true\nuri=http://{INTERNET}/\n"
            "response=IPv4 works.\ninterval=10\n")
        network.host.add_profile("eth0", ipv6=f"route-metric={METRIC}")
        network.host.start_networkmanager()
        network.host.wait_for_ipv6("eth0")
        yield network


def metric(host, family):
    [route, *_] = json.loads(host.output("ip", "-json", family, "route", "show", "default"))
    return route["metric"]


def test_penalty_of_ipv6_is_not_that_of_ipv4(host):
    """Field case "connectivity check with a URI that only IPv4 serves"."""
    wait_for(lambda: metric(host, "-6") == METRIC + PENALTY, 15, "penalty", host.explain)
    with host.running_clat():
        host.wait_for_state("active")
        assert metric(host, "-4") == METRIC
        # The check goes on.
        stays(lambda: metric(host, "-4") == METRIC, 12, "metric", host.explain)


def test_connectivity_is_full(host):
    """Field case "connectivity check with a URI that only IPv4 serves": nobody requests a check
    but clat-nm."""
    def connectivity():
        return host.nmcli("networking", "connectivity")

    wait_for(lambda: connectivity() == "limited", 15, "limited connectivity", host.explain)
    with host.running_clat():
        host.wait_for_state("active")
        wait_for(lambda: connectivity() == "full", 8, "full connectivity", host.explain)
        # NetworkManager's own checks do not change it.
        stays(lambda: connectivity() == "full", 12, "full connectivity", host.explain)
    wait_for(lambda: connectivity() == "limited", 5, "limited connectivity", host.explain)
