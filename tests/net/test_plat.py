# SPDX-License-Identifier: GPL-2.0-or-later
"""A NAT64 that does not answer: noticed by the packets that pass the translator and by what
routers report, shown, and left for another connection with IPv4 as long as it does not answer."""

import contextlib
import socket
import threading
import time

import pytest

from lab import servers, traffic
from lab.impaired import impaired
from lab.network import INTERNET, PREF64, Network
from lab.waiting import PATIENCE, stays, wait_for

pytestmark = pytest.mark.usefixtures("clat")

DEAD = "198.51.100.77"
NATIVE = "10.0.0.0/24"
# The other connection's; the translator's is that of eth0's IPv6 default route.
NATIVE_METRIC = 600
NOTICED_SECONDS = 15
RETURN_SECONDS = 8


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed, links=2) as network:
        # The other connection has native IPv4 only when a test wants it.
        network.links[1].advertiser.announce_pref64()
        network.host.add_profile("eth0", ipv6="route-metric=100")
        network.host.add_profile("eth1", ipv4=f"route-metric={NATIVE_METRIC}",
                                 ipv6=f"route-metric={NATIVE_METRIC}")
        network.host.start_networkmanager()
        for link in network.links:
            network.host.wait_for_ipv6(link.host_interface)
        yield network


@pytest.fixture(autouse=True)
def active(host):
    """Each test starts with a NAT64 that answers."""
    host.wait_for_state("active")
    host.wait_for_ping(INTERNET, 10)
    host.wait_for_state("active", Plat="reachable")


@pytest.fixture
def other(network, host):
    """The other connection has native IPv4."""
    server = network.router.start_dhcp("lan1", NATIVE)
    host.nmcli("connection", "up", "eth1")
    wait_for(lambda: "10.0.0." in host.output("ip", "-4", "route", "show", "default"), 10,
             "native IPv4", host.explain)
    yield "eth1"
    network.router.stop_dhcp(server, "lan1")
    host.nmcli("connection", "up", "eth1")
    wait_for(lambda: "10.0.0." not in host.output("ip", "-4", "route", "show", "default"), 10,
             "end of native IPv4", host.explain)


@contextlib.contextmanager
def prefix_routed(network, kind):
    """The route to the NAT64 is of type KIND (blackhole, unreachable) meanwhile."""
    route = kind, PREF64, "metric", "10"
    network.router.ip("-6", "route", "add", *route)
    try:
        yield
    finally:
        network.router.ip("-6", "route", "del", *route)


def stopped(network):
    """A router that answers neighbour discovery, but does not forward to the NAT64."""
    return prefix_routed(network, "blackhole")


class Pinger:
    """Pings ADDRESSES in turn, as long as the context is open."""

    def __init__(self, host, *addresses, interval=0.5):
        self._host, self._addresses, self._interval = host, addresses, interval
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self):
        number = 0
        while not self._ending.wait(self._interval):
            address = self._addresses[number % len(self._addresses)]
            self._host.run("ping", "-n", "-c", "1", "-W", "0.2", address, check=False)
            number += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ending.set()
        self._thread.join()


def used_interface(host):
    words = host.output("ip", "route", "get", INTERNET).split()
    return words[words.index("dev") + 1]


def test_nat64_stops_and_another_connection_carries_ipv4(network, host, other):
    """Field case "NAT64 dead"."""
    assert used_interface(host) == "clat-eth0"
    start = time.monotonic()
    with stopped(network), Pinger(host, INTERNET):
        wait_for(lambda: used_interface(host) == other, NOTICED_SECONDS, "move", host.explain)
        assert time.monotonic() - start < NOTICED_SECONDS * PATIENCE
        assert host.pings(INTERNET)
        state = host.wait_for_state("active", Plat="unreachable", StateReason="none")
        assert PREF64 in state["StateText"] and state["PlatText"] in state["StateText"]
        assert state["PlatSince"] > state["ActiveSince"]
        [line] = [line for line in host.output("clatctl").splitlines() if "eth0" in line]
        assert " no " in line and "does not answer" in line
        # What is bound to the translator stays on it.
        assert "clat-eth0" in host.output("ip", "route", "get", INTERNET, "from",
                                          state["Ipv4Address"])
    wait_for(lambda: used_interface(host) == "clat-eth0", RETURN_SECONDS * 2, "return",
             host.explain)
    host.wait_for_state("active", Plat="reachable")
    assert "works" in host.output("clatctl")


def test_return_is_noticed_without_traffic(network, host):
    with stopped(network), Pinger(host, INTERNET):
        host.wait_for_state("active", Plat="unreachable", seconds=NOTICED_SECONDS)
    host.wait_for_state("active", Plat="reachable", seconds=RETURN_SECONDS * 2)


