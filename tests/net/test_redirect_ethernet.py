# SPDX-License-Identifier: GPL-2.0-or-later
"""Ethernet without an ipvlan or macvlan, as where the kernel has neither: a BPF program on the
link replaces it, using the link's MAC address."""

import json
import re
import signal
import socket

import pytest
from scapy.layers.inet import UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether

from lab import ownipv6, snapshot, tcx, traffic
from lab.capture import Capture
from lab.duplicates import assert_detection_before_use, take_first
from lab.faults import NO_CHILDREN
from lab.network import INTERNET, INTERNET_IN_IPV6
from lab.waiting import stays, wait_for

NAME = "clat-eth0"
PROGRAM = "clat_nm_in"
# The kernel sends no event for this: the service polls every ten seconds.
REPAIR_SECONDS = 20
PORT = 5000


def attached(host):
    """The number of our programs attached to the link, by tcx or by clsact."""
    if tcx.is_supported(host):
        return tcx.names(host, "eth0").count(PROGRAM)
    filters = host.output("tc", "filter", "show", "dev", "eth0", "ingress")
    return filters.count(f" {PROGRAM} direct-action ")


def proxies(host):
    entries = json.loads(host.output("ip", "-6", "-json", "neigh", "show", "proxy") or "[]")
    return {entry["dst"] for entry in entries}


def groups(host):
    """The multicast groups that eth0 has joined."""
    [link] = json.loads(host.output("ip", "-6", "-json", "maddress", "show", "dev", "eth0"))
    return {entry["address"] for entry in link["maddr"]}


def outside(host):
    """The host's end of the veth pair."""
    return "clat-up-" + host.output("cat", "/sys/class/net/eth0/ifindex")


def mac_of(host, interface="eth0"):
    return host.output("cat", f"/sys/class/net/{interface}/address")


@pytest.fixture
def nothing_left(host):
    """The host's state afterwards equals its state before."""
    def state():
        return snapshot.take(host) | {f"group {group}" for group in groups(host)}

    before = state()
    yield
    wait_for(lambda: not snapshot.differences(before, state()), 5, "host as it was before",
             lambda: "\n".join(snapshot.differences(before, state())))
    assert not host.namespaces() and not attached(host) and not proxies(host)


@pytest.fixture
def running(nothing_left, host, faulty_clat):
    with faulty_clat.running(*NO_CHILDREN):
        host.wait_for_state("active", Uplink="redirect", SlowPath="running")
        yield


def test_check_reports_a_usable_kernel(host, running):
    shown = json.loads(host.output("clatctl", "--json", "check"))
    found = {feature["Name"]: feature["Available"] for feature in shown["Features"]}
    assert not found["ipvlan"] and not found["macvlan"]
    assert shown["Sufficient"]


def test_traffic(network, host, running, record_property):
    record_property("uplink", host.clat_state()["Uplink"])
    with Capture(network.router, "lan0", Capture.NOT_IPV6) as capture:
        assert host.pings(INTERNET)
        traffic.assert_carries(host, 5 * traffic.MB)
        with traffic.udp(host) as client:
            assert all(traffic.is_echoed(client, b"x" * length) for length in (1, 1444, 4000))
    capture.assert_no_ipv4()


def test_neighbours_see_one_mac_address(network, host, running):
    """Whatever the namespace sends, neighbours see the host's MAC address."""
    router, address = network.router, host.clat_state()["Ipv6Address"]
    with Capture(router, "lan0") as capture:
        router.ip("-6", "neigh", "flush", "dev", "lan0")
        assert host.pings(INTERNET)
    sent = {frame.source for frame in capture.frames}
    assert sent <= {mac_of(host), mac_of(router, "lan0")}
    [neighbour] = json.loads(router.output("ip", "-6", "-json", "neigh", "show", address))
    assert neighbour["lladdr"] == mac_of(host)


def test_solicitations_for_its_addresses_are_received(host, running):
    """Where a NIC or switch filters multicast: the link has joined the solicited-node groups."""
    own = socket.inet_pton(socket.AF_INET6, host.clat_state()["Ipv6Address"])
    base = socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:0")
    assert socket.inet_ntop(socket.AF_INET6, base[:13] + own[13:]) in groups(host)


