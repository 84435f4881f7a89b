"""The optimiser's own steps, where its gradients are right: over some turns, does it do what one that is known does?

A step may be longer or shorter by one constant, the rate. Means of the past are taken with the program's own numbers,
and with the usual ones.
"""

import ast
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.programs.text.program import Program

USUAL_MEANS, USUAL_TINY = (0.9, 0.999, 0.99, 0.95), (1e-8, 1e-7)
MOST_MEANS, MOST_TINY, TINY = 7, 4, 1e-4
NEAR = 2e-3  # how far a step may be off, of its size
NEAR_RATE = 0.02  # and its rate: what the optimiser kept before may be in it
LONG = 0.97  # means of gradients are shorter, those of their squares longer
UNCORRECTED = "Adam without the correction of its means"
ADADELTA = "Adadelta"  # whose steps have a length of their own
# Mistakes in the means, and in what corrects them.
CONSTANT, OTHERS, HALF, SWAPPED, STORED = "constant", "others", "half", "swapped", "stored"


class Steps(NamedTuple):
    """What some turns did, one row for each: the gradients, up to a constant, and the steps."""

    gradients: Array
    steps: Array
    weights: Array  # of which each step may take a part, too: weight decay


class Known(NamedTuple):
    """An optimiser that makes these steps."""

    name: str
    first: float  # of the mean of the gradients; 0.0 where it takes none
    second: float  # of the mean of their squares; 0.0 where it takes their sum
    mistake: str = ""
    rate: float = 0.0  # with which its steps are those that were seen
    has_its_rate: bool = False  # that is a rate of the program

    @property
    def text(self) -> str:
        """Its name and numbers."""
        numbers = [f"{number:.4g}" for number in (self.first, self.second) if number]
        return f"{self.name} with {' and '.join(numbers)}" if numbers else self.name


def recognised(program: Program, seen: Steps, scales: list[float], rates: list[float]) -> Known | None:
    """The optimiser that explains the steps: with one of these rates, or a number of the program, before all others."""
    means, tiny, numbers = numbers_of(program)
    found = None
    for known, steps in known_steps(seen.gradients, means, tiny, scales):
        rate = rate_of(seen, steps)
        if rate and known.name == "Adam" and known.first > LONG > known.second:
            known = known._replace(mistake=SWAPPED)
        if rate and known.name == ADADELTA or any(abs(rate - one) <= NEAR_RATE * one for one in (*rates, *numbers)):
            return known._replace(rate=rate, has_its_rate=True)
        if rate and found is None:
            found = known._replace(rate=rate)
    return found


def recognised_mistake(program: Program, seen: Steps, scales: list[float]) -> Iterator[Known]:
    """The optimisers with a mistake that explain the steps; some differ from a right one by a constant alone."""
    means, tiny, _ = numbers_of(program)
    for first, second in product(means, means):
        for known, steps in mistaken(seen.gradients * scales[0], first, second, tiny[0]):
            if rate_of(seen, steps):
                yield known


def numbers_of(program: Program) -> tuple[list[float], list[float], list[float]]:
    """The numbers that may be those of means, those that keep it from dividing by 0, and those that may be rates."""
    numbers = [
        float(node.value)
        for text in program.texts.values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and node.value > 0
    ]
    means = dict.fromkeys((*(number for number in numbers if 0.5 <= number < 1.0), *USUAL_MEANS))
    tiny = dict.fromkeys((*(number for number in numbers if number <= TINY), *USUAL_TINY))
    return list(means)[:MOST_MEANS], list(tiny)[:MOST_TINY], numbers


def rate_of(seen: Steps, steps: Array) -> float:
    """The constant above 0 by which the steps are these; with decay, beside a part of the weights; else 0.0."""
    if not np.isfinite(steps).all():
        return 0.0
    made, values = steps.ravel(), seen.steps.ravel()
    if seen.weights.any():
        parts = np.stack([made, np.broadcast_to(seen.weights, steps.shape).ravel()], 1)
        constants, *_ = np.linalg.lstsq(parts, values, rcond=None)
        rate, right = constants[0], parts @ constants
    else:
        rate = (made @ values) / max(made @ made, 1e-300)
        right = rate * made
    is_near = (np.abs(values - right) <= NEAR * np.abs(right) + 1e-4 * np.abs(right).max()).all()
    return float(rate) if is_near and rate > 0.0 else 0.0


