"""neurons: neural networks at the level of objects, to read, to step through and to teach with.

>>> from neurons import Model, datasets
>>> model = Model.from_sizes([2, 8, 1], seed=0)
>>> inputs, labels = datasets.xor()
>>> history = model.fit(inputs, labels, epochs=1000, learning_rate=1.0, seed=0)
>>> model.accuracy(inputs, labels)
1.0
"""

from importlib import import_module
from typing import Any

from neurons.activations import LeakyReLU, identity, leaky_relu, relu, sigmoid, tanh
from neurons.errors import FileError, HealthWarning, LengthError, NeuronsError, NotFiniteError, OrderError
from neurons.gradient_check import check_gradients
from neurons.layer import Layer
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy, softmax, softmax_jacobian
from neurons.model import Model
from neurons.neuron import Neuron
from neurons.optimisers import SGD, Adam, Momentum
from neurons.training.history import History

__version__ = "0.2.0"

ROOMS = ("classroom", "datasets", "debug", "health", "plots")  # loaded when first touched
DOORS = {  # functions of rooms, likewise
    "Stepper": "neurons.inspection.page.page",
    "narrate": "neurons.inspection.narrate",
}

__all__ = [
    "MSE",
    "SGD",
    "Adam",
    "BinaryCrossEntropy",
    "FileError",
    "HealthWarning",
    "History",
    "Layer",
    "LeakyReLU",
    "LengthError",
    "Model",
    "Momentum",
    "Neuron",
    "NeuronsError",
    "NotFiniteError",
    "OrderError",
    "SoftmaxCrossEntropy",
    "Stepper",
    "check_gradients",
    "classroom",
    "datasets",
    "health",
    "identity",
    "leaky_relu",
    "narrate",
    "relu",
    "sigmoid",
    "softmax",
    "softmax_jacobian",
    "tanh",
]


def __getattr__(name: str) -> Any:
    if name in ROOMS:
        return import_module(f"neurons.{name}")
    if name in DOORS:
        return getattr(import_module(DOORS[name]), name)
    raise AttributeError(f"module 'neurons' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(ROOMS) | set(DOORS))
