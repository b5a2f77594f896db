# SPDX-License-Identifier: GPL-2.0-or-later
"""Router advertisements (RFC 4861, RFC 8781) with any options, also invalid ones, at any time.

radvd of Debian 12 does not support PREF64, and no version of radvd can omit an option, send an
invalid length or act as two routers in the middle of a test."""

import contextlib
import dataclasses
import ipaddress
import select
import socket
import struct
import threading
import time

ALL_NODES = "ff02::1"
ALL_ROUTERS = "ff02::2"
ROUTER_SOLICITATION = 133
ROUTER_ADVERTISEMENT = 134

# RFC 8781, 4: prefix length codes.
PLC = {96: 0, 64: 1, 56: 2, 48: 3, 40: 4, 32: 5}

# RFC 4191, 2.2: default router preference, in the flags.
LOW = 0x18
HIGH = 0x08
RESERVED = 0x10

ON_LINK = 0x80
AUTONOMOUS = 0x40


@dataclasses.dataclass(frozen=True)
class Prefix:
    """Prefix information option (RFC 4861, 4.6.2)."""
    prefix: str
    valid: int = 86400
    preferred: int = 14400
    flags: int = ON_LINK | AUTONOMOUS

    def encode(self):
        network = ipaddress.IPv6Network(self.prefix)
        return struct.pack("!BBBBIII16s", 3, 4, network.prefixlen, self.flags, self.valid,
                           self.preferred, 0, network.network_address.packed)


@dataclasses.dataclass(frozen=True)
class Pref64:
    """PREF64 option (RFC 8781, 4). LENGTH, PLC and TAIL are for invalid ones."""
    prefix: str
    lifetime: int = 1800
    length: int = 2
    plc: int | None = None
    tail: bytes = b""

    def encode(self):
        network = ipaddress.IPv6Network(self.prefix)
        plc = PLC[network.prefixlen] if self.plc is None else self.plc
        scaled = (self.lifetime + 7) // 8
        return struct.pack("!BBH12s", 38, self.length, scaled << 3 | plc,
                           network.network_address.packed[:12]) + self.tail


@dataclasses.dataclass(frozen=True)
class Mtu:
    """MTU option (RFC 4861, 4.6.4)."""
    mtu: int

    def encode(self):
        return struct.pack("!BBHI", 5, 1, 0, self.mtu)


@dataclasses.dataclass(frozen=True)
class DnsServer:
    """Recursive DNS server option (RFC 8106, 5.1)."""
    address: str
    lifetime: int = 1800

    def encode(self):
        return struct.pack("!BBHI16s", 25, 3, 0, self.lifetime,
                           ipaddress.IPv6Address(self.address).packed)


@dataclasses.dataclass(frozen=True)
class LinkAddress:
    """Source link-layer address option (RFC 4861, 4.6.1)."""
    address: str

    def encode(self):
        return struct.pack("!BB6s", 1, 1, bytes.fromhex(self.address.replace(":", "")))


@dataclasses.dataclass(frozen=True)
class Advertisement:
    """A router advertisement (RFC 4861, 4.2), and how it is sent."""
    options: tuple = ()
    router_lifetime: int = 1800
    current_hop_limit: int = 64
    flags: int = 0
    code: int = 0
    # Of the packet that carries it; RFC 4861, 6.1.2 requires 255 and a link-local source.
    hop_limit: int = 255
    source: str | None = None

    def encode(self):
        # The kernel computes the checksum.
        header = struct.pack("!BBHBBHII", ROUTER_ADVERTISEMENT, self.code, 0,
                             self.current_hop_limit, self.flags, self.router_lifetime, 0, 0)
        return header + b"".join(option.encode() for option in self.options)

    def with_options(self, *options):
        return dataclasses.replace(self, options=(*self.options, *options))

    def pref64(self):
        """The NAT64 prefixes with a lifetime."""
        return {option.prefix for option in self.options
                if isinstance(option, Pref64) and option.lifetime > 0}

    def without(self, kind):
        kept = tuple(option for option in self.options if not isinstance(option, kind))
        return dataclasses.replace(self, options=kept)

    def with_pref64(self, *prefixes, **fields):
        """The same with these PREF64 options instead of its own."""
        return self.without(Pref64).with_options(
            *(Pref64(prefix, **fields) for prefix in prefixes))


