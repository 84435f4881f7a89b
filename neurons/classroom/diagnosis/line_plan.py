"""The lines of a small case's arithmetic in the order in which a program computes them, each with its formula."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.numbers import number_text

SLOPE_TEXT = {
    "sigmoid": "a * (1 - a)",
    "tanh": "1 - a * a",
    "relu": "1 if z > 0 else 0",
    "leaky_relu": "1 if z > 0 else 0.01",
    "identity": "1",
}


class PlannedLine(NamedTuple):
    """A line before its numbers are known; `key` is (what, layer, indices), as in `arithmetic.pass_values`."""

    key: tuple[Any, ...]
    name: str
    formula: str


def planned_lines(case: Case, observed: dict[str, Array], scale: float = 1.0) -> Iterator[PlannedLine]:
    """Every line of a case: forward, backward, and the step if one was observed.

    `scale` is the student's choice: 0.5 for half of the squared error.
    """
    num_layers = case.network.num_layers
    for example in range(case.batch):
        for layer_idx in range(num_layers):
            yield from forward_lines(case, layer_idx, example)
    for layer_idx in reversed(range(num_layers)):
        for example in range(case.batch):
            yield from error_lines(case, layer_idx, example, scale)
        yield from gradient_lines(case, layer_idx)
    if "x" in observed:
        for i in range(case.network.sizes[0]):
            yield PlannedLine(("gx", 0, 0, i), f"input_gradients[{i}]", text_through_weights(case, 0, i))
    for layer_idx in range(num_layers):
        if f"step W{layer_idx + 1}" in observed:
            yield from step_lines(case, layer_idx)


def neuron_name(network: Network, layer_idx: int, j: int) -> str:
    """hidden[0]., or nothing where there is one neuron alone."""
    if network.num_layers == 1 and network.sizes[-1] == 1:
        return ""
    return f"neurons[{j}]." if network.is_one_layer else f"{network.layer_name(layer_idx)}[{j}]."


def neuron_names(network: Network, layer_idx: int) -> list[str]:
    """The names of a layer's neurons."""
    return [neuron_name(network, layer_idx, j) for j in range(network.sizes[layer_idx + 1])]


def example_text(case: Case, example: int) -> str:
    """Which example of a batch a number belongs to."""
    return f" of example {example}" if case.batch > 1 else ""


def text_through_weights(case: Case, layer_idx: int, i: int) -> str:
    """What goes back through the weights of input i of a layer: error * weight of each neuron."""
    W = case.parameters[layer_idx][0]
    names = neuron_names(case.network, layer_idx)
    return " + ".join(f"{name}error * {number_text(W[j, i])}" for j, name in enumerate(names))


def forward_lines(case: Case, layer_idx: int, example: int) -> Iterator[PlannedLine]:
    """z and a of a layer's neurons."""
    network = case.network
    W, b = case.parameters[layer_idx]
    names, of_example = neuron_names(network, layer_idx), example_text(case, example)
    if layer_idx == 0:
        inputs = [number_text(value) for value in case.inputs[example]]
    else:
        inputs = [f"{name}a" for name in neuron_names(network, layer_idx - 1)]
    for j, name in enumerate(names):
        terms = [f"{number_text(W[j, i])} * {inputs[i]}" for i in range(W.shape[1])]
        terms += [number_text(b[j])] if network.biases else []
        yield PlannedLine(("z", layer_idx, example, j), f"{name}z{of_example}", " + ".join(terms))
    for j, name in enumerate(names):
        yield PlannedLine(("a", layer_idx, example, j), f"{name}a{of_example}", f"{network.act(layer_idx)}(z)")


def error_lines(case: Case, layer_idx: int, example: int, scale: float) -> Iterator[PlannedLine]:
    """The output gradient, the slope and the error of a layer's neurons."""
    network = case.network
    act, of_example = network.act(layer_idx), example_text(case, example)
    is_last = layer_idx == network.num_layers - 1
    is_fused = is_last and network.loss in ("bce", "ce")  # the loss gives dL/dz at once
    for j, name in enumerate(neuron_names(network, layer_idx)):
        label = number_text(case.labels[example][j]) if is_last else ""
        place = (layer_idx, example, j)
        if not (is_fused or is_last and network.loss is None):  # what the case gives is not computed
            through_weights = "" if is_last else text_through_weights(case, layer_idx + 1, j)
            from_next = through_weights or loss_gradient_text(network, label, scale)
            yield PlannedLine(("g", *place), f"{name}output_gradient{of_example}", from_next)
        if act in SLOPE_TEXT and not is_fused:
            yield PlannedLine(("slope", *place), f"{name}activation_gradient{of_example}", SLOPE_TEXT[act])
        error = difference_text(scale, label) if is_fused else "output_gradient * activation_gradient"
        if act == "softmax" and not is_fused:
            error = "the Jacobian of softmax, times output_gradient"
        yield PlannedLine(("d", *place), f"{name}error{of_example}", error)


def loss_gradient_text(network: Network, label: str, scale: float) -> str:
    """Where the output gradient of an output comes from."""
    return difference_text(2.0 * scale, label) if network.loss == "mse" else f"of the loss, with the label {label}"


def difference_text(factor: float, label: str) -> str:
    """How far an output is from its label, times a factor."""
    return f"a - {label}" if factor == 1.0 else f"{factor:.4g} * (a - {label})"


def gradient_lines(case: Case, layer_idx: int) -> Iterator[PlannedLine]:
    """The gradients of a layer's weights and biases."""
    network = case.network
    mean = "mean of " if case.batch > 1 else ""
    for j, name in enumerate(neuron_names(network, layer_idx)):
        for i in range(network.sizes[layer_idx]):
            into = f"x[{i}]" if layer_idx == 0 else f"{neuron_name(network, layer_idx - 1, i)}a"
            if layer_idx == 0 and case.batch == 1:
                into = number_text(case.inputs[0][i])
            yield PlannedLine(("gW", layer_idx, j, i), f"{name}gradients[{i}]", f"{mean}error * {into}")
        if network.biases:
            yield PlannedLine(("gb", layer_idx, j), f"{name}bias_gradient", f"{mean}error")


def step_lines(case: Case, layer_idx: int) -> Iterator[PlannedLine]:
    """A layer's weights and biases after the step."""
    network, rate = case.network, number_text(case.learning_rate)
    W, b = case.parameters[layer_idx]
    for j, name in enumerate(neuron_names(network, layer_idx)):
        for i in range(network.sizes[layer_idx]):
            moved = f"{number_text(W[j, i])} - {rate} * {name}gradients[{i}]"
            yield PlannedLine(("step W", layer_idx, j, i), f"{name}w[{i}] after the step", moved)
        if network.biases:
            moved = f"{number_text(b[j])} - {rate} * {name}bias_gradient"
            yield PlannedLine(("step b", layer_idx, j), f"{name}b after the step", moved)
