"""The passes of a small network in which each mistake of the catalogue can be switched in.

`run(case)` is right; `run(case, variants)` computes what a program with these mistakes would. A diagnosis compares a
student's numbers with both. One formula per place: a `Variant` replaces the formula of its place (its slot).

Arrays carry the examples first: (B, neuron), weights (neuron, input), and per example (B, neuron, input).
"""

from collections.abc import Callable
from copy import copy
from typing import Any, NamedTuple

import numpy as np

from neurons.activations import ACTIVATIONS
from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.diagnosis.own_functions import Functions


def sigmoid(z):
    """1 / (1 + exp(-z)), by the hyperbolic tangent, which cannot overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


ACT: dict[str, Callable[[Array], Array]] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0.0, z, 0.0),
    "leaky_relu": lambda z: np.where(z > 0.0, z, 0.01 * z),
    "identity": lambda z: z,
}
DELTA_ACT: dict[str, Callable[[Array], Array]] = {
    "sigmoid": lambda z: 0.25 * (1.0 - np.tanh(0.5 * z) ** 2),  # a * (1 - a)
    "tanh": lambda z: 1.0 - np.tanh(z) ** 2,
    "relu": lambda z: np.where(z > 0.0, 1.0, 0.0),
    "leaky_relu": lambda z: np.where(z > 0.0, 1.0, 0.01),
    "identity": lambda z: np.ones_like(z),
}
assert set(ACT) == set(ACTIVATIONS) == set(DELTA_ACT)
ACT, DELTA_ACT = Functions(ACT, 0), Functions(DELTA_ACT, 1)


def softmax(z, axis=1):
    """The softmax of each row; axis 0 is the mistake C7."""
    exponentials = np.exp(z - z.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


LAYERS: dict[str, Callable[[int, int], bool]] = {  # which layers, by their number and how many there are
    "all": lambda layer_idx, num_layers: True,
    "output": lambda layer_idx, num_layers: layer_idx == num_layers - 1,
    "hidden": lambda layer_idx, num_layers: layer_idx < num_layers - 1,
    "later": lambda layer_idx, num_layers: layer_idx > 0,
}


WITHOUT_SLOPE = ("X3", "W9", "Bi4")  # mistakes that take g for d, with whatever formula follows


class Variant(NamedTuple):
    """One way to make a mistake: `formula` in the place `slot`, in the layers `where` (one by its number, or more)."""

    id: str
    slot: str
    formula: Any  # a function of the numbers of a layer, as its slot has it, or a factor
    where: str | int = "all"  # a key of LAYERS
    also: tuple["Variant", ...] = ()  # what goes with it in the same program

    def reaches(self, layer_idx: int, num_layers: int) -> bool:
        """True if the mistake is made in this layer."""
        if isinstance(self.where, int):
            return self.where == layer_idx
        return LAYERS[self.where](layer_idx, num_layers)

    def excludes(self, other: "Variant") -> bool:
        """True if both cannot be made by one program: they replace the same formula of the same layer."""
        if self.id == other.id:
            return True
        if self.also or other.also:
            parts = [(one, two) for one in (self, *self.also) for two in (other, *other.also)]
            return any(one._replace(also=()).excludes(two._replace(also=())) for one, two in parts)
        if self.slot == other.slot and (self.id in WITHOUT_SLOPE) != (other.id in WITHOUT_SLOPE):
            return False  # one takes another error, the other makes something else of it
        same_layers = "all" in (self.where, other.where) or self.where == other.where
        slots = {self.slot, other.slot}
        if "output error" in slots and len(slots & {"loss gradient", "output error"}) == len(slots):
            return True
        return self.slot == other.slot and same_layers


class LayerPass:
    """The numbers of one layer in one pass, by the names that the formulas use."""

    def __init__(self, case, layer_idx, inputs, z_before):
        self.case = case
        self.layer_idx = layer_idx
        self.W, self.b = case.parameters[layer_idx]
        self.act = case.network.act(layer_idx)
        last = case.network.num_layers - 1
        self.is_last = layer_idx == last
        self.next_act = case.network.act(min(layer_idx + 1, last))
        self.inputs = inputs  # (B, input)
        self.z_before = z_before  # (B, input): of the layer before; the inputs themselves in the first
        self.x = case.inputs  # (B, the model's inputs)
        self.scale = 1.0
        self.z: Array = None  # (B, neuron)
        self.a: Array = None
        self.g: Array = None  # dL/da; None where a formula gives dL/dz at once
        self.right_slope: Array = None  # None for softmax, which has no slope of its own
        self.slope: Array = None
        self.d: Array = None  # dL/dz
        self.gW: Array = None  # (neuron, input), over the batch
        self.gb: Array = None  # (neuron,)
        self.gx: Array = None  # (B, input)
        self.last: LayerPass = self  # of the same pass

    def __copy__(self):
        """The same numbers in an object of its own; made a million times, so without `copy`'s detours."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other


