# SPDX-License-Identifier: GPL-2.0-or-later
"""A VPN takes over existing connections: established connections and bound sockets with a CLAT
address follow a better default route, as those with native IPv4 of the same link do, and none
of their packets is on the link any more."""

import contextlib
import ipaddress
import os
import socket
import time

import pytest

from lab import servers, traffic
from lab.capture import Capture
from lab.layers import kernel_has
from lab.network import INTERNET, Network, PREF64
from lab.tunnel import open_tun
from lab.waiting import wait_for
from lab.wireguard import wg_quick, wireguard_profile

DEVICE = "vpn0"
MARK = "0xca6c"
TABLE = "51820"
SECOND_PREF64 = "2001:db8:65::/96"
NATIVE = "10.0.0.9"
# Number and interval of the packets of each socket: longer than any reaction of the service.
SENDS, PAUSE = 10, 0.1


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed, links=2) as network:
        network.router.add_nat64(SECOND_PREF64)
        second = network.links[1]
        second.advertiser.announce(second.plain.with_pref64(SECOND_PREF64))
        network.start()
        network.router.ip("address", "replace", "10.0.0.1/24", "dev", "lan0")
        yield network


class Device:
    """A tunnel device whose packets are only captured."""

    def __init__(self, host):
        self.host = host
        self.tun = open_tun(host, DEVICE)
        host.ip("address", "add", "10.99.0.2/24", "dev", DEVICE)
        host.ip("link", "set", DEVICE, "up")

    def close(self):
        os.close(self.tun)
        wait_for(lambda: DEVICE not in self.host.output("ip", "link"), 5, "removal of the VPN")


@contextlib.contextmanager
def metric(host):
    """The default route of a VPN, with a lower metric than those of all connections."""
    device = Device(host)
    host.ip("route", "add", "default", "dev", DEVICE, "metric", "50")
    try:
        yield DEVICE
    finally:
        device.close()


@contextlib.contextmanager
def halves(host):
    """The two halves of 0.0.0.0/0, as OpenVPN adds them."""
    device = Device(host)
    for half in "0.0.0.0/1", "128.0.0.0/1":
        host.ip("route", "add", half, "dev", DEVICE)
    try:
        yield DEVICE
    finally:
        device.close()


@contextlib.contextmanager
def rules(host):
    """The rules that wg-quick adds, also for kernels without WireGuard."""
    device = Device(host)
    added = (("not", "from", "all", "fwmark", MARK, "table", TABLE),
             ("table", "main", "suppress_prefixlength", "0"))
    host.ip("route", "add", "default", "dev", DEVICE, "table", TABLE)
    for rule in added:
        host.ip("rule", "add", *rule)
    try:
        yield DEVICE
    finally:
        for rule in added:
            host.ip("rule", "del", *rule)
        device.close()


@contextlib.contextmanager
def profile(host):
    """A NetworkManager profile with a default route of its own, as VPN plugins and the kill
    switches of VPN applications add it."""
    host.nmcli("connection", "add", "type", "tun", "ifname", DEVICE, "con-name", DEVICE,
               "mode", "tun", "autoconnect", "no", "ipv4.method", "manual", "ipv4.addresses", "10.99.0.2/24",
               "ipv4.gateway", "10.99.0.1", "ipv4.route-metric", "98", "ipv6.method", "disabled")
    host.nmcli("connection", "up", DEVICE)
    tun = open_tun(host, DEVICE)
    try:
        yield DEVICE
    finally:
        os.close(tun)
        host.nmcli("connection", "delete", DEVICE)
        wait_for(lambda: DEVICE not in host.output("ip", "link"), 5, "removal of the VPN")


@contextlib.contextmanager
def dummy(host):
    """A default route through an interface that drops all packets, as the kill switches of some
    VPN applications add it. Kernels without dummy interfaces have one end of a veth pair."""
    added = host.run("ip", "link", "add", DEVICE, "type", "dummy", check=False)
    if added.returncode != 0:
        host.ip("link", "add", DEVICE, "type", "veth", "peer", "name", f"{DEVICE}-end")
        host.ip("link", "set", DEVICE, "arp", "off")
        host.ip("link", "set", f"{DEVICE}-end", "up")
    host.ip("address", "add", "100.85.0.1/24", "dev", DEVICE)
    host.ip("link", "set", DEVICE, "up")
    host.ip("route", "add", "default", "via", "100.85.0.2", "dev", DEVICE, "metric", "98")
    try:
        yield DEVICE
    finally:
        host.ip("link", "delete", DEVICE)


def kill_switch(kind):
    """A route of type KIND (blackhole, for example), with a lower metric than all others."""
    @contextlib.contextmanager
    def switch(host):
        host.ip("route", "add", kind, "default", "metric", "50")
        try:
            yield None
        finally:
            host.ip("route", "del", kind, "default", "metric", "50")
    switch.__name__ = kind
    return switch


VPNS = [metric, halves, rules, profile, dummy, kill_switch("blackhole"), kill_switch("unreachable"),
        kill_switch("prohibit"), wg_quick, wireguard_profile]
WIREGUARD = {wg_quick, wireguard_profile}


@pytest.fixture(params=VPNS, ids=lambda vpn: vpn.__name__)
def vpn(request, network):
    if request.param in WIREGUARD and not kernel_has(network.outer, "wireguard"):
        pytest.skip("expected: this kernel has no wireguard")
    return request.param


