"""14 Mini-batches: collect the gradients of several examples, then step with their mean."""

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
        self.start_batch()

    def start_batch(self):
        """Forget what was collected."""
        self.gradient_sums = [0.0] * len(self.weights)
        self.bias_gradient_sum = 0.0
        self.num_examples = 0

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
        """As before; and add the gradients to self.gradient_sums and self.bias_gradient_sum, and count it."""
        activation_gradient = delta_sigmoid(self.linear_activation)
        error = output_gradient * activation_gradient
        self.gradients = []
        input_gradients = []
        for weight_idx, weight in enumerate(self.weights):
            self.gradients.append(error * self.input_activation[weight_idx])
            input_gradients.append(error * weight)
        self.bias_gradient = error
        for weight_idx, gradient in enumerate(self.gradients):
            self.gradient_sums[weight_idx] += gradient
        self.bias_gradient_sum += error
        self.num_examples += 1
        return input_gradients

    def step(self, learning_rate):
        """Step with the mean of the gradients collected since the last step; then start a new batch."""
        for weight_idx, gradient_sum in enumerate(self.gradient_sums):
            self.weights[weight_idx] -= learning_rate * gradient_sum / self.num_examples
        self.bias -= learning_rate * self.bias_gradient_sum / self.num_examples
        self.start_batch()
