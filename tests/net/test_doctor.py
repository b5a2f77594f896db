# SPDX-License-Identifier: GPL-2.0-or-later
"""What `clatctl check` says about a connection on which one thing is broken: the finding about
that thing, and whose fault it is."""

import contextlib
import json

import pytest

from lab.advertiser import DnsServer as DnsServerOption
from lab.network import INTERNET, LINK_LOCAL
from lab.servers import CLOSED_PORT, HTTP_PORT
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("clat")

TARGET = f"{INTERNET}:{HTTP_PORT}"
# On the network of INTERNET, but no host has it.
SILENT = f"198.51.100.77:{HTTP_PORT}"
NOBODY = "nobody"
# Takes seconds where something does not answer.
SECONDS = 60


def check(host, *options, prefix=()):
    result = host.run(*prefix, "clatctl", "--json", "check", "eth0", *options, check=False,
                      timeout=SECONDS)
    [shown] = json.loads(result.stdout)["Connections"]
    assert shown["Ok"] == (result.returncode == 0), result.stderr
    return {finding["Check"]: finding for finding in shown["Findings"]}


def verdicts(findings):
    return {name: (found["Result"], found["Fault"]) for name, found in findings.items()
            if found["Result"] in ("warning", "failed")}


def wait_for_verdict(host, name, verdict, *options):
    """The situation may need a moment to become known; the finding when it has."""
    found = {}

    def is_there():
        found.update(check(host, *options))
        return verdicts(found).get(name) == verdict

    wait_for(is_there, SECONDS, f"{name} {verdict}", lambda: json.dumps(found, indent=1))
    return found[name]


def wait_for_findings(host, is_right, *options):
    """Packets may get lost while the machine is busy."""
    found = {}

    def is_there():
        found.clear()
        found.update(check(host, *options))
        return is_right(found)

    wait_for(is_there, SECONDS, "findings", lambda: json.dumps(found, indent=1))
    return found


def are_ok(findings, *names):
    return all(findings[name]["Result"] == "ok" for name in names)


@contextlib.contextmanager
def nftables(machine, family, hook, rule):
    machine.run("nft", "-f", "-", input=f"""
table {family} broken {{
    chain dropping {{
        type filter hook {hook} priority 0;
        {rule}
    }}
}}
""")
    try:
        yield
    finally:
        machine.run("nft", "delete", "table", family, "broken")


def at_router(link, rule):
    """Applies to what comes from the host."""
    return nftables(link.router, "netdev", f"ingress device {link.router_interface}", rule)


@pytest.fixture
def resolver(host, link):
    """The network announces a DNS server, where nothing listens."""
    link.advertiser.announce(
        link.advertiser.advertisement.with_options(DnsServerOption(link.router_address)))
    wait_for(lambda: link.router_address in host.nmcli("-g", "IP6.DNS", "device", "show", "eth0")
             .replace("\\", ""), SECONDS, "resolver", host.explain)


def test_healthy_network(host):
    host.wait_for_ping(INTERNET, SECONDS)
    findings = wait_for_findings(
        host,
        lambda found: are_ok(
            found, "networkmanager", "profile", "link", "router", "neighbour", "prefix",
            "service", "address", "namespace", "fast-path", "slow-path", "ipv4-address",
            "ipv4-route", "rules", "competition", "firewall", "nat64", "ping", "tcp",
            "path-mtu"),
        "--target", TARGET)
    # The network announces no DNS server.
    assert verdicts(findings) == {"resolvers": ("warning", "network")}, findings
    assert LINK_LOCAL in findings["router"]["Text"]


def test_unprivileged_users_learn_what_they_may(host):
    findings = check(host, prefix=("setpriv", "--reuid", NOBODY, "--clear-groups"))
    assert findings["firewall"]["Result"] == "skipped"
    assert "root" in findings["address"]["Text"]
    assert findings["ipv4-route"]["Result"] == "ok"


def test_text_is_short_for_publishing(host):
    """With --report and --short, a text without addresses that name the network."""
    text = host.output("clatctl", "check", "eth0", "--report", "--short", timeout=SECONDS)
    assert text.startswith("clat-nm ") and "NetworkManager " in text.splitlines()[0]
    assert "2001:db8:x:x" in text and "fe80::x" in text and "192.0.0." in text
    assert LINK_LOCAL not in text and "IPv6 address" in text


