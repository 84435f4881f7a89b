"""XOR as many people write it first, with one mistake in the backward pass. It learns all the same.

python -m neurons diagnose examples/find_the_mistake.py
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Network:
    def __init__(self, num_inputs, num_hidden, num_outputs, seed=0):
        rng = np.random.default_rng(seed)
        self.w1, self.b1 = rng.normal(size=(num_inputs, num_hidden)), np.zeros(num_hidden)
        self.w2, self.b2 = rng.normal(size=(num_hidden, num_outputs)), np.zeros(num_outputs)

    def forward(self, inputs):
        self.hidden = sigmoid(inputs @ self.w1 + self.b1)
        self.outputs = sigmoid(self.hidden @ self.w2 + self.b2)
        return self.outputs

    def train(self, inputs, labels, rate):
        output_error = labels - self.forward(inputs)
        output_delta = output_error * self.outputs * (1 - self.outputs)
        hidden_error = output_error @ self.w2.T
        hidden_delta = hidden_error * self.hidden * (1 - self.hidden)
        self.w2 += rate * self.hidden.T @ output_delta
        self.b2 += rate * output_delta.sum(axis=0)
        self.w1 += rate * inputs.T @ hidden_delta
        self.b1 += rate * hidden_delta.sum(axis=0)


def main(epochs=5000):
    """The outputs for the four examples."""
    inputs, labels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    network = Network(2, 4, 1)
    for _ in range(epochs):
        network.train(inputs, labels, rate=0.5)
    return network.forward(inputs)


if __name__ == "__main__":
    print(main().round(2).ravel())
