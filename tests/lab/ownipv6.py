# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of the host's own IPv6 on a link, which a translator must not change."""

import contextlib

from . import servers, traffic
from .waiting import wait_for

BULK = traffic.bulk(5)
ROUNDS = 3
# Of the best of several rounds: smaller differences are noise from other load.
SHARE = 0.4


class OwnIpv6:
    """The IPv6 of the host of NETWORK on INTERFACE; ROUTER has ADDRESS at its other end, in
    a /64."""

    def __init__(self, network, interface, router, address):
        self._network = network
        self._host = network.host
        self._interface = interface
        self._router = router
        self._address = address

    def _has_neighbours(self):
        flags = self._host.output("ip", "link", "show", "dev", self._interface)
        return "NOARP" not in flags and "POINTOPOINT" not in flags

    def _shown(self, *flags):
        return self._host.output("ip", "-6", "address", "show", "dev", self._interface, *flags)

    def _finds_duplicates(self):
        """Whether DAD accepts an unused address, and rejects the router's."""
        taken = self._address
        free = f"{taken.rpartition('::')[0]}::7777"

        # The kernel starts DAD for each address after a random delay.
        def is_known():
            tentative, failed = self._shown("tentative"), self._shown("dadfailed")
            return all(f"{address}/" in failed or f"{address}/" not in tentative
                       for address in (free, taken))

        try:
            for address in free, taken:
                self._host.ip("address", "add", f"{address}/64", "dev", self._interface,
                              "noprefixroute")
            wait_for(is_known, 5, "end of the detection", self._host.explain)
            failed = self._shown("dadfailed")
            return f"{taken}/" in failed and f"{free}/" not in failed
        finally:
            for address in free, taken:
                self._host.run("ip", "address", "del", f"{address}/64", "dev", self._interface,
                               check=False)

    def _speed(self):
        digest, speed = traffic.download(self._host, BULK, self._address)
        assert digest == servers.content_hash(BULK)
        return speed

    def _look(self):
        """The addresses, and the throughput."""
        addresses = self._host.global_addresses(self._interface)
        assert addresses
        for address in addresses:
            assert self._router.pings(address)
        assert self._host.pings(self._address)
        assert not self._has_neighbours() or self._finds_duplicates()
        return set(addresses), max(self._speed() for _ in range(ROUNDS))

    @contextlib.contextmanager
    def _server(self):
        server = self._network.start_servers(self._router, self._address)
        try:
            yield
        finally:
            server.stop()

    def assert_unharmed(self, service, **properties):
        """The IPv6 is the same before, during and after SERVICE, a context in which a translator
        becomes active, with PROPERTIES."""
        with self._server():
            addresses, speed_before = self._look()
            with service:
                self._host.wait_for_state("active", self._interface, 20, **properties)
                during, speed_during = self._look()
            after, speed_after = self._look()
        assert during == after == addresses
        assert speed_during > SHARE * max(speed_before, speed_after)


def of_link(network, link, interface=None):
    """The host's IPv6 on LINK, or on an INTERFACE that is built on it."""
    return OwnIpv6(network, interface or link.host_interface, link.router, link.router_address)
