"""Small numbers to probe exercises with: the smallest and simplest first, then drawn ones."""

import os
import random
from typing import Any

from neurons.classroom.exercises.checking import same
from neurons.datasets import digits, mnist
from neurons.datasets.mnist import found_in
from neurons.errors import FileError
from neurons.layer import Layer
from neurons.neuron import Neuron

TRAIN_IMAGES, TEST_IMAGES = 15_000, 10_000
FIRST: list[tuple[list[float], float, list[float]]] = [
    ([0.5], 0.25, [2.0]),
    ([-1.5], 0.5, [0.5]),
    ([0.5, -1.0], 0.25, [2.0, 1.5]),
]


def small(rng: random.Random, largest: float = 2.0) -> float:
    """A number with two decimals, positive or negative, not near 0."""
    return rng.choice((-1.0, 1.0)) * round(rng.uniform(0.2, largest), 2)


def numbers(rng: random.Random, count: int) -> list[float]:
    """A list of small numbers."""
    return [small(rng) for _ in range(count)]


def shown(values: list[float]) -> str:
    """[0.5, -1]."""
    return "[" + ", ".join(f"{value:g}" for value in values) + "]"


def neurons(rng: random.Random) -> Any:
    """(a neuron of ours, inputs, both in words), from one input upward."""
    drawn = [(numbers(rng, size), small(rng), numbers(rng, size)) for size in (1, 2, 3, 5)]
    for weights, bias, inputs in FIRST + drawn:
        neuron = Neuron(len(weights), weights=weights, bias=bias)
        yield neuron, inputs, f"weights {shown(weights)}, bias {bias:g}, inputs {shown(inputs)}"


def made(student: Any, neuron: Neuron) -> Any:
    """The student's neuron with the numbers of ours."""
    theirs = student.Neuron(neuron.num_inputs)
    theirs.weights = neuron.weights
    theirs.bias = neuron.bias
    return theirs


def once_more(theirs: Any, neuron: Neuron, inputs: list[float], output_gradient: float) -> Any:
    """The same forward and backward pass again: nothing may be added to what the first one left."""
    theirs.forward(inputs)
    theirs.backward_pass(output_gradient)
    how = "the numbers of this pass alone"
    yield same("gradients of the same passes again", theirs.gradients, neuron.gradients, how)
    yield same("bias_gradient of the same passes again", theirs.bias_gradient, neuron.bias_gradient, how)


def layer_of(rng: random.Random, num_inputs: int, num_neurons: int) -> Layer:
    """A layer of ours with small numbers."""
    layer = Layer(num_inputs, num_neurons)
    for neuron in layer.neurons:
        neuron.weights, neuron.bias = numbers(rng, num_inputs), small(rng)
    return layer


def layers(rng: random.Random) -> Any:
    """(a layer of ours, inputs, the layer in words), from one neuron upward, square ones included."""
    for num_inputs, num_neurons in ((1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)):
        layer = layer_of(rng, num_inputs, num_neurons)
        rows = ", ".join(f"{shown(neuron.weights)} bias {neuron.bias:g}" for neuron in layer.neurons)
        yield layer, numbers(rng, num_inputs), f"a layer with the weights {rows}"


def made_layer(student: Any, layer: Layer) -> Any:
    """The student's layer with the numbers of ours."""
    theirs = student.Layer(layer.num_inputs, layer.num_neurons)
    for neuron, ours in zip(theirs.neurons, layer.neurons, strict=True):
        neuron.weights = ours.weights
        neuron.bias = ours.bias
    return theirs


def parameters_of(model: Any, of_gradients: bool = False) -> list[Any]:
    """[W1, b1, W2, b2, ...] as lists, or their gradients."""
    weights, bias = ("gradients", "bias_gradient") if of_gradients else ("weights", "bias")
    parts: list[Any] = []
    for layer in model.layers:
        parts.append([list(getattr(neuron, weights)) for neuron in layer.neurons])
        parts.append([getattr(neuron, bias) for neuron in layer.neurons])
    return parts


def sum_of(neuron: Any) -> str:
    """z in numbers: 0.5*2 + -1*3 + 0.25."""
    terms = [f"{weight:g}*{given:g}" for weight, given in zip(neuron.weights, neuron.input_activation, strict=True)]
    return f"{' + '.join(terms)} + {neuron.bias:g}"


def chain(neuron: Any) -> str:
    """The gradients in numbers: error * input, with the factors of the error."""
    products = ", ".join(f"{neuron.error:.6g}*{given:g}" for given in neuron.input_activation)
    return (
        f"error * input: [{products}], where error = output_gradient * slope"
        f" = {neuron.output_gradient:g} * {neuron.activation_gradient:.6g}"
    )


def images() -> tuple[Any, Any, Any, Any, str]:
    """Images of 28x28 pixels (count, 784) as bytes, with their labels: to learn from, and others; and what they are.

    MNIST's where NEURONS_DATA says they are; otherwise the 8x8 digits of the package, each pixel three times as wide.
    """
    import numpy as np

    folder = os.environ.get("NEURONS_DATA")
    if folder:
        try:
            if found_in("NEURONS_DATA", folder) is None:  # `mnist` would go and download them
                raise FileError(f"{folder} does not hold MNIST")
            data: Any = mnist(folder, dtype="uint8")
            return (
                data.train_inputs[:TRAIN_IMAGES],
                data.train_labels[:TRAIN_IMAGES],
                data.test_inputs[:TEST_IMAGES],
                data.test_labels[:TEST_IMAGES],
                "images of MNIST",
            )
        except FileError:
            pass  # it names other data: the digits of the package will do
    data = digits()

    def enlarged(inputs: Any) -> Any:
        squares = (inputs * 255.0).astype(np.uint8).reshape(-1, 8, 8)  # (image, row, column)
        large = squares.repeat(3, axis=1).repeat(3, axis=2)  # (image, 24, 24)
        return np.pad(large, ((0, 0), (2, 2), (2, 2))).reshape(len(inputs), 784)  # (image, pixel)

    return (
        enlarged(data.train_inputs),
        data.train_labels,
        enlarged(data.test_inputs),
        data.test_labels,
        "digits of 8x8 pixels, enlarged",
    )
