#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion of clatctl in bash and zsh, with a program in place of nmcli."""

import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

TIMEOUT = 20
COMPLETIONS = os.environ["COMPLETIONS"]

FAKE_NMCLI = r"""#!/bin/sh
case "$*" in
*NAME*--active) printf 'Home\nHome Wi-Fi\n' ;;
*NAME*) printf '%s\n' Home 'Home Wi-Fi' 'Attic: 5G' "Tom's \$5" no ;;
*DEVICE*) printf 'wlan0\neth0\n' ;;
esac
"""

# Bash sets these variables, calls the function, and reads COMPREPLY.
CALL = r"""
source "$1"; shift
COMP_WORDS=(clatctl "$@")
COMP_CWORD=$#
COMP_LINE=${COMP_WORDS[*]}
COMP_POINT=${#COMP_LINE}
_clatctl clatctl "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


class Terminal:
    """An interactive shell."""

    def __init__(self, words, environment):
        pid, self.descriptor = pty.fork()
        if pid == 0:
            os.execvpe(words[0], words, environment)
        self.pid = pid
        self.output = ""

    def write(self, text):
        os.write(self.descriptor, text.encode())

    def wait_for(self, pattern):
        """The first group of the pattern, once it appears in the output."""
        deadline = time.monotonic() + TIMEOUT
        while not (found := re.search(pattern, self.output)):
            readable, _, _ = select.select([self.descriptor], [], [], 0.1)
            if readable:
                self.output += os.read(self.descriptor, 4096).decode(errors="replace")
            assert time.monotonic() < deadline, repr(self.output)
        self.output = self.output[found.end() :]
        return found[1]

    def close(self):
        os.close(self.descriptor)
        os.waitpid(self.pid, 0)


class Shell(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="clat-")
        self.addCleanup(shutil.rmtree, self.directory)
        nmcli = os.path.join(self.directory, "nmcli")
        with open(nmcli, "w", encoding="utf-8") as file:
            file.write(FAKE_NMCLI)
        os.chmod(nmcli, 0o755)
        # In place of clatctl, prints the arguments that the shell passes.
        clatctl = os.path.join(self.directory, "clatctl")
        with open(clatctl, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nprintf '<%s>' \"$@\"\necho '<END>'\n")
        os.chmod(clatctl, 0o755)
        self.environment = {
            "PATH": f"{self.directory}:{os.environ['PATH']}",
            "HOME": self.directory,
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
        }

    def assert_completes(self, terminal, line, words):
        """Check the arguments after the line has been completed."""
        terminal.write(line + "\t\n")
        found = terminal.wait_for(r"(?m)^(<.*>)<END>")
        self.assertEqual(found, "".join(f"<{word}>" for word in words), line)


class Bash(Shell):
    def offers(self, *words):
        result = subprocess.run(
            ["bash", "-c", CALL, "bash", f"{COMPLETIONS}/clatctl.bash", *words],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=TIMEOUT,
            check=False,
        )
        self.assertEqual(result.stderr, "")
        return result.stdout.split()

    def test_offers(self):
        commands = ["list", "show", "stats", "monitor", "set", "wait", "check", "exec", "trace",
                    "metrics", "help"]
        modes = ["auto", "yes", "no", "force"]
        addresses = ["address=auto", "address=own", "address=shared"]
        others = [*addresses, *(f"ipv6-mostly={word}" for word in ("yes", "no", "default"))]
        prefix = ["prefix", "=", "64", ":", "ff9b", "::", "/96"]
        for words, offers in (
            ([""], commands),
            (["s"], ["show", "stats", "set"]),
            (["--"], ["--json", "--help", "--version"]),
            (["wait", "--"], ["--json", "--help", "--version", "--timeout"]),
            (["wait", "e"], ["eth0"]),
            (["help", ""], commands),
            (["help", "set", ""], []),
            (["show", "wl"], ["wlan0"]),
            (["show", "wlan0", ""], []),
            (["--json", "stats", "e"], ["eth0"]),
            (["check", "w"], ["wlan0"]),
            (["exec", "w"], ["wlan0"]),
            (["trace", "w"], ["wlan0"]),
            (["trace", "--w"], ["--write"]),
            (["stats", "--w"], ["--watch"]),
            (["check", "--r"], ["--report"]),
            (["monitor", ""], []),
            (["set", "wlan0", ""], [*modes, "prefix=", *others]),
            (["set", "wlan0", "no", ""], ["prefix=", *others]),
            (["set", "no", ""], [*modes, "prefix=", *others]),
            (["set", "wlan0", *prefix, ""], [*modes, *others]),
            (["set", "wlan0", "no", *prefix, ""], others),
            (["set", "wlan0", "no", *prefix, "address", "=", "own", "ipv6-mostly", "=", "no", ""], []),
            (["set", "wlan0", "address", "=", "s"], ["shared"]),
            (["set", "wlan0", "ipv6-mostly", "=", "d"], ["default"]),
            (["set", "wlan0", "prefix", "="], []),
        ):
            self.assertEqual(self.offers(*words), offers, words)

    def test_names_with_quotes_blanks_and_colons(self):
        terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], self.environment)
        self.addCleanup(terminal.close)
        terminal.write(f"source {COMPLETIONS}/clatctl.bash; echo loa''ded\n")
        terminal.wait_for("(loaded)")
        for line, name in (
            ('clatctl set "Home ', "Home Wi-Fi"),
            ("clatctl set 'Home W", "Home Wi-Fi"),
            ("clatctl set Home\\ ", "Home Wi-Fi"),
            ("clatctl show 'Home W", "Home Wi-Fi"),
            ("clatctl set Attic:", "Attic: 5G"),
            ('clatctl set "Attic: ', "Attic: 5G"),
            ("clatctl set T", "Tom's $5"),
            ('clatctl set "T', "Tom's $5"),
            ("clatctl set 'T", "Tom's $5"),
        ):
            self.assert_completes(terminal, line, [line.split()[1], name])
        self.assert_completes(
            terminal, "clatctl set 'Home Wi-Fi' no p", ["set", "Home Wi-Fi", "no", "prefix="]
        )


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class Zsh(Shell):
    def test_lines(self):
        terminal = Terminal(["zsh", "-f", "-i"], {**self.environment, "TERM": "vt100"})
        self.addCleanup(terminal.close)
        terminal.write(
            f"fpath=({COMPLETIONS} $fpath); autoload -U compinit; compinit -u -D;"
            " unsetopt prompt_sp list_beep beep; PS1=; echo loa''ded\n"
        )
        terminal.wait_for("(loaded)")
        for line, words in (
            ("clatctl mo", ["monitor"]),
            ("clatctl help ch", ["help", "check"]),
            ("clatctl wait wl", ["wait", "wlan0"]),
            ("clatctl check eth", ["check", "eth0"]),
            ("clatctl ex", ["exec"]),
            ("clatctl exec eth", ["exec", "eth0"]),
            ("clatctl trace eth", ["trace", "eth0"]),
            ("clatctl trace --co", ["trace", "--count"]),
            ("clatctl stats --wa", ["stats", "--watch"]),
            ("clatctl check --re", ["check", "--report"]),
            ("clatctl wait --ti", ["wait", "--timeout"]),
            ("clatctl show wl", ["show", "wlan0"]),
            ('clatctl set "Home W', ["set", "Home Wi-Fi"]),
            ("clatctl set Home f", ["set", "Home", "force"]),
            ("clatctl set no f", ["set", "no", "force"]),
            ("clatctl set Home no p", ["set", "Home", "no", "prefix="]),
            ("clatctl set Home no address=s", ["set", "Home", "no", "address=shared"]),
            ("clatctl set Home no ipv6-mostly=d", ["set", "Home", "no", "ipv6-mostly=default"]),
            ("clatctl set Home no f", ["set", "Home", "no", "f"]),
            ("clatctl set Home prefix=x p", ["set", "Home", "prefix=x", "p"]),
        ):
            self.assert_completes(terminal, line, words)


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class Fish(Shell):
    """fish can say itself what it would offer."""

    def offers(self, line):
        result = subprocess.run(
            ["fish", "--no-config", "-c",
             'source $argv[1]; complete --do-complete "$argv[2]"',
             f"{COMPLETIONS}/clatctl.fish", line],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=TIMEOUT,
            check=False,
        )
        self.assertEqual(result.stderr, "")
        return {offer.partition("\t")[0] for offer in result.stdout.splitlines()}

    def test_offers(self):
        commands = {"list", "show", "stats", "monitor", "set", "wait", "check", "exec",
                    "trace", "metrics", "help"}
        for line, offers in (
            ("clatctl ", commands),
            ("clatctl --json s", {"show", "stats", "set"}),
            ("clatctl help ", commands),
            ("clatctl show ", {"Home", "Home Wi-Fi", "wlan0", "eth0"}),
            ("clatctl show wl", {"wlan0"}),
            ("clatctl show wlan0 ", set()),
            ("clatctl set A", {"Attic: 5G"}),
            ("clatctl set Home address=s", {"address=shared"}),
            ("clatctl stats --w", {"--watch"}),
            ("clatctl check --r", {"--report"}),
            ("clatctl monitor ", set()),
            ("clatctl help set ", set()),
            ("clatctl trace wlan0 --write /nonexistent/", set()),
        ):
            self.assertEqual(self.offers(line), offers, line)

    def test_connections(self):
        """Active ones and interfaces, for commands that do not need an active one all."""
        active = {"Home", "Home Wi-Fi", "wlan0", "eth0"}
        known = active | {"Attic: 5G", "Tom's $5", "no"}
        for command, offers in (
            ("show", active),
            ("stats", active),
            ("check", active),
            ("exec", active),
            ("trace", active),
            ("set", known),
            ("wait", known),
            ("metrics", set()),
        ):
            self.assertEqual(self.offers(f"clatctl {command} "), offers, command)

    def test_options(self):
        common = {"--json", "--help", "--version"}
        for command, own in (
            ("list", set()),
            ("stats", {"--watch", "--interval"}),
            ("wait", {"--timeout"}),
            ("check", {"--target", "--report", "--short"}),
            ("trace", {"--count", "--write"}),
            ("set", set()),
        ):
            self.assertEqual(self.offers(f"clatctl {command} --"), common | own, command)

    def test_settings(self):
        modes = {"auto", "yes", "no", "force"}
        self.assertLessEqual(modes | {"prefix="}, self.offers("clatctl set wlan0 "))


if __name__ == "__main__":
    unittest.main()
