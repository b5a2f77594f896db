# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit under a real systemd: started, restarted, killed, stopped."""

import contextlib
import re
import signal

import pytest

from lab import servers, snapshot, traffic
from lab.advertiser import Prefix
from lab.network import INTERNET, Network
from lab.routes import DefaultRoutes
from lab.systemd import SERVICE, SystemdHost
from lab.waiting import wait_for

NAME = "clat-eth0"


@pytest.fixture(scope="module")
def network(installed):
    """The network connected, clat-nm not started."""
    with Network(installed, kind=SystemdHost) as network:
        network.start()
        yield network
    network.host.remove_group()


@pytest.fixture
def service(host):
    """The unit, active for one test that may end it."""
    host.systemctl("start", SERVICE)
    yield host.wait_for_state("active", SlowPath="running")
    host.systemctl("stop", SERVICE)


@contextlib.contextmanager
def route_never_gone(host):
    """The IPv4 route is the same all the time."""
    before = host.clat_routes()
    with DefaultRoutes(host) as routes:
        yield
        assert len(before) == 1 and host.clat_routes() == before
        assert not routes.lost()


@contextlib.contextmanager
def pings_answered(host):
    """Each echo request is answered of those that are sent all the time, every 10 ms."""
    log = host.log("pings")
    log.unlink(missing_ok=True)
    ping = host.popen(["ping", "-n", "-i", "0.01", INTERNET], log=log)
    yield
    ping.stop(signal.SIGINT)
    answered = set(map(int, re.findall(r"icmp_seq=(\d+) ", log.read_text())))
    # The last ones were still on their way.
    missing = set(range(1, max(answered) + 1)) - answered
    assert len(answered) > 30 and not missing, missing


def packets_on_slow_path(host):
    text = host.output("ip", "netns", "exec", NAME, "cat",
                       "/sys/class/net/slow/statistics/tx_packets")
    return int(text)


def restart(host):
    """The daemon is another one, and has begun its work."""
    before = host.service("MainPID")
    host.systemctl("restart", SERVICE)
    assert host.service("MainPID") not in ("0", before)
    host.wait_for_state("active", SlowPath="running")


def test_is_ready_when_it_is_started(host):
    """Who comes after it finds it on the bus."""
    host.systemctl("start", SERVICE)
    assert host.bus_client.is_served()
    assert host.service("ActiveState") == "active"
    host.wait_for_state("active", SlowPath="running")
    assert host.pings(INTERNET)
    host.systemctl("stop", SERVICE)
    assert host.service("Result") == "success"


def test_restart_loses_no_packet(host, service):
    with traffic.numbered_udp(host, length=3000, pause=0.05) as flow, \
            pings_answered(host), route_never_gone(host):
        sent, translated = flow.sent, packets_on_slow_path(host)
        for _ in range(3):
            restart(host)
        sent, translated = flow.sent - sent, packets_on_slow_path(host) - translated
        # Each is at least two fragments.
        assert translated >= 2 * (sent - 1)
        # Where restarts are quick there are few until now.
        wait_for(lambda: flow.sent > 20, 30, "datagrams", host.explain)
    assert flow.lost() == []


def test_killed_and_started_again(host, service):
    """What is connected stays so."""
    before = host.service("MainPID")
    with traffic.tcp(host, servers.ECHO_PORT) as client, pings_answered(host), \
            route_never_gone(host):
        host.systemctl("kill", "--signal=KILL", SERVICE)
        wait_for(lambda: host.service("ActiveState") == "active"
                 and host.service("MainPID") not in ("0", before), 20, "another life",
                 host.explain)
        host.wait_for_state("active", SlowPath="running")
        traffic.exchange(client, b"still here")
    assert host.service("NRestarts") != "0"


def assert_nothing_left(host, before):
    left = snapshot.differences(before, snapshot.take(host))
    assert not left, "\n".join(left)
    assert host.namespaces() == []
    assert not host.succeeds("pidof", "clat-nm", "clat-xlat")
    assert host.service("NFileDescriptorStore") == "0"


def test_stop_leaves_nothing(host):
    before = snapshot.take(host)
    host.systemctl("start", SERVICE)
    host.wait_for_state("active", SlowPath="running")
    restart(host)
    host.systemctl("stop", SERVICE)
    assert host.service("Result") == "success"
    assert_nothing_left(host, before)


def test_ended_by_somebody_else(host):
    """Without a word from systemd SIGTERM means the end."""
    before = snapshot.take(host)
    host.systemctl("start", SERVICE)
    host.wait_for_state("active", SlowPath="running")
    host.run("kill", host.service("MainPID"))
    wait_for(lambda: host.service("ActiveState") == "inactive", 10, "end", host.explain)
    assert_nothing_left(host, before)


def test_renumbering_while_confined(network, host, service):
    """The old pair stays while a socket of the host uses it: the kernel is asked for that."""
    link = network.link
    network.router.ip("address", "replace", "2001:db8:11::1/64", "dev", "lan0", "nodad")
    with traffic.tcp(host, servers.ECHO_PORT) as client:
        link.advertiser.announce(link.advertiser.advertisement.without(Prefix).with_options(
            Prefix(link.prefix, preferred=0), Prefix("2001:db8:11::/64")))
        state = wait_for(lambda: host.clat_state()["OldIpv4Addresses"] and host.clat_state(),
                         10, "another pair", host.explain)
        assert state["OldIpv4Addresses"] == [service["Ipv4Address"]]
        restart(host)
        traffic.exchange(client, b"still here")
    wait_for(lambda: host.clat_state()["OldIpv4Addresses"] == [], 20, "end of the old pair",
             host.explain)


def test_confined(host, service):
    """The limits of the unit are in force, and nothing that it needs is behind them."""
    process = host.service("MainPID")
    status = host.output("cat", f"/proc/{process}/status")
    assert re.search(r"^Seccomp:\s*2$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\s*1$", status, re.MULTILINE)
    assert host.succeeds("clatctl", "check")
    # One that only clat-xlat translates.
    assert host.pings(INTERNET, "-R")
    assert not re.search(r"not permitted|denied", host.journal(), re.IGNORECASE)
