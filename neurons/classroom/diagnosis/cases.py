"""What a diagnosis computes with: a network, and cases, which are numbers to try on it."""

from typing import Any, NamedTuple

from neurons.text import layer_name

Array = Any  # np.ndarray: its shape stands beside it


class Network(NamedTuple):
    """What is known of a user's network. The loss None means that the output gradients are given, as to a layer."""

    sizes: tuple[int, ...]
    hidden: str | tuple[str, ...] = "sigmoid"  # a name for each hidden layer where they differ
    output: str = "sigmoid"  # or softmax
    loss: str | None = "mse"
    biases: bool = True

    @property
    def num_layers(self) -> int:
        """How many layers have weights."""
        return len(self.sizes) - 1

    @property
    def is_one_layer(self) -> bool:
        """True for a neuron or a layer alone, without a loss: it belongs to no network yet."""
        return self.loss is None and self.num_layers == 1

    def act(self, layer_idx: int) -> str:
        """The name of the activation function of a layer."""
        if layer_idx == self.num_layers - 1:
            return self.output
        return self.hidden if isinstance(self.hidden, str) else self.hidden[min(layer_idx, len(self.hidden) - 1)]

    def layer_name(self, layer_idx: int) -> str:
        """hidden and output; with several hidden layers hidden1, hidden2, ..."""
        return str(layer_name(layer_idx, self.num_layers))


class Case(NamedTuple):
    """Numbers to try: parameters [(W, b), ...], a batch of inputs and its labels (or given output gradients)."""

    network: Network
    parameters: tuple[tuple[Array, Array], ...]  # W (neuron, input), b (neuron,)
    inputs: Array  # (B, input)
    labels: Array  # (B, output); the output gradients where the network has no loss
    learning_rate: float = 0.5

    @property
    def batch(self) -> int:
        """The number of examples."""
        return len(self.inputs)


def flat_parameters(case: Case) -> list[Array]:
    """[W1, b1, W2, ...] as a student's function takes them: fresh copies."""
    flat = []
    for W, b in case.parameters:
        flat.append(W.copy())
        if case.network.biases:
            flat.append(b.copy())
    return flat


def parameter_names(case: Case) -> list[str]:
    """W1, b1, W2, ..."""
    kinds = "Wb" if case.network.biases else "W"
    return [f"{kind}{layer_idx + 1}" for layer_idx in range(case.network.num_layers) for kind in kinds]
