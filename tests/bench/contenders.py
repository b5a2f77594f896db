# SPDX-License-Identifier: GPL-2.0-or-later
"""The network of the throughput benchmark: one far machine, and a host per contender on a link of
its own, all of them up at once.

    host of clat-nm       eth0 ---- lan0  far
    host of tayga         eth0 ---- lan1
    ...

There is no NAT64: the far machine has its address inside the NAT64 prefix, so that only what is on
the host is measured."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from lab.advertiser import Advertisement, Advertiser, LinkAddress, Pref64, Prefix
from lab.host import Host
from lab.machine import Machine, PROJECT
from lab.transparent_nat64 import PEER, PREF64, embed
from lab.waiting import wait_for

EXCHANGE = PROJECT / "build-tests/tests/bench/exchange"
LINK_LOCAL = "fe80::1"
PEER_IPV6 = embed(PEER)

# By name, what `ethtool --features` sets at both ends of each link. A network card puts frames of
# the size of the wire on it and can merge those that it receives.
OFFLOADS = {
    "default": [],
    "wire": ["tcp-segmentation-offload", "off", "tx-udp-segmentation", "off",
             "generic-receive-offload", "on"],
    "off": ["tcp-segmentation-offload", "off", "tx-udp-segmentation", "off",
            "generic-segmentation-offload", "off", "generic-receive-offload", "off"],
}

TAYGA = """\
tun-device tayga
ipv4-addr 192.0.0.2
ipv6-addr {own}
prefix {prefix}
map 192.0.0.1 {ipv6}
"""
# Packets that fit the link with any added header, as in clat-nm's route.
TAYGA_MTU = 1472

PROCESSORS = sorted(os.sched_getaffinity(0))


def pinned(command, index):
    """COMMAND on the processor with this INDEX, as far as there are several: the scheduler's
    choices differ more than the contenders do."""
    return ["taskset", "--cpu-list", str(PROCESSORS[index % len(PROCESSORS)]), *command]


def forget_fragments(machine):
    """After a second: those of a flood would occupy the memory that the next one needs."""
    for name in "net.ipv4.ipfrag_time", "net.ipv6.ip6frag_time":
        machine.set_sysctl(name, 1)


class Link:
    """Number NUMBER, between HOST's INTERFACE and the far machine."""

    def __init__(self, number, host, far, offloads, interface="eth0"):
        self.far_interface = f"lan{number}"
        self.prefix = f"2001:db8:{number + 1:x}::"
        self.ipv4 = f"10.0.{number}."
        self.interface = interface
        host.connect_to(interface, far, self.far_interface)
        for machine, end in (host, interface), (far, self.far_interface):
            if OFFLOADS[offloads]:
                machine.run("ethtool", "--features", end, *OFFLOADS[offloads])
        far.set_sysctl(f"net.ipv6.conf.{self.far_interface}.addr_gen_mode", 1)
        far.ip("link", "set", self.far_interface, "up")
        for address in f"{LINK_LOCAL}/64", f"{self.prefix}1/64", f"{self.ipv4}1/24":
            far.ip("address", "add", address, "dev", self.far_interface,
                   *(["nodad"] if ":" in address else []))

    def advertise(self, far):
        mac = far.output("cat", f"/sys/class/net/{self.far_interface}/address")
        return Advertiser(far, self.far_interface, LINK_LOCAL, Advertisement(
            (LinkAddress(mac), Prefix(f"{self.prefix}/64"), Pref64(PREF64))))


