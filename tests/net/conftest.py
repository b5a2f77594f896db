# SPDX-License-Identifier: GPL-2.0-or-later
"""The service with the NAT64 of lab/transparent_nat64.py, and what several files of tests need."""

import pytest

from lab import transparent_nat64
from lab import parents
from lab.capture import Capture
from lab.duplicates import squatting
from lab.faults import FaultyClat
from lab.tunnel import TunLink


@pytest.fixture(scope="module")
def far(network):
    """The far side of a NAT64 that refuses nothing; it is the one that is announced."""
    side = transparent_nat64.TransparentNat64(network)
    network.link.advertiser.announce_pref64(transparent_nat64.PREF64)
    yield side
    network.link.advertiser.reset()
    side.stop()


@pytest.fixture(scope="module", params=["auto", "userspace"])
def translator(request, network, far):
    """clat-nm, active with that NAT64 for the tests of a module: once as it comes, once with
    clat-xlat alone."""
    host = network.host
    configuration = f"/run/{request.param}.conf"
    host.file(configuration).write_text(f"[main]\ntranslator={request.param}\n")
    with host.running_clat("--config", configuration):
        host.wait_for_state("active", Pref64=transparent_nat64.PREF64, SlowPath="running")
        yield request.param


@pytest.fixture(scope="module")
def faulty_clat(network, request):
    return FaultyClat(network.host, request.config.getoption("--faults"))


@pytest.fixture(scope="module")
def parent(network):
    """The link that the translator sits on."""
    return parents.ethernet(network)


@pytest.fixture(params=["on", "off"])
def offloads(request, parent):
    """All offloads of that link."""
    with parent.offloads(request.param == "on", parent.near):
        yield request.param


@pytest.fixture
def no_ipv4(parent):
    """Fails a test during which there was IPv4 on the link (CL-F9)."""
    with Capture(*parent.far, Capture.NOT_IPV6) as capture:
        yield
    capture.assert_no_ipv4()


@pytest.fixture
def at_peer(far):
    """What arrives at the peer and what it sends."""
    with Capture(far.peer, "wan") as capture:
        yield capture


@pytest.fixture(scope="module")
def tun_link(network):
    """A link that is not Ethernet, with a DNS64 on it."""
    link = TunLink(network)
    yield link
    link.stop()


@pytest.fixture
def squat(network):
    """Lets the router take an address of the first link."""
    with squatting(network.link) as take:
        yield take
