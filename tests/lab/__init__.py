# SPDX-License-Identifier: GPL-2.0-or-later
"""The test network: a host with a real NetworkManager, an IPv6-only router with NAT64, and
an IPv4 internet, in namespaces of their own.

    machine     a machine: namespaces, and what runs in them
    host        the machine under test: bus, NetworkManager, clat-nm
    systemd     the same with systemd as its first process
    router      the IPv6-only router: NAT64 and, where a test wants it, DHCPv4
    advertiser  router advertisements, any of them, at any time
    dns         a DNS64 that says what it is told, and what it was asked
    servers     what answers in the IPv4 internet
    layers      bridges, bonds, teams and VLANs on a link
    wifi        access points and a station, where radios can be simulated
    network     all of them, connected
    capture     what is seen on a link
    snapshot    the state of a network namespace, to compare
    waiting     bounded waits
    archive     packages of other releases of Debian
    kernel      all of it under a kernel of Debian's, in QEMU

To look around in it: "tests/demo --shell" ends with a shell on the host while everything runs.
From another terminal, any of its machines can be entered; "ps ax | grep first-process" shows
their first processes with their names:

    nsenter --target PID --net --mount --uts --ipc --pid

"tests/run --pdb -k NAME" stops where a test fails, with everything still there.
"""
