# SPDX-License-Identifier: GPL-2.0-or-later
"""The IPv6-only router: forwarding, NAT64 (tayga and nftables), and DHCPv4 on request."""

import ipaddress

from .machine import Machine
from .waiting import wait_for

# Each NAT64 uses a /24 of these for its IPv6 clients.
NAT64_POOL = "100.64.{}.0/24"

TAYGA = """\
tun-device {device}
ipv4-addr {own_ipv4}
prefix {prefix}
dynamic-pool {pool}
data-dir {directory}
"""

MASQUERADE = """\
table ip nat {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname "wan" masquerade
  }
}
"""


class Router(Machine):
    """Has an interface `lan0`, `lan1`, ... per link of the host, and `wan` to the internet."""

    def __init__(self, inside, directory):
        super().__init__("router", inside=inside)
        self._directory = directory
        self._nat64 = {}
        for name in "net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding":
            self.set_sysctl(name, 1)
        self.run("nft", "-f", "-", input=MASQUERADE)

    def add_nat64(self, prefix):
        """Routes PREFIX to the IPv4 internet, if not done yet."""
        if prefix in self._nat64:
            return
        number = len(self._nat64)
        device = f"nat64-{number}"
        pool = ipaddress.IPv4Network(NAT64_POOL.format(number))
        state = f"/run/{device}"
        configuration = f"{state}.conf"
        self.run("mkdir", "-p", state)
        self.file(configuration).write_text(TAYGA.format(
            device=device, own_ipv4=pool[1], prefix=prefix, pool=pool, directory=state))
        self.run("tayga", "--config", configuration, "--mktun")
        self.ip("link", "set", device, "up")
        self.ip("route", "add", str(pool), "dev", device)
        self.ip("-6", "route", "add", prefix, "dev", device)
        self._nat64[prefix] = self.popen(["tayga", "--config", configuration, "--nodetach"],
                                         log=self._directory / f"{device}.log")
        wait_for(lambda: "LOWER_UP" in self.output("ip", "link", "show", device), 5,
                 f"translator {device}")

    def start_dhcp(self, interface, network="10.0.0.0/24", default_route=True, v6only=None):
        """Adds native IPv4 on INTERFACE; returns the DHCP server, which must be stopped. V6ONLY:
        the value of option 108, in seconds, which clients get that ask for it."""
        hosts = ipaddress.IPv4Network(network)
        self.ip("address", "replace", f"{hosts[1]}/{hosts.prefixlen}", "dev", interface)
        options = [] if default_route else ["--dhcp-option=option:router"]
        if v6only is not None:
            options.append("--dhcp-option=108," + v6only.to_bytes(4, "big").hex(":"))
        return self.popen(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null",
                           "--port=0", "--log-dhcp", "--log-facility=-",
                           f"--interface={interface}", "--bind-interfaces", "--no-ping",
                           "--dhcp-authoritative",
                           "--pid-file=", "--user=root", "--leasefile-ro",
                           f"--dhcp-range={hosts[100]},{hosts[200]},120", *options],
                          log=self._directory / "dnsmasq.log")

    def stop_dhcp(self, server, interface):
        server.stop()
        self.ip("-4", "address", "flush", "dev", interface)
