# SPDX-License-Identifier: GPL-2.0-or-later
"""One end of a VPN: carries IPv4 packets of a tun device in UDP. Without encryption.

usage: vpn.py DEVICE PORT [PEER [MARK]]

Without PEER it answers the source of the last packet. MARK is the fwmark of its socket, for
VPNs whose own packets must not enter the tunnel."""

import contextlib
import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF = 0x400454ca
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
SO_MARK = 36
LONGEST = 65536


def open_tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def open_udp(port, mark):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if mark:
        udp.setsockopt(socket.SOL_SOCKET, SO_MARK, mark)
    udp.bind(("0.0.0.0", port))
    return udp


def carry(tun, udp, peer):
    while True:
        ready, _, _ = select.select([tun, udp], [], [])
        # Packets may be dropped, as on every network.
        with contextlib.suppress(OSError):
            if udp in ready:
                packet, peer = udp.recvfrom(LONGEST)
                os.write(tun, packet)
            if tun in ready:
                packet = os.read(tun, LONGEST)
                # The kernel sends router solicitations on it.
                if peer is not None and packet[0] >> 4 == 4:
                    udp.sendto(packet, peer)


def main():
    device, port, *rest = sys.argv[1:]
    tun = open_tun(device)
    udp = open_udp(int(port), int(rest[1]) if len(rest) > 1 else 0)
    os.write(1, b"ready\n")
    carry(tun, udp, (rest[0], int(port)) if rest else None)


if __name__ == "__main__":
    main()
