# SPDX-License-Identifier: GPL-2.0-or-later
"""A link that is not Ethernet: what is set up there and removed again, beside programs that
others have attached, and what happens when another program interferes."""

import contextlib
import ipaddress
import json
import signal

import pytest

from lab import servers, snapshot, tcx, traffic
from lab.advertiser import Advertisement, Advertiser, Pref64, Prefix
from lab.network import INTERNET, INTERNET_IN_IPV6, LINK_LOCAL, PREF64
from lab.ownipv6 import OwnIpv6
from lab.routes import DefaultRoutes
from lab.tunnel import FAR, INTERFACE, NEAR
from lab.waiting import wait_for

NAME = "clat-tun0"
PROGRAM = "clat_nm_in"
SECONDS = 15
# The kernel sends no event for this: the service polls every ten seconds.
REPAIR_SECONDS = 20
ROUTED = "2001:db8:5::/64"
ADVERTISED = ["2001:db8:a::/64", "2001:db8:b::/64"]

pytestmark = pytest.mark.usefixtures("nothing_left")


def wait_until_active(host, **properties):
    return host.wait_for_state("active", INTERFACE, SECONDS, SlowPath="running", **properties)


def attached(host):
    """The number of our programs attached to the link, by tcx or by clsact."""
    if tcx.is_supported(host):
        return tcx.names(host, INTERFACE).count(PROGRAM)
    filters = host.output("tc", "filter", "show", "dev", INTERFACE, "ingress")
    return filters.count(f" {PROGRAM} direct-action ")


def outside(host):
    """The host's end of the veth pair."""
    [name] = [link["ifname"] for link in json.loads(host.output("ip", "-json", "link"))
              if link["ifname"].startswith("clat-up-")]
    return name


def is_left(host):
    return (host.namespaces() or attached(host)
            or "clat-" in host.output("ip", "-brief", "link"))


@pytest.fixture
def nothing_left(host, tun_link):
    """The host's state afterwards equals its state before."""
    before = snapshot.take(host)
    yield
    wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 5,
             "network as it was before",
             lambda: "\n".join(snapshot.differences(before, snapshot.take(host))))
    assert not is_left(host)


def test_only_our_own_state_is_added(host):
    """No setting, address or route of the host changes except those of our interfaces."""
    before = snapshot.take(host)
    with host.running_clat():
        wait_until_active(host)
        own = host.clat_state(INTERFACE)["Ipv4Address"]
        during = snapshot.differences(before, snapshot.take(host))
        names = NAME, outside(host)
        own = host.clat_state(INTERFACE)["Ipv4Address"]
        foreign = [line for line in during
                   if not any(snapshot.is_about(line, name) for name in names)
                   and not snapshot.is_rule_of(line, own)
                   and not snapshot.is_refusal(line)
                   and (tcx.is_supported(host) or "clsact" not in line)]
        assert not foreign, "\n".join(foreign)
        assert host.device_state(names[1]).startswith("10 ")
        addresses = host.output("ip", "-json", "address", "show", "dev", names[1])
        assert json.loads(addresses)[0]["addr_info"] == []
        assert attached(host) == 1


@pytest.mark.parametrize("has_name", [True, False])
def test_sigkill_and_next_instance(host, has_name):
    """The data path keeps translating, and the next instance takes over what exists."""
    with host.running_clat():
        wait_until_active(host)
        with traffic.tcp(host, servers.ECHO_PORT) as client, DefaultRoutes(host) as routes:
            host.stop_clat(signal.SIGKILL)
            if not has_name:
                host.run("ip", "netns", "del", NAME)
            assert host.pings(INTERNET)
            host.start_clat()
            wait_until_active(host)
            assert traffic.is_echoed(client, b"still here")
            assert not routes.lost()
        assert attached(host) == 1 and len(host.clat_routes()) == 1


