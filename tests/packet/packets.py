# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds packets of both families, independently of the translator.

Checksums are always computed from scratch over the finished bytes.
"""

import ipaddress
import struct

ICMP4, IGMP, TCP, UDP, DCCP, ROUTING, FRAGMENT = 1, 2, 6, 17, 33, 43, 44
GRE, ESP, AH, ICMP6, NONE, DESTINATION, SCTP, UDPLITE = 47, 50, 51, 58, 59, 60, 132, 136
HOP_BY_HOP = 0


def address(text):
    return ipaddress.ip_address(text).packed


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return total ^ 0xFFFF


def pseudo(ends, length, protocol):
    source, destination = (address(end) for end in ends)
    if len(source) == 4:
        return source + destination + struct.pack("!BBH", 0, protocol, length)
    return source + destination + struct.pack("!IHBB", length, 0, 0, protocol)


def put(data, offset, value):
    return data[:offset] + struct.pack("!H", value) + data[offset + 2 :]


def ip4(payload, protocol, ends, *, tos=0, ident=0, df=False, mf=False, offset=0, ttl=64,
        options=b"", total=None, bad_checksum=False):
    length = 20 + len(options)
    header = struct.pack(
        "!BBHHHBBH", 0x40 | length // 4, tos,
        length + len(payload) if total is None else total, ident,
        df << 14 | mf << 13 | offset // 8, ttl, protocol, 0)
    header += address(ends[0]) + address(ends[1]) + options
    header = put(header, 10, checksum(header) ^ bad_checksum)
    return header + payload


def ip6(payload, protocol, ends, *, tc=0, hops=64, length=None, flow=0):
    header = struct.pack("!IHBB", 6 << 28 | tc << 20 | flow,
                         len(payload) if length is None else length, protocol, hops)
    return header + address(ends[0]) + address(ends[1]) + payload


def fragment(protocol, offset, more, ident):
    return struct.pack("!BBHI", protocol, 0, offset | more, ident)


def options_header(protocol, length=8):
    """Hop-by-hop or destination options: nothing but padding."""
    return struct.pack("!BBBB", protocol, length // 8 - 1, 1, length - 4) + bytes(length - 4)


def routing_header(protocol, segments_left, length=24):
    return struct.pack("!BBBB", protocol, length // 8 - 1, 4, segments_left) + bytes(length - 4)


def with_checksum(data, offset, ends, protocol, no_zero=False):
    value = checksum(pseudo(ends, len(data), protocol) + data)
    return put(data, offset, 0xFFFF if no_zero and value == 0 else value)


def udp(data, ends, sport=40000, dport=53, zero=False):
    segment = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
    return segment if zero else with_checksum(segment, 6, ends, UDP, True)


def udplite(data, ends):
    """Covers everything (coverage 0)."""
    return with_checksum(struct.pack("!HHHH", 40000, 53, 0, 0) + data, 6, ends, UDPLITE, True)


def dccp(data, ends):
    """A data packet with short sequence numbers; the checksum covers all."""
    return with_checksum(
        struct.pack("!HHBBHBBH", 40000, 53, 3, 0, 0, 2 << 1, 0, 1) + data, 6, ends, DCCP)


def tcp(data, ends, sport=40000, dport=80, seq=1, flags=2, options=b"", doff=None):
    doff = 5 + len(options) // 4 if doff is None else doff
    segment = struct.pack("!HHIIBBHHH", sport, dport, seq, 0, doff << 4, flags, 65535, 0, 0)
    return with_checksum(segment + options + data, 16, ends, TCP)


def mss(value, length=4):
    """A TCP option (RFC 9293, 3.7.1)."""
    return struct.pack("!BBH", 2, length, value)


def icmp4(kind, code, rest, data):
    message = struct.pack("!BBH", kind, code, 0) + rest + data
    return put(message, 2, checksum(message))


def icmp6(kind, code, rest, data, ends):
    return with_checksum(struct.pack("!BBH", kind, code, 0) + rest + data, 2, ends, ICMP6)


def extensions(objects, bad=False):
    """The extension structure of RFC 4884."""
    data = struct.pack("!BBH", 0x20, 0, 0) + objects
    return put(data, 2, checksum(data) ^ bad)


def node_object(node):
    return struct.pack("!HBBHH", 24, 5, 4, 2, 0) + address(node)


def padded(data, length):
    return data + bytes(length - len(data))
