"""What the core costs: its four calls against the plainest classes one can type in from the lesson's pseudocode.

    python tests/benchmarks/core_calls.py

The four calls are one example's forward, the gradient of the loss, backward_pass and step. The pseudocode below checks
nothing, guards nothing, collects no batch and keeps only what it needs (the one in tests/pseudocode.py, made to be
compared with, is a little slower). The two take many short turns, so that a busy machine slows both;
microseconds per example, the ratio of the medians and of the minima, and the median of the rounds' ratios.
"""

import argparse
import statistics
import sys
import time
from math import exp

from neurons import Model

GOAL = 1.3
SIZES = ([2, 4, 1], [2, 8, 1], [4, 8, 3])


def sigmoid(x):
    return 1 / (1 + exp(-x))


def delta_sigmoid(x):  # the lesson's, without its factor x too many
    return sigmoid(x) * (1 - sigmoid(x))


class PlainNeuron:
    def __init__(self, weights, bias):
        self.num_inputs = len(weights)
        self.weights = weights
        self.bias = bias
        self.gradients = [0] * self.num_inputs
        self.act = sigmoid
        self.delta_act = delta_sigmoid

    def forward(self, inputs):
        self.input_activation = inputs
        linear_activation = 0
        for weight_idx, weight in enumerate(self.weights):
            linear_activation += weight * inputs[weight_idx]
        self.linear_activation = linear_activation + self.bias
        self.activation = self.act(self.linear_activation)
        return self.activation

    def backward_pass(self, output_gradient):
        activation_gradient = self.delta_act(self.linear_activation)
        error = output_gradient * activation_gradient
        input_gradients = [0] * self.num_inputs

        for weight_idx, weight in enumerate(self.weights):
            self.gradients[weight_idx] = error * self.input_activation[weight_idx]
            input_gradients[weight_idx] += error * weight

        self.bias_gradient = error

        return input_gradients

    def step(self, learning_rate):
        for weight_idx, _weight in enumerate(self.weights):
            self.weights[weight_idx] -= learning_rate * self.gradients[weight_idx]

        self.bias -= learning_rate * self.bias_gradient


class PlainLayer:
    def __init__(self, neurons):
        self.neurons = neurons
        self.num_inputs = neurons[0].num_inputs

    def forward(self, inputs):
        activations = []
        for neuron in self.neurons:
            activations.append(neuron.forward(inputs))
        return activations

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


class PlainModel:
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


class PlainLoss:
    def output_gradients(self, outputs, label):
        gradients = []
        for output_idx, output in enumerate(outputs):
            gradients.append(2 * (output - label[output_idx]))
        return gradients


def plain_twin(model):
    """The pseudocode's model with the same weights."""
    layers = []
    for layer in model.layers:
        layers.append(PlainLayer([PlainNeuron(neuron.weights[:], neuron.bias) for neuron in layer.neurons]))
    return PlainModel(layers)


def four_calls(model, loss, examples, num_examples):
    """Train on `num_examples` examples; return the microseconds each took."""
    start = time.perf_counter()
    for _ in range(num_examples // len(examples)):
        for inputs, label in examples:
            outputs = model.forward(inputs)
            model.backward_pass(loss.output_gradients(outputs, label))
            model.step(0.5)
    return (time.perf_counter() - start) / num_examples * 1e6


def examples_for(sizes):
    """All corners of the cube of inputs, and as label the parity, once per output, turned around for every other."""
    examples = []
    for corner in range(2 ** sizes[0]):
        inputs = [float(corner >> bit & 1) for bit in range(sizes[0])]
        parity = sum(inputs) % 2.0
        examples.append((inputs, [parity if output_idx % 2 == 0 else 1.0 - parity for output_idx in range(sizes[-1])]))
    return examples


def compare(sizes, rounds, num_examples):
    """The microseconds per example of both, one pair per round."""
    examples = examples_for(sizes)
    pairs = []
    for round_idx in range(rounds):
        ours = Model.from_sizes(sizes, seed=0)
        plain = plain_twin(ours)
        runs = [(ours, ours.loss), (plain, PlainLoss())]
        if round_idx % 2:
            runs.reverse()
        times = [four_calls(model, loss, examples, num_examples) for model, loss in runs]
        if round_idx % 2:
            times.reverse()
        for inputs, _ in examples:
            if ours.forward(inputs) != plain.forward(inputs):
                raise SystemExit(f"{sizes}: the two do not compute the same numbers: nothing to compare")
        pairs.append(times)
    return pairs


def main():
    parser = argparse.ArgumentParser(description="Time the core's four calls against the plainest pseudocode.")
    parser.add_argument("--rounds", type=int, default=201, metavar="N", help="turns for each (default 201)")
    parser.add_argument("--examples", type=int, default=800, metavar="N", help="examples in a turn (default 800)")
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}: microseconds per example, {options.rounds} rounds of {options.examples:,}")
    print("net     ours: median  minimum   pseudocode: median  minimum   ratio: medians  minima  median of rounds")
    for sizes in SIZES:
        pairs = compare(sizes, options.rounds, options.examples)
        ours, plain = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        of_medians = statistics.median(ours) / statistics.median(plain)
        of_minima = min(ours) / min(plain)
        of_rounds = statistics.median(pair[0] / pair[1] for pair in pairs)
        print(
            f"{'-'.join(map(str, sizes))}   {statistics.median(ours):12.2f} {min(ours):8.2f}"
            f" {statistics.median(plain):20.2f} {min(plain):8.2f}"
            f" {of_medians:16.3f} {of_minima:7.3f} {of_rounds:17.3f}"
            f"   {'within' if of_rounds <= GOAL else 'above'} {GOAL}"
        )


if __name__ == "__main__":
    main()
