"""A student's class, observed: make an object, give it numbers, run its passes, and read what it computed.

Where the gradients are stored under names that are not known, the step shows them.
"""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.diagnosis.construction import BACKWARD, NAMES, Maker, first_attribute
from neurons.classroom.diagnosis.observation import FLOAT32, FLOAT64, Observation, ObservationError, call_student
from neurons.classroom.diagnosis.probes import probes
from neurons.classroom.diagnosis.reference import forward
from neurons.classroom.diagnosis.student_objects import (
    TransposedLayer,
    as_array,
    gradients_of,
    layers_of,
    parameters_of,
    set_parameters,
    shared_list,
)

CLEARING = ("start_batch", "zero_grad", "zero_gradients")  # what forgets the gradients of the last batch


class StudentClass:
    """A student's class, observed case by case."""

    def __init__(self, cls: type, batch: bool) -> None:
        self.maker = Maker(cls)
        self.kind = self.maker.kind
        self.batch = batch
        self.notes: list[str] = []
        self.collects = False
        self.is_transposed = False  # its weights have the shape (inputs, neurons)
        if self.kind != "Neuron":
            self.is_transposed = self.transposes_weights()
        if self.maker.chooses_act():
            plain = Network((2, 1) if self.kind == "Neuron" else (2, 3), loss=None)
            self.maker.takes_act_names = not self.computes(plain)
            self.maker.takes_act_names = self.maker.takes_act_names and self.computes(plain)

    def transposes_weights(self) -> bool:
        """True if the weights of its layers have the shape (inputs, neurons)."""
        try:
            layers = layers_of(self.maker.build(Network((2, 3), loss=None)), self.kind)
        except ObservationError:
            return False
        layer = layers[0] if layers else []
        name = None if isinstance(layer, list) else first_attribute(layer, NAMES["weights"])
        return name is not None and call_student(np.shape, getattr(layer, name)) == (2, 3)

    def new(self, case: Case) -> tuple[Any, list[Any]]:
        """An object for the case's network, and its layers with the numbers of the case."""
        obj = self.maker.build(case.network)
        layers = layers_of(obj, self.kind)
        if self.is_transposed:
            layers = [layer if isinstance(layer, list) else TransposedLayer(layer) for layer in layers]
        set_parameters(layers, case)
        return obj, layers

    def computes(self, network: Network) -> bool:
        """True if its forward pass computes what this network does."""
        try:
            for case in probes(network, False, 2):
                obj, _ = self.new(case)
                outputs = call_student(obj.forward, case.inputs[0].tolist())
                expected = forward(case)[-1].a[0]
                if not np.allclose(as_array(outputs, expected.shape, ""), expected, rtol=FLOAT32, atol=FLOAT32):
                    return False
        except ObservationError:
            return False
        return True

    def note(self, sentence: str) -> None:
        """Remember something that is worth saying once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def observe(self, case: Case) -> Observation:
        """Forward, backward and, where there is one, a step; then the same once more with the first numbers."""
        obj, layers = self.new(case)
        case = case._replace(learning_rate=self.learning_rate(obj, case))
        shared = shared_list(layers, case)
        if shared:
            raise ObservationError(
                f"two neurons of one layer hold the same list `{shared}`: each change counts for both",
                ("W8",),
            )
        groups = self.passes(obj, layers, case)
        if not self.batch:
            self.compare_second_pass(groups, obj, layers, case)
        if not self.collects and not any(callable(getattr(obj, clear, None)) for clear in CLEARING):
            self.collects = self.keeps_first_batch(groups, obj, layers, case)
        is_float32 = any(
            self.is_float32(part) for layer in layers for part in (layer if isinstance(layer, list) else [layer])
        )
        noise = (4e-6 if is_float32 else 1e-14) / case.learning_rate
        return Observation(case, groups, FLOAT32 if is_float32 else FLOAT64, noise)

    def compare_second_pass(self, groups: dict[str, Array], obj: Any, layers: list[Any], case: Case) -> None:
        """Do the same passes again: they give the same `groups`, or add to them, which is remembered."""
        try:
            again = self.passes(obj, layers, case)
        except ObservationError as error:
            raise ObservationError(f"in the second forward and backward pass, {error}") from error
        for name in groups:
            if not nearly_equal(again[name], groups[name]):
                if not nearly_equal(again[name], 2.0 * groups[name]):
                    raise ObservationError(f"a second pass with the same numbers gives another {name} than the first")
                self.collects = True

    def keeps_first_batch(self, groups: dict[str, Array], obj: Any, layers: list[Any], case: Case) -> bool:
        """True if a second batch gives other numbers after the first than alone."""
        opposite = case._replace(labels=-case.labels)  # added to the first batch, it leaves nothing
        again = self.passes(obj, layers, opposite)
        alone = self.passes(*self.new(case), opposite)
        if self.batch:
            return any(np.abs(alone[name]).max() > 1e-5 and np.abs(again[name]).max() <= 1e-7 for name in groups)
        # What gives the same numbers twice may still be a mean over all passes.
        return any(not nearly_equal(again[name], alone[name]) for name in groups)

    def twice(self, case: Case) -> tuple[Observation, Observation]:
        """Two rounds of passes of one object with the same numbers."""
        obj, layers = self.new(case)
        first, second = self.passes(obj, layers, case), self.passes(obj, layers, case)
        return Observation(case, first), Observation(case, second)

    @staticmethod
    def is_float32(part: Any) -> bool:
        """True if any of the object's arrays or numbers is float32."""
        owner = part._layer if isinstance(part, TransposedLayer) else part
        slots = [
            name for cls in type(owner).__mro__ for name in vars(cls) if inspect.ismemberdescriptor(vars(cls)[name])
        ]
        attributes = [*getattr(owner, "__dict__", {}).values(), *(getattr(owner, name, None) for name in slots)]
        return any(getattr(value, "dtype", None) in (np.float32, np.float16) for value in attributes)

    def passes(self, obj: Any, layers: list[Any], case: Case) -> dict[str, Array]:
        """One forward, backward and step for the case; its numbers by name."""
        set_parameters(layers, case)
        for clear in CLEARING:
            if callable(getattr(obj, clear, None)):
                call_student(getattr(obj, clear))
        backward = getattr(obj, first_attribute(obj, BACKWARD) or "backward_pass")
        groups: dict[str, Array] = {}
        for example in range(case.batch):
            inputs, gradients = case.inputs[example].tolist(), case.labels[example].tolist()
            outputs = call_student(obj.forward, inputs)
            outputs = as_array(outputs, (case.network.sizes[-1],), "what forward returns")
            before = parameters_of(layers, case)
            returned = call_student(backward, gradients[0] if self.kind == "Neuron" else gradients)
            if returned is not None:
                returned = as_array(returned, (case.network.sizes[0],), "what backward_pass returns")
            elif self.kind != "Model":
                self.note("backward_pass returns nothing: the layer before would need its input gradients")
        after = parameters_of(layers, case)
        moved_early = any(not np.array_equal(before[name], after[name]) for name in before)
        if moved_early:
            self.note("the weights change during backward_pass, before the step")
        if not self.batch:
            groups.update(gradients_of(layers, case))
            groups["a"] = outputs[None, :]
            if returned is not None:
                groups["x"] = returned[None, :]
        if not moved_early or not groups:  # else the rate of that step is the class's own secret
            groups.update(self.steps(obj, layers, case))
        return groups

    def learning_rate(self, obj: Any, case: Case) -> float:
        """The case's rate, or the constant of a `step` that takes none, as the lesson's does."""
        step = getattr(obj, "step", None)
        if step is None or inspect.signature(step).parameters:
            return case.learning_rate
        known = getattr(getattr(step, "__func__", step), "__globals__", {})
        constant = known.get("LEARNING_RATE", getattr(obj, "learning_rate", getattr(obj, "lr", None)))
        if constant is None:
            self.note(
                "step takes no learning rate, and there is no LEARNING_RATE: the step was taken as one with rate 1"
            )
        return 1.0 if constant is None else float(constant)

    def steps(self, obj: Any, layers: list[Any], case: Case) -> dict[str, Array]:
        """(parameters before - after a step) / learning rate; nothing where there is no step."""
        step: Callable[..., Any] | None = getattr(obj, "step", None)
        if step is not None:
            call_student(step, *([case.learning_rate] if inspect.signature(step).parameters else []))
        after = parameters_of(layers, case)
        moved = {}
        for layer_idx, (W, b) in enumerate(case.parameters):
            moved[f"step W{layer_idx + 1}"] = (W - after[f"W{layer_idx + 1}"]) / case.learning_rate
            moved[f"step b{layer_idx + 1}"] = (b - after[f"b{layer_idx + 1}"]) / case.learning_rate
        return moved if step is not None or any(np.abs(part).max() > 0.0 for part in moved.values()) else {}


def nearly_equal(one: Array, other: Array) -> bool:
    """True if the numbers of two passes are the same, up to rounding."""
    return bool(np.allclose(one, other, rtol=1e-4, atol=1e-7))
