# SPDX-License-Identifier: GPL-2.0-or-later
"""VPNs with an IPv4-only endpoint: their outer packets pass through the CLAT, and the traffic
inside them does not bypass them."""

import contextlib

import pytest

from lab import servers, traffic
from lab.capture import Capture
from lab.layers import kernel_has
from lab.machine import PROJECT
from lab.network import INTERNET, INTERNET_IN_IPV6
from lab.waiting import wait_for
from lab.wireguard import make_key

TUNNEL = PROJECT / "tests/lab/vpn.py"
DEVICE = "vpn0"
PORT = 4500
MARK = 0xca6c
TABLE = "51820"
MTU = "1300"
NEAR, REMOTE = "10.99.0.2", "10.99.0.1"
# An address behind the VPN only; without the VPN the packets would leave through the CLAT.
BEHIND = "203.0.113.1"

pytestmark = pytest.mark.usefixtures("clat", "no_ipv4")


class Tun:
    """An endpoint of this project's own small tunnel."""

    kind = "tun"

    def __init__(self, machine, *arguments):
        self.machine = machine
        self.log = machine.file(f"/run/{DEVICE}.log")
        self.log.unlink(missing_ok=True)
        self.process = machine.popen(["/usr/bin/python3", TUNNEL, DEVICE, str(PORT),
                                      *arguments], log=self.log)
        wait_for(lambda: b"ready" in self.log.read_bytes(), 10, "tunnel", self.log.read_text)

    @classmethod
    def far(cls, machine):
        return cls(machine)

    @classmethod
    def near(cls, machine, far):
        return cls(machine, INTERNET, str(MARK))

    def stop(self):
        self.process.stop()


class WireGuard:
    """An endpoint of the kernel's WireGuard."""

    kind = "wireguard"

    def __init__(self, machine):
        self.machine = machine
        private, self.public = make_key(machine)
        machine.file(f"/run/{DEVICE}.key").write_text(f"{private}\n")
        machine.ip("link", "add", DEVICE, "type", "wireguard")
        machine.run("wg", "set", DEVICE, "listen-port", str(PORT), "private-key",
                    f"/run/{DEVICE}.key")

    @classmethod
    def far(cls, machine):
        return cls(machine)

    @classmethod
    def near(cls, machine, far):
        end = cls(machine)
        machine.run("wg", "set", DEVICE, "fwmark", str(MARK), "peer", far.public,
                    "allowed-ips", "0.0.0.0/0", "endpoint", f"{INTERNET}:{PORT}")
        far.machine.run("wg", "set", DEVICE, "peer", end.public, "allowed-ips", f"{NEAR}/32")
        return end

    def stop(self):
        self.machine.ip("link", "del", DEVICE)


def configure(end, address):
    end.machine.ip("address", "add", f"{address}/24", "dev", DEVICE)
    end.machine.ip("link", "set", DEVICE, "mtu", MTU, "up")


@pytest.fixture(scope="module", params=[Tun, WireGuard], ids=lambda kind: kind.kind)
def far_end(request, network):
    if request.param is WireGuard and not kernel_has(network.outer, "wireguard"):
        pytest.skip("expected: this kernel has no wireguard")
    internet = network.internet
    end = request.param.far(internet)
    configure(end, REMOTE)
    internet.ip("address", "add", f"{BEHIND}/32", "dev", DEVICE)
    server = internet.popen(["/usr/bin/python3", PROJECT / "tests/lab/servers.py", BEHIND])
    yield end
    server.stop()
    end.stop()


@pytest.fixture
def vpn(network, host, far_end):
    """The VPN is up on the host; only its own network is routed through it."""
    host.wait_for_state("active")
    end = type(far_end).near(host, far_end)
    configure(end, NEAR)
    wait_for(lambda: host.pings(REMOTE, seconds=0.3), 5, "other end", host.explain)
    yield
    end.stop()
    wait_for(lambda: DEVICE not in host.output("ip", "link"), 5, "removal of the VPN")


@contextlib.contextmanager
def better_metric(host):
    """All traffic goes through the VPN, except its own packets: a host route to the endpoint."""
    clat = host.clat_state()["HostInterface"]
    host.ip("route", "add", f"{INTERNET}/32", "dev", clat)
    host.ip("route", "add", "default", "dev", DEVICE, "metric", "1")
    try:
        yield
    finally:
        host.ip("route", "del", "default", "dev", DEVICE, "metric", "1")
        host.run("ip", "route", "del", f"{INTERNET}/32", check=False)


