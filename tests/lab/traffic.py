# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic of programs on the host, from sockets of the test process."""

import contextlib
import hashlib
import http.client
import socket
import struct
import threading
import time

from scapy.layers.inet import ICMP, IP

from . import servers
from .network import INTERNET
from .waiting import SLOWNESS, wait_for

IP_RECVTTL = 12
IP_RECVTOS = 13
IP_MTU_DISCOVER, NEVER_DF = 10, 0
SO_NO_CHECK = 11
MB = 1_000_000
RECEIVE_SECONDS = 6


@contextlib.contextmanager
def udp(machine, port=servers.ECHO_PORT, address=INTERNET, source="0.0.0.0"):
    """A UDP socket of MACHINE connected to PORT of the internet."""
    with machine.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(RECEIVE_SECONDS)
        client.bind((source, 0))
        client.connect((address, port))
        yield client


def clear_df(client):
    """Its packets have no DF: whole ones of more than 1260 octets take the slow path, to be
    fragmented."""
    client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, NEVER_DF)


@contextlib.contextmanager
def tcp(machine, port, address=INTERNET, source="0.0.0.0"):
    with machine.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        client.settimeout(RECEIVE_SECONDS)
        client.bind((source, 0))
        client.connect((address, port))
        yield client


def is_echoed(client, payload):
    client.send(payload)
    return client.recv(65536) == payload


class NumberedFlow:
    """UDP datagrams of LENGTH octets, sent to the echo server continuously."""

    def __init__(self, client, length, pause):
        self.sent = 0
        self._client = client
        self._length = length
        self._pause = pause
        self._arrived = set()
        self._is_ending = threading.Event()
        self._threads = [threading.Thread(target=target, daemon=True)
                         for target in (self._send, self._receive)]
        for thread in self._threads:
            thread.start()

    def _send(self):
        while not self._is_ending.wait(self._pause):
            number = self.sent
            self.sent += 1
            self._client.send(number.to_bytes(8, "big").ljust(self._length, b"."))

    def _receive(self):
        with contextlib.suppress(TimeoutError):
            while not self._is_ending.is_set() or len(self._arrived) < self.sent:
                self._arrived.add(int.from_bytes(self._client.recv(65536)[:8], "big"))

    def stop(self):
        """Stops sending; packets in flight may still arrive."""
        self._is_ending.set()
        for thread in self._threads:
            thread.join()

    def lost(self):
        return sorted(set(range(self.sent)) - self._arrived)


class BusyTcp:
    """CLIENTS, which are connected to the echo server, send all the time."""

    def __init__(self, clients):
        self._clients = clients
        self._received = [0] * len(clients)
        self.errors = []
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        for client in self._clients:
            client.setblocking(False)
        while not self._is_ending.is_set():
            for number, client in enumerate(self._clients):
                self._turn(number, client)

    def _turn(self, number, client):
        try:
            with contextlib.suppress(BlockingIOError):
                client.send(b"busy")
            with contextlib.suppress(BlockingIOError):
                self._received[number] += len(client.recv(65536))
        except OSError as error:
            self.errors.append(error)

    def wait_for_answers(self):
        """Each of them gets answers from now on, or one has failed."""
        before = list(self._received)
        wait_for(lambda: self.errors or all(map(int.__lt__, before, self._received)), 10,
                 "answers to all connections")

    def stop(self):
        self._is_ending.set()
        self._thread.join()


@contextlib.contextmanager
def busy_tcp(machine, count):
    """COUNT connections of MACHINE that send while the context is open, and the ports of MACHINE
    that they use."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(tcp(machine, servers.ECHO_PORT)) for _ in range(count)]
        busy = BusyTcp(clients)
        stack.callback(busy.stop)
        yield busy, {client.getsockname()[1] for client in clients}


@contextlib.contextmanager
def numbered_udp(machine, length, pause, has_df=True):
    """A NumberedFlow that runs while the context is open."""
    with udp(machine) as client:
        if not has_df:
            clear_df(client)
        client.settimeout(RECEIVE_SECONDS * SLOWNESS)
        servers.make_room(client)
        flow = NumberedFlow(client, length, pause)
        try:
            yield flow
        finally:
            flow.stop()


def assert_ended(client):
    """The kernel has ended the socket: the program gets an error at once."""
    client.settimeout(1 * SLOWNESS)
    try:
        client.recv(64)
    except ConnectionAbortedError:
        return
    raise AssertionError("the socket has not been ended")


def exchange(client, block):
    """Sends BLOCK to the TCP echo server and reads it back."""
    client.sendall(block)
    received = b""
    while len(received) < len(block):
        received += client.recv(65536)
    assert received == block


@contextlib.contextmanager
def icmp_errors(machine):
    """Collects (source, type, code, MTU) of the ICMP errors that MACHINE receives meanwhile."""
    errors = []
    with machine.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        yield errors
        raw.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            while True:
                packet = IP(raw.recv(65536))
                if packet.dst != packet.src and packet[ICMP].type in (3, 11, 12):
                    error = packet[ICMP]
                    errors.append((packet.src, error.type, error.code,
                                   struct.unpack("!H", bytes(error)[6:8])[0]))


def echo_peers(capture, port):
    """The IPv6 addresses to which the TCP socket with PORT sends, as a client of the echo server."""
    return {str(packet.destination) for packet in capture.ipv6(
        lambda packet: packet.next_header == socket.IPPROTO_TCP
        and packet.ports == (port, servers.ECHO_PORT))}


class HttpConnection(http.client.HTTPConnection):
    """HTTP from MACHINE."""

    def __init__(self, machine, address):
        super().__init__(address, servers.HTTP_PORT, timeout=60)
        self._machine = machine

    def connect(self):
        self.sock = self._machine.socket(servers.family_of(self.host), socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect((self.host, self.port))


def download(machine, length, address=INTERNET):
    """Hash of the received bytes, and bytes per second."""
    start = time.monotonic()
    digest = hashlib.sha256()
    with contextlib.closing(HttpConnection(machine, address)) as connection:
        connection.request("GET", f"/bytes/{length}")
        response = connection.getresponse()
        while block := response.read(servers.BLOCK):
            digest.update(block)
    return digest.hexdigest(), length / (time.monotonic() - start)


@contextlib.contextmanager
def running_download(machine, length):
    """A TCP download runs while the context is open; its hash is checked at the end."""
    result = {}

    def run():
        try:
            result["digest"], _ = download(machine, length)
        except BaseException as error:  # Reported by the assertion below.
            result["error"] = error

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join(120)
    assert result.get("digest") == servers.content_hash(length), result


def upload(machine, length, address=INTERNET):
    """Hash of the bytes that arrived, as the server computed it."""
    with contextlib.closing(HttpConnection(machine, address)) as connection:
        connection.request("PUT", "/", body=servers.content(length),
                           headers={"Content-Length": str(length)})
        received, digest = connection.getresponse().read().decode().split()
    assert int(received) == length
    return digest


def bulk(megabytes):
    """That many bytes; fewer under emulation."""
    return int(megabytes * MB / SLOWNESS)


def assert_carries(machine, length, address=INTERNET):
    """LENGTH bytes are transferred completely, each way."""
    # Download first: once the path MTU to the server is cached, the host announces a lower MSS.
    digest = upload(machine, length, address)
    assert digest == servers.content_hash(length)
    assert download(machine, length, address)[0] == digest
