# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers of src: a folder includes headers of the layers under it only, and no module
includes itself by way of others. A module is a header with the source of the same name."""

import pathlib
import re

import pytest

SOURCE = pathlib.Path(__file__).parents[2] / "src"

# What each folder may include besides its own headers.
LAYERS = {
    "xlat": set(),
    "clat-xlat": {"xlat"},
    "bpf": {"xlat"},
    "core": set(),
    "netlink": {"core"},
    "kernel": {"netlink", "core", "bpf", "xlat"},
    "networkmanager": {"core"},
    "service": {"networkmanager", "kernel", "netlink", "core", "bpf", "xlat"},
    "trace": {"kernel", "netlink", "core", "bpf", "xlat"},
    "cli": {"trace", "netlink", "core"},
}
# Only main.c of the service knows which program configures the host's interfaces.
KNOWS_NETWORKMANAGER = {"service/main.c"}

INCLUDE = re.compile(r'^\s*#\s*include "([^"]+)"', re.MULTILINE)


def files():
    return sorted(path for path in SOURCE.rglob("*.[ch]"))


def name(path):
    return str(path.relative_to(SOURCE))


def included(path, headers):
    """Headers of this project; generated ones have no place in a layer."""
    found = INCLUDE.findall(path.read_text(encoding="utf-8"))
    return [headers[header] for header in found if header in headers]


@pytest.fixture(scope="module")
def headers():
    by_name = {path.name: path for path in files() if path.suffix == ".h"}
    assert len(by_name) == sum(path.suffix == ".h" for path in files()), "two of one name"
    return by_name


def test_every_folder_is_a_layer():
    assert {path.parent.name for path in files()} == set(LAYERS)


@pytest.mark.parametrize("folder", LAYERS)
def test_layers(folder, headers):
    wrong = []
    for path in sorted((SOURCE / folder).glob("*.[ch]")):
        allowed = LAYERS[folder] | {folder}
        if name(path) not in KNOWS_NETWORKMANAGER:
            allowed = allowed - ({"networkmanager"} - {folder})
        wrong += [f"{name(path)} includes {name(header)}" for header in included(path, headers)
                  if header.parent.name not in allowed]
    assert not wrong


def module(path):
    return f"{path.parent.name}/{path.name.split('.')[0]}"


def find_circle(graph):
    """A way from a module back to itself, None if there is none."""
    done = set()

    def walk(node, way):
        if node in way:
            return [*way[way.index(node):], node]
        if node in done:
            return None
        for other in sorted(graph[node]):
            circle = walk(other, [*way, node])
            if circle:
                return circle
        done.add(node)
        return None

    return next((circle for node in sorted(graph) if (circle := walk(node, []))), None)


def test_no_circles(headers):
    graph = {module(path): set() for path in files()}
    for path in files():
        graph[module(path)] |= {module(header) for header in included(path, headers)}
        graph[module(path)].discard(module(path))
    assert find_circle(graph) is None


def test_a_circle_is_found():
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": set()}) is None
