#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The throughput of clat-xlat on a tun device, and of tayga. usage: tun_speed.py PROGRAM"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import tun_lab
from tun_lab import C4, C6, PEER4, PEER6, PREFIX, ip, run

SECONDS = 2
ROUNDS = 3
TESTS = {
    "TCP up": [],
    "TCP down": ["-R"],
    "UDP 1400 up": ["-u", "-b", "0", "-l", "1400"],
    "UDP 1400 down": ["-u", "-b", "0", "-l", "1400", "-R"],
    "UDP 64 up": ["-u", "-b", "0", "-l", "64"],
}


def datagrams(lab):
    """The datagrams that programs have received: here over IPv4, at the peer over IPv6."""
    here = run("nstat", "-asz", "--json", "UdpInDatagrams").stdout
    there = lab.at_peer("nstat", "-asz", "--json", "Udp6InDatagrams").stdout
    return (json.loads(here)["kernel"]["UdpInDatagrams"],
            json.loads(there)["kernel"]["Udp6InDatagrams"])


def cpu_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(lab, translator):
    """Gbit/s for TCP; thousand datagrams received per second for UDP, where the numbers of
    iperf3 are those of the sender; and the translator's processor time for each in µs."""
    results = {}
    for name, options in TESTS.items():
        server = lab.start(*lab.peer_command("iperf3", "-s", "-1", "-B", PEER6),
                           stdout=subprocess.DEVNULL)
        time.sleep(0.3)
        before, cpu = datagrams(lab), cpu_seconds(translator)
        result = run("iperf3", "-c", PEER4, "-t", str(SECONDS), "-J", *options)
        server.wait(10)
        if "-u" in options:
            way = 0 if "-R" in options else 1
            received = datagrams(lab)[way] - before[way]
            results[name] = received / SECONDS / 1e3
            results[name + ", CPU"] = (cpu_seconds(translator) - cpu) / max(1, received) * 1e6
        else:
            end = json.loads(result.stdout)["end"]
            results[name] = end["sum_received"]["bits_per_second"] / 1e9
    return results


def measure_xlat(lab, program):
    tun = lab.open_tun()
    lab.route_tun()
    process = lab.start_xlat(program, tun)
    results = measure(lab, process)
    process.terminate()
    process.wait(5)
    os.close(tun)
    return results


def measure_tayga(lab):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "tayga.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"tun-device clat0\nipv4-addr 192.0.0.2\nipv6-addr 2001:db8:1::d\n"
                       f"prefix {PREFIX}/96\nmap {C4} {C6}\n")
        run("tayga", "-c", path, "--mktun")
        lab.route_tun()
        process = lab.start("tayga", "-c", path, "-d", stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        results = measure(lab, process)
        process.kill()
        process.wait()
        ip("link", "del", "clat0")
    return results


def main(program):
    lab = tun_lab.Lab()
    xlat, tayga = [], []
    try:
        for _ in range(ROUNDS):
            xlat.append(measure_xlat(lab, program))
            tayga.append(measure_tayga(lab))
    finally:
        lab.close()

    print(f"medians of {ROUNDS} interleaved rounds{'clat-xlat':>13}{'tayga':>12}")
    for name in xlat[0]:
        unit = "us" if name.endswith("CPU") else "1000/s" if "UDP" in name else "Gbit/s"
        cells = [statistics.median(results[name] for results in rounds)
                 for rounds in (xlat, tayga)]
        print(f"{name + ', ' + unit:32}{cells[0]:12.1f}{cells[1]:12.1f}")


if __name__ == "__main__":
    tun_lab.enter()
    main(sys.argv[1])
