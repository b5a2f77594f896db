# SPDX-License-Identifier: GPL-2.0-or-later
"""Wi-Fi, where an access point only accepts packets from the station's own MAC address: with an
ipvlan, and where the kernel has none."""

import pytest

from lab import ownipv6, servers, traffic, wifi
from lab.capture import Capture
from lab.faults import NO_IPVLAN
from lab.network import INTERNET, PREF64

pytestmark = pytest.mark.skipif(not wifi.is_possible(),
                                reason="expected: radios are simulated in a virtual machine")


@pytest.fixture(scope="module")
def air(network):
    network.host.nmcli("device", "disconnect", "eth0")
    air = wifi.Wifi(network)
    air.connect("home")
    yield air
    air.stop()


# The uplink, and the fault that makes the service choose it.
UPLINKS = {"ipvlan": [], "redirect": [NO_IPVLAN]}


@pytest.fixture(scope="module", params=UPLINKS)
def uplink(request):
    return request.param


@pytest.fixture
def service(air, uplink, faulty_clat):
    return faulty_clat.running(*UPLINKS[uplink])


@pytest.fixture
def running(service, host):
    with service:
        host.wait_for_state("active", wifi.STATION, seconds=20)
        yield


@pytest.mark.timing
def test_ipv6_of_the_host_is_unharmed(network, air, service, uplink):
    ownipv6.of_link(network, air.home).assert_unharmed(service, Uplink=uplink)


def test_ipv4_works(air, host, running, uplink, record_property):
    state = host.wait_for_state("active", wifi.STATION, Pref64=PREF64)
    record_property("uplink", state["Uplink"])
    assert state["Uplink"] == uplink
    with Capture(air.router, wifi.HOME_BRIDGE, Capture.NOT_IPV6) as capture:
        assert host.pings(INTERNET)
        traffic.assert_carries(host, traffic.MB)
    capture.assert_no_ipv4()


def test_roaming(air, host, running):
    """The same network: the translator, its addresses and connections are not affected."""
    before = host.wait_for_state("active", wifi.STATION)
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        assert traffic.is_echoed(client, b"before")
        air.roam()
        client.settimeout(30)
        assert traffic.is_echoed(client, b"after")
    after = host.wait_for_state("active", wifi.STATION)
    assert host.pings(INTERNET)
    for name in "path", "Ipv4Address", "Ipv6Address", "Pref64", "ActiveSince":
        assert after[name] == before[name], name


def test_another_network(air, host, running):
    before = host.wait_for_state("active", wifi.STATION)
    air.connect("other")
    after = host.wait_for_state("active", wifi.STATION, seconds=20, Pref64=wifi.SECOND_PREF64)
    assert after["Ipv6Address"] != before["Ipv6Address"]
    assert after["Ipv6Address"].startswith(air.other.prefix.removesuffix(":/64"))
    assert host.wait_for_ping(INTERNET, 5) < 5
    assert len(host.clat_routes()) == 1 and host.namespaces() == [f"clat-{wifi.STATION}"]
    air.connect("home")
    again = host.wait_for_state("active", wifi.STATION, seconds=20, Pref64=PREF64)
    assert again["Ipv6Address"] == before["Ipv6Address"]
    assert host.wait_for_ping(INTERNET, 5) < 5
