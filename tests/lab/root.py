# SPDX-License-Identifier: GPL-2.0-or-later
"""Root directories of other releases of Debian, for the machine under test, and to build for it:
their packages are unpacked into tests/cache, and stay there for later runs.

usage: python3 -m lab.root SUITE [KIND]

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

# The lists of packages by kind: "root" for the machine under test, with what runs there only, and
# "build" for the build and its unit tests.
LISTS = {"root": ["packages-root"], "build": ["packages-root", "packages-build"]}

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
def debian_root(suite, kind="root"):
    """The root directory of this KIND with release SUITE of Debian."""
    # In a process of its own, which terminates and cleans up however the tests end.
    made = subprocess.run(["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", __name__, suite,
                           kind], cwd=PROJECT / "tests", check=True, stdout=subprocess.PIPE,
                          text=True, timeout=TIMEOUT)
    return pathlib.Path(made.stdout.strip())


def packages(kind):
    lines = [line for name in LISTS[kind]
             for line in (PROJECT / "tests" / name).read_text().splitlines()]
    return " ".join(line.partition("#")[0] for line in lines).split()


def unpack(suite, kind, folder):
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        archives = Archive(suite, temporary).download(packages(kind))
        for archive in archives:
            call("sh", "-c", UNPACK, "sh", archive, folder)
    call("chroot", folder, "sh", "-e", "-c", CONFIGURE)


def make(suite, kind="root"):
    recipe = "\n".join([UNPACK, CONFIGURE, *packages(kind)])
    return cached(f"{kind}-{suite}", lambda folder: unpack(suite, kind, folder), recipe)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(make(*sys.argv[1:]))


if __name__ == "__main__":
    main()
