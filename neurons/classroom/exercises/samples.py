"""Neurons and layers of ours to probe exercises with, and the student's with the same numbers; and their arithmetic."""

import random
from collections.abc import Iterator
from typing import Any

from neurons import Layer, Neuron
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.numbers import numbers_text, small_number, small_numbers

FIRST: list[tuple[list[float], float, list[float]]] = [
    ([0.5], 0.25, [2.0]),
    ([-1.5], 0.5, [0.5]),
    ([0.5, -1.0], 0.25, [2.0, 1.5]),
]


def sample_neurons(rng: random.Random) -> Iterator[tuple[Neuron, list[float], str]]:
    """(a neuron of ours, inputs, both in words), from one input upward."""
    drawn = [(small_numbers(rng, size), small_number(rng), small_numbers(rng, size)) for size in (1, 2, 3, 5)]
    for weights, bias, inputs in FIRST + drawn:
        neuron = Neuron(len(weights), weights=weights, bias=bias)
        yield neuron, inputs, f"weights {numbers_text(weights)}, bias {bias:g}, inputs {numbers_text(inputs)}"


def student_neuron(student: Any, neuron: Neuron) -> Any:
    """The student's neuron with the numbers of ours."""
    theirs = student.Neuron(neuron.num_inputs)
    theirs.weights = neuron.weights
    theirs.bias = neuron.bias
    return theirs


def backward_probes(student: Any, rng: random.Random, *, returns: bool = False) -> Iterator[Expect | Given]:
    """Forward and backward passes of neurons; `returns` where the backward pass returns the input gradients."""
    for neuron, inputs, text in sample_neurons(rng):
        output_gradient = small_number(rng)
        yield Given(f"{text}, output_gradient {output_gradient:g}")
        theirs = student_neuron(student, neuron)
        theirs.forward(inputs)
        neuron.forward(inputs)
        yield Expect("activation", theirs.activation, neuron.activation)
        returned = theirs.backward_pass(output_gradient)
        expected = neuron.backward_pass(output_gradient)
        yield Expect("gradients", theirs.gradients, neuron.gradients, chain_rule_text(neuron))
        yield Expect("bias_gradient", theirs.bias_gradient, neuron.bias_gradient, f"the error {neuron.error:.6g}")
        if returns:
            products = ", ".join(f"{neuron.error:.6g}*{weight:g}" for weight in neuron.weights)
            yield Expect("what backward_pass returns", returned, expected, f"error * weight: [{products}]")
        yield Expect("weights (they must not move yet)", theirs.weights, neuron.weights)
        yield from same_passes_again(theirs, neuron, inputs, output_gradient)


def same_passes_again(theirs: Any, neuron: Neuron, inputs: list[float], output_gradient: float) -> Iterator[Expect]:
    """The same forward and backward pass again: nothing may be added to what the first one left."""
    theirs.forward(inputs)
    theirs.backward_pass(output_gradient)
    how = "the numbers of this pass alone"
    yield Expect("gradients of the same passes again", theirs.gradients, neuron.gradients, how)
    yield Expect("bias_gradient of the same passes again", theirs.bias_gradient, neuron.bias_gradient, how)


def sample_layer(rng: random.Random, num_inputs: int, num_neurons: int) -> Layer:
    """A layer of ours with small numbers."""
    layer = Layer(num_inputs, num_neurons)
    for neuron in layer.neurons:
        neuron.weights, neuron.bias = small_numbers(rng, num_inputs), small_number(rng)
    return layer


def sample_layers(rng: random.Random) -> Iterator[tuple[Layer, list[float], str]]:
    """(a layer of ours, inputs, the layer in words), from one neuron upward, square ones included."""
    for num_inputs, num_neurons in ((1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)):
        layer = sample_layer(rng, num_inputs, num_neurons)
        rows = ", ".join(f"{numbers_text(neuron.weights)} bias {neuron.bias:g}" for neuron in layer.neurons)
        yield layer, small_numbers(rng, num_inputs), f"a layer with the weights {rows}"


def student_layer(student: Any, layer: Layer) -> Any:
    """The student's layer with the numbers of ours."""
    theirs = student.Layer(layer.num_inputs, layer.num_neurons)
    for neuron, ours in zip(theirs.neurons, layer.neurons, strict=True):
        neuron.weights = ours.weights
        neuron.bias = ours.bias
    return theirs


def model_parameters(model: Any) -> list[Any]:
    """[W1, b1, W2, b2, ...] as lists."""
    return lists_by_layer(model, "weights", "bias")


def model_gradients(model: Any) -> list[Any]:
    """Their gradients."""
    return lists_by_layer(model, "gradients", "bias_gradient")


def lists_by_layer(model: Any, of_weights: str, of_bias: str) -> list[Any]:
    """For each layer two lists: these attributes of its neurons."""
    parts: list[Any] = []
    for layer in model.layers:
        parts.append([list(getattr(neuron, of_weights)) for neuron in layer.neurons])
        parts.append([getattr(neuron, of_bias) for neuron in layer.neurons])
    return parts


def sum_text(neuron: Any) -> str:
    """z in numbers: 0.5*2 + -1*3 + 0.25."""
    terms = [f"{weight:g}*{given:g}" for weight, given in zip(neuron.weights, neuron.input_activation, strict=True)]
    return f"{' + '.join(terms)} + {neuron.bias:g}"


def chain_rule_text(neuron: Any) -> str:
    """The gradients in numbers: error * input, with the factors of the error."""
    products = ", ".join(f"{neuron.error:.6g}*{given:g}" for given in neuron.input_activation)
    return (
        f"error * input: [{products}], where error = output_gradient * slope"
        f" = {neuron.output_gradient:g} * {neuron.activation_gradient:.6g}"
    )
