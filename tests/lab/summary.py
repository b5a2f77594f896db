# SPDX-License-Identifier: GPL-2.0-or-later
"""Sums up the JUnit files of a run.

usage: summary.py FOLDER STATUS...

Prints what failed and what was skipped, then one line for all. The exit status is 0 when
nothing failed, every skip was expected (its reason starts with "expected: "), and all STATUS of
the programs that ran the tests are 0."""

import pathlib
import sys
import xml.etree.ElementTree as tree

EXPECTED = "expected: "


def name_of(case):
    return f"{case.get('classname') or ''} {case.get('name')}".strip()


def reason_of(skip):
    return skip.get("message") or (skip.text or "").strip()


def main():
    folder, *statuses = sys.argv[1:]
    passed, failed, skipped, unexpected = 0, [], [], []
    for path in sorted(pathlib.Path(folder).glob("*.xml")):
        for case in tree.parse(path).iter("testcase"):
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                failed.append(name_of(case))
            elif skip is None:
                passed += 1
            else:
                reason = reason_of(skip)
                skipped.append(f"{name_of(case)}: {reason}")
                if not reason.startswith(EXPECTED):
                    unexpected.append(name_of(case))

    print()
    for line in skipped:
        print(f"skipped: {line}")
    for line in unexpected:
        print(f"unexpected skip: {line}")
    for line in failed:
        print(f"failed: {line}")
    wrong = failed or unexpected or any(int(status) != 0 for status in statuses)
    if wrong and not failed and not unexpected:
        print(f"the programs that ran the tests ended with {', '.join(statuses)}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
