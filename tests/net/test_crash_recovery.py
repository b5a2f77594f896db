# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-nm is killed at a random moment: the data path keeps translating, the next instance takes
over what exists, and nothing is left over or duplicated."""

import contextlib
import random
import signal
import time

import pytest

from lab import servers, snapshot, traffic
from lab.advertiser import Mtu
from lab.host import DAEMON
from lab.network import INTERNET, Network, PREF64
from lab.waiting import wait_for

KILLS_WHILE_STARTING = 80
KILLS_UNDER_TRAFFIC = 120
# The complete set-up of an instance takes less than this.
LONGEST_LIFE = 0.6
OTHER_PREF64 = "2001:db8:65::/96"
NAMES = ["clat-eth0", "clat-eth1"]


@pytest.fixture(scope="module")
def network(installed):
    with Network(installed, links=2) as network:
        network.router.add_nat64(OTHER_PREF64)
        network.start()
        yield network


@pytest.fixture
def chance():
    seed = random.SystemRandom().randrange(1 << 31)
    # The seed is printed when the test fails.
    print(f"seed {seed}")
    return random.Random(seed)


def kill_after(host, seconds):
    time.sleep(seconds)
    host.stop_clat(signal.SIGKILL)


def wait_until_both_active(host):
    return [host.wait_for_state("active", interface, SlowPath="running")
            for interface in ("eth0", "eth1")]


def assert_exactly_these(host, names, prepared=()):
    """One namespace, interface, address and route for each of NAMES; the names in PREPARED may
    also have a namespace, for a prefix that may still be announced."""
    wait_for(lambda: sorted(set(host.namespaces()) - set(prepared)) == names, 5,
             f"namespaces {names}", host.explain)
    routes = host.clat_routes()
    assert sorted(line.split(" dev ")[1].split()[0] for line in routes) == names, routes
    addresses = host.output("ip", "-brief", "-4", "address", "show").splitlines()
    ours = [line.split() for line in addresses if line.startswith("clat-")]
    assert sorted(line[0].split("@")[0] for line in ours) == names
    # Interface, state, and one address with its peer.
    assert all(len(line) == 5 for line in ours), ours
    assert len({line[2] for line in ours}) == len(names), ours
    processes = host.run("pgrep", "-x", "clat-xlat", check=False).stdout.split()
    assert len(processes) == len(names), processes


def assert_nothing_left(host, before):
    wait_for(lambda: not snapshot.differences(before, snapshot.take(host)), 5,
             "network as it was before",
             lambda: "\n".join(snapshot.differences(before, snapshot.take(host))))
    assert host.namespaces() == []
    assert not host.succeeds("pgrep", "-x", "clat-xlat")


@pytest.fixture
def before(host):
    """clat-nm has no state on the host before and after the test."""
    state = snapshot.take(host)
    yield state
    assert_nothing_left(host, state)


def test_killed_during_startup(host, before, chance):
    """A partial set-up is completed by the next instance, or removed."""
    for count in range(KILLS_WHILE_STARTING):
        host.start_clat()
        kill_after(host, chance.uniform(0, LONGEST_LIFE))
        if count % 10 == 9:
            with host.running_clat():
                wait_until_both_active(host)
                assert_exactly_these(host, NAMES)
            assert_nothing_left(host, before)


def announce(link, chance):
    """An advertisement with a random change that the CLAT follows, with the same prefix."""
    advertisement = link.plain.with_pref64(PREF64, lifetime=chance.choice([600, 1800]))
    link.advertiser.announce(advertisement.with_options(Mtu(chance.choice([1500, 1400]))))


def restore_mtu(host, link):
    """Withdrawing the MTU option changes nothing; and NetworkManager restores it with a delay."""
    def is_restored():
        link.advertiser.send(link.plain.with_options(Mtu(1500)))
        return host.output("cat", f"/proc/sys/net/ipv6/conf/{link.host_interface}/mtu") == "1500"

    wait_for(is_restored, 20, f"usual MTU of {link.host_interface}", host.explain)
    link.advertiser.reset()


def test_killed_under_traffic(network, host, before, chance):
    """A connection established under the first instance survives all the following ones."""
    host.start_clat()
    wait_until_both_active(host)
    with contextlib.closing(network.host.socket()) as client:
        client.settimeout(traffic.RECEIVE_SECONDS)
        client.connect((INTERNET, servers.ECHO_PORT))
        for count in range(KILLS_UNDER_TRAFFIC):
            if chance.random() < 0.5:
                announce(chance.choice(network.links), chance)
            kill_after(host, chance.uniform(0, LONGEST_LIFE))
            assert traffic.is_echoed(client, b"%d without a daemon" % count), host.explain()
            host.start_clat()
            assert traffic.is_echoed(client, b"%d with one" % count), host.explain()
        wait_until_both_active(host)
        assert traffic.is_echoed(client, b"at the end")
        assert_exactly_these(host, NAMES)
    for link in network.links:
        restore_mtu(host, link)
    host.stop_clat()


def test_second_instance_exits(host, before):
    """The second instance fails to own the bus name; it removes nothing of the first one."""
    with host.running_clat():
        wait_until_both_active(host)
        second = host.popen([DAEMON], log=host.log("second"))
        assert second.wait(10) != 0
        assert_exactly_these(host, NAMES)
        assert host.pings(INTERNET)


@contextlib.contextmanager
def between_two_instances(host):
    """The body runs after the instance was killed; then the next one starts."""
    host.start_clat()
    wait_until_both_active(host)
    host.stop_clat(signal.SIGKILL)
    yield


def configuration(host, text):
    host.file("/run/restart.conf").write_text(text)
    return "--config", "/run/restart.conf"


def test_next_instance_has_another_translator(host, before):
    with between_two_instances(host):
        pass
    with host.running_clat(*configuration(host, "[main]\ntranslator=userspace\n")):
        for interface in "eth0", "eth1":
            host.wait_for_state("active", interface, Translator="userspace",
                                SlowPath="running")
        assert_exactly_these(host, NAMES)
        assert host.pings(INTERNET)


def test_next_instance_has_another_pool(host, before):
    with between_two_instances(host):
        pass
    with host.running_clat(*configuration(host, "[main]\nipv4-pool=192.168.46.0/30\n")):
        wait_for(lambda: all("src 192.168.46." in line for line in host.clat_routes()), 10,
                 "addresses of the other pool", host.explain)
        for state in wait_until_both_active(host):
            assert state["Ipv4Address"].startswith("192.168.46.")
        wait_for(lambda: "192.0.0." not in host.output("ip", "-4", "address"), 20,
                 "removal of the old addresses", host.explain)
        assert_exactly_these(host, NAMES)
        assert host.pings(INTERNET)


def test_next_instance_discovers_another_prefix(network, host, before):
    first, second = network.links
    with between_two_instances(host):
        first.advertiser.announce_pref64(OTHER_PREF64)
        second.advertiser.announce_pref64()
    with host.running_clat():
        host.wait_for_state("active", "eth0", Pref64=OTHER_PREF64, SlowPath="running")
        host.wait_for_state("searching", "eth1")
        assert_exactly_these(host, NAMES[:1], prepared=NAMES[1:])
        assert host.wait_for_ping(INTERNET, 3) < 3
    for link in network.links:
        link.advertiser.reset()


def test_next_instance_has_another_mode(host, before):
    """The user has set the mode of one connection to off meanwhile."""
    with between_two_instances(host):
        host.run("clatctl", "set", "eth1", "no")
    with host.running_clat():
        host.wait_for_state("active", "eth0", SlowPath="running")
        host.wait_for_state("disabled", "eth1")
        assert_exactly_these(host, NAMES[:1])
    host.run("clatctl", "set", "eth1", "auto")


def delete_names(host, *names):
    """Deletes the names; clat-xlat still holds the namespaces open."""
    for name in names:
        host.run("ip", "netns", "del", name)
    assert not set(names) & set(host.namespaces())


def test_namespace_names_deleted(host, before):
    """The namespaces are given their names again, and established connections survive."""
    host.start_clat()
    wait_until_both_active(host)
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        host.stop_clat(signal.SIGKILL)
        delete_names(host, *NAMES)
        assert traffic.is_echoed(client, b"without names")
        with host.running_clat():
            wait_until_both_active(host)
            assert_exactly_these(host, NAMES)
            assert traffic.is_echoed(client, b"with names again")


def test_namespace_names_deleted_and_mode_changed(host, before):
    """One connection has been set to off meanwhile, the other one is down."""
    with between_two_instances(host):
        delete_names(host, *NAMES)
        host.run("clatctl", "set", "eth0", "no")
        host.nmcli("device", "disconnect", "eth1")
    with host.running_clat():
        host.wait_for_state("disabled", "eth0")
        assert_exactly_these(host, [])
    host.run("clatctl", "set", "eth0", "auto")
    host.nmcli("connection", "up", "eth1")
    host.wait_for_ipv6("eth1")


def test_foreign_veth_with_our_name(host):
    """A foreign veth has our interface's name: the namespace of its peer is not touched."""
    host.run("ip", "netns", "add", "other")
    host.ip("link", "add", NAMES[0], "type", "veth", "peer", "name", "inner", "netns", "other")
    monitor = host.popen(["ip", "-n", "other", "monitor", "link"], log=host.log("other"))
    try:
        with host.running_clat():
            host.wait_for_state("active", "eth1", SlowPath="running")
            host.wait_for_state("failed", "eth0")
        assert host.namespaces() == ["other"]
        # The monitor shows only later events, so its log is still empty.
        host.ip("link", "del", NAMES[0])
        wait_for(lambda: host.log("other").read_text(), 5, "removal of the pair", host.explain)
        seen = host.log("other").read_text()
        assert all(line.startswith((" ", "Deleted")) for line in seen.splitlines()), seen
    finally:
        monitor.stop()
        host.run("ip", "netns", "del", "other")


def test_interface_deleted_before_the_next_instance(network, host):
    """Runs last: the interface is not restored."""
    with between_two_instances(host):
        network.links.pop().advertiser.stop()
        host.ip("link", "del", "eth1")
    with host.running_clat():
        host.wait_for_state("active", "eth0", SlowPath="running")
        assert_exactly_these(host, NAMES[:1])
        assert host.clat_state("eth1") is None
    assert host.namespaces() == [] and host.clat_routes() == []
