"""What a worksheet asks: each number of one training step, in the lesson's order, and where each number is kept.

All numbers of a sheet stand in one list v: first those that are given (inputs, labels, weights and biases layer by
layer, the learning rate), then one per question.
"""

from typing import NamedTuple

from neurons.classroom.diagnosis.cases import Case, Network

PARTS = ("forward", "loss", "backward", "step")
SYMBOLS = {
    "z": "z",
    "a": "a",
    "L": "L",
    "g": "dL/da",
    "slope": "da/dz",
    "d": "dL/dz",
    "gW": "dL/dw",
    "gb": "dL/db",
    "gx": "dL/di",
    "new W": "new w",
    "new b": "new b",
}


class Question(NamedTuple):
    """One number to calculate: the place of a `LayerPass`'s array that it stands in."""

    part: str  # one of PARTS
    quantity: str  # one of SYMBOLS
    layer: int
    neuron: int  # for gx: -1, it is a sum over the layer's neurons
    weight: int = -1  # which input, where there is one number per input

    @property
    def symbol(self) -> str:
        """dL/dw[1]"""
        return SYMBOLS[self.quantity] + (f"[{self.weight}]" if self.weight >= 0 else "")

    def label(self, network: Network) -> str:
        """dL/dw[1] of hidden[0]"""
        if self.quantity == "L":
            return "L"
        if self.quantity == "gx":
            below = f"x[{self.weight}]" if self.layer == 0 else f"{network.layer_name(self.layer - 1)}[{self.weight}]"
            return f"dL/d{below}" if self.layer == 0 else f"dL/da of {below}"
        return f"{self.symbol} of {network.layer_name(self.layer)}[{self.neuron}]"


def has_slope_question(network: Network, layer_idx: int) -> bool:
    """True where dL/da and da/dz are numbers of their own: a cross-entropy has a - y for dL/dz at once."""
    return layer_idx < network.num_layers - 1 or network.loss == "mse"


def all_questions(network: Network, parts: tuple[str, ...]) -> list[Question]:
    """The questions of these parts, and of those before the last of them: their numbers are printed on the sheet."""
    last = max(map(PARTS.index, parts))
    found = []
    for part in PARTS[: last + 1]:
        found += {"forward": forward, "loss": loss, "backward": backward, "step": step}[part](network)
    return found


def neurons_of(network: Network, layer_idx: int) -> range:
    """0, 1, ... for the neurons of a layer."""
    return range(network.sizes[layer_idx + 1])


def forward(network: Network) -> list[Question]:
    """z and a of each neuron."""
    return [
        Question("forward", quantity, layer_idx, j)
        for layer_idx in range(network.num_layers)
        for quantity in ("z", "a")
        for j in neurons_of(network, layer_idx)
    ]


def loss(network: Network) -> list[Question]:
    """L."""
    return [Question("loss", "L", network.num_layers - 1, -1)]


def backward(network: Network) -> list[Question]:
    """From the last layer to the first: the factors, the gradients, and what goes back."""
    found = []
    for layer_idx in reversed(range(network.num_layers)):
        quantities = ["slope", "d"] if has_slope_question(network, layer_idx) else ["d"]
        if layer_idx == network.num_layers - 1 and len(quantities) == 2:
            quantities.insert(0, "g")  # of other layers it is the gx of the layer after
        neurons, inputs = neurons_of(network, layer_idx), range(network.sizes[layer_idx])
        found += [Question("backward", quantity, layer_idx, j) for quantity in quantities for j in neurons]
        found += [Question("backward", "gW", layer_idx, j, i) for i in inputs for j in neurons]
        found += [Question("backward", "gb", layer_idx, j) for j in neurons]
        found += [Question("backward", "gx", layer_idx, -1, i) for i in inputs]
    return found


def step(network: Network) -> list[Question]:
    """The weights and biases after the step."""
    found = []
    for layer_idx in range(network.num_layers):
        neurons = neurons_of(network, layer_idx)
        found += [Question("step", "new W", layer_idx, j, i) for i in range(network.sizes[layer_idx]) for j in neurons]
        found += [Question("step", "new b", layer_idx, j) for j in neurons]
    return found


class Places(NamedTuple):
    """Where the given numbers stand in v."""

    inputs: list[int]
    labels: list[int]
    weights: list[list[list[int]]]  # layer, neuron, input
    biases: list[list[int]]  # layer, neuron
    learning_rate: int


def given_places(network: Network) -> Places:
    """The places of the inputs, the labels, the weights and biases layer by layer, and the learning rate."""
    numbers = iter(range(num_given(network)))

    def taken(count: int) -> list[int]:
        return [next(numbers) for _ in range(count)]

    sizes = network.sizes
    inputs, labels = taken(sizes[0]), taken(sizes[-1])
    weights, biases = [], []
    for num_inputs, num_neurons in zip(sizes, sizes[1:], strict=False):
        weights.append([taken(num_inputs) for _ in range(num_neurons)])
        biases.append(taken(num_neurons))
    return Places(inputs, labels, weights, biases, next(numbers))


def num_given(network: Network) -> int:
    """How many numbers are given: the first question's number is v[num_given]."""
    sizes = network.sizes
    return sizes[0] + sizes[-1] + sum((k + 1) * n for k, n in zip(sizes, sizes[1:], strict=False)) + 1


def given_numbers(case: Case) -> list[float]:
    """The first numbers of v."""
    numbers = [*case.inputs[0], *case.labels[0]]
    for W, b in case.parameters:
        numbers += [*W.ravel(), *b]
    return [*map(float, numbers), float(case.learning_rate)]
