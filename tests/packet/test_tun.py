#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-xlat on a tun device, with real sockets on both sides. usage: test_tun.py PROGRAM"""

import hashlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import tun_lab
from tun_lab import C4, C6, PEER4, PEER6, PREFIX, run

PROGRAM = None
LAB = None

IP_MTU_DISCOVER, PMTUDISC_DONT, PMTUDISC_DO, PMTUDISC_PROBE = 10, 0, 2, 3
IP_RECVERR, MSG_ERRQUEUE, SO_NO_CHECK, UDP_SEGMENT = 11, 0x2000, 11, 103

# Runs at the peer: echo servers for UDP and TCP.
ECHO = """
import socket, threading
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
udp.bind(("ADDRESS", 7))
def echo():
    while True:
        data, sender = udp.recvfrom(65536)
        udp.sendto(data, sender)
threading.Thread(target=echo, daemon=True).start()
def connection(peer):
    data = b""
    while part := peer.recv(1 << 20):
        data += part
    peer.sendall(data)
    peer.close()
tcp = socket.create_server(("ADDRESS", 7), family=socket.AF_INET6)
print("ready", flush=True)
while True:
    threading.Thread(target=connection, args=(tcp.accept()[0],), daemon=True).start()
""".replace("ADDRESS", PEER6)


def udp_socket(*options):
    result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    result.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
    for level, option, value in options:
        result.setsockopt(level, option, value)
    result.settimeout(5)
    result.connect((PEER4, 7))
    return result


def raw_socket():
    result = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    result.connect((PEER4, 0))
    return result


