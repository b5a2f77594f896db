#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-xlat on captures: the table of packets, file formats, malformed files, options."""

import os
import struct
import subprocess
import sys
import tempfile
import unittest

import rows
from packets import checksum, put

PROGRAM = None
PAIR = ["--ipv4", rows.C4, "--ipv6", rows.C6]
ADDRESSES = [*PAIR, "--prefix", "64:ff9b::/96"]

MICRO, NANO = 0xA1B2C3D4, 0xA1B23C4D
FORMATS = [(order, magic) for order in "<>" for magic in (MICRO, NANO)]


def capture(packets, order="<", magic=MICRO, link=101):
    """PACKETS are (time in units of the file, data)."""
    data = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    units = 10 ** (9 if magic == NANO else 6)
    for time, packet in packets:
        data += struct.pack(order + "IIII", time // units, time % units, len(packet), len(packet))
        data += packet
    return data


def read_capture(data):
    """The unit of time and the packets of a capture in the byte order of this machine."""
    magic, major, minor, _, _, _, link = struct.unpack("=IHHiIII", data[:24])
    assert magic in (MICRO, NANO) and (major, minor, link) == (2, 4, 101)
    units, at, packets = 10 ** (9 if magic == NANO else 6), 24, []
    while at < len(data):
        seconds, fraction, captured, length = struct.unpack("=IIII", data[at:at + 16])
        assert captured == length
        packets.append((seconds * units + fraction, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return units, packets


def run(*arguments, stdin=b""):
    return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, timeout=60,
                          check=False)


def translate(data, *options):
    result = run(*ADDRESSES, *options, "--read", "-", "--write", "-", stdin=data)
    assert result.returncode == 0, result.stderr
    return read_capture(result.stdout)


def without_id(packet):
    packet = put(put(packet, 4, 0), 10, 0)
    return put(packet, 10, checksum(packet[:20]))


def options_of(row):
    for key, value in row.config.items():
        option = "--" + key.replace("_", "-")
        if value is True:
            yield option
        else:
            for item in str(value).split(","):
                yield from (option, item)


class Table(unittest.TestCase):
    def check(self, row, order, magic):
        units = 10 ** (9 if magic == NANO else 6)
        start = 1700000000 * units + 7
        sent = [(start + int(step[0] * 1000) * units // 1000, step[1]) for step in row.steps]
        result = run(*options_of(row), "--read", "-", "--write", "-",
                     stdin=capture(sent, order, magic))
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        got_units, got = read_capture(result.stdout)
        self.assertEqual(got_units, units)

        expected = [(time, packet, new_id) for (time, _), step in zip(sent, row.steps)
                    for packet, new_id in step[4]]
        self.assertEqual(len(got), len(expected))
        for (time, packet), (wanted_time, wanted, new_id) in zip(got, expected):
            if new_id:
                packet, wanted = without_id(packet), without_id(wanted)
            self.assertEqual((time, packet.hex()), (wanted_time, wanted.hex()))

    def test_rows(self):
        for i, row in enumerate(rows.rows):
            with self.subTest(row.name):
                self.check(row, *FORMATS[i % len(FORMATS)])

    def test_one_capture_in_order(self):
        """Many packets of both families: the output has the order of the input."""
        sent = [(i * 1000, rows.udp4(b"%d" % i) if i % 2 else rows.small6(b"%d" % i))
                for i in range(500)]
        _, got = translate(capture(sent))
        self.assertEqual([packet[-len(b"%d" % i):] for i, (_, packet) in enumerate(got)],
                         [b"%d" % i for i in range(500)])
        self.assertEqual([time for time, _ in got], [i * 1000 for i in range(500)])
        ids = [packet[4:6] for _, packet in got if packet[0] >> 4 == 4]
        self.assertEqual(len(set(ids)), 250)


class Files(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.input = os.path.join(directory.name, "in.pcap")
        self.output = os.path.join(directory.name, "out.pcap")

    def run_file(self, data, *options, status=0):
        with open(self.input, "wb") as file:
            file.write(data)
        result = run(*ADDRESSES, "--read", self.input, "--write", self.output, *options)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stdout.decode(), result.stderr.decode()

    def translated(self):
        with open(self.output, "rb") as file:
            return read_capture(file.read())[1]

    def fails(self, data, *words):
        out, error = self.run_file(data, status=1)
        self.assertEqual(out, "")
        self.assertEqual(error.count("\n"), 1, error)
        for word in ("clat-xlat: ", self.input, *words):
            self.assertIn(word, error)

    def test_empty_capture(self):
        self.assertEqual(self.run_file(capture([])), ("", ""))
        self.assertEqual(self.translated(), [])

    def test_not_a_capture(self):
        self.fails(b"", "the file ends")
        self.fails(b"\xd4\xc3\xb2\xa1", "the file ends")
        self.fails(b"hello, this is not a capture", "not a capture file", "6c6c6568")
        self.fails(b"\x0a\x0d\x0d\x0a" + bytes(40), "pcapng", "editcap")
        self.fails(capture([], link=1), "link type 1", "101")

    def test_other_link_types_of_raw_packets(self):
        for link in (12, 14, 228, 229):
            self.run_file(capture([(0, rows.udp4())], link=link))
            self.assertEqual(len(self.translated()), 1)

    def test_malformed_captures(self):
        good = capture([(1, rows.udp4()), (2, rows.udp4())])
        self.fails(good[:-1], "packet 2", "91 of 92")
        self.assertEqual(len(self.translated()), 1)
        self.fails(good[:24 + 16 + 92 + 3], "packet 2", "record header")
        self.fails(capture([]) + struct.pack("<IIII", 0, 0, 0xFFFFFFF0, 0xFFFFFFF0),
                   "packet 1", "4294967280")

    def test_truncated_packet(self):
        """Its number is printed, and the other packets are translated."""
        packet = rows.udp4()
        cut = struct.pack("<IIII", 0, 0, 40, 92) + packet[:40]
        rest = capture([(1, packet)])
        self.fails(rest + cut + rest[24:], "packet 2", "only 40 of its 92 bytes")
        self.assertEqual(len(self.translated()), 2)
        self.fails(capture([]) + struct.pack("<IIII", 0, 0, 92, 40) + packet, "packet 1",
                   "92 bytes", "of 40")

    def test_malformed_packets(self):
        out, _ = self.run_file(capture([(0, b""), (0, b"\x00"), (0, b"\x45" * 3)]), "--explain")
        self.assertEqual(out.count("dropped, malformed"), 3)

    def test_files_that_cannot_be_opened_or_written(self):
        self.assertIn("No such file", run(*ADDRESSES, "--read", self.input, "--write",
                                          self.output).stderr.decode())
        self.run_file(capture([]))
        result = run(*ADDRESSES, "--read", self.input, "--write", self.input)
        self.assertEqual(result.returncode, 1)
        self.assertIn("at the same time", result.stderr.decode())
        self.assertEqual(os.path.getsize(self.input), 24)
        result = run(*ADDRESSES, "--read", self.input, "--write", "/dev/full")
        self.assertEqual(result.returncode, 1)
        self.assertIn("No space left", result.stderr.decode())

    def test_explain(self):
        fragments = [step[1] for row in rows.rows if row.name == "G5 6to4"
                     for step in row.steps[:1]]
        sent = [rows.udp4(), rows.udp4(ttl=1), rows.sized4(1500)[0], *fragments, rows.native,
                rows.udp4(ends=(rows.C4, "224.0.0.251"))]
        out, _ = self.run_file(capture([(0, packet) for packet in sent]), "--explain")
        self.assertEqual(out.splitlines(), [
            "1: UDP 192.0.0.1 port 40000 > 8.8.8.8 port 53, 92 bytes: "
            "translated, 112 bytes of IPv6",
            "2: UDP 192.0.0.1 port 40000 > 8.8.8.8 port 53, 92 bytes: "
            "dropped, ttl-expired; ICMP 11/0 sent",
            "3: UDP 192.0.0.1 port 40000 > 8.8.8.8 port 53, 1500 bytes: "
            "translated, 2 IPv6 fragments of up to 1280 bytes",
            "4: ICMPv6 64:ff9b::808:808 > 2001:db8:1:2:a:b:c:d, 1280 bytes, fragment at 0: "
            "kept until all fragments have arrived",
            "5: UDP 2001:db8:ffff::1 port 40000 > 2001:db8:1:2:a:b:c:d port 53, 112 bytes: "
            "dropped, bad-source; ICMPv6 1/1 sent",
            "6: UDP 192.0.0.1 port 40000 > 224.0.0.251 port 53, 92 bytes: "
            "dropped, bad-destination",
        ])


class Options(unittest.TestCase):
    def test_help_and_version(self):
        result = run("--help")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        for option in ("--ipv4", "--prefix", "--lowest-ipv6-mtu", "--read", "--explain",
                       "--tun-fd"):
            self.assertIn(option, result.stdout.decode())
        self.assertRegex(run("--version").stdout.decode(), r"^clat-xlat \d+\.\d+")

    def test_invalid_options(self):
        files = ["--read", "-", "--write", "-"]
        for arguments, word in (
                ([], "needed"), (["--nonsense"], "nonsense"), (ADDRESSES, "--read"),
                ([*ADDRESSES, "--read", "-"], "--write"), ([*ADDRESSES, *files, "more"], "argument"),
                ([*ADDRESSES, *files, "--ipv4", "192.0.0.2"], "each --ipv4"),
                ([*ADDRESSES, *files, "--mtu6", "1279"], "1280"),
                ([*ADDRESSES, *files, "--mtu6", "many"], "--mtu6 many"),
                ([*ADDRESSES, *files, "--mtu4", "67"], "68"),
                ([*ADDRESSES, *files, "--lowest-ipv6-mtu", "100"], "1280"),
                ([*PAIR, *files, "--prefix", "64:ff9b::/80"], "32, 40, 48, 56, 64 or 96"),
                ([*PAIR, *files, "--prefix", "64:ff9b::1/96"], "beyond its length"),
                ([*PAIR, *files, "--prefix", "2001:db8:0:0:100::/96"], "64 to 71"),
                ([*ADDRESSES, *files, "--prefix", "64:ff9b::"], "length"),
                (["--ipv4", "300.1.1.1", "--ipv6", rows.C6], "300.1.1.1"),
                (["--ipv4", "224.0.0.1", *ADDRESSES[2:], *files], "IPv4"),
                ([*ADDRESSES[:2], "--ipv6", "ff02::1", *ADDRESSES[4:], *files], "unicast"),
                ([*ADDRESSES, *files, "--ipv4", rows.C4, "--ipv6", "2001:db8::9"], "two pairs")):
            with self.subTest(arguments=arguments):
                result = run(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertEqual(result.stdout, b"")
                self.assertIn(word, result.stderr.decode())


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
