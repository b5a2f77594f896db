# SPDX-License-Identifier: GPL-2.0-or-later
"""The IPv4 default routes of a machine: those to a translator, and a log of changes."""

import itertools
import json
import re
import socket
import struct

RTMGRP_IPV4_ROUTE = 0x40
RTM_NEWROUTE, RTM_DELROUTE = 24, 25
TABLE_MAIN = 254


def clat_default_route(host, table="main"):
    """The one to the translator of eth0, as iproute2 shows it in JSON."""
    [route] = [route for route in json.loads(host.output(
        "ip", "-json", "-4", "route", "show", "table", table, "default"))
        if route["dev"] == "clat-eth0"]
    return route


def own_table(host):
    """The number of the routing table of the only translator."""
    return re.search(r"lookup (464\d+)", host.output("ip", "-4", "rule"))[1]


def peers(host):
    """The IPv4 addresses of clat-eth0, each with its peer or None."""
    [link] = json.loads(host.output("ip", "-json", "-4", "address", "show", "dev", "clat-eth0"))
    return {entry["local"]: entry.get("address") for entry in link["addr_info"]}


class DefaultRoutes:
    """Records those of MACHINE, from now on."""

    def __init__(self, machine):
        self._count = len(machine.output("ip", "-4", "route", "show", "default").splitlines())
        self._changes = []
        self._socket = machine.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.setblocking(False)
        self._socket.bind((0, RTMGRP_IPV4_ROUTE))

    def _note(self, messages):
        while messages:
            length, kind = struct.unpack_from("IH", messages)
            destination_length, table = struct.unpack_from("xBxxB", messages, 16)
            if destination_length == 0 and kind in (RTM_NEWROUTE, RTM_DELROUTE):
                self._changes.append((1 if kind == RTM_NEWROUTE else -1, table))
            messages = messages[(length + 3) & ~3:]

    def _read(self):
        """All past changes can be read: the kernel notifies synchronously."""
        try:
            while True:
                self._note(self._socket.recv(1 << 16))
        except BlockingIOError:
            pass

    def lost(self):
        """How many routes were deleted, from any table."""
        self._read()
        return sum(change < 0 for change, _ in self._changes)

    def least(self):
        """The lowest number of routes in the main table."""
        self._read()
        return min(itertools.accumulate(
            (change for change, table in self._changes if table == TABLE_MAIN),
            initial=self._count))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()
