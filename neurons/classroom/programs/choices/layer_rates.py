"""The rates that a program computes for its layers, as they were seen in a turn: rate / (i + 1), lr / W.shape[0]."""

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.programs.numbers.network import Numbers
from neurons.classroom.programs.numbers.own_loss import recorded
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Seen
from neurons.classroom.programs.numbers.slots import Leaf
from neurons.classroom.programs.text.names import RATE, is_like
from neurons.classroom.programs.text.one_object import bound
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import assigned, elements, is_name, last_part, nodes_in

SIZES = "shape", "size", "ndim"
MOST_STEPS = 4  # from a name to the expression whose value it has


class SeenStep(NamedTuple):
    """What is taken off a leaf, and what it stands in: its function or module, and the loops around."""

    value: Any
    function: Any
    loops: list[Any]


class Rate(NamedTuple):
    """A number before a gradient, and what is written there, whatever the names are."""

    value: float
    written: str


def layer_rates(reading: Reading, program: Program, seen: list[Seen]) -> dict[str, float]:
    """The rate that is computed for each group, in the same way in all layers; empty where there is none.

    A factor that stands in the steps of some layers alone is no such rate: it may be forgotten in the others.
    """
    one = seen[0].case
    numbers = recorded(reading, seen)
    done = reading.candidate.turn(reading.slots_of(one), one.inputs, one.labels, reading.leaves)
    if numbers is None or done is None:
        return {}
    turn = Turn(reading, program, numbers)
    found: dict[str, Rate] = {}
    for group in seen[0].groups:
        rates = {turn.rate_of(leaf, done[0][leaf.slots].ravel()) for leaf in reading.leaves_of(group)}
        rate = rates.pop() if len(rates) == 1 else None
        if rate is None or rate.value <= 0.0:
            return {}
        found[group] = rate
    of_kinds = [[rate for group, rate in found.items() if group[0] == kind] for kind in "Wb"]
    is_of_all = all(len({rate.written for rate in rates}) < 2 for rates in of_kinds)
    is_of_layers = any(len({rate.value for rate in rates}) > 1 for rates in of_kinds)
    return {group: rate.value for group, rate in found.items()} if is_of_all and is_of_layers else {}


def are_doubtful(rates: dict[str, float]) -> bool:
    """True where weights have another rate than the biases of their layer: a factor may be forgotten in one of them."""
    return any(rate != rates[group.replace("b", "W")] for group, rate in rates.items())


