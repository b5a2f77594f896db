# SPDX-License-Identifier: GPL-2.0-or-later
"""The end of V6ONLY_WAIT (RFC 8925, 3.2) in real time: its least value is five minutes."""

import time

from test_ipv6_mostly import PROFILE, assert_ipv6_only, dhcp, has_native

V6ONLY_WAIT = 300
# DHCPv4 backs off between its DISCOVERs.
LATEST = V6ONLY_WAIT + 60


def seconds_until_native(host, start):
    while not has_native(host) and time.monotonic() - start < LATEST:
        time.sleep(1)
    return time.monotonic() - start


def test_cl_c5_option_is_gone_after_v6only_wait(network, host):
    """The connection is not touched meanwhile: native IPv4 is asked for again, and used."""
    before = host.file(PROFILE).read_bytes()
    with host.running_clat():
        with dhcp(network, v6only=V6ONLY_WAIT):
            host.nmcli("connection", "up", "eth0")
            start = time.monotonic()
            assert_ipv6_only(host)
        with dhcp(network):
            seconds = seconds_until_native(host, start)
            assert V6ONLY_WAIT - 5 < seconds < LATEST, host.explain()
            host.wait_for_state("native", StateReason="native-ipv4")
            assert host.file(PROFILE).read_bytes() == before
