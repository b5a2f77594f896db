# SPDX-License-Identifier: GPL-2.0-or-later
"""A step of the set-up fails: it is undone, logged and retried, and succeeds without the fault."""

import errno
import re

import pytest

from lab import snapshot
from lab.faults import (DELADDR, DELLINK, DELQDISC, DELROUTE, DELRULE, FIRST_PAUSES, FRA_OIFNAME,
                        FRA_SRC, GETLINK,
                        IFF_NOARP, IFF_UP, IFLA_GROUP, IFLA_MTU, MAP_CREATE, NEWADDR, NEWLINK,
                        NEWQDISC, NEWROUTE, NEWRULE, NEWTFILTER, PROG_LOAD, UPLINKS, Place,
                        assert_change_fails, assert_undone_and_tried_again, fault)
from lab.network import INTERNET

NAME = "clat-eth0"

NAMESPACE, UPLINK, VETH = "make the namespace", "make the uplink", "make the veth pair"
SLOW, DATAPATH = "start the slow path", "attach the data path"

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
    "uplink": fault(UPLINK, *UPLINKS),
    "no uplink": fault(UPLINK, *UPLINKS, number=errno.EOPNOTSUPP,
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
    "rules": fault("add the IPv4 address", f"netlink ? {NEWRULE}:#{FRA_SRC}"),
    "refusal": fault("refuse IPv4 of programs bound to the link",
                     f"netlink ? {NEWRULE}:#{FRA_OIFNAME}"),
    "route": fault("add the IPv4 route", f"netlink ? {NEWROUTE}"),
}


@pytest.fixture
def place(host):
    return Place(host)


@pytest.mark.parametrize("what", WHEN_SETTING_UP)
def test_setup_step_fails(faulty_clat, place, what):
    assert_undone_and_tried_again(faulty_clat, place, WHEN_SETTING_UP[what])


# The step that fails in an active CLAT, the event that triggers it, and the resulting status.
REMOVALS = {
    "route": fault("remove the IPv4 route", f"netlink ? {DELROUTE}"),
    "address": fault("remove the IPv4 address", f"netlink ? {DELADDR}"),
    "refusal": fault("accept IPv4 of programs bound to the link",
                     f"netlink ? {DELRULE}:#{FRA_OIFNAME}"),
    "rules": fault("remove the IPv4 address", f"netlink ? {DELRULE}:#{FRA_SRC}"),
    "filter": fault("detach the data path", f"netlink ? {DELQDISC}"),
    "link": fault("stop the slow path", f"netlink ? {DELLINK}"),
    "name": fault("remove the namespace", "umount ?"),
}


@pytest.fixture
def usual_mode(host):
    yield
    host.run("clatctl", "set", "eth0", "auto")


@pytest.mark.parametrize("what", REMOVALS)
def test_removal_step_fails(host, faulty_clat, place, usual_mode, what):
    """The removal is retried until it succeeds, with pauses."""
    fault = REMOVALS[what]
    before = snapshot.take(host)
    with faulty_clat.running():
        host.wait_for_state("active")
        faulty_clat.put(*fault.calls)
        host.run("clatctl", "set", "eth0", "no")
        faulty_clat.wait_for_pauses()
        assert fault.step in faulty_clat.log()
        assert len(re.findall("next try", faulty_clat.log())) == len(FIRST_PAUSES)
        host.wait_for_state("disabled")
        faulty_clat.put()
        place.assert_nothing_there(before)
        host.run("clatctl", "set", "eth0", "auto")
        place.assert_works()
    place.assert_nothing_there(before)


REPAIRS = {
    "links up": (fault("bring the interfaces up", f"netlink ? {NEWLINK}:/{IFF_UP}"),
                 ("ip", "link", "set", NAME, "down")),
    "MTU": (fault("set the MTU of the uplink", f"netlink ? {NEWLINK}:#{IFLA_MTU}"),
            ("ip", "-n", NAME, "link", "set", "uplink", "mtu", "1400")),
    "MTU of the veth": (fault("set the MTU of the veth pair",
                              f"netlink ? {NEWLINK}:#{IFLA_MTU}"),
                        ("ip", "link", "set", NAME, "mtu", "1400")),
    "route": (fault("add the IPv4 route", f"netlink ? {NEWROUTE}"),
              ("ip", "-4", "route", "del", "default", "dev", NAME)),
}


@pytest.mark.parametrize("what", REPAIRS)
def test_repair_fails(host, faulty_clat, place, what):
    """If a part cannot be repaired, the whole translator is removed and set up again."""
    fault, damage = REPAIRS[what]
    before = snapshot.take(host)
    assert_change_fails(faulty_clat, place, fault, lambda: host.run(*damage))
    place.assert_nothing_there(before)


def test_kernel_cannot_be_read(host, faulty_clat, place):
    """Then nothing can be removed either; everything is correct again afterwards."""
    before = snapshot.take(host)
    with faulty_clat.running():
        host.wait_for_state("active")
        faulty_clat.put(f"netlink {errno.ENOBUFS} {GETLINK}")
        host.ip("-4", "route", "del", "default", "dev", NAME)
        host.wait_for_state("failed", StateReason="kernel-error")
        faulty_clat.put()
        place.assert_works()
    place.assert_nothing_there(before)


def test_slow_path_cannot_be_started(host, faulty_clat, place):
    """IPv4 works except for what the fast path does not handle; it is logged, and retried."""
    before = snapshot.take(host)
    with faulty_clat.running(f"spawn {errno.EAGAIN}"):
        state = host.wait_for_state("active", SlowPath="broken")
        assert "clat-xlat" in state["StateText"]
        assert host.wait_for_ping(INTERNET, 3) < 3
        faulty_clat.put()
        host.wait_for_state("active", SlowPath="running")
    place.assert_nothing_there(before)

