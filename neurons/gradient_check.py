"""The gradient check: every weight, bias and input against the central difference.

The central difference asks the loss itself: move one number a little up and a little down, and see by how much the
loss differs. It knows nothing of the chain rule, so it finds every mistake made with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from neurons.checks import ListLike, checked_numbers, checked_positive
from neurons.errors import NeuronsError
from neurons.losses import label_vector
from neurons.text import for_debuggers

if TYPE_CHECKING:
    from neurons.model import Model


class Comparison(NamedTuple):
    """One number of the model: its gradient by `backward_pass` and by the central difference."""

    name: str  # hidden[0].w[1], output[0].b, x[0]
    gradient: float
    central_difference: float
    ok: bool

    def __str__(self) -> str:
        verdict = "" if self.ok else "   <- differs"
        return f"{self.name:<16} {self.gradient:>+13.6e} {self.central_difference:>+13.6e}{verdict}"


class GradientCheck:
    """The result: true if every gradient is right; `print` shows a table with the wrong ones first."""

    def __init__(self, comparisons: list[Comparison]) -> None:
        self.comparisons = comparisons

    @property
    def ok(self) -> bool:
        """True if no gradient differs."""
        return not self.wrong

    @property
    def wrong(self) -> list[Comparison]:
        """The comparisons that differ."""
        return [comparison for comparison in self.comparisons if not comparison.ok]

    def __bool__(self) -> bool:
        return self.ok

    @property
    def verdict(self) -> str:
        """The result in one line."""
        count = len(self.comparisons)
        if self.ok:
            return f"all {count} gradients agree with the central difference"
        return f"{len(self.wrong)} of {count} gradients differ from the central difference"

    @for_debuggers
    def __repr__(self) -> str:
        return self.verdict

    def __str__(self) -> str:
        shown = (self.wrong or self.comparisons)[:10]
        header = f"{'':<16} {'backward_pass':>13} {'nudged':>13}"
        rest = [] if len(shown) == len(self.wrong or self.comparisons) else ["..."]
        return "\n".join([self.verdict, header] + [str(comparison) for comparison in shown] + rest)


def check_gradients(
    model: "Model", inputs: ListLike, label: ListLike | float, *, nudge: float = 1e-5, tolerance: float = 1e-6
) -> GradientCheck:
    """Compare all gradients of one example with central differences; return a `GradientCheck`.

    Each number is moved by `nudge` (times its own size, if that is above 1) up and down. A gradient is right if it
    differs from (loss above - loss below) / (2 * nudge) by at most `tolerance` of the larger of the two, or by no more
    than rounding explains: 1e-9 times the loss, or 1e-9 if the loss is below 1. At the kink of a ReLU, z = 0, there is
    no derivative, and the check may differ there. The model itself is left as it was.
    """
    nudge = checked_positive(nudge, "nudge")
    tolerance = checked_positive(tolerance, "tolerance")
    if model.engine == "numpy":
        raise NeuronsError("check_gradients looks at neurons: use model.as_neurons()")
    inputs = checked_numbers(inputs, "inputs", model.layers[0].num_inputs)
    label = getattr(model.loss, "label_vector", label_vector)(label, len(model.layers[-1].neurons))
    with undisturbed(model):
        return compared_gradients(model, inputs, label, nudge, tolerance)


@contextmanager
def undisturbed(model: "Model") -> Iterator[None]:
    """A context of passes that leave no trace: the neurons get back the numbers, also those of a batch, that they had.

    The passes are made by the very objects, not by copies: a method that somebody put on one belongs to that one.
    """
    kept = [(part, dict(vars(part))) for layer in model.layers for part in (layer, *layer.neurons)]
    model.start_batch()
    try:
        yield
    finally:
        for part, numbers in kept:
            vars(part).clear()
            vars(part).update(numbers)


def compared_gradients(
    model: "Model", inputs: list[float], label: list[float], nudge: float, tolerance: float
) -> GradientCheck:
    """The same for arguments that have been checked; leaves its passes on the model."""
    outputs = model.forward(inputs)
    floor = 1e-9 * max(1.0, abs(model.loss.value(outputs, label)))
    input_gradients = model.backward_pass(model.loss.output_gradients(outputs, label))

    comparisons = []

    def compare(name, gradient, numbers, i):
        """Nudge numbers[i] and put the gradient beside the slope of the loss."""
        central_difference = slope_of_loss(model, inputs, label, numbers, i, nudge)
        allowed = max(floor, tolerance * max(abs(gradient), abs(central_difference)))
        ok = abs(gradient - central_difference) <= allowed
        comparisons.append(Comparison(name, gradient, central_difference, ok))

    found = [(neuron, neuron.gradients, neuron.bias_gradient) for layer in model.layers for neuron in layer.neurons]
    for neuron, gradients, bias_gradient in found:
        for i, gradient in enumerate(gradients):
            compare(f"{neuron.name}.w[{i}]", gradient, neuron.weights, i)
        compare(f"{neuron.name}.b", bias_gradient, Bias(neuron), 0)
    for i, gradient in enumerate(input_gradients):
        compare(f"x[{i}]", gradient, inputs, i)
    return GradientCheck(comparisons)


class Bias:
    """A neuron's bias as a list of one number, so that it can be nudged like a weight."""

    def __init__(self, neuron):
        self.neuron = neuron

    def __getitem__(self, i):
        return self.neuron.bias

    def __setitem__(self, i, value):
        self.neuron.bias = value


def slope_of_loss(model, inputs, label, numbers, i, nudge):
    """(loss with numbers[i] a little larger - loss with it a little smaller) / the distance of the two."""
    original = numbers[i]
    nudge *= max(1.0, abs(original))
    above, below = original + nudge, original - nudge
    try:
        numbers[i] = above
        loss_above = model.loss.value(model.forward(inputs), label)
        numbers[i] = below
        loss_below = model.loss.value(model.forward(inputs), label)
    finally:
        numbers[i] = original
    return (loss_above - loss_below) / (above - below)
