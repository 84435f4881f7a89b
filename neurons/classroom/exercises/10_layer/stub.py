"""10 A layer: several neurons that look at the same inputs."""

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
        activation_gradient = delta_sigmoid(self.linear_activation)
        error = output_gradient * activation_gradient
        self.gradients = []
        input_gradients = []
        for weight_idx, weight in enumerate(self.weights):
            self.gradients.append(error * self.input_activation[weight_idx])
            input_gradients.append(error * weight)
        self.bias_gradient = error
        return input_gradients

    def step(self, learning_rate):
        for weight_idx, gradient in enumerate(self.gradients):
            self.weights[weight_idx] -= learning_rate * gradient
        self.bias -= learning_rate * self.bias_gradient


class Layer:
    def __init__(self, num_inputs, num_neurons):
        self.num_inputs = num_inputs
        self.neurons = []
        for _ in range(num_neurons):
            self.neurons.append(Neuron(num_inputs))

    def forward(self, inputs):
        """Return the activations: a list, one per neuron."""
        raise NotImplementedError("write Layer.forward")

    def backward_pass(self, output_gradients):
        """Return dL/di: a list, one per input. `output_gradients` has one number per neuron."""
        raise NotImplementedError("write Layer.backward_pass")

    def step(self, learning_rate):
        for neuron in self.neurons:
            neuron.step(learning_rate)
