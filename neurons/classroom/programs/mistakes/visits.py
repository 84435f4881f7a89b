"""Which examples a program takes: the same one in every turn, or each with the label of another.

Each step is right alone.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from neurons.classroom.programs.answers import WRONG, ProgramDiagnosis
from neurons.classroom.programs.mistakes.shuffling import is_input, is_label, mixed_up, trains
from neurons.classroom.programs.numbers.lines import Line
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import assigned, is_name, last_part
from neurons.classroom.programs.words import line_text

ALWAYS = "`{}` goes through the examples, and each turn takes `{}`. Which one should turn 3 take?"


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
    """The loop that counts the examples and takes the same in every turn, where nothing else uses them; or None."""
    for file, text in program.texts.items():
        tree = ast.parse(text)
        for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
            for loop in ast.walk(scope):
                if isinstance(loop, ast.For) and trains(loop):
                    item = only_one(loop, scope)
                    if item is not None and is_all_of_its_use(item.value, loop, tree):
                        head = ast.unparse(loop).partition("\n")[0].rstrip(":")
                        return Visit(ALWAYS.format(head, ast.unparse(item)), (file, item.lineno))
    return None


def only_one(loop: ast.For, scope: Any) -> ast.Subscript | None:
    """The inputs that each turn of a loop over the examples takes, x[0] beside y[0]; None in all other loops."""
    data = gone_through(loop.iter, scope)
    nodes = [node for statement in loop.body for node in ast.walk(statement)]
    items = [node for node in nodes if isinstance(node, ast.Subscript) and is_name(node.value)]
    inputs = [node for node in items if ast.unparse(node.value) in data and is_input(node.value)]
    places = {place_of(node) for node in inputs}
    is_fixed = len(places) == 1 and places <= {place_of(node) for node in items if is_label(node.value)}
    return inputs[0] if is_fixed and not uses_its_own(loop) and places.pop().isdigit() else None


def gone_through(values: Any, scope: Any) -> set[str]:
    """The data of which a loop takes each example or counts it: x and y in range(len(x)), enumerate(zip(x, y))."""
    if is_name(values):
        return {ast.unparse(values)}
    call = last_part(values.func) if isinstance(values, ast.Call) else ""
    if call == "range" and len(values.args) == 1:
        return counted(values.args[0], scope)
    parts = values.args if call in ("zip", "enumerate", "list") else []
    return {name for part in parts for name in gone_through(part, scope)}


def uses_its_own(loop: ast.For) -> bool:
    """True if a turn uses what its loop hands to it, before it puts something else in its place."""
    own = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    for statement in loop.body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id in own]
        if any(isinstance(name.ctx, ast.Load) for name in names) or isinstance(statement, ast.AugAssign) and names:
            return True
        own -= {name.id for name in names} if isinstance(statement, ast.Assign) else set()
    return False


def is_all_of_its_use(data: Any, loop: ast.For, tree: ast.Module) -> bool:
    """True if nothing but the length of these data is used outside of this loop, or changes them in it."""
    name = ast.unparse(data)
    within, over = ({id(node) for node in ast.walk(part)} for part in (loop, loop.iter))
    for node in ast.walk(tree):
        parts = [part for part in ast.iter_child_nodes(node) if is_name(part) and ast.unparse(part) == name]
        is_read = any(isinstance(getattr(part, "ctx", None), ast.Load) for part in parts)
        is_length = isinstance(node, ast.Call) and last_part(node.func) == "len"
        is_shape = isinstance(node, ast.Attribute) and node.attr == "shape"
        is_item = isinstance(node, ast.Subscript) and id(node) in within
        is_gone_through = id(node) in over or node is loop
        is_stored = any(not isinstance(getattr(part, "ctx", None), ast.Load) and id(part) in within for part in parts)
        if is_read and not (is_length or is_shape or is_item or is_gone_through) or is_stored:
            return False
    return True


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