class Turn:
    """The numbers of a turn, and the expressions in which they were seen."""

    def __init__(self, reading: Reading, program: Program, numbers: Numbers) -> None:
        self.reading, self.numbers = reading, numbers
        self.trees = [ast.parse(text) for text in program.texts.values()]
        places = reading.candidate.session.places()
        self.spans = {tuple(map(int, span)): place for place, span in reversed(list(enumerate(places)))}
        self.steps = {
            self.spans[span]: step
            for file, tree in enumerate(self.trees)
            for span, step in seen_steps(file, tree, tree, [])
            if span in self.spans
        }

    def rate_of(self, leaf: Leaf, after: Any) -> Rate | None:
        """What stands before the gradient in the step that gives a leaf its numbers; None where none is seen."""
        for at in np.flatnonzero(np.isclose(self.numbers.unsorted, after[0], rtol=1e-12, atol=0.0)):
            part = slice(int(at), int(at) + len(after))
            place = int(self.numbers.places[at])
            is_whole = np.array_equal(self.numbers.unsorted[part], after) and (self.numbers.places[part] == place).all()
            if is_whole and place in self.steps:
                step = self.steps[place]
                parts = list(self.factors(step.value, step, leaf, int(at), 1))
                value = float(np.prod([number**power for number, power, _ in parts]))
                return Rate(value, " ".join(text for *_, text in parts)) if parts else None
        return None

    def factors(
        self, node: Any, step: SeenStep, leaf: Leaf, before: int, power: int
    ) -> Iterator[tuple[float, int, str]]:
        """(number, power, what is written) of each factor that is made of rates and counts."""
        if self.is_rate(node, step):
            number = self.number(node, step, leaf, before, MOST_STEPS)
            yield (1.0 if number is None else number), power, masked(node)
        elif isinstance(node, ast.UnaryOp):
            yield from self.factors(node.operand, step, leaf, before, power)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.MatMult, ast.Div)):
            yield from self.factors(node.left, step, leaf, before, power)
            yield from self.factors(node.right, step, leaf, before, -power if isinstance(node.op, ast.Div) else power)
        elif is_name(node) and (added := self.added_to(ast.unparse(node), step)) is not None:
            yield from self.factors(added, step, leaf, before, power)

    def is_rate(self, node: Any, step: SeenStep, steps: int = MOST_STEPS) -> bool:
        """True for what is made of rates, of counts and of sizes."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, (int, float))
        if isinstance(node, ast.Name):
            is_count = any(
                name == node.id for loop in step.loops for name, of in parts_of(loop.target, loop.iter) if of is None
            )
            names = [node.id, *map(last_part, container_of(node.id, step))]
            values = self.given(node, step) if steps else []
            is_made = bool(values) and all(self.is_rate(value, step, steps - 1) for value in values)
            return is_count or is_made or any(is_like(RATE, name) for name in names)
        if isinstance(node, ast.Attribute):
            return node.attr in SIZES or is_like(RATE, node.attr)
        if isinstance(node, ast.Subscript):
            return self.is_rate(node.value, step, steps)
        if isinstance(node, ast.Call):
            is_made = bool(node.args) and all(self.is_rate(part, step, steps) for part in node.args)
            return last_part(node.func) == "len" or is_made
        if isinstance(node, (ast.BinOp, ast.IfExp)):
            sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.body, node.orelse)
            return all(self.is_rate(side, step, steps) for side in sides)
        return isinstance(node, ast.UnaryOp) and self.is_rate(node.operand, step, steps)

    def added_to(self, name: str, step: SeenStep) -> Any:
        """What is added to a velocity in its function: of v = mu * v - rate * g, rate * g; None for all else."""
        for node in nodes_in(step.function):
            for target, value in assigned(node) if isinstance(node, ast.Assign) else ():
                is_sum = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))
                if ast.unparse(target) == name and is_sum:
                    sides = [side for side in (value.left, value.right) if name not in map(ast.unparse, ast.walk(side))]
                    return sides[0] if len(sides) == 1 else None
        return None

    def number(self, node: Any, step: SeenStep, leaf: Leaf, before: int, steps: int) -> float | None:
        """The number that an expression had last; None where it was not seen."""
        if isinstance(node, ast.Constant):
            return float(node.value) if isinstance(node.value, (int, float)) else None
        at = self.last_at([node], before)
        if at is not None:
            return float(self.numbers.unsorted[at])
        places = [place for _, place in leaf.path if isinstance(place, int)]
        for row in container_of(getattr(node, "id", ""), step):
            rows = [one for one in self.reading.candidate.leaves if one.own_name == last_part(row) and not one.changed]
            if len(rows) == 1 and len(rows[0].shape) == 1 and places and places[-1] < rows[0].size:
                return float(rows[0].before[places[-1]])
            for written in (row, *self.given(row, step)):
                if isinstance(written, (ast.List, ast.Tuple)) and places and places[-1] < len(written.elts):
                    return self.number(written.elts[places[-1]], step, leaf, before, steps)
        values = self.given(node, step) if steps else []
        at, still = self.last_at(values, before), [value for value in values if self.last_at([value]) is None]
        begun = np.flatnonzero(self.numbers.places[:before] == self.numbers.places[before])
        if at is not None and (not still or not begun.size or at > begun[-1]):
            return float(self.numbers.unsorted[at])
        number = self.number(still[0], step, leaf, before, steps - 1) if len(still) == 1 else None
        scalars = [one for one in self.reading.candidate.leaves if one.size == 1 and one.own_name == last_part(node)]
        beside = [one for one in scalars if one.path[:-1] == leaf.path[:-1]] or scalars
        return float(beside[0].before[0]) if number is None and len(beside) == 1 else number

    def last_at(self, nodes: list[Any], before: int | None = None) -> int | None:
        """Where one of these expressions was seen last; None where none was."""
        places = [self.spans[span] for span in self.spans if span[1:] in set(map(span_of, nodes))]
        at = np.flatnonzero(np.isin(self.numbers.places[:before], places))
        return int(at[-1]) if at.size else None

    def given(self, node: Any, step: SeenStep) -> list[Any]:
        """What a name is given in its function, or by the calls of it."""
        name = getattr(node, "id", "")
        nodes = list(nodes_in(step.function))
        pairs = [pair for node in nodes if isinstance(node, ast.Assign) for pair in assigned(node)]
        values = [value for target, value in pairs if name and ast.unparse(target) == name]
        if values or not isinstance(step.function, ast.FunctionDef):
            return values
        calls = [node for tree in self.trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
        given = [bound(call, step.function) for call in calls if last_part(call.func) == step.function.name]
        return [values[name] for values in given if name in values]


def seen_steps(file: int, node: Any, function: Any, loops: list[Any]) -> Iterator[tuple[tuple[int, ...], SeenStep]]:
    """(where, step) of `w -= ...` and `w - ...`."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.AugAssign) and isinstance(part.op, (ast.Add, ast.Sub)):
            yield (file, *span_of(part)), SeenStep(part.value, function, loops)
        if isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Add, ast.Sub)):
            yield (file, *span_of(part)), SeenStep(part.right, function, loops)
        around = [*loops, part] if isinstance(part, ast.For) else loops
        if isinstance(part, (ast.ListComp, ast.DictComp, ast.GeneratorExp)):
            around = [*loops, *part.generators]
        is_function = isinstance(part, ast.FunctionDef)
        yield from seen_steps(file, part, part if is_function else function, [] if is_function else around)


def span_of(node: Any) -> tuple[int, ...]:
    """Where a node stands in its file."""
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def container_of(name: str, step: SeenStep) -> list[Any]:
    """The list through which a variable goes, in the loops around a step."""
    return [of for loop in step.loops for own, of in parts_of(loop.target, loop.iter) if own == name and of is not None]


def parts_of(target: Any, values: Any) -> Iterator[tuple[str, Any]]:
    """(name, what it goes through) of the variables of a loop over some values; None for a number that counts."""
    call = last_part(values.func) if isinstance(values, ast.Call) else ""
    if call in ("list", "reversed") and len(values.args) == 1:
        yield from parts_of(target, values.args[0])
    elif call == "enumerate" and values.args and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        yield last_part(target.elts[0]), None
        yield from parts_of(target.elts[1], values.args[0])
    elif call == "zip" and isinstance(target, ast.Tuple) and len(target.elts) == len(values.args):
        for part, one in zip(target.elts, values.args, strict=True):
            yield from parts_of(part, one)
    elif len(elements(target)) == 1:
        yield last_part(target), None if call == "range" else values


def masked(node: Any) -> str:
    """An expression whose names may be any."""
    return re.sub(r"\b(?!len\b|shape\b|size\b)[^\W\d]\w*", "_", ast.unparse(node))