def test_profile_without_translation(host):
    host.output("clatctl", "set", "eth0", "no")
    try:
        assert wait_for_verdict(host, "profile", ("warning", "host"))["Remedy"]
    finally:
        host.output("clatctl", "set", "eth0", "auto")
        host.wait_for_state("active", seconds=SECONDS)


def test_router_that_does_not_answer(host, link):
    """Neighbour discovery of the router fails."""
    with at_router(link, "icmpv6 type nd-neighbor-solicit drop"):
        host.ip("-6", "neighbour", "flush", "dev", "eth0")
        wait_for_verdict(host, "neighbour", ("failed", "network"))
    host.wait_for_state("active", seconds=SECONDS)


def test_network_without_nat64(host, link):
    link.advertiser.announce_pref64()
    try:
        finding = wait_for_verdict(host, "prefix", ("failed", "network"))
        assert "prefix=" in finding["Remedy"]
    finally:
        link.advertiser.reset()
        host.wait_for_state("active", seconds=SECONDS)


@pytest.mark.usefixtures("resolver")
def test_resolver_that_does_not_answer(host):
    wait_for_verdict(host, "resolvers", ("failed", "network"))


def test_firewall_rule_on_the_translator(host):
    with nftables(host, "inet", "output", 'oifname "clat-eth0" drop'):
        finding = check(host)["firewall"]
    assert (finding["Result"], finding["Fault"]) == ("failed", "host")
    assert "clat-eth0 drop" in finding["Text"]


def test_firewall_rule_for_some_packets(host):
    with nftables(host, "inet", "output", 'oifname "clat-eth0" tcp dport 25 drop'):
        assert verdicts(check(host))["firewall"] == ("warning", "host")


def test_firewall_policy(host):
    """Guests' packets may be dropped: no rule accepts them."""
    with nftables(host, "inet", "forward", "policy drop;"):
        finding = check(host)["firewall"]
    assert (finding["Result"], finding["Fault"]) == ("warning", "host")
    assert "policy drop" in finding["Text"]


def test_routing_rule_in_the_way(host):
    address = host.clat_state()["Ipv4Address"]
    host.ip("rule", "add", "from", address, "prohibit", "priority", "1")
    try:
        assert verdicts(check(host))["rules"] == ("failed", "host")
    finally:
        host.ip("rule", "del", "from", address, "prohibit", "priority", "1")


def test_vpn_in_the_way(host):
    """Another default route is better."""
    host.ip("link", "add", "vpn0", "type", "veth", "peer", "name", "vpn1")
    try:
        host.ip("link", "set", "vpn1", "up")
        host.ip("address", "add", "10.8.0.2/24", "dev", "vpn0")
        host.ip("link", "set", "vpn0", "up")
        host.ip("route", "add", "default", "dev", "vpn0", "metric", "1")
        finding = wait_for_verdict(host, "competition", ("warning", "host"))
        assert "10.8.0.2 on vpn0" in finding["Text"]
    finally:
        host.ip("link", "del", "vpn0")


def test_target_that_does_not_answer(host):
    found = verdicts(check(host, "--target", SILENT))
    assert found["ping"] == found["tcp"] == ("failed", "nat64")


def test_target_without_ping(host, network):
    network.internet.set_sysctl("net.ipv4.icmp_echo_ignore_all", 1)
    try:
        wait_for_findings(host, lambda found: are_ok(found, "tcp")
                          and verdicts(found).get("ping") == ("warning", "nat64"),
                          "--target", TARGET)
    finally:
        network.internet.set_sysctl("net.ipv4.icmp_echo_ignore_all", 0)


def test_target_that_refuses(host):
    """A reset comes through the NAT64, too."""
    wait_for_findings(host, lambda found: are_ok(found, "tcp"),
                      "--target", f"{INTERNET}:{CLOSED_PORT}")


def test_path_that_drops_large_packets(host, link):
    with at_router(link, "meta length > 1280 drop"):
        wait_for_findings(host, lambda found: are_ok(found, "ping")
                          and verdicts(found).get("path-mtu") == ("failed", "network"),
                          "--target", TARGET)


def test_link_without_carrier(host, link):
    """Last: it takes a while until all works again."""
    link.unplug()
    try:
        wait_for_verdict(host, "link", ("failed", "network"))
    finally:
        link.plug()
        host.wait_until_connected("eth0", SECONDS)
        host.wait_for_state("active", seconds=SECONDS)
