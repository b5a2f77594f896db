# SPDX-License-Identifier: GPL-2.0-or-later
"""The results of tests, read from the JUnit files of "tests/run --results FOLDER" for the tables
in doc/. If several folders have the same test, the last one counts."""

import collections
import pathlib
import re
import xml.etree.ElementTree as tree

from .summary import EXPECTED


class Cell:
    """The results of some tests under one kernel."""

    def __init__(self):
        self._cases = {}

    def add(self, case):
        """Replaces the result of an earlier run of the same test."""
        self._cases[case.get("classname"), case.get("name")] = case

    @property
    def run(self):
        return [case for case in self._cases.values() if case.find("skipped") is None]

    @property
    def passed(self):
        return [case for case in self.run
                if case.find("failure") is None and case.find("error") is None]

    @property
    def reasons(self):
        """Why tests were skipped."""
        return {case.find("skipped").get("message").removeprefix(EXPECTED)
                for case in self._cases.values() if case.find("skipped") is not None}

    def values(self, name):
        """The values of the property NAME that the tests recorded."""
        return {one.get("value") for case in self.run for one in case.iter("property")
                if one.get("name") == name}


def kernel_of(suite):
    for one in suite.iter("property"):
        if one.get("name") == "kernel":
            return one.get("value")
    return None


def is_of(case, files, pattern):
    file = case.get("classname").rpartition(".")[2]
    return re.fullmatch(files, file) and re.search(pattern, case.get("name"))


def read(folders, kinds):
    """Cells by kernel and title. KINDS are titles with the files of their tests, and a pattern
    that the names of the tests match."""
    cells = collections.defaultdict(lambda: collections.defaultdict(Cell))
    for file in (file for folder in folders for file in pathlib.Path(folder).glob("*.xml")):
        for suite in tree.parse(file).iter("testsuite"):
            kernel = kernel_of(suite)
            for case in suite.iter("testcase"):
                for title, *of in kinds:
                    if kernel and is_of(case, *of):
                        cells[kernel][title].add(case)
    return cells


def by_version(kernels):
    return sorted(kernels, key=lambda kernel: [int(number) for number
                                               in re.findall(r"\d+", kernel)[:3]])
