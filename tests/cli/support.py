# SPDX-License-Identifier: GPL-2.0-or-later
"""A private bus, and programs that are killed when the test ends."""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

TIMEOUT = 20

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    {policy}
  </policy>
  <servicedir>{directory}</servicedir>
</busconfig>
"""


def die_with_parent():
    """Runs in the child, so that an interrupted test leaves no process behind."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def variant(value):
    """A value in the text format of GVariant; an integer is uint32, a string stays a string."""
    if isinstance(value, int):
        return f"uint32 {value}"
    text = value.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text) + "'"


class Uint64(int):
    """A number of D-Bus type "t"."""


class Mock:
    """The mock service; ends when closed."""

    def __init__(self, program, environment):
        # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
        self.process = subprocess.Popen(
            [program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            preexec_fn=die_with_parent,
        )
        assert self.process.stdout.readline() == "ready\n"

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ok\n"

    def set(self, number, **properties):
        def text(value):
            return f"uint64 {value}" if isinstance(value, Uint64) else variant(value)

        pairs = (f"'{name}': <{text(value)}>" for name, value in properties.items())
        self.send(f"set {number} {{{', '.join(pairs)}}}")

    def set_stats(self, number, out, incoming):
        def text(counters):
            return "@a{st} {" + ", ".join(f"'{k}': {v}" for k, v in counters.items()) + "}"

        self.send(f"stats {number} ({text(out)}, {text(incoming)})")

    def set_check(self, sufficient, summary, features):
        rows = ", ".join(
            f"({variant(name)}, {str(there).lower()}, {variant(text)})"
            for name, there, text in features
        )
        self.send(f"check - ({str(sufficient).lower()}, {variant(summary)}, [{rows}])")

    def set_networkmanager(self, is_running):
        self.send(f"networkmanager - {str(is_running).lower()}")

    def set_startup(self, is_starting):
        self.send(f"startup - {str(is_starting).lower()}")

    def remove(self, number):
        self.send(f"remove {number}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(TIMEOUT)
        self.process.stdout.close()


class BusTestCase(unittest.TestCase):
    """Each test has a bus of its own, which programs use as the system bus."""

    policy = ""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="clat-")
        self.addCleanup(shutil.rmtree, self.directory)
        self.environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "G_DEBUG": "fatal-warnings",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.start_bus()

    def start_bus(self):
        config = os.path.join(self.directory, "bus.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(BUS_CONFIG.format(directory=self.directory, policy=self.policy))
        with open(os.path.join(self.directory, "bus.log"), "wb") as log:
            # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
            self.bus = subprocess.Popen(
                ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                preexec_fn=die_with_parent,
            )
        self.addCleanup(self.stop_bus)
        self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = self.bus.stdout.readline().strip()

    def stop_bus(self):
        if self.bus.poll() is None:
            self.bus.kill()
            self.bus.wait(TIMEOUT)
        self.bus.stdout.close()

    def reload_bus(self):
        address = self.environment["DBUS_SYSTEM_BUS_ADDRESS"]
        subprocess.run(
            ["dbus-send", f"--bus={address}", "--print-reply=literal"]
            + ["--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.ReloadConfig"],
            check=True,
            timeout=TIMEOUT,
        )

    def start_mock(self):
        mock = Mock(os.environ["MOCK_SERVICE"], self.environment)
        self.addCleanup(lambda: mock.process.stdin.closed or mock.close())
        return mock

    def start_program(self, program, *words):
        """Runs beside the test, with its output in pipes; killed when the test ends."""
        # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
        process = subprocess.Popen(
            [program, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            preexec_fn=die_with_parent,
        )
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def clatctl(self, *words):
        return subprocess.run(
            [os.environ["CLATCTL"], *words],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=TIMEOUT,
            check=False,
        )

    def assert_fails(self, result, status, message):
        """Checks the status, and that standard error is exactly one line."""
        self.assertEqual(result.stderr, f"clatctl: {message}\n")
        self.assertEqual(result.returncode, status)
        self.assertEqual(result.stdout, "")
