# SPDX-License-Identifier: GPL-2.0-or-later
"""The D-Bus interface and clatctl, as a client reads them."""

import errno
import ipaddress
import json
import socket
import time

import pytest
from gi.repository import GLib

from lab import traffic
from lab.advertiser import Mtu
from lab.network import INTERNET, LINK_LOCAL, PREF64
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("clat")

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
IP_MTU_DISCOVER, IP_PMTUDISC_DO, IP_MTU = 10, 2, 14
POOL = ipaddress.IPv4Network("192.0.0.0/29")


@pytest.fixture
def state(host, link):
    return host.wait_for_state("active")


def test_properties_of_an_active_connection(host, state):
    uuid = host.nmcli("-g", "connection.uuid", "connection", "show", "eth0")
    assert state["Uuid"] == uuid
    assert state["Id"] == "eth0" and state["Interface"] == "eth0"
    assert state["ActiveConnection"].startswith(
        "/org/freedesktop/NetworkManager/ActiveConnection/")
    assert state["Mode"] == "auto" and state["StateReason"] == "none"
    assert state["StateText"]
    assert (state["Pref64"], state["Pref64Source"], state["Pref64Router"]) == \
        (PREF64, "ra", LINK_LOCAL)
    assert state["HostInterface"] == state["Namespace"] == "clat-eth0"
    assert state["Mtu"] == 1472


def test_times(state):
    now = time.clock_gettime(time.CLOCK_BOOTTIME) * 1e6
    assert now - 600e6 < state["ActiveSince"] <= now
    assert now + 1200e6 < state["Pref64Expiry"] <= now + 1801e6


def test_addresses_are_those_of_the_kernel(host, state):
    assert ipaddress.IPv4Address(state["Ipv4Address"]) in POOL
    assert state["Ipv4Address"] in host.output("ip", "-4", "address", "show", "dev",
                                               state["HostInterface"])
    assert state["Ipv6Address"] in host.output("ip", "netns", "exec", state["Namespace"],
                                               "ip", "-6", "address", "show")


def test_cl_d10_identifier_is_opaque(host, state):
    own = ipaddress.IPv6Address(state["Ipv6Address"])
    assert own in ipaddress.IPv6Network("2001:db8:1::/64")
    # ff:fe in the middle marks an identifier derived from a MAC address (modified EUI-64).
    assert own.packed[11:13] != b"\xff\xfe"
    assert str(own) not in host.global_addresses("eth0")


def test_route_has_the_mtu_and_the_metric(host, state):
    [route] = json.loads(host.output("ip", "-json", "-4", "route", "show", "default"))
    [native] = json.loads(host.output("ip", "-json", "-6", "route", "show", "default"))
    assert route["dev"] == state["HostInterface"]
    assert route["metric"] == native["metric"]
    with traffic.udp(host) as client:
        assert client.getsockopt(socket.IPPROTO_IP, IP_MTU) == 1472


def test_cl_f4_mtu_follows_the_advertised_one(host, link, state):
    link.advertiser.announce(link.plain.with_pref64(PREF64).with_options(Mtu(1400)))
    host.wait_for_state("active", Mtu=1372)
    with traffic.udp(host) as client:
        assert client.getsockopt(socket.IPPROTO_IP, IP_MTU) == 1372
        assert traffic.is_echoed(client, b"x" * (1372 - 28))
        client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
        with pytest.raises(OSError) as error:
            client.send(b"x" * (1373 - 28))
        assert error.value.errno == errno.EMSGSIZE
    link.advertiser.announce(link.plain.with_pref64(PREF64).with_options(Mtu(1500)))
    host.wait_for_state("active", Mtu=1472)


def test_manager(host, state):
    manager = host.bus_client.manager()
    version = host.output("clat-nm", "--version")
    assert manager["Version"] in version
    assert manager["ActiveCount"] == 1 and manager["FailedCount"] == 0
    assert manager["ConnectionCount"] == len(host.bus_client.connections())
    for interface in "eth0", "clat-eth0":
        [path] = host.bus_client.call("/net/clatnm", "net.clatnm.Manager1",
                                      "GetConnectionForInterface", "(s)", interface)
        assert path == state["path"]


def test_unknown_interface_returns_a_named_error(host):
    with pytest.raises(GLib.Error) as error:
        host.bus_client.call("/net/clatnm", "net.clatnm.Manager1",
                             "GetConnectionForInterface", "(s)", "nosuch0")
    assert "net.clatnm.Error.NoSuchConnection" in error.value.message


