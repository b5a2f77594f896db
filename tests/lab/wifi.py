# SPDX-License-Identifier: GPL-2.0-or-later
"""Wi-Fi in the test network, on radios that the kernel simulates (mac80211_hwsim).

    host  wlan0  ) ) )  ap0, ap1: "home", one network with two access points    router
                        ap2: "other", another network, with another NAT64

The radios belong to the whole machine until they are moved to namespaces, so this only runs in
virtual machines."""

import os
import pathlib
import re
import subprocess

from .network import Link
from .waiting import wait_for

SECOND_PREF64 = "2001:db8:65::/96"
PASSPHRASE = "correct horse"
STATION = "wlan0"
HOME_BRIDGE = "home"
RADIOS = 4
# Numbers of the links, which determine their prefixes.
HOME, OTHER = 20, 21

ACCESS_POINT = """\
driver=nl80211
interface={interface}
{bridge}
ssid={ssid}
hw_mode=g
channel={channel}
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase={passphrase}
"""

SUPPLICANT = "fi.w1.wpa_supplicant1"
SUPPLICANT_PATH = "/fi/w1/wpa_supplicant1"


def is_possible():
    """Whether this runs in a virtual machine of the tests."""
    return "CLAT_TEST_VM" in os.environ


def call(*argv):
    subprocess.run(argv, check=True, capture_output=True)


def interface_of(radio):
    [folder] = pathlib.Path(f"/sys/class/ieee80211/{radio}/device/net").iterdir()
    return folder.name


class Wifi:
    """Both networks, and a station in the host of NETWORK."""

    def __init__(self, network):
        self.network = network
        self.host, self.router = network.host, network.router
        call("modprobe", "mac80211_hwsim", f"radios={RADIOS}")
        radios = sorted(path.name for path in pathlib.Path("/sys/class/ieee80211").iterdir())
        for radio, machine, name in zip(radios, [self.router] * 3 + [self.host],
                                        ["ap0", "ap1", "ap2", STATION]):
            self._give(radio, machine, name)
        self.router.ip("link", "add", HOME_BRIDGE, "type", "bridge", "forward_delay", "0")
        self.access_points = {
            name: self._start_access_point(name, ssid, channel, bridge)
            for name, ssid, channel, bridge in (("ap0", "home", 1, HOME_BRIDGE),
                                                ("ap1", "home", 6, HOME_BRIDGE),
                                                ("ap2", "other", 11, None))}
        self.home = Link(HOME, self.host, self.router, STATION, HOME_BRIDGE)
        self.other = Link(OTHER, self.host, self.router, STATION, "ap2")
        self.router.add_nat64(SECOND_PREF64)
        self.other.advertiser.announce(self.other.plain.with_pref64(SECOND_PREF64))
        self.supplicant = self.host.popen(["wpa_supplicant", "-u"],
                                          log=self.host.log("wpa_supplicant"))
        for ssid in "home", "other":
            self.host.nmcli("connection", "add", "type", "wifi", "con-name", ssid, "ifname",
                            STATION, "ssid", ssid, "autoconnect", "no",
                            "wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk", PASSPHRASE)

    @staticmethod
    def _give(radio, machine, name):
        # Renamed before NetworkManager there sees it.
        call("ip", "link", "set", interface_of(radio), "name", name)
        call("iw", "phy", radio, "set", "netns", str(machine.pid))

    def _start_access_point(self, interface, ssid, channel, bridge):
        configuration = self.router.file(f"/run/{interface}.conf")
        configuration.write_text(ACCESS_POINT.format(
            interface=interface, ssid=ssid, channel=channel, passphrase=PASSPHRASE,
            bridge=f"bridge={bridge}" if bridge else ""))
        log = self.network.directory / f"{interface}.log"
        process = self.router.popen(["hostapd", f"/run/{interface}.conf"], log=log)
        wait_for(lambda: "AP-ENABLED" in log.read_text(), 10, f"access point {interface}",
                 log.read_text)
        return process

    def _wait_for_scan(self, field, what):
        def is_seen():
            shown = self.host.nmcli("-g", field, "device", "wifi", "list", "--rescan", "yes")
            return what in shown.replace("\\:", ":").lower().splitlines()

        wait_for(is_seen, 30, f"sight of {what}", self.host.explain)

    def connect(self, ssid):
        """Lets NetworkManager connect to SSID."""
        self._wait_for_scan("SSID", ssid)
        self.host.nmcli("connection", "up", ssid, timeout=60)
        self.host.wait_for_ipv6(STATION, 30)

    def access_point(self):
        """The BSSID of the access point that the station is associated with."""
        # It fails while the station changes access points; what it has printed by then holds.
        shown = self.host.run("iw", "dev", STATION, "link", check=False).stdout
        found = re.match(r"Connected to (\S+)", shown)
        return found and found[1]

    def addresses_of(self, *interfaces):
        return [self.router.output("cat", f"/sys/class/net/{interface}/address")
                for interface in interfaces]

    def _call_supplicant(self, path, method, argument):
        return self.host.output("dbus-send", "--system", "--print-reply=literal",
                                f"--dest={SUPPLICANT}", path, f"{SUPPLICANT}{method}",
                                f"string:{argument}")

    def roam(self):
        """Makes the station roam to the other access point of the same network."""
        before = self.access_point()
        [target] = set(self.addresses_of("ap0", "ap1")) - {before}
        self._wait_for_scan("BSSID", target)
        station = self._call_supplicant(SUPPLICANT_PATH, ".GetInterface", STATION)
        self._call_supplicant(station, ".Interface.Roam", target)
        wait_for(lambda: self.access_point() == target, 15, f"move to {target}",
                 self.host.explain)

    def stop(self):
        for link in self.home, self.other:
            link.advertiser.stop()