def known_steps(G: Array, means: list[float], tiny: list[float], scales: list[float]) -> Iterator[tuple[Known, Array]]:
    """The steps of all optimisers that are known."""
    for scale, small in product(scales, tiny):
        g = G * scale
        for second in (0.0, *means):
            squares = mean_of(g * g, second) if second else np.cumsum(g * g, axis=0)
            corrected = squares / corrections(second, len(g)) if second else squares
            for root in roots(squares, small):
                yield Known("RMSprop" if second else "Adagrad", 0.0, second), g / root
            if not second:
                continue
            yield Known(ADADELTA, 0.0, second), adadelta(g, second, small)
            spread = squares - mean_of(g, second) ** 2
            for root in (*roots(corrected, small), *roots(spread, small)):
                yield Known("RMSprop", 0.0, second), g / root
            for first in means:
                yield from of_two_means(g, first, second, squares, small)


def of_two_means(g: Array, first: float, second: float, squares: Array, small: float) -> Iterator[tuple[Known, Array]]:
    """Adam and its relatives."""
    count = len(g)
    m, by = mean_of(g, first), corrections(first, count)
    corrected = squares / corrections(second, count)
    for root in roots(corrected, small):
        yield Known("Adam", first, second), m / by / root
        ahead = first * m / by + (1.0 - first) * g / by
        yield Known("Nadam", first, second), ahead / root
        yield Known("Nadam", first, second), (first * m / corrections(first, count, 1) + (1.0 - first) * g / by) / root
    for root in roots(squares, small):
        yield Known(UNCORRECTED, first, second), m / root
        for share in (1.0, 1.0 - first):  # of the new step in what goes on
            yield Known("RMSprop with momentum", first, second), mean_of(g / root, first) / share
    late = m / corrections(first, count, 1)
    for root in roots(squares / corrections(second, count, 1), small):
        yield Known("Adam, whose count begins at 2,", first, second), late / root
    largest = np.maximum.accumulate(squares, axis=0)
    for root in roots(largest, small):
        yield Known("AMSGrad", first, second), m / root
    for root in (*roots(largest / corrections(second, count), small), *roots(np.maximum.accumulate(corrected), small)):
        yield Known("AMSGrad", first, second), m / by / root


def mistaken(g: Array, first: float, second: float, small: float) -> Iterator[tuple[Known, Array]]:
    """Adam whose means are corrected by a constant or by the number of the other one, or of which one is not.

    The last one keeps the corrected means.
    """
    m, v, count = mean_of(g, first), mean_of(g * g, second), len(g)
    by, of_squares = corrections(first, count), corrections(second, count)
    for above, below in ((by, 1.0 - second), (1.0 - first, of_squares), (1.0 - first, 1.0 - second)):
        yield Known("Adam", first, second, CONSTANT), m / above / (np.sqrt(v / below) + small)
    for above, below in ((by, 1.0), (1.0, of_squares)):
        yield Known("Adam", first, second, HALF), m / above / (np.sqrt(v / below) + small)
    if first != second:
        for above, below in ((of_squares, of_squares), (by, by), (of_squares, by)):
            yield Known("Adam", first, second, OTHERS), m / above / (np.sqrt(v / below) + small)
    stored = mean_of(g, first, by)
    yield Known("Adam", first, second, STORED), stored / (np.sqrt(mean_of(g * g, second, of_squares)) + small)


def mean_of(values: Array, part: float, corrected: Array | None = None) -> Array:
    """The running mean of the rows, from 0: `part` of it stays in each turn; of the corrected one, with these."""
    found, mean = [], np.zeros(values.shape[1:])
    for row, by in zip(values, [1.0] * len(values) if corrected is None else corrected, strict=True):
        mean = (part * mean + (1.0 - part) * row) / by
        found.append(mean)
    return np.stack(found)


def corrections(part: float, count: int, later: int = 0) -> Array:
    """What a running mean that began at 0 is divided by in each turn."""
    return 1.0 - part ** np.arange(1.0 + later, count + 1.0 + later)[:, None]


def roots(squares: Array, small: float) -> tuple[Array, Array]:
    """What a gradient is divided by: with the small number outside of the root, and inside."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(squares) + small, np.sqrt(squares + small)


def adadelta(g: Array, part: float, small: float) -> Array:
    """The steps of Adadelta, whose rate is made of the steps before."""
    found, steps = [], np.zeros(g.shape[1:])
    for row, squares in zip(g, mean_of(g * g, part), strict=True):
        found.append(np.sqrt(steps + small) / np.sqrt(squares + small) * row)
        steps = part * steps + (1.0 - part) * found[-1] ** 2
    return np.stack(found)
