"""The last pass as it is stored in a model: what names stand for, its numbers, and whether the weights are its own.

Nothing here computes a gradient anew. What is computed again is compared with what is stored, on a copy of the model.
"""

import re
from typing import Any, NamedTuple

from neurons.checks import how_many
from neurons.errors import NeuronsError, OrderError
from neurons.inspection.models import neurons_in
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from neurons.text import show

SMALLEST = 2.0**-120  # next to this, a float32 has no digits left
MOVED = "The weights have changed since this backward pass, so they are left out here, and so is the check."
MOVED_UNSEEN = (
    "A weight whose input was 0 has changed since this backward pass (or dL/di was not made with it):"
    " the weights are left out here, and so is the check."
)


class Place(NamedTuple):
    """What a name stands for: a weight ("w"), a bias ("b") or an input ("x") of the neuron at these indices."""

    kind: str
    short: str  # w[0], b, x[0]
    layer_idx: int  # 0 for an input: it goes into the first layer
    neuron_idx: int
    input_idx: int


class Paths(NamedTuple):
    """What flows back into one activation or input, through each neuron of the layer that it goes into."""

    num_paths: int
    shares: list[tuple[str, float]]  # (next neuron, share); empty where the pass kept only their sum
    factors: list[tuple[float, float]] | None  # (dL/dz, weight) of each; None where the weights have moved


def find_place(model: Any, name: Any) -> Place:
    """The place called `name`; `NeuronsError` says which names there are."""
    text = name.strip() if isinstance(name, str) else ""
    asked = re.fullmatch(r"(?P<neuron>.+)\.(?P<kind>w\[(?P<weight>\d+)\]|b)|x\[(?P<input>\d+)\]", text)
    if asked is not None and asked["input"] is not None:
        if int(asked["input"]) < model.layers[0].num_inputs:
            return Place("x", text, 0, 0, int(asked["input"]))
    elif asked is not None:
        found = [
            (layer_idx, neuron_idx, neuron)
            for layer_idx, layer in enumerate(model.layers)
            for neuron_idx, neuron in enumerate(layer.neurons)
            if neuron.name == asked["neuron"]
        ]
        if len(found) > 1:
            raise NeuronsError(f"{len(found)} neurons are called {asked['neuron']}: give each layer a different name")
        if found and int(asked["weight"] or 0) < found[0][2].num_inputs:
            return Place(asked["kind"][0], asked["kind"], found[0][0], found[0][1], int(asked["weight"] or 0))
    for neuron in neurons_in(model):
        if neuron.name == text:
            weights = ", ".join(f"{text}.w[{i}]" for i in range(min(neuron.num_inputs, 2)))
            raise NeuronsError(f"{text} has a gradient for each weight and the bias: ask for {weights} or {text}.b")
    raise NeuronsError(f"there is no gradient called {text or show(name)}: {names_of(model)}")


def names_of(model: Any) -> str:
    """Which names there are, in a sentence."""
    parts = []
    for layer in model.layers:
        first, last = layer.neurons[0].name, layer.neurons[-1].name
        neurons = first if len(layer.neurons) == 1 else f"{first} to {last}"
        parts.append(f"{neurons} with .{span('w', layer.num_inputs)} and .b")
    return f"there are {'; '.join(parts)}; and the inputs {span('x', model.layers[0].num_inputs)}"


def span(letter: str, count: int) -> str:
    """w[0], or w[0] to w[3]."""
    return f"{letter}[0]" if count == 1 else f"{letter}[0] to {letter}[{count - 1}]"


