# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon and NetworkManager start, stop and are killed; and what each leaves behind."""

import re
import signal
import sys

import pytest

from lab import servers, snapshot, traffic
from lab.capture import Capture
from lab.duplicates import assert_detection_before_use, take_first
from lab.host import DAEMON
from lab.machine import PROJECT
from lab.network import INTERNET
from lab.routes import DefaultRoutes
from lab.waiting import stays, wait_for

# The goal is 2 s; the rest is for other load on the machine.
START_SECONDS = 5
KERNEL_NAME = "clat-eth0"

LAYOUT = int(re.search(r"#define CLAT_LAYOUT (0x\w+)",
                       (PROJECT / "src/bpf/clat-shared.h").read_text())[1], 16)


def assert_exactly_one(host):
    """One namespace, one interface, one address, one route: nothing duplicated."""
    assert host.namespaces() == [KERNEL_NAME]
    assert len(host.clat_routes()) == 1, host.clat_routes()
    links = host.output("ip", "-brief", "link").splitlines()
    assert [line.split("@")[0].split()[0] for line in links
            if line.startswith("clat-")] == [KERNEL_NAME]
    addresses = host.output("ip", "-brief", "-4", "address", "show", "dev", KERNEL_NAME)
    assert len(re.findall(r" 192\.0\.0\.\d peer 192\.0\.0\.1/32", addresses)) == 1, addresses
    assert addresses.count("192.0.0.") == 2, addresses


def assert_nothing_left(host, before):
    wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 5,
             "network as it was before",
             lambda: "\n".join(snapshot.differences(before, snapshot.take(host))))
    assert host.namespaces() == []


@pytest.mark.timing
def test_start_on_a_live_link(host, record_property):
    with host.running_clat():
        seconds = host.wait_for_ping(INTERNET, START_SECONDS)
        record_property("seconds to the first reply", f"{seconds:.2f}")
        assert host.wait_for_state("active")["StateReason"] == "none"


def test_start_before_the_network(network, host):
    """The daemon waits for the link to come up."""
    host.nmcli("device", "disconnect", "eth0")
    with host.running_clat():
        wait_for(lambda: host.bus_client.is_served(), 5, "service", host.explain)
        assert host.bus_client.connection("eth0") is None
        host.nmcli("connection", "up", "eth0")
        host.wait_for_state("active")
        assert host.pings(INTERNET)


def test_start_before_networkmanager(host):
    host.stop_networkmanager()
    with host.running_clat():
        wait_for(lambda: host.bus_client.is_served(), 5, "service", host.explain)
        host.start_networkmanager()
        host.wait_for_state("active", seconds=10)
        assert host.pings(INTERNET)


def test_connection_down_and_up(host, fresh_clat):
    host.nmcli("device", "disconnect", "eth0")
    wait_for(lambda: host.clat_state() is None, 3, "removal of the connection", host.explain)
    assert host.clat_routes() == [] and host.namespaces() == []
    host.nmcli("connection", "up", "eth0")
    host.wait_for_state("active")
    assert host.pings(INTERNET)


def test_cable_is_pulled_and_put_back(network, host, fresh_clat):
    network.link.unplug()
    try:
        # NetworkManager keeps a connection without carrier up for a few seconds.
        wait_for(lambda: (host.clat_state() or {}).get("State") != "active", 15, "reaction",
                 host.explain)
    finally:
        network.link.plug()
    host.wait_for_state("active", seconds=20)
    assert host.wait_for_ping(INTERNET, 5) < 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_networkmanager_restarts(host, fresh_clat, number):
    host.stop_networkmanager(number)
    host.start_networkmanager()
    # Not until NetworkManager reports "connected": that can take a minute, while IPv6 works.
    host.wait_for_ipv6("eth0")
    host.wait_for_state("active", seconds=10)
    assert host.wait_for_ping(INTERNET, 5) < 5
    assert_exactly_one(host)


def test_sigterm_leaves_nothing(host):
    before = snapshot.take(host)
    with host.running_clat():
        host.wait_for_state("active")
        assert_exactly_one(host)
        assert host.clat.stop() == 0
    assert_nothing_left(host, before)


def test_sigkill_and_next_instance(host):
    """Translation continues without a daemon; the next instance takes over, without duplicates."""
    before = snapshot.take(host)
    with host.running_clat():
        host.wait_for_state("active")
        host.stop_clat(signal.SIGKILL)
        assert host.pings(INTERNET)
    with host.running_clat():
        host.wait_for_state("active")
        assert host.wait_for_ping(INTERNET, 3) < 3
        assert_exactly_one(host)
    assert_nothing_left(host, before)


def test_sigkill_and_an_established_connection(host):
    """The connection survives, and the next instance takes it over: the route is never removed."""
    with host.running_clat():
        host.wait_for_state("active")
        with traffic.tcp(host, servers.ECHO_PORT) as client, DefaultRoutes(host) as routes:
            host.stop_clat(signal.SIGKILL)
            before = host.clat_routes()
            host.start_clat()
            state = host.wait_for_state("active", SlowPath="running")
            client.sendall(b"still here")
            assert client.recv(64) == b"still here"
            assert not routes.lost()
        assert host.clat_routes() == before and state["Ipv4Address"] in before[0]


