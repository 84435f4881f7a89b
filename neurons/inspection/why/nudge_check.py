"""The check of `why`: the number is nudged on a copy, and the slope of the loss compared with the gradient."""

from typing import TYPE_CHECKING, Any

from neurons.errors import NeuronsError
from neurons.gradient_check import Bias
from neurons.inspection.models import neurons_in
from neurons.inspection.why.stored_pass import Place, StoredPass
from neurons.inspection.why.words import write_number

if TYPE_CHECKING:
    from neurons.inspection.why.explanation import Why

NUDGE = 1e-6  # times the number's own size, if that is above 1


class Nudge:
    """A weight, bias or input of the copy in `stored` that can be moved a little, and what the loss does then."""

    def __init__(self, stored: StoredPass, place: Place, label: Any) -> None:
        self.stored, self.label, self.input_idx = stored, label, place.input_idx
        self.inputs = stored.inputs[:]
        neuron = stored.twin.layers[place.layer_idx].neurons[place.neuron_idx]
        self.values: Any = {"x": self.inputs, "b": Bias(neuron), "w": neuron.weights}[place.kind]
        self.original = float(self.values[self.input_idx])
        self.size = NUDGE * max(1.0, abs(self.original))

    def outputs_and_z(self, value: float) -> tuple[list[float], list[float]]:
        """The outputs, and the z of all neurons, with the number at `value`; afterwards it is what it was."""
        self.values[self.input_idx] = value
        try:
            outputs = self.stored.twin_outputs(self.inputs)
            return outputs, self.stored.twin_z()
        finally:
            self.values[self.input_idx] = self.original

    def slopes(self, size: float) -> tuple[float, list[float]]:
        """How the loss moves per unit, by itself with a label, else by the outputs of each dL/da; and how all z do."""
        above, z_above = self.outputs_and_z(self.original + size)
        below, z_below = self.outputs_and_z(self.original - size)
        if self.label is not None:
            loss = self.stored.model.loss
            difference = loss.value(above, self.label) - loss.value(below, self.label)
        else:
            gradients = self.stored.output_gradients
            difference = sum(g * a - g * b for g, a, b in zip(gradients, above, below, strict=True))
        width = (self.original + size) - (self.original - size)
        return difference / width, [(high - low) / width for high, low in zip(z_above, z_below, strict=True)]

    def neuron_at_a_kink(self) -> str:
        """Which neuron's activation function has a corner between the two sides of the nudge; empty if none has."""
        below, above, at_rest = (self.outputs_and_z(self.original + move)[1] for move in (-self.size, self.size, 0.0))
        for neuron, z_below, z_above, z in zip(neurons_in(self.stored.twin), below, above, at_rest, strict=True):
            if z_below != z_above:
                reach = max(abs(z_above - z_below), NUDGE)
                left = (neuron.act(z) - neuron.act(z - reach)) / reach
                right = (neuron.act(z + reach) - neuron.act(z)) / reach
                if abs(right - left) > 1e-3:
                    return f"{neuron.name} stands at the kink of {neuron.activation_function.name}, z = {z:.3g}"
        return ""


def check_by_nudging(answer: "Why", stored: StoredPass, place: Place, label: Any) -> None:
    """Move the number a little on the copy, and compare the slope of the loss with the gradient."""
    nudge = Nudge(stored, place, label)
    try:
        answer.nudge, z_slopes = nudge.slopes(nudge.size)
        wider, _ = nudge.slopes(10.0 * nudge.size)  # differs by what rounding and curvature do
    except NeuronsError as error:
        answer.lines.append(f"no check without calculus: {error}")
        return
    found = f"raise {place.short} a tiny bit, and the loss changes {write_number(answer.nudge, 4)} times as much"
    allowed = allowed_difference(stored, answer.value, answer.nudge, z_slopes, label)
    if abs(answer.nudge - answer.value) <= allowed + 2.0 * abs(answer.nudge - wider):
        answer.lines.append(f"check without calculus: {found}. Same number.")
        return
    kink = nudge.neuron_at_a_kink()
    if kink:
        answer.lines.append(f"check without calculus: {found}. But {kink}, where there is no single slope.")
    else:
        answer.lines.append(f"check without calculus: {found}.")
        answer.problems.append(f"the check DISAGREES: the gradient should be {write_number(answer.nudge)}")


def allowed_difference(stored: StoredPass, gradient: float, slope: float, z_slopes: list[float], label: Any) -> float:
    """How far the slope of the loss and the gradient may be apart by rounding alone."""
    single = stored.rounding > 1e-9
    scale = sum(abs(g) * max(1.0, abs(a)) for g, a in zip(stored.output_gradients, stored.outputs, strict=True))
    allowed = (1e-3 if single else 1e-6) * max(abs(gradient), abs(slope)) + 1e-9 * scale
    neurons = [neuron for layer in stored.neurons for neuron in layer]
    of_slopes = sum(abs(neuron.output_gradient * dz) for neuron, dz in zip(neurons, z_slopes, strict=True))
    allowed += stored.rounded_by(of_slopes)  # a small da/dz, as 1 - a*a, is rounded as numbers near 1 are
    if label is not None:  # the loss is a difference of outputs, each rounded; so, in the pass, was dL/da, as p - y
        largest = max(abs(output) for output in stored.outputs)
        allowed += 1e-9 * (abs(stored.model.loss.value(stored.outputs, label)) + largest)
        for output, dz in zip(stored.neurons[-1], z_slopes[-len(stored.outputs) :], strict=True):
            allowed += stored.loss_rounded_by(output.activation) * abs(output.activation_gradient * dz)
    return allowed
