"""A student's classes as `diagnose` takes them: what they are asked goes through the pipe to the worker."""

from typing import Any

from neurons.classroom.exercises.course_neuron import CourseNeuron
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
    """Stands for one of the student's objects."""

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


def neuron_with_step(student: Student) -> type:
    """A neuron of ours that steps as the student's does."""

    class Neuron(CourseNeuron):
        def step(self, learning_rate: float) -> None:
            remote = student.Neuron(len(self.weights))
            for name in ("weights", "bias", "gradients", "bias_gradient"):
                setattr(remote, name, lists(getattr(self, name)))
            remote.step(learning_rate)
            self.weights, self.bias = numeric(remote.weights), numeric(remote.bias)

    return Neuron
