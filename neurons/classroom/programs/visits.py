"""Which examples a program takes: one in every turn, all but the last, or each with the label of another.

Each step is right alone.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from neurons.classroom.programs.answers import WRONG, ProgramDiagnosis
from neurons.classroom.programs.lines import Line
from neurons.classroom.programs.program import Program
from neurons.classroom.programs.shuffling import is_input, is_label, mixed_up
from neurons.classroom.programs.slices import assigned, is_name, last_part
from neurons.classroom.programs.words import line_text

ALWAYS = "`for {} in range(...)` counts the examples, and each turn takes `{}`. Which one should turn 3 take?"
NEVER = "`range({})` ends one early: nothing is learned from the last example in `{}`. Is it left out on purpose?"


class Visit(NamedTuple):
    """What a loop does with its examples, in words, and where."""

    sentence: str
    line: Line


def unless_examples_are_odd(found: ProgramDiagnosis, program: Program) -> ProgramDiagnosis:
    """The answer for a program of right steps, at least for one example; wrong where these are the wrong examples."""
    odd = mixed_up(program) or odd_visit(program) if found.ok or found.is_of_batch else None
    if odd is None:
        return found
    if found.is_of_batch:  # which holds one example with another one's label
        found = replace(found, message=found.message.partition("\n")[0], repairs=[], mistakes=[])
    told = f"{odd.sentence}\nLook at {line_text(program, *odd.line)}."
    levels = [*(found.levels or [found.message])[:1], told]
    return replace(found, outcome=WRONG, message=f"{found.message}\n{told}", line=odd.line[1], levels=levels)


def odd_visit(program: Program) -> Visit | None:
    """The first loop that counts the examples and takes the same in every turn, or not the last one; None if none."""
    for file, text in program.texts.items():
        tree = ast.parse(text)
        own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
            for loop in ast.walk(scope):
                if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and does_something(loop, own):
                    told, line = visited(loop, loop.target.id, scope)
                    if told:
                        return Visit(told, (file, line))
    return None


def does_something(loop: ast.For, own: set[str]) -> bool:
    """True if functions of the program are called in it, or numbers changed."""
    nodes = list(ast.walk(loop))
    return any(isinstance(node, ast.AugAssign) for node in nodes) or any(
        isinstance(node, ast.Call) and last_part(node.func) in own for node in nodes
    )


def visited(loop: ast.For, counter: str, scope: Any) -> tuple[str, int]:
    """What is odd about the examples that a loop takes, in words, and where; "" for nothing."""
    is_range = isinstance(loop.iter, ast.Call) and last_part(loop.iter.func) == "range" and len(loop.iter.args) == 1
    if not isinstance(loop.iter, ast.Call) or not is_range:
        return "", 0
    count = loop.iter.args[0]
    is_short = isinstance(count, ast.BinOp) and isinstance(count.op, ast.Sub) and ast.unparse(count.right) == "1"
    data = counted(count.left if isinstance(count, ast.BinOp) and is_short else count, scope)
    nodes = [node for statement in loop.body for node in ast.walk(statement)]
    items = [node for node in nodes if isinstance(node, ast.Subscript) and is_name(node.value)]
    uses = [node for node in nodes if is_counter(node, counter)]
    inputs = [node for node in items if ast.unparse(node.value) in data and is_input(node.value)]
    labels = [node for node in items if is_label(node.value)]
    if is_short:
        taken = [item for item in [*inputs, *labels] if place_of(item) == counter]
        others = len(uses) - len([node for item in taken for node in ast.walk(item) if is_counter(node, counter)])
        if {True, False} == {item in inputs for item in taken} and not others:
            return NEVER.format(ast.unparse(count), ast.unparse(taken[0].value)), loop.lineno
        return "", 0
    places = {place_of(node) for node in inputs}
    is_fixed = len(places) == 1 and places <= {place_of(node) for node in labels}
    if uses or not is_fixed or not places.pop().isdigit():
        return "", 0
    return ALWAYS.format(counter, ast.unparse(inputs[0])), inputs[0].lineno


def is_counter(node: Any, counter: str) -> bool:
    """True where the loop's own variable is used."""
    return isinstance(node, ast.Name) and node.id == counter


def place_of(item: ast.Subscript) -> str:
    """Which example it is: i in x[i], x[i:i + 1], x[[i]], x[i, :] and x[:, i]."""
    place: Any = item.slice
    if isinstance(place, ast.Tuple):
        parts = [part for part in place.elts if ast.unparse(part) not in (":", "None")]
        place = parts[0] if len(parts) == 1 else place
    if isinstance(place, ast.List) and len(place.elts) == 1:
        place = place.elts[0]
    if isinstance(place, ast.Slice) and place.lower is not None and place.upper is not None:
        first, end = ast.unparse(place.lower), ast.unparse(place.upper)
        is_one = end == f"{first} + 1" or first.isdigit() and end == str(int(first) + 1)
        place = place.lower if is_one else place
    return ast.unparse(place)


def counted(count: Any, scope: Any) -> set[str]:
    """The data whose number this is: len(x), x.shape[0], or a variable that was made so."""
    values = [count]
    if is_name(count):
        pairs = (pair for node in ast.walk(scope) if isinstance(node, ast.Assign) for pair in assigned(node))
        values += [value for target, value in pairs if ast.unparse(target) == ast.unparse(count)]
    return {ast.unparse(data) for value in values for data in lengths_of(value)}


def lengths_of(value: Any) -> Iterator[Any]:
    """x in len(x), in x.shape[0] and x.shape[1]."""
    if isinstance(value, ast.Call) and last_part(value.func) == "len" and len(value.args) == 1:
        yield value.args[0]
    elif isinstance(value, ast.Subscript) and isinstance(value.value, ast.Attribute):
        if value.value.attr == "shape" and ast.unparse(value.slice) in ("0", "1"):
            yield value.value.value
