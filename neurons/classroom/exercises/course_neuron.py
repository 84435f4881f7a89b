"""The neuron of the course in its shortest form: what a slip gets wrong in one method, the others here do right."""

from math import tanh
from typing import Any


def sigmoid(z: float) -> float:
    """Without overflow."""
    return 0.5 * (1.0 + tanh(0.5 * z))


def products(weights: list[float], inputs: list[float]) -> list[float]:
    """Each weight times its input."""
    return [weight * given for weight, given in zip(weights, inputs, strict=True)]


KEPT = {  # names from paper, in the methods of a neuron that has kept its numbers
    "z": "forward has kept z as self.linear_activation.",
    "a": "forward has kept a as self.activation.",
    "i": "forward has kept the inputs as self.input_activation. Or is i an index? `for i in range(len(self.weights)):`",
    "x": "forward has kept the inputs as self.input_activation.",
    "inputs": "forward has kept the inputs as self.input_activation.",
    "w": "The weights belong to the neuron: self.weights.",
    "b": "The bias belongs to the neuron: self.bias.",
    "y": "The label is in output_gradient already.",
    "label": "The label is in output_gradient already.",
    "error": "Work out the error first: the lesson says which two factors it is made of.",
}


class CourseNeuron:
    """A neuron as exercises 04 to 08 build it."""

    def __init__(self, num_inputs: int) -> None:
        self.weights = [0.1] * num_inputs
        self.bias = 0.0

    def forward(self, inputs: list[float]) -> Any:
        self.keep(inputs, sum(products(self.weights, inputs)) + self.bias)
        return self.activation

    def keep(self, inputs: list[float], z: float) -> None:
        """Store what the forward pass has computed."""
        self.input_activation = list(inputs)
        self.linear_activation = z
        self.activation = sigmoid(z)

    def error_for(self, output_gradient: float) -> float:
        """dL/dz."""
        return output_gradient * sigmoid(self.linear_activation) * sigmoid(-self.linear_activation)

    def backward_pass(self, output_gradient: float) -> Any:
        error = self.error_for(output_gradient)
        self.gradients = [error * given for given in self.input_activation]
        self.bias_gradient = error
        return [error * weight for weight in self.weights]

    def step(self, learning_rate: float) -> Any:
        self.weights = [w - learning_rate * g for w, g in zip(self.weights, self.gradients, strict=True)]
        self.bias -= learning_rate * self.bias_gradient
