# SPDX-License-Identifier: GPL-2.0-or-later
"""Private IPv4 addresses with the NAT64 prefix 64:ff9b::/96: refused with an ICMP error by default
(RFC 6052, 3.1), translated if configured; with a prefix of the network's own they are translated."""

import errno

import pytest

from lab import servers, traffic
from lab.transparent_nat64 import DOWNWARD, PREF64, embed

pytestmark = pytest.mark.usefixtures("far", "no_ipv4")

WELL_KNOWN = "64:ff9b::"
GLOBAL = "9.9.9.9"
PRIVATE = ["10.1.2.3", "172.20.0.1", "192.168.1.1", "100.64.0.1"]


@pytest.fixture(scope="module")
def reachable(far):
    """The peer has all of these addresses, with both prefixes."""
    for machine, interface in (far.router, "far"), (far.gateway, "lan"):
        machine.ip("-6", "route", "add", f"{WELL_KNOWN}/96", "via", DOWNWARD, "dev", interface)
    for address in (GLOBAL, *PRIVATE):
        for mapped in f"{WELL_KNOWN}{address}", embed(address):
            far.peer.ip("address", "add", f"{mapped}/128", "dev", "wan", "nodad")


@pytest.fixture(scope="module", params=["auto", "userspace"])
def translator(request):
    return request.param


def running(host, translator, prefix, *settings):
    configuration = host.file("/run/private.conf")
    configuration.write_text("\n".join(
        ["[main]", f"translator={translator}", *settings, "[interface eth0]", f"prefix={prefix}"]))
    return host.running_clat("--config", "/run/private.conf")


def is_echoed(host, address):
    with traffic.tcp(host, servers.ECHO_PORT, address) as client:
        return traffic.is_echoed(client, b"to " + address.encode())


def assert_refused(host, address):
    with pytest.raises(OSError) as error, traffic.tcp(host, servers.ECHO_PORT, address):
        pass
    assert error.value.errno == errno.EHOSTUNREACH


def test_r6052_8_refused_with_the_well_known_prefix(host, reachable, translator):
    with running(host, translator, f"{WELL_KNOWN}/96"):
        host.wait_for_state("active", SlowPath="running")
        assert is_echoed(host, GLOBAL)
        for address in PRIVATE:
            assert_refused(host, address)
        dropped = host.bus_client.statistics("eth0")[0]["drop-bad-destination"]
        assert dropped == len(PRIVATE)


def test_r6052_9_translated_where_configured(host, reachable, translator):
    with running(host, translator, f"{WELL_KNOWN}/96", "private-destinations=yes"):
        host.wait_for_state("active", SlowPath="running")
        assert all(is_echoed(host, address) for address in PRIVATE)


def test_translated_with_a_prefix_of_the_network(host, reachable, translator):
    with running(host, translator, PREF64):
        host.wait_for_state("active", SlowPath="running")
        assert all(is_echoed(host, address) for address in (GLOBAL, *PRIVATE))


def test_refused_with_any_prefix_where_configured(host, reachable, translator):
    with running(host, translator, PREF64, "private-destinations=no"):
        host.wait_for_state("active", SlowPath="running")
        assert is_echoed(host, GLOBAL)
        for address in PRIVATE:
            assert_refused(host, address)
