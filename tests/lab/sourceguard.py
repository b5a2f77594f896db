# SPDX-License-Identifier: GPL-2.0-or-later
"""A network that passes only packets from the host's own IPv6 addresses, as some switches and
access points do (source guard)."""

import contextlib

FILTER = """
table netdev guard-{interface} {{
  chain ingress {{
    type filter hook ingress device {interface} priority 0;
    ip6 saddr {{ fe80::/10, ::, {addresses} }} accept
    meta protocol ip6 drop
  }}
}}"""


@contextlib.contextmanager
def source_guard(host, link):
    """The router's port of LINK drops packets from addresses that the host does not have now."""
    interface = link.router_interface
    addresses = ", ".join(host.global_addresses(link.host_interface))
    link.router.run("nft", "-f", "-",
                    input=FILTER.format(interface=interface, addresses=addresses))
    try:
        yield
    finally:
        link.router.run("nft", "delete", "table", "netdev", f"guard-{interface}")
