"""The activation functions that a program may have, by name: those of the catalogue, and some that it composes."""

import re
from collections.abc import Iterator

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.diagnosis.reference import ACT, softmax

SLOPES = (0.01, 0.1, 0.2, 0.3, 0.001, 0.05, 0.02, 0.25, 0.5)  # of leaky ReLUs


def one_softmax(z: Array) -> Array:
    """The softmax of one row."""
    return softmax(z[None])[0]


# What a forward pass may compute by mistake, and what is meant: name -> (function, the right name, the mistake).
COMPOSED = {
    "softmax of sigmoid": (lambda z: one_softmax(ACT["sigmoid"](z)), "softmax", "C9"),
    "softmax of relu": (lambda z: one_softmax(ACT["relu"](z)), "softmax", "C9"),
    "softmax of softmax": (lambda z: one_softmax(one_softmax(z)), "softmax", "C6"),
    "sigmoid of sigmoid": (lambda z: ACT["sigmoid"](ACT["sigmoid"](z)), "sigmoid", "F3"),
    "tanh of tanh": (lambda z: np.tanh(np.tanh(z)), "tanh", "F3"),
}


def act(name: str, z: Array) -> Array:
    """act(z) of one example."""
    if name in COMPOSED:
        return COMPOSED[name][0](z)
    return one_softmax(z) if name == "softmax" else ACT[name](z)


def names_for(text: str, num_neurons: int) -> Iterator[str]:
    """The functions that may stand in a program with this text, the most telling first."""
    if num_neurons > 1:
        yield "softmax"
    yield from ("sigmoid", "tanh", "elu", "softplus", "swish")
    yield from COMPOSED if num_neurons > 1 else ("sigmoid of sigmoid", "tanh of tanh")
    own = {float(number) for number in re.findall(r"(?<![\w.])(0?\.\d+|\d+e-\d+)", text)}
    for slope in dict.fromkeys([*SLOPES, *sorted(number for number in own if 0.0 < number < 1.0)]):
        yield "leaky_relu" if slope == 0.01 else f"leaky_relu({slope:g})"
    yield from ("relu", "identity")
