"""Facts from the numbers of one turn: which loss the program computes, and where a wrong number first appears."""

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.diagnosis.reference import forward
from neurons.classroom.programs.network import Seen as Numbers
from neurons.classroom.programs.reading import Reading
from neurons.classroom.programs.scales import Comparison, Seen


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


def first_line_of_wrong(
    reading: Reading,
    seen: list[Seen],
    comparison: Comparison,
    numbers: Numbers,
    group: str,
    places: list[list[float]],
    rates: list[float],
) -> tuple[int, int] | None:
    """(file, line) where the numbers of a wrong group first appear, as they are or up to a factor."""
    groups, place = seen[0].groups, int(group[1:])
    layer, before = reading.chain[place - 1], reading.slots_of(seen[0].case)
    weights, biases = f"W{place}", f"b{place}"
    targets: list[Array] = []
    if weights in comparison.wrong and (biases in comparison.wrong or biases not in groups):
        targets = [*errors_behind(groups[weights], forward(seen[0].case)[place - 1].inputs[0]), groups[weights].ravel()]
    elif weights in comparison.wrong:
        targets = [groups[weights].ravel()]
    if biases in comparison.wrong:
        targets.append(groups[biases].ravel())
    bases = [base for base in (comparison.scale, *rates, 1.0) if base]
    factors = [k / base for base in bases for k in (1.0, -1.0, 2.0, -2.0, 0.5, -0.5)]
    for target in targets:
        if np.abs(target).max() < 1e-13:
            continue
        for factor in factors:
            at = first_event(numbers, target * factor)
            if at is not None and at < len(places):
                return int(places[at][0]), int(places[at][1])
    # Else the line of the step; where a bias takes none, that of its weights.
    stepped = [before[layer.W].ravel() - groups[weights].ravel()]
    if biases in comparison.wrong and biases in groups and np.abs(groups[biases]).max() > 0.0:
        stepped.insert(0, before[layer.b].ravel() - layer.b_sign * groups[biases].ravel())
    for values in stepped:
        at = first_event(numbers, values)
        if at is not None and at < len(places):
            return int(places[at][0]), int(places[at][1])
    return None


def errors_behind(steps: Array, inputs: Array) -> list[Array]:
    """dL/dz of each neuron as the steps of its weights imply it; nothing if they are not a product with the inputs."""
    with np.errstate(all="ignore"):
        rows = steps / inputs[None, :]
    if not np.isfinite(rows).all():
        return []
    is_product = np.abs(rows - rows[:, :1]).max() <= 1e-6 * max(1e-12, float(np.abs(rows).max()))
    return [rows[:, 0]] if is_product else []


def first_event(numbers: Numbers, values: Array) -> int | None:
    """The place at which the last of these numbers has come; None where one never does."""
    latest = -1
    for value in values:
        near = np.abs(numbers.unsorted - value) <= 1e-9 * max(1e-6, abs(value))
        if not near.any():
            return None
        latest = max(latest, int(np.argmax(near)))
    return int(numbers.places[latest])