class StoredPass:
    """The numbers of the last forward and backward pass; of a batch on arrays, those of one `example`."""

    def __init__(self, model: Any, example: int | None) -> None:
        self.on_arrays = model.engine == "numpy"
        if example is not None and not self.on_arrays:
            raise NeuronsError(
                f"neurons keep the numbers of the last example only, but got example={show(example)}:"
                " example= is for a model on arrays"
            )
        self.model = model
        self.example = -1 if example is None else example
        self.neurons = [
            [neuron.at(self.example) for neuron in layer.neurons] if self.on_arrays else layer.neurons
            for layer in model.layers
        ]
        self.inputs = [float(value) for value in self.neurons[0][0].input_activation]
        self.outputs = [neuron.activation for neuron in self.neurons[-1]]
        self.output_gradients = [neuron.output_gradient for neuron in self.neurons[-1]]
        single = self.on_arrays and model.layers[0].dtype == "float32"
        self.rounding = 2.0**-19 if single else 2.0**-48  # 16 times that of one operation
        self.smallest = SMALLEST if single else 1e-300
        self.twin = model.copy()
        if self.on_arrays:
            for layer in self.twin.layers:  # a nudge of 1e-6 is nothing to a float32
                layer.parameters = layer.parameters.astype("float64")  # (input + 1, neuron)
                layer.sums = layer.sums.astype("float64")  # (input + 1, neuron)
        self.moved = self.moved_on_arrays() if self.on_arrays else self.moved_in_neurons()

    def twin_outputs(self, inputs: list[float]) -> list[float]:
        """A forward pass of the copy."""
        return self.twin.forward([inputs])[0].tolist() if self.on_arrays else self.twin.forward(inputs)

    def twin_z(self) -> list[float]:
        """The z of all neurons in that forward pass."""
        if self.on_arrays:
            return [z for layer in self.twin.layers for z in layer.linear_activations[0].tolist()]
        return [neuron.linear_activation for neuron in neurons_in(self.twin)]

    def rounded_by(self, size: float) -> float:
        """How far a result that was made of numbers of this size may be off; the smallest floats have no digits."""
        return self.rounding * size + self.smallest

    def loss_rounded_by(self, output: float) -> float:
        """How far the stored dL/da of an output may be from what the loss gives for it: arrays may round otherwise."""
        scale = getattr(self.model.loss, "scale", 1.0)
        return self.rounding * max(1.0, abs(output)) * max(1.0, scale) if self.on_arrays else 0.0

    def moved_in_neurons(self) -> str:
        """Why the weights are not those of the pass; empty if they are: then z comes out the same bit for bit."""
        try:
            self.twin.forward(self.inputs)
        except NeuronsError:
            return MOVED
        for layer, twin_layer in zip(self.neurons, self.twin.layers, strict=True):
            for neuron, twin in zip(layer, twin_layer.neurons, strict=True):
                if neuron.linear_activation != twin.linear_activation:
                    return MOVED
        # A weight whose input was 0 does not show in z, but in the dL/di that backward_pass made with it.
        suspicious = False
        for layer in self.neurons:
            for neuron in layer:
                for i, weight in enumerate(neuron.weights):
                    difference = abs(neuron.input_gradients[i] - neuron.error * weight)
                    if difference > self.rounding * abs(neuron.error * weight):
                        seen_in_z = self.rounding * abs(neuron.error * neuron.linear_activation)
                        if difference * abs(neuron.input_activation[i]) > seen_in_z:
                            return ""  # z would show it: not the weight is wrong but dL/di
                        suspicious = True
        return MOVED_UNSEEN if suspicious else ""

    def moved_on_arrays(self) -> str:
        """The same for arrays, which may add up in another order: to rounding."""
        for layer, twin in zip(self.model.layers, self.twin.layers, strict=True):
            inputs = layer.last_pass.inputs[self.example].astype("float64")  # (input + 1,)
            difference = abs(inputs @ twin.parameters - layer.linear_activations[self.example])  # (neuron,)
            if (difference > self.rounding * (abs(inputs) @ abs(twin.parameters)) + SMALLEST).any():
                return MOVED
            if layer.input_gradients is not None:
                errors = layer.errors[self.example].astype("float64")  # (neuron,)
                difference = abs(errors @ twin.weights - layer.input_gradients[self.example])  # (input,)
                wrong = difference > self.rounding * (abs(errors) @ abs(twin.weights)) + SMALLEST  # (input,)
                if wrong.any() and not inputs[:-1][wrong].any():
                    return MOVED_UNSEEN
        return ""

    def paths_into(self, layer_idx: int, input_idx: int) -> Paths:
        """The paths into one input of a layer."""
        neurons = self.neurons[layer_idx]
        if self.moved:
            kept = [] if self.on_arrays else [(neuron.name, neuron.input_gradients[input_idx]) for neuron in neurons]
            return Paths(len(neurons), kept, None)
        factors = [(neuron.error, float(neuron.weights[input_idx])) for neuron in neurons]
        shares = []
        for neuron, (error, weight) in zip(neurons, factors, strict=True):
            shares.append((neuron.name, error * weight if self.on_arrays else neuron.input_gradients[input_idx]))
        return Paths(len(neurons), shares, factors)

    def input_gradient(self, input_idx: int, paths: Paths) -> float:
        """dL/dx of one input of the model, as the first layer's `backward_pass` summed it."""
        if not self.on_arrays:
            total = 0.0
            for _, share in paths.shares:
                total += share
            return total
        input_gradients = self.model.layers[0].input_gradients
        if input_gradients is None:
            raise OrderError(
                f"x[{input_idx}] has no gradient: fit does not keep those of the inputs;"
                " call forward and backward_pass first"
            )
        return float(input_gradients[self.example, input_idx])

    def fits(self, label: Any) -> bool:
        """True if the loss gives the stored dL/da for this label: bit for bit, or on arrays to rounding."""
        expected = self.model.loss.output_gradients(self.outputs, label)
        for output, gradient, right in zip(self.outputs, self.output_gradients, expected, strict=True):
            if not abs(gradient - right) <= self.loss_rounded_by(output):  # not-a-number neither
                return False
        return True

    def label_vector(self, label: Any) -> list[float] | None:
        """The label as a list, found from dL/da where it is not given; None where that is not certain."""
        loss = self.model.loss
        if type(loss) not in (MSE, SoftmaxCrossEntropy, BinaryCrossEntropy):
            return None
        if label is not None:
            return loss.label_vector(label, len(self.outputs))
        digits = 6 if self.rounding > 1e-9 else 12
        found = []
        for prediction, gradient in zip(loss.predict(self.outputs), self.output_gradients, strict=True):
            found.append(round(prediction - (gradient / (2.0 * loss.scale) if type(loss) is MSE else gradient), digits))
        try:
            return found if self.fits(found) else None
        except NeuronsError:  # no probabilities
            return None

    def check_label(self, label: Any) -> None:
        """Raise if the pass was made with another label."""
        if not self.fits(label):
            expected = self.model.loss.output_gradients(self.outputs, label)
            raise NeuronsError(
                f"this pass was made with another label: for {show(label)} the loss gives dL/da = {show(expected)},"
                f" but {how_many(len(self.outputs), 'output')} got {show(self.output_gradients)}"
            )
