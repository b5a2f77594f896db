# SPDX-License-Identifier: GPL-2.0-or-later
"""The CLAT's own IPv6 address where no router offers SLAAC."""

import ipaddress
import signal

import pytest

from lab import dns, servers, snapshot, traffic
from lab.advertiser import Prefix
from lab.capture import Capture
from lab.duplicates import is_solicitation, is_solicitation_for_new_address, target_of
from lab.network import INTERNET, LINK_LOCAL, PREF64
from lab.statics import STATIC, reconnect, set_ipv6, static, without_slaac
from lab.waiting import stays, wait_for

KERNEL_NAME = "clat-eth0"
MANAGED = 0x80
FIRST_PACKETS = 5


@pytest.fixture
def no_advertisements(link):
    """No router sends advertisements."""
    link.advertiser.announce_pref64()
    link.advertiser.advertisements = []


@pytest.fixture
def server(network):
    """The prefix comes from DNS."""
    server = dns.DnsServer(network.router, network.link.router_address, "lan0",
                           dns.synthesize(PREF64))
    yield server
    server.stop()


def is_next_to_host(state, host, prefix="2001:db8:1::/64"):
    address = ipaddress.IPv6Address(state["Ipv6Address"])
    return address in ipaddress.IPv6Network(prefix) \
        and str(address) not in host.global_addresses("eth0")


def wait_for_address(host, condition, what, seconds=15):
    def is_so():
        state = host.clat_state()
        return state is not None and state["State"] == "active" and condition(state)
    wait_for(is_so, seconds, what, host.explain)
    return host.clat_state()["Ipv6Address"]


def test_cl_d11_no_advertisement_at_all(network, host, no_advertisements, server):
    """The prefix comes from DNS; address and gateway are derived from the host's."""
    with static(network):
        before = snapshot.take(host)
        with Capture(network.router, "lan0") as capture, host.running_clat():
            state = host.wait_for_state("active", Pref64Source="dns", seconds=15)
            assert is_next_to_host(state, host)
            assert host.wait_for_ping(INTERNET, 3) < 3
            length = 3_000_000
            traffic.assert_carries(host, length)
        assert_probed_first(capture, state["Ipv6Address"])
        wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 5,
                 "network as it was before", host.explain)


def assert_probed_first(capture, address):
    packets = capture.ipv6(lambda packet: is_probe(packet, address)
                           or str(packet.source) == address)
    # The kernel sends the probe at once, but not ordered with other packets (RFC 4429).
    assert any(is_probe(packet, address) for packet in packets[:FIRST_PACKETS]), packets


def is_probe(packet, address):
    return is_solicitation(packet) and str(target_of(packet)) == address


def test_cl_d10_stable_across_instances(network, host, no_advertisements, server):
    """A killed instance leaves an address that the next one keeps; after a clean stop the same
    address is generated again."""
    with static(network):
        with host.running_clat():
            first = host.wait_for_state("active", seconds=15)["Ipv6Address"]
            with traffic.tcp(host, servers.ECHO_PORT) as client:
                host.stop_clat(signal.SIGKILL)
                host.start_clat()
                host.wait_for_state("active", SlowPath="running", seconds=15)
                assert traffic.is_echoed(client, b"still here")
            assert host.clat_state()["Ipv6Address"] == first
        with host.running_clat():
            assert host.wait_for_state("active", seconds=15)["Ipv6Address"] == first


def test_cl_d11_prefix_without_slaac(network, host, link):
    """The advertisement shows that there is no SLAAC: no waiting for an address."""
    link.advertiser.announce(without_slaac(link).with_pref64(PREF64))
    with static(network):
        with host.running_clat():
            state = host.wait_for_state("active", Pref64Source="ra")
            assert is_next_to_host(state, host)
            assert host.wait_for_ping(INTERNET, 3) < 3


def assert_only_address(host, flag):
    addresses = host.output("ip", "netns", "exec", KERNEL_NAME, "ip", "-6", "address", "show",
                            "dev", "uplink", "scope", "global")
    assert addresses.count("inet6") == 1 and flag in addresses, addresses


