# SPDX-License-Identifier: GPL-2.0-or-later
"""The test network, its state, and the state of clat-nm that follows from it."""

import contextlib
import dataclasses
import ipaddress
import os
import time

from lab import dns
from lab.advertiser import Advertisement, LinkAddress, Mtu, Pref64, Prefix
from lab.network import PREF64, Network
from lab.tunnel import open_tun
from lab.waiting import Timeout, wait_for

PREF64S = (PREF64, "2001:db8:65::/96", "2001:db8:67::/96", "2001:db8:122:344::/64")
DNS_PREF64 = "2001:db8:68::/96"
SECOND_ROUTER = "fe80::2"
# The shortest time for which an answer of DNS is cached.
DNS_TTL = 12
VPN = "vpn0"
LINK_MTU = 1500
ROOM = 28
# The time after its start that NetworkManager needs to examine the existing interfaces.
SETTLING_SECONDS = 2
# Up to this number its states are those of a device without a connection (NM_DEVICE_STATE_*).
DISCONNECTED = 30


@dataclasses.dataclass(frozen=True)
class Due:
    """The required state of a link's connection; None: no connection."""
    state: str | None
    pref64s: frozenset = frozenset()
    source: str = ""
    mtu: int = 0


class Place:
    """One link, and the network behind it."""

    def __init__(self, network, link):
        self.host = network.host
        self.router = network.router
        self.link = link
        self.interface = link.host_interface
        self.name = f"clat-{self.interface}"
        self.is_plugged = True
        self.is_up = True
        self.mode = "auto"
        self.is_shared = False  # by the profile
        self.prefix = link.prefix
        self.old_prefix = None
        self.pref64s = [PREF64]
        self.second_pref64s = None  # None: there is no second router
        self.mtu = LINK_MTU
        self.dhcp = None
        self.has_dns64 = False
        self._exchanged = set()  # prefixes that are valid, but not announced any more
        self._ever_exchanged = set()
        self._returned = set()  # prefixes that were announced again after an exchange
        self._dns = dns.DnsServer(self.router, link.router_address, link.router_interface,
                                  self._dns_answer())
        self.second_address()

    @property
    def is_native(self):
        return self.dhcp is not None

    def due(self):
        if not (self.is_plugged and self.is_up):
            return Due(None)
        if self.mode == "no":
            return Due("disabled")
        if self.is_native:
            return Due("native")
        announced = frozenset(self.pref64s) | frozenset(self.second_pref64s or ())
        if announced:
            # One that has returned is kept for twice as long each time: it may return again.
            kept = self._exchanged & self._returned
            return Due("active", announced | kept, "ra", self.mtu - ROOM)
        if self.has_dns64:
            return Due("active", frozenset([DNS_PREF64]), "dns", self.mtu - ROOM)
        return Due("searching")

    # Router advertisements and DNS

    def prefixes(self):
        """All /64s that this link has ever had, in the order of their use."""
        number = self.link.number + 1
        return [f"2001:db8:{number}{suffix}::/64" for suffix in ("", ":1", ":2", ":3")]

    def has_all_addresses(self):
        """Whether the host's address of each announced /64 is usable: duplicate address detection
        ends at different times."""
        announced = [self.prefix] + [self.old_prefix] * (self.old_prefix is not None)
        networks = [ipaddress.IPv6Network(prefix) for prefix in announced]
        addresses = list(map(ipaddress.IPv6Address, self.host.global_addresses(self.interface)))
        return all(any(address in network for address in addresses) for network in networks)

    def second_address(self):
        self.router.ip("address", "replace", f"{SECOND_ROUTER}/64", "dev",
                       self.link.router_interface, "nodad")

    def advertisement(self):
        options = [LinkAddress(self.link.mac), Prefix(self.prefix), Mtu(self.mtu)]
        if self.old_prefix is not None:
            options.append(Prefix(self.old_prefix, valid=7200, preferred=0))
        return Advertisement(tuple(options)).with_options(*map(Pref64, self.pref64s))

    def second_advertisement(self):
        plain = Advertisement((LinkAddress(self.link.mac),), source=SECOND_ROUTER)
        return plain.with_options(*map(Pref64, self.second_pref64s))

    def announce(self):
        """Announces the current state, and nothing else from now on."""
        second = self.second_pref64s is not None
        self.link.advertiser.announce(
            self.advertisement(), *([self.second_advertisement()] if second else []))

    def set_pref64s(self, pref64s):
        gone = (set(self.pref64s) | self._exchanged) - set(pref64s)
        self._replace_pref64s(pref64s)
        self._exchanged = set()
        self.link.advertiser.send(self.advertisement().with_options(
            *(Pref64(prefix, lifetime=0) for prefix in gone)))
        self.announce()

    def exchange_pref64s(self, pref64s):
        """Announces other prefixes; those before are valid, but not announced any more."""
        self._exchanged |= set(self.pref64s)
        self._ever_exchanged |= self._exchanged
        self._replace_pref64s(pref64s)
        self.announce()

    def _replace_pref64s(self, pref64s):
        self.pref64s = list(pref64s)
        self._exchanged -= set(pref64s)
        self._returned |= self._ever_exchanged & set(pref64s)

    def set_second_router(self, pref64s):
        """PREF64S: None to remove it."""
        gone = set(self.second_pref64s or ()) - set(pref64s or ())
        self.second_pref64s = pref64s
        self.link.advertiser.send(Advertisement(
            tuple(Pref64(prefix, lifetime=0) for prefix in gone), source=SECOND_ROUTER,
            router_lifetime=0 if pref64s is None else 1800))
        self.announce()

    def renumber(self, prefix, graceful):
        """A new /64; the old one is invalidated at once, or deprecated."""
        number = prefix.removesuffix("::/64")
        interface = self.link.router_interface
        self.router.ip("address", "replace", f"{number}::1/64", "dev", interface, "nodad")
        if not graceful and self.prefix != self.link.prefix:
            old = self.prefix.removesuffix("::/64")
            self.router.ip("address", "del", f"{old}::1/64", "dev", interface)
        self.prefix, self.old_prefix = prefix, self.prefix
        self.announce()

    def set_mtu(self, mtu):
        self.mtu = mtu
        self.announce()

    def _dns_answer(self):
        if self.has_dns64:
            return dns.synthesize(DNS_PREF64, ttl=DNS_TTL)
        return dns.Answer(code=dns.NO_SUCH_NAME, negative_ttl=DNS_TTL)

    def set_dns64(self, has_dns64):
        self.has_dns64 = has_dns64
        self._dns.answer = self._dns_answer()

    @contextlib.contextmanager
    def silent_resolver(self):
        answer, self._dns.answer = self._dns.answer, dns.SILENCE
        try:
            yield
        finally:
            self._dns.answer = answer

    # The cable, NetworkManager, native IPv4

    def plug(self):
        self.link.plug()
        self.second_address()
        if self.prefix != self.link.prefix:
            number = self.prefix.removesuffix("::/64")
            self.router.ip("address", "replace", f"{number}::1/64", "dev",
                           self.link.router_interface, "nodad")
        self.old_prefix = None
        self.is_plugged = True
        # NetworkManager activates the connection by itself when the carrier is back.
        with contextlib.suppress(Timeout):
            wait_for(lambda: not self._is_left(), SETTLING_SECONDS, "connection")
        self.connect_if_left()
        self.is_up = True

    def unplug(self):
        self.link.unplug()
        self.is_plugged = False

    def up(self):
        self.host.nmcli("--wait", "20", "connection", "up", self.interface, timeout=30)
        self.is_up = True

    def _is_left(self):
        state = self.host.device_state(self.interface)
        return "externally" in state or int(state.split()[0]) <= DISCONNECTED

    def connect_if_left(self):
        """After it was killed early NetworkManager may not recognize the connection that it had
        set up: it treats it as external, or does not activate it when the carrier is back. Then
        the user has to activate it."""
        if self.is_plugged and self._is_left():
            self.up()

    def down(self):
        self.host.nmcli("--wait", "20", "device", "disconnect", self.interface, timeout=30)
        self.is_up = False

    def set_mode(self, mode):
        self.host.run("clatctl", "set", self.interface, mode)
        self.mode = mode

    def due_mtu(self):
        """Of the route. A shared address has that of the host, to which NetworkManager applies
        an advertised one only with its next change."""
        if self.clat_uplink() != "shared":
            return self.due().mtu
        mtu6 = self.host.output("cat", f"/proc/sys/net/ipv6/conf/{self.interface}/mtu")
        return int(mtu6) - ROOM

    def ifindex(self):
        return self.host.output("cat", f"/sys/class/net/{self.interface}/ifindex").strip()

    def clat_uplink(self):
        state = self.host.clat_state(self.interface)
        return state["Uplink"] if state is not None else None

    def set_shared(self, is_shared):
        self.host.run("clatctl", "set", self.interface, f"address={'shared' if is_shared else ''}")
        self.is_shared = is_shared

    def start_dhcp(self):
        self.dhcp = self.router.start_dhcp(self.link.router_interface,
                                           f"10.0.{self.link.number}.0/24")

    def stop_dhcp(self):
        self.router.stop_dhcp(self.dhcp, self.link.router_interface)
        self.dhcp = None

    def stop(self):
        self._dns.stop()


