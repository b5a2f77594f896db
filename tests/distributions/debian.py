# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian packages: built, checked with lintian, installed, upgraded, removed and purged, with
the files before and after compared."""

import os
import re
import shutil

from lab.machine import PROJECT

from .root import Root, expect, make_root

CONTROL = PROJECT / "packaging/debian/control"
# What builds and checks packages, and what clat-nm depends on: there is no network in the root.
TOOLS = ["dpkg-dev", "build-essential", "fakeroot", "git", "lintian", "network-manager", "dbus"]

# The packages in /tmp/1 with another version, which a third build would only take longer to make.
NEXT_REVISION = """
mkdir /tmp/2
for package in /tmp/1/*.deb; do
  dpkg-deb --raw-extract "$package" /tmp/unpacked
  sed -i -e '/^Version:/ s/-1$/-2/' -e '/^Depends:/ s/\\(clat-nm (= [^)]*\\)-1)/\\1-2)/' \\
    /tmp/unpacked/DEBIAN/control
  dpkg-deb --build /tmp/unpacked /tmp/2
  rm -r /tmp/unpacked
done"""


def build_dependencies():
    field = re.search(r"^Build-Depends:(.*?)^\S", CONTROL.read_text(), re.M | re.S)[1]
    names = [entry.split("(")[0].strip() for entry in field.split(",")]
    return ["debhelper" if name == "debhelper-compat" else name for name in names]


def root_of(suite):
    return make_root(f"packaging-{suite}", suite, {*TOOLS, *build_dependencies()})


def packages_in(folder):
    """Their contents by name."""
    return {file.name: file.read_bytes() for file in folder.iterdir()
            if re.search(r"\.deb$|\.tar\.\w+$", file.name)}


def check_build(root):
    root.build("debian", "/tmp/1", TZ="Pacific/Kiritimati")
    expect(True, "built as an ordinary user")
    tags = root.run("su", "nobody", "-s", "/bin/sh", "-c",
                    "lintian --fail-on error,warning /tmp/1/*.changes", check=False)
    expect(not re.search("^[EW]:", tags, re.M), f"lintian has no errors or warnings\n{tags}")
    # In another temporary folder, later, and on another day of the calendar.
    root.build("debian", "/tmp/again", TZ="Etc/GMT+12", LANG="C")
    first, second = (packages_in(root.folder / f"tmp/{name}") for name in ("1", "again"))
    different = sorted(name for name in first if first[name] != second.get(name))
    expect(len(first) >= 4 and not different, f"built again, the same {different or ''}")
    root.run("sh", "-ec", NEXT_REVISION)


def install(root, revision, *packages):
    root.run("sh", "-c", " ".join(["dpkg --install",
                                   *(f"/tmp/{revision}/{name}_*.deb" for name in packages)]))


def check_first_installation(root, nmcli):
    install(root, 1, "clat-nm")
    expect(root.run("clatctl", "--version").startswith("clatctl "), "clatctl runs")
    expect((root.folder / "usr/bin/nmcli").resolve().name == "nmcli",
           "clat-nm alone leaves nmcli as it is")
    enabled = root.run("find", "/etc/systemd", "-name", "clat-nm*", "-printf", "%P\n")
    expect(sorted(enabled.split()) == [
        "system/multi-user.target.wants/clat-nm.service",
        "system/network-online.target.wants/clat-nm-wait-online.service"],
           "the service and clat-nm-wait-online are enabled, and only they")
    script = (root.folder / "var/lib/dpkg/info/clat-nm.postinst").read_text()
    expect("/etc/apparmor.d/clat-nm" in root.run("dpkg", "--listfiles", "clat-nm").split()
           and 0 < script.find("apparmor_parser") < script.find("deb-systemd-invoke $_dh_action"),
           "the AppArmor profile is loaded before the service starts")
    install(root, 1, "clat-nm-nmcli")
    expect(os.readlink(root.folder / "usr/bin/nmcli") == "clat-nmcli", "nmcli is clat-nmcli")
    expect(root.run("nmcli", "--version") == nmcli, "and passes on what is not for it")


def check_installation(root):
    before = root.files()
    nmcli = root.run("nmcli", "--version")
    check_first_installation(root, nmcli)

    settings = root.folder / "etc/clat-nm/clat-nm.conf"
    settings.write_text(settings.read_text() + "# by the administrator\n")
    install(root, 2, "clat-nm", "clat-nm-nmcli")
    expect(settings.read_text().endswith("# by the administrator\n"),
           "an upgrade keeps the settings of the administrator")
    expect(os.readlink(root.folder / "usr/bin/nmcli") == "clat-nmcli", "and nmcli")

    root.run("dpkg", "--remove", "clat-nm-nmcli", "clat-nm")
    expect(root.run("nmcli", "--version") == nmcli
           and not (root.folder / "usr/bin/nmcli").is_symlink(), "removal gives nmcli back")
    expect(settings.exists(), "removal keeps the settings")
    (root.folder / "var/lib/clat-nm").mkdir(exist_ok=True)
    (root.folder / "var/lib/clat-nm/secret_key").touch()
    root.run("dpkg", "--purge", "clat-nm-nmcli", "clat-nm")
    left = root.files() ^ before
    expect(not left, f"purging leaves nothing {sorted(left) if left else ''}")


def build_versions(root, versions):
    """Packages of earlier VERSIONS, in folders with their names."""
    for version in versions:
        root.build("debian", f"/tmp/{version}", source=root.add_source(version))
        expect(True, f"{version} built, to be upgraded")


def check(folder, output, versions):
    """All of it in the root in FOLDER. The packages are copied to the folder OUTPUT, with those of
    earlier VERSIONS."""
    root = Root(folder)
    check_build(root)
    check_installation(root)
    build_versions(root, versions)
    for name in "1", "2", *versions:
        shutil.copytree(root.folder / "tmp" / name, output / name)
