# SPDX-License-Identifier: GPL-2.0-or-later
"""A step of setting up fails: it is undone, said, tried again, and works when the fault goes."""

import contextlib
import dataclasses
import errno
import re

import pytest

from chaos.checks import descriptors
from lab import snapshot
from lab.network import INTERNET
from lab.waiting import wait_for

NAME = "clat-eth0"
FAULTS_FILE = "/run/faults"
# Pauses grow: 1, 2, 4, ... s.
FIRST_PAUSES = (1, 2)

NEWLINK, NEWADDR, NEWROUTE, NEWRULE, NEWQDISC, NEWTFILTER = 16, 20, 24, 32, 36, 44
DELLINK, GETLINK, DELADDR, DELROUTE, DELRULE, DELQDISC = 17, 18, 21, 25, 33, 37
IFF_UP, IFF_NOARP, IFLA_MTU, IFLA_GROUP = 0x1, 0x80, 4, 27
MAP_CREATE, PROG_LOAD = 0, 5


@dataclasses.dataclass(frozen=True)
class Fault:
    """What fails (see chaos/faults.c), and the step that it makes fail."""
    step: str
    calls: tuple
    reason: str = "kernel-error"


def fault(step, *calls, number=errno.EIO, **fields):
    return Fault(step, tuple(call.replace("?", str(number), 1) for call in calls), **fields)


NAMESPACE, UPLINK, VETH = "make the namespace", "make the uplink", "make the veth pair"
SLOW, DATAPATH = "start the slow path", "attach the data path"
CHILDREN = f"netlink ? {NEWLINK}:macvlan", f"netlink ? {NEWLINK}:ipvlan"

WHEN_SETTING_UP = {
    "unshare": fault(NAMESPACE, "unshare ?"),
    "unshare is forbidden": fault(NAMESPACE, "unshare ?", number=errno.EPERM,
                                  reason="no-permission"),
    "no namespaces": fault(NAMESPACE, "unshare ?", number=errno.ENOSYS,
                           reason="kernel-lacks-feature"),
    "own namespace": fault(NAMESPACE, "open ? /ns/net", number=errno.EMFILE),
    "directory of names": fault(NAMESPACE, "mount ? /run/netns"),
    "file of the name": fault(NAMESPACE, f"create ? /run/netns/{NAME}", number=errno.ENOSPC),
    "name": fault(NAMESPACE, f"mount ? /run/netns/{NAME}"),
    "mark of the namespace": fault(NAMESPACE, f"netlink ? {NEWLINK}:clat-nm"),
    "uplink": fault(UPLINK, *CHILDREN),
    "no uplink": fault(UPLINK, *CHILDREN, number=errno.EOPNOTSUPP,
                       reason="kernel-lacks-feature"),
    "setting of the uplink": fault(UPLINK, "open ? stable_secret", number=errno.EROFS),
    "last setting of the uplink": fault(UPLINK, "open ? use_tempaddr"),
    "veth": fault(VETH, f"netlink ? {NEWLINK}:veth", number=errno.ENOMEM),
    "setting of the veth": fault(VETH, "open ? rp_filter"),
    "group of the veth": fault(VETH, f"netlink ? {NEWLINK}:#{IFLA_GROUP}"),
    "veth up": fault(VETH, f"netlink ? {NEWLINK}:/{IFF_NOARP}"),
    "tun": fault(SLOW, "open ? /dev/net/tun", number=errno.ENOENT),
    "tun is forbidden": fault(SLOW, "ioctl ?", number=errno.EPERM, reason="no-permission"),
    "memory for counters": fault(SLOW, "memfd ?", number=errno.ENOMEM),
    "maps": fault(DATAPATH, f"bpf ? {MAP_CREATE}", number=errno.ENOMEM),
    "programs": fault(DATAPATH, f"bpf ? {PROG_LOAD}", number=errno.ENOMEM),
    "bpf is forbidden": fault(DATAPATH, "bpf ?", number=errno.EPERM, reason="no-permission"),
    "clsact": fault(DATAPATH, f"netlink ? {NEWQDISC}:clsact"),
    "filter": fault(DATAPATH, f"netlink ? {NEWTFILTER}:clat_slow"),
    "second filter": fault(DATAPATH, f"netlink ? {NEWTFILTER}:clat_6to4"),
    "last filter": fault(DATAPATH, f"netlink ? {NEWTFILTER}:clat_4to6"),
    "address": fault("add the IPv4 address", f"netlink ? {NEWADDR}"),
    "rules": fault("add the IPv4 address", f"netlink ? {NEWRULE}"),
    "route": fault("add the IPv4 route", f"netlink ? {NEWROUTE}"),
}


@pytest.fixture
def faulty(host, request):
    """clat-nm with faults that can be switched on and off; none yet."""
    library = request.config.getoption("--faults")
    file = host.file(FAULTS_FILE)
    file.write_text("")

    def put(*calls):
        # At once, not line by line.
        host.file(f"{FAULTS_FILE}.new").write_text("".join(f"{call}\n" for call in calls))
        host.file(f"{FAULTS_FILE}.new").rename(file)

    @contextlib.contextmanager
    def running():
        host.log("clat-nm").unlink(missing_ok=True)
        with host.running_clat(environment={"LD_PRELOAD": library,
                                            "CLAT_TEST_FAULTS": FAULTS_FILE}):
            yield put
        put()

    return put, running


def log_of(host):
    return host.log("clat-nm").read_text()


def processes(host):
    return host.run("pgrep", "-x", "clat-xlat", check=False).stdout.split()


