# SPDX-License-Identifier: GPL-2.0-or-later
"""The CLAT with the far side of lab/far.py."""

import pytest

from lab import far as far_side
from lab.capture import Capture


@pytest.fixture(scope="module")
def far(network):
    """clat-nm, active with a NAT64 that refuses nothing, for the tests of a module."""
    side = far_side.Far(network)
    network.link.advertiser.announce_pref64(far_side.PREF64)
    try:
        with network.host.running_clat():
            network.host.wait_for_state("active", Pref64=far_side.PREF64)
            yield side
    finally:
        side.stop()
        network.link.advertiser.reset()


@pytest.fixture
def no_ipv4(network):
    """Fails a test during which there was IPv4 on the link (CL-F9)."""
    with Capture(network.router, "lan0", Capture.NOT_IPV6) as capture:
        yield
    capture.assert_no_ipv4()


@pytest.fixture
def at_peer(far):
    """What arrives at the peer and what it sends."""
    with Capture(far.peer, "wan") as capture:
        yield capture


@pytest.fixture
def at_host(far, host):
    """What the host sends into the CLAT and gets out of it."""
    with Capture(host, host.clat_state()["HostInterface"]) as capture:
        yield capture
