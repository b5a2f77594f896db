# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine of the test network: namespaces held by one process, and the processes in them.

No process outlives the program that created a machine, however that program ends: the kernel
kills the first process of a machine when its creator dies, and then every process in its PID
namespace."""

import contextlib
import ctypes
import os
import pathlib
import shlex
import signal
import socket
import subprocess

from .waiting import PATIENCE, wait_for

FIRST_PROCESS = pathlib.Path(__file__).with_name("first-process")
PROJECT = pathlib.Path(__file__).resolve().parents[2]

TIE_TO_PARENT = ["setpriv", "--pdeathsig", "KILL"]
# The program that the build makes of enter.c.
ENTER = PROJECT / "build-tests/tests/lab/enter"
CLONE_NEWNET = 0x40000000

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "TERM": os.environ.get("TERM", "dumb"),
    # How sanitizers end a program, from tests/run.
    **{name: os.environ[name] for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
       if name in os.environ},
}

libc = ctypes.CDLL(None, use_errno=True)


class CommandError(AssertionError):
    """A command ended with an unexpected status."""


def children_of(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in text.split()]


def is_first_process(pid):
    """Whether PID is process 1 of a PID namespace."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    numbers = next(line for line in status.splitlines() if line.startswith("NSpid:"))
    return numbers.split()[-1] == "1"


def sysctl_file(name):
    """The file of the setting NAME; the dots of an interface name in it are kept."""
    *folders, rest = name.split(".", 3)
    return pathlib.Path("/proc/sys", *folders, *rest.rsplit(".", 1))


def describe(argv, machine):
    return f"{machine}: {shlex.join(map(str, argv))}"


class Process:
    """A program that runs in a machine."""

    def __init__(self, popen, title, log=None):
        self.popen = popen
        self.title = title
        self.log = log

    @property
    def pid(self):
        """Process id of the program itself, not of the one that entered the machine for it."""
        return wait_for(lambda: next(iter(children_of(self.popen.pid)), None)
                        or self._ended(), 5, f"process of {self.title}")

    def _ended(self):
        if self.popen.poll() is not None:
            raise CommandError(f"{self.title}: ended with {self.popen.returncode}")
        return None

    def is_running(self):
        return self.popen.poll() is None

    def send_signal(self, number):
        os.kill(self.pid, number)

    @contextlib.contextmanager
    def paused(self):
        """The program is stopped while the context is open. What entered the machine for it stops
        with it, and continues it."""
        self.send_signal(signal.SIGSTOP)
        entered = pathlib.Path(f"/proc/{self.popen.pid}/stat")
        wait_for(lambda: entered.read_text().rpartition(")")[2].split()[0] == "T", 5,
                 f"stop of {self.title}")
        try:
            yield
        finally:
            self.popen.send_signal(signal.SIGCONT)

    def wait(self, seconds):
        return self.popen.wait(timeout=seconds * PATIENCE)

    def stop(self, number=signal.SIGTERM, seconds=10):
        """Stops the program and returns its exit status; kills it after SECONDS."""
        if self.is_running():
            try:
                self.send_signal(number)
                self.wait(seconds)
            except subprocess.TimeoutExpired as error:
                self.kill()
                raise CommandError(f"{self.title}: still running {seconds} s after "
                                   f"{signal.Signals(number).name}") from error
            except (ProcessLookupError, CommandError):
                self.wait(seconds)
        return self.popen.returncode

    def kill(self):
        if self.is_running():
            with contextlib.suppress(ProcessLookupError, CommandError):
                self.send_signal(signal.SIGKILL)
            self.popen.kill()
            self.popen.wait()