def test_router_without_route_is_noticed_at_once(network, host):
    with prefix_routed(network, "unreachable"):
        with Pinger(host, INTERNET):
            state = host.wait_for_state("active", Plat="unreachable", seconds=5)
        assert "code 0" in state["PlatText"]
        # A program does not have to wait for that.
        start = time.monotonic()
        with host.socket(socket.AF_INET, socket.SOCK_STREAM) as client, \
                pytest.raises(OSError) as caught:
            client.settimeout(5)
            client.connect((INTERNET, servers.HTTP_PORT))
        assert not isinstance(caught.value, TimeoutError)
        assert time.monotonic() - start < 2 * PATIENCE
    host.wait_for_state("active", Plat="reachable", seconds=RETURN_SECONDS * 2)


def test_router_that_hears_nothing_is_named(network, host, link):
    link.router.ip("-6", "neigh", "flush", "dev", "lan0")
    link.router.run("nft", "-f", "-", input="""
        table netdev gone {
          chain ingress { type filter hook ingress device lan0 priority 0; drop; }
        }""")
    try:
        with Pinger(host, INTERNET):
            state = host.wait_for_state("active", Plat="unreachable", seconds=60)
        assert "None of" in state["PlatText"] or "neighbour" in state["PlatText"]
    finally:
        link.router.run("nft", "delete", "table", "netdev", "gone")
    host.wait_for_state("active", Plat="reachable", seconds=70)


def test_dead_from_the_beginning(network, host):
    host.stop_clat()
    with stopped(network):
        host.start_clat()
        host.wait_for_state("active", Plat="unknown")
        with Pinger(host, INTERNET):
            state = host.wait_for_state("active", Plat="unreachable", seconds=NOTICED_SECONDS)
    # The router answered the translator's address: that is not filtered.
    assert "host's own" not in state["PlatText"]
    host.wait_for_state("active", Plat="reachable", seconds=RETURN_SECONDS * 2)


def test_filtered_address_is_named(network, host, link):
    """Field case "filtered", where the translator may not share the host's address."""
    configuration = "/run/own.conf"
    host.file(configuration).write_text("[main]\naddress=own\n")
    host.stop_clat()
    [own] = host.global_addresses("eth0")
    link.router.run("nft", "-f", "-", input=f"""
        table netdev filter {{
          chain ingress {{
            type filter hook ingress device lan0 priority 0;
            meta protocol ip6 ip6 saddr != {{ fe80::/10, ::, {own} }} drop
          }}
        }}""")
    try:
        host.start_clat("--config", configuration)
        host.wait_for_state("active")
        with Pinger(host, INTERNET):
            state = host.wait_for_state("active", Plat="unreachable", seconds=NOTICED_SECONDS)
        assert "host's own address" in state["PlatText"]
    finally:
        link.router.run("nft", "delete", "table", "netdev", "filter")
        host.stop_clat()
        host.start_clat()


@pytest.mark.parametrize("addresses", [(DEAD,), (DEAD, INTERNET)], ids=["alone", "among others"])
def test_a_dead_server_is_not_a_dead_nat64(host, addresses):
    with Pinger(host, *addresses):
        stays(lambda: host.clat_state()["Plat"] == "reachable", 20, "reachable", host.explain)


def test_loss_is_not_silence(network, host):
    """A Wi-Fi that loses 30 % of the packets in each direction, and so half of the answers."""
    with impaired(network.router, loss=0.51), Pinger(host, INTERNET, interval=0.8):
        stays(lambda: host.clat_state()["Plat"] == "reachable", 60, "reachable", host.explain)


@pytest.mark.parametrize("delay", [2, 10])
def test_a_slow_nat64_is_not_silence(network, host, delay):
    """It may count as unreachable until the first answer, but not again."""
    with impaired(network.router, delay=delay), Pinger(host, INTERNET):
        if delay > 2:
            time.sleep(delay + 1)
        host.wait_for_state("active", Plat="reachable", seconds=5)
        stays(lambda: host.clat_state()["Plat"] == "reachable", 15, "reachable", host.explain)


def test_tcp_survives_a_restart_of_the_nat64(network, host):
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        traffic.exchange(client, b"before")
        with stopped(network):
            client.sendall(b"after")
            with Pinger(host, INTERNET):
                host.wait_for_state("active", Plat="unreachable", seconds=NOTICED_SECONDS)
        host.wait_for_state("active", Plat="reachable", seconds=RETURN_SECONDS * 2)
        client.settimeout(30 * PATIENCE)
        received = b""
        while len(received) < len(b"after"):
            received += client.recv(64)
        assert received == b"after"


def test_verdict_survives_a_restart_of_the_service(network, host):
    with stopped(network):
        with Pinger(host, INTERNET):
            state = host.wait_for_state("active", Plat="unreachable", seconds=NOTICED_SECONDS)
        host.stop_clat(9)
        host.start_clat()
        found = host.wait_for_state("active")
        assert found["Plat"] == "unreachable" and found["PlatSince"] == state["PlatSince"]
    host.wait_for_state("active", Plat="reachable", seconds=RETURN_SECONDS * 2)
