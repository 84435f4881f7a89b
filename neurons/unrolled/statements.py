"""The one list of statements of a training step, from which every text is written: unrolled, with loops, JavaScript.

A statement calculates one number, or one for each neuron or input: `hidden_z[j]` is the z of neuron j, `hidden_w[j][i]`
its weight on input i. `x` are the inputs, `y` is the label, one number per output. Expressions are Python's.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from neurons.activations import LOWEST_Z, Activation, named_activation
from neurons.errors import NeuronsError
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from neurons.optimisers import SGD, Adam, Momentum
from neurons.text import layer_name, show

SIGMOID = f"1.0 / (1.0 + exp(-{{z}})) if {{z}} >= {LOWEST_Z!r} else exp({{z}})"

ACT = {
    "sigmoid": SIGMOID,
    "tanh": "tanh({z})",
    "relu": "{z} if {z} > 0.0 else 0.0",
    "leaky_relu": "{z} if {z} > 0.0 else {act.slope!r} * {z}",
    "identity": "{z}",
}

DELTA_ACT = {  # {a}, the activation at {z}, has been computed
    "sigmoid": "{a} * (1.0 - {a})",
    "tanh": "1.0 - {a} * {a}",
    "relu": "1.0 if {z} > 0.0 else 0.0",
    "leaky_relu": "1.0 if {z} > 0.0 else {act.slope!r}",
    "identity": "1.0",
}


class Architecture(NamedTuple):
    """What the text depends on."""

    num_inputs: int
    layers: tuple[tuple[str, int], ...]  # for each layer the name of its activation function, and how many neurons
    loss: str
    scale: float  # of MSE; 1.0 for the others


class Let(NamedTuple):
    """target = value"""

    target: str
    value: str


class Sum(NamedTuple):
    """target = the sum of `term` for `over` = 0, 1, ..., `size` - 1, from left to right, then `last` if given"""

    target: str
    term: str
    over: str
    size: int
    last: str | None = None


class Largest(NamedTuple):
    """target = the largest `term` for `over` = 0, 1, ..., `size` - 1"""

    target: str
    term: str
    over: str
    size: int


class Each(NamedTuple):
    """The statements for `over` = 0, 1, ..., `size` - 1, one after the other"""

    over: str
    size: int
    statements: list["Statement"]


Statement = Let | Sum | Largest | Each

ELEMENT = re.compile(r"\b([a-z]\w*)((?:\[\w+\])+)")  # such as hidden_w[j][i]


def at_index(statement: Statement, index: str, number: int) -> Statement:
    """The statement where `index` is this number."""

    def put(text: str) -> str:
        return text.replace(f"[{index}]", f"[{number}]")

    if isinstance(statement, Let):
        return Let(put(statement.target), put(statement.value))
    if isinstance(statement, Each):
        return statement._replace(statements=[at_index(inner, index, number) for inner in statement.statements])
    at_number = statement._replace(target=put(statement.target), term=put(statement.term))
    if isinstance(at_number, Sum) and at_number.last is not None:
        return at_number._replace(last=put(at_number.last))
    return at_number


class LayerOf(NamedTuple):
    """A layer of an `Architecture`, and the names of what it reads."""

    name: str  # hidden, hidden1, ..., output
    act: Activation
    num_neurons: int
    num_inputs: int
    input: str  # x, or the activations of the layer before


def layers_of(architecture: Architecture) -> list[LayerOf]:
    """The layers, first to last."""
    layers = []
    num_inputs, source = architecture.num_inputs, "x"
    for layer_idx, (act, num_neurons) in enumerate(architecture.layers):
        name = layer_name(layer_idx, len(architecture.layers))
        layers.append(LayerOf(name, named_activation(act), num_neurons, num_inputs, source))
        num_inputs, source = num_neurons, f"{name}_a"
    return layers


def forward(architecture: Architecture) -> list[Statement]:
    """Each neuron's linear activation z = sum(w * i) + b and activation a = act(z)."""
    statements: list[Statement] = []
    for layer in layers_of(architecture):
        name, z = layer.name, f"{layer.name}_z[j]"
        weighted_sum = Sum(z, f"{name}_w[j][i] * {layer.input}[i]", "i", layer.num_inputs, last=f"{name}_b[j]")
        activation = Let(f"{name}_a[j]", ACT[type(layer.act).name].format(z=z, act=layer.act))
        statements.append(Each("j", layer.num_neurons, [weighted_sum, activation]))
    return statements


def loss(architecture: Architecture) -> list[Statement]:
    """The loss L."""
    return costs_of(architecture).loss


def prediction(architecture: Architecture) -> str:
    """What output j says, once the loss has been calculated: itself, or a probability."""
    return costs_of(architecture).prediction


def backward(architecture: Architecture) -> list[Statement]:
    """dL/da comes in, times da/dz, is the error dL/dz; it goes on to the layer before, times the weights."""
    statements: list[Statement] = []
    after = None
    for layer in reversed(layers_of(architecture)):
        name = layer.name
        comes_in: Statement
        if after is None:
            comes_in = Let(f"{name}_output_gradient[j]", costs_of(architecture).output_gradient)
        else:
            path = f"{after.name}_error[k] * {after.name}_w[k][j]"
            comes_in = Sum(f"{name}_output_gradient[j]", path, "k", after.num_neurons)
        slope = DELTA_ACT[type(layer.act).name].format(z=f"{name}_z[j]", a=f"{name}_a[j]", act=layer.act)
        times_slope = f"{name}_output_gradient[j] * {name}_activation_gradient[j]"
        error = [Let(f"{name}_activation_gradient[j]", slope), Let(f"{name}_error[j]", times_slope)]
        statements.append(Each("j", layer.num_neurons, [comes_in, *error]))
        after = layer
    return statements


