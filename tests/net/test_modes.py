# SPDX-License-Identifier: GPL-2.0-or-later
"""When a connection has a CLAT: the mode of the connection, and native IPv4."""

import pytest

from lab import servers, traffic
from lab.capture import Capture
from lab.network import INTERNET, PREF64
from lab.waiting import stays, wait_for

pytestmark = pytest.mark.usefixtures("clat")

KEY = "net.clatnm.clat"
AT_ONCE = 3


@pytest.fixture(autouse=True)
def starts_active(host, link):
    host.wait_for_state("active", Mode="auto")
    yield
    host.nmcli("connection", "modify", "eth0", "ipv4.method", "auto")
    host.run("clatctl", "set", "eth0", "auto")


def nmcli(host, *arguments):
    """Runs nmcli as a user does: found on the PATH, where the one of clat-nm comes first."""
    return host.output("nmcli", *arguments)


def assert_off(host):
    wait_for(lambda: host.namespaces() == [] and host.clat_routes() == [], AT_ONCE,
             "removal of the CLAT", host.explain)
    assert not host.pings(INTERNET, seconds=0.3)


def assert_works(host):
    host.wait_for_state("active")
    assert host.wait_for_ping(INTERNET, 3) < 3


def test_clatctl_set(host):
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        host.run("clatctl", "set", "eth0", "no")
        host.wait_for_state("disabled", Mode="no", StateReason="mode-no", seconds=AT_ONCE)
        assert_off(host)
        traffic.assert_ended(client)
    for mode in "yes", "auto", "force":
        host.run("clatctl", "set", "eth0", mode)
        host.wait_for_state("active", Mode=mode)
        assert_works(host)


def test_clatctl_set_is_kept_in_the_profile(host):
    host.run("clatctl", "set", "eth0", "no")
    profile = host.file("/etc/NetworkManager/system-connections/eth0.nmconnection")
    wait_for(lambda: KEY in profile.read_text().replace("\\.", "."), 3, "key in the profile",
             profile.read_text)
    assert nmcli(host, "-g", "ipv6.clat", "connection", "show", "eth0") == "no"
    # A connection that is activated again has it, too.
    host.nmcli("connection", "up", "eth0")
    host.wait_for_state("disabled", Mode="no")


def test_nmcli_modify(host):
    nmcli(host, "connection", "modify", "eth0", "ipv6.clat", "no")
    host.wait_for_state("disabled", Mode="no", seconds=AT_ONCE)
    assert_off(host)
    nmcli(host, "connection", "modify", "eth0", "ipv6.clat", "yes")
    host.wait_for_state("active", Mode="yes")
    assert_works(host)
    assert nmcli(host, "-g", "ipv6.clat", "connection", "show", "eth0") == "yes"


def test_changes_in_quick_succession(host):
    """The last change takes effect."""
    for mode in ["no", "yes"] * 5:
        host.run("clatctl", "set", "eth0", mode)
    host.wait_for_state("active", Mode="yes")
    assert_works(host)
    assert len(host.namespaces()) == 1 and len(host.clat_routes()) == 1


@pytest.fixture
def dhcp(network):
    """The network has native IPv4 and a DHCP server."""
    server = network.router.start_dhcp("lan0")
    yield server
    network.router.stop_dhcp(server, "lan0")
    network.host.nmcli("connection", "up", "eth0")


def test_cl_b1_native_ipv4_from_dhcp(network, host, dhcp):
    host.nmcli("connection", "up", "eth0")
    host.wait_for_state("native", StateReason="native-ipv4", seconds=15)
    assert host.namespaces() == [] and host.clat_routes() == []
    assert host.wait_for_ping(INTERNET, 3) < 3
    stays(lambda: host.clat_state()["State"] == "native", 1, "native", host.explain)
    # The prefix is discovered all the same.
    with Capture(network.router, "lan0") as capture:
        network.link.advertiser.send()
        host.pings(INTERNET)
    assert not capture.ipv6(lambda packet: packet.icmp_type == 128)


