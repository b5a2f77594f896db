# SPDX-License-Identifier: GPL-2.0-or-later
"""The packets on a link, as a router or another station on it receives them."""

import collections
import ctypes
import errno
import ipaddress
import select
import socket
import struct
import threading

from .waiting import wait_for

ETH_P_ALL = 0x0003
IPV4 = 0x0800
ARP = 0x0806
IPV6 = 0x86dd
SOL_PACKET = 263
PACKET_STATISTICS = 6
SO_ATTACH_FILTER = 26
SO_RCVBUFFORCE = 33
RECEIVE_BUFFER = 64 << 20
SNAP_LENGTH = 65535 + 14
# Kinds of links without a link-layer header: ARPHRD_NONE and ARPHRD_PPP.
FRAMELESS = 0xfffe, 512

Frame = collections.namedtuple("Frame", "source ethertype bytes")


class Ipv6:
    """The fixed header of the IPv6 packet in FRAME and the payload after it."""

    def __init__(self, frame):
        packet = frame.bytes[14:]
        self.sender = frame.source
        self.receiver = frame.bytes[:6].hex(":")
        first, self.payload_length, self.next_header, self.hop_limit = \
            struct.unpack("!IHBB", packet[:8])
        self.traffic_class = first >> 20 & 0xff
        self.flow_label = first & 0xfffff
        self.source = ipaddress.IPv6Address(packet[8:24])
        self.destination = ipaddress.IPv6Address(packet[24:40])
        self.payload = packet[40:40 + self.payload_length]

    @property
    def ports(self):
        return struct.unpack("!HH", self.payload[:4])

    @property
    def icmp_type(self):
        return self.payload[0] if self.next_header == socket.IPPROTO_ICMPV6 else None

    def has_valid_checksum(self):
        """Whether the checksum over pseudo header and payload (RFC 8200, 8.1) is valid."""
        pseudo = (self.source.packed + self.destination.packed
                  + struct.pack("!II", len(self.payload), self.next_header))
        return ones_sum(pseudo + self.payload) == 0xffff

    def __repr__(self):
        return (f"{self.source} > {self.destination} next header {self.next_header} "
                f"class {self.traffic_class:#x} hop limit {self.hop_limit} "
                f"payload {self.payload.hex()}")


def ones_sum(data):
    """The one's complement sum of 16-bit words, not inverted."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def is_dhcp_client(frame):
    """DHCPv4 packets that NetworkManager itself sends while it looks for a server."""
    packet = frame.bytes[14:]
    return (frame.ethertype == IPV4 and packet[9] == socket.IPPROTO_UDP
            and packet[12:16] == b"\0\0\0\0")


class Capture:
    """Records the frames on INTERFACE of MACHINE while it is open; where the link has no
    link-layer header, one is put before each packet.

    FILTER is classic BPF as (code, jt, jf, k); frames that it rejects are not copied."""

    # Everything except IPv6, whatever link-layer header precedes it (SKF_AD_PROTOCOL).
    NOT_IPV6 = ((0x28, 0, 0, 0xfffff000), (0x15, 0, 1, IPV6), (0x06, 0, 0, 0),
                (0x06, 0, 0, SNAP_LENGTH))

    def __init__(self, machine, interface, filter=None):
        self.frames = []
        self._interface = interface
        self._lost = 0
        # With a protocol it would receive the frames of all interfaces until it is bound.
        self._socket = machine.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
        if filter is not None:
            self._attach(filter)
        with machine.network():
            self._socket.bind((interface, ETH_P_ALL))
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _attach(self, instructions):
        code = b"".join(struct.pack("=HBBI", *one) for one in instructions)
        program = ctypes.create_string_buffer(code)
        header = struct.pack("@HP", len(instructions), ctypes.addressof(program))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, header)

    def _collect(self):
        while True:
            ready, _, _ = select.select([self._socket, self._woken], [], [])
            if self._socket in ready:
                self._receive()
            elif self._woken in ready:
                return

    def _receive(self):
        try:
            data, (_, ethertype, _, kind, *_) = self._socket.recvfrom(SNAP_LENGTH)
        except OSError as error:
            # The interface has gone down; the capture continues when it comes up.
            if error.errno != errno.ENETDOWN:
                raise
            return
        if kind in FRAMELESS:
            data = struct.pack("!12xH", ethertype) + data
        source = data[6:12].hex(":")
        self.frames.append(Frame(source, struct.unpack("!H", data[12:14])[0], data))

    def close(self):
        """Stops after all frames already queued have been read."""
        self._wake.close()
        self._thread.join()
        statistics = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        _, self._lost = struct.unpack("@II", statistics)
        self._woken.close()
        self._socket.close()
        assert self._lost == 0, f"{self._lost} frames on {self._interface} were not captured"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def ipv6(self, accept=lambda packet: True):
        """The IPv6 packets so far that ACCEPT accepts."""
        packets = (Ipv6(frame) for frame in list(self.frames)
                   if frame.ethertype == IPV6 and len(frame.bytes) >= 54)
        return [packet for packet in packets if accept(packet)]

    def wait_for(self, accept, seconds, what):
        """The first IPv6 packet that ACCEPT accepts."""
        return wait_for(lambda: self.ipv6(accept), seconds, what,
                        lambda: "\n".join(map(str, self.ipv6())))[0]

    def ipv4(self):
        """Frames that carry IPv4, except the packets of a DHCP client that looks for a server."""
        return [frame for frame in list(self.frames)
                if frame.ethertype in (IPV4, ARP) and not is_dhcp_client(frame)]

    def assert_no_ipv4(self):
        frames = self.ipv4()
        assert not frames, "IPv4 on the wire:\n" + "\n".join(
            frame.bytes.hex() for frame in frames)
