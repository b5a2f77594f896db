# SPDX-License-Identifier: GPL-2.0-or-later
"""A step of the set-up fails on a link that is not Ethernet: nothing is left on the link."""

import errno
import re

import pytest

from lab import snapshot
from lab.faults import (AF_INET6, DELTFILTER, IFF_NOARP, NEWADDR, NEWLINK, NEWROUTE, NEWTFILTER,
                        PROG_ATTACH, PROG_DETACH, PROG_LOAD, Place, assert_change_fails,
                        assert_undone_and_tried_again, fault)
from lab.tunnel import INTERFACE

UPLINK, REDIRECT = "make the uplink", "attach the redirection of the link"
# One of the two, depending on what the kernel supports.
ATTACH = f"bpf ? {PROG_ATTACH}", f"netlink ? {NEWTFILTER}:clat_nm_in"

WHEN_SETTING_UP = {
    "pair": fault(UPLINK, f"netlink ? {NEWLINK}:clat-up-", number=errno.ENOMEM),
    "no pair": fault(UPLINK, f"netlink ? {NEWLINK}:clat-up-", number=errno.EOPNOTSUPP,
                     reason="kernel-lacks-feature"),
    "setting of the outer end": fault(UPLINK, "open ? disable_ipv6", number=errno.EROFS),
    "mark of the outer end": fault(UPLINK, f"netlink ? {NEWLINK}:of"),
    "outer end up": fault(UPLINK, f"netlink ? {NEWLINK}:/{IFF_NOARP}"),
    "last setting of the inner end": fault(UPLINK, "open ? use_tempaddr"),
    "IPv6 address": fault("add an IPv6 address", f"netlink ? {NEWADDR}:={AF_INET6}"),
    "IPv6 gateway": fault("set the IPv6 gateway", f"netlink ? {NEWROUTE}:={AF_INET6}"),
    "programs": fault(REDIRECT, f"bpf ? {PROG_LOAD}", number=errno.ENOMEM),
    "program of the link": fault(REDIRECT, *ATTACH),
    "program of the link is forbidden": fault(REDIRECT, *ATTACH, number=errno.EPERM,
                                              reason="no-permission"),
    "program of the pair": fault(REDIRECT, f"netlink ? {NEWTFILTER}:clat_nm_out"),
    "veth": fault("make the veth pair", f"netlink ? {NEWLINK}:{INTERFACE}"),
    "data path": fault("attach the data path", f"netlink ? {NEWTFILTER}:clat_4to6"),
}


@pytest.fixture
def place(host, tun_link):
    return Place(host, INTERFACE, seconds=20)


@pytest.mark.parametrize("what", WHEN_SETTING_UP)
def test_setup_step_fails(faulty_clat, place, what):
    assert_undone_and_tried_again(faulty_clat, place, WHEN_SETTING_UP[what], Uplink="redirect")


def delete_program_of_pair(host):
    [name] = re.findall(r"clat-up-\d+", host.output("ip", "-brief", "link"))
    host.run("tc", "qdisc", "del", "dev", name, "clsact")


# The first one fails before the program on the link is replaced, the second one after.
@pytest.mark.parametrize("what", ["programs", "program of the pair"])
def test_repair_fails(host, faulty_clat, place, what):
    before = snapshot.take(host)
    assert_change_fails(faulty_clat, place, WHEN_SETTING_UP[what],
                        lambda: delete_program_of_pair(host), Uplink="redirect")
    place.assert_nothing_there(before)


def test_program_cannot_be_detached(host, faulty_clat, place):
    """The removal is retried until it succeeds."""
    before = snapshot.take(host)
    with faulty_clat.running():
        place.assert_works()
        faulty_clat.put(f"bpf {errno.EIO} {PROG_DETACH}", f"netlink {errno.EIO} {DELTFILTER}")
        host.run("clatctl", "set", INTERFACE, "no")
        faulty_clat.wait_for_pauses()
        assert "remove the uplink" in faulty_clat.log()
        faulty_clat.put()
        place.assert_nothing_there(before)
        host.run("clatctl", "set", INTERFACE, "auto")
        place.assert_works()
    place.assert_nothing_there(before)
