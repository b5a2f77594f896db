# SPDX-License-Identifier: GPL-2.0-or-later
"""The network's IPv6 prefix changes: established connections keep the old address, new
connections use the new one."""

import json
import socket

import pytest

from lab import guests, servers, traffic
from lab.advertiser import Prefix
from lab.capture import Capture
from lab.network import INTERNET, INTERNET_IN_IPV6
from lab.waiting import stays, wait_for

OLD = "2001:db8:1::/64"
NEW = "2001:db8:11::/64"
NAME = "clat-eth0"

pytestmark = pytest.mark.usefixtures("fresh_clat")


@pytest.fixture
def link(network):
    """The router has both prefixes; the host starts with only the old one."""
    link = network.link
    network.router.ip("address", "replace", "2001:db8:11::1/64", "dev", "lan0", "nodad")
    yield link
    network.router.ip("address", "del", "2001:db8:11::1/64", "dev", "lan0")
    announce(link, Prefix(NEW, valid=0, preferred=0), Prefix(OLD))
    link.advertiser.reset()


def announce(link, *prefixes):
    advertisement = link.advertiser._default.without(Prefix).with_options(*prefixes)
    link.advertiser.announce(advertisement)


def renumber_gracefully(link):
    announce(link, Prefix(OLD, preferred=0), Prefix(NEW))


def ipv4_addresses(host):
    links = json.loads(host.output("ip", "-json", "-4", "address", "show", "dev", NAME))
    return {entry["local"] for entry in links[0]["addr_info"]}


def wait_for_new_prefix(host):
    return wait_for(lambda: (host.clat_state() or {}).get("Ipv6Address", "")
                    .startswith("2001:db8:11:") and host.clat_state(), 5,
                    "address of the new prefix", host.explain)


def test_cl_d8_graceful_renumbering_keeps_connections(host, link):
    before = host.wait_for_state("active")
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        client.sendall(b"before")
        assert client.recv(64) == b"before"
        renumber_gracefully(link)
        after = wait_for_new_prefix(host)
        assert after["Ipv4Address"] != before["Ipv4Address"]
        assert ipv4_addresses(host) == {before["Ipv4Address"], after["Ipv4Address"]}
        assert after["OldIpv4Addresses"] == [before["Ipv4Address"]]
        assert before["Ipv4Address"] in host.output("clatctl", "show", "eth0")

        # Packets of the old pair are still translated; new connections use the new pair.
        with Capture(link.router, "lan0") as capture:
            client.sendall(b"after")
            assert client.recv(64) == b"after"
            assert host.pings(INTERNET)
            # Longer than the interval at which the sockets of the old pair are queried.
            stays(lambda: before["Ipv4Address"] in ipv4_addresses(host), 6, "old address",
                  host.explain)
        old = capture.ipv6(lambda packet: str(packet.source) == before["Ipv6Address"])
        new = capture.ipv6(lambda packet: str(packet.source) == after["Ipv6Address"])
        assert any(packet.next_header == 6 for packet in old)
        assert any(packet.icmp_type == 128 for packet in new)
        assert not any(packet.icmp_type == 128 for packet in old)
        client.sendall(b"still")
        assert client.recv(64) == b"still"
    wait_for(lambda: ipv4_addresses(host) == {after["Ipv4Address"]}, 12,
             "removal of the unused pair", host.explain)
    assert before["Ipv4Address"] not in host.output("ip", "rule")
    assert host.clat_state()["OldIpv4Addresses"] == []
    assert host.pings(INTERNET)


def test_download_over_a_graceful_renumbering(host, link):
    length = 400_000_000
    with traffic.running_download(host, length) as download:
        before = host.wait_for_state("active")
        renumber_gracefully(link)
        wait_for_new_prefix(host)
        assert download.is_alive(), "the download was over too soon"
        assert before["Ipv4Address"] in ipv4_addresses(host)


@pytest.fixture
def guest(host):
    engine = guests.ContainerNetwork(host)
    wait_for(lambda: engine.container.pings(INTERNET, seconds=0.3), 10, "IPv4 of the guest",
             host.explain)
    yield engine.container
    engine.stop()


