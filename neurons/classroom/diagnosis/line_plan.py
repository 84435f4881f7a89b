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


def planned_lines(case: Case, observed: dict[str, Array]) -> Iterator[PlannedLine]:
    """Every line of a case: forward, backward, and the step if one was observed."""
    num_layers = case.network.num_layers
    for example in range(case.batch):
        for layer_idx in range(num_layers):
            yield from forward_lines(case, layer_idx, example)
    for layer_idx in reversed(range(num_layers)):
        for example in range(case.batch):
            yield from error_lines(case, layer_idx, example)
        yield from gradient_lines(case, layer_idx)
    if "x" in observed:
        for i in range(case.network.sizes[0]):
            yield PlannedLine(("gx", 0, 0, i), f"dL/d x[{i}]", text_through_weights(case, 0, i))
    for layer_idx in range(num_layers):
        if f"step W{layer_idx + 1}" in observed:
            yield from step_lines(case.network, layer_idx)


def neuron_name(network: Network, layer_idx: int, j: int) -> str:
    """hidden[0]., or nothing where there is one neuron alone."""
    if network.num_layers == 1 and network.sizes[-1] == 1:
        return ""
    return f"{network.layer_name(layer_idx)}[{j}]."


def neuron_names(network: Network, layer_idx: int) -> list[str]:
    """The names of a layer's neurons."""
    return [neuron_name(network, layer_idx, j) for j in range(network.sizes[layer_idx + 1])]


def example_text(case: Case, example: int) -> str:
    """Which example of a batch a number belongs to."""
    return f" of example {example}" if case.batch > 1 else ""


def text_through_weights(case: Case, layer_idx: int, i: int) -> str:
    """What goes back through the weights of input i of a layer: dL/dz * w of each neuron."""
    W = case.parameters[layer_idx][0]
    names = neuron_names(case.network, layer_idx)
    return " + ".join(f"{name}dL/dz * {number_text(W[j, i])}" for j, name in enumerate(names))


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


def error_lines(case: Case, layer_idx: int, example: int) -> Iterator[PlannedLine]:
    """dL/da, da/dz and dL/dz of a layer's neurons."""
    network = case.network
    act, of_example = network.act(layer_idx), example_text(case, example)
    is_last = layer_idx == network.num_layers - 1
    is_fused = is_last and network.loss in ("bce", "ce")  # the loss gives dL/dz at once
    for j, name in enumerate(neuron_names(network, layer_idx)):
        label = number_text(case.labels[example][j]) if is_last else ""
        if not is_fused:
            from_next = loss_gradient_text(network, label) if is_last else text_through_weights(case, layer_idx + 1, j)
            yield PlannedLine(("g", layer_idx, example, j), f"{name}dL/da{of_example}", from_next)
            if act in SLOPE_TEXT:
                yield PlannedLine(("slope", layer_idx, example, j), f"{name}da/dz{of_example}", SLOPE_TEXT[act])
        error = f"a - {label}" if is_fused else "dL/da * da/dz"
        if act == "softmax" and not is_fused:
            error = "the Jacobian of softmax, times dL/da"
        yield PlannedLine(("d", layer_idx, example, j), f"{name}dL/dz{of_example}", error)


def loss_gradient_text(network: Network, label: str) -> str:
    """Where dL/da of an output comes from."""
    if network.loss is None:
        return "given"
    return f"2 * (a - {label})" if network.loss == "mse" else f"of the loss, with y = {label}"


def gradient_lines(case: Case, layer_idx: int) -> Iterator[PlannedLine]:
    """The gradients of a layer's weights and biases."""
    network = case.network
    mean = "mean of " if case.batch > 1 else ""
    for j, name in enumerate(neuron_names(network, layer_idx)):
        for i in range(network.sizes[layer_idx]):
            into = f"x[{i}]" if layer_idx == 0 else f"{neuron_name(network, layer_idx - 1, i)}a"
            if layer_idx == 0 and case.batch == 1:
                into = number_text(case.inputs[0][i])
            yield PlannedLine(("gW", layer_idx, j, i), f"dL/d {name}w[{i}]", f"{mean}dL/dz * {into}")
        if network.biases:
            yield PlannedLine(("gb", layer_idx, j), f"dL/d {name}b", f"{mean}dL/dz")


def step_lines(network: Network, layer_idx: int) -> Iterator[PlannedLine]:
    """What a step takes off a layer's weights and biases."""
    for j, name in enumerate(neuron_names(network, layer_idx)):
        for i in range(network.sizes[layer_idx]):
            yield PlannedLine(("step W", layer_idx, j, i), f"step of {name}w[{i}] / rate", "its gradient")
        if network.biases:
            yield PlannedLine(("step b", layer_idx, j), f"step of {name}b / rate", "its gradient")
