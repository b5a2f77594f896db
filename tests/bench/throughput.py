# SPDX-License-Identifier: GPL-2.0-or-later
"""Throughput, round trips and processor time of the CLATs that a host can have, beside native IPv6
and IPv4. All of them are up at once, and each test is run with one after the other, in an order
that rotates, so that what disturbs the machine disturbs all of them."""

import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench.contenders import (EXCHANGE, OFFLOADS, PEER, PEER_IPV6, PROCESSORS,  # noqa: E402
                              Bench, pinned)
from lab.machine import PROJECT  # noqa: E402
from lab.waiting import wait_for  # noqa: E402

# By name: how the contender is added, and where its programs find the peer.
CONTENDERS = {
    "native IPv6": (Bench.add_native, PEER_IPV6),
    "native IPv4": (Bench.add_native, PEER),
    "clat-nm": (Bench.add_clat_nm, PEER),
    # Where the translator has the MAC address of the link, packets leave without the namespace.
    "clat-nm, direct": (lambda bench: bench.add_clat_nm("address=shared"), PEER),
    "clat-nm, userspace": (lambda bench: bench.add_clat_nm("translator=userspace"), PEER),
    "NetworkManager": (Bench.add_networkmanager, PEER),
    "tayga": (Bench.add_tayga, PEER),
    "tayga, namespace": (Bench.add_tayga_in_namespace, PEER),
}

BIT_RATE, COUNT, DURATION = "Gbit/s", "1/s", "us"
# By name: the unit, and the arguments of exchange after the address; the duration is {}.
TESTS = {
    "TCP, one stream up": (BIT_RATE, "up", ["1"]),
    "TCP, one stream down": (BIT_RATE, "down", ["1"]),
    "TCP, four streams up": (BIT_RATE, "up", ["4"]),
    "TCP, four streams down": (BIT_RATE, "down", ["4"]),
    "UDP, 64 bytes up": (COUNT, "send", ["64", "0"]),
    "UDP, 64 bytes down": (COUNT, "receive", ["64", "0"]),
    "UDP, 1400 bytes up": (COUNT, "send", ["1400", "0"]),
    "UDP, 1400 bytes down": (COUNT, "receive", ["1400", "0"]),
    "UDP, 4000 bytes up": (COUNT, "send", ["4000", "0"]),
    "UDP, 4000 bytes down": (COUNT, "receive", ["4000", "0"]),
    "UDP, 4000 bytes up, 2000/s": (COUNT, "send", ["4000", "2000"]),
    "UDP, 1200 bytes in bursts of 16 up": (COUNT, "send", ["1200", "0", "16"]),
    "UDP, 1200 bytes in bursts of 16 down": (COUNT, "receive", ["1200", "0", "16"]),
    "UDP, 1200 bytes in bursts of 16 up, 40000/s": (COUNT, "send", ["1200", "40000", "16"]),
    "TCP connections": (COUNT, "connect", []),
    "TCP round trip": (DURATION, "tcp", []),
    "UDP round trip": (DURATION, "udp", []),
}
SETTLE_SECONDS = 1.2
LINK_MTU = 1500
DATAGRAMS = "send", "receive"
STREAMS = "up", "down"
ARRIVED = [f"Udp{version}{name}" for version in ("", "6")
           for name in ("InDatagrams", "RcvbufErrors")]


def arrived(machine):
    counters = json.loads(machine.output("nstat", "-asz", "--json", *ARRIVED))["kernel"]
    return sum(counters[name] for name in ARRIVED)


def busy_seconds():
    """Processor time that this machine has spent, of all programs and the kernel."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _idle, _wait, irq, softirq, *_ = map(int, stat.readline().split()[1:])
    return (user + nice + system + irq + softirq) / 100


def measure(bench, host, address, test, seconds):
    """The value of TEST, and processor seconds per gigabyte for streams."""
    _unit, mode, arguments = TESTS[test]
    receiver = {"send": bench.far, "receive": host}.get(mode)
    before = arrived(receiver) if receiver else 0
    busy = busy_seconds()
    output = host.output(*pinned([EXCHANGE, mode, address, str(seconds), *arguments], 0),
                         timeout=seconds + 10)
    busy = busy_seconds() - busy
    if mode in DATAGRAMS:
        # Packets in a translator's queue, and fragments that wait for lost ones.
        time.sleep(SETTLE_SECONDS if int(arguments[0]) > LINK_MTU else 0.2)
        return {test: (arrived(receiver) - before) / seconds}
    value = float(output)
    if mode in STREAMS and arguments == ["1"]:
        gigabytes = value * seconds / 8
        return {test: value, f"{test}, processor time": busy / gigabytes}
    return {test: value}


def add_contenders(bench, names):
    """The host and the address by contender; the two native ones share a host."""
    hosts = {}
    for name in names:
        add, address = CONTENDERS[name]
        if add not in hosts:
            hosts[add] = add(bench)
        host = hosts[add]
        wait_for(lambda host=host, address=address: host.pings(address), 20, f"reply for {name}")
        yield name, (host, address)


def run(bench, contenders, tests, rounds, seconds):
    """Lists of values by test and contender."""
    results = {}
    order = list(contenders)
    for number in range(rounds):
        for test in tests:
            print(f"\rround {number + 1} of {rounds}: {test:40}", end="", file=sys.stderr,
                  flush=True)
            for name in order:
                for what, value in measure(bench, *contenders[name], test, seconds).items():
                    results.setdefault(what, {}).setdefault(name, []).append(value)
            order.append(order.pop(0))
    print(file=sys.stderr)
    return results


def show(results, base):
    """Medians, and those of the ratios to BASE in the same round."""
    for test, rows in results.items():
        print(f"\n{test}")
        for name, values in rows.items():
            ratios = [value / other for value, other in zip(values, rows.get(base, [])) if other]
            ratio = f"{statistics.median(ratios):8.2f} of {base}" if ratios else ""
            print(f"  {name:20} {statistics.median(values):12.4g}{ratio}")


def describe_run(arguments):
    commit = subprocess.run(["git", "-C", str(PROJECT), "describe", "--always", "--dirty"],
                            capture_output=True, text=True, check=False).stdout.strip()
    return {"kernel": platform.release(), "processors": len(PROCESSORS), "commit": commit,
            "offloads": arguments.offloads, "rounds": arguments.rounds,
            "seconds": arguments.seconds}


def matching(names, words):
    """Those of NAMES that contain one of WORDS; all without words."""
    return [name for name in names if not words or any(word in name for word in words)]


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run throughput", description=__doc__)
    parser.add_argument("installed", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=7, metavar="N")
    parser.add_argument("--seconds", type=int, default=2, metavar="N", help="of each test")
    parser.add_argument("--offloads", choices=OFFLOADS, default="wire",
                        help="of the links (default wire: frames as a network card sends them)")
    parser.add_argument("--with", dest="contenders", action="append", metavar="WORD",
                        help="only contenders whose name has WORD")
    parser.add_argument("--test", dest="tests", action="append", metavar="WORD",
                        help="only tests whose name has WORD")
    parser.add_argument("--json", metavar="FILE", help="write every value to FILE")
    arguments = parser.parse_args()

    with Bench(arguments.installed, arguments.offloads) as bench:
        contenders = dict(add_contenders(bench, matching(CONTENDERS, arguments.contenders)))
        results = run(bench, contenders, matching(TESTS, arguments.tests), arguments.rounds,
                      arguments.seconds)
    show(results, "native IPv6")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(
            json.dumps({**describe_run(arguments), "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
