"""How each mistake of the catalogue is made: the formulas that `reference.run` can switch in.

A mistake made in one layer and the same mistake made in all of them are two variants with one id.
"""

from functools import cache

import numpy as np

from neurons.classroom.diagnosis.reference import ACT, DELTA_ACT, Network, Variant, outer, softmax, through_softmax


def divided(numbers, by):
    """numbers / by, where a division by 0 is no warning: it matches nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return numbers / by


# Each table: id -> the formulas that are this mistake.

SLOPES = {  # in place of delta_act(z), (B, neuron)
    "A2": [lambda at: DELTA_ACT[at.act](ACT[at.act](at.z))],
    "A2b": [lambda at: 1.0 - at.z**2 if at.act == "tanh" else at.z * (1.0 - at.z)],
    "A4": [lambda at: ACT[at.act](at.z), lambda at: at.a],
    "A5": [lambda at: 1.0 - at.a],
    "A6": [lambda at: np.ones_like(at.z)],
    "A7": [lambda at: np.where(at.g > 0.0, 1.0, 0.0)],
    "A8": [lambda at: np.where(at.z > 0.0, 1.0, 0.01)],
    "A9": [lambda at: DELTA_ACT["sigmoid"](at.z), lambda at: at.a * (1.0 - at.a)],
    "A10": [lambda at: DELTA_ACT[at.next_act](at.z)],
}
SLOPE_FACTORS = {  # what is made of a slope, wrong or right
    "A3": [lambda at, slope: at.z * slope],
    "X10": [lambda at, slope: slope * slope],
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
    return lambda at, *slope: formula(at, *slope) if at.act in suits else at.right_slope


def without_column(column):
    """The weight gradients with 0 for one input."""

    def formula(gW):
        gW = gW.copy()
        gW[:, :, column] = 0.0
        return gW

    return formula


def transposed(gW):
    """Rows for columns, where the layer is square."""
    return gW.transpose(0, 2, 1) if gW.shape[1] == gW.shape[2] else np.full_like(gW, np.nan)


def sum_of_rows(gW):
    """What neurons that share one list of gradients collect in it."""
    return np.broadcast_to(gW.sum(axis=1, keepdims=True), gW.shape)


def last_row(gW):
    """What stays in a list that all neurons write to."""
    return np.broadcast_to(gW[:, -1:, :], gW.shape)


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
    "W9": [lambda at: outer(at.g, at.inputs)],
}

CHANGED_WEIGHT_GRADIENTS = {  # slot -> what is made of the weight gradients, wrong or right, (B, neuron, input)
    "transposed": {"W6": [transposed]},
    "skipped": {"W7": [without_column(0), without_column(-1)]},
    "shared": {"W8": [sum_of_rows, last_row]},
}

BIAS_GRADIENTS = {  # in place of d, (B, neuron)
    "Bi1": [lambda at: np.zeros_like(at.d)],
    "Bi2": [lambda at: at.d * at.b],
    "Bi3": [lambda at: np.broadcast_to(at.d.sum(axis=1, keepdims=True), at.d.shape)],
    "Bi4": [lambda at: at.g],
}


def shared_out(axis, size):
    """Each weight divided by the sum of its neuron's weights (axis 1) or of those from the same input (axis 0)."""

    def formula(at):
        if axis == 0 and len(at.W) == 1 and at.case.network.num_layers == 1:
            return np.full((*at.d.shape, at.W.shape[1]), np.nan)  # every weight would be divided by itself: that is X1
        return at.d[:, :, None] * divided(at.W, size(at.W).sum(axis=axis, keepdims=True))

    return formula


def after_the_step(learning_rate=None):
    """The error goes back through weights that took their step already."""

    def formula(at):
        rate = at.case.learning_rate if learning_rate is None else learning_rate
        return at.d[:, :, None] * (at.W - rate * at.gW)

    return formula


def without_slope(at):
    """g where there is one: after a formula for dL/dz there is no dL/da to pass on by mistake."""
    return at.d if at.slope is None or at.case.network.loss in ("bce", "ce") and at.is_last else at.g


