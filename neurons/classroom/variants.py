"""How each mistake of the catalogue is made: the formulas that `reference.run` can switch in.

A mistake made in one layer and the same mistake made in all of them are two variants with one id.
"""

from functools import cache

import numpy as np

from neurons.classroom.reference import ACT, DELTA_ACT, Network, Variant, outer, softmax, through_softmax


def one_hot_neighbour(shift):
    """(a - y) with the label shifted by `shift` classes."""
    return lambda at, y: at.a - np.roll(y, shift, axis=1)


def divided(numbers, by):
    """numbers / by, where a division by 0 is no warning: it matches nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return numbers / by


# Each table: id -> the formulas that are this mistake.

SLOPES = {  # in place of delta_act(z), (B, neuron)
    "A2": [lambda at: DELTA_ACT[at.act](ACT[at.act](at.z))],
    "A2b": [lambda at: 1.0 - at.z**2 if at.act == "tanh" else at.z * (1.0 - at.z)],
    "A3": [lambda at: at.z * DELTA_ACT[at.act](at.z)],
    "A4": [lambda at: ACT[at.act](at.z)],
    "A5": [lambda at: 1.0 - ACT[at.act](at.z)],
    "A6": [lambda at: np.ones_like(at.z)],
    "A7": [lambda at: np.where(at.g > 0.0, 1.0, 0.0)],
    "A8": [lambda at: np.where(at.z > 0.0, 1.0, 0.01)],
    "A9": [lambda at: DELTA_ACT["sigmoid"](at.z), lambda at: at.a * (1.0 - at.a)],
    "A10": [lambda at: DELTA_ACT[at.next_act](at.z)],
    "X10": [lambda at: DELTA_ACT[at.act](at.z) ** 2],
}
SUITS = {  # the activation functions on which a slope is another one than the right one
    "A2": ("sigmoid", "tanh"),
    "A2b": ("sigmoid", "tanh"),
    "A3": ("sigmoid", "tanh", "relu", "leaky_relu", "identity"),
    "A4": ("sigmoid", "tanh", "relu", "leaky_relu", "identity"),
    "A5": ("sigmoid", "tanh"),
    "A6": ("relu",),
    "A7": ("relu",),
    "A8": ("relu",),
    "A9": ("relu", "tanh", "leaky_relu", "identity"),
    "X10": ("sigmoid", "tanh", "leaky_relu"),
}


def ones(at):
    """No slope at all."""
    return np.ones_like(at.z)


def no_bend(at):
    """The linear activation itself."""
    return at.z


def where_it_suits(formula, suits):
    """The wrong slope on layers with these activation functions, the right one on others."""
    return lambda at: formula(at) if at.act in suits else at.right_slope


def without_column(column):
    """The weight gradients with 0 for one input."""

    def formula(at):
        gW = outer(at.d, at.inputs)
        gW[:, :, column] = 0.0
        return gW

    return formula


def fitting(make):
    """A formula that gives not-a-number, which matches nothing, where the shapes do not fit."""

    def formula(at):
        wanted = (len(at.inputs), len(at.b), at.inputs.shape[1])
        made = make(at)
        return made if made.shape == wanted else np.full(wanted, np.nan)

    return formula


WEIGHT_GRADIENTS = {  # in place of d * inputs, (B, neuron, input)
    "W1": [lambda at: outer(at.d, np.ones_like(at.inputs))],
    "W2": [lambda at: at.d[:, :, None] * at.W],
    "W3": [
        lambda at: outer(at.d * at.a, np.ones_like(at.inputs)),
        fitting(lambda at: outer(at.d, at.a)),
    ],
    "W4": [lambda at: outer(at.d, at.z_before)],
    "W5": [fitting(lambda at: outer(at.d, at.x))],
    "W6": [fitting(lambda at: outer(at.d, at.inputs).transpose(0, 2, 1))],
    "W7": [without_column(0), without_column(-1)],
    "W8": [
        lambda at: np.broadcast_to(outer(at.d, at.inputs).sum(axis=1, keepdims=True), (len(at.d), *at.W.shape)),
        lambda at: np.broadcast_to(outer(at.d, at.inputs)[:, -1:, :], (len(at.d), *at.W.shape)),
    ],
    "W9": [lambda at: outer(at.g, at.inputs)],
}

BIAS_GRADIENTS = {  # in place of d, (B, neuron)
    "Bi1": [lambda at: np.zeros_like(at.d)],
    "Bi2": [lambda at: at.d * at.b],
    "Bi3": [lambda at: np.broadcast_to(at.d.sum(axis=1, keepdims=True), at.d.shape)],
    "Bi4": [lambda at: at.g],
}


def by_the_sum_of_a_neuron(at):
    """Each weight divided by the sum of its neuron's weights."""
    return at.d @ divided(at.W, at.W.sum(axis=1, keepdims=True))


