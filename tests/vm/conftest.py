# SPDX-License-Identifier: GPL-2.0-or-later
"""Which kernels, and what runs under them."""


def pytest_generate_tests(metafunc):
    if "kernel" in metafunc.fixturenames:
        metafunc.parametrize("kernel", metafunc.config.getoption("--kernels").split(","))
