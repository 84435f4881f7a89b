"""Data of whole numbers, int: what is made like them, zeros_like(y), cuts all fractions off."""

import ast
import re
from typing import Any

import numpy as np

from neurons.classroom.programs.lines import Line
from neurons.classroom.programs.preparing import AS_GIVEN
from neurons.classroom.programs.program import Program
from neurons.classroom.programs.reading import Reading
from neurons.classroom.programs.slices import last_part

SEED = 43
MOST = 3  # inputs are whole numbers from 1 to this
CUTS = (
    "That is so with floats. But your program's own data are whole numbers, int: {} holds whole numbers, too, and cuts"
    " every fraction off. What is 0.7 as an int?"
)


def cuts_fractions(reading: Reading) -> bool:
    """True if the same whole numbers give another step as the program's own type of numbers than as floats."""
    candidate = reading.candidate
    if candidate.inputs_as is not AS_GIVEN or candidate.labels_as is not AS_GIVEN or candidate.levels != (0.0, 1.0):
        return False
    case = reading.case(SEED)
    inputs = np.random.default_rng(SEED).integers(1, MOST + 1, case.inputs.shape).astype(float)
    case = case._replace(inputs=inputs, labels=np.round(case.labels))
    candidate.session.ask("keep_types", True)
    try:
        as_own = reading.observe(case)
    finally:
        candidate.session.ask("keep_types", False)
    as_floats = reading.observe(case)
    if as_own is None or as_floats is None:
        return False
    return any(np.abs(as_own[name] - steps).max() > 1e-9 for name, steps in as_floats.items())


def what_cuts(reading: Reading, program: Program) -> tuple[str, Line | None]:
    """What is said of it, and the line where an array is made like the data."""
    described = reading.candidate.described
    names = {re.split(r"[.\[]", data[3])[-1] for data in (described["inputs"], described["labels"]) if data}
    found = [
        (not re.search(r"_like$", last_part(call.func)), f"`{ast.unparse(call)}`", (file, node.lineno))
        for file, text in program.texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign) and (call := made_like(node.value, names))
    ]
    if not found:
        return CUTS.format("an array made like them"), None
    _, call, line = min(found, key=lambda one: (one[0], one[2]))  # a copy may be harmless
    return CUTS.format(call), line


def made_like(value: Any, names: set[str]) -> Any:
    """The call in a value that makes an array like one of these; None where there is none."""
    for node in ast.walk(value):
        has_type = isinstance(node, ast.Call) and any(word.arg == "dtype" for word in node.keywords)
        if isinstance(node, ast.Call) and not has_type and re.search(r"_like$|^copy$", last_part(node.func)):
            of = node.args[0] if node.args else getattr(node.func, "value", None)
            if last_part(of) in names:
                return node
    return None
