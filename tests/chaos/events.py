# SPDX-License-Identifier: GPL-2.0-or-later
"""The events that can happen to the host, and the time until the state must be right again."""

import dataclasses
import signal
import time
from collections.abc import Callable

from lab.network import INTERNET
from lab.sourceguard import source_guard
from lab.waiting import wait_for

from .world import DNS_TTL, LINK_MTU, PREF64S

# NetworkManager reacts late to a lost carrier, and needs time to start.
SOON = 20
LATER = 45
PLAT_SECONDS = 30
HUNG_SECONDS = 8
FILTER_SECONDS = 40
ADDRESS_SECONDS = 5
# Packets with an IPv4 option take the slow path.
WITH_OPTION = "-R"


@dataclasses.dataclass(frozen=True)
class Event:
    """RUN gets a world, a place and a random generator, and returns a description of the event.

    POSSIBLE tells whether it can happen at a place; COMPLAINTS are warnings that it may cause."""
    run: Callable
    weight: int = 2
    possible: Callable = lambda place: True
    complaints: str | None = None
    seconds: int = SOON


def is_connected(place):
    return place.is_plugged and place.is_up


def is_active(place):
    return place.due().state == "active"


def has_prefixes_to_exchange(place):
    return is_connected(place) and 0 < len(place.pref64s) < len(PREF64S)


def uses_dns(place):
    return place.due().source == "dns"


def is_answered(place, *options):
    return place.host.pings(INTERNET, "-I", place.name, *options, seconds=0.5)


def some_pref64s(chance):
    return chance.sample(PREF64S, chance.randint(1, 2))


# Router advertisements and DNS

def pref64_changes(world, place, chance):
    place.set_pref64s(some_pref64s(chance))
    return f"PREF64 {' '.join(place.pref64s)}"


def pref64_withdrawn(world, place, chance):
    place.set_pref64s([])
    return "PREF64 withdrawn"


def pref64_added(world, place, chance):
    further = [prefix for prefix in PREF64S if prefix not in place.pref64s]
    place.set_pref64s([*place.pref64s, *further[:1]])
    return f"PREF64 {' '.join(place.pref64s)}"


def pref64_exchanged(world, place, chance):
    """Without a withdrawal: established connections may use the prefix of before."""
    place.exchange_pref64s(chance.sample([one for one in PREF64S if one not in place.pref64s], 1))
    return f"PREF64 exchanged for {' '.join(place.pref64s)}"


def second_router(world, place, chance):
    there = place.second_pref64s is not None
    place.set_second_router(None if there else some_pref64s(chance))
    return "second router removed" if there else \
        f"second router with {' '.join(place.second_pref64s)}"


def renumbered(world, place, chance):
    graceful = chance.random() < 0.5
    others = [prefix for prefix in place.prefixes() if prefix != place.prefix]
    place.renumber(chance.choice(others), graceful)
    return f"renumbered {'gracefully' if graceful else 'abruptly'} to {place.prefix}"


def mtu_changes(world, place, chance):
    place.set_mtu(chance.choice([LINK_MTU, 1400, 1280]))
    return f"MTU {place.mtu}"


def dns64(world, place, chance):
    place.set_dns64(not place.has_dns64)
    return f"DNS64 {'added' if place.has_dns64 else 'removed'}"


def resolver_fails(world, place, chance):
    """For longer than its answers are valid."""
    before = place.due()
    with place.silent_resolver():
        time.sleep(DNS_TTL + chance.uniform(2, 6))
        state = place.host.clat_state(place.interface)["State"]
    assert state == before.state, f"{state} without DNS, {before.state} before"
    return "resolver silent for longer than the TTL"


def nat64_stops(world, place, chance):
    """Noticed by the pings that are not answered, and its return by the first that is."""
    def becomes(plat):
        is_answered(place)
        return place.host.clat_state(place.interface)["Plat"] == plat

    with world.nat64_stopped():
        wait_for(lambda: becomes("unreachable"), PLAT_SECONDS, "verdict on the NAT64")
    wait_for(lambda: becomes("reachable"), PLAT_SECONDS, "return of the NAT64")
    return "NAT64 stopped"


