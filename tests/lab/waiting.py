# SPDX-License-Identifier: GPL-2.0-or-later
"""Bounded waits."""

import os
import time

# How many times slower than usual the machine is, as under an emulated processor.
SLOWNESS = float(os.environ.get("CLAT_TEST_SLOWNESS", "1"))

# Factor for all timeouts, for tests that run beside others. It does not delay a wait that
# succeeds.
PATIENCE = SLOWNESS * float(os.environ.get("CLAT_TEST_PATIENCE", "1"))

# Pause between two polls, in seconds: longer where a poll costs more than waiting does.
PAUSE = float(os.environ.get("CLAT_TEST_PAUSE", "0.02"))
# The longer a wait takes, the rarer are the polls: a pause is this share of the elapsed time.
SHARE = 0.05
LONGEST_PAUSE = 0.1


class Timeout(AssertionError):
    """The condition was not met in time."""


def wait_for(condition, seconds, what, explain=None):
    """Waits until CONDITION returns something true, and returns that.

    WHAT is the noun in the error message. EXPLAIN, if given, returns a description of the
    state, which is added to it."""
    seconds *= PATIENCE
    start = time.monotonic()
    while True:
        result = condition()
        if result:
            return result
        passed = time.monotonic() - start
        if passed > seconds:
            break
        time.sleep(max(PAUSE, min(passed * SHARE, LONGEST_PAUSE)))

    message = f"no {what} within {seconds} s"
    if explain is not None:
        message += "\n" + explain()
    raise Timeout(message)


def stays(condition, seconds, what, explain=None):
    """Fails as soon as CONDITION is no longer true within SECONDS."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not condition():
            message = f"{what}: no longer so"
            if explain is not None:
                message += "\n" + explain()
            raise AssertionError(message)
        time.sleep(PAUSE)
