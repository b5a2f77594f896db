# SPDX-License-Identifier: GPL-2.0-or-later
"""The service with the NAT64 of lab/transparent_nat64.py, and fixtures of several modules."""

import pytest

from lab import transparent_nat64
from lab import parents
from lab.capture import Capture
from lab.duplicates import squatting
from lab.faults import FaultyClat
from lab.tunnel import TunLink


@pytest.fixture(scope="module")
def far(network):
    """The far side of a stateless NAT64 that drops nothing; the router announces its prefix."""
    side = transparent_nat64.TransparentNat64(network)
    network.link.advertiser.announce_pref64(transparent_nat64.PREF64)
    yield side
    network.link.advertiser.reset()
    side.stop()


@pytest.fixture(scope="module", params=["auto", "userspace"])
def translator(request, network, far):
    """clat-nm, active with that NAT64 for the tests of a module: once with the default data path,
    once with clat-xlat only (translator=userspace)."""
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
    """The parent interface of the translator's uplink."""
    return parents.ethernet(network)


@pytest.fixture(params=["on", "off"])
def offloads(request, parent):
    """The tests run with all offloads of that interface."""
    with parent.offloads(request.param == "on", parent.near):
        yield request.param


@pytest.fixture
def no_ipv4(parent):
    """Fails a test during which IPv4 packets were sent on the link (CL-F9)."""
    with Capture(*parent.far, Capture.NOT_IPV6) as capture:
        yield
    capture.assert_no_ipv4()


@pytest.fixture
def at_peer(far):
    """Captures what the peer receives and sends."""
    with Capture(far.peer, "wan") as capture:
        yield capture


@pytest.fixture(scope="module")
def tun_link(network):
    """A tun device as the link (not Ethernet), with a DNS64 server on it."""
    link = TunLink(network)
    yield link
    link.stop()


@pytest.fixture
def squat(network):
    """Adds an address that is in use to the router on the first link (a duplicate)."""
    with squatting(network.link) as take:
        yield take
