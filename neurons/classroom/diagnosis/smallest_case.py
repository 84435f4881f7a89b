"""The smallest case that shows a mistake: one neuron if that is enough, and small numbers.

Shapes are gone through from one neuron upward, each with a few cases of fixed numbers, the same ones each time.
"""

from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement, cycle
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Case, Network
from neurons.classroom.diagnosis.observation import Observation
from neurons.classroom.diagnosis.probes import probes

# Different from one another in size, too, and none of them 0 or 1: each factor can be seen in a product.
TEACHING_NUMBERS = (
    *(-0.5, 2.0, 3.0, 1.2, -2.4, -1.1, 0.7, -1.9, 1.6, 2.8, -0.4, -1.7),
    *(1.8, -0.2, 1.4, -0.8, 1.3, -0.6, 2.2, -2.7, 0.9, 2.5, 0.3, -1.5),
)
LABELS: dict[str | None, tuple[float, ...]] = {
    "mse": (0.25, 0.5, 2.0, -1.0),
    "bce": (1.0, 0.0),
    None: (2.0, -0.5, 1.5, -3.0, 0.4),
}
NUM_CASES = 4  # of a shape
LARGEST_SMALL = 3  # neurons in a layer
MOST_SHAPES = 24


def shapes(network: Network, layers: tuple[int, ...]) -> Iterator[Network]:
    """Networks from one neuron upward, with these numbers of layers, and at last the user's own."""
    for num_layers in layers:
        for sizes in small_sizes([1] * num_layers + [2 if network.output == "softmax" else 1]):
            yield network._replace(sizes=sizes)
    yield network


def small_sizes(smallest: list[int]) -> list[tuple[int, ...]]:
    """Sizes from the smallest upward. As many as are wanted: there are 3 to the power of the number of layers."""
    found: list[tuple[int, ...]] = []
    for more in range(len(smallest) * (LARGEST_SMALL - 1) + 1):
        for places in combinations_with_replacement(range(len(smallest)), more):
            sizes = tuple(size + places.count(place) for place, size in enumerate(smallest))
            if max(sizes) <= LARGEST_SMALL:
                found.append(sizes)
        if len(found) >= MOST_SHAPES:
            break
    return sorted(found, key=lambda sizes: (sum(sizes), max(sizes), sizes))[:MOST_SHAPES]


def smallest_case(
    candidates: list[Network], shows: Callable[[Case], Any], batches: tuple[int, ...]
) -> tuple[Case, Observation] | None:
    """The first case on the smallest shape that shows the mistake; None where it shows nowhere.

    `shows(case)` is the student's `Observation` where it is wrong, None where it is right or cannot be looked at.
    What no teaching number shows, the probes may, whose numbers are less round.
    """
    for cases_of in (teaching_cases, probe_cases):
        for network in candidates:
            for batch in batches:
                for case in cases_of(network, batch):
                    observation = shows(case)
                    if observation is not None:
                        return case, observation
    return None


def probe_cases(network: Network, batch: int) -> list[Case]:
    """The first probes, with `batch` of their examples."""
    found = probes(network, batch > 1, 2)
    return [case._replace(inputs=case.inputs[:batch], labels=case.labels[:batch]) for case in found]


def teaching_cases(network: Network, batch: int) -> list[Case]:
    """Cases of the teaching numbers: each begins one further on in their list, and so do its labels."""
    return [teaching_case(network, batch, first) for first in range(NUM_CASES)]


def teaching_case(network: Network, batch: int = 1, first: int = 0) -> Case:
    """A case of the teaching numbers from place `first` on: the weights and biases of each layer, then the inputs."""
    numbers = cycle(TEACHING_NUMBERS[first:] + TEACHING_NUMBERS[:first])
    parameters = []
    for n, m in zip(network.sizes, network.sizes[1:], strict=False):
        W = np.array([[next(numbers) for _ in range(n)] for _ in range(m)])
        b = np.array([next(numbers) if network.biases else 0.0 for _ in range(m)])
        parameters.append((W, b))
    inputs = np.array([[next(numbers) for _ in range(network.sizes[0])] for _ in range(batch)])
    num_outputs = network.sizes[-1]
    if network.output == "softmax":
        labels = np.eye(num_outputs)[[(first + example) % num_outputs for example in range(batch)]]
    else:
        of_loss = LABELS[network.loss]
        labels = np.array([of_loss[(first + i) % len(of_loss)] for i in range(batch * num_outputs)])
    return Case(network, tuple(parameters), inputs, labels.reshape(batch, num_outputs))


def visibly_differs(one: Observation, correct: dict[str, Any]) -> bool:
    """True if a group is off by a visible amount: a thousandth of its size, and never rounding."""
    for name, values in one.groups.items():
        off = np.abs(values - correct[name]).max()
        if off > max(one.allowed(name), 1e-3 * float(np.abs(correct[name]).max()), 1e-9):
            return True
    return False