def assert_nothing_there(host, before):
    wait_for(lambda: not processes(host), 3, "end of clat-xlat", host.explain)
    wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 10,
             "network as it was before",
             lambda: "\n".join(snapshot.differences(before, snapshot.take(host))))
    wait_for(lambda: host.namespaces() == [], 10, "end of the namespace", host.explain)


def assert_works(host):
    state = host.wait_for_state("active", SlowPath="running", Translator="bpf")
    assert host.wait_for_ping(INTERNET, 3) < 3
    assert len(host.clat_routes()) == 1 and host.namespaces() == [NAME]
    return state


@pytest.mark.parametrize("what", WHEN_SETTING_UP)
def test_setting_up_fails(host, faulty, what):
    fault = WHEN_SETTING_UP[what]
    put, running = faulty
    before = snapshot.take(host)
    put(*fault.calls)
    with running():
        state = host.wait_for_state("failed", StateReason=fault.reason)
        assert "Next try" in state["StateText"] and fault.step in state["StateText"]
        assert_nothing_there(host, before)
        opened = descriptors(host.clat.pid)
        for seconds in FIRST_PAUSES:
            wait_for(lambda: f"next try after {seconds} s" in log_of(host), 5,
                     f"pause of {seconds} s", host.explain)
        assert_nothing_there(host, before)
        assert descriptors(host.clat.pid) <= opened
        assert "not all could be taken away" not in log_of(host)
        put()
        assert_works(host)
    assert_nothing_there(host, before)


# What fails while all is well, what happens then, and what is seen of it.
REMOVALS = {
    "route": fault("remove the IPv4 route", f"netlink ? {DELROUTE}"),
    "address": fault("remove the IPv4 address", f"netlink ? {DELADDR}"),
    "rules": fault("remove the IPv4 address", f"netlink ? {DELRULE}"),
    "filter": fault("detach the data path", f"netlink ? {DELQDISC}"),
    "link": fault("stop the slow path", f"netlink ? {DELLINK}"),
    "name": fault("remove the namespace", "umount ?"),
}


@pytest.fixture
def usual_mode(host):
    yield
    host.run("clatctl", "set", "eth0", "auto")


@pytest.mark.parametrize("what", REMOVALS)
def test_taking_away_fails(host, faulty, usual_mode, what):
    """It is tried again until it succeeds, not all the time."""
    fault = REMOVALS[what]
    put, running = faulty
    before = snapshot.take(host)
    with running():
        host.wait_for_state("active")
        put(*fault.calls)
        host.run("clatctl", "set", "eth0", "no")
        for seconds in FIRST_PAUSES:
            wait_for(lambda: f"next try after {seconds} s" in log_of(host), 5,
                     f"pause of {seconds} s", host.explain)
        assert fault.step in log_of(host)
        assert len(re.findall("next try", log_of(host))) == len(FIRST_PAUSES)
        host.wait_for_state("disabled")
        put()
        assert_nothing_there(host, before)
        host.run("clatctl", "set", "eth0", "auto")
        assert_works(host)
    assert_nothing_there(host, before)


REPAIRS = {
    "links up": (fault("bring the interfaces up", f"netlink ? {NEWLINK}:/{IFF_UP}"),
                 ("ip", "link", "set", NAME, "down")),
    # The kernel itself makes a child's smaller with its parent's, but not bigger.
    "MTU": (fault("set the MTU of the uplink", f"netlink ? {NEWLINK}:#{IFLA_MTU}"),
            ("ip", "link", "set", "eth0", "mtu", "1500")),
    "MTU of the veth": (fault("set the MTU of the veth pair",
                              f"netlink ? {NEWLINK}:#{IFLA_MTU}"),
                        ("ip", "link", "set", NAME, "mtu", "1400")),
    "route": (fault("add the IPv4 route", f"netlink ? {NEWROUTE}"),
              ("ip", "-4", "route", "del", "default", "dev", NAME)),
}


@pytest.fixture
def small_mtu(host):
    host.ip("link", "set", "eth0", "mtu", "1400")
    yield
    host.ip("link", "set", "eth0", "mtu", "1500")


@pytest.mark.parametrize("what", REPAIRS)
def test_repair_fails(host, faulty, small_mtu, what):
    """What cannot be kept right is taken away whole, and comes back."""
    fault, damage = REPAIRS[what]
    put, running = faulty
    before = snapshot.take(host)
    with running():
        host.wait_for_state("active")
        put(*fault.calls)
        host.run(*damage)
        state = host.wait_for_state("failed", StateReason=fault.reason)
        assert fault.step in state["StateText"]
        assert host.namespaces() == [] and host.clat_routes() == []
        put()
        assert_works(host)
    host.ip("link", "set", "eth0", "mtu", "1400")
    assert_nothing_there(host, before)


def test_kernel_cannot_be_read(host, faulty):
    """Then nothing can be taken away either; all of it is right again afterwards."""
    put, running = faulty
    before = snapshot.take(host)
    with running():
        host.wait_for_state("active")
        put(f"netlink {errno.ENOBUFS} {GETLINK}")
        host.ip("-4", "route", "del", "default", "dev", NAME)
        host.wait_for_state("failed", StateReason="kernel-error")
        put()
        assert_works(host)
    assert_nothing_there(host, before)


def test_slow_path_cannot_be_started(host, faulty):
    """IPv4 works but for what is hard; it is said, and tried again."""
    put, running = faulty
    before = snapshot.take(host)
    put(f"spawn {errno.EAGAIN}")
    with running():
        state = host.wait_for_state("active", SlowPath="broken")
        assert "clat-xlat" in state["StateText"]
        assert host.wait_for_ping(INTERNET, 3) < 3
        put()
        host.wait_for_state("active", SlowPath="running")
    assert_nothing_there(host, before)