@contextlib.contextmanager
def native_ipv4(host):
    """The first connection with native IPv4."""
    host.nmcli("connection", "modify", "eth0", "ipv4.method", "manual", "ipv4.addresses",
               f"{NATIVE}/24", "ipv4.gateway", "10.0.0.1")
    host.nmcli("device", "reapply", "eth0")
    # NetworkManager 1.52 adds the route before the address.
    wait_for(lambda: f"{NATIVE}/" in host.output("ip", "-4", "address", "show", "eth0")
             and "10.0.0.1" in host.output("ip", "-4", "route"), 5, "native IPv4",
             host.explain)
    try:
        yield [NATIVE]
    finally:
        host.nmcli("connection", "modify", "eth0", "ipv4.method", "auto", "ipv4.addresses", "",
                   "ipv4.gateway", "")
        host.nmcli("device", "reapply", "eth0")


@contextlib.contextmanager
def clats(host, *interfaces):
    """The CLATs of these connections are active."""
    others = {"eth0", "eth1"} - set(interfaces)
    for other in others:
        host.nmcli("device", "disconnect", other)
    try:
        with host.running_clat():
            for interface in interfaces:
                host.wait_for_state("active", interface)
            yield [host.clat_state(interface)["Ipv4Address"] for interface in interfaces]
    finally:
        for other in others:
            host.nmcli("connection", "up", other)


def one_clat(host):
    return clats(host, "eth0")


def two_clats(host):
    return clats(host, "eth0", "eth1")


WAYS = [native_ipv4, one_clat, two_clats]
every_way = pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])


def inside(prefix):
    network = ipaddress.ip_network(prefix)
    return str(network[int(ipaddress.ip_address(INTERNET))])


TARGETS = {inside(PREF64), inside(SECOND_PREF64)}


def is_to_internet(frame):
    """Whether FRAME is a native or a translated packet to the internet."""
    if frame.ethertype == 0x0800:
        return str(ipaddress.ip_address(frame.bytes[30:34])) == INTERNET
    return (frame.ethertype == 0x86dd
            and str(ipaddress.ip_address(frame.bytes[38:54])) in TARGETS)


@contextlib.contextmanager
def wire(network):
    """Yields a list that has the packets to the internet on either link at the end."""
    seen = []
    with Capture(network.router, "lan0") as first, Capture(network.router, "lan1") as second:
        yield seen
    seen += filter(is_to_internet, first.frames + second.frames)


def bound_udp(host, address):
    return traffic.udp(host, source=address)


@contextlib.contextmanager
def unconnected_udp(host, address):
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind((address, 0))
        yield client


def bound_tcp(host, address):
    return traffic.tcp(host, servers.ECHO_PORT, source=address)


def send_all(clients):
    """Sends from each socket; the errors of refused packets are ignored."""
    for _ in range(SENDS):
        for client in clients:
            with contextlib.suppress(OSError):
                client.sendto(b"not for this link", (INTERNET, servers.ECHO_PORT))
        time.sleep(PAUSE)


def assert_is_taken_over(network, device, clients):
    """All packets of the sockets enter the VPN, and none of them the link."""
    with contextlib.ExitStack() as stack:
        inner = stack.enter_context(Capture(network.host, device)) if device else None
        seen = stack.enter_context(wire(network))
        send_all(clients)
    assert not seen
    if inner is not None:
        sources = {str(ipaddress.ip_address(frame.bytes[26:30])) for frame in inner.frames
                   if is_to_internet(frame)}
        assert sources >= {client.getsockname()[0] for client in clients}


@every_way
def test_established_connections_follow_a_vpn(network, host, way, vpn):
    with way(host) as addresses, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(make(host, address)) for address in addresses
                   for make in (bound_udp, bound_tcp)]
        for client in clients:
            assert traffic.is_echoed(client, b"before the VPN")
        device = stack.enter_context(vpn(host))
        assert_is_taken_over(network, device, clients)


@pytest.mark.parametrize("way", [one_clat, two_clats], ids=["one_clat", "two_clats"])
def test_vpn_that_was_up_before_the_clat(network, host, way, vpn):
    """A socket cannot be connected in this case."""
    with contextlib.ExitStack() as stack:
        device = stack.enter_context(vpn(host))
        addresses = stack.enter_context(way(host))
        clients = [stack.enter_context(unconnected_udp(host, address))
                   for address in addresses]
        assert_is_taken_over(network, device, clients)


@every_way
def test_connections_continue_after_the_vpn(host, way):
    with way(host) as addresses, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(bound_udp(host, address)) for address in addresses]
        with metric(host):
            send_all(clients)
        for client in clients:
            wait_for(lambda client=client: traffic.is_echoed(client, b"after the VPN"), 5,
                     "answer", host.explain)


def test_worse_default_routes_change_nothing(network, host):
    """An IPv4 uplink with a metric of 20001 beside two CLATs."""
    with two_clats(host) as addresses, contextlib.ExitStack() as stack:
        device = Device(host)
        stack.callback(device.close)
        host.ip("route", "add", "default", "dev", DEVICE, "metric", "20001")
        for address in addresses:
            client = stack.enter_context(bound_udp(host, address))
            assert traffic.is_echoed(client, b"through its own translator")


def test_vpn_ends_the_drain(network, host):
    """Beside native IPv4 an established connection keeps using the NAT64; a VPN that takes over
    native IPv4 takes over that connection, too."""
    with one_clat(host) as [address], bound_tcp(host, address) as client:
        assert traffic.is_echoed(client, b"through the NAT64")
        with native_ipv4(host):
            host.wait_for_state("native")
            assert traffic.is_echoed(client, b"beside native IPv4")
            with metric(host):
                wait_for(lambda: not host.clat_state()["Ipv4Address"], 5, "end of the drain",
                         host.explain)
                with wire(network) as seen:
                    send_all([client])
            assert not seen
