"""The probes: numbers on which different mistakes give different gradients.

Each of these hides a family of mistakes, and is avoided: zero biases, weights of one size, a batch of 1, a learning
rate of 1, neurons of a ReLU that are all on or all off, labels that are 0 where any number may stand.
"""

import random
from collections.abc import Iterator

import numpy as np

from neurons.classroom.diagnosis.cases import Case, Network
from neurons.classroom.diagnosis.reference import LayerPass, forward
from neurons.classroom.numbers import small_number

LEARNING_RATES = (0.5, 0.2, 2.0, 0.3, 0.7, 1.5)
BATCH_SIZES = (3, 4, 2, 5, 1)
NUM_PROBES = 5
HAS_KINK = ("relu", "leaky_relu")


def probes(network: Network, batch: bool, count: int = NUM_PROBES) -> list[Case]:
    """The fixed probes for a network: the same ones each time."""
    return [
        drawn_case(network, BATCH_SIZES[i % len(BATCH_SIZES)] if batch else 1, 1000 + i, LEARNING_RATES[i % 6])
        for i in range(count)
    ]


def other_networks(network: Network) -> Iterator[Network]:
    """The same layers in other sizes, which separate twins: all square, three outputs, no two sizes equal."""
    num_layers = network.num_layers
    for sizes in ((2,) * (num_layers + 1), (3,) * (num_layers + 1), tuple(range(2, num_layers + 3))):
        if sizes != network.sizes:
            yield network._replace(sizes=sizes)


def drawn_case(network: Network, batch: int, seed: int, learning_rate: float) -> Case:
    """One probe; drawn again until no neuron sits at a kink and a ReLU layer is partly on, partly off."""
    for attempt in range(200):
        rng = random.Random(1000 * seed + attempt)
        parameters = []
        for num_inputs, num_neurons in zip(network.sizes, network.sizes[1:], strict=False):
            shrink = min(1.0, (4.0 / num_inputs) ** 0.5)  # many inputs would saturate the neuron
            W = np.array([[small_number(rng, 1.5) * shrink for _ in range(num_inputs)] for _ in range(num_neurons)])
            b = np.array([small_number(rng, 1.5) if network.biases else 0.0 for _ in range(num_neurons)])
            parameters.append((W, b))
        inputs = np.array([[small_number(rng, 1.5) for _ in range(network.sizes[0])] for _ in range(batch)])
        labels = np.array([drawn_label(network, rng) for _ in range(batch)])
        case = Case(network, tuple(parameters), inputs, labels, learning_rate)
        if shows_kinks(case, seed):
            break
    return case


def drawn_label(network: Network, rng: random.Random) -> list[float]:
    """A label that suits the loss; output gradients where there is none."""
    num_outputs = network.sizes[-1]
    if network.loss == "bce":
        return [float(rng.random() < 0.5) for _ in range(num_outputs)]
    if network.loss == "ce" or network.output == "softmax":
        right = rng.randrange(num_outputs)
        return [float(i == right) for i in range(num_outputs)]
    return [small_number(rng, 1.5) for _ in range(num_outputs)]


def shows_kinks(case: Case, seed: int) -> bool:
    """True if the case shows the kink of every ReLU layer from both sides, as far as it has the neurons for it.

    The first neuron of a layer is on in one probe and off in the next; where there are more, one of them is on.
    """
    for layer_idx, layer in enumerate(forward(case)):
        if layer.act in HAS_KINK:
            if at_kink(layer, 0.02) or (layer.z.size > 1 and not (layer.z > 0.0).any()):
                return False
            if bool(layer.z[0, 0] > 0.0) != ((seed + layer_idx) % 2 == 0):
                return False
        elif layer.act == "sigmoid" and np.abs(layer.z).max() > 8.0:
            return False
        elif layer.act == "tanh" and np.abs(layer.z).max() > 4.0:
            return False
    return True


def at_kink(layer: LayerPass, within: float = 0.0) -> bool:
    """True if a neuron has z = 0, or nearly so, where ReLU has no slope and any convention is right."""
    return layer.act in HAS_KINK and bool((np.abs(layer.z) <= within).any())
