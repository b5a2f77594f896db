# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands under a kernel of Debian, in QEMU.

The root of the virtual machine is the file system of the machine that it runs on, read only, with
changes in memory. Nothing is installed: the package of the kernel is unpacked into tests/cache
and stays there for later runs."""

import contextlib
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

from .archive import Archive, call
from .cache import cached
from .machine import PROJECT, TIE_TO_PARENT
from .waiting import wait_for

INIT = pathlib.Path(__file__).with_name("vm-init")
BUSYBOX = "/bin/busybox"

# The releases of Debian whose kernels are tested, oldest first: 5.10, 6.1, 6.12, and the newest.
SUITES = ["bullseye", "bookworm", "bookworm-backports", "sid"]

# The packages of a kernel; the newest kernels are split into several.
PARTS = r"linux-(image|binary|modules)-\d.*"

# The modules that are needed to mount the root; all others are loaded from there.
MODULES = ["virtio_pci", "9pnet_virtio", "9p", "overlay"]


class KernelError(AssertionError):
    """The virtual machine did not shut down by itself."""


class Kernel:
    """A kernel whose package has been unpacked into FOLDER."""

    def __init__(self, folder):
        self.folder = folder
        self.modules = next((folder / "lib/modules").iterdir())
        self.version = self.modules.name
        # Newer packages have it beside the modules.
        self.image = next(file for file in (self.modules / "vmlinuz",
                                            folder / "boot" / f"vmlinuz-{self.version}")
                          if file.exists())

    def closure(self, names):
        """Files of the modules NAMES and of their dependencies, in loading order."""
        needs = {}
        for line in (self.modules / "modules.dep").read_text().splitlines():
            file, _, others = line.partition(":")
            needs[file] = others.split()
        by_name = {pathlib.Path(file).name.split(".")[0].replace("-", "_"): file
                   for file in needs}
        order = []

        def add(file):
            for other in needs[file]:
                add(other)
            if file not in order:
                order.append(file)

        for name in names:
            if name in by_name:  # Otherwise it is built into the kernel.
                add(by_name[name])
        return order


def debian_kernel(suite):
    """The kernel of the release SUITE."""
    return Kernel(cached(suite, lambda folder: fetch(suite, folder)))


def fetch(suite, folder):
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        archive = Archive(suite, temporary, "amd64")
        for package in archive.needs_of("linux-image-amd64", PARTS):
            archive.unpack(package, folder)
    if not (folder / "lib/modules").exists():
        # Since Debian 13 modules are in /usr.
        (folder / "lib").mkdir()
        (folder / "usr/lib/modules").rename(folder / "lib/modules")
    call("depmod", "--basedir", folder, Kernel(folder).version)


def make_initramfs(kernel, folder):
    """Builds an initramfs in FOLDER and returns its file."""
    tree = folder / "initramfs"
    for name in "bin", "proc", "sys", "dev", "modules":
        (tree / name).mkdir(parents=True)
    shutil.copy(BUSYBOX, tree / "bin/busybox")
    shutil.copy(INIT, tree / "init")
    (tree / "init").chmod(0o755)
    (tree / "bin/sh").symlink_to("busybox")
    names = []
    for file in kernel.closure(MODULES):
        name = pathlib.Path(file).name
        if name.endswith(".xz"):
            name = name.removesuffix(".xz")
            with open(tree / "modules" / name, "wb") as module:
                subprocess.run(["xz", "--decompress", "--stdout", kernel.modules / file],
                               check=True, stdout=module)
        else:
            shutil.copy(kernel.modules / file, tree / "modules" / name)
        names.append(name)
    (tree / "modules/order").write_text("".join(f"{name}\n" for name in names))
    (tree / "modules/folder").write_text(str(kernel.modules.parent))
    archive = folder / "initramfs.cpio"
    with archive.open("wb") as file:
        subprocess.run("find . | cpio --quiet --create --format=newc", shell=True, cwd=tree,
                       check=True, stdout=file)
    return archive


def run_under(kernel, argv, seconds, environment=(), results=None):
    """Runs ARGV as root under KERNEL; returns its exit status and its output.

    The files in /out are copied to the folder RESULTS."""
    with tempfile.TemporaryDirectory(prefix="clat-nm-vm-") as temporary:
        folder = pathlib.Path(temporary)
        out = folder / "out"
        out.mkdir()
        variables = " ".join(f"{name}={shlex.quote(value)}"
                             for name, value in dict(environment).items())
        (out / "command").write_text(f"cd {shlex.quote(str(PROJECT))}\n"
                                     f"{variables} {shlex.join(map(str, argv))}\n")
        boot(kernel, make_initramfs(kernel, folder), out, folder / "console", seconds)
        if results is not None:
            shutil.copytree(out, results, dirs_exist_ok=True)
        return int((out / "status").read_text()), (out / "output").read_text(errors="replace")


def prefer_files(process):
    """Prioritizes those threads of QEMU that read files for the machine. The thread of the virtual
    processor skips from timer to timer until they are done: the more it runs meanwhile, the
    longer reading seems to take there."""
    def is_processor(thread):
        with contextlib.suppress(FileNotFoundError):
            return "TCG" in (thread / "comm").read_text()
        return False

    threads = pathlib.Path(f"/proc/{process.pid}/task")

    def find():
        if process.poll() is not None:
            return [None]
        return list(filter(is_processor, threads.iterdir()))

    for thread in filter(None, wait_for(find, 60, "threads of the virtual machine")):
        os.setpriority(os.PRIO_PROCESS, int(thread.name), 19)


def boot(kernel, initramfs, out, console, seconds):
    # Its clock counts instructions, 10^9 per second, and skips time in which the processor is
    # idle: waiting costs little, and the tests see a fast processor however slow and busy the
    # real one is. While it reads a file of the outer machine the processor is idle, so reading
    # seems to take long.
    #
    # With this processor model programs choose instructions that are cheap to emulate: a fifth
    # faster than with all that QEMU supports. The kernel's mitigations would cost a tenth.
    argv = ["qemu-system-x86_64", "-machine", "q35", "-accel", "tcg,thread=single",
            "-icount", "shift=0,sleep=off", "-cpu", "Nehalem", "-m", "2G",
            "-name", "clat-nm,debug-threads=on",
            "-display", "none", "-no-reboot", "-nodefaults",
            "-serial", f"file:{console}",
            "-kernel", kernel.image, "-initrd", initramfs,
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off",
            "-virtfs", "local,path=/,mount_tag=root,security_model=none,readonly=on,"
                       "multidevs=remap",
            "-virtfs", f"local,path={out},mount_tag=out,security_model=none"]
    failed = None
    with subprocess.Popen([*TIE_TO_PARENT, *map(str, argv)], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        try:
            prefer_files(process)
            _, errors = process.communicate(timeout=seconds)
            if process.returncode != 0:
                failed = errors
        except subprocess.TimeoutExpired:
            failed = f"not done after {seconds} s"
        finally:
            process.kill()
    if failed is None and not (out / "status").exists():
        failed = "ended without running the command"
    if failed is not None:
        output = out / "output"
        raise KernelError(f"{kernel.version}: {failed}\n"
                          f"{console.read_text(errors='replace') if console.exists() else ''}"
                          f"{output.read_text(errors='replace') if output.exists() else ''}")
