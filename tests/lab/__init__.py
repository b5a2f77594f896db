# SPDX-License-Identifier: GPL-2.0-or-later
"""The test network: a host with a real NetworkManager, an IPv6-only router with NAT64, and
an IPv4 internet, in namespaces of their own.

    network            all machines, connected: the start of every test
    machine            one machine: its namespaces, and the programs in them
    enter.c            runs a command in a machine
    host               the machine under test: bus, NetworkManager, clat-nm
    systemd            the machine under test with systemd as its first process
    apparmor           the AppArmor profile, in virtual machines
    bus                a D-Bus client of the service
    router             the IPv6-only router: NAT64 and, where a test needs it, DHCPv4
    advertiser         router advertisements with any options, sent at any time
    dhcp               a DHCPv4 server that only offers, late, several times or forged
    dns                a DNS64 with configurable answers, and the queries that it received
    servers            echo and HTTP servers of the IPv4 internet
    transparent_nat64  a NAT64 that translates every packet, and a peer behind it
    impaired           a NAT64 that loses or delays packets
    layers             bridges, bonds, teams and VLANs on a link
    pointtopoint       WireGuard and PPP
    tunnel             a link of tun devices
    vpn                a VPN over UDP
    wireguard          WireGuard for all traffic of the host, and its keys
    wifi               access points and a station, where the kernel can simulate radios
    parents            the link below a translator, by the kind of uplink
    guests             containers and virtual machines behind the host
    statics            a host with static IPv6 addresses
    duplicates         a node that claims the addresses of others
    ownipv6            checks of the host's own IPv6 on a link
    faults             errors of system calls of the daemon
    tcx                BPF programs of other software
    capture            the packets on a link
    traffic            traffic of programs on the host
    routes             the IPv4 default routes to translators, and a log of changes
    snapshot           the state of a network namespace, to compare
    waiting            bounded waits
    demo               what tests/demo shows
    summary            the last lines of tests/run
    archive            packages of other releases of Debian
    cache              folders that are made once and used by later runs
    root               the root directory of another release of Debian
    kernel             commands under a Debian kernel in QEMU

To look around in it: "tests/demo --shell" ends with a shell on the host while everything runs.
From another terminal, any of its machines can be entered; "ps ax | grep first-process" shows
their first processes with their names:

    nsenter --target PID --net --mount --uts --ipc --pid

"tests/run --pdb -k NAME" stops where a test fails, with the test network still up.
"""
