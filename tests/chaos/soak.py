# SPDX-License-Identifier: GPL-2.0-or-later
"""The program of tests/soak.

usage: soak.py INSTALLED MINUTES SEED LINKS"""

import contextlib
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from chaos import events  # noqa: E402
from chaos.checks import Checks  # noqa: E402
from chaos.world import World  # noqa: E402
from lab.waiting import SLOWNESS  # noqa: E402

# Number of events that are printed with a finding.
REMEMBERED = 12


class Soak:
    def __init__(self, world, checks, seed):
        self.world = world
        self.checks = checks
        self.seed = seed
        self.chance = random.Random(seed)
        self.count = 0
        self.findings = 0
        self.history = []

    def note_finding(self, wrong):
        self.findings += 1
        print(f"\nFINDING {self.findings}, seed {self.seed}, event {self.count}:")
        for line in wrong:
            print(f"  {line}")
        print("events before, the last one last:")
        for line in self.history[-REMEMBERED:]:
            print(f"  {line}")
        print(self.world.host.explain(), flush=True)

    def check(self, complaints, seconds):
        """Returns the time until the state was right; each difference is a finding."""
        took, wrong = self.checks.wait_until_right(seconds * SLOWNESS)
        wrong += self.checks.ipv4_on_links()
        wrong += self.checks.use_of_resources()
        wrong += self.checks.new_complaints(complaints)
        if wrong:
            self.note_finding(wrong)
        return took, not wrong

    def restart_clat(self):
        """Restarts the daemon after a finding, so that its effects are not reported again."""
        self.world.host.stop_clat()
        self.world.host.start_clat()
        _, wrong = self.checks.wait_until_right(events.LATER)
        self.checks.new_complaints(None)
        if wrong:
            raise AssertionError("not right even after a restart: " + "; ".join(wrong))

    def step(self):
        event, place = events.choose(self.world.places, self.chance)
        self.count += 1
        self.history.append(f"{place.interface}: {event.run.__name__}: begun")
        start = time.monotonic()
        try:
            description = event.run(self.world, place, self.chance)
        except AssertionError as error:
            self.note_finding([str(error)])
            self.restart_clat()
            return
        happened = time.monotonic() - start
        self.history[-1] = f"{place.interface}: {description}"
        took, is_right = self.check(event.complaints, event.seconds)
        dues = ", ".join(one.due().state or "none" for one in self.world.places)
        print(f"{self.count:5} {self.history[-1]}: {dues} "
              f"(event {happened:.1f} s, right after {took:.1f} s)", flush=True)
        if not is_right:
            self.restart_clat()

    def run(self, seconds):
        self.history.append("start")
        self.check(None, events.LATER)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.step()


def main():
    installed, minutes, seed, links = sys.argv[1:]
    seed = int(seed) if seed else random.SystemRandom().randrange(1 << 31)
    print(f"seed {seed}; bringing up the test network ...", flush=True)
    with World(installed, int(links)) as world:
        checks = Checks(world)
        soak = Soak(world, checks, seed)
        try:
            with contextlib.suppress(KeyboardInterrupt):
                soak.run(float(minutes) * 60)
        except AssertionError as error:
            soak.note_finding([str(error)])
        finally:
            print(f"{soak.count} events, {soak.findings} findings", flush=True)
            checks.close()
    return 1 if soak.findings else 0


if __name__ == "__main__":
    sys.exit(main())
