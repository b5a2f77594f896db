# SPDX-License-Identifier: GPL-2.0-or-later
"""An IPv6-mostly network: a DHCPv4 server that sends option 108 to hosts that ask for it
(RFC 8925). NetworkManager does not ask itself, or since 1.52 only where clat-nm lets it, of which
tests/networkmanager/test_drop_in.py has more."""

import contextlib
import json
import signal

import pytest

from lab import dns
from lab.host import DAEMON
from lab.network import INTERNET, PREF64
from lab.waiting import stays, wait_for

PROFILE = "/etc/NetworkManager/system-connections/eth0.nmconnection"
V6ONLY_WAIT = 1800
NATIVE = "10.0.0."
CONFIGURATION = "/run/ipv6-mostly.conf"


@contextlib.contextmanager
def dhcp(network, **options):
    server = network.router.start_dhcp("lan0", **options)
    try:
        yield
    finally:
        network.router.stop_dhcp(server, "lan0")


@pytest.fixture
def ipv6_mostly(network):
    with dhcp(network, v6only=V6ONLY_WAIT):
        yield


@pytest.fixture
def connected(host, ipv6_mostly):
    """clat-nm runs, and has given up native IPv4."""
    with host.running_clat():
        host.nmcli("connection", "up", "eth0")
        assert_ipv6_only(host)
        yield


def networkmanager_asks(host):
    """Whether it does while clat-nm runs."""
    version = host.output("NetworkManager", "--version")
    return tuple(map(int, version.split(".")[:2])) >= (1, 52)


def has_native(host):
    return NATIVE in host.output("ip", "-4", "address", "show", "dev", "eth0")


def wait_for_native(host, seconds=10):
    wait_for(lambda: has_native(host), seconds, "DHCPv4 lease", host.explain)


def assert_ipv6_only(host):
    host.wait_for_state("active")
    assert not has_native(host)
    assert host.wait_for_ping(INTERNET, 3) < 3
    [route] = host.clat_routes()
    assert host.output("ip", "-4", "route", "show", "default").splitlines() == [route]


def test_8925_3_option_108_gives_up_ipv4(host, connected):
    before = host.file(PROFILE).read_bytes()
    stays(lambda: not has_native(host), 2, "no native IPv4", host.explain)
    host.stop_clat()
    wait_for_native(host, 5)
    host.start_clat()
    wait_for(lambda: not has_native(host), 10, "removal of native IPv4", host.explain)
    assert host.file(PROFILE).read_bytes() == before
    assert_ipv6_only(host)


def test_crash_and_restart_change_nothing(host, connected):
    host.stop_clat(signal.SIGKILL)
    assert host.pings(INTERNET)
    host.start_clat()
    host.wait_for_state("active")
    stays(lambda: not has_native(host), 2, "no native IPv4", host.explain)
    host.stop_clat()
    wait_for_native(host, 5)


def test_release_after_a_crash(host, connected):
    """Nobody starts the service again; then somebody does."""
    assert host.run(DAEMON, "--release", check=False).returncode == 1
    assert not has_native(host)
    before = host.file(PROFILE).read_bytes()
    host.stop_clat(signal.SIGKILL)
    for _ in range(2):
        host.run(DAEMON, "--release")
        wait_for_native(host, 5)
        assert host.translates_nothing() and host.namespaces() == []
    assert host.file(PROFILE).read_bytes() == before
    host.start_clat()
    wait_for(lambda: not has_native(host), 10, "removal of native IPv4", host.explain)
    assert_ipv6_only(host)


def test_release_without_networkmanager(host, connected):
    host.stop_networkmanager()
    host.stop_clat(signal.SIGKILL)
    host.run(DAEMON, "--release", timeout=10)
    assert host.translates_nothing() and host.namespaces() == []
    host.start_networkmanager()
    host.wait_until_connected("eth0")


def test_mode_no_gives_ipv4_back(host, connected):
    host.run("clatctl", "set", "eth0", "no")
    try:
        wait_for_native(host, 5)
    finally:
        host.run("clatctl", "set", "eth0", "auto")
    assert_ipv6_only(host)


def test_8925_9_option_is_gone_at_the_next_attachment(network, host):
    """The profile is not activated again: NetworkManager waits some seconds for a carrier."""
    with host.running_clat():
        with dhcp(network, v6only=V6ONLY_WAIT):
            host.nmcli("connection", "up", "eth0")
            assert_ipv6_only(host)
            path = host.clat_state()["ActiveConnection"]
        with dhcp(network):
            network.link.unplug()
            network.link.plug()
            host.wait_for_state("native", StateReason="native-ipv4", seconds=20)
            assert host.clat_state()["ActiveConnection"] == path


def test_reapplied_profile_is_given_up_again(host, connected):
    def n_given_up():
        return host.log("clat-nm").read_text(errors="replace").count("is given up")

    before = n_given_up()
    host.nmcli("device", "reapply", "eth0")
    # That may be over before an address could be seen.
    if not networkmanager_asks(host):
        wait_for(lambda: n_given_up() > before, 10, "native IPv4", host.explain)
    wait_for(lambda: not has_native(host), 10, "removal of native IPv4", host.explain)
    assert_ipv6_only(host)


