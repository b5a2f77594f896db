# SPDX-License-Identifier: GPL-2.0-or-later
"""An IPv6-mostly network beside a NetworkManager that can ask for option 108 (1.52 and newer), and
does while clat-nm runs."""

import configparser
import contextlib
import fcntl
import os
import re
import signal
import statistics
import time

import pytest

from lab.host import DAEMON
from lab.network import INTERNET, Network
from lab.tunnel import open_tun
from lab.waiting import stays, wait_for

DROP_IN = "/run/NetworkManager/conf.d/clat-nm-defaults.conf"
PROFILE = "/etc/NetworkManager/system-connections/eth0.nmconnection"
V6ONLY_WAIT = 1800
TUNSETLINK = 0x400454cd
ARPHRD_NONE = 0xfffe
ARPHRD_TUNNEL6 = 769
NATIVE = "10.0.0."


@pytest.fixture(scope="module", params=["trixie", "sid"])
def network(request, installed):
    with Network(installed, release=request.param) as network:
        if "GLIBC_" in network.host.run(DAEMON, "--version", check=False).stderr:
            pytest.skip("expected: the C library of that release is older than this machine's")
        network.start()
        yield network


class Dhcp:
    """The DHCPv4 server, and what is in its log since the last call of forget()."""

    def __init__(self, network, **options):
        self._network = network
        self._log = network.directory / "dnsmasq.log"
        self._server = network.router.start_dhcp("lan0", **options)
        self._start = 0
        self.forget()

    def _read(self):
        return self._log.read_text(errors="replace")[self._start:]

    def forget(self):
        self._start += len(self._read()) if self._log.exists() else 0

    def n_leases(self):
        return len(re.findall("DHCPACK", self._read()))

    def n_discovers(self):
        return len(re.findall("DHCPDISCOVER", self._read()))

    def asked(self):
        """Whether a client has listed option 108."""
        return bool(re.search(r"requested options:.*\b108\b", self._read()))

    def explain(self):
        return f"{self._network.host.explain()}\n--- DHCPv4 server\n{self._read()}"

    def stop(self):
        self._network.router.stop_dhcp(self._server, "lan0")


@contextlib.contextmanager
def dhcp(network, **options):
    server = Dhcp(network, **options)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def ipv6_mostly(network):
    with dhcp(network, v6only=V6ONLY_WAIT) as server:
        yield server


def has_native(host):
    return NATIVE in host.output("ip", "-4", "address", "show", "dev", "eth0")


def wait_for_native(host, seconds=5):
    wait_for(lambda: has_native(host), seconds, "DHCPv4 lease", host.explain)


def is_asked(host, interface="eth0"):
    """Whether the drop-in has DHCPv4 on INTERFACE ask for option 108."""
    drop_in = configparser.ConfigParser()
    with contextlib.suppress(FileNotFoundError):
        drop_in.read_string(host.file(DROP_IN).read_text())
    devices = drop_in.get("connection-clat-nm-option-108", "match-device", fallback="")
    return f"interface-name:={interface}" in devices.split(",")


def wait_until_asked(host):
    wait_for(lambda: is_asked(host), 10, "drop-in", host.explain)


def assert_ipv6_only(host):
    host.wait_for_state("active")
    assert not has_native(host)
    host.wait_for_ping(INTERNET, 3)
    [route] = host.clat_routes()
    assert host.output("ip", "-4", "route", "show", "default").splitlines() == [route]


@pytest.fixture
def connected(host, ipv6_mostly):
    """clat-nm runs, and NetworkManager has never had a lease: it would ask for that one, and the
    server would grant it before it is given up."""
    host.nmcli("connection", "down", "eth0", check=False)
    for lease in host.file("/var/lib/NetworkManager").glob("*.lease"):
        lease.unlink()
    with host.running_clat():
        wait_until_asked(host)
        ipv6_mostly.forget()
        host.nmcli("connection", "up", "eth0")
        assert_ipv6_only(host)
        yield
    assert not host.file(DROP_IN).exists()


def test_no_lease_is_taken(host, ipv6_mostly, connected):
    stays(lambda: not has_native(host), 2, "no native IPv4", host.explain)
    assert ipv6_mostly.asked() and ipv6_mostly.n_leases() == 0


@pytest.mark.timing
def test_from_the_first_advertisement_to_the_first_reply(network, host, connected,
                                                         record_property):
    """Nothing waits for DHCPv4. The goal is 100 ms; the limit leaves room for a busy machine."""
    advertiser, seconds = network.link.advertiser, []
    send = advertiser._send_to
    for _ in range(5):
        host.nmcli("connection", "down", "eth0")
        times = []
        advertiser._send_to = lambda *arguments: (times.append(time.monotonic()),
                                                  send(*arguments))
        try:
            host.nmcli("--wait", "0", "connection", "up", "eth0")
            wait_for(lambda: host.succeeds("ping", "-n", "-c", "1", "-W", "0.1", INTERNET), 10,
                     "answer", host.explain)
            seconds.append(time.monotonic() - times[0])
        finally:
            del advertiser._send_to
    record_property("seconds", seconds)
    assert statistics.median(seconds) < 1, seconds


def test_stop_and_start(host, connected):
    before = host.file(PROFILE).read_bytes()
    host.stop_clat()
    wait_for_native(host)
    assert not host.file(DROP_IN).exists()
    host.start_clat()
    wait_for(lambda: not has_native(host), 10, "removal of native IPv4", host.explain)
    assert_ipv6_only(host)
    host.stop_clat()
    wait_for_native(host)
    assert host.file(PROFILE).read_bytes() == before


