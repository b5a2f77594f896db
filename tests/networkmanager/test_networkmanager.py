# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-nm beside each version of NetworkManager, on each kind of network, and after a change from
each kind to each. The roots with newer versions are made once (lab/root.py)."""

import ipaddress
import json
import typing

import pytest

from lab.host import DAEMON, networkmanager_version
from lab.network import INTERNET, PREF64, Network
from lab.waiting import wait_for

POOL = ipaddress.IPv4Network("192.0.0.0/29")
V6ONLY_WAIT = 1800
SECONDS = 15


class NetworkKind(typing.NamedTuple):
    """Whether the router sends RAs with PREF64, and the arguments of its DHCPv4 server, if any."""
    has_ipv6: bool
    dhcp: dict | None


NETWORKS = {
    "ipv6-only": NetworkKind(True, None),
    "dual-stack": NetworkKind(True, {}),
    "ipv4-only": NetworkKind(False, {}),
    "ipv6-mostly": NetworkKind(True, {"v6only": V6ONLY_WAIT}),
}

# Each network once after each other one, in one round.
ROUND = ["ipv6-only", "dual-stack", "ipv6-only", "ipv4-only", "ipv6-only", "ipv6-mostly",
         "dual-stack", "ipv4-only", "dual-stack", "ipv6-mostly", "ipv4-only", "ipv6-mostly",
         "ipv6-only"]


class Expected(typing.NamedTuple):
    """State and reason of the connection, to whom the only IPv4 default route belongs, and the
    number of addresses in 192.0.0.0/29."""
    state: str
    reason: str
    route: str
    addresses: int


OURS = Expected("active", "none", "clat-nm", 1)
THEIRS = Expected("delegated", "networkmanager-clat", "NetworkManager's CLAT", 1)
NATIVE = Expected("native", "native-ipv4", "network", 0)

# By the oldest NetworkManager for which a row is true, and by whether the profile sets ipv4.clat
# to auto. clat-nm asks for option 108 beside each; 1.58 asks too while its own CLAT is enabled.
EXPECTED = {
    ("1.42", False): {"ipv6-only": OURS, "dual-stack": NATIVE, "ipv4-only": NATIVE,
                      "ipv6-mostly": OURS},
    ("1.52", False): {"ipv6-only": OURS, "dual-stack": NATIVE, "ipv4-only": NATIVE,
                      "ipv6-mostly": OURS},
    ("1.58", False): {"ipv6-only": OURS, "dual-stack": NATIVE, "ipv4-only": NATIVE,
                      "ipv6-mostly": OURS},
    ("1.58", True): {"ipv6-only": THEIRS, "dual-stack": NATIVE, "ipv4-only": NATIVE,
                     "ipv6-mostly": THEIRS},
}

# The release of Debian with that NetworkManager, empty for that of this machine, and whether the
# profile enables NetworkManager's own CLAT.
SYSTEMS = {"installed": ("", False), "trixie": ("trixie", False), "sid": ("sid", False),
           "sid-own-clat": ("sid", True)}


def row_of(version, own_clat):
    """The row of EXPECTED for VERSION of NetworkManager."""
    def numbers(text):
        return [int(part) for part in text.split(".")]

    return max((row for row in EXPECTED
                if row[1] == own_clat and numbers(row[0]) <= numbers(version)),
               key=lambda row: numbers(row[0]))


class Site:
    """What the host is connected to; only its router changes."""

    def __init__(self, network):
        self.host = network.host
        self.kind = None
        self._link = network.link
        self._dhcp = None

    def _change_to(self, kind):
        router, interface = self._link.router, self._link.router_interface
        wanted = NETWORKS[kind]
        if self._dhcp is not None:
            router.stop_dhcp(self._dhcp, interface)
            self._dhcp = None
        advertisement = self._link.plain.with_pref64(PREF64)
        self._link.advertiser.advertisements = [advertisement] if wanted.has_ipv6 else []
        if wanted.dhcp is not None:
            self._dhcp = router.start_dhcp(interface, **wanted.dhcp)
        self.kind = kind

    def connect(self, kind):
        """Connects the host to a network of this KIND."""
        if self.host.device_state("eth0").startswith("100"):
            self.host.nmcli("connection", "down", "eth0")
        self._change_to(kind)
        self.host.nmcli("connection", "up", "eth0", timeout=60)


def owner_of(route):
    """To whom an IPv4 default route belongs."""
    if route["dev"].startswith("clat-"):
        return "clat-nm"
    return "network" if "gateway" in route else "NetworkManager's CLAT"


def default_routes(host):
    return [owner_of(route) for route
            in json.loads(host.output("ip", "-json", "-4", "route", "show", "default"))]


def clat_addresses(host):
    links = json.loads(host.output("ip", "-json", "-4", "address", "show"))
    return [entry["local"] for link in links for entry in link.get("addr_info", [])
            if ipaddress.IPv4Address(entry.get("local", "0.0.0.0")) in POOL]


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request):
    return SYSTEMS[request.param]


@pytest.fixture(scope="module")
def network(system, installed):
    release, own_clat = system
    with Network(installed, release=release) as network:
        if "GLIBC_" in network.host.run(DAEMON, "--version", check=False).stderr:
            pytest.skip("expected: the C library of that release is older than this machine's")
        network.start()
        if own_clat:
            network.host.nmcli("connection", "modify", "eth0", "ipv4.clat", "auto")
        yield network


@pytest.fixture(scope="module")
def version(system):
    return networkmanager_version(system[0])


@pytest.fixture(scope="module")
def expected(version, system):
    """What is expected on each network."""
    return EXPECTED[row_of(version, system[1])]


@pytest.fixture(scope="module")
def site(network):
    return Site(network)


@pytest.fixture(scope="module")
def running(network, site):
    """clat-nm, for the tests of changes."""
    with network.host.running_clat():
        yield


@pytest.fixture
def check(host, site, expected, version, system, record_property):
    """Checks what the host has on the network to which it is connected."""
    def check():
        wanted = expected[site.kind]
        host.wait_for_state(wanted.state, StateReason=wanted.reason, seconds=SECONDS)
        wait_for(lambda: default_routes(host) == [wanted.route]
                 and len(clat_addresses(host)) == wanted.addresses, SECONDS,
                 f"default route of {wanted.route} alone", host.explain)
        host.wait_for_ping(INTERNET, SECONDS)
        if wanted.addresses == 1:
            host.wait_for_state(wanted.state, Ipv4Address=clat_addresses(host)[0], Pref64=PREF64)
        # Nothing has changed meanwhile.
        host.wait_for_state(wanted.state, StateReason=wanted.reason)
        assert default_routes(host) == [wanted.route], host.explain()

    record_property("networkmanager", f"{version}, ipv4.clat=auto" if system[1] else version)
    yield check
    wanted = expected[site.kind]
    record_property("outcome", f"{wanted.state} ({wanted.route})")


@pytest.mark.parametrize("kind", NETWORKS)
def test_service_starts(host, site, check, kind):
    """The service starts on a network of each kind."""
    site.connect(kind)
    with host.running_clat():
        check()
    # Without it nothing of it is left.
    assert "clat-nm" not in default_routes(host)


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("before, kind", [
    pytest.param(before, kind, id=f"{before}-to-{kind}") for before, kind in zip(ROUND, ROUND[1:])])
def test_change(site, check, before, kind):
    """The host leaves a network and connects to one of another kind."""
    if site.kind != before:
        site.connect(before)
        check()
    site.connect(kind)
    check()


@pytest.mark.usefixtures("running")
def test_mode_no_beside_own_clat(host, site, system):
    """Field case "clatctl while NetworkManager's own CLAT is active and our mode is no"."""
    if not system[1]:
        pytest.skip("expected: NetworkManager's own CLAT is not enabled")
    site.connect("ipv6-only")
    host.wait_for_state("delegated", seconds=SECONDS)
    host.run("clatctl", "set", "eth0", "no")
    try:
        host.wait_for_state("delegated", Mode="no", Ipv4Address=clat_addresses(host)[0])
        [shown] = json.loads(host.output("clatctl", "--json"))
        assert "NetworkManager's own CLAT" in shown["StateText"]
    finally:
        host.run("clatctl", "set", "eth0", "auto")


@pytest.mark.usefixtures("running")
def test_own_clat_is_shown(host, site, system):
    """Addresses and prefix of NetworkManager's own CLAT on the bus and in clatctl."""
    if not system[1]:
        pytest.skip("expected: NetworkManager's own CLAT is not enabled")
    site.connect("ipv6-only")
    host.wait_for_state("delegated", seconds=SECONDS)
    ipv4, ipv6, pref64 = (host.nmcli("-e", "no", "-g", field, "device", "show", "eth0")
                          for field in ("IP4.CLAT-ADDRESS", "IP6.CLAT-ADDRESS",
                                        "IP6.CLAT-PREF64"))
    assert ipv6 and pref64 == PREF64
    host.wait_for_state("delegated", Ipv4Address=ipv4, Ipv6Address=ipv6, Pref64=pref64)
    shown = host.output("clatctl", "show", "eth0")
    assert ipv4 in shown and ipv6 in shown and pref64 in shown


@pytest.mark.usefixtures("running")
def test_ipv4_clat_no(host, site, system):
    """ipv4.clat=no of the profile is the user's word where ipv6.clat is not set."""
    if not system[1]:
        pytest.skip("expected: the profile does not set ipv4.clat")
    site.connect("ipv6-only")
    host.nmcli("connection", "modify", "eth0", "ipv4.clat", "no")
    try:
        host.nmcli("connection", "up", "eth0")
        state = host.wait_for_state("disabled", Mode="no", seconds=SECONDS)
        assert "ipv4.clat=no" in state["StateText"]
        assert clat_addresses(host) == [] and default_routes(host) == []
        host.run("clatctl", "set", "eth0", "yes")
        host.wait_for_state("active", Mode="yes", seconds=SECONDS)
    finally:
        host.run("clatctl", "set", "eth0", "auto")
        host.nmcli("connection", "modify", "eth0", "ipv4.clat", "auto")
