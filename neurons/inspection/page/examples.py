"""The examples that travel with a page, and long lists of numbers in few characters."""

import base64
import sys
from array import array
from typing import Any, NamedTuple

from neurons.checks import is_list
from neurons.training.loops import LOOPS

FEW_NUMBERS = 400  # a list of more is written in base64
MOST_BYTES = 300_000  # of examples; where all are more, only the first travel
FEW_EXAMPLES = 20
SCALES = (1, 16, 255)  # of images: whole numbers up to 255, divided by one of these


class Examples(NamedTuple):
    """Checked examples: lists of floats, one per example; `total` is how many there were."""

    inputs: list[list[float]]
    labels: list[list[float]]
    total: int

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


def examples_for(model, inputs, labels):
    """The `Examples` of a model of neurons that travel with its page: all, or the first few of many."""
    total = len(inputs) if is_list(inputs) else 0
    num_numbers = model.layers[0].num_inputs + model.layers[-1].num_neurons
    if total * num_numbers > MOST_BYTES and is_list(labels) and len(labels) == total:
        inputs, labels = inputs[:FEW_EXAMPLES], labels[:FEW_EXAMPLES]
    inputs, labels = LOOPS.checked_examples(model, inputs, labels)
    size = 1 if scale_of(value for example in inputs for value in example) else 8
    if len(inputs) * num_numbers * size > MOST_BYTES:
        inputs, labels = inputs[:FEW_EXAMPLES], labels[:FEW_EXAMPLES]
    return Examples(inputs, labels, total)


def numbers(values: list[float]) -> Any:
    """A list of floats for the data, exact: as it is, or {"f8": base64}, or {"u1": base64, "scale": 16} for images."""
    if len(values) <= FEW_NUMBERS:
        return values
    scale = scale_of(values)
    if scale:
        return {"u1": base64.b64encode(bytes(round(value * scale) for value in values)).decode(), "scale": scale}
    doubles = array("d", values)
    if sys.byteorder == "big":
        doubles.byteswap()
    return {"f8": base64.b64encode(doubles.tobytes()).decode()}


def scale_of(values):
    """What makes whole numbers from 0 to 255 of all values, and gives the same floats when they are divided; or 0."""
    values = list(values)
    for scale in SCALES:
        if all(0.0 <= value * scale <= 255.0 and round(value * scale) / scale == value for value in values):
            return scale
    return 0
