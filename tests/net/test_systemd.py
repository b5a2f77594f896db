# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit under a real systemd: started, restarted, killed, stopped, confined."""

import contextlib
import re
import signal

import pytest

from lab import servers, snapshot, traffic
from lab.advertiser import Prefix
from lab.network import INTERNET, Network
from lab.routes import DefaultRoutes
from lab.systemd import SERVICE, SystemdHost
from lab.waiting import stays, wait_for

NAME = "clat-eth0"


@pytest.fixture(scope="module")
def network(installed):
    """The network is connected, clat-nm not started."""
    with Network(installed, kind=SystemdHost) as network:
        network.start()
        yield network
    network.host.remove_group()


@pytest.fixture
def service(host):
    """The unit, active for one test, which may stop it."""
    host.systemctl("start", SERVICE)
    yield host.wait_for_state("active", SlowPath="running")
    host.systemctl("stop", SERVICE)


@contextlib.contextmanager
def route_never_gone(host):
    """The IPv4 route exists, unchanged, during the whole test."""
    before = host.clat_routes()
    with DefaultRoutes(host) as routes:
        yield
        assert len(before) == 1 and host.clat_routes() == before
        assert not routes.lost()


@contextlib.contextmanager
def pings_answered(host):
    """Every echo request of a continuous ping, one every 10 ms, is answered."""
    log = host.log("pings")
    log.unlink(missing_ok=True)
    ping = host.popen(["ping", "-n", "-i", "0.01", INTERNET], log=log)
    yield
    ping.stop(signal.SIGINT)
    answered = set(map(int, re.findall(r"icmp_seq=(\d+) ", log.read_text())))
    # The last requests were still in flight.
    missing = set(range(1, max(answered) + 1)) - answered
    assert len(answered) > 30 and not missing, missing


def packets_on_slow_path(host):
    text = host.output("ip", "netns", "exec", NAME, "cat",
                       "/sys/class/net/slow/statistics/tx_packets")
    return int(text)


@pytest.fixture(autouse=True)
def starts_not_counted(host):
    """The tests start the unit more often than it may."""
    host.run("systemctl", "reset-failed", SERVICE, check=False)


def wait_for_another_process(host, before):
    wait_for(lambda: host.service("ActiveState") == "active"
             and host.service("MainPID") not in ("0", before), 20, "new daemon process",
             host.explain)
    host.wait_for_state("active", SlowPath="running")


def restart(host):
    """Restarts the unit and waits until the new daemon process is active."""
    before = host.service("MainPID")
    host.systemctl("restart", SERVICE)
    assert host.service("MainPID") not in ("0", before)
    host.wait_for_state("active", SlowPath="running")


def test_is_on_the_bus_when_started(host):
    """A unit that is ordered after it finds its name on the bus."""
    host.systemctl("start", SERVICE)
    assert host.bus_client.is_served()
    assert host.service("ActiveState") == "active"
    host.wait_for_state("active", SlowPath="running")
    assert host.pings(INTERNET)
    host.systemctl("stop", SERVICE)
    assert host.service("Result") == "success"


def test_network_online_has_ipv4(host):
    """What is ordered after network-online.target has IPv4, also the very first time."""
    assert host.service("ActiveState") == "inactive"
    host.systemctl("start", "network-online.target")
    assert host.clat_state()["State"] == "active"
    assert host.pings(INTERNET)
    assert host.output("clat-nm-wait-online", "--timeout", "0") == "IPv4 works."
    assert host.systemctl("is-active", "clat-nm-wait-online") == "active"
    host.systemctl("stop", "network-online.target", SERVICE)


def test_restart_loses_no_packet(host, service):
    with traffic.numbered_udp(host, length=1400, pause=0.05, has_df=False) as flow, \
            pings_answered(host), route_never_gone(host):
        sent, translated = flow.sent, packets_on_slow_path(host)
        for _ in range(3):
            restart(host)
        sent, translated = flow.sent - sent, packets_on_slow_path(host) - translated
        assert translated >= sent - 1
        # Where restarts are quick only a few packets have passed until now.
        wait_for(lambda: flow.sent > 20, 30, "datagrams", host.explain)
    assert flow.lost() == []


