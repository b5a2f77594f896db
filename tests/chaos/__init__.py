# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever happens to the host, in whatever order: what has to be so afterwards.

    world    the test network, what is so in it, and which state of clat-nm follows from that
    events   what can happen to it
    checks   whether what is there is what should be
    soak     random events for as long as one likes: tests/soak
"""