@pytest.mark.timing
def test_ipv6_of_the_host_is_unharmed(network, nothing_left, faulty_clat):
    ownipv6.of_link(network, network.link).assert_unharmed(faulty_clat.running(*NO_CHILDREN),
                                                           Uplink="redirect")


def test_ipv6_of_the_host_keeps_working(network, host, running):
    assert host.pings(INTERNET_IN_IPV6) and host.pings(network.link.router_address)
    network.router.ip("-6", "neigh", "flush", "dev", "lan0")
    for address in host.global_addresses("eth0"):
        assert network.router.pings(address)


def test_only_our_own_state_is_added(host, nothing_left, faulty_clat):
    """No setting, address or route of the host changes except those of our interfaces."""
    before = snapshot.take(host)
    with faulty_clat.running(*NO_CHILDREN):
        own = host.wait_for_state("active", Uplink="redirect")["Ipv4Address"]
        during = snapshot.differences(before, snapshot.take(host))
    foreign = [line for line in during
               if not any(snapshot.is_about(line, name) for name in (NAME, outside(host)))
               and not snapshot.is_rule_of(line, own)
               and not snapshot.is_refusal(line)
               and (tcx.is_supported(host) or "clsact" not in line)]
    assert not foreign, "\n".join(foreign)


def frame_for(network, host, payload):
    """A frame to the translator's IPv6 address, as from behind the NAT64."""
    return (Ether(src=network.link.mac, dst=mac_of(host)), IPv6(
        src=INTERNET_IN_IPV6, dst=host.clat_state()["Ipv6Address"])
        / UDP(sport=7, dport=PORT) / payload)


def test_foreign_vlan(network, host, running):
    """Tagged frames do not belong to this link, whatever address they are for."""
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as here, \
            network.router.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw, \
            network.router.network():
        here.bind(("", PORT))
        here.settimeout(traffic.RECEIVE_SECONDS)
        raw.bind(("lan0", 0x86dd))
        ethernet, packet = frame_for(network, host, b"tagged")
        raw.send(bytes(ethernet / Dot1Q(vlan=5) / packet))
        ethernet, packet = frame_for(network, host, b"plain")
        raw.send(bytes(ethernet / packet))
        assert here.recv(100) == b"plain"


def test_cl_d2_duplicate_address_detection(network, host, faulty_clat):
    known = host.global_addresses("eth0")
    with Capture(network.router, "lan0") as capture, faulty_clat.running(*NO_CHILDREN):
        address = host.wait_for_state("active")["Ipv6Address"]
        assert host.pings(INTERNET)
    assert address not in known
    assert_detection_before_use(capture, address, known)


def test_cl_d2_duplicate_address(network, host, faulty_clat, squat):
    """Another node has the address: it is not used, another one is."""
    known = host.global_addresses("eth0")
    with Capture(network.router, "lan0") as capture, faulty_clat.running(*NO_CHILDREN):
        taken, address = take_first(host, capture, known, squat)
        assert address in proxies(host) and taken not in proxies(host)


def test_cl_d2_address_is_defended(network, host, running):
    """The address is defended: a node that probes for it is answered."""
    address = host.clat_state()["Ipv6Address"]
    router = network.router
    # Two nodes that probe at the same time both give the address up (RFC 4862, 5.4.3).
    wait_for(lambda: not re.search("tentative|optimistic", host.output(
        "ip", "-n", NAME, "-6", "address", "show", "dev", "uplink", "to", address)),
             5, "end of its own DAD probes", host.explain)
    router.ip("address", "add", f"{address}/128", "dev", "lan0")
    try:
        wait_for(lambda: "dadfailed" in router.output("ip", "-6", "address", "show", "dev",
                                                      "lan0", "to", address),
                 5, "answer to the router's probe", host.explain)
    finally:
        router.ip("address", "del", f"{address}/128", "dev", "lan0")
    # The router may have to resolve the address again, and succeeds.
    assert host.wait_for_ping(INTERNET, 3) < 3
    assert host.clat_state()["Ipv6Address"] == address