def test_reload(host, service):
    """The configuration is read again, by the bus method and by SIGHUP: established connections
    survive, also those that a change of settings concerns. A mistake is named, and changes
    nothing."""
    configuration = host.file("/etc/clat-nm/clat-nm.conf")
    configuration.parent.mkdir(exist_ok=True)
    process = host.service("MainPID")
    try:
        with traffic.tcp(host, servers.ECHO_PORT) as client, route_never_gone(host):
            configuration.write_text("[main]\ntranslator=userspace\n")
            host.systemctl("reload", SERVICE)
            host.wait_for_state("active", Translator="userspace")
            traffic.exchange(client, b"by clat-xlat")

            configuration.write_text("[main]\ntranslator=auto\nmood=no\n")
            failed = host.run("systemctl", "reload", SERVICE, check=False, timeout=60)
            assert failed.returncode != 0
            wait_for(lambda: "clat-nm.conf:3: unknown key 'mood'" in host.journal(), 20,
                     "the mistake in the journal", host.explain)
            assert host.clat_state()["Translator"] == "userspace"

            configuration.unlink()
            host.systemctl("kill", "--kill-who=main", "--signal=HUP", SERVICE)
            host.wait_for_state("active", Translator=service["Translator"])
            traffic.exchange(client, b"by BPF again")
    finally:
        configuration.unlink(missing_ok=True)
    assert host.service("MainPID") == process
    assert host.service("ActiveState") == "active"


def test_killed_and_started_again(host, service):
    """Established connections survive."""
    before = host.service("MainPID")
    with traffic.tcp(host, servers.ECHO_PORT) as client, pings_answered(host), \
            route_never_gone(host):
        host.systemctl("kill", "--signal=KILL", SERVICE)
        wait_for_another_process(host, before)
        traffic.exchange(client, b"still here")
    assert host.service("NRestarts") != "0"


def test_manager_executed_again(host, service):
    """The service stays the same process, and the next restart loses nothing, either."""
    before = host.service("MainPID")
    with pings_answered(host), route_never_gone(host):
        host.systemctl("daemon-reexec")
        assert host.service("MainPID") == before
        restart(host)


def test_activated_by_the_bus(host):
    host.run("busctl", "get-property", "net.clatnm", "/net/clatnm", "net.clatnm.Manager1",
             "Version")
    assert host.service("ActiveState") == "active"
    host.wait_for_state("active", SlowPath="running")
    host.systemctl("stop", SERVICE)


@pytest.mark.parametrize("order", [["NetworkManager", SERVICE], [SERVICE, "NetworkManager"]],
                         ids=["after_networkmanager", "before_networkmanager"])
def test_order_of_starts(host, order):
    """As at boot, also where an administrator has removed the order from the units."""
    host.systemctl("stop", "NetworkManager")
    for unit in order:
        host.systemctl("start", "--job-mode=ignore-dependencies", unit)
    host.wait_for_state("active", seconds=30, SlowPath="running")
    assert host.pings(INTERNET)
    host.systemctl("stop", SERVICE)


def assert_nothing_left(host, before):
    """NetworkManager 1.52 and newer, which starts DHCPv4 again, adds its IPv6 addresses anew: they
    are tentative for a moment."""
    left = []

    def is_as_before():
        left[:] = snapshot.differences(before, snapshot.take(host))
        return not left

    wait_for(is_as_before, 20, "host as it was", lambda: "\n".join(left))
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


def test_sigterm_outside_of_systemd(host):
    """SIGTERM outside of a restart by systemd removes everything."""
    before = snapshot.take(host)
    host.systemctl("start", SERVICE)
    host.wait_for_state("active", SlowPath="running")
    host.run("kill", host.service("MainPID"))
    wait_for(lambda: host.service("ActiveState") == "inactive", 10, "end", host.explain)
    assert_nothing_left(host, before)


@contextlib.contextmanager
def drop_in(host, setting):
    """The unit has this SETTING, too."""
    file = host.file(f"/run/units/{SERVICE}.d/test.conf")
    file.write_text(f"[Service]\n{setting}\n")
    host.systemctl("daemon-reload")
    try:
        yield
    finally:
        file.unlink()
        host.systemctl("daemon-reload")
        # Fails if the unit is not loaded any more, because it has ended well.
        host.run("systemctl", "reset-failed", SERVICE, check=False)


def test_watchdog(host):
    """A main loop that hangs is ended, and the next one takes over; one that runs is not."""
    with drop_in(host, "WatchdogSec=9\nTimeoutAbortSec=1"):
        host.systemctl("start", SERVICE)
        host.wait_for_state("active", SlowPath="running")
        before, reported = host.service("MainPID"), host.service("WatchdogTimestampMonotonic")
        wait_for(lambda: host.service("WatchdogTimestampMonotonic") != reported, 20, "report",
                 host.explain)
        assert host.service("MainPID") == before
        with route_never_gone(host):
            host.run("kill", "-STOP", before)
            wait_for_another_process(host, before)
        host.systemctl("stop", SERVICE)