class World:
    """The test network with clat-nm running in it."""

    def __init__(self, installed, links):
        self.network = Network(installed, links)
        self.host = self.network.host
        self.places = []
        self._vpn = None
        try:
            for prefix in (*PREF64S, DNS_PREF64):
                self.network.router.add_nat64(prefix)
            self.places = [Place(self.network, link) for link in self.network.links]
            for place in self.places:
                place.announce()
                self.host.add_profile(place.interface, ipv6=f"dns={place.link.router_address}")
            self.host.start_networkmanager()
            for place in self.places:
                self.host.wait_for_ipv6(place.interface)
            self.host.start_clat()
        except BaseException:
            self.stop()
            raise

    def restart_networkmanager(self, number, meanwhile=lambda: None):
        """It activates all connections that it can, as after a boot."""
        self.host.stop_networkmanager(number)
        meanwhile()
        self.host.start_networkmanager()
        for place in self.places:
            place.is_up = True
        time.sleep(SETTLING_SECONDS)
        for place in self.places:
            place.connect_if_left()

    @contextlib.contextmanager
    def nat64_stopped(self):
        """Packets to all NAT64s are lost meanwhile."""
        routes = [("blackhole", prefix, "metric", "10") for prefix in (*PREF64S, DNS_PREF64)]
        router = self.network.router
        for route in routes:
            router.ip("-6", "route", "add", *route)
        try:
            yield
        finally:
            for route in routes:
                router.ip("-6", "route", "del", *route)

    @property
    def has_vpn(self):
        return self._vpn is not None

    def start_vpn(self):
        """A VPN with a default route that is better than all others."""
        self._vpn = open_tun(self.host, VPN)
        self.host.ip("address", "add", "10.99.0.2/24", "dev", VPN)
        self.host.ip("link", "set", VPN, "up")
        self.host.ip("route", "add", "default", "dev", VPN, "metric", "50")

    def stop_vpn(self):
        os.close(self._vpn)
        self._vpn = None

    def stop(self):
        if self.has_vpn:
            self.stop_vpn()
        if self.host.clat is not None:
            self.host.stop_clat()
        for place in self.places:
            place.stop()
        self.network.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