def test_8925_11_without_option_108_ipv4_stays(network, host):
    with dhcp(network), host.running_clat():
        host.nmcli("connection", "up", "eth0")
        host.wait_for_state("native", seconds=15)
        stays(lambda: has_native(host), 3, "native IPv4", host.explain)


def test_cl_b7_without_nat64_ipv4_stays(network, host, ipv6_mostly):
    network.link.advertiser.announce_pref64()
    try:
        with host.running_clat():
            host.nmcli("connection", "up", "eth0")
            # What NetworkManager has given up itself is back after 30 seconds.
            host.wait_for_state("native", seconds=45 if networkmanager_asks(host) else 15)
            stays(lambda: has_native(host), 3, "native IPv4", host.explain)
    finally:
        network.link.advertiser.reset()


def test_cl_b7_nat64_is_withdrawn(network, host, connected):
    """IPv4 is back after 30 seconds, and stays when the prefix returns."""
    network.link.advertiser.announce_pref64()
    try:
        host.wait_for_state("searching", StateReason="no-nat64")
        assert not has_native(host)
        wait_for_native(host, 40)
        network.link.advertiser.reset()
        stays(lambda: has_native(host), 3, "native IPv4", host.explain)
    finally:
        network.link.advertiser.reset()


def test_cl_b7_networkmanager_took_no_lease(network, host, ipv6_mostly):
    """It asked for option 108 itself; the network has no NAT64."""
    if not networkmanager_asks(host):
        pytest.skip("expected: NetworkManager before 1.52 does not ask for option 108")
    network.link.advertiser.announce_pref64()
    host.nmcli("connection", "modify", "eth0", "ipv4.dhcp-ipv6-only-preferred", "1")
    before = host.file(PROFILE).read_bytes()
    try:
        with host.running_clat():
            host.nmcli("connection", "up", "eth0")
            wait_for(lambda: "option 108" in host.clat_state()["StateText"], 15, "explanation",
                     host.explain)
            assert host.clat_state()["State"] == "searching"
            assert not has_native(host)
            wait_for_native(host, 35)
            host.wait_for_state("native", StateReason="native-ipv4")
            assert host.file(PROFILE).read_bytes() == before
            # The network is known now: IPv4 is requested without waiting for a NAT64.
            host.nmcli("connection", "up", "eth0")
            assert not has_native(host)
            wait_for_native(host, 15)
    finally:
        network.link.advertiser.reset()
        host.nmcli("connection", "modify", "eth0", "ipv4.dhcp-ipv6-only-preferred", "")


def test_prefix_from_dns_only(network, host, ipv6_mostly):
    """DNS is asked beside native IPv4, too."""
    address = network.link.router_address
    network.link.advertiser.announce_pref64()
    host.nmcli("connection", "modify", "eth0", "ipv6.dns", address)
    server = dns.DnsServer(network.router, address, "lan0", dns.synthesize(PREF64))
    try:
        with host.running_clat():
            host.nmcli("connection", "up", "eth0")
            host.wait_for_state("active", Pref64Source="dns", seconds=15)
            assert_ipv6_only(host)
    finally:
        server.stop()
        network.link.advertiser.reset()
        host.nmcli("connection", "modify", "eth0", "ipv6.dns", "")


def test_setting_turns_it_off(host, ipv6_mostly):
    host.file(CONFIGURATION).write_text("[main]\nipv6-mostly=no\n")
    with host.running_clat("--config", CONFIGURATION):
        host.nmcli("connection", "up", "eth0")
        host.wait_for_state("native", StateReason="native-ipv4", seconds=15)
        assert host.clat_state()["Ipv6Mostly"] == "no"
        stays(lambda: has_native(host), 3, "native IPv4", host.explain)
        host.run("clatctl", "set", "eth0", "ipv6-mostly=yes")
        try:
            assert_ipv6_only(host)
            assert host.clat_state()["Ipv6Mostly"] == "yes"
        finally:
            host.run("clatctl", "set", "eth0", "ipv6-mostly=default")
        wait_for_native(host, 5)


def test_lease_in_use_is_kept(host, ipv6_mostly):
    host.nmcli("connection", "up", "eth0")
    wait_for_native(host)
    client = host.popen(["/usr/bin/python3", "-c",
                         "import socket, time\n"
                         f"peer = socket.create_connection(('{INTERNET}', 7))\n"
                         "time.sleep(60)"], log=host.log("client"))
    wait_for(lambda: NATIVE in host.output("ss", "-Hnt4", "state", "established"), 5,
             "connection", host.explain)
    with host.running_clat():
        host.wait_for_state("native", StateReason="ipv6-mostly-lease")
        assert "UTC" in host.clat_state()["StateText"]
        assert "UTC" in host.output("clatctl", "list")
        shown = json.loads(host.output("clatctl", "--json", "show", "eth0"))
        assert shown["StateReason"] == "ipv6-mostly-lease" and "UTC" in shown["StateText"]
        client.stop(signal.SIGKILL)
        host.wait_for_state("active", seconds=15)
        assert_ipv6_only(host)