class Pass(NamedTuple):
    """All layers after a forward and a backward pass, first to last."""

    layers: list[LayerPass]
    step_of: Callable[..., Any] | None  # what a step applies in place of the gradients

    def groups(self) -> dict[str, Array]:
        """The gradients by name: W1, b1, W2, ..."""
        found = {}
        for layer_idx, layer in enumerate(self.layers):
            if layer.gW is None:  # the pass stopped after the last layer
                continue
            found[f"W{layer_idx + 1}"] = layer.gW
            if layer.case.network.biases:
                found[f"b{layer_idx + 1}"] = layer.gb
        return found

    def steps(self) -> dict[str, Array]:
        """(parameters before - parameters after one step) / learning rate, by name."""
        groups = self.groups()
        if self.step_of is None:
            return groups
        case = self.layers[0].case
        return {name: self.step_of(name, value, case) for name, value in groups.items()}


def outer(d, inputs):
    """d[j] * inputs[i] for each example."""
    return d[:, :, None] * inputs[:, None, :]  # (B, neuron, input)


def chosen(variants, slot, layer_idx=0, num_layers=1):
    """The formula that replaces the right one here, or None."""
    for variant in variants:
        for part in (variant, *variant.also):
            if part.slot == slot and part.reaches(layer_idx, num_layers):
                return part.formula
    return None


def formed(layer, variants, slot, place):
    """What the formulas of a slot make of a layer, or None: one that takes g for d goes before another."""
    found = [v for v in variants if v.slot == slot and v.reaches(*place)] if len(variants) > 1 else []
    if len(found) < 2:
        formula = chosen(variants, slot, *place)
        return formula(layer) if formula else None
    one, other = sorted(found, key=lambda variant: variant.id not in WITHOUT_SLOPE)
    shadow = copy(layer)
    if layer.slope is not None and not (layer.case.network.loss in ("bce", "ce") and layer.is_last):
        shadow.d = layer.g
    return other.formula(shadow) if one.id in WITHOUT_SLOPE else one.formula(layer)


def forward(case, variants=(), make_layer=LayerPass):
    """The layers after the forward pass; the last one's `a` are the outputs. `make_layer` may be a subclass."""
    network = case.network
    layers = []
    inputs = z_before = case.inputs
    for layer_idx in range(network.num_layers):
        layer = make_layer(case, layer_idx, inputs, z_before)
        place = (layer_idx, network.num_layers)
        bias = chosen(variants, "bias", *place)
        layer.z = inputs @ layer.W.T + (layer.b if bias is None else bias(layer.b))  # (B, neuron)
        act = chosen(variants, "act", *place)
        if act is not None:
            layer.a = act(layer)
        else:
            layer.a = softmax(layer.z) if layer.act == "softmax" else ACT[layer.act](layer.z)
        if layer.act != "softmax":
            layer.right_slope = DELTA_ACT[layer.act](layer.z)
        layers.append(layer)
        inputs, z_before = layer.a, layer.z
    return layers


