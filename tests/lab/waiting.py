# SPDX-License-Identifier: GPL-2.0-or-later
"""Bounded waits."""

import os
import time

# How many times slower than usual everything may be, as under an emulated processor.
SLOWNESS = float(os.environ.get("CLAT_TEST_SLOWNESS", "1"))

# How many times longer than usual something may be waited for, as beside other tests. Nothing
# takes longer for it that happens in time.
PATIENCE = SLOWNESS * float(os.environ.get("CLAT_TEST_PATIENCE", "1"))

# Between two looks, in seconds: where they cost more than to wait does, they are to be rare.
PAUSE = float(os.environ.get("CLAT_TEST_PAUSE", "0.02"))
# What has not happened for a while is looked at less often: after this share of the time.
SHARE = 0.05
LONGEST_PAUSE = 0.1


class Timeout(AssertionError):
    """What was waited for did not happen."""


def wait_for(condition, seconds, what, explain=None):
    """Waits until CONDITION returns something true, and returns that.

    WHAT says what is waited for. EXPLAIN, if given, returns a text about the state of things
    that is added to the error."""
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
