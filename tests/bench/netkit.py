# SPDX-License-Identifier: GPL-2.0-or-later
"""A netkit pair against a veth pair, under a kernel of Debian whose clock counts instructions, so
that other load of this machine does not matter. Prints medians.

    host  pair ==== inner  space  uplink ---- uplink  far

Packets of the host are redirected to the uplink by a BPF program where they enter the space, and
those received on the uplink to the host's end of the pair: the path of the fast path, without the
translation, which is the same for both.

Linux 7.2 and 6.12, medians of seven rounds, netkit against veth: a UDP round trip takes 0.98 of
the time, a packet one way 0.97; TCP has 1.00 to 1.02 of the speed, with larger differences
between rounds. With the translation the gain is smaller: too small for a second kind of pair."""

import argparse
import contextlib
import json
import os
import pathlib
import socket
import statistics
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab import tcx  # noqa: E402
from lab.kernel import debian_kernel, run_under  # noqa: E402
from lab.machine import Machine  # noqa: E402

# In place of the folder with the installed project.
INSIDE = "inside"
SECONDS = 900

NETKIT_PRIMARY = 54
REDIRECT, REDIRECT_PEER = 23, 155

RTM_NEWLINK = 16
REQUEST_ACK_CREATE_EXCL = 0x605
IFLA_IFNAME, IFLA_LINKINFO, IFLA_NET_NS_FD = 3, 18, 28
IFLA_INFO_KIND, IFLA_INFO_DATA = 1, 2
IFLA_NETKIT_PEER_INFO, IFLA_NETKIT_MODE = 1, 5
LIKE_ETHERNET = 0

HOST, FAR, PORT = "10.0.0.1", "10.0.0.2", 9
EXCHANGES = 2000
BULK = 30_000_000
KINDS = "veth", "netkit"


def attribute(kind, data):
    whole = struct.pack("HH", 4 + len(data), kind) + data
    return whole + bytes(-len(whole) % 4)


def add_netkit(host, space):
    """With a netlink message built here, as no tool of Debian 12 supports netkit."""
    link = bytes(16)  # struct ifinfomsg
    with open(f"/proc/{space.pid}/ns/net", "rb") as namespace, \
            host.socket(socket.AF_NETLINK, socket.SOCK_RAW) as netlink:
        peer = (link + attribute(IFLA_IFNAME, b"inner\0")
                + attribute(IFLA_NET_NS_FD, struct.pack("I", namespace.fileno())))
        data = (attribute(IFLA_NETKIT_MODE, struct.pack("I", LIKE_ETHERNET))
                + attribute(IFLA_NETKIT_PEER_INFO, peer))
        info = (attribute(IFLA_INFO_KIND, b"netkit\0") + attribute(IFLA_INFO_DATA, data))
        body = link + attribute(IFLA_IFNAME, b"pair\0") + attribute(IFLA_LINKINFO, info)
        netlink.send(struct.pack("IHHII", 16 + len(body), RTM_NEWLINK,
                                 REQUEST_ACK_CREATE_EXCL, 1, 0) + body)
        error, = struct.unpack_from("i", netlink.recv(4096), 16)
    if error:
        raise OSError(-error, f"no netkit: {os.strerror(-error)}")


def redirect(helper, interface_index):
    return tcx.load("redirect", tcx.put(1, interface_index), tcx.put(2, 0), tcx.call(helper))


def mac_of(machine, interface):
    return machine.output("cat", f"/sys/class/net/{interface}/address")


