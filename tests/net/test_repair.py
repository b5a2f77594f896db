# SPDX-License-Identifier: GPL-2.0-or-later
"""Another program deletes a part of the set-up: this is detected, and the part is restored."""

import pytest

from lab.network import INTERNET
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("clat")

REPAIR_SECONDS = 10
NAME = "clat-eth0"
IN_NAMESPACE = ("ip", "netns", "exec", NAME)
DAMAGE = {
    "route": ("ip", "-4", "route", "del", "default", "dev", NAME),
    # Not "flush": that repeats until nothing is left, and would race with the repair.
    "address": ("sh", "-c", f"ip address del $(ip -brief -4 address show dev {NAME} "
                            f"| awk '{{print $3}}') dev {NAME}"),
    "interface": ("ip", "link", "del", NAME),
    "interface down": ("ip", "link", "set", NAME, "down"),
    "uplink": (*IN_NAMESPACE, "ip", "link", "del", "uplink"),
    "uplink down": (*IN_NAMESPACE, "ip", "link", "set", "uplink", "down"),
    "tun": (*IN_NAMESPACE, "ip", "link", "del", "slow"),
    "bpf out": (*IN_NAMESPACE, "tc", "qdisc", "del", "dev", "inner", "clsact"),
    "bpf in": (*IN_NAMESPACE, "tc", "qdisc", "del", "dev", "uplink", "clsact"),
    "name of the namespace": ("ip", "netns", "del", NAME),
}


def test_forwarding_is_restored(host):
    """Replies to guests are forwarded. net.ipv4.ip_forward sets all interfaces."""
    host.wait_for_state("active")
    host.set_sysctl("net.ipv4.ip_forward", 1)
    host.set_sysctl("net.ipv4.ip_forward", 0)
    setting = "/proc/sys/net/ipv4/conf/{}/forwarding"
    wait_for(lambda: host.output("cat", setting.format(NAME)) == "1", REPAIR_SECONDS,
             "forwarding again", host.explain)
    assert host.output("cat", setting.format("eth0")) == "0"


@pytest.mark.parametrize("part", DAMAGE)
def test_is_restored(host, part):
    host.wait_for_state("active")
    host.run(*DAMAGE[part])
    wait_for(lambda: host.pings(INTERNET, seconds=0.3), REPAIR_SECONDS, "IPv4 again",
             host.explain)
    state = host.wait_for_state("active", SlowPath="running")
    wait_for(lambda: host.namespaces() == [NAME], REPAIR_SECONDS, "namespace", host.explain)
    assert len(host.clat_routes()) == 1
    assert state["Ipv4Address"] in host.output("ip", "-4", "address", "show", "dev", NAME)
