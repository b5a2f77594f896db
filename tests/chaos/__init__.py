# SPDX-License-Identifier: GPL-2.0-or-later
"""Random events on the host, in any order, and the state that is required afterwards.

    world   the test network, its state, and the state of clat-nm that follows from it
    events  the events that can happen to it
    checks  compare the state of clat-nm with the required state
    soak    random events for any length of time: tests/soak
"""
