"""Do the steps of an optimiser that divides by sizes, as Adam does, have the size that its formula gives them?

With the same gradient in each turn, each of these optimisers takes steps of one known size, whatever the gradient is.
"""

import ast
from collections.abc import Iterator

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.programs.choices import rates_in
from neurons.classroom.programs.program import Program
from neurons.classroom.programs.reading import Reading
from neurons.classroom.programs.scales import Seen

TURNS = 3
NEAR = 2e-3  # an epsilon makes a step a little shorter
USUAL = (0.9, 0.99, 0.999)


def has_usual_steps(reading: Reading, seen: list[Seen], program: Program) -> bool | None:
    """True if the steps of three turns are those of Adam, RMSprop, Adagrad or Nadam; None where a turn fails."""
    sizes = []
    for turns in range(1, TURNS + 1):
        groups = reading.observe(seen[0].case, turns=turns)
        if groups is None:
            return None
        medians = [float(np.median(moved[moved > 1e-12])) for moved in map(np.abs, groups.values()) if moved.any()]
        if not medians or max(medians) > (1.0 + NEAR) * min(medians):
            return False
        sizes.append(medians[0])
    numbers = numbers_in(program)
    rates = np.array([*numbers, *rates_in(reading, program, called=True)])
    return any(fits(np.array(sizes), rates, shape) for shape in shapes([n for n in (*numbers, *USUAL) if n < 1.0]))


def fits(sizes: Array, rates: Array, shape: Array) -> bool:
    """True if the sizes are a rate times this shape."""
    expected = rates[:, None] * shape
    return bool((np.abs(sizes - expected) <= NEAR * expected).all(axis=1).any())


def numbers_in(program: Program) -> list[float]:
    """The numbers above 0 that a program's text holds: its rates, its betas."""
    nodes = [node for text in program.texts.values() for node in ast.walk(ast.parse(text))]
    found = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return list(dict.fromkeys(float(n) for n in found if isinstance(n, (int, float)) and n > 0))


def shapes(betas: list[float]) -> Iterator[Array]:
    """The sizes of three steps in units of the rate, for each formula and each choice of its constants."""
    turn = np.arange(1.0, TURNS + 1.0)
    yield np.ones(TURNS)  # Adam
    yield 1.0 / np.sqrt(turn)  # Adagrad
    for beta in betas:
        yield 1.0 / np.sqrt(1.0 - beta**turn)  # RMSprop
        yield beta + (1.0 - beta) / (1.0 - beta**turn)  # Nadam
        for other in betas:
            plain = (1.0 - beta**turn) / np.sqrt(1.0 - other**turn)  # Adam without its correction
            yield plain
            yield plain / plain[0]  # its correction always that of the first turn
