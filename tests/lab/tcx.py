# SPDX-License-Identifier: GPL-2.0-or-later
"""BPF programs of other software on an interface, and which programs are attached by tcx: with
the system call itself, as no tool of Debian 12 supports tcx."""

import ctypes
import errno
import os
import platform
import struct

PROG_LOAD, PROG_ATTACH, PROG_DETACH = 5, 8, 9
PROG_GET_FD_BY_ID, OBJ_GET_INFO_BY_FD, PROG_QUERY = 13, 15, 16
TYPE_SCHED_CLS = 3
TCX_INGRESS, TCX_EGRESS = 46, 47
BEFORE, AFTER = 1 << 3, 1 << 4
OK, NEXT = 0, -1
NUMBERS = {"x86_64": 321, "aarch64": 280}
MOST = 64

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    """The bpf() call with ATTRIBUTES, which are padded with zeros and may be changed."""
    size = max(128, len(attributes))
    buffer = ctypes.create_string_buffer(bytes(attributes), size)
    result = libc.syscall(NUMBERS[platform.machine()], command, buffer, size)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result, buffer.raw


def index_of(machine, interface):
    return int(machine.output("cat", f"/sys/class/net/{interface}/ifindex"))


def is_supported(machine):
    """Whether the kernel supports tcx."""
    try:
        ids(machine, "lo")
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return False
    return True


def ids(machine, interface, where=TCX_INGRESS):
    """The ids of the programs, in the order in which they run."""
    found = (ctypes.c_uint32 * MOST)()
    with machine.network():
        _, answer = bpf(PROG_QUERY, struct.pack(
            "IIIIQI", index_of(machine, interface), where, 0, 0,
            ctypes.addressof(found), MOST))
    count, = struct.unpack_from("I", answer, 24)
    return list(found[:count])


def open_program(identity):
    return bpf(PROG_GET_FD_BY_ID, struct.pack("I", identity))[0]


def name_of(identity):
    program = open_program(identity)
    info = ctypes.create_string_buffer(256)
    try:
        bpf(OBJ_GET_INFO_BY_FD, struct.pack("IIQ", program, len(info), ctypes.addressof(info)))
    finally:
        os.close(program)
    return info.raw[64:80].rstrip(b"\0").decode()


def names(machine, interface, where=TCX_INGRESS):
    return [name_of(identity) for identity in ids(machine, interface, where)]


def put(register, number):
    """The instruction that sets REGISTER to NUMBER."""
    return struct.pack("BBhi", 0xb7, register, 0, number)


def call(helper):
    return struct.pack("BBhi", 0x85, 0, 0, helper)


def load(name, *instructions):
    """Loads a program of INSTRUCTIONS; the value of register 0 is its verdict."""
    code = b"".join([*instructions, struct.pack("BBhi", 0x95, 0, 0, 0)])
    buffer = ctypes.create_string_buffer(code, len(code))
    license_ = ctypes.create_string_buffer(b"GPL")
    return bpf(PROG_LOAD, struct.pack(
        "IIQQIIQII16s", TYPE_SCHED_CLS, len(code) // 8, ctypes.addressof(buffer),
        ctypes.addressof(license_), 0, 0, 0, 0, 0, name.encode()))[0]


def attach_program(machine, interface, program, where=TCX_INGRESS, place=0):
    """PROGRAM, which is closed here, stays attached until detach or deletion of the interface."""
    try:
        with machine.network():
            bpf(PROG_ATTACH, struct.pack("IIII", index_of(machine, interface), program,
                                         where, place))
    finally:
        os.close(program)


def attach(machine, interface, verdict, name, place):
    """Attaches a program that returns VERDICT for each packet."""
    attach_program(machine, interface, load(name, put(0, verdict)), place=place)


def detach(machine, interface, name, where=TCX_INGRESS):
    for identity in ids(machine, interface, where):
        if name_of(identity) == name:
            program = open_program(identity)
            with machine.network():
                bpf(PROG_DETACH, struct.pack("III", index_of(machine, interface), program,
                                             where))
            os.close(program)
