# SPDX-License-Identifier: GPL-2.0-or-later
"""Files and names in the documents exist, and what they link to."""

import pathlib
import re

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "doc/architecture.md", "tests/README.md"]

FOLDERS = ("bpf", "clat-xlat", "cli", "core", "data", "doc", "kernel", "netlink",
           "networkmanager", "service", "src", "tests", "xlat")
# Files are named without their suffix, those of src without that folder.
MADE_BY_TESTS = {"tests/cache"}
LINK = re.compile(r"\]\(([^)#\s]+)?(#[^)\s]+)?\)")
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*[\w-]")
NAME = re.compile(r"(?:clat_|check_|CLAT_|XLAT_|Clat)\w+")


def quoted(document):
    text = (PROJECT / document).read_text(encoding="utf-8")
    return set(re.findall(r"`([^`\n]+)`", text))


def exists(path):
    places = PROJECT / path, PROJECT / "src" / path, PROJECT / "tests" / path
    return any(pathlib.Path(f"{place}{suffix}").exists() for place in places
               for suffix in ("", ".c", ".h"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_exist(document):
    paths = {word for word in quoted(document) if PATH.fullmatch(word)} - MADE_BY_TESTS
    assert not {path for path in paths if not exists(path)}


def test_names_exist():
    code = "".join(path.read_text(encoding="utf-8") for folder in ("src", "data")
                   for path in sorted((PROJECT / folder).rglob("*")) if path.is_file())
    names = {word for document in DOCUMENTS for word in quoted(document)
             if NAME.fullmatch(word)}
    assert names
    assert not {name for name in names if not re.search(rf"\b{name}\b", code)}


def anchors(document):
    """Those that a page of Markdown gets from its headings."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
            for heading in headings}


def test_links_lead_somewhere():
    documents = [*PROJECT.glob("*.md"), *PROJECT.glob("doc/*.md"), PROJECT / "tests/README.md"]
    links = [(document, document.parent / file if file else document, anchor)
             for document in documents
             for file, anchor in LINK.findall(document.read_text(encoding="utf-8"))
             if "://" not in file]
    assert links
    assert not [(str(document), str(file)) for document, file, _ in links if not file.exists()]
    assert not [(str(document), anchor) for document, file, anchor in links
                if anchor and anchor not in anchors(file)]


def test_index_has_every_document():
    index = (PROJECT / "doc/README.md").read_text(encoding="utf-8")
    pages = {path.name for path in (PROJECT / "doc").glob("*.md")} - {"README.md"}
    assert pages == {file for file, _ in LINK.findall(index) if "/" not in file}


def test_picture_is_of_its_source():
    source, picture = ((PROJECT / f"doc/how-it-works.{suffix}").read_text(encoding="utf-8")
                       for suffix in ("dot", "svg"))
    labels = [line for label in re.findall(r'label="([^"]*)"', source)
              for line in label.split("\\n")]
    shown = set(re.findall(r">([^<>]+)</text>", picture.replace("&#45;", "-").replace("&#39;", "'")))
    assert len(labels) > 10 and not set(labels) - shown
