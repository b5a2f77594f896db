# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that are bound to the interface of a connection with a translator, which has no IPv4:
an error at once, and nothing on the link."""

import socket
import time

import pytest

from lab import traffic
from lab.capture import Capture
from lab.network import INTERNET
from lab.waiting import wait_for

# The kernel gives up address resolution after three.
AT_ONCE = 1
NATIVE = "10.7.0.2"

pytestmark = pytest.mark.usefixtures("clat")


def refuses(host):
    return "from all oif eth0 lookup 464" in host.output("ip", "-4", "rule")


@pytest.fixture
def refusal(host):
    wait_for(lambda: refuses(host), 5, "refusal", host.explain)


def bound_socket(host, kind, source=None):
    client = host.socket(socket.AF_INET, kind)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0\0")
    client.settimeout(traffic.RECEIVE_SECONDS)
    if source is not None:
        client.bind((source, 0))
    return client


@pytest.mark.usefixtures("refusal", "no_ipv4")
def test_programs_fail_at_once(host):
    start = time.monotonic()
    assert not host.succeeds("curl", "-4", "--silent", "--interface", "eth0",
                             f"http://{INTERNET}/")
    assert not host.pings(INTERNET, "-I", "eth0", seconds=5)
    assert time.monotonic() - start < AT_ONCE
    assert host.pings(INTERNET)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM], ids=["TCP", "UDP"])
@pytest.mark.parametrize("chooses", [False, True], ids=["any source", "CLAT source"])
@pytest.mark.usefixtures("refusal", "no_ipv4")
def test_sockets_fail_at_once(host, kind, chooses):
    source = host.clat_state()["Ipv4Address"] if chooses else None
    with bound_socket(host, kind, source) as client:
        start = time.monotonic()
        with pytest.raises(OSError):
            client.connect((INTERNET, 7))
        assert time.monotonic() - start < AT_ONCE


def test_interface_with_an_address_is_left_alone(network, host, refusal):
    """For IPv4 of the link itself the kernel's own rules hold."""
    host.ip("address", "add", f"{NATIVE}/24", "dev", "eth0")
    try:
        wait_for(lambda: not refuses(host), 5, "no refusal", host.explain)
        with Capture(network.router, "lan0", Capture.NOT_IPV6) as capture:
            assert not host.pings("10.7.0.1", "-I", "eth0", seconds=0.3)
        assert capture.ipv4()
    finally:
        host.ip("address", "del", f"{NATIVE}/24", "dev", "eth0")
    wait_for(lambda: refuses(host), 5, "refusal again", host.explain)


def test_loopback_interface_is_down(host, refusal):
    """Then it cannot be refused, but IPv4 works."""
    host.ip("link", "set", "lo", "down")
    try:
        wait_for(lambda: not refuses(host), 5, "no refusal", host.explain)
        assert host.pings(INTERNET)
        host.wait_for_state("active")
    finally:
        host.ip("link", "set", "lo", "up")
    wait_for(lambda: refuses(host), 5, "refusal again", host.explain)


def test_refusal_is_restored(host, refusal):
    """Another program removes the rule."""
    host.ip("-4", "rule", "del", "oif", "eth0")
    wait_for(lambda: refuses(host), 5, "refusal again", host.explain)
    assert host.pings(INTERNET)
