"""07 The backward pass goes on: what does the neuron tell the neurons before it?"""

from math import tanh


def sigmoid(z):
    return 0.5 + 0.5 * tanh(0.5 * z)  # the same as 1 / (1 + exp(-z)), and never too large for Python


def delta_sigmoid(z):
    a = sigmoid(z)
    return a * (1.0 - a)


class Neuron:
    def __init__(self, num_inputs):
        self.weights = [0.1] * num_inputs
        self.bias = 0.0

    def forward(self, inputs):
        linear_activation = 0.0
        for weight_idx, weight in enumerate(self.weights):
            linear_activation += weight * inputs[weight_idx]
        linear_activation += self.bias
        self.input_activation = list(inputs)
        self.linear_activation = linear_activation
        self.activation = sigmoid(linear_activation)
        return self.activation

    def backward_pass(self, output_gradient):
        """Set the gradients as before, and return the input gradients dL/di: a list, one per input."""
        activation_gradient = delta_sigmoid(self.linear_activation)
        error = output_gradient * activation_gradient
        self.gradients = []
        input_gradients = []
        for weight_idx, weight in enumerate(self.weights):
            self.gradients.append(error * self.input_activation[weight_idx])
            input_gradients.append(error * weight)
        self.bias_gradient = error
        return input_gradients