INPUT_GRADIENTS = {  # in place of each neuron's d * W, (B, neuron, input)
    "X1": [lambda at: outer(at.d, np.ones_like(at.inputs))],
    "X2": [lambda at: outer(at.d, at.inputs)],
    "X3": [lambda at: without_slope(at)[:, :, None] * at.W],
    "X6": [after_the_step()],
    "X7": [fitting(lambda at: at.d[:, :, None] * at.W.T if len(at.W) == len(at.W.T) else at.d)],
    "X8": [
        shared_out(1, lambda W: W),
        shared_out(0, lambda W: W),
        shared_out(1, np.abs),
    ],
}
OVER_NEURONS = {  # in place of the sum over the neurons, (B, input)
    "X4": [lambda parts: parts[:, -1], lambda parts: parts[:, 0]],
    "X5": [lambda parts: parts.mean(axis=1)],
    "X9": [lambda parts: np.zeros_like(parts[:, 0])],
}

LOSS_GRADIENTS = {  # in place of dL/da, (B, output)
    "L3": [lambda at, y: loss_of_outputs(at, y)],
    "L4": [lambda at, y: 2.0 * np.abs(at.a - y)],
}


def loss_of_outputs(at, y):
    """The loss itself, output by output."""
    if at.case.network.loss == "mse":
        return (at.a - y) ** 2
    return -(y * np.log(at.a) + (1.0 - y) * np.log(1.0 - at.a))


OUTPUT_ERRORS_BCE = {  # in place of dL/dz, (B, output)
    "C1": [lambda at, y: (at.a - y) * at.a * (1.0 - at.a)],
    "L3": [lambda at, y: loss_of_outputs(at, y)],
    "L4": [lambda at, y: np.abs(at.a - y)],
}
OUTPUT_ERRORS_CE = {
    "C1": [lambda at, y: (at.a - y) * at.a * (1.0 - at.a)],
    "C2": [lambda at, y: -y * (1.0 - at.a)],
    "C4": [lambda at, y: divided(-y, at.a)],
    "L3": [lambda at, y: -y * np.log(at.a), lambda at, y: (at.a - y) ** 2],
    "L4": [lambda at, y: np.abs(at.a - y)],
    "L7": [lambda at, y: divided(at.a - y, at.a * (1.0 - at.a))],
}
OUTPUT_ERRORS_SOFTMAX_MSE = {
    "C2": [lambda at, y: 2.0 * (at.a - y) * at.a * (1.0 - at.a)],
    "L7": [lambda at, y: 2.0 * (at.a - y)],
    "L3": [lambda at, y: through_softmax(at.a, (at.a - y) ** 2)],
    "L4": [lambda at, y: through_softmax(at.a, 2.0 * np.abs(at.a - y))],
}

LABELS = {  # in place of the label
    "L6": [np.zeros_like],
    "C3": [np.zeros_like],
    "C8": [lambda y: np.roll(y, 1, axis=1), lambda y: np.roll(y, -1, axis=1)],
}

# (at, gradients per example) -> (gW, gb) of the batch
BATCHES = {
    "B2": [lambda at, gW, gb: (gW.mean(axis=0) / len(gW), gb.mean(axis=0) / len(gb))],
    "B3": [
        lambda at, gW, gb: (gW[-1], gb[-1]),
        lambda at, gW, gb: (gW[-1] / len(gW), gb[-1] / len(gb)),
        lambda at, gW, gb: (gW[0], gb[0]),
    ],
    "B4": [lambda at, gW, gb: (np.outer(at.d.mean(axis=0), at.inputs[-1]), gb.mean(axis=0))],
    "B5": [
        lambda at, gW, gb: tuple(
            part.mean(axis=0) / len(part) ** float(at.case.network.num_layers - 1 - at.layer_idx) for part in (gW, gb)
        )
    ],
    "B7": [lambda at, gW, gb: (np.outer(at.d.mean(axis=0), at.inputs.mean(axis=0)), gb.mean(axis=0))],
}


def without_first_or_last(column):
    """The step that leaves out one weight of each neuron."""
    return lambda name, gradient, case: without_column(column)(gradient[None])[0] if name[0] == "W" else gradient


def own_rate(rate):
    """The step of a program that has a learning rate of its own."""
    return lambda name, gradient, case: gradient * rate / case.learning_rate


OWN_RATES = (0.01, 0.1, 0.5, 1.0)

