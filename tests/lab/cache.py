# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders that are made once and used again by later runs."""

import fcntl
import shutil

from .machine import PROJECT

CACHE = PROJECT / "tests/cache"


def cached(name, make, recipe=""):
    """The folder NAME of the cache. If it does not exist, or was made by another RECIPE, a text,
    MAKE fills it: its argument is an empty folder."""
    CACHE.mkdir(exist_ok=True)
    folder, new, record = (CACHE / f"{name}{suffix}" for suffix in ("", ".new", ".recipe"))
    # Several processes may need it at the same time.
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # A killed process may have left it.
        shutil.rmtree(new, ignore_errors=True)
        if not folder.exists() or recipe != (record.read_text() if record.exists() else ""):
            new.mkdir()
            try:
                make(new)
                shutil.rmtree(folder, ignore_errors=True)
                record.write_text(recipe)
                new.rename(folder)
            finally:
                shutil.rmtree(new, ignore_errors=True)
    return folder
