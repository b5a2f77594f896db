# SPDX-License-Identifier: GPL-2.0-or-later
"""A DHCPv4 server that only answers DISCOVERs that list option 108, and never grants a lease."""

import contextlib
import dataclasses
import socket
import threading
import time

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

V6ONLY = 108
PARAMETERS = "param_req_list"


@dataclasses.dataclass(frozen=True)
class Offer:
    """A reply. V6ONLY: the value of option 108 in seconds, None without it. XID and CHADDR: a
    difference to those of the DISCOVER. RELAY: the address of the relay that passed it."""
    v6only: int | None = None
    kind: str = "offer"
    server: str = "10.0.0.1"
    relay: str = "0.0.0.0"
    delay: float = 0
    xid: int = 0
    chaddr: int = 0
    copies: int = 1

    def encode(self, discover):
        options = [("message-type", self.kind), ("server_id", self.server),
                   ("lease_time", 120)]
        if self.v6only is not None:
            options.append((V6ONLY, self.v6only.to_bytes(4, "big")))
        query = discover[BOOTP]
        mac = query.chaddr[:5] + bytes([query.chaddr[5] ^ self.chaddr])
        return bytes(Ether(dst="ff:ff:ff:ff:ff:ff")
                     / IP(src=self.server, dst="255.255.255.255") / UDP(sport=67, dport=68)
                     / BOOTP(op=2, yiaddr="10.0.0.50", giaddr=self.relay, chaddr=mac,
                             xid=query.xid ^ self.xid)
                     / DHCP(options=[*options, "end"]))


def lists_option_108(packet):
    if DHCP not in packet or packet[BOOTP].op != 1:
        return False
    options = dict(option[:2] for option in packet[DHCP].options if isinstance(option, tuple))
    return options.get("message-type") == 1 and V6ONLY in options.get(PARAMETERS, [])


class OfferingServer:
    """On INTERFACE of MACHINE; ANSWER returns the Offers that answer a DISCOVER, whose number,
    from 0, is its argument."""

    def __init__(self, machine, interface, answer):
        self.n_discovers = 0
        self._answer = answer
        self._socket = machine.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x800))
        self._socket.bind((interface, 0x800))
        self._socket.settimeout(0.2)
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while not self._stopping:
            with contextlib.suppress(socket.timeout):
                packet = Ether(self._socket.recv(2048))
                if lists_option_108(packet):
                    self._reply(packet)

    def _reply(self, discover):
        offers = self._answer(self.n_discovers)
        self.n_discovers += 1
        for offer in offers:
            time.sleep(offer.delay)
            frame = offer.encode(discover)
            for _ in range(offer.copies):
                self._socket.send(frame)

    def stop(self):
        self._stopping = True
        self._thread.join()
        self._socket.close()
