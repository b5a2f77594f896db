# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole test network.

    host  eth0 ---- lan0  router  wan ---- wan  internet
          eth1 ---- lan1                         198.51.100.1
          ...       IPv6 only, NAT64             IPv4 only

A link has the prefix 2001:db8:<n+1>::/64 and its router is fe80::1. Nothing of this is visible
outside of the namespaces of the machines.
"""

import pathlib
import shutil
import tempfile

from .advertiser import Advertisement, Advertiser, LinkAddress, Pref64, Prefix
from .host import Host
from .machine import Machine, PROJECT
from .router import Router
from .waiting import wait_for

INTERNET = "198.51.100.1"
ROUTER_IN_INTERNET = "198.51.100.254"
LINK_LOCAL = "fe80::1"
PREF64 = "2001:db8:64::/96"
# INTERNET behind PREF64.
INTERNET_IN_IPV6 = "2001:db8:64::c633:6401"


class Link:
    """Link number NUMBER between interfaces of host and router that are connected."""

    def __init__(self, number, host, router, host_interface, router_interface):
        self.number = number
        self.host_interface = host_interface
        self.router_interface = router_interface
        self.prefix = f"2001:db8:{number + 1}::/64"
        self.router_address = f"2001:db8:{number + 1}::1"
        self.router = router
        self._configure_router()
        address = router.output("cat", f"/sys/class/net/{self.router_interface}/address")
        self.mac = address
        self.plain = Advertisement((LinkAddress(address), Prefix(self.prefix)))
        self.advertiser = Advertiser(router, self.router_interface, LINK_LOCAL,
                                     self.plain.with_options(Pref64(PREF64)))

    def _configure_router(self):
        self.router.set_sysctl(f"net.ipv6.conf.{self.router_interface}.addr_gen_mode", 1)
        self.plug()

    def plug(self):
        """Restores the carrier: sets the router's end up."""
        interface = self.router_interface
        self.router.ip("link", "set", interface, "up")
        for address in f"{LINK_LOCAL}/64", f"{self.router_address}/64":
            self.router.ip("address", "replace", address, "dev", interface, "nodad")

    def unplug(self):
        """Removes the carrier: the router's end goes down."""
        self.router.ip("link", "set", self.router_interface, "down")


class OtherRouter:
    """A second router on LINK: the same machine with another address, MAC address and prefix."""

    ADDRESS = "fe80::2"
    PREFIX = "2001:db8:b::/64"

    def __init__(self, link):
        self.machine = link.router
        self.interface = f"{link.router_interface}-2"
        self.machine.ip("link", "add", "link", link.router_interface, "name", self.interface,
                        "type", "macvlan", "mode", "bridge")
        self.machine.set_sysctl(f"net.ipv6.conf.{self.interface}.addr_gen_mode", 1)
        self.mac = self.machine.output("cat", f"/sys/class/net/{self.interface}/address")
        self.plug()
        self.plain = Advertisement((LinkAddress(self.mac), Prefix(self.PREFIX)))
        self.advertiser = Advertiser(self.machine, self.interface, self.ADDRESS, self.plain)
        self.withdraw()

    def plug(self):
        self.machine.ip("link", "set", self.interface, "up")
        for address in f"{self.ADDRESS}/64", "2001:db8:b::1/64":
            self.machine.ip("address", "replace", address, "dev", self.interface, "nodad")

    def unplug(self):
        """The router becomes unreachable, without a final advertisement."""
        self.machine.ip("link", "set", self.interface, "down")

    def withdraw(self):
        """It stops being a router, with a final advertisement (RFC 4861, 6.2.5)."""
        self.plug()
        self.advertiser.announce_pref64()
        self.advertiser.announce(
            Advertisement((Prefix(self.PREFIX, valid=0, preferred=0),), router_lifetime=0))

    def stop(self):
        self.withdraw()
        self.advertiser.stop()
        self.machine.ip("link", "del", self.interface)


class Network:
    """The test network; INSTALLED is the folder in which the project is installed, KIND the
    class of the machine under test, OPTIONS further arguments of that."""

    def __init__(self, installed, links=1, kind=Host, **options):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="clat-nm-lab-"))
        self.links = []
        self.host = None
        self.outer = Machine("outer")
        try:
            self.router = Router(self.outer, self.directory)
            self.internet = self._make_internet()
            self.router.add_nat64(PREF64)
            self.host = kind(self.outer, self.directory, installed, **options)
            for _ in range(links):
                self.add_link()
        except BaseException:
            self.stop()
            raise

    def _make_internet(self):
        internet = Machine("internet", inside=self.outer)
        internet.connect_to("wan", self.router, "wan")
        for machine, address in ((internet, INTERNET), (self.router, ROUTER_IN_INTERNET)):
            machine.ip("address", "add", f"{address}/24", "dev", "wan")
            machine.ip("link", "set", "wan", "up")
        self.start_servers(internet, INTERNET)
        return internet

    def start_servers(self, machine, address):
        """Starts the servers of servers.py in MACHINE, on its ADDRESS."""
        log = self.directory / f"{machine.name}-servers.log"
        log.unlink(missing_ok=True)
        server = machine.popen(["/usr/bin/python3", PROJECT / "tests/lab/servers.py", address],
                               log=log)
        wait_for(lambda: b"ready" in log.read_bytes(), 10, f"servers on {address}",
                 log.read_text)
        return server

    @property
    def link(self):
        return self.links[0]

    def add_link(self):
        number = len(self.links)
        ends = f"eth{number}", f"lan{number}"
        self.host.connect_to(ends[0], self.router, ends[1])
        link = Link(number, self.host, self.router, *ends)
        self.links.append(link)
        return link

    def start(self):
        """NetworkManager with a profile for each link, connected."""
        for link in self.links:
            self.host.add_profile(link.host_interface)
        self.host.start_networkmanager()
        for link in self.links:
            self.host.wait_for_ipv6(link.host_interface)

    def restart_networkmanager(self):
        """With one link, and until that is connected again. NetworkManager adopts its IPv6 address;
        if the first advertisement leaves the lifetimes of the address as they are, it waits for
        another one, unless it has a DHCPv4 lease."""
        def is_connected():
            self.link.advertiser.send()
            return self.host.device_state(self.link.host_interface).startswith("100")

        self.host.stop_networkmanager()
        self.host.start_networkmanager()
        wait_for(is_connected, 20, "activation", self.host.explain)

    def stop(self):
        for link in self.links:
            link.advertiser.stop()
        if self.host is not None:
            self.host.bus_client.close()
        self.outer.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
