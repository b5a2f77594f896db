# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the state of clat-nm with the required state."""

import ipaddress
import json
import os
import pathlib
import re
import time

from lab.capture import Capture
from lab.machine import CommandError
from lab.network import INTERNET
from lab.waiting import Timeout, wait_for

from .world import VPN

MAX_RESIDENT_KIB = 20 * 1024
# For a DNS query that may be in progress.
SPARE_DESCRIPTORS = 4
LOAD_SECONDS = 2
# A daemon with fewer open descriptors is still starting.
USUAL_DESCRIPTORS = 26
PAUSE = 0.1
POOL = ipaddress.IPv4Network("192.0.0.0/29")
# Kinds of uplinks with a second interface on the host.
REDIRECTING = "redirect", "shared"
# Of our rules.
PROTOCOL = "64"
COMPLAINT = re.compile(r"WARNING|CRITICAL|ERROR")


def entries(host, *arguments):
    return json.loads(host.output("ip", "-json", *arguments) or "[]")


def resident_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def uplink_on_host(place):
    """The name of the interface that some kinds of uplinks have on the host."""
    return f"clat-up-{place.ifindex()}"


def differences_in_state(place, found):
    """Differences between the status on the bus and the required one."""
    due = place.due()
    state = found["State"] if found is not None else None
    if state != due.state:
        return [f"{place.interface}: state {state}, {due.state} is due"]
    if state != "active":
        return []
    wrong = []
    if found["Pref64"] not in due.pref64s or found["Pref64Source"] != due.source:
        wrong.append(f"{place.interface}: prefix {found['Pref64']} by {found['Pref64Source']}, "
                     f"one of {set(due.pref64s)} by {due.source} is due")
    # Without the setting it may be shared, too: because only that address has worked.
    if place.is_shared and found["Uplink"] != "shared":
        wrong.append(f"{place.interface}: uplink {found['Uplink']}, shared is due")
    if found["SlowPath"] != "running":
        wrong.append(f"{place.interface}: slow path {found['SlowPath']!r}")
    return wrong


