"""Toy problems for a network with two inputs: the logic gates, and points in the plane that no straight line separates.

All of them return plain lists `(inputs, labels)`: `inputs[n]` is two floats, `labels[n]` one float in a list.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import cos, pi, sin
from random import Random
from typing import Any

from neurons.checks import checked_count, checked_number, generator
from neurons.errors import LengthError, NeuronsError
from neurons.text import show

Examples = tuple[list[list[float]], list[list[float]]]


def xor(signed: bool = False) -> Examples:
    """Exclusive or, "one or the other but not both", as the examples 00, 01, 10, 11: labels 0, 1, 1, 0.

    With `signed=True` inputs and labels are -1 and 1 instead of 0 and 1 (for tanh outputs). No single neuron can learn
    it (M. Minsky and S. Papert, Perceptrons, 1969). Raises NeuronsError if `signed` is not a bool.
    """
    return _gate([0.0, 1.0, 1.0, 0.0], signed, "xor")


def and_gate(signed: bool = False) -> Examples:
    """And, as the examples 00, 01, 10, 11: labels 0, 0, 0, 1; `signed` as in `xor`."""
    return _gate([0.0, 0.0, 0.0, 1.0], signed, "and_gate")


def or_gate(signed: bool = False) -> Examples:
    """Or, as the examples 00, 01, 10, 11: labels 0, 1, 1, 1; `signed` as in `xor`."""
    return _gate([0.0, 1.0, 1.0, 1.0], signed, "or_gate")


def nand_gate(signed: bool = False) -> Examples:
    """Not and, as the examples 00, 01, 10, 11: labels 1, 1, 1, 0; `signed` as in `xor`."""
    return _gate([1.0, 1.0, 1.0, 0.0], signed, "nand_gate")


def circles(num_examples: int = 200, noise: float = 0.1, seed: int | None = 0) -> Examples:
    """Two circles around (0, 0): label 0 on the outer one, radius 1, label 1 on the inner one, radius 0.5.

    A point is (r cos t, r sin t) with t drawn evenly from 0 to 2 pi, so both inputs lie in -1..1. `noise`, `seed`, the
    order and what is raised: as in `spiral`.
    """

    def point(label: int, rng: Random) -> tuple[float, float]:
        radius = 0.5 if label == 1 else 1.0
        angle = 2.0 * pi * rng.random()
        return radius * cos(angle), radius * sin(angle)

    return _two_classes(point, num_examples, noise, seed, "circles")


def moons(num_examples: int = 200, noise: float = 0.1, seed: int | None = 0) -> Examples:
    """Two half circles that reach into each other: label 0 for the upper one, label 1 for the lower one.

    The upper one is (cos t, sin t), the lower one (1 - cos t, 0.5 - sin t), with t drawn evenly from 0 to pi: the first
    input lies in -1..2, the second in -0.5..1. These are the curves of scikit-learn's `make_moons`. `noise`, `seed`,
    the order and what is raised: as in `spiral`.
    """

    def point(label: int, rng: Random) -> tuple[float, float]:
        angle = pi * rng.random()
        if label == 1:
            return 1.0 - cos(angle), 0.5 - sin(angle)
        return cos(angle), sin(angle)

    return _two_classes(point, num_examples, noise, seed, "moons")


def spiral(num_examples: int = 400, noise: float = 0.02, seed: int | None = 0) -> Examples:
    """Two spiral arms wound around (0, 0), one for each label: the arm of label 1 is the other one turned by pi.

    A point is (r cos t, r sin t) with r drawn evenly from 0.1 to 1 and t = 2 pi r, plus pi for label 1: nearly one turn
    per arm, both inputs in -1..1. (A. Wieland's two spirals turn three times: K. Lang and M. Witbrock, "Learning to
    Tell Two Spirals Apart", 1988.)

    `noise` is the standard deviation of the normally distributed error added to both inputs, in the inputs' own unit; 0
    puts every point on its curve. Half of the examples, rounded up, have label 0; they come shuffled. The same `seed`
    gives the same examples, another seed unseen ones; None draws new ones each time.
    Raises NeuronsError for fewer than 2 examples, noise that is negative or not finite, or a seed that is not a whole
    number of at least 0.
    """

    def point(label: int, rng: Random) -> tuple[float, float]:
        radius = 0.1 + 0.9 * rng.random()  # not from 0, where the arms would meet
        angle = 2.0 * pi * radius + pi * label
        return radius * cos(angle), radius * sin(angle)

    return _two_classes(point, num_examples, noise, seed, "spiral")


def train_test_split(
    inputs: Any, labels: Any, test_share: float = 0.25, seed: int | None = 0
) -> tuple[Any, Any, Any, Any]:
    """Shuffle the examples and return (train_inputs, train_labels, test_inputs, test_labels): each is in one part.

    `inputs` and `labels` are lists (or tuples) of equal length, which come back as lists of the same objects, or NumPy
    arrays with one example per row, which come back as new arrays. The test gets `test_share` of the examples, to the
    nearest whole number. The same `seed` splits in the same way; None differs each time.
    Raises LengthError for unequal numbers of inputs and labels, NeuronsError for anything else that is wrong, such as a
    share that leaves the training or the test without an example.
    """
    where = "train_test_split"
    _check_is_sequence(inputs, f"{where}: inputs")
    _check_is_sequence(labels, f"{where}: labels")
    if len(inputs) != len(labels):
        raise LengthError(f"{where}: every input needs its label but got {len(inputs)} inputs and {len(labels)} labels")
    share = _checked_amount(test_share, f"{where}: test_share")
    if not 0.0 < share < 1.0:
        raise NeuronsError(f"{where}: test_share must be between 0 and 1 but got {show(test_share)}")
    num_test = round(share * len(inputs))
    num_train = len(inputs) - num_test
    if num_test == 0 or num_train == 0:
        raise NeuronsError(
            f"{where}: both parts need an example, but test_share {share} of {len(inputs)} examples "
            f"means {num_train} to train on and {num_test} to test"
        )
    order = list(range(len(inputs)))
    generator(seed, f"{where}: ").shuffle(order)
    train, test = order[:num_train], order[num_train:]
    return _pick(inputs, train), _pick(labels, train), _pick(inputs, test), _pick(labels, test)


def _gate(outputs: list[float], signed: bool, where: str) -> Examples:
    if not isinstance(signed, bool):
        raise NeuronsError(f"{where}: signed must be True or False but got {show(signed)}")
    inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    labels = [[output] for output in outputs]
    if signed:
        inputs = [[2.0 * x0 - 1.0, 2.0 * x1 - 1.0] for x0, x1 in inputs]
        labels = [[2.0 * output - 1.0] for output in outputs]
    return inputs, labels


def _two_classes(
    point: Callable[[int, Random], tuple[float, float]], num_examples: int, noise: float, seed: int | None, where: str
) -> Examples:
    count = checked_count(num_examples, f"{where}: num_examples")
    if count < 2:
        raise NeuronsError(f"{where}: num_examples must be at least 2, one for each label, but got {count}")
    deviation = _checked_amount(noise, f"{where}: noise")
    if deviation < 0.0:
        raise NeuronsError(f"{where}: noise must be 0 or more but got {show(noise)}")
    rng = generator(seed, f"{where}: ")
    examples = []
    for n in range(count):
        label = n % 2
        x0, x1 = point(label, rng)
        noisy_x0 = x0 + rng.gauss(0.0, deviation)  # drawn even if 0: one seed means the same places, whatever the noise
        noisy_x1 = x1 + rng.gauss(0.0, deviation)
        examples.append(([noisy_x0, noisy_x1], [float(label)]))
    rng.shuffle(examples)
    return [inputs for inputs, _ in examples], [label for _, label in examples]


def _checked_amount(value: Any, what: str) -> float:
    if isinstance(value, bool):
        raise NeuronsError(f"{what} must be a number but got {value}")
    return checked_number(value, what)


def _is_array(values: Any) -> bool:
    numpy = sys.modules.get("numpy")  # whoever has an array has imported NumPy; lists do not need it
    return numpy is not None and isinstance(values, numpy.ndarray)


def _check_is_sequence(values: Any, what: str) -> None:
    if _is_array(values) and values.ndim == 0:
        raise NeuronsError(f"{what} must hold one example per row but got a single number, {show(values)}")
    if not _is_array(values) and not isinstance(values, (list, tuple)):
        raise NeuronsError(
            f"{what} must be a list or a NumPy array, one entry for each example, but got {show(values)}"
        )


def _pick(values: Any, indices: list[int]) -> Any:
    if _is_array(values):
        return values[indices]
    return [values[index] for index in indices]
