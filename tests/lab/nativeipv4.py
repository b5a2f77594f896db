# SPDX-License-Identifier: GPL-2.0-or-later
"""Native IPv4 that a connection gets and loses again."""

from .waiting import wait_for


class NativeIpv4:
    def __init__(self, host):
        self.host = host

    def add(self):
        self._modify("manual", "10.0.0.9/24", "10.0.0.1")
        # NetworkManager 1.52 looks for duplicates first.
        wait_for(lambda: "10.0.0.9/" in self.host.output("ip", "-4", "address", "show", "eth0")
                 and self.host.output("ip", "-4", "route", "show", "default", "dev", "eth0"), 10,
                 "native IPv4", self.host.explain)

    def remove(self):
        self._modify("auto", "", "")

    def _modify(self, method, address, gateway):
        self.host.nmcli("connection", "modify", "eth0", "ipv4.method", method,
                        "ipv4.addresses", address, "ipv4.gateway", gateway)
        self.host.nmcli("device", "reapply", "eth0")