@pytest.mark.parametrize("has_pair", [True, False])
def test_sigkill_and_no_longer_needed(host, has_pair):
    """The program on the link is detached too, even if its target no longer exists."""
    with host.running_clat():
        wait_until_active(host)
        host.stop_clat(signal.SIGKILL)
    if not has_pair:
        host.run("ip", "netns", "exec", NAME, "ip", "link", "del", "uplink")
    assert attached(host) == 1
    host.file("/run/clat-nm-off.conf").write_text("[main]\nmode=no\n")
    with host.running_clat("--config", "/run/clat-nm-off.conf"):
        host.wait_for_state("disabled", INTERFACE)
        wait_for(lambda: not is_left(host), 5, "removal of what was left", host.explain)


def detach(host):
    if tcx.is_supported(host):
        tcx.detach(host, INTERFACE, PROGRAM)
    else:
        host.run("tc", "qdisc", "del", "dev", INTERFACE, "clsact")


DAMAGE = {
    "program of the link": detach,
    "program of the pair": lambda host: host.run("tc", "qdisc", "del", "dev", outside(host),
                                                 "clsact"),
    "pair": lambda host: host.ip("link", "del", outside(host)),
    "pair down": lambda host: host.ip("link", "set", outside(host), "down"),
    "inner end down": lambda host: host.run("ip", "netns", "exec", NAME, "ip", "link", "set",
                                            "uplink", "down"),
}


@pytest.mark.parametrize("part", DAMAGE)
def test_repair(host, part):
    with host.running_clat():
        wait_until_active(host)
        DAMAGE[part](host)
        wait_for(lambda: host.pings(INTERNET, seconds=0.3) and attached(host) == 1,
                 REPAIR_SECONDS, "IPv4 again", host.explain)
        wait_until_active(host)


# Foreign programs: one passes every packet, the other leaves the verdict to the next program;
# each is attached before ours or after it.
OTHERS = [(verdict, early) for verdict in (tcx.OK, tcx.NEXT) for early in (True, False)]


@contextlib.contextmanager
def other_filter(host, verdict):
    """A foreign filter, with a clsact qdisc of its own if the link has none."""
    code = verdict & 0xffffffff
    host.run("tc", "qdisc", "add", "dev", INTERFACE, "clsact", check=False)
    host.run("tc", "filter", "add", "dev", INTERFACE, "ingress", "pref", "7", "handle", "7",
             "bpf", "direct-action", "bytecode", f"1,6 0 0 {code}")
    yield
    # It is still attached, whatever else was attached or detached.
    assert "pref 7" in host.output("tc", "filter", "show", "dev", INTERFACE, "ingress")
    host.run("tc", "qdisc", "del", "dev", INTERFACE, "clsact")


@contextlib.contextmanager
def other_tcx(host, verdict):
    tcx.attach(host, INTERFACE, verdict, "other", tcx.AFTER)
    yield
    assert "other" in tcx.names(host, INTERFACE)
    tcx.detach(host, INTERFACE, "other")


@pytest.mark.parametrize("other", [other_filter, other_tcx])
@pytest.mark.parametrize("verdict, early", OTHERS)
def test_foreign_programs(host, other, verdict, early):
    """They stay attached, see the packets that are not ours, and IPv4 works."""
    if other is other_tcx and not tcx.is_supported(host):
        pytest.skip("expected: this kernel has no tcx")
    with contextlib.ExitStack() as stack:
        if early:
            stack.enter_context(other(host, verdict))
        with host.running_clat():
            wait_until_active(host)
            if not early:
                stack.enter_context(other(host, verdict))
            assert host.wait_for_ping(INTERNET, 3) < 3
            assert host.pings(FAR)
            digest, _ = traffic.download(host, traffic.MB)
            assert digest == servers.content_hash(traffic.MB)
        assert not attached(host)
        assert host.pings(FAR)


