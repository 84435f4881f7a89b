"""Optimisers whose first step has the same size everywhere, whatever the gradient: Adam, RMSProp, AdaGrad.

Their steps say nothing of the gradients, but the gradients are among the numbers that a turn computes.
"""

import numpy as np

from neurons.classroom.programs.network import Seen as Numbers
from neurons.classroom.programs.reading import Reading
from neurons.classroom.programs.scales import Comparison, Seen, as_kept, losses_for, predicted

NEARLY = 1e-3
FACTORS = (1.0, 0.5, 2.0)


def sizes_are_equal(seen: list[Seen]) -> bool:
    """True if all steps have one size, up to what keeps a division by 0 away."""
    sizes = np.concatenate([np.abs(values).ravel() for one in seen for values in one.groups.values()])
    moved = sizes[sizes > 1e-12]
    return moved.size > 8 and bool(np.median(np.abs(moved / np.median(moved) - 1.0)) < NEARLY)


def gradients_seen(reading: Reading, seen: list[Seen], numbers: Numbers) -> Comparison | None:
    """The comparison for the loss whose gradients a turn on the first case computed; None where none were."""
    case = seen[0].case
    count = float(reading.candidate.described["count"])
    for loss in losses_for(reading.network("mse").output):
        network = reading.network(loss)
        right = as_kept(predicted(case, network), seen[0].groups)
        for factor in (
            f * k for f in FACTORS for k in {1.0, 1.0 / reading.sizes[-1], count, count / reading.sizes[-1]}
        ):
            if all(numbers.has(factor * values) or numbers.has(-factor * values) for values in right.values()):
                return Comparison(network, dict.fromkeys(right, factor), factor)
    return None
