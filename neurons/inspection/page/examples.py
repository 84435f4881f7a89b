"""The examples that travel with a page, and long lists of numbers in few characters."""

import base64
import sys
from array import array
from typing import Any, NamedTuple

from neurons.checks import as_int, as_lists, is_list
from neurons.errors import NeuronsError
from neurons.text import show
from neurons.training.loops import LOOPS

FEW_NUMBERS = 100  # a list of more is written in base64
MOST_BYTES = 300_000  # of examples; where all are more, only the first travel
FEW = 20
SCALES = (1, 16, 255)  # of images: whole numbers up to 255, divided by one of these


class Examples(NamedTuple):
    """Checked examples: lists of floats, one per example; `total` is how many there were, `shown` the first shown."""

    inputs: list[list[float]]
    labels: list[list[float]]
    total: int
    shown: int

    @property
    def all_travel(self):
        """True where the page has every example, and so can train itself."""
        return len(self.inputs) == self.total

    def as_data(self):
        """For the page's data."""
        flat_inputs = [value for example in self.inputs for value in example]
        flat_labels = [value for label in self.labels for value in label]
        number = len(self.inputs)
        return {"x": numbers(flat_inputs), "y": numbers(flat_labels), "number": number, "total": self.total}


def examples_for(model, inputs, labels, example=None) -> Examples:
    """The `Examples` of a model of neurons that travel with its page: all, or of many the first, and the one shown."""
    if not is_list(inputs) or not is_list(labels) or len(inputs) != len(labels):
        LOOPS.checked_examples(model, inputs, labels)  # which says what is wrong
    total = len(inputs)
    shown = checked_example(example, total)
    num_numbers = model.layers[0].num_inputs + model.layers[-1].num_neurons
    if total * num_numbers > MOST_BYTES:
        inputs, labels, shown = some_of(inputs, labels, shown)
    inputs, labels = LOOPS.checked_examples(model, inputs, labels)
    size = 1 if scale_of(value for one in inputs for value in one) else 8
    if len(inputs) * num_numbers * size > MOST_BYTES:
        inputs, labels, shown = some_of(inputs, labels, shown)
    if example is None:
        shown = next((index for index, one in enumerate(inputs) if any(one)), 0)
    return Examples(inputs, labels, total, shown)


def checked_example(example, total) -> int:
    """The index of the example to begin with, 0 for None: then it is the first whose inputs are not all 0.

    Those would give every weight of the first layer the gradient 0.
    """
    if example is None:
        return 0
    index = as_int(example)
    if index is None or not 0 <= index < total:
        raise NeuronsError(f"example must be a whole number from 0 to {total - 1} but got {show(example)}")
    return index


def some_of(inputs, labels, shown):
    """The first examples, and the one to be shown at their end if it is not among them; its index."""
    rows, answers = list(as_lists(inputs[:FEW], "inputs")), list(as_lists(labels[:FEW], "labels"))
    if shown < FEW:
        return rows, answers, shown
    rows += as_lists(inputs[shown : shown + 1], "inputs")
    answers += as_lists(labels[shown : shown + 1], "labels")
    return rows, answers, FEW


def numbers(values: list[float], are_single: bool = False) -> Any:
    """A list of floats for the data, exact: as it is, or where it is long in base64.

    {"u1": ..., "scale": 16} has a byte for each number of an image, {"f4": ...} float32 for numbers that `are_single`,
    {"f8": ...} the float64 of all others.
    """
    values = list(map(float, values))
    if len(values) <= FEW_NUMBERS:
        return values
    scale = scale_of(values)
    if scale:
        return {"u1": in_base64(bytes(round(value * scale) for value in values)), "scale": scale}
    floats = array("f" if are_single else "d", values)
    if sys.byteorder == "big":
        floats.byteswap()
    return {"f4" if are_single else "f8": in_base64(floats.tobytes())}


def in_base64(data: bytes) -> str:
    """The bytes as text."""
    return base64.b64encode(data).decode()


def scale_of(values):
    """What makes whole numbers from 0 to 255 of all values, and gives the same floats when they are divided; or 0."""
    values = list(values)
    for scale in SCALES:
        if all(0.0 <= value * scale <= 255.0 and round(value * scale) / scale == value for value in values):
            return scale
    return 0