class Advertiser:
    """Sends and answers as the router on one interface of MACHINE, for router discovery only.

    It answers solicitations and repeats unsolicited advertisements, with the current content of
    `advertisements`: one for each router that it acts as."""

    def __init__(self, machine, interface, source, advertisement):
        self.machine = machine
        self.interface = interface
        self.source = source
        self.advertisements = [advertisement]
        self.answers_solicitations = True
        self.interval = 60.0
        self.solicitations = 0
        self._default = advertisement
        self._announced = set()
        # What is announced changes and is sent in one go: an answer with the content of before
        # would take back a withdrawal.
        self._lock = threading.RLock()
        self._index = int(machine.output("cat", f"/sys/class/net/{interface}/ifindex"))
        self._socket = machine.socket(socket.AF_INET6, socket.SOCK_RAW,
                                      socket.IPPROTO_ICMPV6)
        self._prepare_socket()
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _prepare_socket(self):
        group = struct.pack("@16sI", socket.inet_pton(socket.AF_INET6, ALL_ROUTERS),
                            self._index)
        self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                                self.interface.encode())

    @property
    def advertisement(self):
        return self.advertisements[0]

    @advertisement.setter
    def advertisement(self, advertisement):
        self.advertisements = [advertisement]

    def reset(self):
        """Restores and sends the initial advertisement, with withdrawals of later prefixes."""
        self.answers_solicitations = True
        self.interval = 60.0
        self.announce_pref64(*self._default.pref64())
        self.announce(self._default)

    def announce_pref64(self, *prefixes):
        """Announces these NAT64 prefixes, the first one first, and withdraws all others."""
        plain = self._default.without(Pref64)
        with self._lock:
            gone = self._announced - set(prefixes)
            self.send(plain.with_options(*(Pref64(prefix, lifetime=0) for prefix in gone),
                                         *map(Pref64, prefixes)))
            self._announced = set(prefixes)
            self.advertisement = plain.with_pref64(*prefixes)

    def announce(self, *advertisements):
        """Sends ADVERTISEMENTS, and only these from now on."""
        with self._lock:
            self.advertisements = list(advertisements)
            self.send()

    def send(self, advertisement=None):
        """Sends ADVERTISEMENT once, or all of `advertisements`."""
        with self._lock:
            for one in self.advertisements if advertisement is None else [advertisement]:
                self._send_to(one, ALL_NODES)

    def _send_to(self, advertisement, destination):
        self._announced |= advertisement.pref64()
        source = socket.inet_pton(socket.AF_INET6, advertisement.source or self.source)
        information = struct.pack("@16sI", source, self._index)
        hop_limit = struct.pack("@i", advertisement.hop_limit)
        self._socket.sendmsg([advertisement.encode()],
                             [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, information),
                              (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT, hop_limit)], 0,
                             (destination, 0, 0, self._index))

    def _serve(self):
        next_time = time.monotonic() + self.interval
        while True:
            # Polled often enough for an interval that a test has shortened.
            pause = min(max(0.0, next_time - time.monotonic()), 0.5)
            ready, _, _ = select.select([self._socket, self._woken], [], [], pause)
            if self._woken in ready:
                return
            # The interface may be down just now: continue.
            with contextlib.suppress(OSError):
                if self._socket in ready:
                    self._answer()
                next_time = min(next_time, time.monotonic() + self.interval)
                if time.monotonic() >= next_time:
                    next_time = time.monotonic() + self.interval
                    self.send()

    def _answer(self):
        packet = self._socket.recv(2048)
        if packet[:1] != bytes([ROUTER_SOLICITATION]):
            return
        self.solicitations += 1
        if self.answers_solicitations:
            self.send()

    def stop(self):
        self._wake.close()
        self._thread.join()
        self._woken.close()
        self._socket.close()