class Bench:
    """All machines. INSTALLED is the folder in which the project is installed."""

    def __init__(self, installed, offloads):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="clat-nm-bench-"))
        self.installed = installed
        self.offloads = offloads
        self.outer = Machine("outer")
        self.far = Machine("far", inside=self.outer)
        self.far.set_sysctl("net.ipv6.conf.all.forwarding", 1)
        forget_fragments(self.far)
        for address in f"{PEER}/32", f"{PEER_IPV6}/128":
            self.far.ip("address", "add", address, "dev", "lo")
        self.n_links = 0
        self.advertisers = []
        self.hosts = []
        self._serve()

    def _serve(self):
        log = self.directory / "server.log"
        self.far.popen(pinned([EXCHANGE, "serve", PEER, PEER_IPV6], -1), log=log)
        wait_for(lambda: b"ready" in log.read_bytes(), 5, "server", log.read_text)

    def add_link(self, host, interface="eth0"):
        link = Link(self.n_links, host, self.far, self.offloads, interface)
        self.n_links += 1
        forget_fragments(host)
        return link

    def _add_machine(self, name):
        """One without NetworkManager."""
        host = Machine(name, inside=self.outer)
        link = self.add_link(host)
        host.ip("link", "set", "lo", "up")
        host.ip("link", "set", "eth0", "up")
        host.ip("address", "add", f"{link.prefix}2/64", "dev", "eth0", "nodad")
        host.ip("-6", "route", "add", "default", "via", LINK_LOCAL, "dev", "eth0")
        return host, link

    def add_native(self):
        """The host for native IPv6 and IPv4."""
        host, link = self._add_machine("native")
        host.ip("address", "add", f"{link.ipv4}2/24", "dev", "eth0")
        host.ip("route", "add", "default", "via", f"{link.ipv4}1", "dev", "eth0")
        return host

    def add_tayga(self):
        """tayga on the host itself, as clatd uses it."""
        host, link = self._add_machine("tayga")
        self._run_tayga(host, host, link, f"{link.prefix}c", f"{link.prefix}d")
        self.far.ip("-6", "route", "add", f"{link.prefix}c/128", "via", f"{link.prefix}2",
                    "dev", link.far_interface)
        host.ip("address", "add", "192.0.0.1/32", "dev", "tayga")
        host.ip("route", "add", "default", "dev", "tayga", "mtu", str(TAYGA_MTU))
        return host

    def add_tayga_in_namespace(self):
        """tayga in a network namespace of its own, with the links that clat-nm's has."""
        host, link = self._add_machine("host")
        space = Machine("tayga-namespace", inside=self.outer)
        host.connect_to("pair", space, "inner")
        # From outside: a process has its number in the PID namespace of this program only there.
        subprocess.run(["nsenter", f"--net=/proc/{host.pid}/ns/net", "--", "ip", "link", "add",
                        "link", "eth0", "name", "uplink", "netns", str(space.pid), "type",
                        "macvlan", "mode", "bridge"], check=True)
        space.ip("link", "set", "uplink", "up")
        space.ip("address", "add", f"{link.prefix}e/64", "dev", "uplink", "nodad")
        space.ip("-6", "route", "add", "default", "via", LINK_LOCAL, "dev", "uplink")
        space.set_sysctl("net.ipv4.ip_forward", 1)
        self._run_tayga(space, space, link, f"{link.prefix}c", f"{link.prefix}d")
        self.far.ip("-6", "route", "add", f"{link.prefix}c/128", "via", f"{link.prefix}e",
                    "dev", link.far_interface)
        space.ip("link", "set", "inner", "up")
        space.ip("address", "add", "192.0.0.3/32", "peer", "192.0.0.1", "dev", "inner")
        space.ip("route", "add", "default", "dev", "tayga")
        host.ip("link", "set", "pair", "up")
        host.ip("address", "add", "192.0.0.1/32", "peer", "192.0.0.3", "dev", "pair")
        host.ip("route", "add", "default", "via", "192.0.0.3", "dev", "pair",
                "mtu", str(TAYGA_MTU))
        return host

    def _run_tayga(self, host, machine, link, ipv6, own):
        configuration = "/run/tayga.conf"
        machine.file(configuration).write_text(TAYGA.format(own=own, prefix=PREF64, ipv6=ipv6))
        machine.set_sysctl("net.ipv6.conf.all.forwarding", 1)
        machine.run("tayga", "--config", configuration, "--mktun")
        machine.ip("link", "set", "tayga", "up")
        machine.ip("-6", "route", "add", f"{ipv6}/128", "dev", "tayga")
        machine.popen(["tayga", "--config", configuration, "--nodetach"])

    def _add_host(self, release, n_links=1):
        """One with NetworkManager and profiles, connected."""
        options = {} if release is None else {"release": release}
        (self.directory / str(len(self.hosts))).mkdir()
        host = Host(self.outer, self.directory / str(len(self.hosts)), self.installed, **options)
        self.hosts.append(host)
        links = [self.add_link(host, f"eth{number}") for number in range(n_links)]
        for link in links:
            host.add_profile(link.interface)
        self.advertisers += [link.advertise(self.far) for link in links]
        host.start_networkmanager()
        for link in links:
            host.wait_for_ipv6(link.interface)
        return host

    def add_clat_nm(self, configuration="", n_links=1):
        """clat-nm with the settings CONFIGURATION."""
        host = self._add_host(None, n_links)
        host.file("/run/bench.conf").write_text(f"[main]\n{configuration}\n")
        host.start_clat("--config", "/run/bench.conf")
        for number in range(n_links):
            host.wait_for_state("active", f"eth{number}", Pref64=PREF64)
        return host

    def add_networkmanager(self):
        """The CLAT of NetworkManager 1.58."""
        host = self._add_host("sid")
        host.nmcli("connection", "modify", "eth0", "ipv4.clat", "auto")
        host.nmcli("connection", "up", "eth0", timeout=60)
        return host

    def stop(self):
        for advertiser in self.advertisers:
            advertiser.stop()
        for host in self.hosts:
            with contextlib.suppress(Exception):
                host.stop_clat()
            host.bus_client.close()
        self.outer.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
