# SPDX-License-Identifier: GPL-2.0-or-later
"""A local user without privileges: on the bus, with the names of the service, and in its
configuration."""

import xml.etree.ElementTree as tree

import pytest

from chaos.checks import resident_kib
from lab.machine import PROJECT
from lab.network import INTERNET
from lab.waiting import wait_for

pytestmark = pytest.mark.usefixtures("clat")

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
INTERFACES = tree.parse(PROJECT / "data/net.clatnm.xml").getroot().findall("interface")
METHODS = {(interface.get("name"), method.get("name")): len(method.findall("arg[@direction='in']"))
           for interface in INTERFACES for method in interface.findall("method")}
PROPERTIES = [(interface.get("name"), one.get("name"), one.get("type"))
              for interface in INTERFACES for one in interface.findall("property")]
# What all users may call: it changes nothing.
READING = {("net.clatnm.Manager1", "GetConnectionForInterface"), ("net.clatnm.Manager1", "Check"),
           ("net.clatnm.Connection1", "GetStatistics")}
# With the remains of a long message; the bus has a limit for the length of one, and for what one
# client may have under way.
MAX_RESIDENT_KIB = 64 * 1024
VALUES = {"s": "''", "o": "/", "u": "1", "t": "1", "as": "['x']", "b": "true"}
# Calls without waiting for an answer, from several clients at once.
CLIENTS = 4
CALLS = 5000
FLOOD = f"""
from gi.repository import Gio, GLib
bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
for number in range({CALLS}):
    bus.call("net.clatnm", "/net/clatnm", "net.clatnm.Manager1", "GetConnectionForInterface",
             GLib.Variant("(s)", ("eth%d" % number,)), None, Gio.DBusCallFlags.NONE, -1, None,
             None)
bus.flush_sync(None)
"""
HUGE = """
from gi.repository import Gio, GLib
bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
for name in "x" * 10_000_000, "", "\\n", "%s%n" * 1000, "../" * 1000:
    try:
        bus.call_sync("net.clatnm", "/net/clatnm", "net.clatnm.Manager1",
                      "GetConnectionForInterface", GLib.Variant("(s)", (name,)), None,
                      Gio.DBusCallFlags.NONE, 60000, None)
    except GLib.Error as error:
        assert "NoSuchConnection" in error.message, error.message[:200]
    else:
        raise AssertionError("there is such a connection")
"""


@pytest.fixture
def state(host, link):
    return host.wait_for_state("active")


@pytest.fixture(autouse=True)
def service_is_unharmed(host, state):
    """The same process translates afterwards, and has not grown."""
    process = host.output("pidof", "clat-nm")
    yield
    assert host.output("pidof", "clat-nm") == process
    assert host.wait_for_state("active")["Ipv4Address"] == state["Ipv4Address"]
    assert host.wait_for_ping(INTERNET, 20) < 20
    assert resident_kib(host.clat.pid) < MAX_RESIDENT_KIB


def as_nobody(host, path, method, *arguments):
    return host.run(*NOBODY, "gdbus", "call", "--system", "--dest", "net.clatnm",
                    "--object-path", path, "--method", method, *arguments, check=False)


def path_of(interface, state):
    return "/net/clatnm" if interface == "net.clatnm.Manager1" else state["path"]


@pytest.mark.parametrize("interface, method", METHODS)
def test_every_method(host, state, interface, method):
    arguments = ["eth0"] * METHODS[interface, method]
    result = as_nobody(host, path_of(interface, state), f"{interface}.{method}", *arguments)
    if (interface, method) in READING:
        assert result.returncode == 0, result.stderr
    else:
        assert result.returncode != 0 and "AccessDenied" in result.stderr
    assert host.clat_routes() != []


def lasting(state):
    """What advertisements of the same prefix do not change."""
    return {name: value for name, value in state.items() if not name.startswith("Pref64Expiry")}


def test_no_property_can_be_set(host, state):
    for interface, name, kind in PROPERTIES:
        result = as_nobody(host, path_of(interface, state), "org.freedesktop.DBus.Properties.Set",
                           interface, name, f"<{VALUES[kind]}>")
        assert result.returncode != 0, name
    assert lasting(host.clat_state()) == lasting(state)


def test_oversized_and_strange_arguments(host):
    done = host.run(*NOBODY, "/usr/bin/python3", "-c", HUGE, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


def test_flood_of_calls(host):
    """Translation goes on meanwhile, and the service answers others afterwards."""
    clients = [host.popen([*NOBODY, "/usr/bin/python3", "-c", FLOOD], log=host.log(f"flood-{n}"))
               for n in range(CLIENTS)]
    try:
        assert host.wait_for_ping(INTERNET, 20) < 20
    finally:
        for client in clients:
            client.stop()
    wait_for(lambda: host.bus_client.manager()["ActiveCount"] == 1, 20, "answer", host.explain)


def test_names_of_the_service(host, state):
    """Interfaces and namespaces with our names: a user can have them in namespaces of their own
    only, which are not ours."""
    name = state["HostInterface"]
    for denied in (["ip", "link", "add", name + "x", "type", "veth"],
                   ["ip", "netns", "add", name + "x"], ["ip", "netns", "del", name],
                   ["ip", "link", "del", name], ["ip", "address", "add", "192.0.0.5/32", "dev",
                                                 "lo"],
                   ["touch", f"/run/netns/{name}x"],
                   ["cat", "/var/lib/clat-nm/secret_key"]):
        assert not host.succeeds(*NOBODY, *denied), denied
    own = host.run(*NOBODY, "unshare", "--user", "--map-root-user", "--net", "ip", "link", "add",
                   name, "type", "veth", check=False)
    # The kernel may not let users make namespaces at all.
    assert own.returncode == 0 or "unshare" in own.stderr
    assert name in host.namespaces()


def test_addresses_of_the_translator(host, state):
    """Programs may bind to our address, and take each of its ports: others keep theirs."""
    script = ("import socket\n"
              "held = []\n"
              "for number in range(1024, 1524):\n"
              "    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
              f"    one.bind(('{state['Ipv4Address']}', number))\n"
              "    held.append(one)\n")
    assert host.succeeds(*NOBODY, "/usr/bin/python3", "-c", script)
