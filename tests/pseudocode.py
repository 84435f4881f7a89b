"""The lesson's pseudocode, typed in as plain classes: what the framework has to equal in every bit.

Nothing here knows the package. The slope of the sigmoid is corrected (the lesson has a factor z too many), the model's
backward pass starts from the gradients of the loss, and it returns the first layer's input gradients.
"""

import math
from functools import partial


def sigmoid(z):
    try:
        return 1 / (1 + math.exp(-z))
    except OverflowError:  # exp(-z) is too large for a float, and the 1 is nothing beside it
        return math.exp(z)


def delta_sigmoid(z):
    return sigmoid(z) * (1 - sigmoid(z))


def delta_tanh(z):
    return 1 - math.tanh(z) * math.tanh(z)


def relu(z):
    if z > 0:
        return z
    return 0.0


def delta_relu(z):
    if z > 0:
        return 1.0
    return 0.0


def leaky_relu(z, slope=0.01):
    if z > 0:
        return z
    return slope * z


def delta_leaky_relu(z, slope=0.01):
    if z > 0:
        return 1.0
    return slope


def identity(z):
    return z


def delta_identity(z):
    return 1.0


ACTIVATIONS = {
    "sigmoid": (sigmoid, delta_sigmoid),
    "tanh": (math.tanh, delta_tanh),
    "relu": (relu, delta_relu),
    "leaky_relu": (leaky_relu, delta_leaky_relu),
    "identity": (identity, delta_identity),
}
ACTIVATIONS |= {
    f"leaky_relu({slope})": (partial(leaky_relu, slope=slope), partial(delta_leaky_relu, slope=slope))
    for slope in (0.0, 0.2, 1.0, 1.5, -0.5)
}


def squared_error(outputs, label):
    total = 0.0
    for output_idx in range(len(outputs)):
        difference = outputs[output_idx] - label[output_idx]
        total += difference * difference  # not ** 2: C's pow misses the rounded square by a bit now and then
    return total


def squared_error_gradients(outputs, label):
    gradients = []
    for output_idx in range(len(outputs)):
        gradients.append(2 * (outputs[output_idx] - label[output_idx]))
    return gradients


class Neuron:
    def __init__(self, weights, bias, act, delta_act):
        self.weights = weights
        self.bias = bias
        self.num_inputs = len(weights)
        self.act = act
        self.delta_act = delta_act
        self.gradients = [0] * self.num_inputs

    def forward(self, inputs):
        self.input_activation = inputs
        self.linear_activation = 0.0
        for weight_idx in range(self.num_inputs):
            self.linear_activation += self.weights[weight_idx] * inputs[weight_idx]
        self.linear_activation += self.bias
        self.activation = self.act(self.linear_activation)
        return self.activation

    def backward_pass(self, output_gradient):
        activation_gradient = self.delta_act(self.linear_activation)
        error = output_gradient * activation_gradient
        input_gradients = [0] * self.num_inputs

        for weight_idx, weight in enumerate(self.weights):
            self.gradients[weight_idx] = error * self.input_activation[weight_idx]
            input_gradients[weight_idx] += error * weight

        self.error = error
        self.bias_gradient = error
        return input_gradients

    def step(self, learning_rate):
        for weight_idx in range(self.num_inputs):
            self.weights[weight_idx] -= learning_rate * self.gradients[weight_idx]
        self.bias -= learning_rate * self.bias_gradient


class Layer:
    def __init__(self, neurons):
        self.neurons = neurons
        self.num_inputs = neurons[0].num_inputs

    def forward(self, inputs):
        return [neuron.forward(inputs) for neuron in self.neurons]

    def backward_pass(self, output_gradients):
        sum_of_input_gradients = [0] * self.num_inputs
        for neuron_idx, neuron in enumerate(self.neurons):
            input_gradients = neuron.backward_pass(output_gradients[neuron_idx])
            for input_idx, gradient in enumerate(input_gradients):
                sum_of_input_gradients[input_idx] += gradient
        return sum_of_input_gradients

    def step(self, learning_rate):
        for neuron in self.neurons:
            neuron.step(learning_rate)


class Model:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, inputs):
        activations = inputs
        for layer in self.layers:
            activations = layer.forward(activations)
        return activations

    def backward_pass(self, output_gradients):
        for layer in reversed(self.layers):
            output_gradients = layer.backward_pass(output_gradients)
        return output_gradients

    def step(self, learning_rate):
        for layer in self.layers:
            layer.step(learning_rate)


def typed_in(model):
    """The pseudocode's model with the numbers of a `neurons.Model`."""
    layers = []
    for layer in model.layers:
        neurons = []
        for neuron in layer.neurons:
            act, delta_act = ACTIVATIONS[neuron.activation_function.name]
            neurons.append(Neuron(list(neuron.weights), neuron.bias, act, delta_act))
        layers.append(Layer(neurons))
    return Model(layers)
