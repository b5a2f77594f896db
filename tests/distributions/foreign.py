# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages of Fedora and Arch Linux, built with Debian's rpmbuild, makepkg and libraries: their
contents and what they say about themselves. They are not installed."""

import re
import shutil
import subprocess

from lab.cache import cached
from lab.machine import PROJECT

from . import debian
from .root import SECONDS, Root, expect

TOOLS = ["bzip2", "checkpolicy", "file", "libarchive-tools", "m4", "make", "makepkg",
         "pacman-package-manager", "rpm", "rpmlint", "selinux-policy-dev", "semodule-utils", "zstd"]
MACROS = PROJECT / "tests/distributions/macros.fedora"

OF_SELINUX = {
    "/usr/share/selinux/devel/include/distributed/clat-nm.if",
    "/usr/share/selinux/packages/targeted/clat-nm.pp.bz2",
    "/var/lib/selinux/targeted/active/modules/200/clat-nm",
}
CATALOGUES = {f"/usr/share/locale/{language}/LC_MESSAGES/clat-nm.mo"
              for language in (PROJECT / "po/LINGUAS").read_text().split()}
# Without the folder of programs that are not for users, and the suffixes of compressed files.
FILES = {
    *CATALOGUES,
    "/etc/clat-nm/clat-nm.conf",
    "/usr/bin/clat-nm-wait-online",
    "/usr/bin/clat-nmcli",
    "/usr/bin/clatctl",
    "/usr/lib/NetworkManager/conf.d/30-clat-nm.conf",
    "/usr/lib/NetworkManager/dispatcher.d/50-clat-nm",
    "/usr/lib/NetworkManager/dispatcher.d/pre-down.d/50-clat-nm",
    "/usr/lib/systemd/system/clat-nm-release.service",
    "/usr/lib/systemd/system/clat-nm-wait-online.service",
    "/usr/lib/systemd/system/clat-nm.service",
    "/usr/lib/udev/rules.d/84-clat-nm.rules",
    "/usr/share/bash-completion/completions/clatctl",
    "/usr/share/clat-nm/clatctl.schema.json",
    "/usr/share/dbus-1/interfaces/net.clatnm.xml",
    "/usr/share/dbus-1/system-services/net.clatnm.service",
    "/usr/share/dbus-1/system.d/net.clatnm.conf",
    "/usr/share/fish/vendor_completions.d/clatctl.fish",
    "/usr/share/man/man1/clat-nm-wait-online.1",
    "/usr/share/man/man1/clat-nmcli.1",
    "/usr/share/man/man1/clatctl.1",
    "/usr/share/man/man5/clat-nm.conf.5",
    "/usr/share/man/man5/net.clatnm.5",
    "/usr/share/man/man8/clat-nm.8",
    "/usr/share/man/man8/clat-xlat.8",
    "/usr/share/zsh/site-functions/_clatctl",
}
EXTENSION = PROJECT / "data/gnome-shell/clat-nm@clatnm.net"
OF_EXTENSION = {f"/usr/share/gnome-shell/extensions/{path.relative_to(EXTENSION.parent)}"
                for path in EXTENSION.rglob("*") if path.is_file()}
OF_RPM = FILES | {"/usr/sbin/clat-nm", "/usr/libexec/clat-xlat"}
OF_ARCH = FILES | OF_EXTENSION | {"/usr/bin/clat-nm", "/usr/lib/clat-nm/clat-xlat"}
# Added by the package manager.
METADATA = re.compile(r"/\.(BUILDINFO|INSTALL|MTREE|PKGINFO)|/usr/share/(doc|licenses)/clat-nm\b"
                      r"|/usr/lib/\.build-id\b|/(etc|usr/share)/clat-nm$")


def make_root(base, folder):
    subprocess.run(["cp", "--archive", f"{base}/.", folder], check=True)
    shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
    for command in ["update"], ["install", "--yes", "--no-install-recommends", *TOOLS]:
        subprocess.run(["chroot", folder, "apt-get", "-o", "Acquire::Check-Valid-Until=false",
                        *command], check=True, timeout=SECONDS, stdin=subprocess.DEVNULL,
                       env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
                            "DEBIAN_FRONTEND": "noninteractive"})


def root_of():
    """That of Debian 12, and further tools."""
    base = debian.root_of("bookworm")
    return cached("packaging-foreign", lambda folder: make_root(base, folder), " ".join(TOOLS))


def expect_files(listing, expected):
    names = {re.sub(r"\.(gz|zst)$", "", name) for name in listing.split()
             if not METADATA.match(name) and not name.endswith("/")}
    expect(names == expected, f"the package has the files of the project, and no others "
           f"{sorted(names ^ expected) or ''}")


def check_selinux(root):
    [package] = (root.folder / "tmp/rpm").glob("clat-nm-selinux-*.rpm")
    name = f"/tmp/rpm/{package.name}"
    expect_files(root.run("rpm", "--query", "--package", "--list", name), OF_SELINUX)
    scripts = root.run("rpm", "--query", "--package", "--scripts", name)
    expect(re.search(r"semodule .*-i /usr/share/selinux/packages/targeted/clat-nm.pp.bz2", scripts)
           and re.search(r"semodule .*-r clat-nm", scripts), "it loads the module, and removes it")


def check_rpm(root):
    (root.folder / "usr/lib/rpm/macros.d/macros.fedora").write_text(MACROS.read_text())
    root.build("rpm", "/tmp/rpm", "--no-dependencies")
    [package] = (file for file in (root.folder / "tmp/rpm").glob("clat-nm-[0-9]*.rpm")
                 if not file.name.endswith(".src.rpm"))
    name = f"/tmp/rpm/{package.name}"
    expect(True, f"built as an ordinary user: {package.name}")
    expect_files(root.run("rpm", "--query", "--package", "--list", name), OF_RPM)
    [extension] = (root.folder / "tmp/rpm").glob("gnome-shell-extension-clat-nm-*.noarch.rpm")
    listing = root.run("rpm", "--query", "--package", "--list", f"/tmp/rpm/{extension.name}")
    expect(OF_EXTENSION <= set(listing.split()),
           "the extension of GNOME Shell is a package of its own")
    expect(root.run("rpm", "--query", "--package", "--configfiles", name)
           == "/etc/clat-nm/clat-nm.conf\n", "the settings are a configuration file")
    check_selinux(root)
    requires = root.run("rpm", "--query", "--package", "--requires", name)
    expect("NetworkManager >= 1:1.42" in requires and "libnm.so.0" in requires,
           "it requires NetworkManager and the libraries")
    tags = root.run("sh", "-c", "rpmlint --config /src/packaging/rpm/rpmlint.toml /tmp/rpm/*.rpm "
                    "/tmp/rpm/*.spec", check=False)
    expect(" 0 errors, 0 warnings" in tags, f"rpmlint has no errors or warnings\n{tags}")


def check_arch(root):
    root.build("arch", "/tmp/arch", "--no-dependencies")
    [package] = (root.folder / "tmp/arch").glob("clat-nm-[0-9]*.pkg.tar.*")
    name = f"/tmp/arch/{package.name}"
    expect(True, f"built as an ordinary user: {package.name}")
    listing = root.run("bsdtar", "--list", "--file", name)
    expect_files(" ".join(f"/{entry}" for entry in listing.split()), OF_ARCH)
    about = root.run("bsdtar", "--extract", "--to-stdout", "--file", name, ".PKGINFO")
    expect({"backup = etc/clat-nm/clat-nm.conf", "depend = networkmanager",
            "license = GPL-2.0-or-later"} <= set(about.splitlines()), "it says what it is")
    expect(root.run("bsdtar", "--list", "--file", name, ".INSTALL").strip() == ".INSTALL",
           "it has its script")


def check(kind, folder):
    root = Root(folder)
    {"rpm": check_rpm, "arch": check_arch}[kind](root)
