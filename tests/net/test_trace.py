# SPDX-License-Identifier: GPL-2.0-or-later
"""`clatctl trace`: the packets of a translator before and after translation, on each way."""

import contextlib
import json
import re
import signal

import pytest

from lab import traffic
from lab.network import INTERNET, PREF64
from lab.waiting import wait_for

SECONDS = 20
# Takes the slow path: clat-xlat translates options.
WITH_OPTIONS = "-T", "tsonly"
MULTICAST = "224.0.0.251"
REQUEST = f"> {INTERNET}: ICMP echo request"


class Trace:
    """A running `clatctl trace` of HOST."""

    def __init__(self, host, *words):
        self._log = host.log("trace")
        self._log.unlink(missing_ok=True)
        self.process = host.popen(["clatctl", "trace", *words], log=self._log)
        wait_for(lambda: "Tracing" in self.text(), SECONDS, "start of the trace", self.text)

    def text(self):
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def packets(self):
        return [json.loads(line) for line in self.text().splitlines() if line.startswith("{")]

    def wait_for(self, **members):
        """A packet with these members; a text is a part of the printed one."""
        def is_meant(packet):
            return all(value in packet[name] if value and isinstance(value, str)
                       else packet[name] == value for name, value in members.items())

        return wait_for(lambda: list(filter(is_meant, self.packets())), SECONDS,
                        f"packet with {members}", self.text)[0]


@contextlib.contextmanager
def tracing(host, *words):
    trace = Trace(host, *words)
    try:
        yield trace
    finally:
        trace.process.stop(signal.SIGINT)


@contextlib.contextmanager
def running(host, setting=""):
    """The service with SETTING, and the way out of packets that the fast path handles."""
    path = "/run/trace.conf"
    host.file(path).write_text(f"[main]\n{setting}\n")
    with host.running_clat("--config", path):
        state = host.wait_for_state("active", SlowPath="running")
        yield "direct" if state["Translator"] == "bpf-direct" else "fast"


@pytest.fixture(scope="class")
def way_out(network):
    """The service runs; the way of the packets that leave by the fast path."""
    with running(network.host) as way:
        yield way


class TestTrace:
    def test_ping(self, host, way_out):
        with tracing(host, "eth0", "--json") as trace:
            assert host.pings(INTERNET)
            out = trace.wait_for(Direction="out", Way=way_out, Before=REQUEST)
            assert re.match("IP6 2001:db8:.*ICMP6, echo request", out["After"])
            back = trace.wait_for(Direction="in", Way="fast", After="ICMP echo reply")
            assert re.match(f"IP6 {PREF64[:-4]}.*ICMP6, echo reply", back["Before"])

    def test_filter(self, host, way_out):
        """It applies to the packet before and to the one after translation."""
        with tracing(host, "eth0", "--json", "dst", "net", PREF64, "and", "udp") as trace:
            assert host.pings(INTERNET)
            with traffic.udp(host) as client:
                assert traffic.is_echoed(client, b"traced")
            trace.wait_for(Direction="out", Before="UDP, length 6", After="UDP, length 6")
            assert all(packet["Direction"] == "out" and "UDP" in packet["Before"]
                       for packet in trace.packets())

    def test_text(self, host, way_out):
        """Two lines for each packet; --count ends the trace."""
        with tracing(host, "--count", "1", "icmp") as trace:
            assert host.pings(INTERNET)
            assert trace.process.wait(SECONDS) == 0
        first, second = trace.text().splitlines()[1:]
        assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{6} out IP 192\.0\.0\..*ICMP echo request.*", first)
        assert re.fullmatch(f" +{way_out} +IP6 2001:db8:.*ICMP6, echo request.*", second)
        assert first.index("IP ") == second.index("IP6 ")

    def test_file(self, host, way_out):
        with tracing(host, "--count", "1", "--write", "/run/traced.pcapng", "icmp") as trace:
            assert host.pings(INTERNET)
            assert trace.process.wait(SECONDS) == 0
        written = host.output("tcpdump", "-n", "-t", "-r", "/run/traced.pcapng").splitlines()
        assert [line.split()[0] for line in written] == ["IP", "IP6"]

    def test_dropped(self, host, way_out):
        with tracing(host, "eth0", "--json", "dst", MULTICAST) as trace:
            host.run("ping", "-n", "-c", "1", "-W", "1", "-I", host.clat_state()["HostInterface"],
                     MULTICAST, check=False)
            packet = trace.wait_for(Direction="out", Dropped=True)
        assert packet["Reason"] == "bad-destination" and packet["After"] == ""

    def test_slow_path(self, host, way_out):
        with tracing(host, "eth0", "--json") as trace:
            assert host.pings(INTERNET, *WITH_OPTIONS)
            out = trace.wait_for(Direction="out", Way="slow", Before=REQUEST, After="IP6 ")
            assert "ICMP6, echo request" in out["After"]

    def test_answer(self, host, way_out):
        """clat-xlat answers the packet in place of sending it on."""
        with tracing(host, "eth0", "--json") as trace:
            assert not host.pings(INTERNET, "-t", "1")
            trace.wait_for(Direction="out", Way="slow", Before=REQUEST, After="")
            trace.wait_for(Direction="in", Way="slow", Before="", After="ICMP time exceeded")

    def test_one_at_a_time(self, host, way_out):
        """The trace of a process that was killed does not keep out the next one."""
        with tracing(host, "eth0", "--json") as trace:
            refused = host.run("clatctl", "trace", "eth0", check=False)
            assert refused.returncode == 1 and "another process" in refused.stderr
            trace.process.send_signal(signal.SIGKILL)
            trace.process.wait(SECONDS)
        with tracing(host, "eth0", "--json") as trace:
            assert host.pings(INTERNET)
            trace.wait_for(Direction="out", Before=REQUEST)

    def test_goes_on_with_new_programs(self, host, way_out):
        """The service replaces its programs."""
        with tracing(host, "eth0", "--json", "dst", INTERNET) as trace:
            host.stop_clat(signal.SIGKILL)
            host.start_clat()
            host.wait_for_state("active", SlowPath="running")
            assert host.pings(INTERNET)
            trace.wait_for(Direction="out", Before=REQUEST)

    def test_unprivileged(self, host, way_out):
        result = host.run("setpriv", "--reuid", "nobody", "--clear-groups", "clatctl", "trace",
                          "eth0", check=False)
        assert result.returncode == 1 and "only root" in result.stderr

    def test_wrong_filter(self, host, way_out):
        result = host.run("clatctl", "trace", "frob", check=False)
        assert result.returncode == 2 and "'frob' is not a connection" in result.stderr


def test_userspace(host):
    """Each packet passes clat-xlat."""
    with running(host, "translator=userspace"), tracing(host, "eth0", "--json") as trace:
        assert host.pings(INTERNET)
        trace.wait_for(Direction="out", Way="slow", Before=REQUEST, After="ICMP6, echo request")
        trace.wait_for(Direction="in", Way="slow", Before="ICMP6, echo reply", After="ICMP echo reply")
