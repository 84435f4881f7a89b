"""Rooms import only downwards: each import in the package, late ones and import strings too, is read and judged."""

import ast
import re

import pytest
from conftest import ROOT

PACKAGE = ROOT / "neurons"

# From the ground up. A room may import from its own floor's files and from every room below it.
ROOMS = [
    ["errors"],
    ["text"],
    ["checks"],
    ["pages"],
    ["activations"],
    ["initialisation"],
    ["losses"],
    ["neuron"],
    ["layer"],
    ["optimisers"],
    ["gradient_check"],
    ["health"],
    ["training"],
    ["unrolled", "arrays"],
    ["datasets"],
    ["storage"],
    ["inspection.models"],
    ["inspection.recording"],
    ["inspection.why", "inspection.narrate", "inspection.trace"],
    ["inspection.debugger", "inspection.page", "debug"],
    ["inspection"],
    ["plots"],
    ["web.draw"],  # not a user: `Model.draw_page` opens it
    ["engines"],
    ["model"],  # the front door: it opens every room below
    [""],  # neurons/__init__.py; the users above it write `from neurons import Model`
    ["classroom.numbers", "classroom.paragraphs"],
    ["classroom.sandbox"],
    ["classroom.diagnosis"],
    ["classroom.programs.answers", "classroom.programs.budget", "classroom.programs.inside"],
    ["classroom.programs.text"],
    ["classroom.programs.numbers"],
    ["classroom.programs.edits"],
    ["classroom.programs.words"],
    ["classroom.programs.choices"],
    ["classroom.programs.mistakes"],
    ["classroom.programs.calls"],
    ["classroom.programs.judging"],
    ["classroom.programs"],
    ["classroom.exercises"],
    ["classroom.course"],
    ["classroom.grading"],
    ["classroom.worksheets"],
    ["classroom"],
    ["web.markdown", "web.pyodide", "web.wheel"],
    ["web.classroom"],
    ["web.site"],
    ["web"],
    ["commands"],
    ["__main__"],
]
FLOORS = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}
USERS = FLOORS[""]
IMPORT_STRING = re.compile(r"neurons(?:\.[a-z_]+)+")


def name_of(path):
    """neurons/arrays/layer.py -> arrays.layer; a room's __init__.py -> the room."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(name):
    """The longest room whose name begins this file's."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in FLOORS:
            return ".".join(parts[:length])
    return "" if name == "" else None


def names_in(tree, name):
    """The package's files that a syntax tree imports, wherever in it; not what only type checkers read."""
    for_type_checkers = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for_type_checkers |= {id(part) for line in node.body for part in ast.walk(line)}
    for node in ast.walk(tree):
        if id(node) in for_type_checkers:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = ["neurons", *name.split(".")][: -node.level if FILES[name].name != "__init__.py" else None]
                base = ".".join([*above, base] if base else above)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and IMPORT_STRING.fullmatch(node.value):
            yield node.value


def imported_by(name, text=None):
    """The package's files that a file imports, as names like its own."""
    tree = ast.parse(text if text is not None else FILES[name].read_text(encoding="utf-8"))
    for found in names_in(tree, name):
        if found != "neurons" and not found.startswith("neurons."):
            continue
        inner = found.removeprefix("neurons").removeprefix(".")
        while inner and inner not in FILES:  # the name of a function or class: the file is what holds it
            inner = inner.rpartition(".")[0]
        if not name.startswith(f"{inner}."):  # its own room's door, where its data lie
            yield inner


def climbing(name, text=None):
    """(this file, the file it imports) where the rule is broken."""
    floor = FLOORS[room_of(name)]
    for other in imported_by(name, text):
        above = FLOORS[room_of(other)]
        if above > floor or (other == "model" and floor != USERS and name != "model"):
            yield f"{name or '__init__'} imports {other or '__init__'}"


def circles(graph):
    """The files that import each other round about, circle by circle (Tarjan 1972)."""
    order, low, stack, found = {}, {}, [], []

    def visit(name):
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in graph[name]:
            if other not in order:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == order[name]:
            circle = [stack.pop()]
            while circle[-1] != name:
                circle.append(stack.pop())
            if len(circle) > 1:
                found.append(sorted(circle))

    for name in graph:
        if name not in order:
            visit(name)
    return found


def test_every_file_has_a_room():
    assert [name for name in FILES if room_of(name) is None] == []
    assert [room for room in FLOORS if not any(name == room or name.startswith(f"{room}.") for name in FILES)] == []


def test_nothing_climbs():
    assert [line for name in FILES for line in climbing(name)] == []


def test_there_is_no_circle():
    """The doors import what is behind them late, by name; among the files that do the work nothing goes round."""
    graph = {name: {other for other in imported_by(name) if other != name} for name in FILES}
    del graph[""]  # the front: every user imports it, and it names every room
    assert circles({name: others - {""} for name, others in graph.items()}) == []


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("neuron", "from neurons.layer import Layer", "neuron imports layer"),
        ("health", "def f():\n    from neurons.training.fit import fit", "health imports training.fit"),
        ("plots.curves", "import neurons.model", "plots.curves imports model"),
        ("training.fit", "import_module('neurons.storage.models')", "training.fit imports storage.models"),
        ("arrays.layer", "from ..model import Model", "arrays.layer imports model"),
        ("storage.models", "from neurons import Model", "storage.models imports __init__"),
        ("classroom.sandbox.student", "from neurons.model import Model", "classroom.sandbox.student imports model"),
        (
            "classroom.diagnosis.diagnose",
            "import neurons.commands.xor",
            "classroom.diagnosis.diagnose imports commands.xor",
        ),
    ],
)
def test_an_import_that_climbs_is_named(name, line, told):
    assert list(climbing(name, line)) == [told]


def test_an_import_that_goes_down_or_is_only_a_hint_is_not():
    hint = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from neurons.model import Model"
    assert list(climbing("training.fit", hint)) == []
    assert (
        list(climbing("commands.xor", "from neurons import Model\nfrom neurons.storage.files import write_whole")) == []
    )


def test_a_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_the_top_floor_is_not_crowded():
    assert len([name for name in FILES if name and "." not in name and FILES[name].parent == PACKAGE]) <= 20
