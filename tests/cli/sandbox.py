# SPDX-License-Identifier: GPL-2.0-or-later
"""A real NetworkManager in namespaces of its own, isolated from the host.

enter() executes the calling program again as the first process of new namespaces; when it ends,
the kernel kills every process in them."""

import os
import shutil
import subprocess
import sys
import time

INSIDE = "CLAT_TEST_SANDBOX"
SKIPPED = 77
TIMEOUT = 20

# "clat-" before it would be too long for the kernel.
LONG_INTERFACE = "ethernet-long0"

NM_CONFIG = "/run/networkmanager.conf"
PROFILES = "/etc/NetworkManager/system-connections"

# NetworkManager waits for udev to initialise a veth unless /sys is read-only.
MOUNTS = (
    ("tmpfs", "tmpfs", "rw", "/run"),
    ("tmpfs", "tmpfs", "rw", PROFILES),
    ("tmpfs", "tmpfs", "rw", "/var/lib/NetworkManager"),
    ("sysfs", "sysfs", "ro", "/sys"),
)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def enter():
    if INSIDE in os.environ:
        set_up()
        return
    if os.geteuid() != 0:
        skip("only root can create namespaces for NetworkManager")
    for program in ("unshare", "NetworkManager", "nmcli", "dbus-daemon", "ip", "setpriv"):
        if shutil.which(program) is None:
            skip(f"{program} is not installed")

    os.environ[INSIDE] = "1"
    os.execvp(
        "unshare",
        ["unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"]
        + ["--mount-proc", sys.executable, *sys.argv],
    )


def run(*words):
    subprocess.run(words, check=True, timeout=TIMEOUT)


def set_up():
    for kind, source, mode, place in MOUNTS:
        run("mount", "-t", kind, "-o", mode, source, place)
    # To a folder that users other than root can read.
    for name in ("CLATCTL", "CLAT_NMCLI_PROGRAM"):
        os.environ[name] = shutil.copy(os.environ[name], "/run")

    os.makedirs("/run/dbus")
    with open(NM_CONFIG, "w", encoding="utf-8") as file:
        file.write("[main]\nplugins=keyfile\nauth-polkit=root-only\nno-auto-default=*\n")

    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "peer0")
    run("ip", "link", "set", "peer0", "up")
    run("ip", "link", "add", LONG_INTERFACE, "type", "veth", "peer", "name", "peer1")
    run("ip", "link", "set", "peer1", "up")
    run("dbus-daemon", "--system", "--fork", "--nopidfile")
    with open("/run/networkmanager.log", "wb") as log:
        # pylint: disable=consider-using-with
        subprocess.Popen(
            ["NetworkManager", f"--config={NM_CONFIG}", "--debug"], stdout=log, stderr=log
        )
    wait_for_networkmanager()


def wait_for_networkmanager():
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        state = subprocess.run(
            ["nmcli", "-g", "RUNNING", "general"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        if state.stdout == "running\n":
            return
        time.sleep(0.1)
    with open("/run/networkmanager.log", encoding="utf-8", errors="replace") as log:
        sys.exit("NetworkManager did not start:\n" + log.read())
