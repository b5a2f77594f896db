# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that the fast path handles leave the host directly, where the link takes them for the
uplink's: a program at the egress of the host's end of the veth pair translates them. All others
pass the namespace."""

import contextlib
import json
import signal

import pytest

from lab import servers, tcx, traffic
from lab.faults import NO_CHILDREN
from lab.layers import kernel_has
from lab.network import INTERNET, PREF64
from lab.parents import UPLINKS, parent_for
from lab.waiting import wait_for

PROGRAM = "clat_nm_direct"
# In frames of up to 64 KiB.
UPLOAD = traffic.bulk(20)
# Those of connection set-up that the programs on the link have to see first, and others of the
# host.
FEW = 30
# The kernel sends no event for this: the service polls every ten seconds.
REPAIR_SECONDS = 20


def attached(host, interface):
    """Ids of our programs at the egress of INTERFACE."""
    if tcx.is_supported(host):
        return [identity for identity in tcx.ids(host, interface, tcx.TCX_EGRESS)
                if tcx.name_of(identity) == PROGRAM]
    filters = json.loads(host.output("tc", "-json", "filter", "show", "dev", interface,
                                     "egress") or "[]")
    return [one["options"]["prog"]["id"] for one in filters
            if one.get("options", {}).get("bpf_name") == PROGRAM]


def detach(host, interface, program=PROGRAM, hook="egress"):
    if tcx.is_supported(host):
        where = tcx.TCX_EGRESS if hook == "egress" else tcx.TCX_INGRESS
        tcx.detach(host, interface, program, where)
    else:
        host.run("tc", "filter", "del", "dev", interface, hook)


def passed_veth(host, interface):
    """How many frames have entered the namespace."""
    return int(host.output("cat", f"/sys/class/net/{interface}/statistics/tx_packets"))


def upload(host):
    """How many packets were counted, and how many of them passed the veth pair."""
    interface = host.clat_state()["HostInterface"]
    counted = host.bus_client.statistics("eth0")[0]["packets"]
    passed = passed_veth(host, interface)
    assert traffic.upload(host, UPLOAD) == servers.content_hash(UPLOAD)
    return (host.bus_client.statistics("eth0")[0]["packets"] - counted,
            passed_veth(host, interface) - passed)


@pytest.fixture
def direct(network, host, faulty_clat):
    """The host's end of the veth pair, with the program."""
    lacks = () if kernel_has(network.outer, "ipvlan") else NO_CHILDREN
    with faulty_clat.running(*lacks):
        state = host.wait_for_state("active", Translator="bpf-direct", SlowPath="running")
        assert len(attached(host, state["HostInterface"])) == 1
        yield state["HostInterface"]


@pytest.mark.parametrize("uplink", UPLINKS)
def test_each_uplink(network, host, faulty_clat, uplink):
    """A macvlan has a MAC address of its own, with which its packets have to leave."""
    context = parent_for(uplink, network, PREF64, faulty_clat)
    if context is None:
        pytest.skip(f"expected: this kernel has no {uplink}")
    with context as parent, parent.running_clat():
        state = host.wait_for_state("active", parent.interface, SlowPath="running",
                                    Uplink=uplink.split()[0])
        interface = state["HostInterface"]
        passed = passed_veth(host, interface)
        assert traffic.upload(host, UPLOAD) == servers.content_hash(UPLOAD)
        passed = passed_veth(host, interface) - passed
        if uplink == "macvlan":
            assert state["Translator"] == "bpf" and not attached(host, interface)
            assert passed > FEW
        else:
            assert state["Translator"] == "bpf-direct" and len(attached(host, interface)) == 1
            assert passed < FEW


def test_packets_are_counted(direct, host):
    packets, passed = upload(host)
    assert packets > UPLOAD / 1500 and passed < FEW


def test_others_pass_the_namespace(direct, host):
    before = passed_veth(host, direct)
    assert host.pings(INTERNET, "-T", "tsonly")
    assert passed_veth(host, direct) > before


def test_removed_program_is_attached_again(direct, host):
    """Meanwhile packets pass the namespace."""
    detach(host, direct)
    assert host.pings(INTERNET)
    wait_for(lambda: len(attached(host, direct)) == 1, REPAIR_SECONDS, "program", host.explain)
    assert upload(host)[1] < FEW


def test_next_instance_takes_over(direct, host):
    with traffic.running_download(host, traffic.bulk(5)):
        host.stop_clat(signal.SIGKILL)
        host.start_clat()
        host.wait_for_state("active", Translator="bpf-direct", SlowPath="running")
    assert len(attached(host, direct)) == 1
    assert upload(host)[1] < FEW


@contextlib.contextmanager
def running_with(host, setting, **properties):
    """The service with SETTING; the host's end of the veth pair."""
    configuration = "/run/direct.conf"
    host.file(configuration).write_text(f"[main]\n{setting}\n")
    with host.running_clat("--config", configuration):
        yield host.wait_for_state("active", SlowPath="running", **properties)["HostInterface"]


def test_shared_address(host):
    """The direct way knows the flows that the programs on the link know, also after these have
    been removed and attached again."""
    with running_with(host, "address=shared", Uplink="shared", Translator="bpf-direct") as veth:
        packets, passed = upload(host)
        assert packets > UPLOAD / 1500 and 0 < passed < FEW
        before = attached(host, veth)
        detach(host, "eth0", "clat_nm_in", "ingress")
        wait_for(lambda: attached(host, veth) not in (before, []), REPAIR_SECONDS, "new program",
                 host.explain)
        assert upload(host)[1] < FEW


def test_userspace_has_none(host):
    with running_with(host, "translator=userspace", Translator="userspace") as veth:
        assert not attached(host, veth)
