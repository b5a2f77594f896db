# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests of packages, for tests/packaging:

    root       clean root directories, in tests/cache
    debian     the Debian packages: build, lintian, installation, removal
    foreign    the packages of Fedora and Arch Linux, built with the libraries of Debian
    test_upgrade    the Debian packages under systemd, in the test network
    test_demo       the demo with the files of the Debian package
"""