@pytest.fixture
def router(network, tun_link):
    """A router at the far end that sends advertisements, as in mobile networks."""
    machine = network.router
    for prefix in ADVERTISED:
        machine.ip("-6", "route", "add", prefix, "dev", INTERFACE)
    advertiser = Advertiser(machine, INTERFACE, LINK_LOCAL,
                            Advertisement((Prefix(ADVERTISED[0]), Pref64(PREF64))))
    yield advertiser
    advertiser.send(Advertisement((Pref64(PREF64, lifetime=0),), router_lifetime=0))
    advertiser.stop()
    for prefix in ADVERTISED:
        machine.ip("-6", "route", "del", prefix, "dev", INTERFACE)


def wait_for_address_in(host, network):
    def is_there():
        state = host.clat_state(INTERFACE)
        return state is not None and state["State"] == "active" and \
            ipaddress.IPv6Address(state["Ipv6Address"]) in ipaddress.IPv6Network(network)
    wait_for(is_there, SECONDS, f"address of {network}", host.explain)


@pytest.mark.timing
def test_ipv6_of_the_host_is_unharmed(network, host):
    OwnIpv6(network, INTERFACE, network.router, FAR).assert_unharmed(host.running_clat())


def test_advertised_prefix(host, router):
    """Advertisements received on the link are injected into the namespace, changed ones too."""
    with host.running_clat():
        wait_until_active(host, Pref64Source="ra")
        wait_for_address_in(host, ADVERTISED[0])
        assert host.wait_for_ping(INTERNET, 3) < 3
        router.announce(Advertisement((Prefix(ADVERTISED[0], preferred=0),
                                       Prefix(ADVERTISED[1]), Pref64(PREF64))))
        wait_for_address_in(host, ADVERTISED[1])
        assert host.wait_for_ping(INTERNET, 3) < 3


def test_cl_d9_single_address(host, tun_link):
    """Where the host has a /128, the CLAT shares it, beside the host's own connections."""
    tun_link.change("ipv6.addresses", f"{NEAR}/128")
    try:
        with host.running_clat():
            state = host.wait_for_state("active", INTERFACE, SECONDS, Uplink="shared")
            assert state["Ipv6Address"] == NEAR and attached(host) == 1
            assert host.wait_for_ping(INTERNET, 3) < 3
            traffic.assert_carries(host, traffic.bulk(5))
            traffic.assert_carries(host, traffic.bulk(5), INTERNET_IN_IPV6)
            assert host.pings(INTERNET_IN_IPV6) and host.pings(FAR)
            with traffic.udp(host) as client:
                assert all(traffic.is_echoed(client, b"x" * length)
                           for length in (1, 1444, 4000))
            host.stop_clat(signal.SIGKILL)
            host.start_clat()
            assert host.wait_for_state("active", INTERFACE, SECONDS)["Uplink"] == "shared"
            assert host.wait_for_ping(INTERNET, 3) < 3
    finally:
        tun_link.change("ipv6.addresses", f"{NEAR}/64")


def test_routed_prefix(host, tun_link):
    """One that the network routes to the host, which has a single address."""
    router = tun_link.router
    router.ip("-6", "route", "add", ROUTED, "via", NEAR, "dev", INTERFACE)
    tun_link.change("ipv6.addresses", f"{NEAR}/128")
    host.run("clatctl", "set", INTERFACE, f"address={ROUTED}")
    try:
        with host.running_clat():
            state = host.wait_for_state("active", INTERFACE, SECONDS, Uplink="redirect")
            assert ipaddress.IPv6Address(state["Ipv6Address"]) in ipaddress.IPv6Network(ROUTED)
            assert host.wait_for_ping(INTERNET, 3) < 3
            traffic.assert_carries(host, traffic.MB)
    finally:
        host.run("clatctl", "set", INTERFACE, "address=")
        tun_link.change("ipv6.addresses", f"{NEAR}/64")
        router.ip("-6", "route", "del", ROUTED)
