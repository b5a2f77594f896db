# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-nm with faults that can be switched on and off: the calls that fail, and the state and
the log from the first failure to the recovery."""

import contextlib
import dataclasses
import errno
import re

from chaos.checks import descriptors

from . import snapshot, tcx
from .network import INTERNET
from .waiting import wait_for

FILE = "/run/faults"
# The pauses between retries grow: 1, 2, 4, ... s.
FIRST_PAUSES = (1, 2)
# Interval at which the service polls a link that cannot carry a child.
PROGRAM = "clat_nm_in"

NEWLINK, NEWADDR, NEWROUTE, NEWRULE, NEWQDISC, NEWTFILTER = 16, 20, 24, 32, 36, 44
DELLINK, DELADDR, DELROUTE, DELRULE, DELQDISC, DELTFILTER = 17, 21, 25, 33, 37, 45
GETLINK = 18
IFF_UP, IFF_NOARP = 0x1, 0x80
IFLA_MTU, IFLA_MASTER, IFLA_GROUP = 4, 10, 27
FRA_SRC, FRA_OIFNAME = 2, 17
AF_INET6 = 10
# The error of a kernel without such interfaces.
NO_IPVLAN = f"netlink {errno.EOPNOTSUPP} {NEWLINK}:ipvlan"
NO_MACVLAN = f"netlink {errno.EOPNOTSUPP} {NEWLINK}:macvlan"
NO_CHILDREN = NO_IPVLAN, NO_MACVLAN
# Neither a child nor its replacement can be set up, with a "?" for the error.
UPLINKS = [f"netlink ? {NEWLINK}:{kind}" for kind in ("macvlan", "ipvlan", "veth")]
MAP_CREATE, PROG_LOAD, PROG_ATTACH, PROG_DETACH = 0, 5, 8, 9


@dataclasses.dataclass(frozen=True)
class Fault:
    """The calls that fail (see chaos/faults.c), and the step that fails with them."""
    step: str
    calls: tuple
    reason: str = "kernel-error"


def fault(step, *calls, number=errno.EIO, **fields):
    return Fault(step, tuple(call.replace("?", str(number), 1) for call in calls), **fields)


class FaultyClat:
    """The service on HOST with the faults of LIBRARY; none until `put` is called."""

    def __init__(self, host, library):
        self.host = host
        self._library = library
        self._file = host.file(FILE)
        self._file.write_text("")

    def put(self, *calls):
        """From now on these calls fail, and no others."""
        # Written in one piece, not line by line.
        new = self.host.file(f"{FILE}.new")
        new.write_text("".join(f"{call}\n" for call in calls))
        new.rename(self._file)

    @contextlib.contextmanager
    def running(self, *calls):
        """CALLS fail from the start."""
        self.put(*calls)
        self.host.log("clat-nm").unlink(missing_ok=True)
        try:
            with self.host.running_clat(environment={"LD_PRELOAD": self._library,
                                                     "CLAT_TEST_FAULTS": FILE}):
                yield
        finally:
            self.put()

    def log(self):
        return self.host.log("clat-nm").read_text()

    def longest_pause(self):
        """The longest pause in the log so far, in seconds."""
        return max(map(int, re.findall(r"next try after (\d+) s", self.log())))

    def wait_for_pauses(self, seconds=5):
        for pause in FIRST_PAUSES:
            wait_for(lambda: f"next try after {pause} s" in self.log(), seconds,
                     f"pause of {pause} s", self.host.explain)


class Place:
    """A connection on INTERFACE of HOST that the faults affect. PING are further arguments of ping
    for it, TABLE is the routing table of its routes."""

    def __init__(self, host, interface="eth0", ping=(), table="main", seconds=10):
        self.host = host
        self.interface = interface
        self.name = f"clat-{interface}"
        self._ping = ping
        self._table = table
        self.seconds = seconds

    def wait_for_state(self, state, **properties):
        return self.host.wait_for_state(state, self.interface, self.seconds, **properties)

    def processes(self):
        return self.host.run("pgrep", "-x", "clat-xlat", check=False).stdout.split()

    def routes(self):
        """The IPv4 default routes that lead into the translator, as text."""
        routes = self.host.output("ip", "-4", "route", "show", "table", self._table, "default")
        return [line for line in routes.splitlines() if " clat-" in line]

    def programs(self):
        """Our programs on the interface itself that no list of qdiscs shows (tcx)."""
        if not tcx.is_supported(self.host):
            return 0
        return tcx.names(self.host, self.interface).count(PROGRAM)

    def assert_nothing_there(self, before):
        """The host is in the state BEFORE, a snapshot."""
        host = self.host

        def differences():
            return snapshot.differences(before, snapshot.take(host))

        wait_for(lambda: not self.processes(), 3, "end of clat-xlat", host.explain)
        wait_for(lambda: not differences(), 10, "network as it was before",
                 lambda: "\n".join(differences()))
        wait_for(lambda: host.namespaces() == [], 10, "removal of the namespace", host.explain)
        wait_for(lambda: not self.programs(), 10, "removal of the program on the link",
                 host.explain)

    def assert_works(self, pause=0, **properties):
        """IPv4 works once a PAUSE is over and the set-up has succeeded."""
        state = self.host.wait_for_state("active", self.interface, self.seconds + pause,
                                         SlowPath="running", **properties)
        has_own_mac = state["Uplink"] == "macvlan"
        assert state["Translator"] == ("bpf" if has_own_mac else "bpf-direct")
        wait_for(lambda: self.host.pings(INTERNET, *self._ping, seconds=0.5), 5,
                 f"answer from {INTERNET}", self.host.explain)
        assert len(self.routes()) == 1 and self.host.namespaces() == [self.name]


def assert_undone_and_tried_again(clat, place, fault, **properties):
    """With FAULT from the start, the set-up is undone, logged and retried, and succeeds as soon
    as the fault is gone: then the connection has PROPERTIES."""
    before = snapshot.take(place.host)
    with clat.running(*fault.calls):
        state = place.wait_for_state("failed", StateReason=fault.reason)
        assert "Next try" in state["StateText"] and fault.step in state["StateText"]
        place.assert_nothing_there(before)
        opened = descriptors(place.host.clat.pid)
        clat.wait_for_pauses()
        place.assert_nothing_there(before)
        # More than that exists only during a retry.
        wait_for(lambda: descriptors(place.host.clat.pid) <= opened, 10,
                 f"{opened} descriptors", place.host.explain)
        assert "not all could be taken away" not in clat.log()
        clat.put()
        place.assert_works(clat.longest_pause(), **properties)
    place.assert_nothing_there(before)


def assert_change_fails(clat, place, fault, change, **properties):
    """FAULT makes the active translator fail to follow CHANGE: it is removed as a whole, and
    set up again with PROPERTIES as soon as the fault is gone."""
    with clat.running():
        place.assert_works()
        clat.put(*fault.calls)
        change()
        state = place.wait_for_state("failed", StateReason=fault.reason)
        assert fault.step in state["StateText"]
        wait_for(lambda: place.host.namespaces() == [] and place.routes() == [], 5,
                 "removal of the translator", place.host.explain)
        assert "not all could be taken away" not in clat.log()
        clat.put()
        place.assert_works(clat.longest_pause(), **properties)
