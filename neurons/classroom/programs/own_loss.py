"""A fact from the numbers of one turn: which loss the program computes."""

import numpy as np

from neurons.classroom.diagnosis.reference import forward
from neurons.classroom.programs.network import Seen as Numbers
from neurons.classroom.programs.reading import Reading
from neurons.classroom.programs.scales import Seen


def recorded(reading: Reading, seen: list[Seen]) -> Numbers | None:
    """The numbers of a turn on the first case."""
    case = seen[0].case
    done = reading.candidate.turn(reading.slots_of(case), case.inputs, case.labels, reading.leaves, record=True)
    return None if done is None else done[1]


def own_losses(reading: Reading, seen: list[Seen], numbers: Numbers) -> list[str]:
    """The losses whose value the program computes."""
    case = seen[0].case
    output = reading.network("mse").output
    a, y = forward(case)[-1].a[0], case.labels[0]
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
