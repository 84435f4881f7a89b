"""A student's classes, seen by `diagnose`: what they are asked goes through the pipe to the worker."""

from typing import Any

import numpy as np

from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.student import Student
from neurons.classroom.sandbox.values import NotNumeric, RemoteObject


def checked(value: Any) -> Any:
    """What came back, where it is numbers."""
    if isinstance(value, NotNumeric):
        raise StudentError(f"{value} is no number")
    return value


def lists(value: Any) -> Any:
    """Arrays as lists."""
    if isinstance(value, (list, tuple)):
        return [lists(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


class Mirror:
    """Stands for an object of the student's."""

    def __init__(self, thing: Any) -> None:
        vars(self)["_thing"] = thing

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(vars(self)["_thing"], name)
        if isinstance(value, NotNumeric):
            return None
        if isinstance(value, list) and value and isinstance(value[0], RemoteObject):
            return [Mirror(item) for item in value]
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(vars(self)["_thing"], name, lists(value))


class Passes(Mirror):
    """One with a forward and a backward pass."""

    def forward(self, inputs: Any) -> Any:
        return checked(self._thing.forward(lists(inputs)))

    def backward_pass(self, output_gradients: Any) -> Any:
        returned = self._thing.backward_pass(lists(output_gradients))
        return None if isinstance(returned, NotNumeric) and returned.what == "None" else checked(returned)


class Steps(Passes):
    """One with a step as well."""

    def step(self, learning_rate: float) -> None:
        self._thing.step(learning_rate)


class Collects(Steps):
    """One that collects the gradients of a batch: the first is begun for it, then its own step has to."""

    start_batch = None

    def __init__(self, thing: Any) -> None:
        super().__init__(thing)
        thing.start_batch()


def neuron_class(student: Student, kind: Any = Steps) -> type:
    """The student's Neuron."""

    class Neuron(kind):
        def __init__(self, num_inputs: int) -> None:
            super().__init__(student.Neuron(num_inputs))

    return Neuron


def layer_class(student: Student) -> type:
    """The student's Layer."""

    class Layer(Steps):
        def __init__(self, num_inputs: int, num_neurons: int) -> None:
            super().__init__(student.Layer(num_inputs, num_neurons))

    return Layer


def model_class(student: Student) -> type:
    """The student's Model."""
    layer = layer_class(student)

    class Model(Steps):
        layer_class = layer

        def __init__(self, layers: Any) -> None:
            super().__init__(student.Model([vars(item)["_thing"] for item in layers]))

    return Model


def added_up(weights: Any, inputs: Any, bias: float) -> float:
    """Each weight times its input, and the bias."""
    return sum(weight * given for weight, given in zip(weights, inputs, strict=True)) + bias


def neuron_with(act: Any, *, slope: Any = None, weighted_sum: Any = added_up) -> type:
    """A neuron of ours that asks the student for the slope of its activation function, or for its weighted sum."""

    class Neuron:
        def __init__(self, num_inputs: int) -> None:
            self.weights, self.bias = [0.0] * num_inputs, 0.0

        def forward(self, inputs: Any) -> Any:
            self.inputs = lists(inputs)
            self.z = checked(weighted_sum(lists(self.weights), self.inputs, float(self.bias)))
            return act.act(self.z)

        def backward_pass(self, output_gradient: float) -> Any:
            error = output_gradient * checked((slope or act.delta_act)(self.z))
            self.gradients = [error * given for given in self.inputs]
            self.bias_gradient = error
            return [error * weight for weight in self.weights]

    return Neuron


def neuron_with_forward(student: Student, delta_act: Any) -> type:
    """The student's neuron with a backward pass of ours."""

    class Neuron(Mirror):
        def __init__(self, num_inputs: int) -> None:
            super().__init__(student.Neuron(num_inputs))

        def forward(self, inputs: Any) -> Any:
            activation = checked(self._thing.forward(lists(inputs)))
            vars(self).update(_inputs=inputs, _z=checked(self._thing.linear_activation))
            return activation

        def backward_pass(self, output_gradient: float) -> Any:
            error = output_gradient * delta_act(self._z)
            vars(self).update(gradients=[error * given for given in self._inputs], bias_gradient=error)
            return [error * weight for weight in self.weights]

    return Neuron


def gradients_behind(student: Student, act: Any) -> Any:
    """The gradients of a network whose hidden neurons are the student's in the forward pass; all else is ours."""

    def gradients(parameters: Any, inputs: Any, label: Any) -> Any:
        W1, b1, W2, b2 = parameters
        hidden, slopes = [], []
        for weights, bias in zip(lists(W1), lists(b1), strict=True):
            neuron = student.Neuron(len(weights))
            neuron.weights, neuron.bias = weights, bias
            hidden.append(checked(neuron.forward(lists(inputs))))
            slopes.append(act.delta_act(added_up(weights, inputs, bias)))
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
        errors = np.array(checked(output_gradients(lists(outputs), lists(label))), dtype=float)
        errors = errors * slope[1](outputs) if slope else errors
        return [np.outer(errors, inputs), errors]

    return gradients


SIGMOID = (lambda z: 1.0 / (1.0 + np.exp(-z)), lambda a: a * (1.0 - a))


def gradients_of_lists(function: Any) -> Any:
    """A student's function of lists as one of arrays."""

    def gradients(parameters: Any, inputs: Any, label: Any) -> Any:
        return [np.array(checked(part), dtype=float) for part in function(*map(lists, (parameters, inputs, label)))]

    return gradients


def update_of_lists(train: Any) -> Any:
    """A student's training on lists as one step on arrays."""

    def update(parameters: Any, inputs: Any, label: Any, learning_rate: float) -> Any:
        stepped = train(lists(parameters), [lists(inputs)], [lists(label)], 1, learning_rate)
        return [np.array(checked(part), dtype=float) for part in stepped]

    return update


def gradients_of_layers(student: Student) -> Any:
    """The gradients of a network of the student's layers on arrays, for a batch."""

    def gradients(parameters: Any, inputs: Any, labels: Any) -> Any:
        layers, activations = [], inputs
        for place in range(0, len(parameters), 2):
            num_neurons, num_inputs = parameters[place].shape
            layer = student.NumpyLayer(num_inputs, num_neurons)
            layer.weights, layer.biases = parameters[place], parameters[place + 1]
            activations = np.array(checked(layer.forward(activations)), dtype=float)
            layers.append(layer)
        passed_on = 2.0 * (activations - labels)
        found: list[Any] = []
        for layer in reversed(layers):
            passed_on = np.array(checked(layer.backward_pass(passed_on)), dtype=float)
            found = [np.array(checked(part), dtype=float) for part in (layer.gradients, layer.bias_gradients)] + found
        return found

    return gradients
