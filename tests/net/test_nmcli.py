# SPDX-License-Identifier: GPL-2.0-or-later
"""clat-nmcli prints and does what nmcli does, but for the property ipv6.clat that it adds: real
command lines through both, beside a real NetworkManager."""

import difflib
import re
import shlex

import pytest

from lab.network import Network

# The lab has clat-nmcli under the name nmcli, too.
THEIRS = "/usr/bin/nmcli"
OURS = "clat-nmcli"
HOME = "/etc/NetworkManager/system-connections/Home.nmconnection"
PROFILE = """[connection]
id=Home
uuid=5f0b1b35-0c5e-4f0c-8f0e-000000000001
type=ethernet
interface-name=lan7
autoconnect=false

[ipv4]
method=auto

[ipv6]
method=auto
"""
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# What clat-nmcli adds where properties are listed, and to help.
ADDED = re.compile(r"(ipv6\.)?clat:", re.IGNORECASE)
ADDED_HELP = re.compile(r"CLAT-NM\n(  .*\n)+\n*")

# These change nothing.
QUERIES = """
general
general status
g
-t general status
-f STATE,CONNECTIVITY general
general hostname
general permissions
general logging
-t -f RUNNING general
g h
networking
networking connectivity
n c
networking connectivity check
radio
radio all
radio wifi
-t radio
r wifi
device
device status
d
-t device
-t -f DEVICE,TYPE device
-f all device
-f DEVICE,STATE,CONNECTION device status
-g DEVICE device
-m multiline device
-p device
-c no device
--colors no device status
-e no -t device
--escape yes -t device
-m tabular device
device show
device show eth0
d sh eth0
-t device show eth0
-f GENERAL device show eth0
-f GENERAL.DEVICE,GENERAL.STATE device show eth0
-g GENERAL.STATE device show eth0
-g IP6.GATEWAY device show eth0
-t -f IP6 device show eth0
-f IP4.ADDRESS device show eth0
-p device show eth0
-m multiline device show eth0
device show nothing
device wifi list
device wifi
device lldp list
d l
connection
connection show
c
c s
con show
-t connection
-t -f NAME,UUID,TYPE connection
-f all connection
-f NAME,DEVICE,ACTIVE connection show
-g NAME connection
-g NAME,AUTOCONNECT connection show
connection show --active
c s -a
connection show --order name
connection show --order -active:name
connection show --order type:path
-m multiline connection
-p connection
connection show Home
c s Home
connection show id Home
connection show uuid 5f0b1b35-0c5e-4f0c-8f0e-000000000001
connection show Home eth0
connection show path /org/freedesktop/NetworkManager/Settings/1
-t connection show Home
-p connection show Home
-m multiline connection show Home
-f connection connection show Home
-f ipv4 connection show Home
-f ipv4.method connection show Home
-f ipv6.method connection show Home
-f ipv4.method,ipv6.method connection show Home
-g ipv4.method connection show Home
-g ipv6.method,ipv6.dns connection show Home
-t -f connection.id connection show Home
-f all connection show Home
-f profile connection show Home
-f active connection show Home
-f nonsense connection show Home
-f ipv6.nonsense connection show Home
-s connection show Home
--show-secrets connection show Home
connection show eth0
-f GENERAL connection show eth0
-f IP6 connection show eth0
-g IP6.ADDRESS connection show eth0
connection show Nothing
connection show uuid nonsense
connection export Home
connection
-h
help
general help
device help
connection help
connection add help
connection modify help
connection show help
--version
-v
nonsense
con nonsense
-x
-f
-t
-g
-m wrong device
-c wrong device
-e wrong device
-w -1 device
--wait wrong device
-t -p device
-t -m multiline -f DEVICE device
-o
--overview
-a
connection up Nothing
connection up
connection down Nothing
connection delete Nothing
connection modify Nothing ipv4.method auto
connection modify Home
connection modify Home nonsense yes
connection modify Home ipv4.nonsense yes
connection modify Home ipv4.method wrong
connection modify Home ipv4.method
connection modify Home ipv6.mtu wrong
connection modify Home ipv4.addresses 300.0.0.1/24
connection modify Home -ipv4.method auto
connection clone
connection clone Nothing New
connection edit
connection load
connection load /nowhere
connection monitor Nothing
connection import
connection import type wrong file /nowhere
connection add
connection add type
connection add type wrong
connection add type vlan con-name V
connection add con-name X
device connect nothing
device disconnect nothing
device modify nothing ipv4.method auto
device reapply nothing
device set nothing autoconnect no
device wifi connect
"""

