# SPDX-License-Identifier: GPL-2.0-or-later
"""The state of a machine's network namespace, for comparison: settings, packet filter, links,
addresses, routes and rules. Neighbour entries are omitted: they depend on the traffic."""

import json
import re

# Lifetimes that count down; and the promiscuity count, which a child interface with a MAC address
# of its own increments.
CHANGING_FIELDS = {"expires", "valid_life_time", "preferred_life_time", "promiscuity",
                   "allmulti"}
CHANGING_SETTINGS = re.compile(r"/nf_conntrack_count$")


def settled(entry):
    """ENTRY of ip's JSON without the fields that change without cause."""
    if isinstance(entry, dict):
        return {key: settled(value) for key, value in entry.items()
                if key not in CHANGING_FIELDS}
    if isinstance(entry, list):
        return [settled(value) for value in entry]
    return entry


def settings(machine):
    # Some are write-only; reading those fails, and they are skipped.
    text = machine.run("grep", "-r", "", "/proc/sys/net", check=False).stdout
    return {f"sysctl {line}" for line in text.splitlines()
            if not CHANGING_SETTINGS.search(line.partition(":")[0])}


def objects(machine, kind, *argv):
    """The objects that a command of iproute2 lists."""
    entries = json.loads(machine.output(*argv) or "[]")
    return {f"{kind} {json.dumps(settled(entry), sort_keys=True)}" for entry in entries}


def addresses(machine):
    found = set()
    for link in json.loads(machine.output("ip", "-json", "address", "show") or "[]"):
        for entry in link.get("addr_info", []):
            text = json.dumps(settled(entry), sort_keys=True)
            found.add(f"address {link.get('ifname')} {text}")
    return found


def packet_filter(machine):
    lines = set()
    table = chain = ""
    for line in machine.output("nft", "list", "ruleset").splitlines():
        if line.startswith("table"):
            table = line
        elif line.startswith("\tchain"):
            chain = line.strip()
        lines.add(f"nftables {table} {chain} {line.strip()}")
    return lines


def take(machine):
    """The whole state, as a set of readable lines."""
    return (settings(machine)
            | addresses(machine)
            | packet_filter(machine)
            | objects(machine, "link", "ip", "-json", "-details", "link", "show")
            | objects(machine, "qdisc", "tc", "-json", "qdisc", "show")
            | set().union(*(
                objects(machine, f"{what} {family}", "ip", "-json", family, what, "show",
                        *arguments)
                for family in ("-4", "-6")
                for what, *arguments in (("route", "table", "all"), ("rule",)))))


def is_about(line, interface):
    """Whether a line of a difference is about INTERFACE itself."""
    return re.search(rf'/{interface}/|"(ifname|dev)": "{interface}"|address {interface} '
                     rf'|"link": "{interface}"', line) is not None


def is_rule_of(line, address):
    """Whether a line of a difference is a routing rule for packets from ADDRESS."""
    return re.match(rf'[+-] rule .*"src": "{re.escape(address)}"', line) is not None


def is_refusal(line):
    """Whether a line of a difference is the rule or the route that refuses the IPv4 packets of
    programs that are bound to an interface without IPv4."""
    return re.match(r'[+-] rule -4 .*"oif": .*"table": "464\d{5}"'
                    r'|[+-] route -4 .*"table": "464\d{5}", "type": "broadcast"', line) is not None


def differences(before, after):
    """What was added and what was removed, as readable lines."""
    return ([f"- {line}" for line in sorted(before - after)]
            + [f"+ {line}" for line in sorted(after - before)])
