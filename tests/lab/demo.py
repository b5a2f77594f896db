# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/demo shows.

usage: demo.py INSTALLED [--shell]"""

import collections
import pathlib
import re
import shlex
import subprocess
import sys
import textwrap
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from gi.repository import GLib  # noqa: E402

from lab import servers, snapshot  # noqa: E402
from lab.network import INTERNET, INTERNET_IN_IPV6, Network, PREF64  # noqa: E402

DOWNLOAD = 200_000_000
INTERFACE = "clat-eth0"
# The priority of the service's routing rules, as "ip rule" shows it.
RULE_PROTOCOL = '"protocol": "64"'

# Description for the first word of each line of a snapshot.
KINDS = {"sysctl": "network setting(s)", "link": "interface(s)", "address": "address(es)",
         "route": "route(s)", "rule": "routing rule(s)", "qdisc": "queueing discipline(s)",
         "nftables": "line(s) of packet filter rules"}

WIDTH = 98
COLOURED = sys.stdout.isatty()
BOLD, GREEN, RED, PLAIN = ("\033[1m", "\033[32m", "\033[31m", "\033[0m") if COLOURED \
    else ("", "", "", "")


def describe(state):
    """Counts the lines of a snapshot by kind."""
    counts = collections.Counter(line.partition(" ")[0] for line in state)
    return ", ".join(f"{counts[kind]} {in_number(words, counts[kind])}"
                     for kind, words in KINDS.items() if counts[kind])


def in_number(words, count):
    """WORDS for COUNT of it: "address(es)" is "address" or "addresses"."""
    return re.sub(r"\((\w+)\)", "" if count == 1 else r"\1", words)


def is_expected(line, address):
    """Whether a line of a difference is what the service adds to a machine, for ADDRESS."""
    if not line.startswith("+ "):
        return False
    return snapshot.is_about(line, INTERFACE) or (snapshot.is_rule_of(line, address)
                                                  and RULE_PROTOCOL in line) \
        or snapshot.is_refusal(line)


def wrap(text, indent):
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


class Demo:
    def __init__(self, network):
        self.network = network
        self.host = network.host
        self.failures = 0

    def chapter(self, title):
        print(f"\n{BOLD}{title}{PLAIN}", flush=True)

    def say(self, text):
        print(wrap(text, "  "), flush=True)

    def show(self, *argv, succeeds=True):
        """Runs a command on the host, prints it with its output, and judges its exit status."""
        print(f"  {BOLD}host# {shlex.join(argv)}{PLAIN}", flush=True)
        result = self.host.run(*argv, check=False, timeout=60)
        for line in (result.stdout + result.stderr).rstrip().splitlines():
            print(f"    {line}")
        if (result.returncode == 0) != succeeds:
            self.judge(False, f"exit status {result.returncode}")
        return result.stdout

    def judge(self, right, what):
        """Prints whether WHAT, a statement, is true."""
        self.failures += not right
        mark = f"{GREEN}ok{PLAIN}" if right else f"{RED}NOT SO{PLAIN}"
        print(f"  [{mark}] {wrap(what, ' ' * 7).lstrip()}", flush=True)

    def run(self):
        self.show_network()
        before = snapshot.take(self.host)
        self.start()
        self.show_it_works()
        address = self.host.wait_for_state("active")["Ipv4Address"]
        during = snapshot.take(self.host)
        self.turn_off_and_on()
        self.show_changes(before, during, address)

    def show_network(self):
        self.chapter("A host joins an IPv6-only network with a NAT64")
        self.show("nmcli", "device")
        self.show("ip", "-brief", "address", "show", "dev", "eth0")
        self.judge(self.host.pings(INTERNET_IN_IPV6), "IPv6 works, also through the NAT64 "
                   f"({PREF64})")
        self.show("ping", "-c", "1", "-W", "1", INTERNET, succeeds=False)
        self.judge(not self.host.pings(INTERNET), f"IPv4 does not: {INTERNET} is unreachable")

    def start(self):
        self.chapter("clat-nm starts, without any configuration")
        self.say(f"{BOLD}host# clat-nm &{PLAIN}")
        self.host.start_clat()
        seconds = self.host.wait_for_ping(INTERNET, 20)
        self.judge(True, f"first IPv4 reply {seconds:.2f} s after its start")
        self.host.wait_for_state("active")

    def show_it_works(self):
        self.chapter("Every IPv4 program works")
        self.show("ping", "-c", "3", "-i", "0.2", INTERNET)
        self.show("curl", "--silent", "--show-error", f"http://{INTERNET}/")
        megabytes = DOWNLOAD // 1_000_000
        began = time.monotonic()
        output = self.show("sh", "-c", "curl --silent --show-error "
                           f"http://{INTERNET}/bytes/{DOWNLOAD} | sha256sum")
        speed = DOWNLOAD * 8e-9 / (time.monotonic() - began)
        self.judge(output.split()[:1] == [servers.content_hash(DOWNLOAD)],
                   f"{megabytes} MB arrived unchanged")
        self.say(f"at {speed:.1f} Gbit/s, through the tests' own NAT64 (tayga), which is the "
                 "bottleneck")
        self.show("clatctl")
        self.show("clatctl", "show", "eth0")

    def turn_off_and_on(self):
        self.chapter("It can be disabled for one connection, and enabled again")
        self.say("The nmcli of this host is clat-nmcli, installed under that name before /usr/bin on "
                 "the PATH: NetworkManager's own nmcli has no property ipv6.clat and would refuse it. "
                 "\"clatctl set eth0 no\" does the same without it.")
        self.show("nmcli", "connection", "modify", "eth0", "ipv6.clat", "no")
        self.host.wait_for_state("disabled")
        self.show("clatctl")
        self.judge(not self.host.pings(INTERNET), "IPv4 is off")
        self.show("nmcli", "connection", "modify", "eth0", "ipv6.clat", "yes")
        self.host.wait_for_state("active")
        self.host.wait_for_ping(INTERNET, 5)
        self.judge(self.host.pings(INTERNET), "IPv4 is back")

    def show_changes(self, before, during, address):
        self.chapter("What it does to the machine")
        self.say(f"An interface, with the address {address} that never appears on a network:")
        self.show("ip", "-brief", "link", "show", "dev", INTERFACE)
        self.show("ip", "-brief", "-4", "address", "show", "dev", INTERFACE)
        self.say("an IPv4 default route through it:")
        self.show("ip", "-4", "route", "show", "default")
        self.say("routing rules that bind packets from that address to its connection:")
        self.show("ip", "-4", "rule", "show")
        self.say("a network namespace, in which packets are translated:")
        self.show("ip", "netns", "list")

        differences = snapshot.differences(before, during)
        new = [line for line in differences if is_expected(line, address)]
        others = [line for line in differences if line not in new]
        self.say("Compared, before clat-nm started and while it was active:")
        self.say(f"{describe(before)}.")
        self.judge(all(any(line.startswith(f"+ {kind} ") for line in new)
                       for kind in ("link", "address", "route")),
                   f"new, and all about {INTERFACE} or {address}: "
                   f"{describe(line.removeprefix('+ ') for line in new)}")
        self.judge(not others, "nothing else has changed")
        for line in others:
            self.say(line)

        self.chapter("clat-nm stops")
        self.host.stop_clat()
        left = snapshot.differences(before, snapshot.take(self.host))
        for line in left:
            self.say(line)
        self.judge(not left and not self.host.namespaces(), "everything that it set up is removed")

    def shell(self):
        self.chapter("A shell on the host; clat-nm is running, \"exit\" ends the demo")
        self.host.start_clat()
        self.say(f"logs of NetworkManager and clat-nm are in {self.network.directory}")
        subprocess.run(self.host.enter(["bash", "-i"]), env=self.host.environment, cwd="/")


def bring_up(installed):
    """The test network, connected; or None, after printing the reason, if it cannot be set up."""
    print("\nBringing up the test network ...", flush=True)
    network = None
    try:
        network = Network(installed)
        network.start()
    except (AssertionError, OSError, subprocess.SubprocessError, GLib.Error) as error:
        if network is not None:
            network.stop()
        reason = " ".join(str(error).split())
        print(f"demo: the test network cannot be brought up: {reason}", file=sys.stderr)
        return None
    except BaseException:
        if network is not None:
            network.stop()
        raise
    return network


def main():
    installed, *options = sys.argv[1:]
    network = bring_up(installed)
    if network is None:
        return 1
    with network:
        demo = Demo(network)
        try:
            demo.run()
            if "--shell" in options:
                demo.shell()
        except (AssertionError, OSError, GLib.Error) as error:
            demo.judge(False, str(error))
    print()
    if demo.failures:
        print(f"{RED}{demo.failures} of these steps failed.{PLAIN}")
    else:
        print(f"{GREEN}Everything worked; the test network has been removed.{PLAIN}")
    return 1 if demo.failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
