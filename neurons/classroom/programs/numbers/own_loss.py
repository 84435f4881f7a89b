"""The numbers of one turn, and which loss the program computes among them."""

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.diagnosis.reference import forward
from neurons.classroom.programs.numbers.network import Numbers
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Seen


def first_turn(reading: Reading, seen: list[Seen]) -> tuple[Array, Numbers] | None:
    """All slots after a turn on the first case, and the numbers of that turn."""
    case = seen[0].case
    return reading.candidate.turn(reading.slots_of(case), case.inputs, case.labels, reading.leaves, record=True)


def recorded(reading: Reading, seen: list[Seen]) -> Numbers | None:
    """The numbers of a turn on the first case."""
    done = first_turn(reading, seen)
    return done[1] if done else None


def own_losses(reading: Reading, seen: list[Seen], after: Array, numbers: Numbers) -> list[str]:
    """The losses whose value the program computes, before its step or after it, with the new parameters."""
    case = seen[0].case
    new_outputs = case.inputs[0]
    for layer in reading.chain:
        new_outputs = layer.outputs(after, new_outputs)
    output = reading.network("mse").output
    before = losses_of(forward(case)[-1].a[0], case.labels[0], output, numbers)
    return before or losses_of(new_outputs, case.labels[0], output, numbers)


def losses_of(a: Array, y: Array, output: str, numbers: Numbers) -> list[str]:
    """The losses of these outputs that are among the numbers."""
    n = len(a)
    found = []
    squared = float(((a - y) ** 2).sum())
    if any(numbers.has(np.array([squared * factor])) for factor in (1.0, 0.5, 1.0 / n, 0.5 / n)):
        found.append("mse")
    with np.errstate(all="ignore"):
        logs = {"sigmoid": ("bce", -(y * np.log(a) + (1 - y) * np.log(1 - a))), "softmax": ("ce", -(y * np.log(a)))}
    if output in logs:
        name, terms = logs[output]
        total = float(terms.sum())
        if any(numbers.has(np.array([sign * total * f])) for sign in (1.0, -1.0) for f in (1.0, 1.0 / n)):
            found.append(name)
    return found
