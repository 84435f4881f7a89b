"""A student's functions and layers as `diagnose` takes gradients: functions of parameters, inputs and label."""

from typing import Any

import numpy as np

from neurons.classroom.exercises.proxies import lists, numeric
from neurons.classroom.sandbox.student import Student


def numeric_array(value: Any) -> Any:
    """What came back, as an array of floats."""
    return np.array(numeric(value), dtype=float)


def gradients_with(output_gradients: Any) -> Any:
    """The gradients of one layer of ours; the student's function of its logits gives those of its outputs."""

    def gradients(parameters: Any, inputs: Any, label: Any) -> Any:
        W, b = parameters
        errors = numeric_array(output_gradients(lists(W @ inputs + b), lists(label)))
        return [np.outer(errors, inputs), errors]

    return gradients


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