def connect(kind, host, space, far):
    if not tcx.is_supported(host):
        sys.exit("this kernel has no tcx, and so no netkit: it is older than Linux 6.7")
    if kind == "veth":
        host.connect_to("pair", space, "inner")
    else:
        add_netkit(host, space)
    space.connect_to("uplink", far, "uplink")
    for machine, interface in ((host, "pair"), (space, "inner"), (space, "uplink"),
                               (far, "uplink")):
        machine.ip("link", "set", interface, "up")

    out = redirect(REDIRECT, tcx.index_of(space, "uplink"))
    if kind == "veth":
        tcx.attach_program(space, "inner", out)
    else:
        tcx.attach_program(host, "pair", out, NETKIT_PRIMARY)
    tcx.attach_program(space, "uplink",
                       redirect(REDIRECT_PEER, tcx.index_of(space, "inner")))

    ends = (host, "pair", HOST), (far, "uplink", FAR)
    for (machine, interface, address), (other, other_interface, other_address) in (
            ends, reversed(ends)):
        machine.ip("address", "add", f"{address}/24", "dev", interface)
        machine.ip("neigh", "replace", other_address, "lladdr",
                   mac_of(other, other_interface), "dev", interface)


@contextlib.contextmanager
def connected(kind):
    machines = []
    try:
        host = Machine("host")
        machines.append(host)
        for name in "space", "far":
            machines.append(Machine(name, inside=host))
        connect(kind, *machines)
        yield host, machines[-1]
    finally:
        for machine in reversed(machines):
            machine.stop()


def microseconds(exchange):
    """Duration of one EXCHANGE; the first one is not counted."""
    exchange()
    begin = time.perf_counter()
    for _ in range(EXCHANGES):
        exchange()
    return (time.perf_counter() - begin) / EXCHANGES * 1e6


def measure_udp(host, far):
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as client, \
            far.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((FAR, PORT))
        client.bind((HOST, PORT))
        client.connect((FAR, PORT))
        server.connect((HOST, PORT))

        def go(payload):
            client.send(payload)
            server.recv(2000)

        def go_and_return():
            go(b"x")
            server.send(b"x")
            client.recv(2000)

        return {"UDP round trip, µs": microseconds(go_and_return),
                "UDP of 1400 bytes, one way, µs": microseconds(lambda: go(b"x" * 1400))}


def gigabits(sender, receiver):
    def receive():
        left = BULK
        while left > 0:
            left -= len(receiver.recv(1 << 20))

    thread = threading.Thread(target=receive)
    begin = time.perf_counter()
    thread.start()
    sender.sendall(bytes(BULK))
    thread.join()
    return 8e-9 * BULK / (time.perf_counter() - begin)


def measure_tcp(host, far):
    with far.socket(socket.AF_INET, socket.SOCK_STREAM) as server, \
            host.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        server.bind((FAR, PORT))
        server.listen()
        client.connect((FAR, PORT))
        with server.accept()[0] as accepted:
            return {"TCP up, Gbit/s": gigabits(client, accepted),
                    "TCP down, Gbit/s": gigabits(accepted, client)}


def measure(rounds):
    """{what: {kind: [value of each round]}}"""
    results = {}
    for _ in range(rounds):
        for kind in KINDS:
            with connected(kind) as ends:
                for what, value in {**measure_udp(*ends), **measure_tcp(*ends)}.items():
                    results.setdefault(what, {}).setdefault(kind, []).append(value)
    return results


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run netkit", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("installed", help=argparse.SUPPRESS)
    parser.add_argument("--kernel", default="sid", metavar="SUITE",
                        help="the kernel of that release of Debian (default sid); netkit came "
                             "with Linux 6.7")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--json", action="store_true", help="as JSON")
    arguments = parser.parse_args()
    if arguments.installed == INSIDE:
        print(json.dumps(measure(arguments.rounds)))
        return
    status, output = run_under(debian_kernel(arguments.kernel),
                               ["/usr/bin/python3", __file__, INSIDE, "--rounds",
                                str(arguments.rounds)], SECONDS)
    if status != 0:
        sys.exit(output)
    medians = {what: {kind: statistics.median(values) for kind, values in kinds.items()}
               for what, kinds in json.loads(output).items()}
    if arguments.json:
        print(json.dumps(medians, indent=2))
        return
    print(f"{'':31} {'veth':>7} {'netkit':>7} {'ratio':>6}")
    for what, row in medians.items():
        print(f"{what:31} {row['veth']:7.2f} {row['netkit']:7.2f} "
              f"{row['netkit'] / row['veth']:6.3f}")


if __name__ == "__main__":
    main()
