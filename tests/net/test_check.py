# SPDX-License-Identifier: GPL-2.0-or-later
"""What `clatctl check` reports about the kernel, compared with what iproute2 reports."""

import json

import pytest

from lab import snapshot
from lab.layers import kernel_has

pytestmark = pytest.mark.usefixtures("clat")

NOBODY = "nobody"


def check(host, *prefix):
    result = host.run(*prefix, "clatctl", "--json", "check", check=False)
    return result.returncode, json.loads(result.stdout)


def test_kinds_of_interfaces(network, host):
    _, shown = check(host)
    found = {feature["Name"]: feature["Available"] for feature in shown["Features"]}
    for kind in "veth", "ipvlan", "macvlan", "netkit":
        assert found[kind] == kernel_has(network.outer, kind), kind


def test_used_features_are_reported_available(host):
    """The translator is active here: everything that it uses must be reported as available."""
    status, shown = check(host)
    found = {feature["Name"]: feature["Available"] for feature in shown["Features"]}
    state = host.clat_state()
    assert status == 0 and shown["Sufficient"]
    assert found[state["Uplink"]]
    assert found["fast-path"] == state["Translator"].startswith("bpf")
    assert found["tun"] == (state["SlowPath"] == "running")
    assert all(found[name] for name in ("veth", "clsact", "bpf-redirect-neigh",
                                        "bpf-redirect-peer"))


def test_unprivileged_users_may_check(host):
    status, _ = check(host, "setpriv", "--reuid", NOBODY, "--clear-groups")
    assert status == 0


def test_text_output(host):
    """The kernel first, then each connection."""
    text = host.output("clatctl", "check")
    assert text.startswith("FEATURE")
    kernel, connection = text.split("\nThis kernel ")
    assert "eth0 (eth0)\n" in connection and "(eth0)" not in kernel


def test_check_leaves_nothing_behind(host):
    before = snapshot.take(host)
    check(host)
    assert snapshot.differences(before, snapshot.take(host)) == []
    assert host.namespaces() == ["clat-eth0"]


def test_exec_in_the_namespace(host):
    links = json.loads(host.output("clatctl", "exec", "eth0", "--", "ip", "-json", "link"))
    assert "uplink" in {link["ifname"] for link in links}
    assert host.run("clatctl", "exec", "--", "sh", "-c", "exit 3", check=False).returncode == 3


def test_exec_needs_root(host):
    result = host.run("setpriv", "--reuid", NOBODY, "--clear-groups", "clatctl", "exec", "eth0",
                      "--", "true", check=False)
    assert result.returncode == 1 and "only root can" in result.stderr
