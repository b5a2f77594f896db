# SPDX-License-Identifier: GPL-2.0-or-later
"""The mandatory access control policies compile, and grant what the units grant; the document on
security names tests that exist."""

import pathlib
import re
import shutil
import subprocess

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
UNIT = PROJECT / "data/clat-nm.service.in"
APPARMOR = PROJECT / "data/apparmor/clat-nm"
SELINUX = PROJECT / "packaging/selinux"
REFERENCE_POLICY = pathlib.Path("/usr/share/selinux/devel/Makefile")


def capabilities_of_the_unit():
    lines = re.findall(r"^CapabilityBoundingSet=(.*)$", UNIT.read_text(), re.MULTILINE)
    return sorted(name.lower().removeprefix("cap_") for line in lines for name in line.split())


@pytest.mark.skipif(shutil.which("apparmor_parser") is None,
                    reason="expected: apparmor is not installed")
def test_apparmor_profile_compiles():
    result = subprocess.run(["apparmor_parser", "--skip-kernel-load", "--skip-cache", APPARMOR],
                            capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_apparmor_profile_has_the_capabilities_of_the_unit():
    found = re.findall(r"^  capability (\w+),$", APPARMOR.read_text(), re.MULTILINE)
    assert sorted(found) == capabilities_of_the_unit()


def test_selinux_module_has_the_capabilities_of_the_unit():
    text = (SELINUX / "clat-nm.te").read_text()
    [found] = re.findall(r"^allow clat_nm_t self:capability \{ (.*) \};$", text, re.MULTILINE)
    assert sorted(found.split()) == capabilities_of_the_unit()


@pytest.mark.skipif(not REFERENCE_POLICY.exists() or shutil.which("make") is None,
                    reason="expected: selinux-policy-dev or make is not installed")
def test_selinux_module_compiles(tmp_path):
    for file in SELINUX.iterdir():
        shutil.copy(file, tmp_path)
    result = subprocess.run(["make", "-f", REFERENCE_POLICY, "clat-nm.pp"], cwd=tmp_path,
                            capture_output=True, text=True, check=False)
    assert result.returncode == 0 and "Error" not in result.stderr, \
        result.stdout + result.stderr
    assert (tmp_path / "clat-nm.pp").stat().st_size > 0


def test_tests_of_the_security_document_exist():
    text = (PROJECT / "doc/security.md").read_text()
    named = set(re.findall(r"`((?:core|net|packet|service|cli|style)/[\w-]+)`", text))
    missing = {name for name in named
               if not list((PROJECT / "tests").glob(f"{name}.*"))}
    assert len(named) > 20 and not missing
