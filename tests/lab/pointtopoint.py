# SPDX-License-Identifier: GPL-2.0-or-later
"""Links without neighbour discovery that NetworkManager sets up on the first link of the network:
WireGuard and PPP. While one is up, the link below has no NAT64."""

import uuid

from . import dns
from .advertiser import Advertisement, Advertiser, Pref64, Prefix
from .network import LINK_LOCAL, PREF64
from .waiting import wait_for
from .wireguard import make_key

PREFIX = "2001:db8:9::/64"
NEAR, FAR = "2001:db8:9::2", "2001:db8:9::1"
PORT = 51820

WIREGUARD_PROFILE = """\
[connection]
id={id}
uuid={uuid}
type=wireguard
interface-name={id}
autoconnect=false

[wireguard]
private-key={private}

[wireguard-peer.{public}]
endpoint=[{endpoint}]:{port}
allowed-ips=::/0;

[ipv4]
method=disabled

[ipv6]
method=manual
addr-gen-mode=stable-privacy
address1={near}/64
dns={far};
"""

PPP_OPTIONS = """\
noauth
noip
ipv6 ::1,::2
nodefaultroute
"""


class WireGuard:
    """All of the host's IPv6 is routed through it, as in the profile of a VPN. No router sends
    advertisements; a DNS server answers on FAR."""

    interface = far_interface = "wg0"

    def __init__(self, network):
        self.host, self.router = network.host, network.router
        self._lower = network.link
        self._lower.advertiser.announce_pref64()
        private, public = make_key(self.host)
        self._make_far_end(public)
        self._make_profile(private)
        self.host.nmcli("connection", "up", self.interface, timeout=60)
        self.dns = dns.DnsServer(self.router, FAR, self.interface)
        wait_for(lambda: self.host.pings(FAR, seconds=0.3), 10, "other end", self.host.explain)

    def _make_far_end(self, peer):
        private, self._public = make_key(self.router)
        self.router.file("/run/wg0.key").write_text(f"{private}\n")
        self.router.ip("link", "add", self.interface, "type", "wireguard")
        self.router.run("wg", "set", self.interface, "listen-port", str(PORT), "private-key",
                        "/run/wg0.key", "peer", peer, "allowed-ips", PREFIX)
        self.router.ip("address", "add", f"{FAR}/64", "dev", self.interface)
        self.router.ip("link", "set", self.interface, "up")

    def _make_profile(self, private):
        file = self.host.file("/etc/NetworkManager/system-connections/wg0.nmconnection")
        file.write_text(WIREGUARD_PROFILE.format(
            id=self.interface, uuid=uuid.uuid5(uuid.NAMESPACE_DNS, self.interface),
            private=private, public=self._public, endpoint=self._lower.router_address,
            port=PORT, near=NEAR, far=FAR))
        file.chmod(0o600)
        self.host.nmcli("connection", "reload")

    def stop(self):
        self.dns.stop()
        self.host.nmcli("connection", "delete", self.interface)
        self.router.ip("link", "del", self.interface)
        self._lower.advertiser.reset()


class Ppp:
    """PPP over Ethernet, as with DSL. The router sends advertisements on it."""

    interface = far_interface = "ppp0"

    def __init__(self, network):
        self.host, self.router = network.host, network.router
        self.host.nmcli("-w", "60", "device", "disconnect", "eth0", timeout=60)
        options = "/run/ppp-options"
        self.router.file(options).write_text(PPP_OPTIONS)
        log = network.directory / "pppoe-server.log"
        self._server = self.router.popen(["pppoe-server", "-F", "-k", "-I", "lan0", "-O",
                                          options], log=log)
        self.host.nmcli("connection", "add", "type", "pppoe", "con-name", "dsl", "ifname",
                        "eth0", "username", "somebody", "password", "something", "autoconnect",
                        "no", "ipv4.method", "disabled", "ipv6.method", "auto")
        up = self.host.popen(["/usr/bin/nmcli", "connection", "up", "dsl"],
                             log=self.host.log("dsl"))
        wait_for(lambda: "LOWER_UP" in self.router.run("ip", "link", "show", self.interface,
                                                       check=False).stdout, 30, "PPP",
                 self.host.explain)
        self.router.ip("address", "add", f"{FAR}/64", "dev", self.interface)
        self.advertiser = Advertiser(self.router, self.interface, LINK_LOCAL,
                                     Advertisement((Prefix(PREFIX), Pref64(PREF64))))
        self.advertiser.send()
        up.wait(60)
        self.host.wait_for_ipv6(self.interface)

    def stop(self):
        self.host.nmcli("connection", "delete", "dsl")
        self.advertiser.stop()
        self._server.stop()
        self.host.nmcli("connection", "up", "eth0", timeout=60)
        self.host.wait_for_ipv6("eth0")