def test_slaac_is_preferred(network, host, link):
    """SLAAC is used even where the host has a static address."""
    with static(network):
        with host.running_clat():
            host.wait_for_state("active", Pref64Source="ra")
            assert_only_address(host, "dynamic")


def test_slaac_available_later(network, host, no_advertisements, server, link):
    """Its address replaces the one that was generated."""
    with static(network):
        with host.running_clat():
            made = host.wait_for_state("active", seconds=15)["Ipv6Address"]
            link.advertiser.announce(link.plain)
            wait_for_address(host, lambda state: state["Ipv6Address"] != made,
                             "address by SLAAC")
            assert host.wait_for_ping(INTERNET, 3) < 3
            assert_only_address(host, "dynamic")


def test_slaac_with_infinite_lifetime(network, host, link):
    """NetworkManager lists an infinite lifetime as permanent; such an address is not static."""
    forever = 0xffffffff
    link.advertiser.announce(link.plain.without(Prefix).with_options(
        Prefix(link.prefix, valid=forever, preferred=forever)).with_pref64(PREF64))
    try:
        reconnect(host)
        host.wait_for_ipv6("eth0")
        assert "forever" in host.output("ip", "-6", "address", "show", "dev", "eth0", "scope",
                                        "global")
        with host.running_clat():
            host.wait_for_state("active")
            assert_only_address(host, "mngtmpaddr")
    finally:
        link.advertiser.reset()
        reconnect(host)
        host.wait_for_ipv6("eth0")


@pytest.fixture
def dhcpv6(network):
    """A DHCPv6 server that leases one address per client."""
    server = network.router.popen(
        ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0",
         "--interface=lan0", "--bind-interfaces", "--dhcp-authoritative", "--pid-file=",
         "--user=root", "--leasefile-ro", "--dhcp-range=2001:db8:1::100,2001:db8:1::1ff"],
        log=network.host.log("dnsmasq"))
    yield
    server.stop()


@pytest.fixture
def never_shared(host):
    """A configuration with which the CLAT never shares the address of the host."""
    path = "/run/never-shared.conf"
    host.file(path).write_text("[main]\naddress=own\n")
    return path


def test_cl_d9_single_addresses_by_dhcpv6(network, host, link, dhcpv6, never_shared):
    """A /128 for the host only: the CLAT shares it, or the status says that it has none."""
    link.advertiser.announce(without_slaac(link, MANAGED).with_pref64(PREF64))
    with static(network):
        set_ipv6(host, "auto")
        reconnect(host)
        wait_for(lambda: [address for address in host.global_addresses("eth0")
                          if address.startswith("2001:db8:1::1")], 15, "address by DHCPv6",
                 host.explain)
        before = snapshot.take(host)
        with host.running_clat():
            state = host.wait_for_state("active", Uplink="shared")
            assert state["Ipv6Address"] in host.global_addresses("eth0")
            assert host.wait_for_ping(INTERNET, 3) < 3
            traffic.assert_carries(host, traffic.MB)
            host.stop_clat(signal.SIGKILL)
            host.start_clat()
            assert host.wait_for_state("active")["Uplink"] == "shared"
        wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 5,
                 "network as it was before", host.explain)
        with host.running_clat("--config", never_shared):
            state = host.wait_for_state("failed", StateReason="no-address-for-clat")
            assert "SLAAC" in state["StateText"]
            assert state["Ipv6Address"] == "" and host.clat_routes() == []
            assert not host.pings(INTERNET)
            # The administrator adds an address.
            set_ipv6(host, "manual", f"{STATIC}/64", LINK_LOCAL)
            host.nmcli("device", "reapply", "eth0")
            host.wait_for_state("active", seconds=15)
            assert host.wait_for_ping(INTERNET, 3) < 3


