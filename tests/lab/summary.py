# SPDX-License-Identifier: GPL-2.0-or-later
"""Sums up the JUnit files of a run.

usage: summary.py FOLDER STATUS...

Prints what failed and what was skipped, then one line for all. Tests that failed and were run
again are in the file again.xml; what passed there is printed as unsteady, and has not failed. The
exit status is 0 when nothing failed, every skip was expected (its reason starts with
"expected: "), and all STATUS of the programs that ran the tests are 0."""

import pathlib
import sys
import xml.etree.ElementTree as tree

EXPECTED = "expected: "
AGAIN = "again.xml"


def name_of(case):
    return f"{case.get('classname') or ''} {case.get('name')}".strip()


def reason_of(skip):
    return skip.get("message") or (skip.text or "").strip()


def has_failed(case):
    return case.find("failure") is not None or case.find("error") is not None


def cases_in(paths):
    return [case for path in sorted(paths) for case in tree.parse(path).iter("testcase")]


def main():
    folder, *statuses = sys.argv[1:]
    again = pathlib.Path(folder) / AGAIN
    steady = {name_of(case) for case in cases_in([again] if again.exists() else [])
              if not has_failed(case) and case.find("skipped") is None}
    passed, failed, skipped, unexpected, unsteady = 0, [], [], [], []
    for case in cases_in(set(pathlib.Path(folder).glob("*.xml")) - {again}):
        skip = case.find("skipped")
        if has_failed(case) and name_of(case) not in steady:
            failed.append(name_of(case))
        elif skip is None:
            passed += 1
            if has_failed(case):
                unsteady.append(name_of(case))
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
    for line in unsteady:
        print(f"unsteady: {line} failed beside others, and passed alone")
    for line in failed:
        print(f"failed: {line}")
    wrong = failed or unexpected or any(int(status) != 0 for status in statuses)
    if wrong and not failed and not unexpected:
        print(f"the programs that ran the tests ended with {', '.join(statuses)}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
