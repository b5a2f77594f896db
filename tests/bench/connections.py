# SPDX-License-Identifier: GPL-2.0-or-later
"""What further connections with a CLAT cost: throughput of the first one beside others, and the
memory of clat-nm with its clat-xlat processes. Hosts with 1, 2, 4 and 8 connections are up at
once, and measured in turns."""

import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench.contenders import OFFLOADS, PEER, Bench  # noqa: E402
from bench.throughput import describe_run, matching, run, show, TESTS  # noqa: E402
from lab.machine import children_of  # noqa: E402

NUMBERS = 1, 2, 4, 8
# The default one has six addresses for hosts.
POOL = "ipv4-pool=192.168.255.0/28"


def name_of(number):
    return f"{number} connection" + ("s" if number > 1 else "")


def memory(pid):
    """Proportional share of memory in MiB; a page that several processes map counts once."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no memory of {pid}")


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run connections", description=__doc__)
    parser.add_argument("installed", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=7, metavar="N")
    parser.add_argument("--seconds", type=int, default=2, metavar="N", help="of each test")
    parser.add_argument("--offloads", choices=OFFLOADS, default="wire")
    parser.add_argument("--json", metavar="FILE", help="write every value to FILE")
    arguments = parser.parse_args()

    with Bench(arguments.installed, arguments.offloads) as bench:
        hosts = {name_of(number): bench.add_clat_nm(POOL, number) for number in NUMBERS}
        tests = matching(TESTS, ["one stream up", "64 bytes up", "UDP round trip"])
        results = run(bench, {name: (host, PEER) for name, host in hosts.items()}, tests,
                      arguments.rounds, arguments.seconds)
        results["clat-nm, memory"] = {name: [memory(host.clat.pid)]
                                      for name, host in hosts.items()}
        results["clat-xlat, memory"] = {
            name: [sum(map(memory, children_of(host.clat.pid)))] for name, host in hosts.items()}
    show(results, name_of(1))
    if arguments.json:
        pathlib.Path(arguments.json).write_text(
            json.dumps({**describe_run(arguments), "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