def test_address_and_gateway_change(network, host, no_advertisements, server):
    """The namespace follows, and the state becomes failed when no gateway is left."""
    router = network.router
    router.ip("address", "add", "2001:db8:1:2::1/64", "dev", "lan0", "nodad")
    try:
        with static(network), host.running_clat():
            host.wait_for_state("active", seconds=15)
            set_ipv6(host, "manual", "2001:db8:1:2::77/64", "2001:db8:1:2::1")
            host.nmcli("device", "reapply", "eth0")
            wait_for_address(host, lambda state: is_next_to_host(state, host,
                                                                 "2001:db8:1:2::/64"),
                             "address of the new prefix")
            assert host.wait_for_ping(INTERNET, 3) < 3
            routes = host.output("ip", "netns", "exec", KERNEL_NAME, "ip", "-6", "route",
                                 "show", "default")
            assert "via 2001:db8:1:2::1 " in routes and "fe80::" not in routes
            set_ipv6(host, "manual", "2001:db8:1:2::77/64")
            host.nmcli("device", "reapply", "eth0")
            host.wait_for_state("failed", StateReason="no-route-to-nat64", seconds=15)
            assert host.clat_routes() == []
    finally:
        router.ip("address", "del", "2001:db8:1:2::1/64", "dev", "lan0")


@pytest.mark.parametrize("length", [120, 126])
def test_short_prefix(network, host, no_advertisements, server, length):
    """A prefix with few addresses: the last one of 2001:db8:1::4/126 is the only one free."""
    router = network.router
    router.ip("address", "add", "2001:db8:1::5/128", "dev", "lan0", "nodad")
    router.ip("-6", "route", "add", f"2001:db8:1::4/{length}" if length == 126 else
              f"2001:db8:1::/{length}", "dev", "lan0")
    try:
        with static(network, f"2001:db8:1::6/{length}", "2001:db8:1::5"), \
                host.running_clat():
            state = host.wait_for_state("active", seconds=15)
            assert is_next_to_host(state, host, "2001:db8:1::/120")
            if length == 126:
                assert state["Ipv6Address"] == "2001:db8:1::7"
            assert host.wait_for_ping(INTERNET, 3) < 3
    finally:
        router.ip("-6", "route", "flush", "root", "2001:db8:1::/120", "dev", "lan0")
        router.ip("address", "del", "2001:db8:1::5/128", "dev", "lan0")
        network.link.plug()


def probed_addresses(capture):
    """The global addresses of DAD probes in order, without the host's."""
    probes = capture.ipv6(lambda packet: is_solicitation_for_new_address(packet, {STATIC}))
    return list(dict.fromkeys(str(target_of(packet)) for packet in probes))


def test_cl_d2_duplicates(network, host, no_advertisements, server, squat, never_shared):
    """While another node has the address, the next one is tried; after three, it fails, or
    shares the address of the host."""
    with static(network), Capture(network.router, "lan0") as capture, \
            host.running_clat("--config", never_shared):
        for n in 1, 2, 3:
            wait_for(lambda: len(probed_addresses(capture)) == n, 15, f"try {n}", host.explain)
            squat(probed_addresses(capture)[-1])
        state = host.wait_for_state("failed", StateReason="duplicate-address", seconds=15)
        assert state["StateText"] and host.clat_routes() == []
        stays(lambda: len(probed_addresses(capture)) == 3, 2, "three tries", host.explain)
        host.run("clatctl", "set", "eth0", "address=auto")
        try:
            host.wait_for_state("active", Uplink="shared", seconds=15)
        finally:
            host.run("clatctl", "set", "eth0", "address=")
    assert len(set(probed_addresses(capture))) == 3


def test_cl_d2_second_address(network, host, no_advertisements, server, squat):
    with static(network), Capture(network.router, "lan0") as capture, host.running_clat():
        wait_for(lambda: probed_addresses(capture), 15, "try", host.explain)
        first = probed_addresses(capture)[0]
        squat(first)
        second = wait_for_address(host, lambda state: state["Ipv6Address"] not in ("", first),
                                  "second address")
        assert host.wait_for_ping(INTERNET, 5) < 5
        stays(lambda: host.clat_state()["Ipv6Address"] == second, 2, "second address",
              host.explain)
    assert_probed_first(capture, second)
