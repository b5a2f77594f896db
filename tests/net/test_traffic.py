# SPDX-License-Identifier: GPL-2.0-or-later
"""IPv4 programs on the host, through the CLAT and a real NAT64."""

import errno
import socket

import pytest

from lab import servers, traffic
from lab.capture import Capture
from lab.network import INTERNET, INTERNET_IN_IPV6, LINK_LOCAL

pytestmark = pytest.mark.usefixtures("clat")

BULK = traffic.bulk(200)
# IPv6 MTU of the link less 28, the headers of IPv4 and UDP.
LARGEST_UDP = 1500 - 28 - 20 - 8


def test_ping(host):
    assert host.pings(INTERNET)
    # The largest whose answer tayga does not fragment (RFC 7915, 4.1).
    assert host.pings(INTERNET, "-s", str(1280 - 40 - 8))


def test_programs_see_ipv4(host):
    assert host.output("curl", "-s", f"http://{INTERNET}/") == "IPv4 works."


def test_download(host):
    digest, _ = traffic.download(host, BULK)
    assert digest == servers.content_hash(BULK)


def test_upload(host):
    assert traffic.upload(host, BULK) == servers.content_hash(BULK)


def test_udp_of_every_length(host):
    with traffic.udp(host) as client:
        wrong = [length for length in range(1, LARGEST_UDP + 1)
                 if not traffic.is_echoed(client, servers.BODY[:length])]
    assert not wrong


def test_empty_udp(host):
    with traffic.udp(host) as client:
        assert traffic.is_echoed(client, b"")


def test_tcp_half_close(host):
    """A half-closed connection: the FIN of one side arrives, the other direction continues."""
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        client.sendall(b"last words")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b"last words"
        assert client.recv(100) == b""


def test_closed_port_is_refused_at_once(host):
    with host.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        assert client.connect_ex((INTERNET, servers.CLOSED_PORT)) == errno.ECONNREFUSED


def test_dns64_names_and_literals_side_by_side(host):
    """CL-F7: native IPv6 to the NAT64 prefix keeps working beside the CLAT."""
    assert host.pings(INTERNET_IN_IPV6)
    assert host.pings(INTERNET)


def test_no_ipv4_on_the_wire(network, host):
    """CL-F9: while several kinds of traffic are sent."""
    with Capture(network.router, "lan0", Capture.NOT_IPV6) as capture:
        host.pings(INTERNET)
        traffic.download(host, 10 * traffic.MB)
        with traffic.udp(host) as client:
            traffic.is_echoed(client, b"x" * 100)
        for unreachable in "192.0.0.1", "192.0.0.7", "10.1.2.3", "255.255.255.255", "224.0.0.1":
            host.run("ping", "-b", "-c", "1", "-W", "0.2", unreachable, check=False)
    capture.assert_no_ipv4()


@pytest.mark.timing
def test_bulk_throughput(network, host, record_property):
    """Without tayga in the path: the far end itself has an address in the prefix."""
    _, through_tayga = traffic.download(host, traffic.bulk(50))
    network.router.ip("address", "add", f"{INTERNET_IN_IPV6}/128", "dev", "lo", "nodad")
    server = network.start_servers(network.router, INTERNET_IN_IPV6)
    try:
        digest, alone = traffic.download(host, BULK)
    finally:
        server.stop()
        network.router.ip("address", "del", f"{INTERNET_IN_IPV6}/128", "dev", "lo")
    record_property("gigabits per second", f"{alone * 8e-9:.1f}, "
                    f"with tayga behind it {through_tayga * 8e-9:.1f}")
    assert digest == servers.content_hash(BULK)
    # Many times as fast on an idle machine; the tests may share theirs.
    assert alone > through_tayga


def test_neighbours_find_the_clat(network, host):
    """CL-D6: solicitations for its address are answered, from that address."""
    address = host.clat_state()["Ipv6Address"]
    network.router.run("ip", "-6", "neigh", "flush", "dev", "lan0")
    with Capture(network.router, "lan0") as capture:
        assert host.pings(INTERNET)
        answer = capture.wait_for(lambda packet: packet.icmp_type == 136
                                  and str(packet.source) == address, 3,
                                  "neighbour advertisement")
    assert str(answer.destination) in (LINK_LOCAL, "2001:db8:1::1")
