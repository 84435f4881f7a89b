"""Whole numbers, int, cut all fractions off: data and what is made like them, zeros_like(y), and weights."""

import ast
import re
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Case
from neurons.classroom.programs.numbers.lines import Line
from neurons.classroom.programs.numbers.preparing import AS_GIVEN
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import assigned, last_part, loaded

SEED = 43
MOST = 3  # inputs are whole numbers from 1 to this
CUTS = (
    "That is so with floats. But your program's own data are whole numbers, int: {} holds whole numbers, too, and cuts"
    " every fraction off. What is 0.7 as an int?"
)
INTO_WEIGHTS = (
    "That is so with floats. But {} holds whole numbers, int, and your program puts each step into that same array,"
    " which cuts every fraction off. What is 0.7 as an int?"
)
NO_TYPE, OF_DATA, OF_PARAMETERS = 0, 1, 2  # what stays whole numbers


class Cut(NamedTuple):
    """What is said of whole numbers that cut fractions off, and the line where they are made."""

    told: str
    line: Line | None


def what_cuts(reading: Reading, program: Program) -> Cut | None:
    """The whole numbers, among the data or the parameters, that cut fractions off; None where none do."""
    if is_cut_by_data(reading):
        return made_like_data(reading, program)
    groups = cut_parameters(reading)
    return begun_whole(reading, program, groups) if groups else None


def is_cut_by_data(reading: Reading) -> bool:
    """True if the same whole numbers give another step as the program's own type of numbers than as floats."""
    candidate = reading.candidate
    if candidate.inputs_as is not AS_GIVEN or candidate.labels_as is not AS_GIVEN or candidate.levels != (0.0, 1.0):
        return False
    case = reading.case(SEED)
    inputs = np.random.default_rng(SEED).integers(1, MOST + 1, case.inputs.shape).astype(float)
    case = case._replace(inputs=inputs, labels=np.round(case.labels))
    return bool(differing(reading, case, OF_DATA))


def cut_parameters(reading: Reading) -> list[str]:
    """The groups that take another step where the program's own whole numbers stay whole numbers."""
    case, rng = reading.case(SEED), np.random.default_rng(SEED)
    parameters = tuple(
        (rng.choice((-1.0, 1.0), W.shape), np.full(b.shape, float(rng.integers(2)))) for W, b in case.parameters
    )
    return differing(reading, case._replace(parameters=parameters), OF_PARAMETERS)


def differing(reading: Reading, case: Case, kind: int) -> list[str]:
    """The groups whose steps differ where whole numbers of a kind keep their type; none where a turn fails."""
    session = reading.candidate.session
    session.ask("keep_types", kind)
    try:
        as_own = reading.observe(case)
    finally:
        session.ask("keep_types", NO_TYPE)
    as_floats = reading.observe(case)
    if as_own is None or as_floats is None:
        return []
    return [name for name, steps in as_floats.items() if np.abs(as_own[name] - steps).max() > 1e-9]


def begun_whole(reading: Reading, program: Program, groups: list[str]) -> Cut:
    """What is said of parameters, and the line where the first of them is made."""
    names = {leaf.own_name for group in groups for leaf in reading.leaves_of(group)}
    lines = [
        (file, node.lineno)
        for file, text in program.texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign)
        for target, value in assigned(node)
        if last_part(target) in names and isinstance(target, (ast.Name, ast.Attribute)) and is_begun(value, names)
    ]
    told = INTO_WEIGHTS.format(reading.name_of(groups[0]))
    return Cut(told, min(lines, key=lambda line: line[1], default=None))


def is_begun(value: Any, names: set[str]) -> bool:
    """True for a value that is made of nothing learned: where a parameter begins."""
    return not loaded(value) & names


def made_like_data(reading: Reading, program: Program) -> Cut:
    """What is said of data, and the line where an array is made like them."""
    described = reading.candidate.described
    names = {re.split(r"[.\[]", data[3])[-1] for data in (described["inputs"], described["labels"]) if data}
    found = [
        (not re.search(r"_like$", last_part(call.func)), f"`{ast.unparse(call)}`", (file, node.lineno))
        for file, text in program.texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign) and (call := made_like(node.value, names))
    ]
    if not found:
        return Cut(CUTS.format("an array made like them"), None)
    _, call, line = min(found, key=lambda one: (one[0], one[2]))  # a copy may be harmless
    return Cut(CUTS.format(call), line)


def made_like(value: Any, names: set[str]) -> Any:
    """The call in a value that makes an array like one of these; None where there is none."""
    for node in ast.walk(value):
        has_type = isinstance(node, ast.Call) and any(word.arg == "dtype" for word in node.keywords)
        if isinstance(node, ast.Call) and not has_type and re.search(r"_like$|^copy$", last_part(node.func)):
            of = node.args[0] if node.args else getattr(node.func, "value", None)
            if last_part(of) in names:
                return node
    return None
