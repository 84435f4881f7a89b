"""A student's functions and layers as `diagnose` takes gradients: functions of parameters, inputs and label."""

from typing import Any

import numpy as np

from neurons.classroom.exercises.proxies import lists, numeric, weighted_sum_of
from neurons.classroom.sandbox.student import Student


def numeric_array(value: Any) -> Any:
    """What came back, as an array of floats."""
    return np.array(numeric(value), dtype=float)


def gradients_with_hidden(student: Student, act: Any) -> Any:
    """The gradients of a network whose hidden neurons are the student's in the forward pass; all else is ours."""

    def gradients(parameters: Any, inputs: Any, label: Any) -> Any:
        W1, b1, W2, b2 = parameters
        hidden, slopes = [], []
        for weights, bias in zip(lists(W1), lists(b1), strict=True):
            neuron = student.Neuron(len(weights))
            neuron.weights, neuron.bias = weights, bias
            hidden.append(numeric(neuron.forward(lists(inputs))))
            slopes.append(act.delta_act(weighted_sum_of(weights, inputs, bias)))
        outputs = np.array([act.act(z) for z in W2 @ hidden + b2])
        errors = 2.0 * (outputs - label) * outputs * (1.0 - outputs)
        hidden_errors = W2.T @ errors * slopes
        return [np.outer(hidden_errors, inputs), hidden_errors, np.outer(errors, hidden), errors]

    return gradients


def gradients_with(output_gradients: Any, slope: Any = None) -> Any:
    """The gradients of one layer of ours that asks the student for the gradients of its outputs.

    `slope` is (z -> a, a -> da/dz); without it the student takes the logits z.
    """

    def gradients(parameters: Any, inputs: Any, label: Any) -> Any:
        W, b = parameters
        z = W @ inputs + b
        outputs = slope[0](z) if slope else z
        errors = numeric_array(output_gradients(lists(outputs), lists(label)))
        errors = errors * slope[1](outputs) if slope else errors
        return [np.outer(errors, inputs), errors]

    return gradients


SIGMOID = (lambda z: 1.0 / (1.0 + np.exp(-z)), lambda a: a * (1.0 - a))


def gradients_of_lists(function: Any) -> Any:
    """A student's function of lists as one of arrays."""

    def gradients(parameters: Any, inputs: Any, label: Any) -> Any:
        return [numeric_array(part) for part in function(*map(lists, (parameters, inputs, label)))]

    return gradients


def update_of_lists(train: Any) -> Any:
    """A student's training on lists as one step on arrays."""

    def update(parameters: Any, inputs: Any, label: Any, learning_rate: float) -> Any:
        stepped = train(lists(parameters), [lists(inputs)], [lists(label)], 1, learning_rate)
        return [numeric_array(part) for part in stepped]

    return update


def gradients_of_layers(student: Student) -> Any:
    """The gradients of a network of the student's layers on arrays, for a batch."""

    def gradients(parameters: Any, inputs: Any, labels: Any) -> Any:
        layers, activations = [], inputs
        for place in range(0, len(parameters), 2):
            num_neurons, num_inputs = parameters[place].shape
            layer = student.NumpyLayer(num_inputs, num_neurons)
            layer.weights, layer.biases = parameters[place], parameters[place + 1]
            activations = numeric_array(layer.forward(activations))
            layers.append(layer)
        passed_on = 2.0 * (activations - labels)
        found: list[Any] = []
        for layer in reversed(layers):
            passed_on = numeric_array(layer.backward_pass(passed_on))
            found = [numeric_array(part) for part in (layer.gradients, layer.bias_gradients)] + found
        return found

    return gradients
