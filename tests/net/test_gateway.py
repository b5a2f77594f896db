# SPDX-License-Identifier: GPL-2.0-or-later
"""The gateway of the IPv4 default route: the translator itself, at the first address of the
pool."""

import re
import socket
import time

import pytest

from lab import traffic
from lab.network import INTERNET
from lab.routes import clat_default_route, own_table, peers
from lab.waiting import wait_for

GATEWAY = "192.0.0.1"
NAT_PMP = 5351
SSDP, MDNS = "239.255.255.250", "224.0.0.251"
AT_ONCE = 1
IFF_MULTICAST = 0x1000

pytestmark = pytest.mark.usefixtures("no_ipv4")


def test_default_route_has_a_gateway(host, clat):
    state = host.clat_state()
    assert (state["Ipv4Gateway"], state["Ipv4Address"]) == (GATEWAY, "192.0.0.2")
    route = clat_default_route(host)
    assert route["gateway"] == GATEWAY and route["prefsrc"] == "192.0.0.2"
    assert "onlink" not in route["flags"] and "scope" not in route
    assert clat_default_route(host, own_table(host))["gateway"] == GATEWAY
    assert peers(host) == {"192.0.0.2": GATEWAY}
    # As programs that read /proc see it: destination 0, the gateway in host byte order.
    assert re.search(r"^clat-eth0\t00000000\t010000C0\t0003\t",
                     host.output("cat", "/proc/net/route"), re.M)


def test_gateway_answers_ping(host, clat):
    assert host.pings(GATEWAY)
    assert host.pings(GATEWAY, "-s", "3000")
    assert host.pings(GATEWAY, "-t", "1")


def test_gateway_is_the_first_hop(host, clat):
    """The source of the translator's ICMP errors."""
    output = host.output("traceroute", "-n", "-q", "1", "-w", "2", "-m", "1", INTERNET)
    assert output.splitlines()[1].split()[1] == GATEWAY
    assert host.output("traceroute", "-n", "-q", "1", "-w", "2", "-m", "2",
                       GATEWAY).splitlines()[1].split()[1] == GATEWAY


def test_port_mapping_clients_fail_at_once(host, clat):
    """NAT-PMP, PCP and UPnP clients send to the gateway."""
    start = time.monotonic()
    with traffic.udp(host, NAT_PMP, GATEWAY) as client:
        client.send(b"\0\0")
        with pytest.raises(ConnectionRefusedError):
            client.recv(100)
    with pytest.raises(ConnectionRefusedError), traffic.tcp(host, 80, GATEWAY):
        pass
    assert time.monotonic() - start < AT_ONCE


def test_interface_is_not_used_for_multicast(host, clat):
    """RFC 7915 does not translate it; avahi and systemd-resolved go by the flag."""
    flags = host.file("/sys/class/net/clat-eth0/flags").read_text()
    assert not int(flags, 16) & IFF_MULTICAST
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        # Without an interface the kernel goes by the default route.
        client.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                          socket.inet_aton(MDNS) + socket.inet_aton("0.0.0.0"))
        client.sendto(b"query", (SSDP, 1900))
        # The fixture no_ipv4 looks for IGMP on the link.
        assert host.pings(INTERNET)


def test_multicast_flag_is_cleared_again(host, clat):
    host.ip("link", "set", "clat-eth0", "multicast", "on")
    wait_for(lambda: "MULTICAST" not in host.output("ip", "link", "show", "dev", "clat-eth0"),
             5, "interface without multicast", host.explain)
    assert host.pings(INTERNET)
