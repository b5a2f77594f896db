# SPDX-License-Identifier: GPL-2.0-or-later
"""A DNS server (RFC 1035) with configurable answers, which records all queries."""

import contextlib
import dataclasses
import ipaddress
import socket
import struct
import threading
import time

from .waiting import wait_for

PORT = 53
NO_ERROR = 0
SERVER_FAILURE = 2
NO_SUCH_NAME = 3

CLASS_IN = 1
TYPE_SOA = 6
TYPE_AAAA = 28

RESPONSE = 0x8000
RECURSION_DESIRED = 0x0100
RECURSION_AVAILABLE = 0x0080
CHECKING_DISABLED = 0x0010

# A compression pointer to the name in the question.
SAME_NAME = b"\xc0\x0c"

WELL_KNOWN = ("192.0.0.170", "192.0.0.171")


@dataclasses.dataclass(frozen=True)
class Query:
    """A query as it was received."""
    name: str
    type: int
    checking_disabled: bool
    recursion_desired: bool
    source: str
    interface: str
    time: float


@dataclasses.dataclass(frozen=True)
class Answer:
    """The addresses of the answer, or a negative answer with a TTL in seconds."""
    addresses: tuple = ()
    ttl: int = 3600
    code: int = NO_ERROR
    negative_ttl: int | None = None

    def encode(self, message):
        """The answer to the query in MESSAGE."""
        number, flags = struct.unpack("!HH", message[:4])
        question = message[12:end_of_question(message)]
        authorities = b"" if self.negative_ttl is None else self._soa()
        header = struct.pack("!HHHHHH", number,
                             RESPONSE | flags & RECURSION_DESIRED | RECURSION_AVAILABLE
                             | self.code,
                             1, len(self.addresses), bool(authorities), 0)
        answers = b"".join(record(TYPE_AAAA, self.ttl, ipaddress.IPv6Address(address).packed)
                           for address in self.addresses)
        return header + question + answers + authorities

    def _soa(self):
        # The negative TTL is the minimum, the last number; the TTL of the record itself is longer.
        return record(TYPE_SOA, 2 * self.negative_ttl,
                      b"\0\0" + struct.pack("!IIIII", 1, 1, 1, 1, self.negative_ttl))


@dataclasses.dataclass(frozen=True)
class Garbage:
    """A malformed answer: truncated or overwritten."""
    tail: bytes = b""
    header_only: bool = False

    def encode(self, message):
        number = message[:2]
        if self.header_only:
            return number + b"\x81\x80\xff\xff\xff\xff\xff\xff\xff\xff"
        question = message[12:end_of_question(message)]
        return number + struct.pack("!HHHHH", 0x8180, 1, 3, 0, 0) + question + self.tail


# No answer at all.
SILENCE = None


def synthesize(*prefixes, **fields):
    """The answer of a DNS64 with PREFIXES for ipv4only.arpa."""
    return Answer(tuple(embed(prefix, address) for prefix in prefixes
                        for address in WELL_KNOWN), **fields)


def embed(prefix, address):
    """The IPv4 ADDRESS in an IPv6 prefix (RFC 6052, 2.2)."""
    network = ipaddress.IPv6Network(prefix)
    octets = bytearray(network.network_address.packed)
    position = network.prefixlen // 8
    for octet in ipaddress.IPv4Address(address).packed:
        position += position == 8
        octets[position] = octet
        position += 1
    return str(ipaddress.IPv6Address(bytes(octets)))


def record(kind, ttl, data):
    return SAME_NAME + struct.pack("!HHIH", kind, CLASS_IN, ttl, len(data)) + data


def end_of_question(message):
    position = 12
    while message[position] != 0:
        position += message[position] + 1
    return position + 5


def parse(message, source, interface):
    flags, = struct.unpack("!H", message[2:4])
    labels, position = [], 12
    while length := message[position]:
        labels.append(message[position + 1:position + 1 + length].decode("ascii"))
        position += length + 1
    kind, = struct.unpack("!H", message[position + 1:position + 3])
    return Query(".".join(labels).lower(), kind, bool(flags & CHECKING_DISABLED),
                 bool(flags & RECURSION_DESIRED), source, interface, time.monotonic())


class DnsServer:
    """A server on ADDRESS of INTERFACE of MACHINE; `answer` can be replaced at any time."""

    def __init__(self, machine, address, interface, answer=SILENCE):
        self.answer = answer
        self.queries = []
        index = int(machine.output("cat", f"/sys/class/net/{interface}/ifindex"))
        self._names = {int(line.split(":")[0]): line.split(":")[1].split("@")[0].strip()
                       for line in machine.output("ip", "-oneline", "link").splitlines()}
        self._socket = machine.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        scope = index if address.startswith("fe80:") else 0
        self._socket.bind((address, PORT, 0, scope))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._stopping = False
        self._thread.start()

    def _serve(self):
        self._socket.settimeout(0.2)
        while not self._stopping:
            with contextlib.suppress(socket.timeout):
                self._answer_one()

    def _answer_one(self):
        message, extra, _, source = self._socket.recvmsg(4096, 256)
        _, _, information = extra[0]
        _, index = struct.unpack("@16sI", information)
        self.queries.append(parse(message, source[0].partition("%")[0],
                                  self._names.get(index, str(index))))
        if self.answer is not SILENCE:
            # The host that sent the query may be down meanwhile.
            with contextlib.suppress(OSError):
                self._socket.sendto(self.answer.encode(message), source)

    def wait_for_queries(self, count, seconds, explain=None):
        wait_for(lambda: len(self.queries) >= count, seconds, f"{count} DNS queries", explain)
        return self.queries[:count]

    def stop(self):
        self._stopping = True
        self._thread.join()
        self._socket.close()

