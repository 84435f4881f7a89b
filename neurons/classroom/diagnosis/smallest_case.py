"""The smallest case that shows a mistake: one neuron if that is enough, and small numbers.

Shapes are gone through from one neuron upward; for each, Hypothesis chooses the numbers and shrinks them.
"""

from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Case, Network
from neurons.classroom.diagnosis.observation import Observation
from neurons.classroom.diagnosis.probes import probes

TEACHING_NUMBERS = (1.0, 2.0, -1.0, 0.5, -2.0, 3.0, -0.5)
LABELS: dict[str | None, tuple[float, ...]] = {"mse": (1.0, 0.5, 2.0, -1.0), "bce": (1.0, 0.0), None: TEACHING_NUMBERS}
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
    candidates: Iterator[Network], shows: Callable[[Case], Any], batches: tuple[int, ...]
) -> tuple[Case, Observation] | None:
    """The first shape on which the mistake shows, with the smallest numbers; None where it shows nowhere.

    `shows(case)` is the student's `Observation` where it is wrong, None where it is right or cannot be looked at.
    """
    for network in candidates:
        for batch in batches:
            found = [case for case in probes(network, batch > 1, 2) if shows(with_batch(case, batch)) is not None]
            if found:
                case = shrunk_case(network, batch, shows) or with_batch(found[0], batch)
                return case, shows(case)
    return None


def with_batch(case: Case, batch: int) -> Case:
    """The case's first examples."""
    return case._replace(inputs=case.inputs[:batch], labels=case.labels[:batch])


def shrunk_case(network: Network, batch: int, shows: Callable[[Case], Any]) -> Case | None:
    """The simplest numbers on which the mistake shows, in Hypothesis's order; None where it finds none."""
    from hypothesis import HealthCheck, Phase, Verbosity, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import NoSuchExample

    num_parameters = sum((n + network.biases) * m for n, m in zip(network.sizes, network.sizes[1:], strict=False))
    count = num_parameters + batch * network.sizes[0]
    numbers = st.lists(st.sampled_from(TEACHING_NUMBERS), min_size=count, max_size=count)
    if network.output == "softmax":
        labels: Any = st.lists(st.integers(0, network.sizes[-1] - 1), min_size=batch, max_size=batch)
    else:
        of_each = st.sampled_from(LABELS[network.loss])
        total = batch * network.sizes[-1]
        labels = st.lists(of_each, min_size=total, max_size=total)
    quietly = settings(
        max_examples=60,
        derandomize=True,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

    def wrong(drawn: tuple[list[float], list[float]]) -> bool:
        return shows(case_of(network, batch, *drawn)) is not None

    try:
        return case_of(network, batch, *find(st.tuples(numbers, labels), wrong, settings=quietly))
    except NoSuchExample:
        return None


def case_of(network: Network, batch: int, numbers: list[float], labels: list[Any]) -> Case:
    """A case from flat lists of numbers."""
    taken = iter(numbers)
    parameters = []
    for n, m in zip(network.sizes, network.sizes[1:], strict=False):
        W = np.array([[next(taken) for _ in range(n)] for _ in range(m)])
        b = np.array([next(taken) if network.biases else 0.0 for _ in range(m)])
        parameters.append((W, b))
    inputs = np.array([[next(taken) for _ in range(network.sizes[0])] for _ in range(batch)])
    if network.output == "softmax":
        y = np.eye(network.sizes[-1])[labels]
    else:
        y = np.array(labels, dtype=float).reshape(batch, network.sizes[-1])
    return Case(network, tuple(parameters), inputs, y)


def plain_case(network: Network) -> Case:
    """A case of small numbers that go round: 1, 2, -1, ..."""
    num_parameters = sum((n + network.biases) * m for n, m in zip(network.sizes, network.sizes[1:], strict=False))
    numbers = [TEACHING_NUMBERS[i % 4] for i in range(num_parameters + network.sizes[0])]
    num_labels = 1 if network.output == "softmax" else network.sizes[-1]
    labels = [0 if network.output == "softmax" else LABELS[network.loss][i % 2] for i in range(num_labels)]
    return case_of(network, 1, numbers, labels)


def visibly_differs(one: Observation, correct: dict[str, Any]) -> bool:
    """True if a group is off by a visible amount: a thousandth of its size, and never rounding."""
    for name, values in one.groups.items():
        off = np.abs(values - correct[name]).max()
        if off > max(one.allowed(name), 1e-3 * float(np.abs(correct[name]).max()), 1e-9):
            return True
    return False
