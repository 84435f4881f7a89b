"""Labels as the program uses them: many soften a 1 to 0.99 and a 0 to 0.01; some only ask which class a label is."""

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.programs.numbers.reading import Reading

MOST_LEVELS = 6
BELOW, ABOVE = (0.13, 0.29), (0.61, 0.83)  # two labels each that a comparison does not tell apart


def levels_seen(reading: Reading) -> list[tuple[float, float]]:
    """(low, high) for each way in which low + (high - low) * label was among the numbers of three turns."""
    size = reading.sizes[-1]
    if size < 2:
        return []  # of one number, nothing tells a softened label from any other
    labels: list[Array] = []
    numbers: list[Array] = []
    for seed in range(12):
        case = reading.case(seed)
        if len(labels) == 2 and all((case.labels[0] == label).all() for label in labels):
            continue
        done = reading.candidate.turn(reading.slots_of(case), case.inputs, case.labels, reading.leaves, record=True)
        if done is None:
            return []
        # An item of a label may be made at a time, with others in between: so the numbers of each place lie together.
        numbers.append(done[1].unsorted[np.argsort(done[1].places, kind="stable")])
        labels.append(case.labels[0])
        if len(labels) == 3:
            break
    if len(labels) < 3 or len({len(part) for part in numbers}) > 1 or len(numbers[0]) < size:
        return []
    y = np.concatenate(labels)
    seen = np.hstack([np.lib.stride_tricks.sliding_window_view(part, size) for part in numbers])  # (windows, 3 * size)
    seen = seen[np.isfinite(seen).all(axis=1)]
    centred = y - y.mean()
    slopes = (seen @ centred) / (centred @ centred)
    lows = seen.mean(axis=1) - slopes * y.mean()
    fits = np.abs(lows[:, None] + slopes[:, None] * y - seen).max(axis=1) < 1e-12
    found = {(round(float(a), 10), round(float(a + b), 10)) for a, b in zip(lows[fits], slopes[fits], strict=True)}
    return sorted(pair for pair in found if is_softened(*pair))[:MOST_LEVELS]


def are_two_classes(reading: Reading) -> bool:
    """True for a label of one number that is only compared, y == 1 or y > 0.5: all but 0 and 1 tell nothing of it."""
    if reading.sizes[-1] != 1:
        return False
    case = reading.case(0)
    labels = (0.0, 1.0, *BELOW, *ABOVE)
    steps = [reading.observe(case._replace(labels=np.full_like(case.labels, label))) for label in labels]
    rows = [np.concatenate([part.ravel() for part in step.values()]) for step in steps if step is not None]
    if len(rows) < len(labels):
        return False
    no, yes, *others = rows
    return not np.array_equal(no, yes) and all(map(np.array_equal, others[::2], others[1::2]))


def is_softened(low: float, high: float) -> bool:
    """True for what a 0 and a 1 become in labels; a label that is only made much smaller is a mistake."""
    within = 0.0 < low < high < 1.0
    lowered = low == 0.0 and 0.9 <= high < 1.0
    on_both_sides = -1.0 <= low < 0.0 < high <= 1.0 and abs(low + high) < 1e-9
    return within or lowered or on_both_sides
