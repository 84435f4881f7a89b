"""04 One neuron's forward pass, which keeps its numbers for later."""

from math import tanh


def sigmoid(z):
    return 0.5 + 0.5 * tanh(0.5 * z)  # the same as 1 / (1 + exp(-z)), and never too large for Python


class Neuron:
    def __init__(self, num_inputs):
        self.weights = [0.1] * num_inputs
        self.bias = 0.0

    def forward(self, inputs):
        """Return the activation; keep a copy of the inputs, z and a for the backward pass, under these names:

        self.input_activation (a list), self.linear_activation (z), self.activation (a).
        """
        raise NotImplementedError("write Neuron.forward")
