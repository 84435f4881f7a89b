"""One neuron: a weighted sum, an activation, and the chain rule, one factor per line."""

import copy
from math import isfinite
from random import Random

from neurons.activations import Activation, sigmoid
from neurons.checks import ListLike, checked_activation, checked_count
from neurons.errors import LengthError, NotFiniteError, OrderError
from neurons.initialisation import given_or_drawn
from neurons.text import describe_neuron


class Neuron:
    """a = act(w[0] * i[0] + w[1] * i[1] + ... + b), and the gradients of its weights, bias and inputs."""

    def __init__(
        self,
        num_inputs: int,
        act: Activation = sigmoid,
        *,
        weights: ListLike | None = None,
        bias: float | None = None,
        rng: Random | None = None,
        name: str = "neuron",
    ) -> None:
        self.name = name
        self.num_inputs = checked_count(num_inputs, f"{name}: num_inputs")
        self.activation_function = checked_activation(act, f"{name}: act")
        self.act, self.delta_act = act.act, act.delta_act
        self.weights, self.bias = given_or_drawn(weights, bias, self.num_inputs, act, rng, name)

        # The forward pass, then the backward pass, of the last example; None before them.
        self.input_activation: list[float] | None = None  # i: what came in, one number per weight
        self.linear_activation: float | None = None  # z = sum(w * i) + b
        self.activation: float | None = None  # a = act(z)

        self.output_gradient: float | None = None  # dL/da: came in from the next layer, or from the loss
        self.activation_gradient: float | None = None  # da/dz: the slope of act at z
        self.error: float | None = None  # dL/dz = dL/da * da/dz
        self.gradients: list[float] | None = None  # dL/dw = dL/dz * i, one per weight
        self.bias_gradient: float | None = None  # dL/db = dL/dz
        self.input_gradients: list[float] | None = None  # dL/di = dL/dz * w, one per input
        self.start_batch()

    def start_batch(self) -> None:
        """Forget the gradients collected since the last step."""
        self.gradient_sums = [0.0] * self.num_inputs
        self.bias_gradient_sum = 0.0
        self.num_examples = 0

    def forward(self, inputs: ListLike) -> float:
        """Return the activation for one example's `inputs`, one number per weight."""
        if len(inputs) != self.num_inputs:
            raise LengthError(f"{self.name} has {self.num_inputs} weights but got {len(inputs)} inputs")
        input_activation = list(inputs)

        linear_activation = 0.0
        for weight_idx, weight in enumerate(self.weights):
            linear_activation += weight * input_activation[weight_idx]
        linear_activation += self.bias
        if not isfinite(linear_activation):
            raise NotFiniteError(f"{self.name}: the weighted sum is {linear_activation}")

        self.input_activation = input_activation
        self.linear_activation = linear_activation
        self.activation = self.act(linear_activation)
        self.output_gradient = None
        self.activation_gradient = None
        self.error = None
        self.gradients = None
        self.bias_gradient = None
        self.input_gradients = None
        return self.activation

    def backward_pass(self, output_gradient: float) -> list[float]:
        """Return dL/di, one per input, for dL/da. No weight moves."""
        if self.activation is None or self.input_gradients is not None:
            raise OrderError(f"{self.name}: call forward before each backward_pass")

        activation_gradient = self.delta_act(self.linear_activation)
        error = output_gradient * activation_gradient
        gradients = [0.0] * self.num_inputs
        input_gradients = [0.0] * self.num_inputs
        gradient_sums = self.gradient_sums
        for weight_idx, weight in enumerate(self.weights):
            gradients[weight_idx] = error * self.input_activation[weight_idx]
            input_gradients[weight_idx] += error * weight
            gradient_sums[weight_idx] += gradients[weight_idx]

        self.bias_gradient_sum += error
        self.num_examples += 1
        self.output_gradient = output_gradient
        self.activation_gradient = activation_gradient
        self.error = error
        self.gradients = gradients
        self.bias_gradient = error
        self.input_gradients = input_gradients
        return input_gradients

    def step(self, learning_rate: float) -> None:
        """Move each weight against the mean of its gradients since the last step."""
        if self.num_examples == 0:
            raise OrderError(f"{self.name}: call backward_pass before step: there are no gradients to apply")
        for weight_idx, gradient_sum in enumerate(self.gradient_sums):
            self.weights[weight_idx] -= learning_rate * (gradient_sum / self.num_examples)
        self.bias -= learning_rate * (self.bias_gradient_sum / self.num_examples)
        self.start_batch()

    def copy(self) -> "Neuron":
        """A neuron of its own with the same numbers."""
        twin = copy.copy(self)
        twin.weights, twin.gradient_sums = list(self.weights), list(self.gradient_sums)
        return twin

    def __repr__(self) -> str:
        return describe_neuron(self)