@pytest.fixture
def mac(host):
    before = mac_of(host)
    yield before
    host.ip("link", "set", "eth0", "address", before)


def test_mac_address_changes(network, host, running, mac):
    host.ip("link", "set", "eth0", "address", "02:00:00:00:47:11")
    address = host.wait_for_state("active")["Ipv6Address"]
    wait_for(lambda: host.pings(INTERNET, seconds=0.3), REPAIR_SECONDS, "IPv4 again",
             host.explain)
    network.router.ip("-6", "neigh", "flush", "dev", "lan0")
    assert host.wait_for_ping(INTERNET, 5) < 5
    [neighbour] = json.loads(network.router.output("ip", "-6", "-json", "neigh", "show",
                                                   address))
    assert neighbour["lladdr"] == "02:00:00:00:47:11"


def test_carrier_lost_and_back(network, host, running):
    """The kernel then forgets the multicast groups that the link has joined."""
    network.link.unplug()
    network.link.plug()
    host.wait_for_state("active", seconds=20)
    wait_for(lambda: host.pings(INTERNET, seconds=0.3), REPAIR_SECONDS, "IPv4 again",
             host.explain)
    wait_for(lambda: host.clat_state()["Ipv6Address"] in proxies(host), REPAIR_SECONDS,
             "group of its address", host.explain)


DAMAGE = {
    "groups": lambda host: [host.ip("-6", "neigh", "del", "proxy", address, "dev", "eth0")
                            for address in proxies(host)],
    "pair": lambda host: host.ip("link", "del", outside(host)),
    "inner end down": lambda host: host.run("ip", "netns", "exec", NAME, "ip", "link", "set",
                                            "uplink", "down"),
}


@pytest.mark.parametrize("part", DAMAGE)
def test_repair(host, running, part):
    DAMAGE[part](host)
    wait_for(lambda: host.pings(INTERNET, seconds=0.3) and attached(host) == 1
             and host.clat_state()["Ipv6Address"] in proxies(host), REPAIR_SECONDS,
             "removed part", host.explain)


@pytest.mark.parametrize("has_pair", [True, False])
def test_sigkill_and_no_longer_needed(host, nothing_left, faulty_clat, has_pair):
    """The program on the link is detached too, even if its target no longer exists."""
    with faulty_clat.running(*NO_CHILDREN):
        host.wait_for_state("active", Uplink="redirect", SlowPath="running")
        host.stop_clat(signal.SIGKILL)
        assert host.pings(INTERNET)
        if not has_pair:
            host.run("ip", "netns", "exec", NAME, "ip", "link", "del", "uplink")
        assert attached(host) == 1 and proxies(host)
    host.file("/run/clat-nm-off.conf").write_text("[main]\nmode=no\n")
    with host.running_clat("--config", "/run/clat-nm-off.conf"):
        host.wait_for_state("disabled")
        wait_for(lambda: not host.namespaces() and not attached(host) and not proxies(host), 5,
                 "removal of what was left", host.explain)


def test_address_depends_on_the_mac_address(host, faulty_clat):
    """Neighbours cache the MAC address of an IPv6 address for seconds."""
    with host.running_clat():
        before = host.wait_for_state("active")
        assert before["Uplink"] != "redirect" and host.wait_for_ping(INTERNET, 3) < 3
    with faulty_clat.running(*NO_CHILDREN):
        after = host.wait_for_state("active")
        assert host.wait_for_ping(INTERNET, 3) < 3
    if before["Uplink"] == "macvlan":
        assert after["Ipv6Address"] != before["Ipv6Address"]


def test_children_are_supported_again(host, faulty_clat):
    """A working uplink is kept until the connection is activated again."""
    with faulty_clat.running(*NO_CHILDREN):
        host.wait_for_state("active", Uplink="redirect")
        faulty_clat.put()
        stays(lambda: host.pings(INTERNET) and host.clat_state()["Uplink"] == "redirect", 1,
              "IPv4", host.explain)
        host.nmcli("device", "disconnect", "eth0")
        host.nmcli("connection", "up", "eth0")
        assert host.wait_for_state("active", seconds=20)["Uplink"] in ("ipvlan", "macvlan")
