# SPDX-License-Identifier: GPL-2.0-or-later
"""What the extension is to show while the network changes."""

import contextlib
import re

from distributions.root import expect
from lab.network import INTERNET, PREF64, Network
from lab.waiting import stays, wait_for

from .shell import DesktopHost

WAIT = 30
# GNOME 43 has one line of text in a tile.
OLD = 43
# The part of the screen with the quick settings; without a menu they are lower.
PART = 614, 0, 410
HEIGHT, HEIGHT_OF_TILES = 560, 190


class Extension:
    """The extension on a host of the test NETWORK. FOLLOWERS are the clients of the service on the
    bus without it."""

    def __init__(self, network, screenshots, followers):
        self.network = network
        self.host = network.host
        self._screenshots = screenshots
        self._followers = followers
        self.version = int(re.search(r"\d+", self.host.output("gnome-shell", "--version"))[0])

    def shown(self):
        return self.host.eval("clat.show()")

    def wait(self, what, **wanted):
        """Waits until it shows what is WANTED, and returns all that it shows."""
        if self.version <= OLD:
            wanted.pop("subtitle", None)

        def is_shown():
            shown = self.shown()
            return shown if all(shown[name] == value for name, value in wanted.items()) else None

        shown = wait_for(is_shown, WAIT, what, lambda: f"{self.shown()}\n{self.host.explain()}")
        expect(True, what)
        return shown

    def photograph(self, name, has_menu=False):
        """For the eye: the quick settings."""
        self.host.eval(f"clat.open({str(has_menu).lower()})")
        self._write(name, *PART, HEIGHT if has_menu else HEIGHT_OF_TILES)
        self.host.eval("clat.close()")

    def _write(self, name, *part):
        if self._screenshots is not None:
            picture = self.host.photograph(f"/tmp/{name}.png", *part)
            (self._screenshots / f"{name}-{self.version}.png").write_bytes(picture)

    @contextlib.contextmanager
    def silent_nat64(self):
        """The NAT64 does not answer meanwhile, and packets go there."""
        route = "blackhole", PREF64, "metric", "10"
        ping = self.host.popen(["ping", "-n", "-i", "0.5", INTERNET])
        self.network.router.ip("-6", "route", "add", *route)
        try:
            yield
        finally:
            self.network.router.ip("-6", "route", "del", *route)
            ping.stop()

    # In the order in which they happen.

    def check_absence(self):
        self.wait("without the service there is no tile", visible=False, isTrouble=False)

    def check_working(self):
        self.host.start_clat()
        self.host.wait_for_state("active", seconds=WAIT)
        self.host.wait_for_ping(INTERNET, WAIT)
        self.wait("IPv4 works, and the tile says so", visible=True, checked=True, title="NAT64",
                  subtitle="IPv4 works", isTrouble=False, notifications=[],
                  header="IPv4 works through the NAT64 of this network")
        expect(self.host.eval("clat.neighbour()").startswith("NM"), "next to those of the network")
        self.photograph("tile")
        self.host.eval("clat.open(true)")
        wait_for(lambda: "sent" in self.shown()["sections"][0], WAIT, "counters")
        [section] = self.shown()["sections"]
        state = self.host.clat_state()
        expect(section["address"] == state["Ipv4Address"] and section["prefix"] == PREF64
               and section["source"] == "Router" and re.search(r"\d:\d\d", section["since"])
               and re.search(r"^\d.* packets?$", section["received"]) and section["isOn"],
               "the menu has address, prefix, source, time and counters")
        self.photograph("menu", has_menu=True)

    def check_switch(self):
        self.host.eval("clat.toggle()")
        self.wait("the switch turns it off", checked=False, subtitle="Off",
                  header="Turned off for this connection")
        expect(self.host.clat_state()["Mode"] == "no", "for the connection")
        self.photograph("off", has_menu=True)
        self.host.eval("clat.click()")
        self.wait("a click on the tile turns it on again", checked=True, subtitle="IPv4 works")
        expect(self.host.clat_state()["Mode"] == "auto", "in the mode that it had")

    def check_silence(self):
        self.host.wait_for_ping(INTERNET, WAIT)
        self.host.wait_for_state("active", seconds=WAIT, Plat="reachable")
        with self.silent_nat64():
            shown = self.wait("a NAT64 that does not answer is shown", subtitle="No answer",
                              isTrouble=True)
            expect(len(shown["notifications"]) == 1, "with one notification")
            wait_for(lambda: self.host.eval("Main.messageTray._banner !== null"), WAIT, "banner")
            self._write("notification", 212, 0, 600, 200)
            self.photograph("silent", has_menu=True)
            self.host.eval("Main.messageTray.getSources().forEach(source => source.destroy())")
            self.host.eval("clat.disable()")
            self.host.eval("clat.enable()")
            wait_for(lambda: self.host.eval("clat.isEnabled()"), WAIT, "extension")
            self.wait("the screen may be locked meanwhile", subtitle="No answer", isTrouble=True)
            stays(lambda: self.shown()["notifications"] == [], 2, "no second notification")
            expect(True, "without a second notification")
        self.host.wait_for_ping(INTERNET, WAIT)
        self.wait("it answers again", subtitle="IPv4 works", isTrouble=False, notifications=[])
        with self.silent_nat64():
            self.wait("the next time there is a notification", isTrouble=True,
                      notifications=[["The NAT64 does not answer",
                                      "IPv4 does not work on “eth0”. IPv6 is not affected."]])
        self.host.wait_for_ping(INTERNET, WAIT)
        self.wait("it goes when the NAT64 answers", isTrouble=False, notifications=[])

    def check_end_of_the_service(self):
        self.host.stop_clat()
        self.wait("when the service ends, the tile goes", visible=False, isTrouble=False)
        self.host.start_clat()
        self.wait("and comes back with it", visible=True, subtitle="IPv4 works")

    def check_leftovers(self):
        self._enable_again(1)
        before = self.host.eval("clat.count()")
        self._enable_again(10)
        after = self.host.eval("clat.count()")
        expect(after == before, f"enabled ten times, it has the same objects {before} {after}")
        self.host.eval("clat.disable()")
        # Once the garbage of JavaScript has been collected, which clat.count() does.
        wait_for(lambda: self.host.eval("clat.count()")
                 and self.host.followers() == self._followers, WAIT,
                 "end of the subscriptions", lambda: str(self.host.followers()))
        after = self.host.eval("clat.count()")
        expect(after["handlers"] < before["handlers"] and after["tiles"] == before["tiles"] - 1
               and after["menus"] < before["menus"] and after["indicators"] < before["indicators"],
               f"disabled, it has left nothing: {after}")

    def _enable_again(self, times):
        for _ in range(times):
            self.host.eval("clat.disable()")
            self.host.eval("clat.enable()")
            wait_for(lambda: self.host.eval("clat.isEnabled()") and self.shown()["visible"], WAIT,
                     "tile", self.host.explain)

    def check_log(self):
        lines = [line for line in self.host.log("gnome-shell").read_text().splitlines()
                 if "clat" in line.lower() or "JS ERROR" in line]
        expect(not lines, f"GNOME Shell has logged nothing about it {lines or ''}")


def check(release, installed, screenshots):
    """All of it with the GNOME Shell of that RELEASE of Debian; pictures go into the folder
    SCREENSHOTS, if it is not None."""
    with Network(installed, kind=DesktopHost, release=release) as network:
        network.start()
        followers = network.host.followers()
        network.host.start_shell()
        extension = Extension(network, screenshots, followers)
        print(f"  GNOME {extension.version}", flush=True)
        extension.check_absence()
        extension.check_working()
        extension.check_switch()
        extension.check_silence()
        extension.check_end_of_the_service()
        extension.check_leftovers()
        extension.check_log()
