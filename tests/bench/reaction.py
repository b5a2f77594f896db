# SPDX-License-Identifier: GPL-2.0-or-later
"""How soon IPv4 works after the network offers NAT64, and ends after it is withdrawn. Prints the
median, the extremes and the goal in milliseconds; on a machine with other load, the extremes are
those of the load."""

import argparse
import json
import pathlib
import select
import socket
import statistics
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.capture import ones_sum  # noqa: E402
from lab.network import INTERNET, Network  # noqa: E402
from lab.waiting import Timeout  # noqa: E402

PING_SECONDS = 0.001
LIMIT_SECONDS = 20
V6ONLY_WAIT = 1800
GOALS = {"appears": 50, "link": 100, "up": 100, "withdrawn": 50}
TITLES = {
    "appears": "PREF64 appears on a live link, to the first reply",
    "link": "link comes up, first advertisement to the first reply",
    "up": "nmcli connection up, to the first reply",
    "withdrawn": "PREF64 is withdrawn, to the removal of the route",
}


def wait(condition, what, host):
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > LIMIT_SECONDS:
            raise Timeout(f"no {what} within {LIMIT_SECONDS} s\n{host.explain()}")


class Pinger:
    """Echo requests from HOST, one each millisecond."""

    def __init__(self, host):
        self._socket = host.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self._socket.setblocking(False)
        self._number = 0

    def is_answered(self):
        """Sends one, and waits a millisecond for a reply to any since `forget`."""
        self._number += 1
        body = struct.pack("!BBHHH", 8, 0, 0, 0x4343, self._number & 0xffff)
        checksum = 0xffff - ones_sum(body)
        try:
            self._socket.sendto(body[:2] + struct.pack("!H", checksum) + body[4:],
                                (INTERNET, 0))
        except OSError:
            # There is no route yet.
            time.sleep(PING_SECONDS)
            return False
        if not select.select([self._socket], [], [], PING_SECONDS)[0]:
            return False
        return self._socket.recv(2048)[20] == 0

    def forget(self):
        """Replies to earlier requests are not counted."""
        time.sleep(0.2)
        while select.select([self._socket], [], [], 0)[0]:
            self._socket.recv(2048)


def has_route(host):
    with open(f"/proc/{host.pid}/net/route", encoding="ascii") as routes:
        return any(line.startswith("clat-") and line.split()[1] == "00000000"
                   for line in routes)


class Bench:
    def __init__(self, network):
        self.network = network
        self.host = network.host
        self.advertiser = network.link.advertiser
        self.pinger = Pinger(network.host)

    def _until_answered(self, begin):
        """Milliseconds from the time that BEGIN returns, or from its return."""
        self.pinger.forget()
        start = begin() or time.monotonic()
        wait(self.pinger.is_answered, "reply", self.host)
        return (time.monotonic() - start) * 1000

    def withdrawn(self):
        self.host.wait_for_state("active")
        start = time.monotonic()
        self.advertiser.announce_pref64()
        wait(lambda: not has_route(self.host), "removal of the route", self.host)
        milliseconds = (time.monotonic() - start) * 1000
        self.host.wait_for_state("searching")
        return milliseconds

    def appears(self):
        def begin():
            start = time.monotonic()
            self.advertiser.reset()
            return start
        return self._until_answered(begin)

    def _from_first_advertisement(self, cause):
        """Milliseconds to the reply from the first advertisement after CAUSE began."""
        times = []
        send = self.advertiser._send_to

        def note(*arguments):
            times.append(time.monotonic())
            send(*arguments)

        def begin():
            self.advertiser._send_to = note
            cause()
            wait(lambda: times, "router advertisement", self.host)
            return times[0]
        try:
            return self._until_answered(begin)
        finally:
            self.advertiser._send_to = send

    def link(self):
        link = self.network.link
        link.unplug()
        wait(lambda: self.host.clat_state() is None, "removal of the connection", self.host)
        return self._from_first_advertisement(link.plug)

    def up(self):
        """NetworkManager's own work before the first solicitation is not measured."""
        self.host.nmcli("device", "disconnect", "eth0")
        wait(lambda: not has_route(self.host), "removal of the connection", self.host)
        return self._from_first_advertisement(
            lambda: self.host.popen(["/usr/bin/nmcli", "connection", "up", "eth0"]))


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run reaction", description=__doc__)
    parser.add_argument("installed", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--networkmanager", default="", metavar="SUITE",
                        help="beside the NetworkManager of that release of Debian")
    parser.add_argument("--ipv6-mostly", action="store_true",
                        help="on a network with DHCPv4 that sends option 108 (RFC 8925)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    arguments = parser.parse_args()
    results = {name: [] for name in TITLES}
    with Network(arguments.installed, release=arguments.networkmanager) as network:
        if arguments.ipv6_mostly:
            network.router.start_dhcp("lan0", v6only=V6ONLY_WAIT)
        network.start()
        with network.host.running_clat():
            network.host.wait_for_state("active")
            bench = Bench(network)
            for _ in range(arguments.runs):
                for name in "withdrawn", "appears", "link", "up":
                    results[name].append(getattr(bench, name)())
                network.host.wait_until_connected("eth0", 60)
    summary = {name: {"median": statistics.median(values), "min": min(values),
                      "max": max(values), "goal": GOALS[name]}
               for name, values in results.items()}
    if arguments.json:
        print(json.dumps(summary, indent=2))
        return
    print(f"{'milliseconds':55} {'median':>7} {'min':>7} {'max':>7} {'goal':>5}")
    for name, row in summary.items():
        print(f"{TITLES[name]:55} {row['median']:7.0f} {row['min']:7.0f} {row['max']:7.0f} "
              f"{row['goal']:5}")


if __name__ == "__main__":
    main()