class Machine:
    """A machine. INSIDE is the machine in which its namespaces are nested; KIND, INSTALLED
    and ROOT are arguments of its first process. JOIN is a command that runs another one; it is put
    before the first command of this machine."""

    def __init__(self, name, inside=None, kind="plain", installed=None, root="/", path=(),
                 join=()):
        self.name = name
        self.environment = dict(ENVIRONMENT)
        if path:
            self.environment["PATH"] = ":".join([*path, ENVIRONMENT["PATH"]])
        setup = [kind] if kind == "plain" else [kind, str(PROJECT), str(installed or ""), str(root)]
        self._holder = self._start(inside, setup, join)
        self.pid = self._find_first_process()

    def _start(self, inside, setup, join):
        argv = ["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork",
                "--kill-child", "--mount-proc", "--propagation", "private", "--",
                "sh", str(FIRST_PROCESS), self.name, *setup]
        if inside is not None:
            argv = inside.enter(argv)
        holder = subprocess.Popen([*TIE_TO_PARENT, *join, *argv], env=ENVIRONMENT, cwd="/",
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, start_new_session=True)
        if holder.stdout.readline() != "ready\n":
            holder.kill()
            raise CommandError(f"{self.name}: not set up: {holder.communicate()[1]}")
        return holder

    def _find_first_process(self):
        pids = children_of(self._holder.pid)
        while pids and not is_first_process(pids[0]):
            pids = children_of(pids[0])
        # The innermost one: the machine in which this one is nested has a first process too, but
        # that is not a descendant of the holder.
        if not pids:
            raise CommandError(f"{self.name}: its first process has ended")
        return pids[0]

    def enter(self, argv):
        """The command that runs ARGV in this machine; it is killed with its parent."""
        return [str(ENTER), str(self.pid), *map(str, argv)]

    def file(self, path):
        """PATH of this machine, as a path outside of it."""
        return pathlib.Path(f"/proc/{self.pid}/root") / str(path).lstrip("/")

    def popen(self, argv, log=None, **options):
        """Starts ARGV; its output is appended to the file LOG."""
        title = describe(argv, self.name)
        output = open(log, "ab") if log is not None else subprocess.DEVNULL
        try:
            streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
            popen = subprocess.Popen(self.enter(argv), cwd="/",
                                     env=self.environment, start_new_session=True,
                                     **{**streams, **options})
        finally:
            if log is not None:
                output.close()
        return Process(popen, title, log)

    def run(self, *argv, check=True, timeout=20, input=None):
        """Runs ARGV to its end and returns its result; the output is text."""
        title = describe(argv, self.name)
        try:
            result = subprocess.run(self.enter(argv), cwd="/",
                                    env=self.environment, start_new_session=True,
                                    timeout=timeout * PATIENCE, text=True,
                                    capture_output=True,
                                    **({"input": input} if input is not None
                                       else {"stdin": subprocess.DEVNULL}))
        except subprocess.TimeoutExpired as error:
            raise CommandError(f"{title}: not done after {timeout} s\n"
                               f"{(error.stdout or b'').decode(errors='replace')}"
                               f"{(error.stderr or b'').decode(errors='replace')}") from error
        if check and result.returncode != 0:
            raise CommandError(f"{title}: exit status {result.returncode}\n"
                               f"{result.stdout}{result.stderr}")
        return result

    def output(self, *argv, **options):
        return self.run(*argv, **options).stdout.strip()

    def succeeds(self, *argv, **options):
        return self.run(*argv, check=False, **options).returncode == 0

    def pings(self, address, *options, seconds=1):
        """Whether one echo request is answered within SECONDS."""
        return self.succeeds("ping", "-n", "-c", "1", "-W", seconds * PATIENCE, *options,
                             address)

    def ip(self, *arguments):
        return self.run("ip", *arguments)

    def set_sysctl(self, name, value):
        self.run("sh", "-c", 'echo "$2" > "$1"', "sh", sysctl_file(name), str(value))

    @contextlib.contextmanager
    def network(self):
        """While the context is open, the calling thread is in the network of this machine."""
        with open("/proc/thread-self/ns/net", "rb") as own, \
                open(f"/proc/{self.pid}/ns/net", "rb") as theirs:
            enter_network(theirs)
            try:
                yield
            finally:
                enter_network(own)

    def socket(self, *arguments):
        """A socket in the network of this machine, for use by the test itself."""
        with self.network():
            return socket.socket(*arguments)

    def connect_to(self, interface, other, other_interface):
        """Connects an interface of this machine to one of another by a veth pair."""
        subprocess.run(["nsenter", f"--net=/proc/{self.pid}/ns/net", "--",
                        "ip", "link", "add", interface, "type", "veth",
                        "peer", "name", other_interface, "netns", str(other.pid)],
                       check=True, env=ENVIRONMENT)

    def stop(self):
        """Kills every process in this machine."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._holder.kill()
        self._holder.communicate()


def enter_network(namespace):
    if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"setns: {os.strerror(error)}")