def by_the_sum_of_an_input(at):
    """Each weight divided by the sum of the weights that leave the same input."""
    if len(at.W) == 1 and at.case.network.num_layers == 1:
        return np.full_like(at.inputs, np.nan)  # every weight would be divided by itself: that is X1
    return at.d @ divided(at.W, at.W.sum(axis=0, keepdims=True))


def fitting_inputs(make):
    """As `fitting`, for input gradients."""

    def formula(at):
        try:
            made = make(at)
        except ValueError:
            return np.full_like(at.inputs, np.nan)
        return made if made.shape == at.inputs.shape else np.full_like(at.inputs, np.nan)

    return formula


def after_the_step(learning_rate=None):
    """The error goes back through weights that took their step already."""

    def formula(at):
        rate = at.case.learning_rate if learning_rate is None else learning_rate
        return at.d @ (at.W - rate * at.gW)

    return formula


def without_slope(at):
    """g where there is one: after a formula for dL/dz there is no dL/da to pass on by mistake."""
    return at.d if at.slope is None else at.g


INPUT_GRADIENTS = {  # in place of d @ W, (B, input)
    "X1": [lambda at: np.broadcast_to(at.d.sum(axis=1, keepdims=True), at.inputs.shape)],
    "X2": [lambda at: at.d.sum(axis=1, keepdims=True) * at.inputs],
    "X3": [lambda at: without_slope(at) @ at.W],
    "X4": [lambda at: at.d[:, -1:] * at.W[-1]],
    "X5": [lambda at: at.d @ at.W / len(at.b)],
    "X6": [after_the_step()],
    "X7": [fitting_inputs(lambda at: at.d @ at.W.T)],
    "X8": [
        by_the_sum_of_a_neuron,
        by_the_sum_of_an_input,
        lambda at: at.d @ divided(at.W, np.abs(at.W).sum(axis=1, keepdims=True)),
    ],
    "X9": [lambda at: np.zeros_like(at.inputs)],
}

LOSS_GRADIENTS = {  # in place of dL/da, (B, output)
    "L2": [lambda at, y: -right_loss_gradient(at, y)],
    "L3": [lambda at, y: loss_of_outputs(at, y)],
    "L4": [lambda at, y: np.abs(right_loss_gradient(at, y))],
    "L6": [lambda at, y: right_loss_gradient(at, np.zeros_like(y))],
}


def right_loss_gradient(at, y):
    """dL/da; for a cross-entropy by the error d, so that no 0 is divided by."""
    if at.case.network.loss == "mse":
        return 2.0 * (at.a - y)
    return divided(at.a - y, DELTA_ACT["sigmoid"](at.z))


def loss_of_outputs(at, y):
    """The loss itself, output by output."""
    if at.case.network.loss == "mse":
        return (at.a - y) ** 2
    return -(y * np.log(at.a) + (1.0 - y) * np.log(1.0 - at.a))


