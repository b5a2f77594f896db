# SPDX-License-Identifier: GPL-2.0-or-later
"""Interfaces, addresses and names that belong to other programs."""

import contextlib
import ipaddress
import json
import os

import pytest

from lab.network import INTERNET
from lab.tunnel import open_tun
from lab.waiting import stays, wait_for

RETRY_SECONDS = 20


@pytest.fixture
def tun(host):
    """The interface of a VPN program: NetworkManager shows it as connected externally."""
    host.ip("tuntap", "add", "vpn0", "mode", "tun")
    host.ip("link", "set", "vpn0", "up")
    host.ip("address", "add", "10.9.0.2/24", "dev", "vpn0")
    host.ip("-6", "address", "add", "2001:db8:9::2/64", "dev", "vpn0")
    wait_for(lambda: "vpn0:connected (externally)" in
             host.nmcli("-g", "DEVICE,STATE", "device").splitlines(), 5,
             "external connection", host.explain)
    yield "vpn0"
    host.ip("link", "del", "vpn0")


def settings_of(host, interface):
    return (host.output("ip", "address", "show", "dev", interface),
            host.run("grep", "-r", "", f"/proc/sys/net/ipv4/conf/{interface}",
                     f"/proc/sys/net/ipv6/conf/{interface}", check=False).stdout)


def test_foreign_tun(host, tun):
    before = settings_of(host, tun)
    with host.running_clat():
        host.wait_for_state("active")
        assert host.clat_state(tun) is None
        stays(lambda: host.namespaces() == ["clat-eth0"], 1, "one namespace", host.explain)
    assert settings_of(host, tun) == before


def test_foreign_veth(host, fresh_clat):
    host.ip("link", "add", "box0", "type", "veth", "peer", "name", "box1")
    try:
        for interface in "box0", "box1":
            host.ip("link", "set", interface, "up")
            host.ip("address", "add", f"10.8.0.{interface[3]}/31", "dev", interface)
        wait_for(lambda: "box0:connected (externally)" in
                 host.nmcli("-g", "DEVICE,STATE", "device").splitlines(), 5,
                 "external connection", host.explain)
        stays(lambda: host.clat_state("box0") is None, 1, "no object", host.explain)
        assert host.namespaces() == ["clat-eth0"]
    finally:
        host.ip("link", "del", "box0")
    assert host.pings(INTERNET)


def test_cl_f2_address_in_use_is_not_assigned(host):
    """Another program, a DS-Lite client for example, uses an address of 192.0.0.0/29."""
    with host.running_clat():
        own = host.wait_for_state("active")["Ipv4Address"]
    host.ip("address", "add", f"{own}/32", "dev", "lo")
    try:
        with host.running_clat():
            assert host.wait_for_state("active")["Ipv4Address"] != own
            assert host.pings(INTERNET)
    finally:
        host.ip("address", "del", f"{own}/32", "dev", "lo")


def test_no_address_left(host):
    addresses = [f"{address}/32" for address in ipaddress.IPv4Network("192.0.0.0/29")]
    for address in addresses:
        host.ip("address", "add", address, "dev", "lo")
    try:
        with host.running_clat():
            state = host.wait_for_state("failed", StateReason="no-ipv4-address-left")
            assert state["StateText"]
            assert host.namespaces() == [] and host.clat_routes() == []
            for address in addresses:
                host.ip("address", "del", address, "dev", "lo")
            host.wait_for_state("active", seconds=RETRY_SECONDS)
            assert host.pings(INTERNET)
    finally:
        for address in addresses:
            host.run("ip", "address", "del", address, "dev", "lo", check=False)


@contextlib.contextmanager
def other_clat(host):
    """The interface of clatd, with its address and default route, as version 2.1.0 adds them."""
    tun = open_tun(host, "clat")
    try:
        host.ip("link", "set", "up", "dev", "clat")
        host.ip("address", "add", "192.0.0.1", "dev", "clat")
        host.ip("route", "add", "default", "dev", "clat", "metric", "2048", "mtu", "1260",
                "advmss", "1220")
        yield
    finally:
        os.close(tun)


def default_interfaces(host):
    return [route["dev"] for route
            in json.loads(host.output("ip", "-json", "-4", "route", "show", "default"))]


def check_delegated(host):
    state = host.wait_for_state("delegated", StateReason="other-clat", Ipv4Address="192.0.0.1")
    assert "clatd, on the interface clat" in state["StateText"]
    assert "clatd, on the interface clat" in host.output("clatctl")
    assert default_interfaces(host) == ["clat"]


def test_other_clat_starts_before(host):
    """Field case "other CLATs by tun"."""
    with contextlib.ExitStack() as stack:
        with other_clat(host):
            stack.enter_context(host.running_clat())
            check_delegated(host)
        host.wait_for_state("active", seconds=RETRY_SECONDS)
        assert default_interfaces(host) == ["clat-eth0"]


def test_other_clat_starts_after(host, fresh_clat):
    """Field case "other CLATs by tun"."""
    with other_clat(host):
        check_delegated(host)
    host.wait_for_state("active", seconds=RETRY_SECONDS)
    assert default_interfaces(host) == ["clat-eth0"]
    assert host.pings(INTERNET)


def test_other_clat_was_killed(host):
    """clatd's interface is persistent: what is left of it after a SIGKILL translates nothing."""
    host.ip("tuntap", "add", "clat", "mode", "tun")
    try:
        host.ip("link", "set", "clat", "up")
        host.ip("address", "add", "192.0.0.1/32", "dev", "clat")
        host.ip("route", "add", "default", "dev", "clat", "metric", "2048")
        with host.running_clat():
            host.wait_for_state("active")
            assert host.pings(INTERNET)
    finally:
        host.ip("link", "del", "clat")


def test_interface_name_in_use(host):
    """Another interface, which cannot be ours, already has the name of our interface."""
    host.ip("tuntap", "add", "clat-eth0", "mode", "tun")
    try:
        with host.running_clat():
            state = host.wait_for_state("failed")
            assert state["StateReason"] == "kernel-error" and "clat-eth0" in state["StateText"]
            assert host.clat_routes() == []
            assert host.succeeds("ip", "link", "show", "clat-eth0", "type", "tun")
            host.ip("link", "del", "clat-eth0")
            host.wait_for_state("active", seconds=RETRY_SECONDS)
            assert host.pings(INTERNET)
    finally:
        host.run("ip", "link", "del", "clat-eth0", "type", "tun", check=False)


def test_our_interface_is_deleted(host, fresh_clat):
    """Another program deletes our interface: it is created again."""
    host.ip("link", "del", "clat-eth0")
    wait_for(lambda: host.clat_routes() != [], RETRY_SECONDS, "route again", host.explain)
    host.wait_for_state("active", seconds=RETRY_SECONDS)
    assert host.wait_for_ping(INTERNET, 3) < 3
