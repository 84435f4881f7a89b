"""States of a network that tell its numbers apart: recorded there, each number of a line can be only one number.

Weights, inputs and labels are random, so that no two numbers are the same by chance. A function with a kink has
the same slope in many neurons: so each layer that has one is once below the kink, while the others are above.
"""

from operator import mul
from random import Random
from typing import Any, NamedTuple

from neurons.activations import Identity, Sigmoid, Tanh
from neurons.losses import SoftmaxCrossEntropy

SIZE = 1.5  # of the sum of all products at most; the bias, 2, says on which side of the kink z lies
BIAS = 2.0
SMOOTH = (Sigmoid, Tanh, Identity)


class State(NamedTuple):
    """A model and an example."""

    model: Any
    inputs: list[float]
    label: list[float]
    learning_rate: float
    num_steps: int = 1  # that the optimiser has taken before


def states_of(model):
    """At least two; one `State` for each layer that is below its kink. `model` is one to copy."""
    rng = Random(1)
    kinks = [i for i, layer in enumerate(model.layers) if not isinstance(layer.activation_function, SMOOTH)]
    states = [random_state(model, rng, below) for below in [-1, *(kinks or [-1])]]
    return [state._replace(num_steps=number) for number, state in enumerate(states, 1)]


def random_state(model, rng, below):
    """A state of random numbers; the neurons of the layer `below` have a z below 0, all others above."""
    copy = model.copy()
    inputs = [random_number(rng, 1.0) for _ in range(model.layers[0].num_inputs)]
    activations = inputs
    for layer_idx, layer in enumerate(copy.layers):
        bias = -BIAS if layer_idx == below else BIAS
        largest = SIZE / max(layer.num_inputs, sum(map(abs, activations)))
        for neuron in layer.neurons:
            neuron.weights[:] = [random_number(rng, largest) for _ in neuron.weights]
            neuron.bias = bias + random_number(rng, 0.4)
        all_z = [sum(map(mul, neuron.weights, activations), start=neuron.bias) for neuron in layer.neurons]
        activations = [layer.activation_function.act(z) for z in all_z]
    return State(copy, inputs, random_label(model, rng), 0.1 + rng.random())


def random_number(rng, largest):
    """A number of either sign, not next to 0."""
    return rng.choice((-1.0, 1.0)) * largest * (0.1 + 0.9 * rng.random())


def random_label(model, rng):
    """A label that the loss takes, with no 0 in it."""
    label = [0.1 + 0.8 * rng.random() for _ in model.layers[-1].neurons]
    if isinstance(model.loss, SoftmaxCrossEntropy):
        total = sum(label)
        label = [share / total for share in label]
    return label