def test_cl_b2_lease_without_default_route_is_not_native(network, host):
    server = network.router.start_dhcp("lan0", default_route=False)
    try:
        host.nmcli("connection", "up", "eth0")
        wait_for(lambda: "10.0.0." in host.output("ip", "-4", "address", "show", "dev", "eth0"),
                 15, "lease", host.explain)
        assert_works(host)
        state = host.clat_state()
        assert state["State"] == "active" and state["Ipv4Address"].startswith("192.0.0.")
    finally:
        network.router.stop_dhcp(server, "lan0")
        host.nmcli("connection", "up", "eth0")


@pytest.fixture
def gateway(network):
    """The router has an IPv4 address on the link; no host is configured to use it yet."""
    network.router.ip("address", "add", "10.0.0.1/24", "dev", "lan0")
    yield "10.0.0.1"
    network.router.ip("address", "del", "10.0.0.1/24", "dev", "lan0")


@pytest.mark.parametrize("route", [
    ["ipv4.gateway", "10.0.0.1"],
    ["ipv4.routes", "0.0.0.0/0 10.0.0.1 700"],
    ["ipv4.routes", "0.0.0.0/1 10.0.0.1, 128.0.0.0/1 10.0.0.1"],
], ids=["gateway", "route with a worse metric", "both halves"])
def test_cl_c1_native_ipv4_added_later_and_removed(host, gateway, route):
    host.nmcli("device", "modify", "eth0", "ipv4.method", "manual",
               "ipv4.addresses", "10.0.0.5/24", *route)
    host.wait_for_state("native", seconds=AT_ONCE)
    assert host.namespaces() == [] and host.clat_routes() == []
    assert host.wait_for_ping(INTERNET, 3) < 3
    host.nmcli("device", "reapply", "eth0")
    assert_works(host)


def test_cl_b10_link_local_ipv4_is_not_native(host):
    host.ip("address", "add", "169.254.7.9/16", "dev", "eth0")
    try:
        stays(lambda: host.clat_state()["State"] == "active", 1, "active", host.explain)
        assert_works(host)
    finally:
        host.ip("address", "del", "169.254.7.9/16", "dev", "eth0")


def test_cl_b11_default_route_through_an_ipv6_next_hop_is_native(host):
    host.ip("-4", "route", "add", "default", "via", "inet6", "fe80::1", "dev", "eth0",
            "metric", "50")
    try:
        host.wait_for_state("native", seconds=AT_ONCE)
        assert host.clat_routes() == []
    finally:
        host.ip("-4", "route", "del", "default", "dev", "eth0", "metric", "50")
    assert_works(host)


def test_half_of_a_default_route_is_not_native(host, gateway):
    host.nmcli("device", "modify", "eth0", "ipv4.method", "manual",
               "ipv4.addresses", "10.0.0.5/24", "ipv4.routes", "0.0.0.0/1 10.0.0.1")
    wait_for(lambda: "0.0.0.0/1" in host.output("ip", "-4", "route"), 3, "route", host.explain)
    stays(lambda: host.clat_state()["State"] == "active", 1, "active", host.explain)
    host.nmcli("device", "reapply", "eth0")


def test_cl_b3_force_next_to_native_ipv4(host, gateway):
    host.run("clatctl", "set", "eth0", "force")
    host.nmcli("device", "modify", "eth0", "ipv4.method", "manual",
               "ipv4.addresses", "10.0.0.5/24", "ipv4.gateway", "10.0.0.1")
    wait_for(lambda: "via 10.0.0.1" in host.output("ip", "-4", "route", "show", "default"), 5,
             "native route", host.explain)
    host.wait_for_state("active", Mode="force", Pref64=PREF64)
    wait_for(lambda: len(host.clat_routes()) == 1, AT_ONCE, "route", host.explain)
    # Native IPv4 is preferred; the CLAT is available to sockets that are bound to it.
    wait_for(lambda: "dev eth0" in host.output("ip", "route", "get", INTERNET), AT_ONCE,
             "preference of native IPv4", host.explain)
    interface = host.clat_state()["HostInterface"]
    assert host.pings(INTERNET, "-I", interface)
    host.run("clatctl", "set", "eth0", "auto")
    host.wait_for_state("native", seconds=AT_ONCE)
    host.nmcli("device", "reapply", "eth0")
    assert_works(host)