def gradients(architecture: Architecture) -> list[Statement]:
    """dL/dw = dL/dz * i and dL/db = dL/dz."""
    statements: list[Statement] = []
    for layer in layers_of(architecture):
        name = layer.name
        of_weight = Let(f"{name}_w_gradient[j][i]", f"{name}_error[j] * {layer.input}[i]")
        of_bias = Let(f"{name}_b_gradient[j]", f"{name}_error[j]")
        statements.append(Each("j", layer.num_neurons, [Each("i", layer.num_inputs, [of_weight]), of_bias]))
    return statements


def input_gradients(architecture: Architecture) -> list[Statement]:
    """dL/di = dL/dz * w, what each neuron says about each of its inputs, and their sum for each input of the model."""
    statements: list[Statement] = []
    for layer in layers_of(architecture):
        name = layer.name
        of_input = Let(f"{name}_input_gradients[j][i]", f"{name}_error[j] * {name}_w[j][i]")
        statements.append(Each("j", layer.num_neurons, [Each("i", layer.num_inputs, [of_input])]))
    first = layers_of(architecture)[0]
    path = f"{first.name}_error[j] * {first.name}_w[j][i]"
    return [*statements, Each("i", first.num_inputs, [Sum("x_gradient[i]", path, "j", first.num_neurons)])]


class Costs(NamedTuple):
    """What a loss adds to the statements."""

    loss: list[Statement]
    output_gradient: str  # dL/da of output j
    prediction: str  # what output j says: itself, or a probability


def mse(num_outputs, scale):
    """L = scale * (sum of (a - y)**2)."""
    statements: list[Statement] = [
        Each("j", num_outputs, [Let("output_difference[j]", "output_a[j] - y[j]")]),
        Sum("loss", "output_difference[j] * output_difference[j]", "j", num_outputs),
    ]
    if scale == 1.0:
        return Costs(statements, "2.0 * output_difference[j]", "output_a[j]")
    scaled = [*statements, Let("loss", f"{scale!r} * loss")]
    return Costs(scaled, f"2.0 * {scale!r} * output_difference[j]", "output_a[j]")


def softmax_cross_entropy(num_outputs, scale):
    """L = -sum of y * log(p) for the softmax p of the outputs; dL/dz = p - y of each."""
    statements: list[Statement] = [
        Largest("largest", "output_a[j]", "j", num_outputs),
        Each("j", num_outputs, [Let("output_exponential[j]", "exp(output_a[j] - largest)")]),
        Sum("total", "output_exponential[j]", "j", num_outputs),
        Let("log_total", "log(total)"),
        Sum("loss", "y[j] * (log_total + (largest - output_a[j]))", "j", num_outputs),
    ]
    probability = "output_exponential[j] / total"
    return Costs(statements, f"{probability} - y[j]", probability)


def binary_cross_entropy(num_outputs, scale):
    """L = -y * log(p) - (1 - y) * log(1 - p) for p = sigmoid of the one output; dL/dz = p - y."""
    logit = "output_a[j]"
    statements: list[Statement] = [
        Let("loss", f"max({logit}, 0.0) - {logit} * y[j] + log1p(exp(-abs({logit})))"),
        Let("output_probability[j]", SIGMOID.format(z=logit)),
    ]
    return Costs([Each("j", num_outputs, statements)], "output_probability[j] - y[j]", "output_probability[j]")


COSTS = {
    MSE.name: mse,
    SoftmaxCrossEntropy.name: softmax_cross_entropy,
    BinaryCrossEntropy.name: binary_cross_entropy,
}


def costs_of(architecture: Architecture) -> Costs:
    """What the loss of this architecture adds."""
    return COSTS[architecture.loss](architecture.layers[-1][1], architecture.scale)


def optimiser_step(optimiser: Any) -> tuple[Sequence[str], list[Let], list[Let]]:
    """How the mean gradient of a batch moves one parameter.

    The memory it needs, one number per parameter and name; what is calculated once per step; and what for each
    parameter, of which `gradient` is the mean gradient. Raises `NeuronsError` for an optimiser of your own.
    """
    if type(optimiser) not in (SGD, Momentum, Adam) or "step" in vars(optimiser):
        raise NeuronsError(f"the step must be that of SGD(), Momentum() or Adam() but is that of {show(optimiser)}")
    if isinstance(optimiser, SGD):
        return (), [], [Let("parameter", "parameter - learning_rate * gradient")]
    if isinstance(optimiser, Momentum):
        velocity = Let("velocity", f"{optimiser.beta!r} * velocity + gradient")
        return ("velocity",), [], [velocity, Let("parameter", "parameter - learning_rate * velocity")]
    beta1, beta2 = repr(optimiser.beta1), repr(optimiser.beta2)
    once = [
        Let("mean_correction", f"1.0 - pow({beta1}, num_steps)"),
        Let("square_correction", f"1.0 - pow({beta2}, num_steps)"),
    ]
    each = [
        Let("mean", f"{beta1} * mean + (1.0 - {beta1}) * gradient"),
        Let("square", f"{beta2} * square + (1.0 - {beta2}) * (gradient * gradient)"),
        Let("corrected_mean", "mean / mean_correction"),
        Let("corrected_square", "square / square_correction"),
        Let(
            "parameter",
            f"parameter - learning_rate * corrected_mean / (sqrt(corrected_square) + {optimiser.epsilon!r})",
        ),
    ]
    return ("mean", "square"), once, each