def loss_value(name, a, y):
    """The loss of each example, (B,)."""
    if name == "mse":
        return ((a - y) ** 2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if name == "bce":
            return -(y * np.log(a) + (1.0 - y) * np.log(1.0 - a)).sum(axis=1)
        return -(y * np.log(a)).sum(axis=1)


def loss_gradient(name, a, y):
    """dL/da, (B, output)."""
    if name == "mse":
        return 2.0 * (a - y)
    with np.errstate(divide="ignore", invalid="ignore"):
        if name == "bce":
            return (a - y) / (a * (1.0 - a))
        return -y / a


def through_softmax(a, g):
    """dL/dz of a softmax with outputs a: its Jacobian times dL/da."""
    return a * (g - (g * a).sum(axis=1, keepdims=True))  # (B, output)


def error_of_output(layer, variants, place):
    """Set g and d of the last layer."""
    network, a, y = layer.case.network, layer.a, layer.case.labels
    relabel, factor = chosen(variants, "label"), chosen(variants, "loss factor")
    if relabel and network.loss is not None:
        y = relabel(y)
    formula = chosen(variants, "loss gradient")
    if network.loss is None:
        layer.g = y
    else:
        layer.g = formula(layer, y) if formula else loss_gradient(network.loss, a, y)
    formula = chosen(variants, "output error")
    slope = output_slope(layer, variants, place)
    fused = network.loss in ("bce", "ce") and slope is None and not chosen(variants, "loss gradient")
    if formula:
        layer.slope, layer.d = None, formula(layer, y)
    elif fused:  # no rounding, no division by 0
        layer.slope, layer.d = layer.right_slope, a - y
    elif layer.act == "softmax":
        layer.slope, layer.d = None, through_softmax(a, layer.g)
    else:
        layer.slope = layer.right_slope if slope is None else slope
        layer.d = layer.g * layer.slope
    whole = chosen(variants, "whole error", *place)
    if whole:
        layer.d = whole(layer)
    if factor:
        layer.g, layer.d = factor * layer.g, factor * layer.d


def output_slope(layer, variants, place):
    """The wrong slope of the last layer, or None."""
    wrong = any(chosen(variants, slot, *place) for slot in ("slope", "slope factor"))
    return slope_of(layer, variants, place) if wrong and layer.act != "softmax" else None


def slope_of(layer, variants, place):
    """da/dz, as a program with these mistakes has it."""
    formula = chosen(variants, "slope", *place)
    slope = formula(layer) if formula else layer.right_slope
    factor = chosen(variants, "slope factor", *place)
    return factor(layer, slope) if factor else slope


def run(case, variants=(), scale=1.0, only_last=False, layers=None):
    """A forward and a backward pass with these mistakes; `scale` is the convention's factor on all gradients.

    `only_last` leaves out the layers before the last: enough to rule most candidates out. `layers` are those of a
    forward pass that was made already; they stay as they are.
    """
    network = case.network
    num_layers = network.num_layers
    layers = forward(case, variants) if layers is None else [copy(layer) for layer in layers]
    collect = chosen(variants, "batch") or mean_over_batch
    output_gradients = None
    for layer_idx in reversed(range(num_layers)):
        layer = layers[layer_idx]
        layer.scale = scale
        place = (layer_idx, num_layers)
        if layer_idx == num_layers - 1:
            error_of_output(layer, variants, place)
        else:
            layer.g = output_gradients
            layer.slope = slope_of(layer, variants, place)
            layer.last = layers[-1]
            formula = chosen(variants, "whole error", *place)
            layer.d = formula(layer) if formula else layer.g * layer.slope

        gW = formed(layer, variants, "weight gradient", place)
        gW = outer(layer.d, layer.inputs) if gW is None else gW  # (B, neuron, input)
        for slot in ("transposed", "skipped", "shared"):
            formula = chosen(variants, slot, *place)
            gW = formula(gW) if formula else gW
        gb = formed(layer, variants, "bias gradient", place)
        gb = layer.d if gb is None else gb  # (B, neuron)
        layer.gW, layer.gb = collect(layer, gW, gb)
        layer.gW, layer.gb = scale * layer.gW, scale * layer.gb
        formula = chosen(variants, "bias over batch")
        if formula:
            layer.gb = formula(layer)
        if only_last:
            break
        layer.gx = input_gradients(layer, variants, place)
        output_gradients = layer.gx  # as the layer keeps it
    return Pass(layers, chosen(variants, "step"))


def input_gradients(layer, variants, place):
    """What goes back, (B, input): the sum of the neurons' contributions."""
    formed_parts, together = formed(layer, variants, "input gradient", place), chosen(variants, "over neurons", *place)
    if formed_parts is None and together is None:
        return layer.d @ layer.W
    parts = layer.d[:, :, None] * layer.W if formed_parts is None else formed_parts  # (B, neuron, input)
    return together(parts) if together else parts.sum(axis=1)


def mean_over_batch(layer, gW, gb):
    """The mean over the examples."""
    if len(gW) == 1:
        return gW[0], gb[0]
    return gW.sum(axis=0) / len(gW), gb.sum(axis=0) / len(gb)


def steps_one_by_one(case, variants=(), scale=1.0):
    """(parameters before - after) / learning rate, for a program that takes a step after each example."""
    parameters = case.parameters
    for example in range(case.batch):
        part = slice(example, example + 1)
        single = case._replace(parameters=parameters, inputs=case.inputs[part], labels=case.labels[part])
        steps = run(single, variants, scale).steps()
        parameters = tuple(
            (W - case.learning_rate * steps[f"W{i + 1}"], b - case.learning_rate * steps.get(f"b{i + 1}", 0.0))
            for i, (W, b) in enumerate(parameters)
        )
    moved = {}
    for i, (W, b) in enumerate(case.parameters):
        moved[f"step W{i + 1}"] = (W - parameters[i][0]) / case.learning_rate
        if case.network.biases:
            moved[f"step b{i + 1}"] = (b - parameters[i][1]) / case.learning_rate
    return moved
