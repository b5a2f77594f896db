# SPDX-License-Identifier: GPL-2.0-or-later
"""WireGuard on the host as a VPN for all IPv4 traffic, set up by wg-quick or by NetworkManager.
Nothing answers at the other end: packets enter the interface, and wait for a handshake."""

import contextlib
import uuid

from .waiting import wait_for

DEVICE = "vpn0"
ADDRESS = "10.99.0.2"
# On the first link.
ENDPOINT = "[2001:db8:1::1]:51820"

CONFIGURATION = """\
[Interface]
PrivateKey = {private}
Address = {address}/24

[Peer]
PublicKey = {public}
Endpoint = {endpoint}
AllowedIPs = 0.0.0.0/0
"""
PROFILE = """\
[connection]
id={device}
uuid={uuid}
type=wireguard
interface-name={device}
autoconnect=false

[wireguard]
private-key={private}

[wireguard-peer.{public}]
endpoint={endpoint}
allowed-ips=0.0.0.0/0;

[ipv4]
method=manual
address1={address}/24

[ipv6]
method=disabled
"""
SRC_VALID_MARK = "net.ipv4.conf.all.src_valid_mark"


def make_key(machine):
    """A private key, and its public key."""
    private = machine.output("wg", "genkey")
    return private, machine.output("wg", "pubkey", input=f"{private}\n")


def write(host, path, template):
    file = host.file(path)
    file.write_text(template.format(
        private=make_key(host)[0], public=make_key(host)[1], address=ADDRESS, endpoint=ENDPOINT,
        device=DEVICE, uuid=uuid.uuid5(uuid.NAMESPACE_DNS, DEVICE)))
    file.chmod(0o600)


def wait_for_removal(host):
    wait_for(lambda: DEVICE not in host.output("ip", "link"), 5, "removal of the VPN")


@contextlib.contextmanager
def wg_quick(host):
    """A mark for its own packets, and routing rules for all others."""
    path = f"/run/{DEVICE}.conf"
    write(host, path, CONFIGURATION)
    host.run("wg-quick", "up", path)
    try:
        yield DEVICE
    finally:
        host.run("wg-quick", "down", path)
        # It stays.
        host.set_sysctl(SRC_VALID_MARK, 0)
        wait_for_removal(host)


@contextlib.contextmanager
def wireguard_profile(host):
    """A profile of NetworkManager, which adds the same rules (wireguard.ip4-auto-default-route).
    """
    write(host, f"/etc/NetworkManager/system-connections/{DEVICE}.nmconnection", PROFILE)
    host.nmcli("connection", "reload")
    host.nmcli("connection", "up", DEVICE)
    try:
        yield DEVICE
    finally:
        host.nmcli("connection", "delete", DEVICE)
        wait_for_removal(host)