# These change profiles, or add some.
CHANGES = """
connection modify Home ipv4.method manual ipv4.addresses 192.0.2.7/24
connection modify Home ipv4.method disabled
connection modify id Home ipv6.method link-local
connection modify uuid 5f0b1b35-0c5e-4f0c-8f0e-000000000001 connection.autoconnect yes
c m Home ipv4.dns 192.0.2.53
c m Home +ipv4.dns 192.0.2.54
c mod Home ipv6.dns "2001:db8::1 2001:db8::2"
connection modify Home connection.id "New name"
connection modify Home ipv4.routes "10.0.0.0/8 192.0.2.1 5"
connection modify Home ipv6.addr-gen-mode eui64
connection modify Home ipv6.ip6-privacy 2
connection modify Home ipv6.token ::7
connection modify Home 802-3-ethernet.mtu 1400
connection modify Home ethernet.mtu 1400
connection modify Home connection.zone trusted
connection modify Home ipv4.dns-search example.com,example.org
connection modify Home user.data a=b
connection modify --temporary Home ipv4.method link-local
connection modify Home remove ipv4
connection modify Home ipv4.may-fail no ipv6.may-fail yes
connection clone Home Other
c clone id Home "Another one"
connection clone --temporary Home Other
connection delete Home
connection delete id Home
c del uuid 5f0b1b35-0c5e-4f0c-8f0e-000000000001
connection add type ethernet ifname lan8 con-name Added autoconnect no
connection add type ethernet ifname '*' con-name Added autoconnect no
c a type dummy ifname dummy7 con-name Added autoconnect no ipv4.method disabled ipv6.method disabled
connection add type bridge ifname br7 con-name Added autoconnect no stp no
connection add type vlan ifname v7 dev lan7 id 7 con-name Added autoconnect no
connection add type ethernet ifname lan8 con-name Added autoconnect no ip4 192.0.2.8/24 gw4 192.0.2.1
connection add type ethernet ifname lan8 con-name Added autoconnect no ip6 2001:db8::8/64
connection add save no type ethernet ifname lan8 con-name Added autoconnect no
connection add type ethernet ifname lan8 con-name Added autoconnect wrong
connection add type ethernet
connection modify Home +connection.id x
connection reload
"""


def commands(text):
    return list(dict.fromkeys(text.strip().splitlines()))


@pytest.fixture(scope="module")
def home(network):
    """A profile that is not active."""
    host = network.host
    host.file(HOME).write_text(PROFILE)
    host.file(HOME).chmod(0o600)
    host.nmcli("connection", "reload")
    yield host
    host.nmcli("connection", "delete", "Home")


def restore(host):
    """The profile as it was, and no other but that of eth0."""
    for line in host.nmcli("-t", "-f", "NAME,FILENAME", "connection").splitlines():
        name, _, path = line.partition(":")
        if name not in ("eth0", "lo"):
            host.nmcli("connection", "delete", name)
    host.file(HOME).write_text(PROFILE)
    host.file(HOME).chmod(0o600)
    host.nmcli("connection", "reload")


def result(host, program, line):
    result = host.run(program, *shlex.split(line), check=False, timeout=30)
    text = f"status {result.returncode}\n{result.stdout}\nerrors:\n{result.stderr}"
    text = ADDED_HELP.sub("", UUID.sub("UUID", text))
    return [line for line in text.replace(OURS, "nmcli").splitlines() if line]


def profiles(host):
    """What is stored, and what NetworkManager has in memory."""
    folder = host.file("/etc/NetworkManager/system-connections")
    files = "".join(f"{path.name}\n{path.read_text()}" for path in sorted(folder.iterdir())
                    if path.name != "eth0.nmconnection")
    names = host.nmcli("-g", "NAME", "connection").splitlines()
    return [*sorted(names), *re.sub("timestamp=.*", "", UUID.sub("UUID", files)).splitlines()]


def difference(theirs, ours):
    """The lines that differ, but for those that clat-nmcli is there for."""
    return [line for line in difflib.ndiff(theirs, ours)
            if line[0] in "+-" and not ADDED.match(line[2:])]


def test_enough_lines():
    assert len(commands(QUERIES)) + len(commands(CHANGES)) >= 150


@pytest.mark.parametrize("part", range(4))
def test_queries(home, part):
    different = {}
    for line in commands(QUERIES)[part::4]:
        lines = difference(result(home, THEIRS, line), result(home, OURS, line))
        if lines:
            different[line] = lines
    assert not different


@pytest.mark.parametrize("part", range(2))
def test_changes(home, part):
    different = {}
    for line in commands(CHANGES)[part::2]:
        outcomes = []
        for program in THEIRS, OURS:
            restore(home)
            outcomes.append([*result(home, program, line), *profiles(home)])
        if difference(*outcomes):
            different[line] = difference(*outcomes)
    restore(home)
    assert not different
