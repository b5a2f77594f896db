# SPDX-License-Identifier: GPL-2.0-or-later
"""The test network itself: the properties on which the other tests rely."""

from lab.capture import Capture
from lab.network import INTERNET, INTERNET_IN_IPV6, PREF64
from lab.tunnel import Tunnel
from lab.waiting import wait_for


def test_ipv6_works(host):
    assert host.pings(INTERNET_IN_IPV6)
    assert host.output("curl", "-sg", f"http://[{INTERNET_IN_IPV6}]/") == "IPv4 works."


def test_ipv4_does_not_work(host):
    assert host.output("ip", "-4", "route") == ""
    assert not host.pings(INTERNET)


def test_advertisement_can_be_changed(network, host):
    link = network.link
    accept = (lambda packet: packet.icmp_type == 134)
    with Capture(host, link.host_interface) as capture:
        link.advertiser.send()
        first = capture.wait_for(accept, 2, "advertisement")
        link.advertiser.send(link.plain)
        second = capture.wait_for(lambda packet: accept(packet)
                                  and packet.payload != first.payload, 2, "another one")
    option = bytes([38, 2, 0x07, 0x08]) + bytes.fromhex("20010db8 0064 0000 00000000")
    assert option in first.payload, PREF64
    assert option not in second.payload
    assert first.hop_limit == 255 and first.has_valid_checksum()


def test_ipv4_is_captured_on_interfaces_without_link_layer(network, host):
    ends = (host, "tun9"), (network.router, "tun9")
    tunnel = Tunnel(*ends)
    try:
        for machine, interface in ends:
            machine.ip("link", "set", interface, "up")
        host.ip("address", "add", "192.0.2.1", "peer", INTERNET, "dev", "tun9")
        with Capture(network.router, "tun9", Capture.NOT_IPV6) as capture:
            host.pings("fe80::9%tun9")
            host.pings(INTERNET)
        assert [frame.ethertype for frame in capture.frames] == [0x0800]
        assert len(capture.ipv4()) == 1
    finally:
        tunnel.stop()


def test_settings_of_an_interface_with_a_dot(network):
    """Names such as those of VLANs (eth0.100)."""
    router, name = network.router, "lan0.5"
    router.ip("link", "add", name, "type", "veth", "peer", "name", "other")
    try:
        router.set_sysctl(f"net.ipv6.conf.{name}.hop_limit", 7)
        assert router.output("cat", f"/proc/sys/net/ipv6/conf/{name}/hop_limit") == "7"
    finally:
        router.ip("link", "del", name)


def test_dispatcher_runs(host):
    """The project has a dispatcher script; it needs a working dispatcher."""
    script = host.file("/etc/NetworkManager/dispatcher.d/50-test")
    script.parent.mkdir(exist_ok=True)
    script.write_text("#!/bin/sh\necho \"$1 $2\" >> /run/dispatched\n")
    script.chmod(0o755)
    try:
        host.nmcli("device", "reapply", "eth0")
        host.nmcli("connection", "up", "eth0")
        wait_for(lambda: "eth0 up" in host.file("/run/dispatched").read_text(), 5,
                 "call of the dispatcher script", host.explain)
    finally:
        script.unlink()


def test_native_ipv4_comes_and_goes(network, host):
    """What a test of native IPv4 relies on: a DHCP server appears on the link."""
    server = network.router.start_dhcp("lan0")
    try:
        host.nmcli("connection", "up", "eth0")
        assert host.wait_for_ping(INTERNET, 10) < 10
    finally:
        network.router.stop_dhcp(server, "lan0")
    host.nmcli("connection", "up", "eth0")
    assert not host.pings(INTERNET)
