"""Looking at a student's function: call it on a probe and bring what it returns into one form.

What comes out is named W1, b1, W2, ... as in `reference.Pass.groups`. A function may return lists or arrays, float32,
or change its arguments; it may also raise, return other shapes, or answer differently each time, and is told so.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case, flat_parameters, parameter_names
from neurons.classroom.diagnosis.observation import (
    FLOAT32,
    FLOAT64,
    Observation,
    ObservationError,
    as_numbers,
    call_student,
)
from neurons.text import show

NOT_THE_SAME = (
    "your function gives different numbers for the same arguments: "
    "does it use random numbers, or remember earlier calls?"
)


class StudentFunction:
    """A student's function of parameters, inputs and label: `gradients` or, with a learning rate, `update`."""

    def __init__(self, function: Callable[..., Any], *, batch: bool, update: bool) -> None:
        self.function = function
        self.batch = batch
        self.update = update
        self.notes: list[str] = []
        self.collects = False  # it adds to the gradients of the call before
        self.before: dict[str, Array] = {}
        self.as_index = False  # it takes the label as a class, not as a vector

    def returned_groups(self, case: Case) -> tuple[dict[str, Array], bool]:
        """What one call returns, as arrays of the right shapes, and whether it is float32."""
        parameters = flat_parameters(case)
        inputs = case.inputs.copy() if self.batch else case.inputs[0].copy()
        labels: Any = case.labels.copy() if self.batch else case.labels[0].copy()
        if self.as_index:
            labels = labels.argmax(axis=-1) if self.batch else int(labels.argmax())
        arguments = [parameters, inputs, labels] + ([case.learning_rate] if self.update else [])
        returned = call_student(self.function, *arguments)
        if returned is None and self.update:  # changed in place: what it was given is the answer
            returned = parameters
        elif not self.update and any(
            isinstance(now, np.ndarray) and not np.array_equal(now, before)
            for now, before in zip(parameters, flat_parameters(case), strict=False)
        ):
            self.note("your function changes the parameters that it was given (they were put back)")
        names = parameter_names(case)
        what = "parameters" if self.update else "gradients"
        return arrays_by_name(returned, flat_parameters(case), names, what)

    def note(self, sentence: str) -> None:
        """Remember something that is worth saying once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def effect(self, case: Case) -> tuple[dict[str, Array], bool]:
        """The gradients of one call; for an update, the step divided by the learning rate."""
        groups, is_float32 = self.returned_groups(case)
        if self.update:
            before = dict(zip(parameter_names(case), flat_parameters(case), strict=True))
            groups = {f"step {name}": (before[name] - groups[name]) / case.learning_rate for name in groups}
        return groups, is_float32

    def observe(self, case: Case) -> Observation:
        """Call the function on a case."""
        groups, is_float32 = self.effect(case)
        if self.collects:
            total = groups
            fits = all(self.before[name].shape == values.shape for name, values in groups.items())
            groups = {name: values - self.before[name] for name, values in groups.items()} if fits else groups
            self.before = total
        return self.observation(case, groups, is_float32)

    def twice(self, case: Case) -> tuple[Observation, Observation]:
        """Two calls with the same numbers, as they are."""
        first, second = self.effect(case), self.effect(case)
        return self.observation(case, *first), self.observation(case, *second)

    def observation(self, case: Case, groups: dict[str, Array], is_float32: bool) -> Observation:
        """An observation with the rounding that these numbers have."""
        noise = 0.0
        if self.update:
            largest = max(float(np.abs(part).max()) for part in flat_parameters(case))
            noise = 16.0 * largest * (6e-8 if is_float32 else 1.2e-16) / case.learning_rate
        return Observation(case, groups, FLOAT32 if is_float32 else FLOAT64, noise)

    def first_effect(self, case: Case) -> tuple[dict[str, Array], bool]:
        """As `effect`; a function that fails with a class as a vector is called with its index."""
        try:
            return self.effect(case)
        except ObservationError:
            if case.network.output != "softmax":
                raise
            self.as_index = True
            try:
                return self.effect(case)
            except ObservationError:
                self.as_index = False
        return self.effect(case)

    def observe_all(self, cases: list[Case]) -> list[Observation]:
        """Each case once, the first one twice: a function that collects or draws at random shows there."""
        first, is_float32 = self.first_effect(cases[0])
        second, _ = self.effect(cases[0])
        once, twice = self.observation(cases[0], first, is_float32), self.observation(cases[0], second, is_float32)
        if not once.agrees_with(twice):
            if all(np.allclose(second[name], 2.0 * first[name], rtol=1e-4, atol=1e-9) for name in first):
                self.collects, self.before = True, second
            else:
                raise ObservationError(NOT_THE_SAME)
        found = [once] + [self.observe(case) for case in cases[1:]]
        if not once.agrees_with(self.observe(cases[0])):
            raise ObservationError(NOT_THE_SAME)
        return found


def arrays_by_name(
    returned: Any, parameters: list[Array], names: list[str], what: str
) -> tuple[dict[str, Array], bool]:
    """The returned numbers by name, and whether any of them is float32; other shapes are an `ObservationError`."""
    if isinstance(returned, dict):
        for prefix in ("", "d"):
            if all(prefix + name in returned for name in names):
                returned = [returned[prefix + name] for name in names]
                break
    if not isinstance(returned, (list, tuple)) and not (isinstance(returned, np.ndarray) and returned.dtype == object):
        raise ObservationError(f"your function should return a list, {', '.join(names)}, but returns {show(returned)}")
    returned = call_student(list, returned)
    if len(returned) != len(names):
        raise ObservationError(
            f"your function should return {len(names)} {what}, {', '.join(names)}, but returns {len(returned)}"
        )
    kind = "new" if what == "parameters" else "gradient of"
    arrays = [as_numbers(value, f"{kind} {name}") for name, value in zip(names, returned, strict=True)]
    order = other_order([array for array, _ in arrays], parameters, names)
    groups = {}
    for name, (array, _), parameter in zip(names, arrays, parameters, strict=True):
        if array.shape != parameter.shape:
            is_transposed = name[0] == "W" and array.shape == parameter.shape[::-1]
            if order and not is_transposed:
                raise ObservationError(
                    f"your {what} have the shapes of {order}, expected in this order: {', '.join(names)}"
                )
            if array.size != parameter.size or sorted(without_ones(array)) != sorted(without_ones(parameter)):
                mistakes = ("Bi7",) if name[0] == "b" and has_one_for_each_example(array, parameter) else ()
                raise ObservationError(wrong_shape(kind, name, array, parameter), mistakes)
            if is_transposed:
                more = f", or the order is {order}" if order else ""
                raise ObservationError(
                    f"{wrong_shape(kind, name, array, parameter)}: it is transposed{more}", () if order else ("W6",)
                )
            array = array.reshape(parameter.shape)  # (1, n) or (n, 1) for (n,): the numbers are what matters
        if not np.isfinite(array).all():
            found = "not-a-number" if np.isnan(array).any() else "infinity"
            raise ObservationError(
                f"{kind} {name} holds {found}: where do you divide by 0, or take a log or exp that is too large?"
            )
        groups[name] = array
    return groups, any(is_float32 for _, is_float32 in arrays)


def other_order(arrays: list[Array], parameters: list[Array], names: list[str]) -> str:
    """The other order in which these shapes would fit: last layer first, or the weights apart; empty if none does."""
    weights, biases = ([name for name in names if name[0] == kind] for kind in "Wb")
    last_first = sorted(names, key=lambda name: -int(name[1:]))
    for shape in (np.shape, without_ones):  # a bias may come as a row or a column, if no order fits as it is
        shapes = dict(zip(names, map(shape, parameters), strict=True))
        for order in (names, last_first, names[::-1], weights + biases, biases + weights):
            if [shapes[name] for name in order] == list(map(shape, arrays)):
                return "" if order == names else ", ".join(order)
    return ""


def without_ones(array: Array) -> tuple[int, ...]:
    """A shape without its ones."""
    return tuple(length for length in array.shape if length != 1)


def has_one_for_each_example(array: Array, parameter: Array) -> bool:
    """True where a gradient has as many rows or columns as the parameter has numbers, and several of them."""
    return array.ndim == 2 and parameter.size in array.shape and array.size > parameter.size


def wrong_shape(kind: str, name: str, array: Array, parameter: Array) -> str:
    """The sentence about a shape."""
    return f"{kind} {name} has shape {array.shape}, expected {parameter.shape}"
