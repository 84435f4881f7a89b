"""A student's classes as `diagnose` takes them: what they are asked goes through the pipe to the worker."""

from typing import Any

from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.student import Student
from neurons.classroom.sandbox.values import NotNumeric, RemoteObject


def numeric(value: Any) -> Any:
    """What came back, where it is numbers."""
    if isinstance(value, NotNumeric):
        raise StudentError(f"{value} is not a number")
    return value


def lists(value: Any) -> Any:
    """Arrays as lists."""
    if isinstance(value, (list, tuple)):
        return [lists(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


class Proxy:
    """Stands for an object of the student's."""

    def __init__(self, remote: Any) -> None:
        vars(self)["_remote"] = remote

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(vars(self)["_remote"], name)
        if isinstance(value, NotNumeric):
            return None
        if isinstance(value, list) and value and isinstance(value[0], RemoteObject):
            return [Proxy(item) for item in value]
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(vars(self)["_remote"], name, lists(value))


class PassesProxy(Proxy):
    """One with a forward and a backward pass."""

    def forward(self, inputs: Any) -> Any:
        return numeric(self._remote.forward(lists(inputs)))

    def backward_pass(self, output_gradients: Any) -> Any:
        returned = self._remote.backward_pass(lists(output_gradients))
        return None if isinstance(returned, NotNumeric) and returned.what == "None" else numeric(returned)


class StepProxy(PassesProxy):
    """One with a step as well."""

    def step(self, learning_rate: float) -> None:
        self._remote.step(learning_rate)


class BatchProxy(StepProxy):
    """One that collects the gradients of a batch: the first is begun for it, then its own step has to."""

    start_batch = None

    def __init__(self, remote: Any) -> None:
        super().__init__(remote)
        remote.start_batch()


def neuron_class(student: Student, kind: Any = StepProxy) -> type:
    """The student's Neuron."""

    class Neuron(kind):
        def __init__(self, num_inputs: int) -> None:
            super().__init__(student.Neuron(num_inputs))

    return Neuron


def layer_class(student: Student) -> type:
    """The student's Layer."""

    class Layer(StepProxy):
        def __init__(self, num_inputs: int, num_neurons: int) -> None:
            super().__init__(student.Layer(num_inputs, num_neurons))

    return Layer


def model_class(student: Student) -> type:
    """The student's Model."""
    layer = layer_class(student)

    class Model(StepProxy):
        layer_class = layer

        def __init__(self, layers: Any) -> None:
            super().__init__(student.Model([vars(item)["_remote"] for item in layers]))

    return Model


def weighted_sum_of(weights: Any, inputs: Any, bias: float) -> float:
    """Each weight times its input, and the bias."""
    return sum(weight * given for weight, given in zip(weights, inputs, strict=True)) + bias


def neuron_with(act: Any, *, slope: Any = None, weighted_sum: Any = weighted_sum_of) -> type:
    """A neuron of ours that asks the student for the slope of its activation function, or for its weighted sum."""

    class Neuron:
        def __init__(self, num_inputs: int) -> None:
            self.weights, self.bias = [0.0] * num_inputs, 0.0

        def forward(self, inputs: Any) -> Any:
            self.inputs = lists(inputs)
            self.z = numeric(weighted_sum(lists(self.weights), self.inputs, float(self.bias)))
            return act.act(self.z)

        def backward_pass(self, output_gradient: float) -> Any:
            error = output_gradient * numeric((slope or act.delta_act)(self.z))
            self.gradients = [error * given for given in self.inputs]
            self.bias_gradient = error
            return [error * weight for weight in self.weights]

    return Neuron


def neuron_with_forward(student: Student, delta_act: Any) -> type:
    """The student's neuron with a backward pass of ours."""

    class Neuron(Proxy):
        def __init__(self, num_inputs: int) -> None:
            super().__init__(student.Neuron(num_inputs))

        def forward(self, inputs: Any) -> Any:
            activation = numeric(self._remote.forward(lists(inputs)))
            vars(self).update(_inputs=inputs, _z=numeric(self._remote.linear_activation))
            return activation

        def backward_pass(self, output_gradient: float) -> Any:
            error = output_gradient * delta_act(self._z)
            vars(self).update(gradients=[error * given for given in self._inputs], bias_gradient=error)
            return [error * weight for weight in self.weights]

    return Neuron