def test_crash_loop_ends(host):
    """In the state "failed", with the reason in the journal, and nothing left."""
    command = "/bin/sh -c 'echo the reason of the crash >&2; kill -SEGV $$$$'"
    with drop_in(host, f"ExecStart=\nExecStart={command}\nRestartSec=100ms"):
        host.run("systemctl", "start", SERVICE, check=False)
        wait_for(lambda: host.service("ActiveState") == "failed", 30, "end of the restarts",
                 host.explain)
        wait_for(lambda: host.journal().splitlines().count("the reason of the crash") == 8, 20,
                 "journal", host.journal)
        assert "Start request repeated too quickly" in host.journal()
        assert host.namespaces() == []


def has_native(host):
    return "10.0.0." in host.output("ip", "-4", "address", "show", "dev", "eth0")


@pytest.fixture
def given_up(network, host):
    """The unit is active on an IPv6-mostly network, native IPv4 given up."""
    server = network.router.start_dhcp("lan0", v6only=1800)
    host.nmcli("connection", "up", "eth0")
    host.systemctl("start", SERVICE)
    host.wait_for_state("active", SlowPath="running")
    wait_for(lambda: not has_native(host), 10, "removal of native IPv4", host.explain)
    yield
    host.systemctl("stop", SERVICE)
    network.router.stop_dhcp(server, "lan0")
    host.nmcli("connection", "up", "eth0")


def assert_released(host):
    wait_for(lambda: has_native(host), 5, "DHCPv4 lease", host.explain)
    wait_for(lambda: host.namespaces() == [], 5, "removal", host.explain)
    assert host.translates_nothing()


def test_killed_for_good(host, given_up):
    """As after a stop, and native IPv4 that was given up is back."""
    host.systemctl("kill", "--signal=KILL", SERVICE)
    wait_for(lambda: host.service("NRestarts") == "1", 10, "restart", host.explain)
    host.wait_for_state("active", SlowPath="running")
    assert not has_native(host)
    with drop_in(host, "Restart=no"):
        host.systemctl("kill", "--signal=KILL", SERVICE)
        assert_released(host)
        assert host.service("ActiveState") == "failed"


def test_stopped_between_crash_and_restart(host, given_up):
    """As after a stop, although there is no process that could remove anything."""
    with drop_in(host, "RestartSec=60"):
        host.systemctl("kill", "--signal=KILL", SERVICE)
        wait_for(lambda: host.service("SubState") == "auto-restart", 5, "end", host.explain)
        stays(lambda: host.namespaces() == [NAME] and not has_native(host), 0.5, "translator",
              host.explain)
        host.systemctl("stop", SERVICE)
        assert_released(host)
        assert host.service("ActiveState") == "inactive"


def test_renumbering_while_confined(network, host, service):
    """The old pair stays while a socket of the host uses it: the kernel is queried for sockets."""
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
    wait_for(lambda: host.clat_state()["OldIpv4Addresses"] == [], 20, "removal of the old pair",
             host.explain)


def in_mounts_of_the_service(host, *argv):
    return host.succeeds("nsenter", "--mount", f"--target={host.service('MainPID')}", *argv)


def test_files_of_the_host_are_read_only(host, service):
    """The service has a mount namespace of its own."""
    for path in "/usr/sbin/test", "/etc/test":
        assert host.succeeds("touch", path)
        assert not in_mounts_of_the_service(host, "touch", path)
        host.file(path).unlink()


def test_names_are_those_of_the_host(host, service):
    """Also one that the service, which cannot mount, gives again or that another program adds."""
    name = f"/run/netns/{NAME}"

    def number():
        return host.output("stat", "--dereference", "--format=%d %i", name)

    assert host.namespaces() == [NAME]
    before = number()
    host.ip("netns", "delete", NAME)
    # The name exists a moment before the namespace is mounted there.
    wait_for(lambda: host.namespaces() == [NAME] and number() == before, 20, "name", host.explain)
    assert host.pings(INTERNET)
    host.ip("netns", "add", "other")
    assert in_mounts_of_the_service(host, "ip", "netns", "exec", "other", "true")
    host.ip("netns", "delete", "other")
    restart(host)
    assert number() == before


def test_exposure(host, service):
    """In tenths; the unit explains what remains."""
    host.run("systemd-analyze", "security", "--threshold=40", SERVICE)


def test_confined(host, service):
    """The sandboxing of the unit is in force, and blocks nothing that the service needs."""
    process = host.service("MainPID")
    status = host.output("cat", f"/proc/{process}/status")
    assert re.search(r"^Seccomp:\s*2$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\s*1$", status, re.MULTILINE)
    assert host.service("WatchdogUSec") == "1min"
    assert host.succeeds("clatctl", "check")
    # A packet that only clat-xlat translates.
    assert host.pings(INTERNET, "-R")
    assert not re.search(r"not permitted|denied", host.journal(), re.IGNORECASE)
