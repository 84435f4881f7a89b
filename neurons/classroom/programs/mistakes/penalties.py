"""A penalty that the loss holds and a step leaves out: lam * sum(W ** 2), but no 2 * lam * W in a gradient."""

import ast
from typing import Any

import numpy as np

from neurons.classroom.programs.numbers.network import Numbers
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison, Seen
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import last_part
from neurons.classroom.programs.words import joined_words

TOLD = (
    "But your loss also adds {:.4g} times the squares of {}. {} the derivative of that part: {:.4g} times the weights."
)


def left_out(
    reading: Reading, program: Program, comparison: Comparison, seen: list[Seen], numbers: Numbers | None
) -> tuple[list[str], float]:
    """The groups of weights whose squares are in the loss and not in their gradients, and by how much they are."""
    weights = [f"W{place + 1}" for place in range(len(reading.chain))]
    missing = [name for name in weights if name not in comparison.decays]
    if numbers is None or not missing or comparison.penalty == "L1" or may_shrink_elsewhere(reading, program):
        return [], 0.0
    values = reading.slots_of(seen[0].case)
    squares = {name: float((values[reading.chain[int(name[1:]) - 1].W] ** 2).sum()) for name in weights}
    for share in shares(program, comparison):
        parts = [share * squares[name] for name in missing]
        if is_added(numbers, share * sum(squares.values()), parts) or all(is_added(numbers, p, parts) for p in parts):
            return missing, share
    return [], 0.0


def shares(program: Program, comparison: Comparison) -> list[float]:
    """How much of the squares the loss may add: what other layers' gradients tell, or any number that is written."""
    if comparison.decays:
        return [abs(comparison.decay / comparison.scale) / 2]
    nodes = [node for text in program.texts.values() for node in ast.walk(ast.parse(text))]
    written = [node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) is float]
    return list(dict.fromkeys(share for number in written if 0.0 < number < 1.0 for share in (number, number / 2)))


def is_added(numbers: Numbers, part: float, parts: list[float]) -> bool:
    """True if this part was computed, and added to another number: what is only watched is no part of the loss."""
    others = numbers.numbers[np.isfinite(numbers.numbers) & (np.abs(numbers.numbers) > 1e-9)]
    others = others[~np.isclose(others[:, np.newaxis], [part, *parts]).any(axis=1)]  # those are added up first
    sums = others + part
    return numbers.has(np.array([part])) and bool(numbers.which(sums[:, np.newaxis]).any())


def may_shrink_elsewhere(reading: Reading, program: Program) -> bool:
    """True if weights may be made smaller outside their step: W *= 1 - rate * decay."""
    names = {leaf.own_name for leaf in reading.leaves}
    nodes = [node for text in program.texts.values() for node in ast.walk(ast.parse(text))]
    steps = [node for node in nodes if isinstance(node, ast.AugAssign)]
    if any(isinstance(step.op, ast.Mult) and last_part(step.target) in names for step in steps):
        return True
    tests = [node for node in nodes if isinstance(node, ast.If)]
    at_times = [test for test in tests if any(isinstance(part, ast.Mod) for part in ast.walk(test.test))]
    return any(step in steps and takes_off_itself(step) for test in at_times for step in ast.walk(test))


def takes_off_itself(step: Any) -> bool:
    """True for W -= rate * W."""
    return ast.unparse(step.target) in {ast.unparse(part) for part in ast.walk(step.value)}


def told(reading: Reading, groups: list[str], share: float) -> str:
    """What is left out, in words."""
    names = joined_words([reading.name_of(group) for group in groups])
    return TOLD.format(share, names, "Its gradient lacks" if len(groups) == 1 else "Their gradients lack", 2 * share)