def test_new_flows_of_guests_use_the_new_pair(host, link, guest):
    """Masquerading chooses the address whose peer is the gateway; flows of before keep theirs."""
    before = host.wait_for_state("active")
    # The socket of the host keeps the old pair.
    with traffic.tcp(host, servers.ECHO_PORT), traffic.tcp(guest, servers.ECHO_PORT) as old:
        traffic.exchange(old, b"before")
        renumber_gracefully(link)
        after = wait_for_new_prefix(host)
        with Capture(link.router, "lan0") as capture:
            traffic.exchange(old, b"after")
            assert guest.pings(INTERNET)
            with traffic.udp(guest) as new:
                assert traffic.is_echoed(new, b"new")
    to_internet = capture.ipv6(lambda packet: str(packet.destination) == INTERNET_IN_IPV6)
    sources = {header: {str(packet.source) for packet in to_internet
                        if packet.next_header == header}
               for header in (socket.IPPROTO_TCP, socket.IPPROTO_UDP, socket.IPPROTO_ICMPV6)}
    assert sources == {socket.IPPROTO_TCP: {before["Ipv6Address"]},
                       socket.IPPROTO_UDP: {after["Ipv6Address"]},
                       socket.IPPROTO_ICMPV6: {after["Ipv6Address"]}}


def test_guest_over_a_graceful_renumbering(host, link, guest):
    """The connection of a container goes on, though the host has no socket for it."""
    before = host.wait_for_state("active")
    with traffic.tcp(guest, servers.ECHO_PORT) as client:
        traffic.exchange(client, b"before")
        renumber_gracefully(link)
        wait_for_new_prefix(host)
        # Longer than the interval at which old pairs are checked.
        stays(lambda: before["Ipv4Address"] in ipv4_addresses(host), 6, "old address",
              host.explain)
        traffic.exchange(client, b"after")
    wait_for(lambda: before["Ipv4Address"] not in ipv4_addresses(host), 12,
             "removal of the unused pair", host.explain)


def test_slow_path_during_renumbering(host, link):
    """clat-xlat, which fragments packets without DF, has both pairs as well."""
    before = host.wait_for_state("active")
    with traffic.tcp(host, servers.ECHO_PORT):
        renumber_gracefully(link)
        after = wait_for_new_prefix(host)
        for address in before["Ipv4Address"], after["Ipv4Address"]:
            with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(traffic.RECEIVE_SECONDS)
                client.bind((address, 0))
                client.connect((INTERNET, servers.ECHO_PORT))
                traffic.clear_df(client)
                assert traffic.is_echoed(client, b"x" * 1400), address


def test_withdrawn_abruptly(host, link):
    """IPv4 works again at once, with the new IPv6 address."""
    host.wait_for_state("active")
    announce(link, Prefix(OLD, valid=0, preferred=0), Prefix(NEW))
    # By the two-hour rule of RFC 4862, 5.5.3 the old address stays valid, but deprecated.
    wait_for_new_prefix(host)
    assert host.wait_for_ping(INTERNET, 3) < 3


def test_the_old_address_is_invalid(host, link):
    """No packet can reach the old address any more, even if a socket still uses it."""
    before = host.wait_for_state("active")
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        renumber_gracefully(link)
        after = wait_for_new_prefix(host)
        host.run("ip", "netns", "exec", NAME, "ip", "address", "del",
                 f"{before['Ipv6Address']}/64", "dev", "uplink")
        wait_for(lambda: ipv4_addresses(host) == {after["Ipv4Address"]}, 5,
                 "removal of the old pair", host.explain)
        traffic.assert_ended(client)
        assert host.pings(INTERNET)


def test_sigkill_with_two_pairs(host, link):
    """The next instance continues with both."""
    before = host.wait_for_state("active")
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        renumber_gracefully(link)
        after = wait_for_new_prefix(host)
        host.clat.stop(9)
        client.sendall(b"alone")
        assert client.recv(64) == b"alone"
        host.start_clat()
        state = host.wait_for_state("active")
        assert state["Ipv4Address"] == after["Ipv4Address"]
        assert ipv4_addresses(host) == {before["Ipv4Address"], after["Ipv4Address"]}
        client.sendall(b"again")
        assert client.recv(64) == b"again"