class Checks:
    """The checks of WORLD, with their state from one check to the next."""

    def __init__(self, world):
        self.world = world
        self.host = world.host
        self._rules = entries(self.host, "rule", "show")
        self._log_position = 0
        self._descriptors = {}
        self._captures = [Capture(world.network.router, place.link.router_interface,
                                  Capture.NOT_IPV6) for place in world.places]
        self._was_native = [False for _ in world.places]

    def _kernel_differences(self, active):
        names = sorted(place.name for place in active)
        # Where a prefix may still be announced, a namespace may be prepared, with its uplink.
        searching = [place for place in self.world.places if place.due().state == "searching"]
        prepared = {name for place in searching for name in (place.name, uplink_on_host(place))}
        mtus = {place.name: place.due_mtu() for place in active}
        routes = [route for route in entries(self.host, "-4", "route", "show", "default")
                  if route.get("dev", "").startswith("clat-")]
        addresses = [(link["ifname"], address["local"])
                     for link in entries(self.host, "-4", "address", "show")
                     for address in link.get("addr_info", [])
                     if ipaddress.IPv4Address(address["local"]) in POOL]
        links = [link["ifname"] for link in entries(self.host, "link", "show")
                 if link.get("ifname", "").startswith("clat-")]
        uplinks = [uplink_on_host(place) for place in active
                   if place.clat_uplink() in REDIRECTING]
        refusals, others = self._refusals_and_others(addresses)
        found = {
            "namespaces": (sorted(set(self.host.namespaces()) - prepared), names),
            "interfaces": (sorted(set(links) - prepared), sorted(names + uplinks)),
            # After a renumbering the previous address stays for a while.
            "addresses on": (sorted({name for name, _ in addresses}), names),
            "routes": (sorted((route["dev"], mtu_of(route)) for route in routes),
                       sorted(mtus.items())),
            "rules": (others, self._rules),
            "refusals": (sorted(rule["oif"] for rule in refusals),
                         sorted(place.interface for place in active)),
        }
        wrong = [f"{what}: {there}, due: {due}" for what, (there, due) in found.items()
                 if there != due]
        if len({address for _, address in addresses}) != len(addresses):
            wrong.append(f"duplicate address: {addresses}")
        return wrong

    def _refusals_and_others(self, addresses):
        """The rules for programs that are bound to a link, and all others except those for
        existing addresses."""
        sources = {address for _, address in addresses}
        rules = entries(self.host, "rule", "show")
        refusals = [rule for rule in rules
                    if "oif" in rule and rule.get("protocol") == PROTOCOL]
        return refusals, [rule for rule in rules
                          if rule not in refusals and rule.get("src") not in sources]

    def _bypasses_of_the_vpn(self, place):
        """Routes other than the VPN's for packets from the addresses of the CLAT."""
        if not self.world.has_vpn:
            return []
        addresses = [address["local"] for link in entries(self.host, "-4", "address", "show")
                     if link.get("ifname") == place.name for address in link["addr_info"]]
        try:
            routes = [route for address in addresses
                      for route in entries(self.host, "route", "get", INTERNET, "from", address)]
        except CommandError as error:
            # A drain has just ended, with the address.
            return [str(error)]
        return [f"beside the VPN: {route}" for route in routes if route["dev"] != VPN]

    def differences(self):
        """Differences from the required state; empty when there are none."""
        found = {connection["Interface"]: connection
                 for connection in self.host.bus_client.connections().values()}
        wrong = [line for place in self.world.places
                 for line in differences_in_state(place, found.get(place.interface))]
        active = [place for place in self.world.places if place.due().state == "active"]
        wrong += self._kernel_differences(active)
        if wrong:
            return wrong
        wrong = [line for place in active for line in self._bypasses_of_the_vpn(place)]
        return wrong + [f"{place.interface}: no answer from {INTERNET}" for place in active
                if not self.host.pings(INTERNET, "-I", place.name, seconds=0.5)]

    def wait_until_right(self, seconds):
        """The time until the state was as required, and the differences after SECONDS."""
        start = time.monotonic()
        while wrong := self.differences():
            if time.monotonic() - start > seconds:
                break
            time.sleep(PAUSE)
        return time.monotonic() - start, wrong

    def new_complaints(self, expected):
        """Warnings in the log since the last call, without those that EXPECTED, a regular
        expression or None, matches."""
        with self.host.log("clat-nm").open(errors="replace") as log:
            log.seek(self._log_position)
            lines = log.read().splitlines()
            self._log_position = log.tell()
        return [line for line in lines if COMPLAINT.search(line)
                and not (expected and re.search(expected, line))]

    def ipv4_on_links(self):
        """Untranslated packets since the last call, on links without native IPv4."""
        wrong = []
        for index, (place, capture) in enumerate(zip(self.world.places, self._captures)):
            frames, capture.frames[:] = capture.ipv4(), []
            is_native = place.is_native
            if frames and not is_native and not self._was_native[index]:
                wrong.append(f"{place.interface}: IPv4 on the wire: {frames[0].bytes.hex()}")
            self._was_native[index] = is_native
        return wrong

    def use_of_resources(self):
        """Limits on memory and descriptors that are exceeded."""
        pid = self.host.clat.pid
        wrong = []
        if (resident := resident_kib(pid)) > MAX_RESIDENT_KIB:
            wrong.append(f"{resident} KiB resident")
        active = sum(place.due().state == "active" for place in self.world.places)
        # The reference for each instance of the daemon is its first count with the same number
        # of active connections and namespaces: a prepared namespace needs descriptors, too.
        usual = self._descriptors.setdefault((pid, active, len(self.host.namespaces())),
                                             max(descriptors(pid), USUAL_DESCRIPTORS))
        # BPF programs being loaded have some for a moment; leaked descriptors stay.
        try:
            wait_for(lambda: descriptors(pid) <= usual + SPARE_DESCRIPTORS, LOAD_SECONDS,
                     "end of loading")
        except Timeout:
            wrong.append(f"{descriptors(pid)} descriptors, {usual} before")
        return wrong

    def close(self):
        for capture in self._captures:
            capture.close()


def mtu_of(route):
    metrics = route.get("metrics", [])
    return next((entry["mtu"] for entry in metrics if "mtu" in entry), 0)