def echo_fragments():
    """An ICMP echo request in two fragments, whose translation needs reassembly."""
    # With this identifier the checksum is zero.
    message = struct.pack("!BBHHH", 8, 0, 0xf7fe, 1, 0) + bytes(16)
    addresses = socket.inet_aton(C4) + socket.inet_aton(PEER4)
    return [struct.pack("!BBHHHBBH", 0x45, 0, 0, 77, flags | offset // 8, 64, 1, 0) + addresses
            + message[offset:offset + 16]
            for flags, offset in ((0x2000, 0), (0, 16))]


class OnDevice(unittest.TestCase):
    """A translator for each test, on a tun device with these flags."""

    flags = tun_lab.IFF_VNET_HDR

    def setUp(self):
        self.tun = LAB.open_tun(self.flags)
        self.addCleanup(os.close, self.tun)
        LAB.route_tun()
        self.stats = os.memfd_create("stats")
        self.addCleanup(os.close, self.stats)
        self.translator = self.start()

    def start(self, *options):
        translator = LAB.start_counting(PROGRAM, self.tun, self.stats, *options)
        self.addCleanup(self.stop, translator)
        return translator

    @staticmethod
    def stop(translator):
        translator.terminate()
        return translator.wait(5)

    def counters(self):
        """Starts; and for each direction packets, bytes, answers, held, sum of all drops."""
        data = os.pread(self.stats, 4096, 0)
        version, n_reasons, starts = struct.unpack_from("=IIQ", data)
        self.assertEqual(version, 2)
        size = 4 + n_reasons
        directions = []
        for i in range(2):
            values = struct.unpack_from(f"={size}Q", data, 24 + i * size * 8)
            directions.append((*values[:4], sum(values[4:])))
        return starts, directions

    def wait_until(self, condition):
        for _ in range(500):
            if condition():
                return
            time.sleep(0.01)
        self.fail("the condition was not met in time")

    def wait_for_process_state(self, state):
        self.wait_until(lambda: b"State:\t" + state in tun_lab.status_of(self.translator.pid))

    def wait_until_held(self, count):
        """And until the translator waits for further packets."""
        self.wait_until(lambda: self.counters()[1][0][3] >= count)
        self.wait_for_process_state(b"S")

    def ping(self, *options, target=PEER4, **more):
        result = run("ping", "-c", "3", "-i", "0.2", "-W", "2", *options, target, **more)
        self.assertIn("3 received", result.stdout)

    def echo(self, size, *options):
        with udp_socket(*options) as udp:
            data = os.urandom(size)
            udp.send(data)
            self.assertEqual(udp.recv(65536), data)


class Traffic(OnDevice):
    def test_ping(self):
        for size in ("56", "1400", "3000", "4000", "30000"):
            with self.subTest(size=size):
                self.ping("-s", size)

    def test_ping_from_the_peer(self):
        for size in ("56", "1300", "3000"):
            with self.subTest(size=size):
                result = LAB.at_peer("ping", "-c", "2", "-i", "0.2", "-W", "2", "-s", size, "-I",
                                     PEER6, C6)
                self.assertIn("2 received", result.stdout)

    def test_ping_with_options(self):
        self.ping("-R")
        self.ping("-T", "tsonly")

    def test_datagrams(self):
        for size in (0, 1, 1400, 1444, 1445, 4000, 30000, 65507):
            for mode in (PMTUDISC_DONT, PMTUDISC_DO):
                if mode == PMTUDISC_DO and size > 1444:
                    continue
                with self.subTest(size=size, mode=mode):
                    self.echo(size, (socket.IPPROTO_IP, IP_MTU_DISCOVER, mode))

    def test_datagrams_without_checksum(self):
        for size in (1, 1400, 4000, 30000):
            with self.subTest(size=size):
                self.echo(size, (socket.SOL_SOCKET, SO_NO_CHECK, 1),
                          (socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_DONT))

    def test_many_datagrams(self):
        """Of equal length, so that they are merged, with a shorter one from time to time."""
        with udp_socket() as udp:
            for burst in range(60):
                sent = [struct.pack("!II", burst, i) + os.urandom(900 if (burst + i) % 7 else 300)
                        for i in range(40)]
                for data in sent:
                    udp.send(data)
                self.assertEqual([udp.recv(65536) for _ in sent], sent)

    def test_segmented_datagrams(self):
        """Segmented by the kernel, or by the translator if each must also be fragmented."""
        for size, mode in ((1200, PMTUDISC_DO), (1300, PMTUDISC_DONT), (1444, PMTUDISC_DO)):
            with self.subTest(size=size), udp_socket(
                    (socket.IPPROTO_UDP, UDP_SEGMENT, size),
                    (socket.IPPROTO_IP, IP_MTU_DISCOVER, mode)) as udp:
                data = os.urandom(size * 20 + 100)
                udp.send(data)
                parts = [data[at:at + size] for at in range(0, len(data), size)]
                self.assertEqual([udp.recv(65536) for _ in parts], parts)

    def test_stream(self):
        data = os.urandom(1 << 20) * 30
        received = []

        def receive():
            while part := tcp.recv(1 << 20):
                received.append(part)

        with socket.create_connection((PEER4, 7), 60) as tcp:
            receiver = threading.Thread(target=receive)
            receiver.start()
            tcp.sendall(data)
            tcp.shutdown(socket.SHUT_WR)
            receiver.join(120)
        self.assertEqual(hashlib.sha256(b"".join(received)).hexdigest(),
                         hashlib.sha256(data).hexdigest())
        _, (out, back) = self.counters()
        self.assertGreater(out[0], len(data) / 1500)
        self.assertGreater(back[0], len(data) / 1500)
        if self.flags & tun_lab.IFF_VNET_HDR:
            # GSO packets of 64 KB have passed the device, not segments.
            link = json.loads(run("ip", "-j", "-s", "link", "show", "clat0").stdout)[0]
            self.assertLess(link["stats64"]["tx"]["packets"], len(data) / 5000)
            self.assertLess(link["stats64"]["rx"]["packets"], len(data) / 5000)


class TrafficWithoutOffload(Traffic):
    flags = 0


class Errors(OnDevice):
    def error(self, udp):
        """Type, code, value and source address of the error that a socket has received."""
        for _ in range(100):
            try:
                _, control, _, _ = udp.recvmsg(2048, 512, MSG_ERRQUEUE)
                break
            except BlockingIOError:
                time.sleep(0.02)
        data = [value for level, kind, value in control
                if (level, kind) == (socket.IPPROTO_IP, IP_RECVERR)][0]
        _, _, kind, code, _, info = struct.unpack_from("=IBBBBI", data)
        return kind, code, info, socket.inet_ntoa(data[20:24])

    def send(self, size, *options):
        with udp_socket((socket.IPPROTO_IP, IP_RECVERR, 1), *options) as udp:
            udp.setblocking(False)
            udp.send(bytes(size))
            return self.error(udp)

    def test_time_to_live(self):
        self.assertEqual(self.send(100, (socket.IPPROTO_IP, socket.IP_TTL, 1)),
                         (11, 0, 0, "192.0.0.8"))

    def test_time_to_live_behind_the_translator(self):
        """The kernel here is the next router, without an IPv4 address and an IPv6 neighbour
        inside the prefix."""
        self.assertEqual(self.send(100, (socket.IPPROTO_IP, socket.IP_TTL, 2)),
                         (11, 0, 0, "192.0.0.8"))

    def test_too_big(self):
        run("ip", "route", "replace", "default", "dev", "clat0", "mtu", "1500")
        self.assertEqual(
            self.send(1500 - 28, (socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE)),
            (3, 4, 1480, "192.0.0.8"))

    def test_closed_port(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(5)
            udp.connect((PEER4, 9))
            udp.send(b"closed port.")
            with self.assertRaises(ConnectionRefusedError):
                udp.recv(100)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((PEER4, 9), 5)

    def test_multicast_is_dropped(self):
        before = self.counters()[1][0]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(C4))
            udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 9)
            udp.sendto(b"service?", ("224.0.0.251", 5353))
        time.sleep(0.1)
        after = self.counters()[1][0]
        self.assertEqual(after[4], before[4] + 1)
        self.assertEqual(after[0], before[0])


