# SPDX-License-Identifier: GPL-2.0-or-later
"""Plausible single faults for a C source: a condition turned round, a limit off by one, a call that
is missing. Only lines inside functions are changed, no messages and no declarations."""

import hashlib
import re
from typing import NamedTuple

# Each: name, what it looks for, what stands there instead.
OPERATORS = [
    ("turned comparison", r" == ", " != "),
    ("turned comparison", r" != ", " == "),
    ("limit off by one", r" < (?!<)", " <= "),
    ("limit off by one", r" <= ", " < "),
    ("limit off by one", r" > (?!>)", " >= "),
    ("limit off by one", r" >= ", " > "),
    ("and for or", r" && ", " || "),
    ("or for and", r" \|\| ", " && "),
    ("condition turned round", r"\bif \((?!!)((?:[^()&|]|\([^()]*\))*)\)$", r"if (!(\1))"),
    ("negation missing", r"(?<=[( ])!(?=[a-z(])", ""),
    ("sum for difference", r"(?<=[\w)]) - (?=[\w(])", " + "),
    ("difference for sum", r"(?<=[\w)]) \+ (?=[\w(])", " - "),
    ("number off by one", r"(?<=[ (=])([1-9]\d*)(?=[;,) ])", None),
    ("success for failure", r"\breturn FALSE;", "return TRUE;"),
    ("failure for success", r"\breturn TRUE;", "return FALSE;"),
    ("success for failure", r"\breturn false;", "return true;"),
    ("failure for success", r"\breturn true;", "return false;"),
    ("bits cleared", r" \|= ", " &= "),
    ("call missing", r"^( +)\w[\w>.-]* \([^;=]*\);$", r"\1(void)0;"),
    ("assignment missing", r"^( +)[\w>.\[\]-]+(->|\.)\w+ = [^;{]*;$", r"\1(void)0;"),
]
# What is said, what only we can do wrong, and what has no effect that a test could see.
SKIPPED = re.compile(r"g_(debug|message|warning|critical|info|log)\b|g_return|g_assert|_printf\b"
                     r"|\bprintf|\bfprintf|static const|sizeof|G_DEFINE|_free \(|_unref \(|close \("
                     r"|g_clear|for \(;;\)|return;|_Static_assert|g_type_class|G_OBJECT_CLASS"
                     r"|explicit_bzero|SPDX|_init \(&|G_PARAM|#|debug|_autofree|_auto ")
# What a line ends with after which a statement begins.
BEGINS_AFTER = re.compile(r"[;{})]$|\*/$|\belse$|^ *$")


class Mutant(NamedTuple):
    """One fault: in line NUMBER (from 0) of PATH, BEFORE became AFTER."""

    path: str
    number: int
    kind: str
    before: str
    after: str

    def key(self):
        """The same also when lines before it come or go."""
        return f"{self.path}: {self.before.strip()} -> {self.after.strip()}"


def inside_functions(lines):
    """The numbers of the lines that are in the body of a function, without comments, and whether
    a statement begins there."""
    inside = comment = False
    before = ""
    for number, line in enumerate(lines):
        if line.startswith("{"):
            inside = True
        elif line.startswith("}"):
            inside = False
        begins = "/*" in line
        if inside and not comment and not begins and '"' not in line:
            yield number, BEGINS_AFTER.search(before) is not None
        before = line
        comment = (comment or begins) and "*/" not in line


def changes(line, is_statement):
    for kind, pattern, replacement in OPERATORS:
        if kind.endswith("missing") and pattern.startswith("^") and not is_statement:
            continue
        for match in re.finditer(pattern, line):
            if replacement is None:
                new = str(int(match[1]) + 1)
            else:
                new = match.expand(replacement) if "\\" in replacement else replacement
            yield kind, line[:match.start()] + new + line[match.end():]


def mutants_of(path, text):
    lines = text.split("\n")
    for number, is_statement in inside_functions(lines):
        if SKIPPED.search(lines[number]):
            continue
        for kind, after in changes(lines[number], is_statement):
            yield Mutant(path, number, kind, lines[number], after)


def pick(sources, count, seed):
    """COUNT of the faults of SOURCES (path to text), at most one for each line, in an order that the
    seed decides and that stays when other lines change. Also gives those beyond COUNT: some do not
    compile."""
    def rank(mutant):
        return hashlib.sha256(f"{seed} {mutant.key()}".encode()).hexdigest()

    everything = sorted((mutant for path, text in sources.items()
                         for mutant in mutants_of(path, text)), key=rank)
    taken, files = set(), {}
    # No file gets much more than its share.
    share = max(2, count // max(1, len(sources)) + 2)
    for mutant in everything:
        place = mutant.path, mutant.number
        if place not in taken and files.get(mutant.path, 0) < share:
            taken.add(place)
            files[mutant.path] = files.get(mutant.path, 0) + 1
            yield mutant