def programs(host):
    """Ids of the BPF programs of the data path."""
    text = "".join(host.output("ip", "netns", "exec", KERNEL_NAME, "tc", "filter", "show",
                               "dev", device, "ingress") for device in ("inner", "uplink"))
    return set(re.findall(r" id (\d+)", text))


def make_other_version(host, old, new):
    """A daemon in which the bytes OLD of the binary are replaced by NEW."""
    other = "/run/clat-nm-of-another-version"
    program = host.file(DAEMON).read_bytes()
    assert old in program and len(old) == len(new)
    host.file(other).write_bytes(program.replace(old, new))
    host.run("chmod", "755", other)
    return other


def test_upgrade_and_an_established_connection(host):
    """A new version takes over the data path of the previous one and replaces only the BPF
    programs."""
    # The name of a source file that the BTF information of the program contains.
    other = make_other_version(host, b"src/bpf/clat-4to6.h", b"src/bpf/clat-4TO6.h")
    with host.running_clat():
        host.wait_for_state("active")
        with traffic.tcp(host, servers.ECHO_PORT) as client, DefaultRoutes(host) as routes:
            host.stop_clat(signal.SIGKILL)
            before, old = host.clat_routes(), programs(host)
            host.start_clat(daemon=other)
            host.wait_for_state("active", SlowPath="running")
            client.sendall(b"still here")
            assert client.recv(64) == b"still here"
            assert len(programs(host)) == 2 and not programs(host) & old
            assert host.clat_routes() == before and not routes.lost()


def test_upgrade_to_another_layout(host):
    """Another version's map layout cannot be interpreted: the whole translator is replaced."""
    before = snapshot.take(host)
    other = make_other_version(host, LAYOUT.to_bytes(4, sys.byteorder),
                               (LAYOUT + 1).to_bytes(4, sys.byteorder))
    with host.running_clat():
        host.wait_for_state("active")
        host.stop_clat(signal.SIGKILL)
        old = programs(host)
        with DefaultRoutes(host) as routes:
            host.start_clat(daemon=other)
            host.wait_for_state("active", SlowPath="running")
            assert routes.lost()
        assert len(programs(host)) == 2 and not programs(host) & old
        assert_exactly_one(host)
        assert host.pings(INTERNET)
    assert_nothing_left(host, before)


def test_sigkill_and_the_network_changes_meanwhile(host, link):
    """What a killed instance left and is no longer needed is removed by the next one."""
    before = snapshot.take(host)
    with host.running_clat():
        host.wait_for_state("active")
        host.stop_clat(signal.SIGKILL)
    link.advertiser.announce(link.plain)
    with host.running_clat():
        host.wait_for_state("searching")
        wait_for(lambda: host.clat_routes() == [], 5, "removal of what was left", host.explain)
    assert_nothing_left(host, before)


def test_only_our_own_state_is_added(host):
    """Before, during and after: settings, packet filter, links, addresses, routes, rules."""
    before = snapshot.take(host)
    with host.running_clat():
        own = host.wait_for_state("active")["Ipv4Address"]
        assert host.pings(INTERNET)
        during = snapshot.differences(before, snapshot.take(host))
    assert during
    foreign = [line for line in during if not snapshot.is_about(line, KERNEL_NAME)
               and not snapshot.is_rule_of(line, own)
               and not snapshot.is_refusal(line)]
    assert not foreign, "\n".join(foreign)
    assert not [line for line in during if line.startswith("-")]
    assert len([line for line in during if line.startswith("+ link")]) == 1
    # One route without a source, and one in our own table.
    assert len([line for line in during if '"dst": "default"' in line
                and not snapshot.is_refusal(line)]) == 2
    assert len([line for line in during if snapshot.is_rule_of(line, own)]) == 3
    assert_nothing_left(host, before)


def test_cl_d2_duplicate_address_detection(network, host):
    known = host.global_addresses("eth0")
    with Capture(network.router, "lan0") as capture:
        with host.running_clat():
            address = host.wait_for_state("active")["Ipv6Address"]
            assert host.pings(INTERNET)
    assert address not in known
    assert_detection_before_use(capture, address, known)


def test_cl_d2_duplicate_address(network, host, squat):
    """Another node has the address: it is not used; another one is, and it stays in use."""
    known = host.global_addresses("eth0")
    with Capture(network.router, "lan0") as capture, host.running_clat():
        _, address = take_first(host, capture, known, squat)
        # With each advertisement the kernel tries the first address again, with a new DAD probe.
        network.link.advertiser.send()
        stays(lambda: host.clat_state()["Ipv6Address"] == address and host.pings(INTERNET),
              1.5, f"use of {address}", host.explain)
    assert_detection_before_use(capture, address, known)
    translated = capture.ipv6(lambda packet: packet.icmp_type == 128)
    assert {str(packet.source) for packet in translated} == {address}
