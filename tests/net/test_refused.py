# SPDX-License-Identifier: GPL-2.0-or-later
"""Destinations that are not translated are refused with an ICMP error, so that programs fail at
once; packets from such addresses are dropped. Both are counted."""

import errno
import socket
import time

import pytest

from lab import servers, traffic
from lab.transparent_nat64 import PEER, embed
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("translator", "no_ipv4")

REFUSED = ["169.254.1.1", "169.254.169.254", "240.0.0.1", "192.0.0.7", "192.0.0.255"]
AT_ONCE_SECONDS = 1


def dropped(host, direction, reason):
    return host.bus_client.statistics("eth0")[direction].get(f"drop-{reason}", 0)


@pytest.mark.parametrize("destination", REFUSED)
def test_tcp_fails_at_once(host, destination):
    before = dropped(host, 0, "bad-destination")
    started = time.monotonic()
    with pytest.raises(OSError) as error, traffic.tcp(host, 80, destination):
        pass
    assert error.value.errno == errno.EHOSTUNREACH
    assert time.monotonic() - started < AT_ONCE_SECONDS
    assert dropped(host, 0, "bad-destination") == before + 1


@pytest.mark.parametrize("destination", REFUSED)
def test_udp_fails_at_once(host, destination):
    with traffic.udp(host, 80, destination) as client:
        client.send(b"to a refused destination")
        with pytest.raises(OSError) as error:
            client.recv(100)
    assert error.value.errno == errno.EHOSTUNREACH


def test_errors_are_limited(host):
    """A flood to refused destinations is not a flood of errors, and other traffic goes on."""
    with traffic.icmp_errors(host) as errors, traffic.udp(host, address=PEER) as peer, \
            host.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
        for number in range(2000):
            flood.sendto(b"flood", ("169.254.1.1", 1000 + number))
        assert traffic.is_echoed(peer, b"beside the flood")
    assert 0 < len(errors) < 200


@pytest.mark.parametrize("source", ["169.254.169.254", "169.254.1.1", "240.0.0.1", "192.0.0.7"])
def test_packets_from_them_are_dropped(far, host, source):
    state = host.clat_state()
    address = f"{embed(source)}/128"
    before = dropped(host, 1, "bad-source")
    far.peer.ip("address", "add", address, "dev", "wan", "nodad")
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside, \
            far.peer.socket(socket.AF_INET6, socket.SOCK_DGRAM) as outside:
        inside.settimeout(0.2)
        inside.bind((state["Ipv4Address"], 0))
        outside.bind((embed(source), 0))
        outside.sendto(servers.BODY[:100], (state["Ipv6Address"], inside.getsockname()[1]))
        wait_for(lambda: dropped(host, 1, "bad-source") == before + 1, 3, "drop", host.explain)
        with pytest.raises(TimeoutError):
            inside.recv(100)
    far.peer.ip("address", "del", address, "dev", "wan")
