"""Two batches, one after the other: is the second step that of the second batch, or does it hold the first one too?

All examples are equal, so that it does not matter which of them come first. A turn on one batch is looked at from the
numbers of the case and from those that it leaves; a turn on two batches must do both steps, one after the other.
"""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.programs.choices.choices import is_one_example
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Groups, same
from neurons.classroom.programs.text.names import BATCH, is_like
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import last_part
from neurons.classroom.programs.text.smaller import named_values

LARGEST, MOST_SIZES = 256, 6
GUESSED_BATCH = 4  # in the calls of ours
MOVED = 1e-3  # by how much the second step must differ from the first, for both to be told apart


class TwoBatches(NamedTuple):
    """A number of examples that the program takes at once, and a case."""

    reading: Reading
    case: Case
    size: int
    first: Array  # all slots before the first batch
    second: Array  # and before the second

    def turns(self) -> list[tuple[int, Array]]:
        """(examples, all slots before it) of each turn that is looked at."""
        return [(self.size, self.first), (self.size, self.second), (2 * self.size, self.first)]

    def examples(self, count: int) -> tuple[Array, Array]:
        """So many equal examples."""
        return np.repeat(self.case.inputs[:1], count, axis=0), np.repeat(self.case.labels[:1], count, axis=0)

    def as_asked(self) -> list[Any]:
        """The turns as the other side takes them."""
        candidate, asked = self.reading.candidate, []
        for count, values in self.turns():
            rows, labels = self.examples(count)
            asked.append([candidate.handed_inputs(rows), candidate.handed(labels), self.reading.written(values)])
        return asked

    def observed(self) -> list[Groups] | None:
        """What the turns do; None where one of them fails."""
        found = []
        for count, values in self.turns():
            done = self.reading.candidate.turn(values, *self.examples(count), self.reading.leaves)
            if done is None:
                return None
            found.append(self.reading.groups(values, done[0]))
        return found


def repeated_in(steps: list[Groups]) -> list[str] | None:
    """The groups whose second step holds the gradients of both batches; None where the two batches are no two steps."""
    found = []
    one, other, both = steps
    for name, first in one.items():
        size = float((first * first).sum())
        more = both[name] - first - other[name]
        if not np.isfinite(more).all():
            return None
        share = float((more * first).sum()) / size if size > 1e-24 else 0.0
        slack = 1e-6 * np.abs(both[name]).max() + 1e-12
        is_told = np.abs(other[name] - first).max() > MOVED * np.abs(first).max()
        if np.abs(more - share * first).max() > slack or size > 1e-24 and not is_told:
            return None
        if same(share, 1.0):
            found.append(name)
        elif not -1e-4 < share < 1.0:  # a speed goes on with a part of the first step
            return None
    return found


def kept_over_batches(reading: Reading, program: Program) -> tuple[list[str], list[TwoBatches]]:
    """The groups for which a second batch steps with the gradients of both, and where that was seen."""
    candidate = reading.candidate
    if is_one_example(candidate.described["inputs"][0]):
        return [], []
    sizes = [1, *batch_sizes(program)] if candidate.described["count"] == 1 else batch_sizes(program)
    for size in dict.fromkeys(sizes):
        pairs, repeats = [], None
        for seed in (31, 32):
            pair = beginning(reading, reading.case(seed), size)
            steps = None if pair is None else pair.observed()
            found = None if steps is None else repeated_in(steps)
            if pair is None or not found or repeats is not None and found != repeats:
                break
            pairs.append(pair)
            repeats = found
        if repeats and len(pairs) == 2:
            return repeats, pairs
    return [], []


def steps_with_old_outputs(reading: Reading, program: Program) -> bool:
    """True if a second batch steps with the outputs that were computed before the first.

    Its last layer then takes the first step again; its hidden layers do not: errors come back through new weights.
    """
    if is_one_example(reading.candidate.described["inputs"][0]):
        return False
    sizes = [1, *batch_sizes(program)] if reading.candidate.described["count"] == 1 else batch_sizes(program)
    return any(all(takes_old_outputs(reading, seed, size) for seed in (31, 32)) for size in dict.fromkeys(sizes))


def takes_old_outputs(reading: Reading, seed: int, size: int) -> bool:
    """The same on one case, of batches of one size."""
    pair = beginning(reading, reading.case(seed), size)
    steps = None if pair is None else pair.observed()
    if steps is None:
        return False
    one, other, both = steps
    twice = {
        name for name, first in one.items() if np.abs(both[name] - 2.0 * first).max() <= 1e-7 * np.abs(first).max()
    }
    told = {name for name, first in one.items() if np.abs(other[name] - first).max() > MOVED * np.abs(first).max()}
    last = {name for name in one if int(name[1:]) == len(reading.chain)}
    return last <= twice & told and bool(told - twice)


def beginning(reading: Reading, case: Case, size: int) -> TwoBatches | None:
    """Two batches of this size, for a case; None where the program takes no such batch."""
    first = reading.slots_of(case)
    pair = TwoBatches(reading, case, size, first, first)
    done = reading.candidate.turn(first, *pair.examples(size), reading.leaves)
    if done is None:
        return None
    second = first.copy()
    for leaf in reading.leaves:
        second[leaf.slots] = done[0][leaf.slots]
    return pair._replace(second=second) if np.isfinite(second).all() else None


def batch_sizes(program: Program) -> list[int]:
    """The whole numbers that may be how many examples it takes at once, the likeliest first."""
    named: list[int] = []
    others: list[int] = []
    takes_parts = False
    for text in program.texts.values():
        tree = ast.parse(text)
        every: list[Any] = [node for node in ast.walk(tree) if is_in_parts(node)]
        steps = [node.args[2] for node in every if len(node.args) == 3]
        names = {last_part(step) for step in steps}
        for name, value in (*named_values(tree), *((node.arg or "", node.value) for node in keywords_in(tree))):
            (named if is_like(BATCH, name) or name in names else others).append(number(value))
        named += [*map(number, steps), *numbers_in_place(tree)]
        others += [number(value) for node in ast.walk(tree) if isinstance(node, ast.Call) for value in node.args]
        takes_parts = takes_parts or bool(every)
    if not any(named) and not takes_parts:
        return []
    return [size for size in dict.fromkeys((*named, *others)) if 1 < size <= LARGEST][:MOST_SIZES]


def keywords_in(tree: ast.Module) -> list[ast.keyword]:
    """What calls give by name."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.keyword)]


def numbers_in_place(tree: ast.Module) -> Iterator[int]:
    """What calls give for a parameter with batch in its name, by its place; those of ours, too."""
    places: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args if one.arg != "self"]
            found = [place for place, name in enumerate(names) if is_like(BATCH, name)]
            if found:
                places[node.name] = found[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = places.get(last_part(node.func), len(node.args))
            yield from map(number, node.args[place : place + 1])
    if places:
        yield GUESSED_BATCH


def number(node: Any) -> int:
    """A whole number that is written out; 0 for all else."""
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else 0


def is_in_parts(node: Any) -> bool:
    """True for what goes through data in parts: range(0, n, size), np.array_split(data, parts)."""
    if not isinstance(node, ast.Call):
        return False
    name, given = last_part(node.func), node.args
    return name.endswith("split") or name == "range" and len(given) == 3 and not isinstance(given[2], ast.UnaryOp)
