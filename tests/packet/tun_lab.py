# SPDX-License-Identifier: GPL-2.0-or-later
"""A host with a translator on a tun device, and an IPv6-only peer.

    this network namespace                                 the peer's
    192.0.0.1 - clat0 (tun) - translator - clat0           PREFIX::198.51.100.1
                                  C6 <- route - uplink ==== veth ====

All of it is in namespaces of its own, which end with their first process.
"""

import fcntl
import os
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI, IFF_VNET_HDR = 0x0001, 0x1000, 0x4000

C4, C6, PEER4 = "192.0.0.1", "2001:db8:1::c", "198.51.100.1"
PREFIX = "2001:db8:64::"
PEER6 = PREFIX + "c633:6401"
MARK = "CLAT_TUN_LAB"


def enter():
    """Executes the program again in new namespaces."""
    if os.environ.get(MARK):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        return
    if not os.path.exists("/dev/net/tun"):
        print("SKIP: /dev/net/tun does not exist")
        sys.exit(77)
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", *user, "--net", "--mount", "--pid", "--fork", "--kill-child",
               "--mount-proc"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode != 0:
        print("SKIP: namespaces cannot be created here")
        sys.exit(77)
    os.environ[MARK] = "1"
    os.execvp("unshare", [*command, sys.executable, *sys.argv])


def run(*command, check=True, timeout=60):
    return subprocess.run(command, check=check, timeout=timeout, capture_output=True, text=True)


def ip(*arguments):
    run("ip", *arguments)


class Lab:
    def __init__(self, mtu=1500):
        # pylint: disable-next=consider-using-with
        self.peer = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.processes = [self.peer]
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.peer.pid}/ns/net") == own:
            time.sleep(0.01)

        ip("link", "set", "lo", "up")
        ip("link", "add", "uplink", "mtu", str(mtu), "type", "veth", "peer", "name", "net",
           "mtu", str(mtu), "netns", str(self.peer.pid))
        with open("/proc/sys/net/ipv6/conf/all/forwarding", "w", encoding="ascii") as file:
            file.write("1")
        ip("addr", "add", "2001:db8:1::1/64", "dev", "uplink", "nodad")
        ip("link", "set", "uplink", "up")
        ip("-6", "route", "add", PREFIX + "/96", "via", "2001:db8:1::2", "dev", "uplink")
        for command in (["link", "set", "lo", "up"],
                        ["addr", "add", "2001:db8:1::2/64", "dev", "net", "nodad"],
                        ["addr", "add", PEER6 + "/128", "dev", "lo"],
                        ["link", "set", "net", "up"],
                        ["route", "add", C6 + "/128", "via", "2001:db8:1::1"]):
            self.at_peer("ip", *command)

    def peer_command(self, *command):
        return ["nsenter", "--target", str(self.peer.pid), "--net", *command]

    def at_peer(self, *command, **options):
        return run(*self.peer_command(*command), **options)

    def start(self, *command, **options):
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(command, **options)
        self.processes.append(process)
        return process

    def open_tun(self, flags=IFF_VNET_HDR):
        fd = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"clat0", IFF_TUN | IFF_NO_PI | flags))
        return fd

    def route_tun(self, mtu=1472):
        """Routes IPv4 and C6 to the tun device."""
        ip("link", "set", "clat0", "mtu", "1500", "up")
        ip("addr", "replace", C4 + "/32", "dev", "clat0")
        ip("route", "replace", "default", "dev", "clat0", "mtu", str(mtu))
        ip("-6", "route", "replace", C6 + "/128", "dev", "clat0")

    def start_xlat(self, program, tun, *options):
        """Starts clat-xlat with its counters in a memory file."""
        stats = os.memfd_create("stats")
        try:
            return self.start_counting(program, tun, stats, *options)
        finally:
            os.close(stats)

    def start_counting(self, program, tun, stats, *options):
        """Returns once the counters show that the translator is ready for packets."""
        before = starts_in(stats)
        process = self.start(program, "--ipv4", C4, "--ipv6", C6, "--prefix", PREFIX + "/96",
                             "--tun-fd", str(tun), "--stats-fd", str(stats), *options,
                             pass_fds=[tun, stats])
        for _ in range(500):
            if starts_in(stats) > before or process.poll() is not None:
                break
            time.sleep(0.01)
        return process

    def close(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


def starts_in(stats):
    data = os.pread(stats, 16, 0)
    return struct.unpack("=IIQ", data)[2] if len(data) == 16 else 0


def status_of(pid):
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            return file.read()
    except OSError:
        return b""