def test_property_changes_are_signalled(host, link, state):
    client = host.bus_client
    client.forget_changes()
    link.advertiser.announce(link.plain.with_pref64(PREF64, lifetime=0))
    wait_for(lambda: "searching" in client.changes("State"), 5, "signal", host.explain)
    wait_for(lambda: "" in client.changes("Pref64"), 5, "signal", host.explain)
    assert "no-nat64" in client.changes("StateReason")
    assert "" in client.changes("Ipv6Address")
    assert 0 in client.changes("ActiveSince")
    client.forget_changes()
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    wait_for(lambda: "active" in client.changes("State"), 10, "signal", host.explain)
    # All state changes, in order.
    states = client.changes("State")
    assert states.index("preparing") < states.index("active")
    assert PREF64 in client.changes("Pref64")


def test_statistics_count(host, state):
    def counters():
        return [(one.get("packets", 0), one.get("bytes", 0))
                for one in host.bus_client.statistics("eth0")]
    before = counters()
    host.run("ping", "-n", "-c", "3", "-i", "0.1", "-s", "100", INTERNET)
    after = counters()
    for (packets, size), (packets_before, size_before) in zip(after, before):
        assert packets - packets_before >= 3
    # As received: 128 bytes of IPv4, 148 of IPv6.
    assert after[0][1] - before[0][1] >= 3 * 128
    assert after[1][1] - before[1][1] >= 3 * 148


def test_statistics_are_empty_without_a_translator(host, link, state):
    link.advertiser.announce(link.plain.with_pref64(PREF64, lifetime=0))
    host.wait_for_state("searching")
    assert host.bus_client.statistics("eth0") == ({}, {})
    link.advertiser.announce(link.plain.with_pref64(PREF64))
    host.wait_for_state("active")


def test_unprivileged_users_may_read(host, state):
    text = host.output(*NOBODY, "clatctl")
    assert "eth0" in text and "active" in text
    connections = json.loads(host.output(*NOBODY, "clatctl", "--json"))
    assert [one["Interface"] for one in connections if one["State"] == "active"] == ["eth0"]
    assert PREF64 in host.output(*NOBODY, "clatctl", "show", "eth0")


def test_only_root_may_change(host, state):
    refused = host.run(*NOBODY, "clatctl", "set", "eth0", "no", check=False)
    assert refused.returncode != 0
    assert len(refused.stderr.strip().splitlines()) == 1
    assert host.clat_state()["Mode"] == "auto"


def test_only_root_may_notify(host, state):
    for method, *arguments in ("NotifyUp", "eth0"), ("NotifyPreDown", "eth0"), ("Reload",):
        refused = host.run(*NOBODY, "gdbus", "call", "--system", "--dest", "net.clatnm",
                           "--object-path", "/net/clatnm", "--method",
                           f"net.clatnm.Manager1.{method}", *arguments, check=False)
        assert refused.returncode != 0
        assert "AccessDenied" in refused.stderr
    assert host.clat_routes() != []


def notify(host, method):
    host.bus_client.call("/net/clatnm", "net.clatnm.Manager1", method, "(s)", "eth0")


def test_route_is_gone_when_pre_down_returns(host, state):
    notify(host, "NotifyPreDown")
    assert host.clat_routes() == []
    notify(host, "NotifyUp")
    host.wait_for_state("active")


def test_only_root_may_own_the_name(host, state):
    refused = host.run(*NOBODY, "gdbus", "call", "--system", "--dest", "org.freedesktop.DBus",
                       "--object-path", "/", "--method", "org.freedesktop.DBus.RequestName",
                       "net.clatnm", "4", check=False)
    assert refused.returncode != 0 and "AccessDenied" in refused.stderr


def test_clatctl_lists_all_connections(host, state):
    assert state["Ipv4Address"] in host.output("clatctl", "show", "eth0")
    assert "packets" in host.output("clatctl", "stats", "eth0")
    wrong = host.run("clatctl", "show", "nosuch0", check=False)
    assert wrong.returncode != 0 and len(wrong.stderr.strip().splitlines()) == 1


def test_our_interface_is_unmanaged_by_networkmanager(host, state):
    states = host.nmcli("-g", "DEVICE,STATE", "device").splitlines()
    assert "clat-eth0:unmanaged" in states
