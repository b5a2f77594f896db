# SPDX-License-Identifier: GPL-2.0-or-later
"""The results of tests, read from the JUnit files of "tests/run --results FOLDER" for the tables
in doc/. If a test was run again, or several folders have it, the last result counts."""

import collections
import pathlib
import re
import xml.etree.ElementTree as tree

from .summary import AGAIN, EXPECTED


class Cell:
    """The results of some tests under one kernel, or beside one NetworkManager."""

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


def property_of(case, suite, name):
    """The property NAME of the test, or of the whole run."""
    for element in case, suite:
        for one in element.iterfind("properties/property"):
            if one.get("name") == name:
                return one.get("value")
    return None


def is_of(case, files, pattern):
    file = case.get("classname").rpartition(".")[2]
    return re.fullmatch(files, file) and re.search(pattern, case.get("name"))


def read(folders, kinds, name="kernel"):
    """Cells by the property NAME, the kernel for example, and by title. KINDS are titles with the
    files of their tests, and a pattern that the names of the tests match."""
    cells = collections.defaultdict(lambda: collections.defaultdict(Cell))
    for file in (file for folder in folders
                 for file in sorted(pathlib.Path(folder).glob("*.xml"),
                                    key=lambda file: file.name == AGAIN)):
        for suite in tree.parse(file).iter("testsuite"):
            for case in suite.iter("testcase"):
                row = property_of(case, suite, name)
                for title, *of in kinds:
                    if row and is_of(case, *of):
                        cells[row][title].add(case)
    return cells


def by_version(rows):
    """ROWS, each of which begins with a version, in the order of these."""
    return sorted(rows, key=lambda row: ([int(number) for number
                                          in re.findall(r"\d+", row)[:3]], row))