def test_killed_and_not_started_again(host, connected):
    before = host.file(PROFILE).read_bytes()
    host.stop_clat(signal.SIGKILL)
    assert is_asked(host) and host.pings(INTERNET)
    for _ in range(2):
        host.run(DAEMON, "--release")
        wait_for_native(host)
        assert not host.file(DROP_IN).exists()
    assert host.file(PROFILE).read_bytes() == before
    host.start_clat()
    wait_for(lambda: not has_native(host), 10, "removal of native IPv4", host.explain)
    assert_ipv6_only(host)


def test_killed_and_started_again(host, ipv6_mostly, connected):
    """As it was, without a lease in between."""
    host.stop_clat(signal.SIGKILL)
    host.start_clat()
    host.wait_for_state("active")
    stays(lambda: not has_native(host), 2, "no native IPv4", host.explain)
    assert ipv6_mostly.n_leases() == 0, ipv6_mostly.explain()
    host.stop_clat()
    wait_for_native(host)


def test_stopped_without_networkmanager(host, connected):
    host.stop_networkmanager()
    host.stop_clat()
    assert not host.file(DROP_IN).exists()
    host.start_networkmanager()
    wait_for_native(host, 15)


def test_networkmanager_restarts(network, host, ipv6_mostly, connected):
    network.restart_networkmanager()
    assert_ipv6_only(host)
    stays(lambda: not has_native(host), 1, "no native IPv4", host.explain)
    assert ipv6_mostly.n_leases() == 0, ipv6_mostly.explain()


@pytest.mark.parametrize("setting, default", [("no", "auto"),
                                              ("ipv6-mostly=no", "ipv6-mostly=default")])
def test_setting_gives_ipv4_back(host, connected, setting, default):
    host.run("clatctl", "set", "eth0", setting)
    try:
        wait_for_native(host)
        assert not is_asked(host)
    finally:
        host.run("clatctl", "set", "eth0", default)
    assert_ipv6_only(host)
    assert is_asked(host)


@contextlib.contextmanager
def modified(host, name, value):
    """The profile with another value, restored at the end."""
    host.nmcli("connection", "modify", "eth0", name, value)
    try:
        yield
    finally:
        host.nmcli("connection", "modify", "eth0", name, DEFAULTS[name])


DEFAULTS = {"ipv6.method": "auto", "ipv4.dhcp-ipv6-only-preferred": "",
            "ipv4.may-fail": "yes"}


@pytest.mark.parametrize("name, value", [
    pytest.param("ipv6.method", "disabled", id="8925-2-without-ipv6"),
    pytest.param("ipv4.may-fail", "no", id="8925-2-required"),
    pytest.param("ipv4.dhcp-ipv6-only-preferred", "0", id="user")])
def test_profile_that_does_not_ask(host, ipv6_mostly, name, value):
    """It gets a lease, and keeps it."""
    with modified(host, name, value), host.running_clat():
        ipv6_mostly.forget()
        host.nmcli("connection", "up", "eth0")
        wait_for_native(host)
        stays(lambda: has_native(host), 3, "native IPv4", host.explain)
        assert not is_asked(host) and not ipv6_mostly.asked()


def test_other_profile_of_the_interface(host, connected):
    """While no connection is active, all profiles that may be decide."""
    host.add_profile("eth0", "other", ipv6="[user]\nnet.clatnm.clat=no")
    try:
        stays(lambda: is_asked(host), 1, "drop-in", host.explain)
        host.nmcli("connection", "down", "eth0")
        wait_for(lambda: not is_asked(host), 5, "withdrawal", host.explain)
        host.nmcli("connection", "up", "other")
        wait_for_native(host)
        host.nmcli("connection", "up", "eth0")
        wait_until_asked(host)
        wait_for(lambda: not has_native(host), 10, "removal of native IPv4", host.explain)
        assert_ipv6_only(host)
    finally:
        host.nmcli("connection", "delete", "other")


def test_network_without_ipv6(network, host, ipv6_mostly, connected):
    """It has promised what it cannot hold: the host is not left without both."""
    network.link.advertiser.advertisements = []
    try:
        host.nmcli("connection", "down", "eth0")
        host.nmcli("--wait", "0", "connection", "up", "eth0")
        wait_for_native(host, 45)
        stays(lambda: has_native(host), 3, "native IPv4", host.explain)
        assert ipv6_mostly.asked()
    finally:
        network.link.advertiser.reset()


def test_option_is_gone_at_the_next_attachment(network, host):
    with host.running_clat():
        with dhcp(network, v6only=V6ONLY_WAIT):
            host.nmcli("connection", "up", "eth0")
            assert_ipv6_only(host)
        with dhcp(network):
            network.link.unplug()
            network.link.plug()
            host.wait_for_state("native", StateReason="native-ipv4", seconds=20)
            stays(lambda: has_native(host), 3, "native IPv4", host.explain)


@pytest.mark.parametrize("kind, asked", [pytest.param(ARPHRD_NONE, True, id="supported"),
                                         pytest.param(ARPHRD_TUNNEL6, False, id="unsupported")])
def test_link_that_cannot_carry_a_clat(host, connected, kind, asked):
    tun = open_tun(host, "odd0")
    try:
        fcntl.ioctl(tun, TUNSETLINK, kind)
        host.nmcli("connection", "add", "type", "tun", "mode", "tun", "vnet-hdr", "yes", "ifname",
                   "odd0", "con-name", "odd0", "autoconnect", "no", "ipv6.method", "manual",
                   "ipv6.addresses", "2001:db8:9::2/64")
        host.nmcli("connection", "up", "odd0")
        if asked:
            wait_for(lambda: is_asked(host, "odd0"), 5, "drop-in", host.explain)
        else:
            stays(lambda: not is_asked(host, "odd0"), 1, "no drop-in", host.explain)
    finally:
        host.nmcli("connection", "delete", "odd0", check=False)
        os.close(tun)
    assert is_asked(host)
