# SPDX-License-Identifier: GPL-2.0-or-later
"""The extension of GNOME Shell, for tests/desktop:

    shell        a host of the test network with a real GNOME Shell, without a screen
    probe.js     what the extension shows, as seen from inside of GNOME Shell
    extension    what is to be shown while the network changes
    words.js     unit test of the words, in the build directory
"""
