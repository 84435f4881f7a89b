"""Inputs put into another order, and labels that stay where they are: each step is right, for the wrong pair."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from neurons.classroom.programs.answers import WRONG, ProgramDiagnosis
from neurons.classroom.programs.lines import Line
from neurons.classroom.programs.names import INPUTS, LABELS, is_like
from neurons.classroom.programs.one_object import are_one
from neurons.classroom.programs.program import Program
from neurons.classroom.programs.slices import assigned, is_name, last_part, nodes_in
from neurons.classroom.programs.words import line_text

ORDERS = "permutation", "permuted"  # what makes a new order
MIXED = (
    "The rows of `{}` are put into another order, and those of `{}` stay where they are. Which label has each"
    " example from then on?"
)


class Mixed(NamedTuple):
    """What is put into another order, what is used beside it and is not, and where."""

    name: str
    other: str
    line: Line


def unless_mixed_up(found: ProgramDiagnosis, program: Program) -> ProgramDiagnosis:
    """The answer for a program of right steps, at least for one example; wrong where examples lose their labels."""
    mixed = mixed_up(program) if found.ok or found.is_of_batch else None
    if mixed is None:
        return found
    if found.is_of_batch:  # which holds one example with another one's label
        found = replace(found, message=found.message.partition("\n")[0], repairs=[], mistakes=[])
    told = f"{MIXED.format(mixed.name, mixed.other)}\nLook at {line_text(program, *mixed.line)}."
    levels = [*(found.levels or [found.message])[:1], told]
    return replace(found, outcome=WRONG, message=f"{found.message}\n{told}", line=mixed.line[1], levels=levels)


def mixed_up(program: Program) -> Mixed | None:
    """Inputs or labels that are put into another order, where nothing else is, and the others beside them; or None."""
    for file, text in program.texts.items():
        tree = ast.parse(text)
        for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
            nodes = list(nodes_in(scope))
            orders = orders_in(nodes)
            moved = [(value, line) for value, line in moved_in(nodes, orders) if ast.unparse(value) not in orders]
            in_place = {ast.unparse(given) for node in nodes if (given := shuffled_by(node)) is not None}
            for own, belongs in ((is_input, is_label), (is_label, is_input)):
                if not moved or not all(own(value) for value, _ in moved):
                    continue
                value, line = moved[0]
                if holds_places(nodes, ast.unparse(value)):
                    continue
                for other in used_beside(nodes, names_of_moved(nodes, orders, ast.unparse(value)), orders):
                    made = assignments_of(nodes, ast.unparse(other))
                    is_mixed = belongs(other) and all(at < line and not is_part(of, value) for at, of in made)
                    pair = ast.unparse(value), ast.unparse(other)
                    if is_mixed and not (pair[0] in in_place and are_one(program, scope, *pair)):
                        return Mixed(ast.unparse(value), ast.unparse(other), (file, line))
    return None


def holds_places(nodes: list[Any], name: str) -> bool:
    """True for examples that keep their numbers, as pairs of `enumerate` do: where they go, these find their labels."""
    values = [value for _, value in assignments_of(nodes, name) if value is not None]
    calls = [node for value in values for node in ast.walk(value) if isinstance(node, ast.Call)]
    return any(last_part(call.func) == "enumerate" for call in calls)


def is_input(value: Any) -> bool:
    """True for a name of inputs that is none of labels."""
    return is_like(INPUTS, last_part(value)) and not is_like(LABELS, last_part(value))


def is_label(value: Any) -> bool:
    """True for a name of labels that is none of inputs."""
    return is_like(LABELS, last_part(value)) and not is_like(INPUTS, last_part(value))


def is_part(value: Any, moved: Any) -> bool:
    """True for what moves along: the same array, or a part of it, data[:, 2]."""
    whole = value.value if isinstance(value, ast.Subscript) else value
    return whole is not None and ast.unparse(whole) == ast.unparse(moved)


def orders_in(nodes: list[Any]) -> set[str]:
    """The names of new orders and of places in them: order = permutation(n); shuffle(order), for i in order."""
    slices = [part for node in nodes if isinstance(node, ast.Subscript) for part in parts_of(node.slice)]
    places = {ast.unparse(part.value if isinstance(part, ast.Subscript) else part) for part in slices}
    loops = [node for node in nodes if isinstance(node, (ast.For, ast.comprehension))]
    places |= {ast.unparse(loop.iter) for loop in loops}
    found = set[str]()
    for node in nodes:
        if isinstance(node, ast.Assign) and is_order(node.value, set()):
            found |= set(map(ast.unparse, node.targets))
        elif (given := shuffled_by(node)) is not None and ast.unparse(given) in places and not is_input(given):
            found.add(ast.unparse(given))
    return found | {ast.unparse(loop.target) for loop in loops if is_order(loop.iter, found)}


def parts_of(place: Any) -> list[Any]:
    """The parts of a place in an array: of x[i, j], both."""
    return place.elts if isinstance(place, ast.Tuple) else [place]


def moved_in(nodes: list[Any], orders: set[str]) -> Iterator[tuple[Any, int]]:
    """(what, line) of all that is put into a new order: x[order], x[order[i]], x[:, order], shuffle(x)."""
    for node in nodes:
        if isinstance(node, ast.Subscript) and any(is_order(part, orders) for part in ast.walk(node.slice)):
            yield node.value, node.lineno
        elif (given := shuffled_by(node)) is not None:
            yield given, node.lineno


def names_of_moved(nodes: list[Any], orders: set[str], name: str) -> dict[str, bool]:
    """What these data are called in their new order, and whether it is one of columns."""
    found: dict[str, bool] = {}
    for node in nodes:
        if (given := shuffled_by(node)) is not None:
            found[ast.unparse(given)] = False
        for target, value in assigned(node) if isinstance(node, ast.Assign) else ():
            if isinstance(value, ast.Subscript) and ast.unparse(value.value) == name:
                places = [is_order(part, orders) for part in parts_of(value.slice)]
                found |= {ast.unparse(target): not places[0]} if any(places) else {}
    return found


def shuffled_by(call: Any) -> Any:
    """The variable that a call shuffles in place; None for all others."""
    is_shuffle = isinstance(call, ast.Call) and last_part(call.func) == "shuffle" and len(call.args) == 1
    return call.args[0] if is_shuffle and isinstance(call.args[0], (ast.Name, ast.Attribute)) else None


def is_order(node: Any, orders: set[str]) -> bool:
    """True for one of these names, and for permutation(n)."""
    if isinstance(node, ast.Call):
        return last_part(node.func) in ORDERS
    return is_name(node) and ast.unparse(node) in orders


def used_beside(nodes: list[Any], moved: dict[str, bool], orders: set[str]) -> list[Any]:
    """What is used with data in a new order: in one zip, or at the same place, x[order[i]] and y[i]."""
    items = [node for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)]
    places = set[str]()
    for item in items:
        of_columns = moved.get(ast.unparse(item.value))
        if of_columns is False or of_columns and isinstance(item.slice, ast.Tuple):
            places.add(ast.unparse(item.slice))
    places |= {ast.unparse(item.slice) for item in items if ast.unparse(item.value) in orders}
    beside = [item.value for item in items if ast.unparse(item.slice) in places]
    for node in nodes:
        if isinstance(node, ast.Call) and last_part(node.func) == "zip":
            beside += node.args if any(moved.get(ast.unparse(part)) is False for part in node.args) else []
    return [part for part in beside if is_name(part)]


def assignments_of(nodes: list[Any], name: str) -> Iterator[tuple[int, Any]]:
    """(line, value) wherever it gets another value; None for one that is not written out."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            pairs = list(assigned(node))
        else:
            pairs = [(node.target, None)] if hasattr(node, "target") else []
        for target, value in pairs:
            stored: list[Any] = list(ast.walk(target))
            yield from ((part.lineno, value) for part in stored if is_name(part) and ast.unparse(part) == name)