STEPS = {  # (name of the group, gradient, case) -> (before - after) / learning rate
    "S1": [lambda name, gradient, case: -gradient],
    "S2": [*map(own_rate, OWN_RATES), lambda name, gradient, case: gradient * case.learning_rate],
    "W7": [without_first_or_last(0), without_first_or_last(-1)],
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

    places: list[str | int] = ["all", "output", "hidden"] if has_hidden else ["all"]
    in_hidden: list[str | int] = ["hidden"] if has_hidden else []
    if num_layers > 2:  # in one of the hidden layers alone, or in all layers but the first
        in_hidden = [*range(num_layers - 1), *in_hidden]
        places = [*range(num_layers - 1), "later", *places]

    # forward
    if network.biases:
        for where in places:
            add("bias", {"F1": [lambda b: 0.0 * b, lambda b: 2.0 * b]}, where)
    for where in in_hidden if network.hidden != "identity" else []:
        # The slope may be that of the function which is missing, by z or by the shortcut of a, or that of none.
        found.append(Variant("F2", "act", no_bend, where))
        for slope in (ones, SLOPES["A2b"][0]):
            found.append(Variant("F2", "act", no_bend, where, (Variant("F2", "slope", slope, where),)))
    if network.output == "softmax":
        add("act", {"C6": [logits_twice]}, "output")
        if batch:
            add("act", {"C7": [lambda at: softmax(at.z, axis=0)]}, "output")

    # loss gradient
    if network.loss is not None:
        found.append(Variant("L2", "loss factor", -1.0))
        forgotten = "C3" if network.loss == "ce" else "L6"
        add("label", {forgotten: LABELS[forgotten]})
        if network.output == "softmax":
            add("label", {"C8": LABELS["C8"]})
            add("output error", OUTPUT_ERRORS_CE if network.loss == "ce" else OUTPUT_ERRORS_SOFTMAX_MSE, "output")
        elif network.loss == "bce":
            add("output error", OUTPUT_ERRORS_BCE, "output")
        else:
            add("loss gradient", LOSS_GRADIENTS, "output")
        if network.loss in ("bce", "ce"):
            found.append(Variant("C5", "loss factor", 2.0))

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
                slot = "slope" if mistake_id in SLOPES else "slope factor"
                formulas = SLOPES.get(mistake_id) or SLOPE_FACTORS[mistake_id]
                add(slot, {mistake_id: [where_it_suits(formula, suits) for formula in formulas]}, where)
    if network.output != "softmax" and any(network.act(i) != network.act(i + 1) for i in range(num_layers - 1)):
        add("slope", {"A10": SLOPES["A10"]}, "hidden")
    bends = [network.act(i) not in ("identity", "softmax") for i in range(num_layers)]
    if bends[-1]:
        add("slope", {"L7": [ones]}, "output")
    if any(bends[:-1]):
        for where in in_hidden:
            add("slope", {"A1": [ones]}, where)
        if network.loss is None and bends[-1]:
            add("slope", {"A1": [ones], "L7": [ones]}, "all")
    if network.loss is None and not has_hidden and bends[-1]:
        add("slope", {"A1": [ones]}, "output")

    # weight, bias and input gradients
    for where in places:
        add("weight gradient", WEIGHT_GRADIENTS, where)
        for slot, table in CHANGED_WEIGHT_GRADIENTS.items():
            add(slot, table, where)
        if network.biases:
            add("bias gradient", BIAS_GRADIENTS, where)
        if num_layers > 1 or network.loss is None:
            add("input gradient", INPUT_GRADIENTS, where)
            add("over neurons", OVER_NEURONS, where)
            if not steps or network.loss is None:  # a rate of the program's own
                add("input gradient", {"X6": [after_the_step(rate) for rate in OWN_RATES]}, where)

    if batch:
        add("batch", BATCHES)
        if network.biases:
            add("bias over batch", {"Bi5": [lambda at: at.gb * at.case.batch]})
    if steps:
        add("step", {mistake_id: STEPS[mistake_id] for mistake_id in ("S1", "S2", "W7")})
        if network.biases:
            add("step", {"S3": STEPS["S3"]})
        if has_hidden:
            add("step", {"S4": STEPS["S4"]})
        if batch:
            add("online", {"B9": [lambda: None]})
    return tuple(found)