OUTPUT_ERRORS_BCE = {  # in place of dL/dz, (B, output)
    "C1": [lambda at, y: (at.a - y) * at.a * (1.0 - at.a)],
    "C5": [lambda at, y: 2.0 * (at.a - y)],
    "L3": [lambda at, y: loss_of_outputs(at, y)],
    "L4": [lambda at, y: np.abs(at.a - y)],
    "L6": [lambda at, y: at.a],
}
OUTPUT_ERRORS_CE = {
    "C1": [lambda at, y: (at.a - y) * at.a * (1.0 - at.a)],
    "C2": [lambda at, y: -y * (1.0 - at.a)],
    "C3": [lambda at, y: at.a],
    "C4": [lambda at, y: divided(-y, at.a)],
    "C5": [lambda at, y: 2.0 * (at.a - y)],
    "C8": [one_hot_neighbour(1), one_hot_neighbour(-1)],
    "L2": [lambda at, y: y - at.a],
    "L3": [lambda at, y: -y * np.log(at.a), lambda at, y: (at.a - y) ** 2],
    "L4": [lambda at, y: np.abs(at.a - y)],
    "L7": [lambda at, y: divided(at.a - y, at.a * (1.0 - at.a))],
}
OUTPUT_ERRORS_SOFTMAX_MSE = {
    "C2": [lambda at, y: 2.0 * (at.a - y) * at.a * (1.0 - at.a)],
    "L7": [lambda at, y: 2.0 * (at.a - y)],
    "L2": [lambda at, y: through_softmax(at.a, 2.0 * (y - at.a))],
    "L3": [lambda at, y: through_softmax(at.a, (at.a - y) ** 2)],
    "L4": [lambda at, y: through_softmax(at.a, 2.0 * np.abs(at.a - y))],
    "L6": [lambda at, y: through_softmax(at.a, 2.0 * at.a)],
    "C8": [
        lambda at, y: through_softmax(at.a, 2.0 * (at.a - np.roll(y, 1, axis=1))),
        lambda at, y: through_softmax(at.a, 2.0 * (at.a - np.roll(y, -1, axis=1))),
    ],
}

# (at, gradients per example) -> (gW, gb) of the batch
BATCHES = {
    "B2": [lambda at, gW, gb: (gW.mean(axis=0) / len(gW), gb.mean(axis=0) / len(gb))],
    "B3": [
        lambda at, gW, gb: (gW[-1], gb[-1]),
        lambda at, gW, gb: (gW[-1] / len(gW), gb[-1] / len(gb)),
    ],
    "B4": [lambda at, gW, gb: (np.outer(at.d.mean(axis=0), at.inputs[-1]), gb.mean(axis=0))],
    "B5": [
        lambda at, gW, gb: tuple(
            part.mean(axis=0) / len(part) ** float(at.case.network.num_layers - 1 - at.layer_idx) for part in (gW, gb)
        )
    ],
    "B7": [lambda at, gW, gb: (np.outer(at.d.mean(axis=0), at.inputs.mean(axis=0)), gb.mean(axis=0))],
}

STEPS = {  # (name of the group, gradient, case) -> (before - after) / learning rate
    "S1": [lambda name, gradient, case: -gradient],
    "S2": [
        lambda name, gradient, case: gradient / case.learning_rate,
        lambda name, gradient, case: gradient * case.learning_rate,
    ],
    "S3": [lambda name, gradient, case: np.zeros_like(gradient) if name[0] == "b" else gradient],
    "S4": [
        lambda name, gradient, case: gradient if int(name[1:]) == case.network.num_layers else np.zeros_like(gradient)
    ],
}


def logits_twice(at):
    """Softmax of softmax."""
    return softmax(softmax(at.z))


