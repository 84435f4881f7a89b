"""A penalty that the loss holds and a step leaves out: lam * sum(W ** 2), but no 2 * lam * W in a gradient."""

from collections.abc import Iterator

import numpy as np

from neurons.classroom.programs.numbers.network import Seen as Numbers
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison, Seen
from neurons.classroom.programs.text.names import numbers_called
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.words import joined_words

PENALTY = r"^reg|^lamb?da|^lam$|^l2|decay|penal"
TOLD = "But your loss also adds {:.4g} times the squares of {}. {} what that part gives, {:.4g} times the weights."


def left_out(
    reading: Reading, program: Program, comparison: Comparison, seen: list[Seen], numbers: Numbers | None
) -> tuple[list[str], float]:
    """The groups of weights whose squares are in the loss and not in their gradients, and by how much they are."""
    weights = [f"W{place + 1}" for place in range(len(reading.chain))]
    missing = [name for name in weights if name not in comparison.decays]
    if numbers is None or not missing or comparison.penalty == "L1":
        return [], 0.0
    values = reading.slots_of(seen[0].case)
    squares = {name: float((values[reading.chain[int(name[1:]) - 1].W] ** 2).sum()) for name in weights}
    for share in shares(program, comparison):
        summed = [sum(squares.values()), sum(squares[name] for name in missing)]
        apart = np.array([squares[name] for name in missing])
        if any(numbers.has(np.array([share * total])) for total in summed) or numbers.has(share * apart):
            return missing, share
    return [], 0.0


def shares(program: Program, comparison: Comparison) -> Iterator[float]:
    """How much of the squares the loss may add: what other layers' gradients tell, or the numbers called so."""
    if comparison.decays:
        yield abs(comparison.decay / comparison.scale) / 2
        return
    for number in numbers_called(PENALTY, program.texts):
        if number not in (0.0, 1.0):
            yield from (number, number / 2)


def told(reading: Reading, groups: list[str], share: float) -> str:
    """What is left out, in words."""
    names = joined_words([f"`{reading.chain[int(group[1:]) - 1].names[0]}`" for group in groups])
    return TOLD.format(share, names, "Its gradient lacks" if len(groups) == 1 else "Their gradients lack", 2 * share)
