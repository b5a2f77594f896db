# SPDX-License-Identifier: GPL-2.0-or-later
"""Clean root directories. They are made once, in tests/cache; changes to them are kept in memory."""

import pathlib
import re
import shutil
import subprocess

from lab.archive import KEYRING, find_mirror
from lab.cache import cached
from lab.machine import PROJECT

SECONDS = 3600
# Files that dpkg and ldconfig change with each package.
NOT_COMPARED = re.compile(r"/(var/(lib/(dpkg|systemd)|log|cache)|tmp|run|proc|sys|dev|root)/"
                          r"|/etc/ld.so.cache|__pycache__")


class Failure(Exception):
    """A package does not do what it should."""


def expect(is_right, what):
    if not is_right:
        raise Failure(what)
    print(f"  ok: {what}", flush=True)


def make_root(name, suite, packages):
    """The root directory NAME with release SUITE of Debian and PACKAGES."""
    packages = sorted(packages)

    def make(folder):
        subprocess.run(["mmdebstrap", "--variant=minbase", f"--include={','.join(packages)}",
                        f"--keyring={KEYRING}",
                        # A mirror may be late.
                        "--aptopt=Acquire::Check-Valid-Until false",
                        suite, folder, find_mirror()],
                       check=True, timeout=SECONDS, stdin=subprocess.DEVNULL)

    return cached(name, make, " ".join(packages))


class Root:
    """The root in FOLDER, in a mount namespace of this process, with changes in memory. The source
    of the project is in /src, in a git repository of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path("/mnt")
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=True)
        for name in "upper", "work", "root":
            (self.folder / name).mkdir()
        options = f"lowerdir={folder},upperdir=/mnt/upper,workdir=/mnt/work"
        subprocess.run(["mount", "-t", "overlay", "-o", options, "overlay", "/mnt/root"],
                       check=True)
        self.folder /= "root"
        subprocess.run(["mount", "-t", "proc", "proc", self.folder / "proc"], check=True)
        subprocess.run(["mount", "--rbind", "/dev", self.folder / "dev"], check=True)
        # Nothing is started where no systemd runs, also by scripts that do not ask it.
        (self.folder / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (self.folder / "usr/sbin/policy-rc.d").chmod(0o755)
        self._copy_source()

    def _copy_source(self):
        source = self.folder / "src"
        source.mkdir()
        names = subprocess.run(["git", "-c", f"safe.directory={PROJECT}", "ls-files", "-z",
                                "--cached", "--others", "--exclude-standard"], cwd=PROJECT,
                               check=True, capture_output=True, text=True).stdout.split("\0")
        for name in filter(None, names):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, source / name, follow_symlinks=False)
        self.run("git", "config", "--system", "--add", "safe.directory", "*")
        self._commit("/src")

    def _commit(self, source):
        self.run("sh", "-c", f"cd {source} && git init -q && git add --all && git -c user.name=tests "
                 "-c user.email=tests@invalid commit -qm source")

    def add_source(self, revision):
        """The source of that git REVISION, in a folder which is returned."""
        name = f"/src-{revision.replace('/', '-')}"
        (self.folder / name.lstrip("/")).mkdir()
        archive = subprocess.run(["git", "-c", f"safe.directory={PROJECT}", "archive", revision],
                                 cwd=PROJECT, check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "--extract", "--directory", self.folder / name.lstrip("/")],
                       input=archive, check=True)
        self._commit(name)
        return name

    def run(self, *argv, check=True, **variables):
        result = subprocess.run(
            ["chroot", self.folder, *argv], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root",
                 "DEBIAN_FRONTEND": "noninteractive", **variables}, check=False)
        if check and result.returncode != 0:
            raise Failure(f"{' '.join(argv)}: exit status {result.returncode}\n{result.stdout}")
        return result.stdout

    def build(self, kind, output, *options, source="/src", **variables):
        """Builds packages of that KIND from SOURCE into the folder OUTPUT, as an ordinary user."""
        self.run("useradd", "--create-home", "builder")
        self.run("chown", "-R", "builder", source)
        self.run("su", "builder", "-c", f"{source}/packaging/build {kind} --output {output} "
                 f"{' '.join(options)}", **variables)
        self.run("userdel", "--remove", "builder", check=False)

    def files(self):
        """Every file with its kind, size and destination."""
        lines = self.run("find", "/", "-xdev", "(", "-path", "/tmp", "-o", "-path", "/src*", ")",
                         "-prune", "-o", "-printf", "%p %y %m %l\n").splitlines()
        return {line for line in lines if not NOT_COMPARED.search(line)}
