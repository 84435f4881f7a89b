"""One layer: several neurons that look at the same inputs."""

import copy
from random import Random
from typing import Any

from neurons.activations import Activation, sigmoid
from neurons.checks import ListLike, checked_activation, checked_count, checked_rng
from neurons.errors import LengthError
from neurons.initialisation import Initialiser, find_init
from neurons.neuron import Neuron
from neurons.text import summary


class Layer:
    """`num_neurons` neurons with `num_inputs` weights each, in the list `neurons`.

    `init` says where the first weights come from: None (the default of `act`), a name or a function of
    `neurons.initialisation`; `rng` is the `random.Random` they are drawn from.
    """

    def __init__(
        self,
        num_inputs: int,
        num_neurons: int,
        act: Activation = sigmoid,
        *,
        init: str | Initialiser | None = None,
        rng: Random | None = None,
        name: str | None = None,
    ) -> None:
        where = name or "layer"
        self.num_inputs = checked_count(num_inputs, f"{where}: num_inputs")
        self.num_neurons = checked_count(num_neurons, f"{where}: num_neurons")
        self.activation_function = checked_activation(act, f"{where}: act")
        draw = find_init(init, act)
        rng = checked_rng(rng, where)
        self.neurons = []
        for _ in range(num_neurons):
            weights, bias = draw(num_inputs, num_neurons, rng)
            self.neurons.append(Neuron(num_inputs, act, weights=weights, bias=bias))
        self.name = name

    def forward(self, inputs: ListLike) -> list[float]:
        """Return the activations, one per neuron, for one example's `inputs`."""
        if hasattr(inputs, "tolist"):
            inputs = inputs.tolist()  # of an array: what stands on a neuron are Python's numbers
        activations = []
        for neuron in self.neurons:
            activations.append(neuron.forward(inputs))
        return activations

    def backward_pass(self, output_gradients: ListLike) -> list[float]:
        """Return dL/di, one per input: each the sum of what the neurons say about that input."""
        if len(output_gradients) != len(self.neurons):
            raise LengthError(
                f"{self.name} has {len(self.neurons)} neurons but got {len(output_gradients)} output gradients"
            )
        if hasattr(output_gradients, "tolist"):
            output_gradients = output_gradients.tolist()
        sum_of_input_gradients = [0.0] * self.num_inputs
        for neuron_idx, neuron in enumerate(self.neurons):
            input_gradients = neuron.backward_pass(output_gradients[neuron_idx])
            for input_idx, input_gradient in enumerate(input_gradients):
                sum_of_input_gradients[input_idx] += input_gradient
        return sum_of_input_gradients

    def step(self, learning_rate: float) -> None:
        """Let every neuron take its step."""
        for neuron in self.neurons:
            neuron.step(learning_rate)

    def start_batch(self) -> None:
        """Forget the gradients collected since the last step."""
        for neuron in self.neurons:
            neuron.start_batch()

    def forget_pass(self) -> None:
        """Leave no neuron ready for a backward pass."""
        for neuron in self.neurons:
            neuron.activation = None

    def copy(self) -> "Layer":
        """A copy with the same numbers."""
        twin = copy.copy(self)
        twin.neurons = [neuron.copy() for neuron in self.neurons]
        return twin

    _name: str | None = None  # there before __init__ has finished: a debugger may ask for it

    @property
    def name(self) -> str | None:
        """The layer's name; its neurons are called `name[0]`, `name[1]`, ..."""
        return self._name

    @name.setter
    def name(self, name: str | None) -> None:
        self._name = name
        for neuron_idx, neuron in enumerate(self.neurons):
            neuron.name = f"{name or 'layer'}[{neuron_idx}]"

    def __repr__(self) -> str:
        return summary(self, {"neurons": "num_neurons", "inputs": "num_inputs", "act": "activation_function"})


def count_parameters(layers: list[Any]) -> int:
    """How many weights and biases these layers have."""
    return sum((layer.num_inputs + 1) * layer.num_neurons for layer in layers)
