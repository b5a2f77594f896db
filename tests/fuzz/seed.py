#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes seeds for the fuzzers, from the table of packets.

usage: seed.py DIRECTORY; writes to its sub-directories 4to6, 6to4, merge, offline and reassembly.
The corpus of the tree consists of these and later findings, minimized by merging.
"""

import hashlib
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "packet"))
import rows  # noqa: E402
from test_offline import FORMATS, capture  # noqa: E402

LARGEST = 3000


def save(directory, kind, data):
    path = os.path.join(directory, kind)
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, hashlib.sha1(data).hexdigest()), "wb") as file:
        file.write(data)


def packets_input(packets, plan=bytes(4)):
    return plan + b"".join(struct.pack("!H", len(packet)) + packet for packet in packets)


def main(directory):
    for i, row in enumerate(rows.rows):
        packets = [step[1] for step in row.steps][:8]
        if not packets or sum(map(len, packets)) > LARGEST or not packets[0]:
            continue
        kind = {4: "4to6", 6: "6to4"}.get(packets[0][0] >> 4)
        if kind is not None:
            save(directory, kind, packets_input(packets))
            save(directory, kind, packets_input(packets, bytes((i & 0x3F, 4, 0, 0))))
        save(directory, "offline",
             capture([(n, p) for n, p in enumerate(packets)], *FORMATS[i % len(FORMATS)]))
    tcp = rows.ip4(rows.tcp(rows.filled(2000), rows.OUT4), rows.TCP, rows.OUT4)
    udp = rows.udp4(rows.filled(2000))
    save(directory, "4to6", packets_input([tcp], bytes((0, 0x18, 5, 0))))
    save(directory, "4to6", packets_input([udp], bytes((0, 0x28, 5, 0))))
    tcp = rows.ip6(rows.tcp(rows.filled(2000), rows.IN6), rows.TCP, rows.IN6)
    udp = rows.udp6(rows.filled(2000), rows.IN6)
    save(directory, "6to4", packets_input([tcp], bytes((0, 0x18, 5, 0))))
    save(directory, "6to4", packets_input([udp], bytes((0x10, 0x28, 4, 0xC0))))

    first, last = (0, 0, 0, 4, 0, 1, 0), (0, 4, 0, 0, 9, 0, 0)
    for steps in ((first, last), (last, first), (first, first, last),
                  (first, (0, 3, 248, 4, 0, 1, 0), last), (first, (1, 0, 0, 0, 1, 0, 255), last)):
        save(directory, "reassembly", bytes(byte for step in steps for byte in step))

    for way in (0, 1):
        alike, shorter = bytes((100, 2, 12)), bytes((50, 2, 12))
        save(directory, "merge", bytes((way,)) + alike * 20)
        save(directory, "merge", bytes((way,)) + (alike * 3 + shorter) * 5)
        save(directory, "merge", bytes((way,)) + alike * 3 + bytes((100, 0x72, 12)) + alike * 3)


if __name__ == "__main__":
    main(sys.argv[1])
