# SPDX-License-Identifier: GPL-2.0-or-later
"""A NAT64 prefix that is set by the administrator: for an interface or a profile in the
configuration file, or in the profile itself."""

import contextlib

import pytest

from lab.network import INTERNET, PREF64

OTHER_PREF64 = "2001:db8:65::/96"
THIRD_PREF64 = "2001:db8:66::/96"
CONFIGURATION = "/run/clat-nm-test.conf"


@pytest.fixture(scope="module", autouse=True)
def further_prefixes(network):
    for prefix in OTHER_PREF64, THIRD_PREF64:
        network.router.add_nat64(prefix)


@contextlib.contextmanager
def configured(host, text):
    """clat-nm runs with this configuration while the context is open."""
    host.file(CONFIGURATION).write_text(text)
    with host.running_clat("--config", CONFIGURATION):
        yield


def assert_works(host, prefix):
    state = host.wait_for_state("active", Pref64=prefix, Pref64Source="configuration")
    assert (state["Pref64Router"], state["Pref64Expiry"]) == ("", 0)
    assert host.wait_for_ping(INTERNET, 3) < 3


@pytest.mark.parametrize("name", ["interface eth0", "interface eth*", "profile eth0", "uuid"])
def test_it_overrides_the_advertised_prefix(host, link, name):
    if name == "uuid":
        name = "profile " + host.nmcli("-g", "connection.uuid", "connection", "show", "eth0")
    with configured(host, f"[{name}]\nprefix={OTHER_PREF64}\n"):
        assert_works(host, OTHER_PREF64)


def test_no_discovery_is_needed(host, link):
    link.advertiser.announce_pref64()
    with configured(host, f"[main]\ndiscovery=none\n[interface eth0]\nprefix={PREF64}\n"):
        assert_works(host, PREF64)


def test_profile_overrides_interface(host, link):
    with configured(host, f"[interface eth0]\nprefix={OTHER_PREF64}\n"
                          f"[profile eth0]\nprefix={THIRD_PREF64}\n"):
        assert_works(host, THIRD_PREF64)


def test_other_interfaces_are_not_affected(host, link):
    with configured(host, f"[interface wlan*]\nprefix={OTHER_PREF64}\n"
                          f"[profile eth]\nprefix={OTHER_PREF64}\n"):
        host.wait_for_state("active", Pref64=PREF64, Pref64Source="ra")


def test_user_data_of_the_profile_overrides_the_file(host, link):
    """Also when it changes while the connection is active, and when it is removed again."""
    with configured(host, f"[profile eth0]\nprefix={OTHER_PREF64}\n"):
        assert_works(host, OTHER_PREF64)
        host.run("clatctl", "set", "eth0", f"prefix={THIRD_PREF64}")
        assert_works(host, THIRD_PREF64)
        host.run("clatctl", "set", "eth0", "prefix=")
        assert_works(host, OTHER_PREF64)


def test_user_data_with_an_invalid_prefix(host, link):
    """The invalid value is logged, and the prefix known from other sources is used."""
    profile = host.file("/etc/NetworkManager/system-connections/eth0.nmconnection")
    before = profile.read_text()
    try:
        profile.write_text(before + "\n[user]\nnet.clatnm.prefix=64:ff9b::/95\n")
        host.nmcli("connection", "reload")
        with host.running_clat():
            host.wait_for_state("active", Pref64=PREF64, Pref64Source="ra")
        assert "net.clatnm.prefix: '64:ff9b::/95'" in host.log("clat-nm").read_text()
    finally:
        profile.write_text(before)
        host.nmcli("connection", "reload")


def test_invalid_prefix_is_reported_with_file_and_line(host):
    host.file(CONFIGURATION).write_text("[main]\n\n[interface eth0]\nprefix=64:ff9b::/95\n")
    result = host.run("/usr/sbin/clat-nm", "--check-config", "--config", CONFIGURATION,
                      check=False)
    assert result.returncode != 0
    assert f"{CONFIGURATION}:4: '64:ff9b::/95': the length" in result.stderr + result.stdout
