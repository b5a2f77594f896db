# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/bench/udp-tayga measures. usage: udp_tayga.py INSTALLED ROUNDS SECONDS

There is no NAT64: the peer has its address inside the NAT64 prefix, so that only the CLAT is
measured. tayga runs in the place of the CLAT: on the host, with an IPv6 address on the link.

The translator has a processor of its own where there are several: otherwise the sender, which is
not limited, uses so much processor time that only the scheduler is measured."""

import contextlib
import json
import os
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.transparent_nat64 import TransparentNat64, PEER, PREF64, embed  # noqa: E402
from lab.machine import children_of  # noqa: E402
from lab.network import Network  # noqa: E402
from lab.waiting import wait_for  # noqa: E402

IPV4, IPV6 = "192.0.0.1", "2001:db8:1::c"
DEVICE = "tayga"
# As clat-nm's route: packets that fit the link with any added header.
MTU = 1472

TAYGA = f"""\
tun-device {DEVICE}
ipv4-addr 192.0.0.2
ipv6-addr 2001:db8:1::d
prefix {PREF64}
map {IPV4} {IPV6}
"""

PROCESSORS = sorted(os.sched_getaffinity(0))
FOR_TRANSLATOR = PROCESSORS[-1]
FOR_OTHERS = ",".join(map(str, PROCESSORS[:-1] or PROCESSORS))

UDP = ["--udp", "--bitrate", "0", "--length", "1400"]
TESTS = {
    "UDP up, 1000/s": UDP,
    "UDP down, 1000/s": [*UDP, "--reverse"],
    "TCP up, Gbit/s": [],
    "TCP down, Gbit/s": ["--reverse"],
}


@contextlib.contextmanager
def clat(network, translator):
    """clat-nm with TRANSLATOR as its setting."""
    host = network.host
    configuration = "/run/bench.conf"
    host.file(configuration).write_text(f"[main]\ntranslator={translator}\n")
    with host.running_clat("--config", configuration):
        host.wait_for_state("active", Pref64=PREF64, SlowPath="running")
        for pid in children_of(host.clat.pid):
            os.sched_setaffinity(pid, {FOR_TRANSLATOR})
        yield


@contextlib.contextmanager
def tayga(network):
    host, router = network.host, network.router
    configuration = "/run/tayga.conf"
    host.file(configuration).write_text(TAYGA)
    gateway = host.output("ip", "-brief", "-6", "address", "show", "dev", "eth0", "scope",
                          "link").split()[2].split("/")[0]
    host.run("tayga", "--config", configuration, "--mktun")
    host.ip("link", "set", DEVICE, "up")
    host.ip("address", "add", f"{IPV4}/32", "dev", DEVICE)
    host.ip("route", "add", "default", "dev", DEVICE, "mtu", str(MTU))
    host.ip("-6", "route", "add", f"{IPV6}/128", "dev", DEVICE)
    host.set_sysctl("net.ipv6.conf.all.forwarding", 1)
    router.ip("-6", "route", "add", f"{IPV6}/128", "via", gateway, "dev", "lan0")
    process = host.popen(["taskset", "--cpu-list", FOR_TRANSLATOR, "tayga", "--config",
                          configuration, "--nodetach"])
    try:
        yield
    finally:
        process.stop()
        router.ip("-6", "route", "del", f"{IPV6}/128", "dev", "lan0")
        host.set_sysctl("net.ipv6.conf.all.forwarding", 0)
        host.ip("link", "del", DEVICE)


TRANSLATORS = {
    "clat-xlat": lambda network: clat(network, "userspace"),
    "tayga": tayga,
    "fast path": lambda network: clat(network, "auto"),
}


def arrived(machine, version):
    """The number of datagrams that reached MACHINE over IPv4 ("") or IPv6 ("6"), whether or not
    a program was fast enough to receive them."""
    names = [f"Udp{version}InDatagrams", f"Udp{version}RcvbufErrors"]
    counters = json.loads(machine.output("nstat", "-asz", "--json", *names))["kernel"]
    return sum(counters[name] for name in names)


def iperf3(*arguments):
    return ["taskset", "--cpu-list", FOR_OTHERS, "iperf3", *arguments]


def measure(network, far, options, seconds):
    """The datagrams that arrive: iperf3's numbers for UDP are those of the sender."""
    server = far.peer.popen(iperf3("--server", "--one-off", "--bind", embed(PEER)))
    wait_for(lambda: far.peer.output("ss", "-Hltn", "sport", "=", ":5201"), 5, "iperf3")
    receiver = (network.host, "") if "--reverse" in options else (far.peer, "6")
    before = arrived(*receiver)
    result = network.host.output(*iperf3("--client", PEER, "--time", str(seconds), "--json",
                                         *options), timeout=seconds + 20)
    server.wait(10)
    if "--udp" in options:
        return (arrived(*receiver) - before) / seconds / 1e3
    return json.loads(result)["end"]["sum_received"]["bits_per_second"] / 1e9


def measure_all(network, far, rounds, seconds):
    """Lists of measurements by translator and test; the order of the translators rotates."""
    results = {name: {test: [] for test in TESTS} for name in TRANSLATORS}
    names = list(TRANSLATORS)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for name in names:
            with TRANSLATORS[name](network):
                network.host.wait_for_ping(PEER, 10)
                for test, options in TESTS.items():
                    results[name][test].append(measure(network, far, options, seconds))
        names.append(names.pop(0))
    return results


def show(results, rounds):
    medians = {name: {test: statistics.median(values) for test, values in tests.items()}
               for name, tests in results.items()}
    print(f"{f'medians of {rounds} rounds':24}" + "".join(f"{name:>12}" for name in medians)
          + f"{'clat-xlat : tayga':>20}")
    for test in TESTS:
        ratio = medians["clat-xlat"][test] / medians["tayga"][test]
        print(f"{test:24}" + "".join(f"{tests[test]:12.1f}" for tests in medians.values())
              + f"{ratio:20.2f}")


def main(installed, rounds, seconds):
    with Network(installed) as network:
        network.start()
        far = TransparentNat64(network)
        network.link.advertiser.announce_pref64(PREF64)
        show(measure_all(network, far, rounds, seconds), rounds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