def filtered(world, place, chance):
    """The link passes packets from the addresses of the host alone, from an activation on; the
    translator shares one of them then."""
    def is_shared():
        place.host.pings(place.link.router_address, "-I", place.interface, seconds=0.5)
        return is_answered(place) and place.clat_uplink() == "shared"

    wait_for(place.has_all_addresses, ADDRESS_SECONDS, "addresses that the link may pass")
    with source_guard(place.host, place.link):
        place.up()
        wait_for(is_shared, FILTER_SECONDS, "answer to the shared address")
    return "addresses filtered"


def address_setting(world, place, chance):
    place.set_shared(not place.is_shared)
    return "address shared" if place.is_shared else "address of its own"


# The cable and NetworkManager

def cable(world, place, chance):
    if place.is_plugged:
        place.unplug()
        return "cable pulled"
    place.plug()
    return "cable plugged in"


def cable_loose(world, place, chance):
    pauses = [chance.uniform(0, 2) for _ in range(chance.randint(1, 4))]
    for pause in pauses:
        place.unplug()
        time.sleep(pause)
        place.plug()
    return f"cable loose for {' '.join(f'{pause:.1f}' for pause in pauses)} s"


def disconnected(world, place, chance):
    if place.is_up:
        place.down()
        return "disconnected"
    place.up()
    return "connected"


def reconnected(world, place, chance):
    place.up()
    return "reconnected"


def reapplied(world, place, chance):
    place.host.nmcli("device", "reapply", place.interface)
    return "reapplied"


def mode(world, place, chance):
    place.set_mode("no" if place.mode == "auto" else "auto")
    return f"mode {place.mode}"


def networkmanager_restarts(world, place, chance):
    number = chance.choice([signal.SIGTERM, signal.SIGKILL])
    meanwhile = chance.choice([None, pref64_changes, pref64_withdrawn, renumbered])
    descriptions = []

    def happen():
        if meanwhile is not None and is_connected(place):
            descriptions.append(meanwhile(world, place, chance))
        time.sleep(chance.uniform(0, 2))

    world.restart_networkmanager(number, happen)
    return f"NetworkManager restarted after {number.name}, meanwhile: {descriptions}"


def native_ipv4(world, place, chance):
    if place.is_native:
        place.stop_dhcp()
    else:
        place.start_dhcp()
    place.up()
    return f"native IPv4 {'added' if place.is_native else 'removed'}"


def vpn(world, place, chance):
    if world.has_vpn:
        world.stop_vpn()
        return "VPN removed"
    world.start_vpn()
    return "VPN added"


# clat-nm

def clat_killed(world, place, chance):
    """Translation continues without it, and the network may change meanwhile."""
    active = [one for one in world.places if is_active(one)]
    place.host.stop_clat(signal.SIGKILL)
    for one in active:
        assert place.host.pings(INTERNET, "-I", one.name, seconds=2), \
            f"{one.interface}: no answer after the daemon was killed"
    descriptions = []
    meanwhile = chance.choice([None, pref64_changes, pref64_withdrawn, renumbered, disconnected])
    if meanwhile is not None and is_connected(place):
        descriptions.append(meanwhile(world, place, chance))
    place.host.start_clat()
    return f"clat-nm killed and started, meanwhile: {descriptions}"


def clat_killed_early(world, place, chance):
    """At random moments of its start."""
    pauses = [chance.uniform(0, 0.6) for _ in range(3)]
    for pause in pauses:
        place.host.stop_clat(signal.SIGKILL)
        place.host.start_clat()
        time.sleep(pause)
    return f"clat-nm killed after {' '.join(f'{pause:.2f}' for pause in pauses)} s"


def clat_restarts(world, place, chance):
    place.host.stop_clat()
    left = place.host.namespaces(), place.host.clat_routes()
    assert left == ([], []), f"left behind: {left}"
    place.host.start_clat()
    return "clat-nm stopped and started"


def clat_xlat_killed(world, place, chance):
    # It is not running if the last one has just been killed.
    place.host.run("pkill", "-KILL", "-x", "clat-xlat", check=False)
    return "clat-xlat killed"


