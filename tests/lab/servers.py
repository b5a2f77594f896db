# SPDX-License-Identifier: GPL-2.0-or-later
"""The servers of the IPv4 internet; run there as a program, with the address to listen on as
argument (or an IPv6 one, where only the translator before it is tested).

    port 80   HTTP: GET /bytes/N returns N bytes of known content; PUT accepts a body and
              returns its length and SHA-256
    port 7    echo, UDP and TCP
    port 13   UDP: returns the source address and port of the request
"""

import contextlib
import hashlib
import http.server
import os
import random
import selectors
import socket
import socketserver
import sys
import threading

HTTP_PORT = 80
SO_RCVBUFFORCE = 33
ROOM = 4 << 20
ECHO_PORT = 7
SOURCE_PORT = 13
CLOSED_PORT = 81

BLOCK = 1 << 20
BODY = random.Random(7915).randbytes(BLOCK - 8)


def content(length):
    """LENGTH bytes in numbered blocks: a lost, duplicated or reordered block changes the hash."""
    for index in range(0, length, BLOCK):
        block = index.to_bytes(8, "big") + BODY
        yield block[:length - index]


def content_hash(length):
    digest = hashlib.sha256()
    for block in content(length):
        digest.update(block)
    return digest.hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name, _, length = self.path.strip("/").partition("/")
        if self.path == "/":
            self._answer(b"IPv4 works.\n")
        elif name == "bytes" and length.isdecimal():
            self._send_content(int(length))
        else:
            self.send_error(404)

    def do_PUT(self):
        digest = hashlib.sha256()
        left = length = int(self.headers["Content-Length"])
        while left > 0:
            block = self.rfile.read(min(left, BLOCK))
            if not block:
                return
            digest.update(block)
            left -= len(block)
        self._answer(f"{length} {digest.hexdigest()}\n".encode())

    def _answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_content(self, length):
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        for block in content(length):
            self.wfile.write(block)

    def log_message(self, *_):
        pass


class TcpEcho(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class WebServer(http.server.ThreadingHTTPServer):
    def __init__(self, address):
        self.address_family = family_of(address)
        super().__init__((address, HTTP_PORT), Handler)


class EchoServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address):
        self.address_family = family_of(address)
        super().__init__((address, ECHO_PORT), TcpEcho)


def make_room(udp):
    """Enlarges the buffer, for bursts of packets that were queued on the path."""
    udp.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM)


def udp_socket(address, port):
    udp = socket.socket(family_of(address), socket.SOCK_DGRAM)
    make_room(udp)
    udp.bind((address, port))
    return udp


def answer_udp(address):
    selector = selectors.DefaultSelector()
    echo, who = udp_socket(address, ECHO_PORT), udp_socket(address, SOURCE_PORT)
    selector.register(echo, selectors.EVENT_READ, lambda data, peer: data)
    selector.register(who, selectors.EVENT_READ,
                      lambda data, peer: f"{peer[0]} {peer[1]}".encode())
    while True:
        for key, _ in selector.select():
            # ICMP errors about earlier answers are reported with the next packet.
            with contextlib.suppress(OSError):
                data, peer = key.fileobj.recvfrom(65536)
                key.fileobj.sendto(key.data(data, peer), peer)


def main():
    address = sys.argv[1]
    for server in WebServer(address), EchoServer(address):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    # The parent waits for a line on the first descriptor that it passes.
    os.write(1, b"ready\n")
    answer_udp(address)


if __name__ == "__main__":
    main()