class Process(OnDevice):
    def test_sandbox(self):
        status = tun_lab.status_of(self.translator.pid).decode()
        fields = dict(line.split(":\t", 1) for line in status.splitlines())
        for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            self.assertEqual(int(fields[name], 16), 0, name)
        self.assertEqual(fields["NoNewPrivs"], "1")
        if "VmRSS" in fields and not has_sanitizer():
            self.assertEqual(fields["Seccomp"], "2")
            self.assertLess(int(fields["VmSize"].split()[0]), 32 * 1024)
        if os.readlink("/proc/self/ns/user") == os.readlink("/proc/1/ns/user") and is_real_root():
            self.assertEqual(fields["Uid"].split(), ["65534"] * 4)
            self.assertEqual(int(fields["CapBnd"], 16), 0)

    def test_sigterm(self):
        self.assertEqual(self.stop(self.translator), 0)

    def test_sigterm_between_two_fragments(self):
        first, last = echo_fragments()
        with raw_socket() as raw:
            raw.send(first)
            self.wait_until_held(1)
            # The last fragment is queued, but not read yet, when the signal is delivered.
            self.translator.send_signal(signal.SIGSTOP)
            self.wait_for_process_state(b"T")
            self.translator.send_signal(signal.SIGTERM)
            raw.send(last)
            self.translator.send_signal(signal.SIGCONT)
            self.assertEqual(self.translator.wait(5), 0)
        self.assertEqual(self.counters()[1][0][0], 1)

    def test_sigterm_with_a_missing_fragment(self):
        with raw_socket() as raw:
            raw.send(echo_fragments()[0])
            self.wait_until_held(1)
        self.assertEqual(self.stop(self.translator), 0)
        self.assertEqual(self.counters()[1][0][0], 0)

    def test_statistics(self):
        self.ping()
        starts, (out, back) = self.counters()
        self.assertEqual(starts, 1)
        self.assertEqual((out[0], out[1]), (3, 3 * 84))
        self.assertEqual((back[0], back[1]), (3, 3 * 104))

    def test_successor_loses_nothing(self):
        with tempfile.TemporaryFile("w+") as output:
            ping = LAB.start("ping", "-c", "150", "-i", "0.01", "-W", "2", PEER4, stdout=output)
            for _ in range(3):
                time.sleep(0.3)
                before, self.translator = self.translator, self.start()
                self.assertEqual(self.stop(before), 0)
            ping.wait(20)
            output.seek(0)
            self.assertIn("150 packets transmitted, 150 received", output.read())
        self.assertEqual(self.counters()[0], 4)

    def test_missing_checksum_is_logged(self):
        self.stop(self.translator)
        read, write = os.pipe()
        translator = LAB.start(PROGRAM, "--ipv4", C4, "--ipv6", C6, "--prefix", PREFIX + "/96",
                               "--drop-udp-without-checksum", "--tun-fd", str(self.tun),
                               pass_fds=[self.tun], stderr=write)
        os.close(write)
        with udp_socket((socket.SOL_SOCKET, SO_NO_CHECK, 1)) as udp, os.fdopen(read) as messages:
            udp.send(b"unchecked")
            port = udp.getsockname()[1]
            self.assertIn(f"UDP {C4} port {port} > {PEER4} port 7", messages.readline())
            self.stop(translator)

    def test_invalid_descriptors(self):
        addresses = ["--ipv4", C4, "--ipv6", C6, "--prefix", PREFIX + "/96"]
        for arguments, word in ((["--tun-fd", "0"], "tun device"),
                                (["--tun-fd", "99"], "tun device"),
                                (["--tun-fd", str(self.tun), "--stats-fd", "99"], "statistics")):
            result = subprocess.run([PROGRAM, *addresses, *arguments], pass_fds=[self.tun],
                                    stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                    timeout=10, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn(word, result.stderr)


def has_sanitizer():
    with open(PROGRAM, "rb") as file:
        return b"__asan_init" in file.read()


def is_real_root():
    with open("/proc/self/uid_map", encoding="ascii") as file:
        return re.match(r"\s*0\s+0\s+4294967295", file.read()) is not None


if __name__ == "__main__":
    tun_lab.enter()
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    LAB = tun_lab.Lab()
    try:
        server = LAB.start(*LAB.peer_command(sys.executable, "-c", ECHO),
                           stdout=subprocess.PIPE)
        assert server.stdout.readline() == b"ready\n"
        unittest.main()
    finally:
        LAB.close()
