# SPDX-License-Identifier: GPL-2.0-or-later
"""What belongs to a release."""

import json
import os
import pathlib
import re
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[2]
INSTALL_CONF = PROJECT / "data/install-conf"


def version():
    return re.search(r"^  version: '(.*)',$", (PROJECT / "meson.build").read_text(), re.M)[1]


def test_news_has_the_version():
    text = (PROJECT / "NEWS").read_text()
    assert re.search(r"^\d+\.\d+\.\d+$", text, re.M)[0] == version()


def test_version_is_written_once():
    """Man pages, packages and programs get it from meson.build."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={PROJECT}", "grep", "--fixed-strings", "--files-with-matches",
         "--word-regexp", version(), "--", "src", "data/*.in", "data/man", "packaging", "meson.build"],
        cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    assert listing.split() == ["meson.build"]


def test_sbom():
    """Its references exist, and each file and package of the list of README.md is there."""
    document = json.loads(subprocess.run([PROJECT / "packaging/sbom"], check=True,
                                         capture_output=True, text=True).stdout)
    elements = [document, *document["packages"], *document["files"]]
    names = [element["SPDXID"] for element in elements]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", name) for name in names)
    for relationship in document["relationships"]:
        assert {relationship["spdxElementId"], relationship["relatedSpdxElement"]} <= set(names)
    assert document["packages"][0]["versionInfo"] == version()
    assert "./meson.build" in {file["fileName"] for file in document["files"]}
    assert {"libbpf-dev", "clang"} <= {package["name"] for package in document["packages"]}


def install_conf(source, file, destdir):
    subprocess.run([INSTALL_CONF, source, file], check=True, capture_output=True,
                   env={**os.environ, "DESTDIR": str(destdir)})


def test_changed_settings_are_kept(tmp_path):
    source, installed = tmp_path / "source", tmp_path / "root/etc/clat-nm/clat-nm.conf"
    new = installed.with_name("clat-nm.conf.new")
    source.write_text("default\n")
    install_conf(source, "/etc/clat-nm/clat-nm.conf", tmp_path / "root")
    assert installed.read_text() == "default\n"
    assert installed.stat().st_mode & 0o777 == 0o644
    install_conf(source, "/etc/clat-nm/clat-nm.conf", tmp_path / "root")
    assert not new.exists()
    installed.write_text("by the administrator\n")
    install_conf(source, "/etc/clat-nm/clat-nm.conf", tmp_path / "root")
    assert installed.read_text() == "by the administrator\n"
    assert new.read_text() == "default\n"