@cache
def variants_for(network: Network, batch: bool, steps: bool) -> tuple[Variant, ...]:
    """All mistakes that a program for this network can make; `steps` where it takes steps."""
    num_layers = network.num_layers
    has_hidden = num_layers > 1
    found: list[Variant] = []

    def add(slot, table, where="all"):
        for mistake_id, formulas in table.items():
            found.extend(Variant(mistake_id, slot, formula, where) for formula in formulas)

    places = ["all", "output", "hidden"] if has_hidden else ["all"]

    # forward
    if network.biases:
        for where in places:
            add("bias", {"F1": [lambda b: 0.0 * b, lambda b: 2.0 * b]}, where)
    if has_hidden and network.hidden != "identity":
        # The slope may be that of the function which is missing, by z or by the shortcut of a, or that of none.
        found.append(Variant("F2", "act", no_bend, "hidden"))
        for slope in (ones, SLOPES["A2b"][0]):
            found.append(Variant("F2", "act", no_bend, "hidden", (Variant("F2", "slope", slope, "hidden"),)))
    if network.output == "softmax":
        add("act", {"C6": [logits_twice]}, "output")
        if batch:
            add("act", {"C7": [lambda at: softmax(at.z, axis=0)]}, "output")

    # loss gradient
    if network.loss is not None and network.output == "softmax":
        add("output error", OUTPUT_ERRORS_CE if network.loss == "ce" else OUTPUT_ERRORS_SOFTMAX_MSE, "output")
    elif network.loss == "bce":
        add("loss gradient", {"L2": LOSS_GRADIENTS["L2"]}, "output")
        add("output error", OUTPUT_ERRORS_BCE, "output")
    elif network.loss == "mse":
        add("loss gradient", LOSS_GRADIENTS, "output")

    # error
    for mistake_id, suits in SUITS.items():
        seen = set()
        for where in reversed(places):  # the narrower places first: "all" may be no more than one of them
            here = [i for i in range(num_layers) if Variant("", "", ones, where).reaches(i, num_layers)]
            reached = tuple(i for i in here if network.act(i) in suits)
            if (mistake_id, where, network.loss) == ("X10", "output", "bce"):
                continue  # the same formula as C1
            if reached and reached not in seen:
                seen.add(reached)
                wrong = [where_it_suits(formula, suits) for formula in SLOPES[mistake_id]]
                add("slope", {mistake_id: wrong}, where)
    if network.output != "softmax" and any(network.act(i) != network.act(i + 1) for i in range(num_layers - 1)):
        add("slope", {"A10": SLOPES["A10"]}, "hidden")
    bends = [network.act(i) not in ("identity", "softmax") for i in range(num_layers)]
    if bends[-1]:
        add("slope", {"L7": [ones]}, "output")
    if any(bends[:-1]):
        add("slope", {"A1": [ones]}, "hidden")
        if network.loss is None and bends[-1]:
            add("slope", {"A1": [ones], "L7": [ones]}, "all")
    if network.loss is None and not has_hidden and bends[-1]:
        add("slope", {"A1": [ones]}, "output")

    # weight, bias and input gradients
    for where in places:
        add("weight gradient", WEIGHT_GRADIENTS, where)
        if network.biases:
            add("bias gradient", BIAS_GRADIENTS, where)
        if num_layers > 1 or network.loss is None:
            add("input gradient", INPUT_GRADIENTS, where)
            if not steps or network.loss is None:  # a rate of the program's own
                add("input gradient", {"X6": [after_the_step(rate) for rate in (0.01, 0.1, 0.5, 1.0)]}, where)

    if batch:
        add("batch", BATCHES)
        if network.biases:
            add("bias over batch", {"Bi5": [lambda at: at.gb * at.case.batch]})
    if steps:
        add("step", {"S1": STEPS["S1"], "S2": STEPS["S2"]})
        if network.biases:
            add("step", {"S3": STEPS["S3"]})
        if has_hidden:
            add("step", {"S4": STEPS["S4"]})
        if batch:
            add("online", {"B9": [lambda: None]})
    return tuple(found)
