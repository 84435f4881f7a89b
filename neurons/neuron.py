"""One neuron: a weighted sum, an activation, and the chain rule, one factor per line."""

import copy
import random
from math import isfinite

from neurons.activations import Activation, sigmoid
from neurons.checks import (
    LARGEST_LEARNING_RATE,
    ListLike,
    accepted_gradient,
    accepted_inputs,
    cannot_be_summed,
    check_step,
    checked_activation,
    checked_count,
    checked_number,
    checked_numbers,
    checked_rng,
    made_of_floats,
)
from neurons.initialisation import default_init
from neurons.text import describe


class Neuron:
    """a = act(w[0] * i[0] + w[1] * i[1] + ... + b), and the gradients of its weights, bias and inputs.

    `num_inputs` weights and a bias are drawn from `rng`, a `random.Random`, unless they are given. A wrong argument
    raises a `NeuronsError`. Source: the lesson's pseudocode for one neuron, with the slope of the sigmoid corrected.
    """

    def __init__(
        self,
        num_inputs: int,
        act: Activation = sigmoid,
        *,
        weights: ListLike | None = None,
        bias: float | None = None,
        rng: random.Random | None = None,
        name: str = "neuron",
    ) -> None:
        self.name = str(name)
        self.num_inputs = checked_count(num_inputs, f"{name}: num_inputs")
        self.activation_function = checked_activation(act, f"{name}: act")
        self.act = act.act  # z -> a
        self.delta_act = act.delta_act  # z -> da/dz
        drawn_weights, drawn_bias = default_init(act)(self.num_inputs, 1, checked_rng(rng, name))
        self.weights = drawn_weights if weights is None else checked_numbers(weights, f"{name}: weights", num_inputs)
        self.bias = drawn_bias if bias is None else checked_number(bias, f"{name}: bias")

        # The forward pass of one example.
        self.input_activation: list[float] | None = None  # i: what came in, one number per weight
        self.linear_activation: float | None = None  # z = sum(w * i) + b
        self.activation: float | None = None  # a = act(z)
        self.awaits_gradient = False  # True from a forward until its backward_pass

        # The backward pass of the same example.
        self.output_gradient: float | None = None  # dL/da: came in from the next layer, or from the loss
        self.activation_gradient: float | None = None  # da/dz: the slope of the activation function at z
        self.error: float | None = None  # dL/dz = dL/da * da/dz
        self.gradients: list[float] | None = None  # dL/dw = dL/dz * i, one per weight
        self.bias_gradient: float | None = None  # dL/db = dL/dz
        self.input_gradients: list[float] | None = None  # dL/di = dL/dz * w, one per input

        self.start_batch()

    def start_batch(self) -> None:
        """Forget the gradients collected since the last step."""
        # -0.0, since a first gradient added to it stays as it is in every bit; a -0.0 added to 0.0 does not
        self.gradient_sums, self.bias_gradient_sum, self.num_examples = [-0.0] * self.num_inputs, -0.0, 0

    def forward(self, inputs: list[float]) -> float:
        """Return the activation for one example's `inputs`, a list with one number per weight."""
        if not (type(inputs) is type(self.weights) is list and len(inputs) == len(self.weights)):
            inputs = accepted_inputs(self, inputs)

        linear_activation = 0.0
        try:
            for weight_idx, weight in enumerate(self.weights):
                linear_activation += weight * inputs[weight_idx]
            linear_activation += self.bias
        except (TypeError, OverflowError):
            raise cannot_be_summed(self, inputs) from None
        if type(linear_activation) is not float:  # NumPy numbers make a NumPy sum: start again with plain floats
            return self.forward(made_of_floats(self, inputs))
        if not isfinite(linear_activation):
            raise cannot_be_summed(self, inputs)

        self.activation = self.act(linear_activation)
        self.linear_activation = linear_activation
        self.input_activation = inputs.copy()
        self.awaits_gradient = True
        self.output_gradient = self.activation_gradient = self.error = None  # they belong to the example before
        self.gradients = self.bias_gradient = self.input_gradients = None
        return self.activation

    def backward_pass(self, output_gradient: float) -> list[float]:
        """Return the input gradients dL/di, one per input, for dL/da; no weight changes.

        Raises `OrderError` before a `forward`, and when the same `forward` had its backward pass already.
        """
        if not (self.awaits_gradient and type(output_gradient) is float and isfinite(output_gradient)):
            output_gradient = accepted_gradient(self, output_gradient)

        self.output_gradient = output_gradient
        activation_gradient = self.activation_gradient = self.delta_act(self.linear_activation)
        error = self.error = output_gradient * activation_gradient
        self.gradients, self.input_gradients = [0.0] * self.num_inputs, [0.0] * self.num_inputs

        for weight_idx, weight in enumerate(self.weights):
            gradient = self.gradients[weight_idx] = error * self.input_activation[weight_idx]
            self.gradient_sums[weight_idx] += gradient
            self.input_gradients[weight_idx] += error * weight

        self.bias_gradient = error
        self.bias_gradient_sum += error
        self.num_examples, self.awaits_gradient = self.num_examples + 1, False  # each forward counts once
        return self.input_gradients

    def step(self, learning_rate: float) -> None:
        """Move each weight against the mean of its gradients since the last step, and start a new batch."""
        num_examples, weights = self.num_examples, self.weights
        if not (num_examples and type(learning_rate) is float and 0.0 < learning_rate <= LARGEST_LEARNING_RATE):
            learning_rate = check_step(self, learning_rate)

        for weight_idx, gradient_sum in enumerate(self.gradient_sums):
            weights[weight_idx] -= learning_rate * (gradient_sum / num_examples)
        self.bias -= learning_rate * (self.bias_gradient_sum / num_examples)
        # start_batch(), written out: the call would cost a twentieth of the time
        self.gradient_sums, self.bias_gradient_sum, self.num_examples = [-0.0] * self.num_inputs, -0.0, 0

    def copy(self) -> "Neuron":
        """A neuron of its own with the same numbers, those of the last pass and of the batch included."""
        twin = copy.copy(self)
        twin.weights = self.weights[:]
        twin.gradient_sums = self.gradient_sums[:]
        return twin

    def __repr__(self) -> str:
        words = {"w": "weights", "b": "bias", "z": "linear_activation", "a": "activation", "error": "error"}
        return describe(self, words)