def clat_xlat_hangs(world, place, chance):
    """Noticed by the packets that it does not read."""
    place.host.run("pkill", "-STOP", "-x", "clat-xlat")
    try:
        assert not is_answered(place, WITH_OPTION), "a stopped slow path answers"
        for one in filter(is_active, world.places):
            wait_for(lambda one=one: is_answered(one, WITH_OPTION), HUNG_SECONDS,
                     f"slow path of {one.interface}")
    finally:
        # Of a connection that has no prefix.
        place.host.run("pkill", "-CONT", "-x", "clat-xlat", check=False)
    return "clat-xlat stopped"


def damaged(world, place, chance):
    inside = f"ip netns exec {place.name}"
    address = f"ip address show dev {place.name} | awk '$1 == \"inet\" {{print $2; exit}}'"
    what, command = chance.choice([
        ("route", f"ip -4 route del default dev {place.name}"),
        ("address", f"ip address del $({address}) dev {place.name}"),
        ("interface", f"ip link del {place.name}"),
        ("interface up", f"ip link set {place.name} down"),
        ("uplink", f"{inside} ip link del uplink"),
        ("uplink up", f"{inside} ip link set uplink down"),
        ("tun", f"{inside} ip link del slow"),
        ("BPF out", f"{inside} tc qdisc del dev inner clsact"),
        ("BPF in", f"{inside} tc qdisc del dev uplink clsact"),
        ("name of the namespace", f"ip netns del {place.name}"),
    ])
    place.host.run("sh", "-c", command)
    return f"deleted: {what}"


CLAT_XLAT_ENDED = r"clat-xlat has ended"
CLAT_XLAT_HANGS = r"clat-xlat (does not read its packets|was killed|has ended)"

EVENTS = [
    Event(pref64_changes, 4, is_connected),
    Event(pref64_withdrawn, 2, is_connected, seconds=LATER),
    Event(pref64_added, 2, is_connected),
    Event(pref64_exchanged, 3, has_prefixes_to_exchange, seconds=LATER),
    Event(resolver_fails, 1, uses_dns),
    Event(nat64_stops, 1, is_active),
    Event(filtered, 1, is_active),
    Event(address_setting, 1, is_connected),
    Event(vpn, 2),
    Event(second_router, 2, is_connected, seconds=LATER),
    Event(renumbered, 3, is_connected),
    Event(mtu_changes, 2, is_connected),
    Event(dns64, 1, seconds=LATER),
    Event(cable, 2, lambda place: place.is_up, seconds=LATER),
    Event(cable_loose, 2, is_connected, seconds=LATER),
    Event(disconnected, 3, lambda place: place.is_plugged, seconds=LATER),
    Event(reconnected, 2, is_connected, seconds=LATER),
    Event(reapplied, 2, is_connected),
    Event(mode, 2, is_connected, seconds=LATER),
    Event(networkmanager_restarts, 2, seconds=LATER),
    Event(native_ipv4, 2, is_connected, seconds=LATER),
    Event(clat_killed, 3, seconds=LATER),
    Event(clat_killed_early, 2, seconds=LATER),
    Event(clat_restarts, 2, seconds=LATER),
    Event(clat_xlat_killed, 2, is_active, complaints=CLAT_XLAT_ENDED),
    Event(clat_xlat_hangs, 1, is_active, complaints=CLAT_XLAT_HANGS),
    Event(damaged, 4, is_active, complaints=CLAT_XLAT_ENDED),
]


# These revert earlier events, so that most of the time there is a CLAT.
REMEDIES = [
    (lambda place: not place.is_plugged, cable),
    (lambda place: not place.is_up, disconnected),
    (lambda place: place.mode == "no", mode),
    (lambda place: place.is_native, native_ipv4),
    (lambda place: not is_active(place), pref64_added),
]
PROBABILITY_OF_REMEDY = 0.5


def event_of(run):
    return next(event for event in EVENTS if event.run is run)


def choose(places, chance):
    """A random event, and a place where it is possible."""
    place = chance.choice(places)
    remedy = next((run for applies, run in REMEDIES if applies(place)), None)
    if remedy is not None and chance.random() < PROBABILITY_OF_REMEDY:
        return event_of(remedy), place
    events = [event for event in EVENTS if event.possible(place)]
    [event] = chance.choices(events, [event.weight for event in events])
    return event, place
