"""The gradient check: every weight, bias and input against the central difference.

The central difference moves one number a little up and a little down, and computes the loss both times. It does not use
the chain rule, so it finds every mistake that was made with it.

At the kink of a ReLU, z = 0, a neuron has two slopes, one on each side. A program may take either, or one in between.
There the check makes that neuron's curve straight, once with each slope, and the gradient must lie between the two
central differences.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from neurons.checks import ListLike, checked_numbers, checked_positive
from neurons.errors import NeuronsError
from neurons.losses import label_vector
from neurons.text import for_debuggers, listed

if TYPE_CHECKING:
    from neurons.model import Model

KINK = 1e-3  # a kink: the slopes on its two sides differ by more than this; those of leaky_relu by 0.99


class Comparison(NamedTuple):
    """One number of the model: its gradient by `backward_pass` and by the central difference."""

    name: str  # hidden[0].w[1], output[0].b, x[0]
    gradient: float
    central_difference: float
    ok: bool
    at_kink: str = ""  # hidden[0]: the neurons whose kink the nudge crosses, if that explains the difference

    def __str__(self) -> str:
        verdict = f"   at the kink of {self.at_kink}" if self.at_kink else "" if self.ok else "   <- differs"
        return f"{self.name:<16} {self.gradient:>+13.6e} {self.central_difference:>+13.6e}{verdict}"


class GradientCheck:
    """The result: true if no gradient is wrong; `print` shows the wrong ones, or those at a kink, or all."""

    def __init__(self, comparisons: list[Comparison]) -> None:
        self.comparisons = comparisons

    @property
    def ok(self) -> bool:
        """True if no gradient is wrong."""
        return not self.wrong

    @property
    def wrong(self) -> list[Comparison]:
        """The comparisons that differ, other than at a kink."""
        return [comparison for comparison in self.comparisons if not comparison.ok]

    @property
    def at_kink(self) -> list[Comparison]:
        """The comparisons at a kink, where there is no single slope: these gradients belong to a possible one."""
        return [comparison for comparison in self.comparisons if comparison.at_kink]

    def __bool__(self) -> bool:
        return self.ok

    @property
    def verdict(self) -> str:
        """The result in one line."""
        count, at_kink = len(self.comparisons), len(self.at_kink)
        others = f", {at_kink} more are at the kink" if at_kink else ""
        if not self.ok:
            return f"{len(self.wrong)} of {count} gradients differ from the central difference{others}"
        if not at_kink:
            return f"all {count} gradients agree with the central difference"
        agree = f"{count - at_kink} of {count} gradients agree with the central difference"
        return f"{agree}; the other {at_kink} are at the kink, where there is no single slope"

    @for_debuggers
    def __repr__(self) -> str:
        return self.verdict

    def __str__(self) -> str:
        chosen = self.wrong or self.at_kink or self.comparisons
        shown = chosen[:10]
        header = f"{'':<16} {'backward_pass':>13} {'nudged':>13}"
        rest = [] if len(shown) == len(chosen) else ["..."]
        return "\n".join([self.verdict, header] + [str(comparison) for comparison in shown] + rest)


def check_gradients(
    model: "Model", inputs: ListLike, label: ListLike | float, *, nudge: float = 1e-5, tolerance: float = 1e-6
) -> GradientCheck:
    """Compare all gradients of one example with central differences; return a `GradientCheck`.

    The check moves each number up and down by `nudge` (times its own size, if above 1). A gradient is right if it
    differs from (loss above - loss below) / (2 * nudge) by at most `tolerance` of the larger of the two, or by no more
    than rounding explains: 1e-9 times the loss, or 1e-9 if the loss is below 1. At the kink of a ReLU, z = 0, there is
    no derivative: a gradient that belongs to the slope on one side, or to one in between, counts as right there,
    and its comparison says `at_kink`. The model stays as it was.
    """
    nudge = checked_positive(nudge, "nudge")
    tolerance = checked_positive(tolerance, "tolerance")
    if model.engine == "numpy":
        raise NeuronsError("check_gradients looks at neurons: use model.as_neurons()")
    inputs = checked_numbers(inputs, "inputs", model.layers[0].num_inputs)
    label = getattr(model.loss, "label_vector", label_vector)(label, len(model.layers[-1].neurons))
    with undisturbed(model):
        return compared_gradients(model, inputs, label, nudge, tolerance)


NUMBERS = (
    *("input_activation", "linear_activation", "activation"),
    *("output_gradient", "activation_gradient", "error", "gradients", "bias_gradient", "input_gradients"),
    *("gradient_sums", "bias_gradient_sum", "num_examples"),
)


@contextmanager
def undisturbed(model: "Model") -> Iterator[None]:
    """Within this context, passes leave no trace: the neurons get back the numbers they had, those of a batch, too.

    The objects themselves make the passes, not copies: if somebody gave one a method, only that object has it.
    """
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    # One by one: in Python 3.11, asking for an object's __dict__ makes its attributes slow forever.
    kept = [[getattr(neuron, word, None) for word in NUMBERS] for neuron in neurons]
    model.start_batch()
    try:
        yield
    finally:
        for neuron, numbers in zip(neurons, kept, strict=True):
            for word, number in zip(NUMBERS, numbers, strict=True):
                setattr(neuron, word, number)


def compared_gradients(
    model: "Model", inputs: list[float], label: list[float], nudge: float, tolerance: float
) -> GradientCheck:
    """The same for arguments that have been checked; leaves its passes on the model."""
    outputs = model.forward(inputs)
    floor = 1e-9 * max(1.0, abs(model.loss.value(outputs, label)))
    input_gradients = model.backward_pass(model.loss.output_gradients(outputs, label))

    comparisons = []

    def allowed(*slopes):
        """How far two right numbers of this size may be apart."""
        return max(floor, tolerance * max(abs(slope) for slope in slopes))

    def compare(name, gradient, numbers, i):
        """Nudge numbers[i] and put the gradient beside the slope of the loss."""

        def measure():
            return slope_of_loss(model, inputs, label, numbers, i, nudge)

        central_difference, at_kink = measure(), ""
        ok = abs(gradient - central_difference) <= allowed(gradient, central_difference)
        if not ok:
            kinks = find_kinks(model, inputs, numbers, i, nudge)
            slopes = slopes_at_kinks(kinks, measure)
            margin = allowed(gradient, *slopes) if slopes else 0.0
            if slopes and min(slopes) - margin <= gradient <= max(slopes) + margin:
                ok, at_kink = True, listed([kink.neuron.name for kink in kinks])
        comparisons.append(Comparison(name, gradient, central_difference, ok, at_kink))

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
    losses = []
    values = nudged(numbers[i], nudge)
    for _ in at_each(values, numbers, i):
        losses.append(model.loss.value(model.forward(inputs), label))
    return (losses[1] - losses[0]) / (values[1] - values[0])


def nudged(number, nudge):
    """The number a little smaller, and a little larger."""
    nudge *= max(1.0, abs(number))
    return number - nudge, number + nudge


def at_each(values, numbers, i):
    """Let numbers[i] be each of the values in turn, and afterwards what it was."""
    original = numbers[i]
    try:
        for value in values:
            numbers[i] = value
            yield value
    finally:
        numbers[i] = original


class Kink(NamedTuple):
    """A neuron at a corner of its curve: the slopes below and above it, and the one that the neuron uses."""

    neuron: Any
    z: float
    below: float
    above: float
    own: float


def find_kinks(model, inputs, numbers, i, nudge):
    """The neurons that the nudge of numbers[i] moves across a kink."""
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    if not all(hasattr(neuron, "act") and hasattr(neuron, "delta_act") for neuron in neurons):  # of the reader's own
        return []
    all_z = []
    for _ in at_each((numbers[i], *nudged(numbers[i], nudge)), numbers, i):
        model.forward(inputs)
        all_z.append([neuron.linear_activation for neuron in neurons])
    kinks = []
    for neuron, z, z_1, z_2 in zip(neurons, *all_z, strict=True):
        reach = max(abs(z_1 - z), abs(z_2 - z))
        if reach == 0.0:
            continue
        act = [neuron.act(z + step * reach) for step in (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0)]
        slopes = [(act[k + 1] - act[k]) / reach for k in (0, 1, 3, 4)]  # far below, below, above, far above
        curvature = abs(slopes[1] - slopes[0]) + abs(slopes[3] - slopes[2])  # on the sides, where a kink has none
        if abs(slopes[2] - slopes[1]) > KINK + 10.0 * curvature:
            below, above = slopes[1], slopes[2]
            own = min(max(neuron.delta_act(z), min(below, above)), max(below, above))
            kinks.append(Kink(neuron, z, below, above, own))
    return kinks


def slopes_at_kinks(kinks, measure):
    """What `measure` gives with straight curves: with the slopes of one side, of the other, then with their own."""
    if not kinks:
        return []
    curves = [kink.neuron.act for kink in kinks]
    measured = []
    for slopes in ([k.below for k in kinks], [k.above for k in kinks], [k.own for k in kinks]):
        for kink, curve, slope in zip(kinks, curves, slopes, strict=True):
            kink.neuron.act = straight_line(kink.z, curve(kink.z), slope)
        measured.append(measure())
    for kink, curve in zip(kinks, curves, strict=True):
        kink.neuron.act = curve
    return measured


def straight_line(z_0: float, a_0: float, slope: float) -> Callable[[float], float]:
    """The line through (z_0, a_0) with this slope, as an activation function."""
    return lambda z: a_0 + slope * (z - z_0)
