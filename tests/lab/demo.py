# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/demo shows.

usage: demo.py INSTALLED [--shell]"""

import pathlib
import shlex
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab import servers, snapshot  # noqa: E402
from lab.network import INTERNET, INTERNET_IN_IPV6, Network, PREF64  # noqa: E402

DOWNLOAD = 200_000_000
INTERFACE = "clat-eth0"

COLOURED = sys.stdout.isatty()
BOLD, GREEN, RED, PLAIN = ("\033[1m", "\033[32m", "\033[31m", "\033[0m") if COLOURED \
    else ("", "", "", "")


class Demo:
    def __init__(self, network):
        self.network = network
        self.host = network.host
        self.failures = 0

    def chapter(self, title):
        print(f"\n{BOLD}{title}{PLAIN}", flush=True)

    def say(self, text):
        print(f"  {text}", flush=True)

    def show(self, *argv, succeeds=True):
        """Runs a command on the host for all to see, and judges how it ends."""
        print(f"  {BOLD}host# {shlex.join(argv)}{PLAIN}", flush=True)
        result = self.host.run(*argv, check=False, timeout=60)
        for line in (result.stdout + result.stderr).rstrip().splitlines():
            print(f"    {line}")
        if (result.returncode == 0) != succeeds:
            self.judge(False, f"exit status {result.returncode}")
        return result.stdout

    def judge(self, right, what):
        """Says whether WHAT, a statement, is true."""
        self.failures += not right
        mark = f"{GREEN}ok{PLAIN}" if right else f"{RED}NOT SO{PLAIN}"
        print(f"  [{mark}] {what}", flush=True)

    def run(self):
        self.show_network()
        before = snapshot.take(self.host)
        self.start()
        self.show_it_works()
        during = snapshot.take(self.host)
        self.turn_off_and_on()
        self.show_untouched(before, during)

    def show_network(self):
        self.chapter("A host joins a network that has no IPv4, only IPv6 and a NAT64")
        self.show("nmcli", "device")
        self.show("ip", "-brief", "address", "show", "dev", "eth0")
        self.judge(self.host.pings(INTERNET_IN_IPV6), "IPv6 works, also through the NAT64 "
                   f"({PREF64})")
        self.show("ping", "-c", "1", "-W", "1", INTERNET, succeeds=False)
        self.judge(not self.host.pings(INTERNET), f"IPv4 does not: {INTERNET} is out of reach")

    def start(self):
        self.chapter("clat-nm starts; nobody configures anything")
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
        digest, _, speed = self.show(
            "sh", "-c", f"curl --silent --show-error --write-out '%{{stderr}}%{{speed_download}}'"
            f" http://{INTERNET}/bytes/{DOWNLOAD} 2> /tmp/speed | sha256sum;"
            " cat /tmp/speed").partition("-")
        self.judge(digest.strip() == servers.content_hash(DOWNLOAD),
                   f"{megabytes} MB arrived as they were sent")
        self.say(f"at {float(speed) * 8e-9:.1f} Gbit/s, through the tests' own NAT64 (tayga), "
                 "which is the slower part")
        self.show("clatctl")
        self.show("clatctl", "show", "eth0")

    def turn_off_and_on(self):
        self.chapter("It can be turned off for one connection, and on again")
        self.show("nmcli", "connection", "modify", "eth0", "ipv6.clat", "no")
        self.host.wait_for_state("disabled")
        self.show("clatctl")
        self.judge(not self.host.pings(INTERNET), "IPv4 is off")
        self.show("nmcli", "connection", "modify", "eth0", "ipv6.clat", "yes")
        self.host.wait_for_state("active")
        self.host.wait_for_ping(INTERNET, 5)
        self.judge(self.host.pings(INTERNET), "IPv4 is back")

    def show_untouched(self, before, during):
        self.chapter("What it did to the host")
        differences = snapshot.differences(before, during)
        ours = [line for line in differences if snapshot.is_about(line, INTERFACE)]
        self.say(f"compared: {len(before)} settings, links, addresses, routes, rules and "
                 "packet filter rules")
        self.show("ip", "-brief", "link", "show", "dev", INTERFACE)
        self.show("ip", "-brief", "-4", "address", "show", "dev", INTERFACE)
        self.show("ip", "-4", "route", "show", "default")
        self.judge(bool(ours) and len(ours) == len(differences),
                   "that interface, its address and its route came, and nothing else changed")
        for line in differences:
            if line not in ours:
                self.say(line)

        self.chapter("clat-nm stops")
        self.host.stop_clat()
        left = snapshot.differences(before, snapshot.take(self.host))
        for line in left:
            self.say(line)
        self.judge(not left and not self.host.namespaces(), "nothing is left of it")

    def shell(self):
        self.chapter("A shell on the host; clat-nm is running, \"exit\" ends all")
        self.host.start_clat()
        self.say(f"logs of NetworkManager and clat-nm are in {self.network.directory}")
        subprocess.run(self.host.enter(["bash", "-i"]), env=self.host.environment, cwd="/")


def main():
    installed, *options = sys.argv[1:]
    print("Bringing up the test network ...", flush=True)
    with Network(installed) as network:
        demo = Demo(network)
        try:
            network.start()
            demo.run()
            if "--shell" in options:
                demo.shell()
        except AssertionError as error:
            demo.judge(False, str(error))
    print()
    if demo.failures:
        print(f"{RED}{demo.failures} of these did not work.{PLAIN}")
    else:
        print(f"{GREEN}Everything worked, and all of it is gone again.{PLAIN}")
    return 1 if demo.failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
