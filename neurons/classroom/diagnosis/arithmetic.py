"""The arithmetic of a small case, line by line: what the student's program computes beside what is right."""

from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.diagnosis.line_plan import planned_lines
from neurons.classroom.diagnosis.reference import Pass, Variant, run


class Line(NamedTuple):
    """One number of a pass: its name, how it is computed, and the two values."""

    name: str
    formula: str
    yours: float
    correct: float
    before: float | None = None  # of a weight after a step: what it was

    @property
    def differs(self) -> bool:
        """True if the two values are not the same, by more than rounding."""
        return abs(self.yours - self.correct) > 1e-9 + 1e-4 * max(abs(self.yours), abs(self.correct))


def arithmetic_lines(
    case: Case, variants: tuple[Variant, ...] | None, scale: float, observed: dict[str, Array]
) -> list[Line]:
    """The arithmetic of a case, down to the first line that differs.

    `variants` are the mistakes that explain the student's numbers; None where none do, and then only that
    is shown of which the student's number is known.
    """
    right = pass_values(run(case, (), scale), scale)
    yours = observed_values(observed)
    if variants is not None:
        yours = {**pass_values(run(case, variants, scale), scale), **yours}
    found = []
    for key, name, formula in planned_lines(case, observed, scale):
        correct = right.get(key)
        value = yours.get(key)
        if correct is None or value is None:
            continue
        line = moved_line(case, key, name, formula, value, correct) or Line(name, formula, value, correct)
        found.append(line)
        if line.differs:
            break
    return found


def moved_line(case: Case, key: tuple[Any, ...], name: str, formula: str, value: float, correct: float) -> Line | None:
    """The line of a weight or a bias after the step; None for any other number."""
    if not key[0].startswith("step"):
        return None
    W, b = case.parameters[key[1]]
    before = float((W if key[0] == "step W" else b)[key[2:]])
    rate = case.learning_rate
    return Line(name, formula, before - rate * value, before - rate * correct, before)


def lines_of_two_calls(case: Case, calls: list[dict[str, Array]]) -> list[Line]:
    """The first number that a second call computes otherwise than the first, in both calls."""
    right = pass_values(run(case), 1.0)
    first, second = (observed_values(groups) for groups in calls)
    for key, name, formula in planned_lines(case, calls[0]):
        if key in right and key in first and abs(second[key] - first[key]) > 1e-6 * abs(first[key]):
            correct = right[key]
            return [
                Line(f"{name}, one call", formula, first[key], correct),
                Line(f"{name}, the same call again", formula, second[key], correct),
            ]
    return []


def entries(what: str, layer_idx: int, array: Array) -> dict[tuple[Any, ...], float]:
    """The numbers of an array by (what, layer, indices)."""
    return {(what, layer_idx, *index): float(value) for index, value in np.ndenumerate(array)}


def pass_values(done: Pass, scale: float) -> dict[tuple[Any, ...], float]:
    """Every number of a pass by (what, layer, example, indices)."""
    found: dict[tuple[Any, ...], float] = {}
    for layer_idx, layer in enumerate(done.layers):
        arrays = {"z": layer.z, "a": layer.a, "g": layer.g, "slope": layer.slope, "d": layer.d, "gx": layer.gx}
        for what, array in {**arrays, "gW": layer.gW, "gb": layer.gb}.items():
            if array is not None:
                found.update(entries(what, layer_idx, scale * array if what in ("g", "d", "gx") else array))
    for name, array in done.steps().items():
        found.update(entries(f"step {name[0]}", int(name[1:]) - 1, array))
    return found


def observed_values(observed: dict[str, Array]) -> dict[tuple[Any, ...], float]:
    """The observed numbers under the keys of `pass_values`."""
    found: dict[tuple[Any, ...], float] = {}
    places = {name: (f"g{name[0]}", int(name[1:]) - 1) for name in observed if name[0] in "Wb"}
    places |= {name: (name[:6], int(name[6:]) - 1) for name in observed if name.startswith("step")}
    last = max((layer_idx for _, layer_idx in places.values()), default=0)
    places |= {"x": ("gx", 0), "a": ("a", last)}
    for name, array in observed.items():
        found.update(entries(*places[name], array))
    return found
