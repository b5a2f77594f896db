#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules of translation as packets and their expected translations.

Writes the table that the tests of both translators read (rows.txt). A row has a name, the
differences from the default configuration, and steps: one packet in, a verdict, packets out.
"""

import struct
import sys

from packets import *

C4, C6, PEER4 = "192.0.0.1", "2001:db8:1:2:a:b:c:d", "8.8.8.8"
PEER6 = "64:ff9b::808:808"
OUT4, OUT6 = (C4, PEER4), (C6, PEER6)
IN4, IN6 = (PEER4, C4), (PEER6, C6)
OWN4, DUMMY = "192.0.0.8", "192.0.0.8"
ROUTER6 = "2001:db8:ffff::1"
ROUTER = "fd00::1"  # outside every prefix of this table
BODY = bytes(range(48, 112))

rows = []


class Row:
    """One row; each call adds a step."""

    def __init__(self, name, **config):
        self.name, self.steps = name, []
        self.config = {"ipv4": C4, "ipv6": C6, "prefix": "64:ff9b::/96"} | config
        rows.append(self)

    def step(self, packet, verdict, reason, out, time):
        self.steps.append((time, packet, verdict, reason, out))
        return self

    def gives(self, packet, *out, time=0):
        return self.step(packet, "forward", "none", [(p, False) for p in out], time)

    def gives_new_id(self, packet, *out, time=0):
        return self.step(packet, "forward", "none", [(p, True) for p in out], time)

    def drops(self, packet, reason, time=0):
        return self.step(packet, "drop", reason, [], time)

    def answers(self, packet, reason, out, time=0):
        return self.step(packet, "answer", reason, [(out, out[0] >> 4 == 4)], time)

    def replies(self, packet, *out, time=0):
        return self.step(packet, "reply", "none", [(p, True) for p in out], time)

    def holds(self, packet, time=0):
        return self.step(packet, "hold", "none", [], time)


def words(*values):
    """The four bytes of an ICMP header that depend on its type, from two halves."""
    return struct.pack("!HH", *values)


def long(value):
    return struct.pack("!I", value)


def error4(packet, kind, code, rest=bytes(4), tos=0xC0):
    """The ICMP error that the translator sends in response to an IPv4 packet."""
    source = ".".join(str(byte) for byte in packet[12:16])
    return ip4(icmp4(kind, code, rest, packet[:548]), ICMP4, (OWN4, source), tos=tos)


def error6(packet, kind, code, rest=bytes(4)):
    ends = (str(ipaddress.ip_address(packet[24:40])), str(ipaddress.ip_address(packet[8:24])))
    return ip6(icmp6(kind, code, rest, packet[:1232], ends), ICMP6, ends)


def udp4(data=BODY, ends=OUT4, **fields):
    return ip4(udp(data, ends), UDP, ends, **fields)


def udp6(data=BODY, ends=OUT6, hops=63, **fields):
    return ip6(udp(data, ends), UDP, ends, hops=hops, **fields)


def filled(length):
    return bytes(i * 7 & 0xFF for i in range(length))


def sized4(total, **fields):
    """A UDP packet of TOTAL bytes, and its transport part for the other side."""
    data = filled(total - 28)
    return udp4(data, **fields), udp(data, OUT6)


# 2.2 IPv4 to IPv6, header

for tos in (0xB8, 0x03, 0xFF, 0x00):
    Row(f"H46-2 TOS {tos:#x}").gives(udp4(tos=tos), udp6(tc=tos))
Row("H46-3", zero_traffic_class=True).gives(udp4(tos=0xB8), udp6())
Row("H46-4 H46-1").gives(udp4(ident=0xFFFF, df=True), udp6(flow=0))
for ihl, name in ((5, "1480"), (15, "1440")):
    data = filled(1500 - ihl * 4 - 8)
    Row(f"H46-5 IHL {ihl}", mtu6=9000, lowest_ipv6_mtu=9000).gives(
        udp4(data, options=b"\1" * (ihl * 4 - 20)), udp6(data))
    assert len(udp(data, OUT6)) == int(name)
for protocol in (GRE, ESP, AH, NONE, 41, SCTP, 253, 4, 89):
    Row(f"H46-6 protocol {protocol}").gives(
        ip4(BODY, protocol, OUT4), ip6(BODY, protocol, OUT6, hops=63))
Row("H46-6 TCP").gives(ip4(tcp(BODY, OUT4), TCP, OUT4), ip6(tcp(BODY, OUT6), TCP, OUT6, hops=63))
Row("H46-7").gives(udp4(ttl=64), udp6(hops=63)).gives(udp4(ttl=2), udp6(hops=1)).gives(
    udp4(ttl=255), udp6(hops=254))
for ttl in (0, 1):
    packet = udp4(ttl=ttl)
    Row(f"H46-8 I4-1 TTL {ttl}").answers(packet, "ttl-expired", error4(packet, 11, 0))
Row("H46-9 H46-14").gives(udp4(), udp6())
for source in ("127.0.0.1", "0.0.0.0", "224.0.0.5", "240.0.0.1", "255.255.255.255"):
    ends = (source, PEER4)
    Row(f"H46-10 I4-7 source {source}").drops(udp4(ends=ends), "bad-source")
packet = udp4(ends=("10.9.8.7", PEER4))
Row("H46-9 source that is not local").answers(packet, "bad-source", error4(packet, 3, 13))
inner4, inner6 = udp4(ends=IN4), udp6(ends=IN6, hops=64)
for source, mapped in (("127.0.0.1", "64:ff9b::7f00:1"), ("10.9.8.7", "64:ff9b::a09:807")):
    ends6 = (mapped, PEER6)
    Row(f"H46-11 source {source}").gives(
        ip4(icmp4(3, 3, bytes(4), inner4), ICMP4, (source, PEER4)),
        ip6(icmp6(1, 4, bytes(4), inner6, ends6), ICMP6, ends6, hops=63))
for name, options in (
        ("record route", b"\x07\x07\x04\0\0\0\0\0"), ("timestamp", b"\x44\x08\x05\0\0\0\0\0"),
        ("security", b"\x82\x0b" + bytes(9) + b"\0"), ("NOP and EOL", b"\1\1\0\xff"),
        ("router alert", b"\x94\x04\0\0")):
    Row(f"H46-12 G11 {name}").gives(udp4(options=options), udp6())
for kind in (131, 137):
    route = bytes((kind, 7, 4, 10, 0, 0, 1, 0))
    packet = udp4(options=route)
    Row(f"H46-13 I4-3 option {kind} with hops left").answers(
        packet, "source-route", error4(packet, 3, 5))
    Row(f"H46-13 option {kind} expired").gives(
        udp4(options=bytes((kind, 7, 8, 10, 0, 0, 1, 0))), udp6())
    Row(f"H46-13 option {kind} at the end").answers(
        udp4(options=b"\1" + route[:7]), "source-route",
        error4(udp4(options=b"\1" + route[:7]), 3, 5))
Row("H46-12 option longer than the header").drops(udp4(options=b"\x07\x09\x04\0"), "malformed")
Row("H46-12 option without length").drops(udp4(options=b"\1\1\1\x07"), "malformed")
Row("H46-15").drops(udp4(bad_checksum=True), "malformed")

# 2.1, and malformed packets

Row("G9 odd payload").gives(udp4(b"odd"), udp6(b"odd"))
bad4, bad6 = tcp(BODY, OUT4), tcp(BODY, OUT6)
Row("G10 wrong TCP checksum").gives(
    ip4(put(bad4, 16, (int.from_bytes(bad4[16:18], "big") - 1)), TCP, OUT4),
    ip6(put(bad6, 16, (int.from_bytes(bad6[16:18], "big") - 1)), TCP, OUT6, hops=63))
Row("G10 wrong ICMP checksum in an error").drops(
    ip4(put(icmp4(3, 3, bytes(4), inner4), 2, 0x1234), ICMP4, OUT4), "malformed")
Row("G6 CL-F10 multicast and broadcast")
for destination in ("224.0.0.251", "239.1.1.1", "255.255.255.255"):
    rows[-1].drops(udp4(ends=(C4, destination)), "bad-destination")
Row("I4-4 destinations that are refused")
NEVER = ("169.254.1.1", "169.254.169.254", "127.0.0.1", "0.1.2.3", "240.0.0.1", "255.255.255.254",
         "192.0.0.0", "192.0.0.7", "192.0.0.9", "192.0.0.170", "192.0.0.255")
for destination in NEVER:
    packet = udp4(ends=(C4, destination))
    rows[-1].answers(packet, "bad-destination", error4(packet, 3, 13)).drops(
        udp4(ends=("127.0.0.1", destination)), "bad-source").drops(
        ip4(icmp4(3, 3, bytes(4), inner4), ICMP4, (C4, destination)), "bad-destination").drops(
        udp4(ends=(C4, destination), offset=10), "bad-destination")
Row("I4-4 addresses beside those that are refused")
for destination in ("169.253.255.255", "169.255.0.0", "192.0.1.0", "191.255.255.255", "1.0.0.0"):
    ends = (C4, destination)
    rows[-1].gives(udp4(ends=ends), udp6(ends=(C6, f"64:ff9b::{destination}")))
Row("EAM-2 host to itself").drops(udp4(ends=(C4, C4)), "bad-destination")
Row("EAM-2 our own address through the prefix").drops(
    udp6(ends=("64:ff9b::c000:1", C6)), "bad-source").drops(
    udp6(ends=(PEER6, "64:ff9b::c000:1")), "bad-destination")
Row("EAM-1 two pairs", ipv4=f"{C4},192.0.0.2", ipv6=f"{C6},2001:db8:1:2::2").gives(
    udp4(ends=("192.0.0.2", PEER4)), udp6(ends=("2001:db8:1:2::2", PEER6))).gives_new_id(
    udp6(ends=(PEER6, "2001:db8:1:2::2")), udp4(ends=(PEER4, "192.0.0.2"), ttl=62)).drops(
    udp4(ends=("192.0.0.2", C4)), "bad-destination")
pairs = [(C4, C6)] + [(f"192.0.0.{i}", f"2001:db8:a01:20{i}::{i}") for i in (2, 3, 4)]
all_pairs = {"ipv4": ",".join(pair[0] for pair in pairs),
             "ipv6": ",".join(pair[1] for pair in pairs)}
for local4, local6 in pairs:
    Row(f"EAM-1 four pairs {local4}", **all_pairs).gives(
        udp4(ends=(local4, PEER4)), udp6(ends=(local6, PEER6))).gives_new_id(
        udp6(ends=(PEER6, local6)), udp4(ends=(PEER4, local4), ttl=62))
    Row(f"EAM-2 four pairs to {local4}", **all_pairs)
    for other4, _ in pairs:
        mapped = str(ipaddress.ip_address("64:ff9b::") + int(ipaddress.ip_address(other4)))
        rows[-1].drops(udp4(ends=(other4, local4)), "bad-destination").drops(
            udp6(ends=(mapped, local6)), "bad-source")
    Row(f"EAM-2 four pairs inside the prefix to {local4}", prefix="2001:db8::/32", **all_pairs)
    for _, other6 in pairs[1:]:  # As a foreign address they would be 10.1.2.x.
        rows[-1].drops(udp6(ends=(other6, local6)), "bad-source")
# One IPv6 address, three prefixes, of which the second is inside the third.
shared = [("192.0.0.1", "64:ff9b::"), ("192.0.0.2", "2001:db8:64::"), ("192.0.0.3", "2001:db8::")]
shared_pairs = {"ipv4": ",".join(pair[0] for pair in shared), "ipv6": ",".join([C6] * 3),
                "prefix": "64:ff9b::/96,2001:db8:64::/96,2001:db8::/32"}
for local4, prefix in shared:
    peer6 = str(ipaddress.ip_address(prefix) + (0x08080808 << (64 if local4 == "192.0.0.3" else 0)))
    there, back = (C6, peer6), (peer6, C6)
    quoted6, quoted4 = udp6(ends=there, hops=60), udp4(ends=(local4, PEER4), ttl=60)
    Row(f"EAM-1 one IPv6 address, prefix {prefix}", **shared_pairs).gives(
        udp4(ends=(local4, PEER4)), udp6(ends=there)).gives_new_id(
        udp6(ends=back), udp4(ends=(PEER4, local4), ttl=62)).gives_new_id(
        # Of the NAT64, and of a router outside all prefixes.
        ip6(icmp6(3, 0, bytes(4), quoted6, back), ICMP6, back),
        ip4(icmp4(11, 0, bytes(4), quoted4), ICMP4, (PEER4, local4), ttl=63)).gives_new_id(
        ip6(icmp6(2, 0, long(1400), quoted6, (ROUTER, C6)), ICMP6, (ROUTER, C6)),
        ip4(icmp4(3, 4, words(0, 1380), quoted4), ICMP4, (DUMMY, local4), ttl=63))
    # The error of the host, whatever its source, goes to where the packet came from.
    for source4, _ in shared:
        Row(f"EAM-1 one IPv6 address, error to {prefix} from {source4}", **shared_pairs).gives(
            ip4(icmp4(3, 3, bytes(4), udp4(ends=(PEER4, local4))), ICMP4, (source4, PEER4)),
            ip6(icmp6(1, 4, bytes(4), udp6(ends=back, hops=64), there), ICMP6, there, hops=63))
packet = udp4(ends=("192.0.0.5", PEER4))
Row("H46-9 four pairs, another source", **all_pairs).answers(
    packet, "bad-source", error4(packet, 3, 13)).drops(
    udp6(ends=(PEER6, "2001:db8:a01:205::5")), "bad-destination")
Row("malformed IPv4").drops(b"", "malformed").drops(b"\x45", "malformed").drops(
    udp4()[:19], "malformed").drops(udp4(total=2000), "malformed").drops(
    b"\x44" + udp4()[1:], "malformed").drops(ip4(b"", UDP, OUT4, total=10), "malformed").drops(
    b"\x4f" + udp4()[1:30], "malformed").drops(b"\x25" + udp4()[1:], "malformed")
Row("malformed transport").drops(ip4(b"1234567", UDP, OUT4), "malformed").drops(
    ip4(b"1234567", ICMP4, OUT4), "malformed").drops(ip4(BODY[:19], TCP, OUT4), "malformed").drops(
    ip6(b"1234567", UDP, IN6), "malformed").drops(ip6(BODY[:11], DCCP, IN6), "malformed")
Row("padding of the link").gives(udp4() + b"padding", udp6()).gives_new_id(
    udp6(ends=IN6) + b"padding", udp4(ends=IN4, ttl=62))
Row("protocols of the other family").drops(ip4(BODY, ICMP6, OUT4), "protocol").drops(
    ip6(BODY, ICMP4, IN6), "protocol").drops(ip6(BODY, IGMP, IN6), "protocol").drops(
    ip6(fragment(ICMP4, 0, 1, 7) + BODY, FRAGMENT, IN6), "protocol")

# 2.3 IPv4 to IPv6, size and fragments

for mtu6, total in ((1500, 1480), (1280, 1260), (1492, 1472)):
    packet, transport = sized4(total, df=True)
    Row(f"F46-1 {total} through {mtu6}", mtu6=mtu6).gives(
        packet, ip6(transport, UDP, OUT6, hops=63))
    packet, _ = sized4(total + 1, df=True)
    Row(f"F46-1 F46-2 I4-2 {total + 1} through {mtu6}", mtu6=mtu6).answers(
        packet, "too-big", error4(packet, 3, 4, words(0, mtu6 - 20)))


def pieces(transport, ident, sizes, *, protocol=UDP, start=0, more=False, **fields):
    """The IPv6 fragments with SIZES bytes of data each."""
    result, at = [], 0
    for size in sizes:
        last = at + size == len(transport)
        head = fragment(protocol, start + at, more or not last, ident)
        result.append(ip6(head + transport[at:at + size], FRAGMENT, OUT6, hops=63, **fields))
        at += size
    assert at == len(transport)
    return result


packet, transport = sized4(1260)
Row("F46-3 1260").gives(packet, ip6(transport, UDP, OUT6, hops=63))
packet, transport = sized4(1261, ident=0x04D2)
Row("F46-3 F46-11 1261").gives(packet, *pieces(transport, 0x04D2, (1232, 9)))
assert [len(p) for p in pieces(transport, 0, (1232, 9))] == [1280, 57]
packet, transport = sized4(1500, ident=0xFFFF, tos=0x2E)
Row("F46-3 1500").gives(packet, *pieces(transport, 0xFFFF, (1232, 248), tc=0x2E))
for lowest, size in ((1280, 1232), (1492, 1440), (1500, 1448)):
    packet, transport = sized4(1600)
    Row(f"F46-4 F46-6 lowest {lowest}", lowest_ipv6_mtu=lowest).gives(
        packet, *pieces(transport, 0, (size, 1580 - size)))
packet, transport = sized4(1480)
Row("F46-5 1480", lowest_ipv6_mtu=1500).gives(packet, ip6(transport, UDP, OUT6, hops=63))
packet, transport = sized4(1500)
Row("F46-5 1500", lowest_ipv6_mtu=1500).gives(packet, *pieces(transport, 0, (1448, 32)))
packet, transport = sized4(1500)
Row("F46-3 lowest above the MTU of the link", lowest_ipv6_mtu=1500, mtu6=1400).gives(
    packet, *pieces(transport, 0, (1352, 128)))
packet, transport = sized4(30000, ident=5)
Row("F46-3 30000").gives(packet, *pieces(transport, 5, [1232] * 24 + [29980 - 24 * 1232]))
packet, transport = sized4(65535, ident=5)
Row("F46-3 65535").gives(packet, *pieces(transport, 5, [1232] * 53 + [65515 - 53 * 1232]))
Row("F46-7").gives(udp4(filled(72)), udp6(filled(72)))
Row("F46-8 DF and MF").gives(
    ip4(udp(BODY, OUT4), UDP, OUT4, df=True, mf=True, ident=9),
    *pieces(udp(BODY, OUT6), 9, (72,), more=True))
packet, transport = sized4(1400, df=True)
Row("F46-9").gives(packet, ip6(transport, UDP, OUT6, hops=63))
data = filled(1232)
Row("F46-10 fragment of 1252").gives(
    ip4(data, TCP, OUT4, mf=True, offset=2464, ident=1),
    *pieces(data, 1, (1232,), protocol=TCP, start=2464, more=True))
Row("F46-11").gives(ip4(BODY, UDP, OUT4, mf=True, offset=640, ident=0x04D2),
                    *pieces(BODY, 0x04D2, (64,), start=640, more=True)).gives(
    ip4(BODY, UDP, OUT4, offset=640, ident=0x04D2), *pieces(BODY, 0x04D2, (64,), start=640))
data = filled(1248)
Row("F46-12").gives(ip4(data, UDP, OUT4, mf=True, offset=1480, ident=3),
                    *pieces(data, 3, (1232, 16), start=1480, more=True)).gives(
    ip4(data, UDP, OUT4, offset=1480, ident=3), *pieces(data, 3, (1232, 16), start=1480))
data = filled(1452)
Row("F46-13 fragment of 1472").gives(
    ip4(data, UDP, OUT4, offset=1480, ident=3, df=True), *pieces(data, 3, (1452,), start=1480))
first = udp(filled(1448 + 1000), OUT4)[:1456]
packet = ip4(first, UDP, OUT4, mf=True, df=True)
Row("F46-13 first fragment of 1476").answers(
    packet, "too-big", error4(packet, 3, 4, words(0, 1472)))
Row("F46-13 I4-7 later fragment of 1473").drops(
    ip4(filled(1453), UDP, OUT4, offset=1480, df=True), "too-big")
Row("I4-7 later fragment with TTL 1").drops(
    ip4(BODY, UDP, OUT4, offset=1480, ttl=1), "ttl-expired")
Row("fragment beyond the largest packet").drops(
    ip4(filled(1400), UDP, OUT4, offset=65528, ident=3), "too-big")
Row("fragment too small for its transport header").drops(
    ip4(tcp(BODY, OUT4)[:16], TCP, OUT4, mf=True), "fragment").drops(
    ip6(fragment(TCP, 0, 1, 7) + tcp(BODY, IN6)[:16], FRAGMENT, IN6), "fragment")

# 2.4 IPv4 to IPv6, ICMP

for kind4, kind6 in ((8, 128), (0, 129)):
    Row(f"2.4 echo {kind4}").gives(
        ip4(icmp4(kind4, 0, words(0x1234, 1), b"abcdefgh"), ICMP4, OUT4),
        ip6(icmp6(kind6, 0, words(0x1234, 1), b"abcdefgh", OUT6), ICMP6, OUT6, hops=63))
wrong = put(icmp4(8, 0, words(1, 1), BODY), 2, 0x4321)
difference = 0x4321 - int.from_bytes(icmp4(8, 0, words(1, 1), BODY)[2:4], "big")
right6 = icmp6(128, 0, words(1, 1), BODY, OUT6)
value = int.from_bytes(right6[2:4], "big") + difference
Row("G10 wrong checksum of an echo").gives(
    ip4(wrong, ICMP4, OUT4),
    ip6(put(right6, 2, value % 0xFFFF), ICMP6, OUT6, hops=63))
for kind in (15, 16, 13, 14, 17, 18, 9, 10, 4, 5, 6, 30, 37, 40, 42, 43, 1, 2, 255):
    Row(f"2.4 type {kind}").drops(
        ip4(icmp4(kind, 0, bytes(4), inner4), ICMP4, OUT4), "icmp-type")
Row("2.4 IGMP").drops(ip4(b"\x16\0\x09\4\xe0\0\0\xfb", IGMP, OUT4), "protocol").drops(
    ip4(b"\x16\0\x09\4\xe0\0\0\xfb", IGMP, OUT4, ttl=1), "protocol")


def error_4to6(kind4, code4, rest4, kind6, code6, rest6, old=None, new=None):
    return (ip4(icmp4(kind4, code4, rest4, inner4 if old is None else old), ICMP4, OUT4),
            ip6(icmp6(kind6, code6, rest6, inner6 if new is None else new, OUT6), ICMP6, OUT6,
                hops=63))


for code4, kind6, code6, rest6 in (
        (0, 1, 0, 0), (1, 1, 0, 0), (2, 4, 1, 6), (3, 1, 4, 0), (5, 1, 0, 0), (6, 1, 0, 0),
        (7, 1, 0, 0), (8, 1, 0, 0), (9, 1, 1, 0), (10, 1, 1, 0), (11, 1, 0, 0), (12, 1, 0, 0),
        (13, 1, 1, 0), (15, 1, 1, 0)):
    Row(f"2.4 type 3/{code4}").gives(
        *error_4to6(3, code4, bytes(4), kind6, code6, long(rest6)))
for code in (14, 16, 17, 255):
    Row(f"2.4 type 3/{code}").drops(error_4to6(3, code, bytes(4), 1, 0, bytes(4))[0],
                                    "icmp-type")
for code in (0, 1):
    Row(f"2.4 type 11/{code}").gives(*error_4to6(11, code, bytes(4), 3, code, bytes(4)))
Row("2.4 type 11/2").drops(error_4to6(11, 2, bytes(4), 3, 0, bytes(4))[0], "icmp-type")
POINTERS_4TO6 = {0: 0, 1: 1, 2: 4, 3: 4, 8: 7, 9: 6, 12: 8, 13: 8, 14: 8, 15: 8, 16: 24, 17: 24,
                 18: 24, 19: 24}
for code in (0, 2):
    for pointer in (*range(21), 255):
        row = Row(f"2.4 type 12/{code} pointer {pointer}")
        packet, expected = error_4to6(12, code, bytes((pointer, 0, 0, 0)), 4, 0,
                                      long(POINTERS_4TO6.get(pointer, 0)))
        if pointer in POINTERS_4TO6:
            row.gives(packet, expected)
        else:
            row.drops(packet, "icmp-type")
for code in (1, 3, 4):
    Row(f"2.4 type 12/{code}").drops(error_4to6(12, code, bytes(4), 4, 0, bytes(4))[0],
                                     "icmp-type")

# 2.5 MTU in 3/4 to 2/0

for mtu, inner, mtu6, mtu4, result in (
        (1480, 92, 1500, 1500, 1500), (1400, 92, 1500, 1500, 1420), (1261, 92, 1500, 1500, 1281),
        (1260, 92, 1500, 1500, 1280), (1259, 92, 1500, 1500, 1280), (68, 92, 1500, 1500, 1280),
        (65535, 92, 1500, 1500, 1500), (9000, 92, 9000, 1400, 1420), (0, 1500, 1500, 1500, 1500),
        (0, 1400, 1500, 1500, 1280), (0, 576, 1500, 1500, 1280), (0, 1500, 9000, 9000, 1512),
        (0, 9000, 9000, 9000, 8186)):
    old = ip4(udp(BODY, IN4), UDP, IN4, total=inner)
    new = ip6(udp(BODY, IN6), UDP, IN6, length=inner - 20)
    Row(f"2.5 MTU {mtu} inner {inner} M6 {mtu6} M4 {mtu4}", mtu6=mtu6, mtu4=mtu4).gives(
        *error_4to6(3, 4, words(0, mtu), 2, 0, long(result), old, new))

# 2.6 ICMPv4 errors: inner packet and extensions

Row("E46-1").gives(*error_4to6(3, 3, bytes(4), 1, 4, bytes(4), udp4(ends=IN4, ttl=1, tos=0xB8),
                               udp6(ends=IN6, hops=1, tc=0xB8)))
packet, expected = error_4to6(3, 3, bytes(4), 1, 4, bytes(4), inner4[:28], inner6[:48])
Row("E46-2 E46-5 eight bytes of UDP").gives(packet, expected)
assert len(packet) == 56 and len(expected) == 96
old = ip4(tcp(filled(1460), IN4), TCP, IN4)[:48]
new = ip6(tcp(filled(1460), IN6), TCP, IN6)[:68]
Row("E46-3").gives(*error_4to6(3, 3, bytes(4), 1, 4, bytes(4), old, new))
for quoted in (20, 21, 27, 29, 41, 91):
    # The checksum is in bytes 26 and 27; if it is not quoted, nothing is adjusted.
    Row(f"E46-2 E46-5 {quoted} bytes quoted").gives(*error_4to6(
        3, 3, bytes(4), 1, 4, bytes(4), inner4[:quoted],
        (inner6 if quoted > 27 else inner6[:46] + inner4[26:27])[:quoted + 20]))
nested = ip4(icmp4(3, 1, bytes(4), inner4), ICMP4, IN4)
Row("E46-4").drops(error_4to6(3, 3, bytes(4), 1, 4, bytes(4), nested, b"")[0], "icmp-error")
old, new = (ip4(tcp(BODY, IN4), TCP, IN4)[:28], ip6(tcp(BODY, IN6), TCP, IN6)[:48])
Row("E46-5 eight bytes of TCP").gives(*error_4to6(11, 0, bytes(4), 3, 0, bytes(4), old, new))
Row("E46-5 UDP without checksum").gives(*error_4to6(
    3, 3, bytes(4), 1, 4, bytes(4), ip4(udp(BODY, IN4, zero=True), UDP, IN4),
    ip6(udp(BODY, IN6, zero=True), UDP, IN6)))
Row("E46-5 echo").gives(*error_4to6(
    3, 1, bytes(4), 1, 0, bytes(4), ip4(icmp4(8, 0, words(1, 2), BODY), ICMP4, IN4),
    ip6(icmp6(128, 0, words(1, 2), BODY, IN6), ICMP6, IN6)))
Row("E46-5 timestamp").drops(error_4to6(
    3, 1, bytes(4), 1, 0, bytes(4), ip4(icmp4(13, 0, words(1, 2), BODY), ICMP4, IN4), b"")[0],
    "icmp-error")
Row("E46-5 other protocol, options").gives(*error_4to6(
    3, 1, bytes(4), 1, 0, bytes(4), ip4(BODY, GRE, IN4, options=b"\1\1\1\0"),
    ip6(BODY, GRE, IN6)))
old = ip4(udp(filled(1472), IN4)[:1400], UDP, IN4, mf=True, ident=77)[:92]
new = ip6(fragment(UDP, 0, 1, 77) + udp(filled(1472), IN6)[:1400], FRAGMENT, IN6)[:120]
Row("E46-6 first fragment").gives(*error_4to6(11, 1, bytes(4), 3, 1, bytes(4), old, new))
old = ip4(BODY, ICMP4, IN4, offset=1480, ident=77)
new = ip6(fragment(ICMP6, 1480, 0, 77) + BODY, FRAGMENT, IN6)
Row("E46-6 later fragment of ICMP").gives(
    *error_4to6(11, 1, bytes(4), 3, 1, bytes(4), old, new))
old = udp4(ends=("198.51.100.2", C4))
new = udp6(ends=("64:ff9b::c633:6402", C6), hops=64)
Row("E46-7").gives(*error_4to6(3, 3, bytes(4), 1, 4, bytes(4), old, new))

OBJECT = struct.pack("!HBB", 8, 1, 1) + b"MPLS"
big4, big6 = udp4(filled(300), IN4), udp6(filled(300), IN6, hops=64)
for words4, words6, name in ((33, 19, "33 words"), (32, 19, "32 words")):
    # Growing by 20 bytes, then padded to a multiple of 8.
    old = big4[:words4 * 4] + extensions(OBJECT)
    new = padded(big6[:words4 * 4 + 20], words6 * 8) + extensions(OBJECT)
    for kind4, kind6, code6 in ((3, 1, 4), (11, 3, 0)):
        Row(f"E46-8 E46-10 {name}, type {kind4}").gives(*error_4to6(
            kind4, 3 if kind4 == 3 else 0, bytes((0, words4, 0, 0)), kind6, code6,
            bytes((words6, 0, 0, 0)), old, new))
old, new = big4[:132], padded(big6[:152], 152)
Row("E46-8 length without extension").gives(
    *error_4to6(3, 3, bytes((0, 33, 0, 0)), 1, 4, bytes((19, 0, 0, 0)), old, new))
Row("E46-8 invalid length").gives(
    *error_4to6(3, 3, bytes((0, 200, 0, 0)), 1, 4, bytes(4), big4[:132], big6[:152]))
Row("E46-10 wrong checksum of the extension").gives(*error_4to6(
    3, 3, bytes((0, 33, 0, 0)), 1, 4, bytes((19, 0, 0, 0)),
    big4[:132] + extensions(OBJECT, True), big6[:152] + extensions(OBJECT, True)))
for kind4, code4, rest4, kind6, code6, rest6 in (
        (3, 4, bytes((0, 33, 5, 120)), 2, 0, long(1420)), (3, 2, bytes((0, 33, 0, 0)), 4, 1, long(6)),
        (12, 0, bytes((9, 33, 0, 0)), 4, 0, long(6))):
    Row(f"E46-11 type {kind4}/{code4}").gives(*error_4to6(
        kind4, code4, rest4, kind6, code6, rest6, big4[:132] + extensions(OBJECT), big6[:152]))
huge4, huge6 = udp4(filled(1444), IN4), udp6(filled(1444), IN6, hops=64)
packet, expected = error_4to6(3, 3, bytes(4), 1, 4, bytes(4), huge4, huge6[:1232])
Row("E46-12").gives(packet, expected)
assert len(packet) == 1500 and len(expected) == 1280
long_object = struct.pack("!HBB", 404, 9, 9) + filled(400)
old = huge4[:1000] + extensions(long_object)
field = (1232 - 408) // 8 * 8
Row("E46-9 E46-12 quoted packet truncated, extension kept").gives(*error_4to6(
    3, 3, bytes((0, 250, 0, 0)), 1, 4, bytes((field // 8, 0, 0, 0)), old,
    huge6[:field] + extensions(long_object)))
long_object = struct.pack("!HBB", 1204, 9, 9) + filled(1200)
old = huge4[:128] + extensions(long_object)
Row("E46-9 extension omitted").gives(*error_4to6(
    3, 3, bytes((0, 32, 0, 0)), 1, 4, bytes(4), old, huge6[:148]))

# 2.7 ICMPv4 errors that the translator sends

packet = udp4(filled(1000), ttl=1)
Row("I4-8").answers(packet, "ttl-expired", error4(packet, 11, 0))
assert len(error4(packet, 11, 0)) == 576
packet = udp4(ttl=1)
Row("I4-9", own_ipv4="192.168.255.1").answers(
    packet, "ttl-expired",
    ip4(icmp4(11, 0, bytes(4), packet), ICMP4, ("192.168.255.1", C4), tos=0xC0))
Row("I4-5").drops(ip4(icmp4(3, 3, bytes(4), inner4), ICMP4, OUT4, ttl=1), "ttl-expired")
packet = ip4(icmp4(8, 0, words(1, 1), BODY), ICMP4, OUT4, ttl=1, tos=0x10)
Row("I4-1 echo").answers(packet, "ttl-expired", error4(packet, 11, 0, tos=0xD0))
Row("I4-6 off", no_ipv4_errors=True).drops(udp4(ttl=1), "ttl-expired")
packet = udp4(ttl=1)
row = Row("I4-6 limited")
for _ in range(50):
    row.answers(packet, "ttl-expired", error4(packet, 11, 0))
for _ in range(50):
    row.drops(packet, "ttl-expired")
row.answers(packet, "ttl-expired", error4(packet, 11, 0), time=0.021)
row.drops(packet, "ttl-expired", time=0.022)

# The translator's own address

own = {"ipv4": "192.0.0.2", "own_ipv4": "192.0.0.1"}
TO_OWN, FROM_OWN = ("192.0.0.2", "192.0.0.1"), ("192.0.0.1", "192.0.0.2")


def echo(kind, ends, data=BODY, **fields):
    return ip4(icmp4(kind, 0, words(7, 1), data), ICMP4, ends, **fields)


def own_error(packet, kind, code):
    return ip4(icmp4(kind, code, bytes(4), packet[:548]), ICMP4, FROM_OWN, tos=0xC0)


for name, fields in (("", {}), (" TTL 1", {"ttl": 1}), (" TOS", {"tos": 0xB8}),
                     (" options", {"options": b"\1\1\1\0"})):
    Row(f"own address: echo{name}", **own).replies(
        echo(8, TO_OWN, **fields), echo(0, FROM_OWN, tos=fields.get("tos", 0)))
Row("own address with the strict well-known prefix", strict_well_known_prefix=True,
    **own).replies(echo(8, TO_OWN), echo(0, FROM_OWN))
whole = icmp4(8, 0, words(7, 1), filled(2000))
answer = icmp4(0, 0, words(7, 1), filled(2000))
Row("own address: echo in fragments", **own).holds(
    ip4(whole[:1480], ICMP4, TO_OWN, mf=True, ident=9)).replies(
    ip4(whole[1480:], ICMP4, TO_OWN, offset=1480, ident=9),
    ip4(answer[:1480], ICMP4, FROM_OWN, mf=True), ip4(answer[1480:], ICMP4, FROM_OWN, offset=1480))
Row("own address: echo with a wrong checksum", **own).drops(
    ip4(put(icmp4(8, 0, words(7, 1), BODY), 2, 0x1234), ICMP4, TO_OWN), "malformed")
Row("own address: echo reply", **own).drops(echo(0, TO_OWN), "bad-destination")
Row("own address: ICMP error", **own).drops(
    ip4(icmp4(3, 3, bytes(4), udp4(ends=FROM_OWN)), ICMP4, TO_OWN), "bad-destination")
Row("own address: echo from another host", **own).answers(
    echo(8, ("10.0.0.1", "192.0.0.1")), "bad-source",
    ip4(icmp4(3, 13, bytes(4), echo(8, ("10.0.0.1", "192.0.0.1"))), ICMP4,
        ("192.0.0.1", "10.0.0.1"), tos=0xC0))
for name, packet, code in (
        ("UDP", udp4(ends=TO_OWN), 3), ("TCP", ip4(tcp(BODY, TO_OWN), TCP, TO_OWN), 3),
        ("UDP, TTL 1", udp4(ends=TO_OWN, ttl=1), 3), ("SCTP", ip4(BODY, SCTP, TO_OWN), 3),
        ("GRE", ip4(BODY, GRE, TO_OWN), 2)):
    Row(f"own address: {name}", **own).answers(packet, "bad-destination",
                                               own_error(packet, 3, code))
row = Row("own address: errors are limited", **own)
packet = udp4(ends=TO_OWN)
for _ in range(50):
    row.answers(packet, "bad-destination", own_error(packet, 3, 3))
row.drops(packet, "bad-destination")

# 2.8 IPv4 to IPv6, transport

Row("T46-1").gives(ip4(tcp(BODY, OUT4), TCP, OUT4), ip6(tcp(BODY, OUT6), TCP, OUT6, hops=63))
NEUTRAL = "2001:db8:1:2:a:b:c:9224"
Row("T46-1 neutral addresses", ipv6=NEUTRAL).gives(
    ip4(tcp(BODY, OUT4), TCP, OUT4), ip6(tcp(BODY, OUT4), TCP, (NEUTRAL, PEER6), hops=63))
zero = b"\x25\x6b"
Row("T46-2 2.14 result zero").gives(udp4(zero), udp6(zero))
packet = ip4(udp(BODY, OUT4, zero=True), UDP, OUT4)
Row("T46-3 b").gives(packet, udp6())
Row("T46-3 a", drop_udp_without_checksum=True).answers(
    packet, "no-checksum", error4(packet, 3, 13))
Row("T46-3 b result zero").gives(
    ip4(udp(zero, OUT4, zero=True), UDP, OUT4), udp6(zero))
packet = ip4(udp(filled(1472), OUT4, zero=True), UDP, OUT4, ident=6)
Row("T46-3 b larger than one packet").gives(
    packet, *pieces(udp(filled(1472), OUT6), 6, (1232, 248)))
Row("T46-3 length beyond the packet").drops(
    ip4(put(udp(BODY, OUT4, zero=True), 4, 100), UDP, OUT4), "malformed")
first = ip4(udp(filled(1600), OUT4, zero=True)[:1480], UDP, OUT4, mf=True, ident=4)
rest = ip4(udp(filled(1600), OUT4, zero=True)[1480:], UDP, OUT4, offset=1480, ident=4)
Row("T46-4").holds(first)
Row("T46-4 without reassembly", no_reassembly=True).answers(
    first, "no-checksum", error4(first, 3, 13))
Row("T46-4 whole").holds(first).gives(
    rest, *pieces(udp(filled(1600), OUT6), 4, (1232, 376)))
Row("T46-5").gives(rest, *pieces(udp(filled(1600), OUT6)[1480:], 4, (128,), start=1480))
first = udp(filled(1600), OUT4)
Row("T46-2 first fragment").gives(
    ip4(first[:1200], UDP, OUT4, mf=True, ident=4),
    *pieces(udp(filled(1600), OUT6)[:1200], 4, (1200,), more=True))
Row("T46-6 DCCP").gives(ip4(dccp(BODY, OUT4), DCCP, OUT4), ip6(dccp(BODY, OUT6), DCCP, OUT6, hops=63))
Row("T46-6 UDP-Lite").gives(ip4(udplite(BODY, OUT4), UDPLITE, OUT4),
                            ip6(udplite(BODY, OUT6), UDPLITE, OUT6, hops=63))
Row("T46-6 UDP-Lite without checksum").drops(
    ip4(put(udplite(BODY, OUT4), 6, 0), UDPLITE, OUT4), "no-checksum")
Row("T46-7").gives(ip4(BODY, SCTP, OUT4), ip6(BODY, SCTP, OUT6, hops=63))

# 2.9 IPv6 to IPv4, header


def small4(data=BODY, **fields):
    return udp4(data, IN4, ttl=63, **fields)


def small6(data=BODY, **fields):
    return udp6(data, IN6, hops=64, **fields)


Row("H64-1 H64-10 H64-11 H64-14").gives_new_id(small6(), small4())
for tc in (0xB8, 0x03, 0xFF):
    Row(f"H64-2 traffic class {tc:#x}").gives_new_id(small6(tc=tc), small4(tos=tc))
Row("H64-3", zero_traffic_class=True).gives_new_id(small6(tc=0xB8), small4())
Row("flow label").gives_new_id(small6(flow=0xFFFFF), small4())
data = filled(1452)
Row("H64-4").gives(small6(data), small4(data, df=True))
Row("H64-5").gives_new_id(small6(), small4()).gives_new_id(small6(), small4())
for size, df in ((1280, False), (1281, True)):
    data = filled(size - 48)
    row = Row(f"H64-7 H64-6 {size}")
    (row.gives if df else row.gives_new_id)(small6(data), small4(data, df=df))
packet = udp6(ends=IN6, hops=1)
Row("H64-8 I6-1").answers(packet, "ttl-expired", error6(packet, 3, 0)).gives_new_id(
    udp6(ends=IN6, hops=2), udp4(ends=IN4, ttl=1))
packet = ip6(icmp6(128, 0, words(1, 1), BODY, IN6), ICMP6, IN6, hops=1)
Row("H64-8 echo").answers(packet, "ttl-expired", error6(packet, 3, 0))
chain = options_header(DESTINATION) + options_header(TCP, 16)
Row("H64-9 H64-12 chain 0, 60, 6").gives_new_id(
    ip6(chain + tcp(BODY, IN6), HOP_BY_HOP, IN6), ip4(tcp(BODY, IN4), TCP, IN4, ttl=63))
for protocol in (NONE, AH, ESP, GRE, SCTP, 253, 135):
    Row(f"H64-9 next header {protocol}").gives_new_id(
        ip6(BODY, protocol, IN6), ip4(BODY, protocol, IN4, ttl=63))
for source in ("::1", "::", "ff02::1", "::ffff:8.8.8.8", C6):
    Row(f"H64-10 I6-7 source {source}").drops(udp6(ends=(source, C6)), "bad-source")
for source in ("224.0.0.1", "255.255.255.255", "0.0.0.0", *NEVER):
    for prefix, mapped in (("64:ff9b::/96", f"64:ff9b::{source}"),
                           ("2001:db8:64::/96", f"2001:db8:64::{source}")):
        ends = (mapped, C6)
        Row(f"H64-10 source {source} through {prefix}", prefix=prefix).drops(
            udp6(ends=ends), "bad-source")
Row("H64-11 other destination").drops(udp6(ends=(PEER6, "2001:db8::9")), "bad-destination").drops(
    udp6(ends=(PEER6, "ff02::1")), "bad-destination")
Row("H64-12 destination options").gives_new_id(
    ip6(options_header(UDP) + udp(BODY, IN6), DESTINATION, IN6), small4())
Row("H64-12 routing header without segments left").gives_new_id(
    ip6(routing_header(UDP, 0) + udp(BODY, IN6), ROUTING, IN6), small4())
Row("H64-12 header longer than the packet").drops(
    ip6(options_header(UDP, 16)[:8] + bytes(4), DESTINATION, IN6), "malformed")
packet = ip6(routing_header(UDP, 1) + udp(BODY, IN6), ROUTING, IN6)
Row("H64-13 I6-3 pointer 43").answers(packet, "source-route", error6(packet, 4, 0, long(43)))
packet = ip6(options_header(ROUTING) + routing_header(UDP, 2) + udp(BODY, IN6), HOP_BY_HOP, IN6)
Row("H64-13 I6-3 pointer 51").answers(packet, "source-route", error6(packet, 4, 0, long(51)))
native = udp6(ends=(ROUTER6, C6))
Row("H64-15 I6-4").answers(native, "bad-source", error6(native, 1, 1))
Row("H64-15 link-local source").drops(udp6(ends=("fe80::1", C6)), "bad-source")
Row("malformed IPv6").drops(small6()[:39], "malformed").drops(small6()[:-1], "malformed").drops(
    b"\x60", "malformed")

# 2.10 IPv6 to IPv4, fragments and size


def fragment6(data, protocol=UDP, offset=0, more=False, ident=0x01020408, chain=b"", first=None,
              **fields):
    payload = chain + fragment(protocol, offset, more, ident) + data
    return ip6(payload, FRAGMENT if first is None else first, IN6, **fields)


def fragment4(data, protocol=UDP, **fields):
    return ip4(data, protocol, IN4, ttl=63, ident=0x0408, **fields)


data = filled(1240)
packet = fragment6(data, offset=640, more=True)
Row("F64-1 F64-2 F64-4 F64-5").gives(packet, fragment4(data, offset=640, mf=True))
Row("F64-1 header before the fragment header").gives(
    fragment6(BODY, offset=640, chain=options_header(FRAGMENT), first=HOP_BY_HOP),
    fragment4(BODY, offset=640))
data = filled(1460)
Row("F64-3", mtu6=1520).gives(fragment6(data[:1456], offset=8, more=True),
                             fragment4(data[:1456], offset=8, mf=True)).gives(
    fragment6(data, offset=8), fragment4(data, offset=8))
Row("F64-5 first fragment").gives(
    fragment6(udp(filled(1600), IN6)[:1200], more=True),
    fragment4(udp(filled(1600), IN4)[:1200], mf=True))
for protocol, name in ((HOP_BY_HOP, "hop-by-hop"), (DESTINATION, "destination options"),
                       (ROUTING, "routing"), (AH, "AH"), (FRAGMENT, "fragment")):
    packet = fragment6(options_header(UDP) + udp(BODY, IN6), protocol, more=True)
    Row(f"F64-6 {name}").answers(packet, "extension-header", error6(packet, 1, 1))
Row("F64-6 ESP").gives(fragment6(BODY, ESP, more=True), fragment4(BODY, ESP, mf=True))
Row("F64-7").gives(fragment6(udp(BODY, IN6)), fragment4(udp(BODY, IN4)))
data = filled(1400)
Row("F64-7 above 1280").gives(fragment6(udp(data, IN6)), fragment4(udp(data, IN4)))
Row("F64-7 echo").gives(
    fragment6(icmp6(128, 0, words(1, 1), BODY, IN6), ICMP6),
    fragment4(icmp4(8, 0, words(1, 1), BODY), ICMP4))
data = filled(1232)
transport = udp(data, IN4)
Row("F64-8", mtu4=1000).gives_new_id(
    small6(data), ip4(transport[:976], UDP, IN4, ttl=63, mf=True),
    ip4(transport[976:], UDP, IN4, ttl=63, offset=976))
Row("F64-8 fragment", mtu4=1000).gives(
    fragment6(filled(1224), offset=80, more=True),
    fragment4(filled(1224)[:976], offset=80, mf=True),
    fragment4(filled(1224)[976:], offset=1056, mf=True))
packet = small6(filled(1421 - 48))
Row("F64-9 I6-2", mtu4=1400).answers(packet, "too-big", error6(packet, 2, 0, long(1420)))
packet = small6(filled(1420 - 48))
Row("F64-9 fits", mtu4=1400).gives(packet, small4(filled(1420 - 48), df=True))
packet = small6(filled(1281 - 48))
Row("I6-2 never below 1280", mtu4=1000).answers(
    packet, "too-big", error6(packet, 2, 0, long(1280)))
packet = ip6(icmp6(128, 0, words(1, 1), filled(1380), IN6), ICMP6, IN6)
Row("I6-2 echo", mtu4=1400).answers(packet, "too-big", error6(packet, 2, 0, long(1420)))

# A packet of the CLAT that the link refuses, because the CLAT shares the host's address and the
# host has the same connection, or the protocol has no ports: it comes back.


def refusal(code, quoted):
    return ip4(icmp4(3, code, bytes(4), quoted), ICMP4, IN4, ttl=63)


Row("RFC 7915 5.2 refused port").answers(
    udp6(ends=OUT6), "shared-address", refusal(3, udp4(ends=OUT4, ttl=63)))
Row("RFC 7915 5.2 refused protocol").answers(
    ip6(BODY, GRE, OUT6, hops=63), "shared-address",
    refusal(10, ip4(BODY, GRE, OUT4, ttl=63)))
packet = icmp6(1, 4, bytes(4), udp6(ends=IN6), OUT6)
Row("RFC 4443 2.4 refused error is not answered").drops(
    ip6(packet, ICMP6, OUT6, hops=63), "shared-address")
Row("RFC 4443 2.4 refused later fragment is not answered").drops(
    ip6(fragment(UDP, 80, False, 1) + BODY, FRAGMENT, OUT6, hops=63), "shared-address")

# 2.11 IPv6 to IPv4, ICMP

for kind6, kind4 in ((128, 8), (129, 0)):
    Row(f"2.11 echo {kind6}").gives_new_id(
        ip6(icmp6(kind6, 0, words(0x1234, 1), b"abcdefgh", IN6), ICMP6, IN6),
        ip4(icmp4(kind4, 0, words(0x1234, 1), b"abcdefgh"), ICMP4, IN4, ttl=63))
Row("2.11 echo reply of zeroes").gives_new_id(
    ip6(icmp6(129, 0, words(0, 0), bytes(56), IN6), ICMP6, IN6),
    ip4(icmp4(0, 0, words(0, 0), bytes(56)), ICMP4, IN4, ttl=63))
inner4, inner6 = udp4(), udp6(hops=64)
for kind in (130, 131, 132, 133, 134, 135, 136, 137, 143, 160, 255, 100, 101, 127, 0, 5):
    Row(f"2.11 type {kind}").drops(
        ip6(icmp6(kind, 0, bytes(4), inner6, IN6), ICMP6, IN6), "icmp-type")


def error_6to4(kind6, code6, rest6, kind4, code4, rest4, old=None, new=None, ends=IN6,
               source=PEER4):
    return (ip6(icmp6(kind6, code6, rest6, inner6 if old is None else old, ends), ICMP6, ends),
            ip4(icmp4(kind4, code4, rest4, inner4 if new is None else new), ICMP4, (source, C4),
                ttl=63))


for code6, code4 in ((0, 1), (1, 10), (2, 1), (3, 1), (4, 3)):
    Row(f"2.11 type 1/{code6}").gives_new_id(
        *error_6to4(1, code6, bytes(4), 3, code4, bytes(4)))
for code in (5, 6, 7, 255):
    Row(f"2.11 type 1/{code}").drops(error_6to4(1, code, bytes(4), 3, 1, bytes(4))[0],
                                     "icmp-type")
for code in (0, 1):
    Row(f"2.11 type 3/{code}").gives_new_id(*error_6to4(3, code, bytes(4), 11, code, bytes(4)))
Row("2.11 type 3/2").drops(error_6to4(3, 2, bytes(4), 11, 1, bytes(4))[0], "icmp-type")
POINTERS_6TO4 = {0: 0, 1: 1, 4: 2, 5: 2, 6: 9, 7: 8} | {i: 12 for i in range(8, 24)} | {
    i: 16 for i in range(24, 40)}
for pointer in (*range(41), 0x100, 0xFFFFFFFF):
    row = Row(f"2.11 type 4/0 pointer {pointer}")
    packet, expected = error_6to4(4, 0, long(pointer), 12, 0,
                                  bytes((POINTERS_6TO4.get(pointer, 0), 0, 0, 0)))
    if pointer in POINTERS_6TO4:
        row.gives_new_id(packet, expected)
    else:
        row.drops(packet, "icmp-type")
Row("2.11 type 4/1 E64-10").gives_new_id(*error_6to4(4, 1, long(6), 3, 2, bytes(4)))
for code in (2, 3):
    Row(f"2.11 type 4/{code}").drops(error_6to4(4, code, bytes(4), 12, 0, bytes(4))[0],
                                     "icmp-type")

# 2.12 MTU in 2/0 to 3/4; inner packets; extensions

for mtu, mtu4, mtu6, code, result in (
        (1500, 1500, 1500, 0, 1480), (1400, 1500, 1500, 0, 1380), (1280, 1500, 1500, 0, 1260),
        (9000, 1500, 1500, 0, 1480), (1400, 1300, 1500, 0, 1300), (1400, 1500, 1500, 3, 1380),
        (0xFFFFFFFF, 65535, 65535, 0, 65515), (1279, 1500, 1500, 0, 1260),
        (20, 1500, 1500, 0, 1260)):
    Row(f"2.12 MTU {mtu} M4 {mtu4} M6 {mtu6} code {code}", mtu4=mtu4, mtu6=mtu6).gives_new_id(
        *error_6to4(2, code, long(mtu), 3, 4, words(0, result)))
Row("2.12 MTU 19").drops(error_6to4(2, 0, long(19), 3, 4, bytes(4))[0], "icmp-type")
old = ip6(fragment(UDP, 0, 1, 0x90002) + udp(filled(1600), OUT6)[:1200], FRAGMENT, OUT6)
new = ip4(udp(filled(1600), OUT4)[:1200], UDP, OUT4, mf=True, ident=2)
Row("2.12 inner fragment header").gives_new_id(
    *error_6to4(2, 0, long(1280), 3, 4, words(0, 1252), old[:300], new[:272]))
Row("E64-1").gives_new_id(*error_6to4(1, 4, bytes(4), 3, 3, bytes(4),
                                      udp6(hops=1, tc=0xB8), udp4(ttl=1, tos=0xB8)))
big4, big6 = udp4(filled(304)), udp6(filled(304), hops=64)
packet, expected = error_6to4(1, 4, bytes(4), 3, 3, bytes(4), big6, big4)
Row("E64-2").gives_new_id(packet, expected)
assert len(packet) == 400 and len(expected) == 360
old = ip6(tcp(filled(1440), OUT6), TCP, OUT6)[:48]
new = ip4(tcp(filled(1440), OUT4), TCP, OUT4, df=True)[:28]
Row("E64-3 E64-4 inner 1480").gives_new_id(
    *error_6to4(3, 0, bytes(4), 11, 0, bytes(4), old, new))
Row("E64-4 inner 100").gives_new_id(*error_6to4(
    3, 0, bytes(4), 11, 0, bytes(4), udp6(filled(52), hops=64), udp4(filled(52))))
for quoted in (40, 41, 47, 49, 61, 111):
    Row(f"E64-2 E64-3 {quoted} bytes quoted").gives_new_id(*error_6to4(
        1, 4, bytes(4), 3, 3, bytes(4), inner6[:quoted],
        (inner4 if quoted > 47 else inner4[:26] + inner6[46:47])[:quoted - 20]))
nested = ip6(icmp6(1, 4, bytes(4), inner6, OUT6), ICMP6, OUT6)
Row("E64-5").drops(error_6to4(1, 4, bytes(4), 3, 3, bytes(4), nested, b"")[0], "icmp-error")
Row("E64-6 inner source").drops(error_6to4(
    1, 4, bytes(4), 3, 3, bytes(4), udp6(ends=("2001:db8::7", PEER6)), b"")[0], "icmp-error")
Row("E64-6 inner destination").drops(error_6to4(
    1, 4, bytes(4), 3, 3, bytes(4), udp6(ends=(C6, ROUTER6)), b"")[0], "icmp-error")
Row("E64-6 inner echo").gives_new_id(*error_6to4(
    1, 3, bytes(4), 3, 1, bytes(4), ip6(icmp6(128, 0, words(1, 2), BODY, OUT6), ICMP6, OUT6),
    ip4(icmp4(8, 0, words(1, 2), BODY), ICMP4, OUT4)))
Row("E64-6 quoted too short").drops(error_6to4(
    1, 4, bytes(4), 3, 3, bytes(4), inner6[:39], b"")[0], "icmp-error")
for words6, words4 in ((19, 33), (16, 32)):
    old = big6[:words6 * 8] + extensions(OBJECT)
    new = padded(big4[:words6 * 8 - 20], words4 * 4) + extensions(OBJECT)
    for kind6, kind4, code6, code4 in ((1, 3, 4, 3), (3, 11, 0, 0)):
        Row(f"E64-7 length {words6}, type {kind6}").gives_new_id(*error_6to4(
            kind6, code6, bytes((words6, 0, 0, 0)), kind4, code4, bytes((0, words4, 0, 0)),
            old, new))
huge4, huge6 = udp4(filled(1184)), udp6(filled(1184), hops=64)
packet, expected = error_6to4(1, 4, bytes(4), 3, 3, bytes(4), huge6, huge4[:548])
Row("E64-8").gives_new_id(packet, expected)
assert len(packet) == 1280 and len(expected) == 576
old = huge6[:800] + extensions(OBJECT)
new = huge4[:536] + extensions(OBJECT)
Row("E64-8 extension kept").gives_new_id(*error_6to4(
    1, 4, bytes((100, 0, 0, 0)), 3, 3, bytes((0, 134, 0, 0)), old, new))
long_object = struct.pack("!HBB", 604, 9, 9) + filled(600)
Row("E64-8 extension omitted").gives_new_id(*error_6to4(
    1, 4, bytes((16, 0, 0, 0)), 3, 3, bytes(4), huge6[:128] + extensions(long_object),
    huge4[:108]))
packet, expected = error_6to4(2, 0, long(0x10000500), 3, 4, words(0, 1480), big6, big4)
Row("E64-9 too big").gives_new_id(packet, expected)
Row("E64-9 parameter problem").gives_new_id(*error_6to4(
    4, 0, long(24), 12, 0, bytes((16, 0, 0, 0)), big6, big4))
wrong = ip6(put(icmp6(1, 4, bytes(4), inner6, IN6), 2, 0x1234), ICMP6, IN6)
Row("G10 wrong ICMPv6 checksum in an error").drops(wrong, "malformed")

# 2.13 errors that the translator sends, and untranslatable sources

Row("I6-5").drops(
    ip6(icmp6(128, 0, words(1, 1), BODY, (ROUTER6, C6)), ICMP6, (ROUTER6, C6)), "bad-source")
Row("I6-5 error that expires").drops(
    ip6(icmp6(1, 4, bytes(4), inner6, IN6), ICMP6, IN6, hops=1), "ttl-expired")
row = Row("I6-6")
for _ in range(10):
    row.answers(native, "bad-source", error6(native, 1, 1))
for _ in range(100):
    row.drops(native, "bad-source")
for i in range(1, 4):
    row.answers(native, "bad-source", error6(native, 1, 1), time=i / 10)
    row.drops(native, "bad-source", time=i / 10)
packet = udp6(ends=IN6, hops=1)
row.answers(packet, "ttl-expired", error6(packet, 3, 0), time=0.31)
Row("I6-6 off", no_ipv6_errors=True).drops(native, "bad-source")
packet = udp6(filled(1400), IN6, hops=1)
Row("I6-8").answers(packet, "ttl-expired", error6(packet, 3, 0))
assert len(error6(packet, 3, 0)) == 1280

NATIVE = (ROUTER6, C6)
NODE = extensions(node_object(ROUTER6))
small = padded(inner4, 128)
for kind6, code6, kind4, code4 in ((3, 0, 11, 0), (1, 0, 3, 1), (1, 1, 3, 10)):
    Row(f"N1 N3 N4 type {kind6}/{code6}").gives_new_id(*error_6to4(
        kind6, code6, bytes(4), kind4, code4, bytes((0, 32, 0, 0)), None, small + NODE, NATIVE,
        DUMMY))
Row("N1 type 2").gives_new_id(*error_6to4(
    2, 0, long(1400), 3, 4, words(0, 1380), None, None, NATIVE, DUMMY))
Row("N1 type 4").gives_new_id(*error_6to4(
    4, 0, long(24), 12, 0, bytes((16, 0, 0, 0)), None, None, NATIVE, DUMMY))
Row("N1 link-local router").gives_new_id(*error_6to4(
    3, 0, bytes(4), 11, 0, bytes((0, 32, 0, 0)), None,
    small + extensions(node_object("fe80::1")), ("fe80::1", C6), DUMMY))
Row("N1 router whose IPv4 address is never translated").gives_new_id(*error_6to4(
    3, 0, bytes(4), 11, 0, bytes((0, 32, 0, 0)), None,
    small + extensions(node_object("64:ff9b::a9fe:101")), ("64:ff9b::a9fe:101", C6), DUMMY))
Row("N2").gives_new_id(*error_6to4(3, 0, bytes(4), 11, 0, bytes(4)))
Row("N3 object added to an extension").gives_new_id(*error_6to4(
    3, 0, bytes((19, 0, 0, 0)), 11, 0, bytes((0, 33, 0, 0)), big6[:152] + extensions(OBJECT),
    big4[:132] + extensions(OBJECT + node_object(ROUTER6)), NATIVE, DUMMY))
Row("N3 quoted packet truncated").gives_new_id(*error_6to4(
    3, 0, bytes(4), 11, 0, bytes((0, 130, 0, 0)), huge6, huge4[:520] + NODE, NATIVE, DUMMY))

Row("T64-1").gives_new_id(ip6(tcp(BODY, IN6), TCP, IN6), ip4(tcp(BODY, IN4), TCP, IN4, ttl=63))
zero = b"\x93\x53"
Row("T64-1 2.14 result zero").gives_new_id(
    ip6(udp(zero, IN6, 53, 40000), UDP, IN6), ip4(udp(zero, IN4, 53, 40000), UDP, IN4, ttl=63))
Row("T64-2").gives_new_id(ip6(udp(BODY, IN6, zero=True), UDP, IN6),
                          ip4(udp(BODY, IN4), UDP, IN4, ttl=63))
Row("T64-2 length").drops(
    ip6(put(udp(BODY, IN6, zero=True), 4, 200), UDP, IN6), "malformed")
whole = udp(filled(2000), IN6, zero=True)
Row("T64-2 fragments").drops(
    ip6(fragment(UDP, 0, 1, 7) + whole[:1232], FRAGMENT, IN6), "no-checksum")
Row("T64-3 UDP-Lite").gives_new_id(ip6(udplite(BODY, IN6), UDPLITE, IN6),
                                   ip4(udplite(BODY, IN4), UDPLITE, IN4, ttl=63))
Row("T64-3 DCCP").gives_new_id(ip6(dccp(BODY, IN6), DCCP, IN6),
                               ip4(dccp(BODY, IN4), DCCP, IN4, ttl=63))

# 2.14 The checksums of the table, as a test of packets.py

for built, value in (
        (udp(b"test", OUT4)[6:8], 0xAB75), (udp(b"test", OUT6)[6:8], 0x3D8D),
        (tcp(b"", OUT4)[16:18], 0x4340), (tcp(b"", OUT6)[16:18], 0xD557),
        (icmp4(8, 0, words(0x1234, 1), b"abcdefgh")[2:4], 0x5435),
        (icmp6(128, 0, words(0x1234, 1), b"abcdefgh", OUT6)[2:4], 0x9DF0),
        (icmp4(0, 0, words(0x1234, 1), b"abcdefgh")[2:4], 0x5C35),
        (icmp6(129, 0, words(0x1234, 1), b"abcdefgh", IN6)[2:4], 0x9CF0),
        (udp(b"\x25\x6b", OUT4)[6:8], 0x6DE8), (udp(b"\x25\x6b", OUT6)[6:8], 0xFFFF),
        (udp(b"\x93\x53", IN4, 53, 40000)[6:8], 0xFFFF),
        (udp(b"\x93\x53", IN6, 53, 40000)[6:8], 0x9217)):
    assert int.from_bytes(built, "big") == value, (built.hex(), hex(value))
Row("2.14 UDP").gives(udp4(b"test"), udp6(b"test"))
Row("2.14 TCP SYN").gives(ip4(tcp(b"", OUT4), TCP, OUT4), ip6(tcp(b"", OUT6), TCP, OUT6, hops=63))

# The MSS of a SYN is at most the MTU less 68: headers of IPv6, fragment and TCP


def row_of_syns(name, options, expected, flags=2, doff=None, **config):
    """A segment with OPTIONS is translated to one with EXPECTED, in both directions."""
    old, new = ({"flags": flags, "options": each, "doff": doff} for each in (options, expected))
    Row(f"MSS {name}, 4 to 6", **config).gives(
        ip4(tcp(BODY, OUT4, **old), TCP, OUT4), ip6(tcp(BODY, OUT6, **new), TCP, OUT6, hops=63))
    Row(f"MSS {name}, 6 to 4", **config).gives_new_id(
        ip6(tcp(BODY, IN6, **old), TCP, IN6), ip4(tcp(BODY, IN4, **new), TCP, IN4, ttl=63))


SYN_ACK, ECN_SYN, ACK = 0x12, 0xC2, 0x10
LINUX = b"\4\2\x08\x0a\0\0\0\7\0\0\0\0\1\3\3\7"  # what follows the MSS
for flags in (2, SYN_ACK, ECN_SYN):
    row_of_syns(f"lowered, flags {flags:#x}", mss(1460) + LINUX, mss(1432) + LINUX, flags)
for value, lowered in ((0, 0), (536, 536), (1432, 1432), (1433, 1432), (65535, 1432)):
    row_of_syns(f"{value}", mss(value), mss(lowered))
row_of_syns("1460 at MTU 1280", mss(1460), mss(1212), mtu6=1280)
row_of_syns("65535 at MTU 9000", mss(65535), mss(8932), mtu6=9000)
row_of_syns("absent", LINUX, LINUX)
row_of_syns("of a segment that is no SYN", mss(1460), mss(1460), ACK)
row_of_syns("after another option", LINUX + mss(1460), LINUX + mss(1432))
row_of_syns("at an odd offset", b"\1" + mss(1460) + b"\1\1\1", b"\1" + mss(1432) + b"\1\1\1")
row_of_syns("at the end of the longest header", b"\1" * 36 + mss(1460), b"\1" * 36 + mss(1432))
row_of_syns("twice", mss(1460) + mss(1460), mss(1432) + mss(1460))
row_of_syns("after one of a wrong length", mss(1460, 6) + b"\1\1" + mss(1460) + bytes(4),
            mss(1460, 6) + b"\1\1" + mss(1432) + bytes(4))
for name, options in (
        ("after the end", bytes(4) + mss(1460)), ("of length 0", mss(1460, 0)),
        ("of length 1", mss(1460, 1)), ("of length 3", mss(1460, 3) + bytes(4)),
        ("after an option of length 0", b"\3\0\1\1" + mss(1460)),
        ("after an option that is too long", b"\3\x09\1\1" + mss(1460)),
        ("that the header cuts", b"\1\1\2\4"), ("whose length the header cuts", b"\1\1\1\2")):
    row_of_syns(name, options, options)
row_of_syns("in the data", mss(1460), mss(1460), doff=5)
row_of_syns("of a header shorter than 5 words", mss(1460), mss(1460), doff=4)
old, new = (tcp(b"", ends, options=mss(1460), doff=7) for ends in (OUT4, OUT6))
Row("MSS of a header longer than the segment, 4 to 6").gives(
    ip4(old, TCP, OUT4), ip6(new, TCP, OUT6, hops=63))
old, new = (tcp(BODY, ends, options=mss(1460)) for ends in (OUT4, OUT6))
Row("MSS of a fragment, 4 to 6").gives(
    ip4(old, TCP, OUT4, mf=True, ident=7),
    ip6(fragment(TCP, 0, 1, 7) + new, FRAGMENT, OUT6, hops=63))
old, new = (tcp(BODY, ends, options=mss(1460)) for ends in (IN6, IN4))
Row("MSS of a fragment, 6 to 4").gives(
    ip6(fragment(TCP, 0, 1, 7) + old, FRAGMENT, IN6),
    ip4(new, TCP, IN4, mf=True, ident=7, ttl=63))
new = tcp(BODY, IN4, options=mss(1432))
Row("MSS of an atomic fragment, 6 to 4").gives(
    ip6(fragment(TCP, 0, 0, 7) + old, FRAGMENT, IN6), ip4(new, TCP, IN4, ident=7, ttl=63))
inner4, inner6 = (tcp(BODY, ends, options=mss(1460)) for ends in (IN4, IN6))
Row("MSS in the quotation of an ICMP error").gives(
    ip4(icmp4(3, 3, bytes(4), ip4(inner4, TCP, IN4)), ICMP4, OUT4),
    ip6(icmp6(1, 4, bytes(4), ip6(inner6, TCP, IN6), OUT6), ICMP6, OUT6, hops=63))

# G5 allows a translator to drop these; reassembly translates them

echo4 = icmp4(8, 0, words(7, 9), filled(3000))
echo6 = icmp6(128, 0, words(7, 9), filled(3000), OUT6)
cut4 = [ip4(echo4[at:at + 1480], ICMP4, OUT4, ident=55, mf=at < 2960, offset=at, tos=8)
        for at in (0, 1480, 2960)]
whole6 = pieces(echo6, 55, (1232, 1232, 544), protocol=ICMP6, tc=8)
Row("G5 4to6").holds(cut4[0]).holds(cut4[1]).gives(cut4[2], *whole6)
Row("G5 4to6 out of order").holds(cut4[2]).holds(cut4[0]).gives(cut4[1], *whole6)
Row("G5 4to6 duplicate").holds(cut4[0]).holds(cut4[0]).holds(cut4[1]).gives(cut4[2], *whole6)
Row("G5 4to6 overlap").holds(cut4[0]).drops(
    ip4(echo4[1472:2952], ICMP4, OUT4, ident=55, mf=True, offset=1472), "reassembly").drops(
    cut4[1], "reassembly").drops(cut4[2], "reassembly")
Row("G5 4to6 too late").holds(cut4[0]).holds(cut4[1], time=29).holds(cut4[2], time=31)
Row("G5 4to6 in time").holds(cut4[0]).holds(cut4[1], time=29).gives(cut4[2], *whole6, time=29.9)
Row("G5 4to6 off", no_reassembly=True).drops(cut4[0], "fragment").drops(cut4[1], "fragment")
Row("G5 4to6 larger than a packet").drops(
    ip4(filled(1480), ICMP4, OUT4, ident=55, offset=64800), "reassembly")
Row("G5 4to6 odd fragment").drops(
    ip4(filled(1479), ICMP4, OUT4, ident=55, mf=True, offset=1480), "reassembly")
Row("G5 4to6 fragmented timestamp").drops(
    ip4(icmp4(13, 0, words(1, 1), filled(1472)), ICMP4, OUT4, mf=True), "icmp-type")
reply6 = icmp6(129, 0, words(7, 9), filled(3000), IN6)
reply4 = icmp4(0, 0, words(7, 9), filled(3000))
cut6 = [fragment6(reply6[at:at + 1232], ICMP6, at, at < 2464, hops=60) for at in (0, 1232, 2464)]
whole4 = [ip4(reply4[at:at + 1480], ICMP4, IN4, ttl=59, ident=0x0408, mf=at < 2960, offset=at)
          for at in (0, 1480, 2960)]
Row("G5 6to4").holds(cut6[0]).holds(cut6[1]).gives(cut6[2], *whole4)
Row("G5 6to4 out of order").holds(cut6[2]).holds(cut6[1]).gives(cut6[0], *whole4)
Row("G5 6to4 off", no_reassembly=True).drops(cut6[0], "fragment").drops(cut6[2], "fragment")
Row("G5 6to4 from a native source").drops(
    ip6(fragment(ICMP6, 1232, 0, 5) + BODY, FRAGMENT, NATIVE), "bad-source")

# 3.5 RFC 6052

for prefix, cases in (
        ("2001:db8::/32", ("2001:db8:c000:221::", "2001:db8:c633:6402::", "2001:db8:808:808::")),
        ("2001:db8:100::/40", ("2001:db8:1c0:2:21::", "2001:db8:1c6:3364:2::", "2001:db8:108:808:8::")),
        ("2001:db8:122::/48", ("2001:db8:122:c000:2:2100::", "2001:db8:122:c633:64:200::",
                               "2001:db8:122:808:8:800::")),
        ("2001:db8:122:300::/56", ("2001:db8:122:3c0:0:221::", "2001:db8:122:3c6:33:6402::",
                                   "2001:db8:122:308:8:808::")),
        ("2001:db8:122:344::/64", ("2001:db8:122:344:c0:2:2100:0", "2001:db8:122:344:c6:3364:200:0",
                                   "2001:db8:122:344:8:808:800:0")),
        ("2001:db8:122:344::/96", ("2001:db8:122:344::c000:221", "2001:db8:122:344::c633:6402",
                                   "2001:db8:122:344::808:808")),
        ("64:ff9b::/96", ("64:ff9b::c000:221", "64:ff9b::c633:6402", PEER6))):
    row = Row(f"3.5 G1 R6052-2 R6052-4 {prefix}", prefix=prefix)
    for plain, mapped in zip(("192.0.2.33", "198.51.100.2", "8.8.8.8"), cases):
        row.gives(udp4(ends=(C4, plain)), udp6(ends=(C6, mapped)))
        row.gives_new_id(udp6(ends=(mapped, C6), hops=64), udp4(ends=(plain, C4), ttl=63))
Row("R6052-5 suffix", prefix="2001:db8:122:344::/64").gives_new_id(
    udp6(ends=("2001:db8:122:344:c0:2:2100:1", C6), hops=64),
    udp4(ends=("192.0.2.33", C4), ttl=63))
Row("R6052-6 bits 64 to 71", prefix="2001:db8:122:344::/64").gives_new_id(
    udp6(ends=("2001:db8:122:344:ffc0:2:2100:0", C6), hops=64),
    udp4(ends=("192.0.2.33", C4), ttl=63))
PRIVATE = ("10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "172.16.0.1",
           "172.31.255.255", "192.168.0.0", "192.168.1.1")
OWN_PREFIX = "2001:db8:64::"


def private_row(name, prefix, is_refused, **config):
    row = Row(f"{name} private addresses with {prefix}/96", prefix=f"{prefix}/96", **config)
    for address in PRIVATE:
        mapped = f"{prefix}{address}"
        packet, inner = udp4(ends=(C4, address)), udp6(ends=(mapped, C6), hops=64)
        if is_refused:
            row.answers(packet, "bad-destination", error4(packet, 3, 13)).drops(
                inner, "bad-source")
        else:
            row.gives(packet, udp6(ends=(C6, mapped))).gives_new_id(
                inner, udp4(ends=(address, C4), ttl=63))
        ends6 = (mapped, C6)
        quoted4, quoted6 = udp4(ends=OUT4), udp6(ends=(C6, f"{prefix}{PEER4}"), hops=64)
        row.gives_new_id(ip6(icmp6(3, 0, bytes(4), quoted6, ends6), ICMP6, ends6),
                         ip4(icmp4(11, 0, bytes(4), quoted4), ICMP4, (address, C4), ttl=63))


private_row("R6052-8", "64:ff9b::", True)
private_row("R6052-8 no", "64:ff9b::", True, private_destinations="no")
private_row("R6052-9 yes", "64:ff9b::", False, private_destinations="yes")
private_row("R6052-9", OWN_PREFIX, False)
private_row("R6052-9 no", OWN_PREFIX, True, private_destinations="no")
private_row("R6052-9 yes", OWN_PREFIX, False, private_destinations="yes")
row = Row("R6052-8 addresses beside private ones")
for address in ("9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
                "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.18.0.1", "203.0.113.1"):
    row.gives(udp4(ends=(C4, address)), udp6(ends=(C6, f"64:ff9b::{address}")))
row = Row("R6052-8 strict", strict_well_known_prefix=True, private_destinations="yes")
for address in ("10.0.0.1", "198.18.0.1", "203.0.113.1"):
    packet = udp4(ends=(C4, address))
    row.answers(packet, "bad-destination", error4(packet, 3, 13)).drops(
        udp6(ends=(f"64:ff9b::{address}", C6)), "bad-source")


def write(file):
    file.write("# Generated by rows.py; do not edit.\n")
    for row in rows:
        file.write(f"row {row.name}\n")
        for key, value in row.config.items():
            option = key.replace("_", "-")
            for item in ([""] if value is True else str(value).split(",")):
                file.write(f"option --{option}{'=' * (item != '')}{item}\n")
        for time, packet, verdict, reason, out in row.steps:
            file.write(f"in {int(time * 1000)} {packet.hex() or '-'}\n")
            file.write(f"verdict {verdict} {reason}\n")
            for expected, has_new_id in out:
                file.write(f"{'out-new-id' if has_new_id else 'out'} {expected.hex()}\n")


if __name__ == "__main__":
    with open(sys.argv[1], "w") if len(sys.argv) > 1 else sys.stdout as output:
        write(output)
