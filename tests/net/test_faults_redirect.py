# SPDX-License-Identifier: GPL-2.0-or-later
"""A step of setting up fails on a link that is not Ethernet: nothing stays on the link."""

import errno

import pytest

from lab.faults import (AF_INET6, IFF_NOARP, NEWADDR, NEWLINK, NEWROUTE, NEWTFILTER, PROG_ATTACH,
                        PROG_LOAD, Place, assert_undone_and_tried_again, fault)
from lab.tunnel import INTERFACE

UPLINK, REDIRECT = "make the uplink", "attach the redirection of the link"
# The kernel has the one or is asked for the other.
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


@pytest.mark.parametrize("what", WHEN_SETTING_UP)
def test_setting_up_fails(host, tun_link, faulty_clat, what):
    assert_undone_and_tried_again(faulty_clat, Place(host, INTERFACE, seconds=20),
                                  WHEN_SETTING_UP[what], Uplink="redirect")
