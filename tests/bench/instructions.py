# SPDX-License-Identifier: GPL-2.0-or-later
"""What the translation of one packet costs: instructions of clat-xlat, counted by callgrind, and
the time that each BPF program of the fast path runs, by the kernel's statistics. The first are the
same in every run, the second depend less on other load than throughput does."""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from scapy.layers.inet import ICMP, IP, TCP, UDP  # noqa: E402
from scapy.layers.inet6 import ICMPv6EchoReply, IPv6, IPv6ExtHdrFragment  # noqa: E402
from scapy.packet import Raw  # noqa: E402
from scapy.utils import RawPcapWriter  # noqa: E402

from bench.contenders import EXCHANGE, Bench, pinned  # noqa: E402
from bench.throughput import CONTENDERS, TESTS, add_contenders, describe_run, matching  # noqa: E402
from lab.machine import PROJECT  # noqa: E402

CLAT_XLAT = PROJECT / "build-tests/src/clat-xlat/clat-xlat"
OWN, OWN_IPV6 = "192.0.0.2", "2001:db8::c"
PEER, PEER_IPV6 = "198.51.100.1", "64:ff9b::198.51.100.1"
OUT, IN = IP(src=OWN, dst=PEER), IPv6(src=PEER_IPV6, dst=OWN_IPV6)
# By name and direction.
PACKETS = {
    "TCP, 1400 bytes": (OUT / TCP(flags="A") / Raw(bytes(1400)),
                        IN / TCP(flags="A") / Raw(bytes(1400))),
    "UDP, 64 bytes": (OUT / UDP() / Raw(bytes(64)), IN / UDP() / Raw(bytes(64))),
    "UDP, 1400 bytes": (IP(src=OWN, dst=PEER, flags="DF") / UDP() / Raw(bytes(1400)),
                        IN / UDP() / Raw(bytes(1400))),
    "UDP without checksum, 1400 bytes": (
        IP(src=OWN, dst=PEER, flags="DF") / UDP(chksum=0) / Raw(bytes(1400)), None),
    "first fragment of UDP, split": (
        IP(src=OWN, dst=PEER, flags="MF", id=1) / UDP(len=4000, chksum=1) / Raw(bytes(1440)), None),
    "first fragment of UDP": (
        IP(src=OWN, dst=PEER, flags="MF", id=1) / UDP(len=4000, chksum=1) / Raw(bytes(1224)),
        IN / IPv6ExtHdrFragment(m=1, id=1, nh=17) / UDP(len=4000, chksum=1) / Raw(bytes(1224))),
    "ping, 56 bytes": (OUT / ICMP() / Raw(bytes(56)), IN / ICMPv6EchoReply(data=bytes(56))),
}
DIRECTIONS = "4 to 6", "6 to 4"
N_PACKETS = 1000
RAW_IP = 101
BPF_CONTENDERS = "clat-nm", "clat-nm, direct"
BPF_TESTS = "stream up", "stream down", "bytes up", "bytes down", "in bursts of 16 up"
STATISTICS_SYSCTL = pathlib.Path("/proc/sys/kernel/bpf_stats_enabled")


def instructions_of(packet, folder):
    """Instructions of clat-xlat for PACKET, without input and output, as the list of one value."""
    capture = folder / "packets.pcap"
    with RawPcapWriter(str(capture), linktype=RAW_IP) as writer:
        writer.write([bytes(packet)] * N_PACKETS)
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", "--toggle-collect=xlat_translate",
         "--callgrind-out-file=/dev/null", CLAT_XLAT, "--ipv4", OWN, "--ipv6", OWN_IPV6,
         "--prefix", "64:ff9b::/96", "--read", capture, "--write", "/dev/null"],
        capture_output=True, text=True, check=True)
    return [int(re.search(r"Collected : (\d+)", result.stderr)[1]) / N_PACKETS]


def count_instructions(folder):
    return {name: {direction: instructions_of(packet, folder)
                   for direction, packet in zip(DIRECTIONS, packets) if packet}
            for name, packets in PACKETS.items()}


def programs():
    """By id: name, runs and nanoseconds."""
    shown = json.loads(subprocess.run(["bpftool", "--json", "prog", "show"], capture_output=True,
                                      text=True, check=True).stdout)
    return {one["id"]: (one["name"], one.get("run_cnt", 0), one.get("run_time_ns", 0))
            for one in shown if one.get("name", "").startswith("clat_")}


def run_times(before, after):
    """Nanoseconds for each run of a program, by name, of those that ran often enough to tell."""
    times = {}
    for identity, (name, runs, nanoseconds) in after.items():
        _, runs_before, nanoseconds_before = before.get(identity, ("", 0, 0))
        if runs - runs_before >= N_PACKETS:
            times[name] = (nanoseconds - nanoseconds_before) / (runs - runs_before)
    return times


def time_programs(installed, rounds, seconds):
    """Lists of nanoseconds by test, and by contender with program."""
    results = {}
    with Bench(installed, "wire") as bench:
        contenders = dict(add_contenders(bench, [name for name in CONTENDERS
                                                 if name in BPF_CONTENDERS]))
        for test in matching(TESTS, BPF_TESTS) * rounds:
            _unit, mode, arguments = TESTS[test]
            for name, (host, address) in contenders.items():
                before = programs()
                host.run(*pinned([EXCHANGE, mode, address, str(seconds), *arguments], 0),
                         timeout=seconds + 10)
                for program, time in run_times(before, programs()).items():
                    results.setdefault(test, {}).setdefault(f"{name}: {program}", []).append(time)
    return results


def show(results):
    for test, values in results.items():
        print(f"\n{test}")
        for name, value in values.items():
            print(f"  {name:32} {statistics.median(value):8.0f}")


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run instructions", description=__doc__)
    parser.add_argument("installed", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--seconds", type=int, default=1, metavar="N", help="of each test")
    parser.add_argument("--json", metavar="FILE", help="write every value to FILE")
    arguments = parser.parse_args()
    arguments.offloads = "wire"

    instructions = count_instructions(pathlib.Path(arguments.installed).parent)
    print("Instructions of clat-xlat for a packet")
    show(instructions)
    were_enabled = STATISTICS_SYSCTL.read_text(encoding="ascii")
    STATISTICS_SYSCTL.write_text("1", encoding="ascii")
    try:
        times = time_programs(arguments.installed, arguments.rounds, arguments.seconds)
    finally:
        STATISTICS_SYSCTL.write_text(were_enabled, encoding="ascii")
    print("\nNanoseconds for a run of a BPF program")
    show(times)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(
            {**describe_run(arguments), "instructions": instructions, "nanoseconds": times},
            indent=1) + "\n")


if __name__ == "__main__":
    main()
