# SPDX-License-Identifier: GPL-2.0-or-later
"""The root directory of another release of Debian, for the machine under test: its packages are
unpacked into tests/cache, and stay there for later runs.

usage: python3 -m lab.root SUITE

Makes the root and prints its folder."""

import functools
import pathlib
import signal
import subprocess
import sys
import tempfile

from .archive import TIMEOUT, Archive, call
from .cache import cached
from .machine import PROJECT

PACKAGES = PROJECT / "tests/packages-root"

# Unpacks the package $1 into the folder $2.
UNPACK = """
dpkg-deb --fsys-tarfile "$1" | tar --directory "$2" --extract --keep-directory-symlink \
  --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale"""

# What the scripts of the packages and an installer would have done, as far as the tests need it:
# without a name of the host NetworkManager asks DNS for one. NetworkManager shares a connection with
# dnsmasq, which changes to a user of that name.
CONFIGURE = """
cp /usr/share/base-passwd/passwd.master /etc/passwd
cp /usr/share/base-passwd/group.master /etc/group
systemd-sysusers
echo 'u dnsmasq - - /var/lib/misc' | systemd-sysusers -
chgrp messagebus /usr/lib/dbus-1.0/dbus-daemon-launch-helper
chmod 4754 /usr/lib/dbus-1.0/dbus-daemon-launch-helper
cp /usr/share/libc-bin/nsswitch.conf /etc/nsswitch.conf
echo host > /etc/hostname
printf "127.0.0.1 localhost host\\n::1 localhost\\n" > /etc/hosts
ln -s mawk /usr/bin/awk
ln -s traceroute.db /usr/bin/traceroute"""


@functools.cache
def debian_root(suite):
    """The root directory with release SUITE of Debian."""
    # In a process of its own, which terminates and cleans up however the tests end.
    made = subprocess.run(["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", __name__, suite],
                          cwd=PROJECT / "tests", check=True, stdout=subprocess.PIPE, text=True,
                          timeout=TIMEOUT)
    return pathlib.Path(made.stdout.strip())


def packages():
    lines = PACKAGES.read_text().splitlines()
    return " ".join(line.partition("#")[0] for line in lines).split()


def unpack(suite, folder):
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        archives = Archive(suite, temporary).download(packages())
        for archive in archives:
            call("sh", "-c", UNPACK, "sh", archive, folder)
    call("chroot", folder, "sh", "-e", "-c", CONFIGURE)


def make(suite):
    recipe = "\n".join([UNPACK, CONFIGURE, *packages()])
    return cached(f"root-{suite}", lambda folder: unpack(suite, folder), recipe)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(make(sys.argv[1]))


if __name__ == "__main__":
    main()