@contextlib.contextmanager
def rules(host):
    """The rules that wg-quick adds."""
    ours = (("not", "from", "all", "fwmark", str(MARK), "table", TABLE),
            ("table", "main", "suppress_prefixlength", "0"))
    host.ip("route", "add", "default", "dev", DEVICE, "table", TABLE)
    for rule in ours:
        host.ip("rule", "add", *rule)
    try:
        yield
    finally:
        for rule in ours:
            host.ip("rule", "del", *rule)


full_tunnel = pytest.mark.parametrize("tunnel", [better_metric, rules],
                                      ids=["better metric", "rules"])


def is_of_vpn(packet):
    """WireGuard's packets may be fragmented, and are where they exceed 1280 octets."""
    if packet.next_header == 44:
        ends = str(packet.source), str(packet.destination)
        return packet.payload[0] == 17 and INTERNET_IN_IPV6 in ends
    return packet.next_header == 17 and PORT in packet.ports


def carries_data(packet):
    """WireGuard's ends exchange handshakes from time to time, and keepalives: messages of the
    types 1 to 3, and of type 4 with only a header and an authenticator."""
    message = packet.payload[8:]
    return is_of_vpn(packet) and message[0] not in (1, 2, 3) and len(message) > 32


def assert_only_vpn(host, capture):
    """Every packet that the CLAT sent belongs to the VPN."""
    own = host.clat_state()["Ipv6Address"]
    sent = capture.ipv6(lambda packet: str(packet.source) == own
                        and packet.icmp_type not in (133, 135, 136))
    assert sent
    assert all(map(is_of_vpn, sent)), [packet for packet in sent if not is_of_vpn(packet)]


def assert_works_inside(host, capture):
    for address in REMOTE, BEHIND:
        assert host.pings(address)
    traffic.assert_carries(host, 2 * traffic.MB, BEHIND)
    assert_only_vpn(host, capture)


def test_outer_packets_pass_through_the_clat(network, host, vpn):
    """The endpoint is an IPv4 address; traffic outside of the VPN is as before."""
    with Capture(network.router, "lan0") as capture:
        assert host.pings(REMOTE)
    assert_only_vpn(host, capture)
    assert {str(packet.destination) for packet in capture.ipv6(is_of_vpn)} \
        >= {INTERNET_IN_IPV6}
    assert host.pings(INTERNET)
    assert traffic.download(host, 2 * traffic.MB)[0] == servers.content_hash(2 * traffic.MB)


@full_tunnel
def test_all_traffic_enters_the_vpn(network, host, vpn, tunnel):
    with tunnel(host), Capture(network.router, "lan0") as capture:
        assert_works_inside(host, capture)


@full_tunnel
def test_does_not_loop(network, host, vpn, tunnel):
    """One packet inside is one packet outside, each way."""
    with tunnel(host), Capture(network.router, "lan0") as capture:
        assert host.pings(BEHIND)
    assert len(capture.ipv6(carries_data)) == 2


@full_tunnel
def test_not_bypassed_when_the_clat_is_set_up_again(network, host, vpn, tunnel):
    """Routes and rules of the CLAT added after those of the VPN do not bypass it."""
    with tunnel(host), Capture(network.router, "lan0") as capture:
        host.ip("link", "del", host.clat_state()["HostInterface"])
        host.wait_for_state("active", seconds=10)
        if tunnel is better_metric:
            # That route belongs to the VPN, which has to add it again.
            host.ip("route", "replace", f"{INTERNET}/32", "dev", "clat-eth0")
        wait_for(lambda: host.pings(BEHIND, seconds=0.3), 10, "VPN", host.explain)
        assert_works_inside(host, capture)


def test_rules_older_than_the_clat(network, host, vpn):
    """The VPN's rules have the priorities that the CLAT's would have."""
    host.nmcli("device", "disconnect", "eth0")
    with rules(host):
        host.nmcli("connection", "up", "eth0")
        host.wait_for_state("active", seconds=20)
        with Capture(network.router, "lan0") as capture:
            wait_for(lambda: host.pings(BEHIND, seconds=0.3), 10, "VPN", host.explain)
            assert_works_inside(host, capture)
