# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands in a machine whose root is another release of Debian with what the build needs.

usage: python3 -m lab.inside SUITE COMMAND...

Runs COMMAND in the folder of the project, and ends with its exit status."""

import sys

from .machine import PROJECT, Machine
from .root import debian_root


def run_inside(suite, argv):
    machine = Machine("builder", kind="own-root", root=debian_root(suite, "build"))
    in_project = ["sh", "-c", 'cd "$0" && exec "$@"', PROJECT, *argv]
    process = machine.popen(in_project, stdout=None, stderr=None)
    return process.popen.wait()


if __name__ == "__main__":
    sys.exit(run_inside(sys.argv[1], sys.argv[2:]))
