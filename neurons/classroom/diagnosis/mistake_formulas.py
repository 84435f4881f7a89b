"""The formula of each mistake of the catalogue, by the place in the passes where `reference.run` can switch it in."""

from collections.abc import Callable
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.reference import ACT, DELTA_ACT, outer, softmax, through_softmax

Table = dict[str, list[Callable[..., Any]]]  # id -> the formulas that are this mistake


def divided(numbers, by):
    """numbers / by, without a warning for a division by 0: it matches nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return numbers / by


FACTORS = (1.0, -1.0, 0.5, -0.5)  # of a program's own error, which may lack the 2 and have the other sign


def at_the_error(factor):
    """The slope of the activation function, taken at the error."""
    return lambda layer: DELTA_ACT[layer.act](factor * layer.g)


def shortcut_at_the_error(factor):
    """The shortcut for a, given the error."""

    def formula(layer):
        e = factor * layer.g
        return 1.0 - e**2 if layer.act == "tanh" else e * (1.0 - e)

    return formula


SLOPES = {  # in place of delta_act(z), (B, neuron)
    "A2": [lambda layer: DELTA_ACT[layer.act](ACT[layer.act](layer.z))],
    "A2b": [lambda layer: 1.0 - layer.z**2 if layer.act == "tanh" else layer.z * (1.0 - layer.z)],
    "A4": [lambda layer: ACT[layer.act](layer.z), lambda layer: layer.a],
    "A5": [lambda layer: 1.0 - layer.a],
    "A6": [lambda layer: np.ones_like(layer.z)],
    "A7": [lambda layer: np.where(layer.g > 0.0, 1.0, 0.0)],
    "A8": [lambda layer: np.where(layer.z > 0.0, 1.0, 0.01)],
    "A9": [lambda layer: DELTA_ACT["sigmoid"](layer.z), lambda layer: layer.a * (1.0 - layer.a)],
    "A10": [lambda layer: DELTA_ACT[layer.next_act](layer.z)],
    "A13": [at_the_error(factor) for factor in FACTORS] + [shortcut_at_the_error(factor) for factor in FACTORS],
}
SLOPE_FACTORS = {  # what is made of a slope, wrong or right
    "A3": [lambda layer, slope: layer.z * slope],
    "X10": [lambda layer, slope: slope * slope],
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
    "A13": ("sigmoid", "tanh"),
    "X10": ("sigmoid", "tanh", "leaky_relu"),
}


def ones(layer):
    """No slope at all."""
    return np.ones_like(layer.z)


def no_bend(layer):
    """The linear activation itself."""
    return layer.z


def where_it_suits(formula, suits):
    """The wrong slope on layers with these activation functions, the right one on others."""
    return lambda layer, *slope: formula(layer, *slope) if layer.act in suits else layer.right_slope


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

    def formula(layer):
        wanted = (len(layer.inputs), len(layer.b), layer.inputs.shape[1])
        made = make(layer)
        return made if made.shape == wanted else np.full(wanted, np.nan)

    return formula


WEIGHT_GRADIENTS = {  # in place of d * inputs, (B, neuron, input)
    "W1": [lambda layer: outer(layer.d, np.ones_like(layer.inputs))],
    "W2": [lambda layer: layer.d[:, :, None] * layer.W],
    "W3": [
        lambda layer: outer(layer.d * layer.a, np.ones_like(layer.inputs)),
        fitting(lambda layer: outer(layer.d, layer.a)),
    ],
    "W4": [lambda layer: outer(layer.d, layer.z_before)],
    "W5": [fitting(lambda layer: outer(layer.d, layer.x))],
    "W9": [lambda layer: outer(layer.g, layer.inputs)],
}

CHANGED_WEIGHT_GRADIENTS = {  # slot -> what is made of the weight gradients, wrong or right, (B, neuron, input)
    "transposed": {"W6": [transposed]},
    "skipped": {"W7": [without_column(0), without_column(-1)]},
    "shared": {"W8": [sum_of_rows, last_row]},
}

BIAS_GRADIENTS = {  # in place of d, (B, neuron)
    "Bi1": [lambda layer: np.zeros_like(layer.d)],
    "Bi2": [lambda layer: layer.d * layer.b],
    "Bi3": [lambda layer: np.broadcast_to(layer.d.sum(axis=1, keepdims=True), layer.d.shape)],
    "Bi4": [lambda layer: layer.g],
    "Bi6": [lambda layer: layer.d * layer.inputs.shape[1]],
}


def divided_weights(axis, size):
    """Each weight divided by the sum of its neuron's weights (axis 1) or of those from the same input (axis 0)."""

    def formula(layer):
        if axis == 0 and len(layer.W) == 1 and layer.case.network.num_layers == 1:
            return np.full(
                (*layer.d.shape, layer.W.shape[1]), np.nan
            )  # every weight would be divided by itself: that is X1
        return layer.d[:, :, None] * divided(layer.W, size(layer.W).sum(axis=axis, keepdims=True))

    return formula


def after_the_step(learning_rate=None):
    """The error goes back through weights that took their step already."""

    def formula(layer):
        rate = layer.case.learning_rate if learning_rate is None else learning_rate
        return layer.d[:, :, None] * (layer.W - rate * layer.gW)

    return formula


def without_slope(layer):
    """g where there is one: after a formula for dL/dz there is no dL/da to pass on by mistake."""
    return layer.d if layer.slope is None or layer.case.network.loss in ("bce", "ce") and layer.is_last else layer.g


def of_the_output(numbers, layer):
    """The numbers of the output in the shape of a hidden layer; not-a-number where they do not fit."""
    if numbers.shape[1] == 1 or numbers.shape == layer.z.shape:
        return np.broadcast_to(numbers, layer.z.shape)
    return np.full_like(layer.z, np.nan)


def from_output(what, factor, with_slope):
    """The output's error, or its difference, in the place of the hidden layer's own."""

    def formula(layer):
        error = factor * of_the_output(what(layer), layer)
        return error * layer.slope if with_slope else error

    return formula


def error_there(layer):
    """dL/dz of the output."""
    return layer.last.d


def difference_there(layer):
    """a - y of the output, twice."""
    return 2.0 * (layer.last.a - layer.case.labels)


def own_difference(layer):
    """a - y of the hidden layer itself, twice; in the shape of the layer already."""
    return 2.0 * (layer.a - of_the_output(layer.case.labels, layer))


def added(factor):
    """g + slope, where the program's own g is `factor` times ours, as is all that it makes of it."""
    return lambda layer: layer.g + layer.slope / factor


def over_examples(layer):
    """g.T @ M, where M pairs each example with each, as columns are examples; (B, neuron)."""
    one = np.ones((len(layer.a), len(layer.a)))
    if layer.act == "tanh":
        return (one - layer.a @ layer.a.T).T @ layer.g
    return (layer.a @ (1.0 - layer.a).T).T @ layer.g


def over_neurons(layer):
    """g @ M, where M pairs each neuron with each, as rows are examples; (B, neuron)."""
    one = np.ones((layer.a.shape[1], layer.a.shape[1]))
    if layer.act == "tanh":
        return layer.g @ (one - layer.a.T @ layer.a)
    return layer.g @ (layer.a.T @ (1.0 - layer.a))


HIDDEN_ERRORS = {  # in place of g * slope in hidden layers, (B, neuron)
    "A11": [added(factor) for factor in FACTORS],
    "A12": [over_examples, over_neurons],
    "X12": [from_output(difference_there, factor, with_slope) for factor in (1.0, 0.5) for with_slope in (True, False)]
    + [from_output(error_there, factor, True) for factor in (1.0, 2.0)],
    "X14": [from_output(own_difference, factor, with_slope) for factor in (1.0, 0.5) for with_slope in (True, False)],
}

INPUT_GRADIENTS = {  # in place of each neuron's d * W, (B, neuron, input)
    "X1": [lambda layer: outer(layer.d, np.ones_like(layer.inputs))],
    "X2": [lambda layer: outer(layer.d, layer.inputs)],
    "X3": [lambda layer: without_slope(layer)[:, :, None] * layer.W],
    "X6": [after_the_step()],
    "X11": [lambda layer: layer.d[:, :, None] * layer.gW],
    "X13": [lambda layer: layer.case.learning_rate * layer.d[:, :, None] * layer.W],
    "X7": [fitting(lambda layer: layer.d[:, :, None] * layer.W.T if len(layer.W) == len(layer.W.T) else layer.d)],
    "X8": [
        divided_weights(1, lambda W: W),
        divided_weights(0, lambda W: W),
        divided_weights(1, np.abs),
    ],
}
OVER_NEURONS = {  # in place of the sum over the neurons, (B, input)
    "X4": [lambda parts: parts[:, -1], lambda parts: parts[:, 0]],
    "X5": [lambda parts: parts.mean(axis=1)],
    "X9": [lambda parts: np.zeros_like(parts[:, 0])],
}

LOSS_GRADIENTS = {  # in place of dL/da, (B, output)
    "L3": [lambda layer, y: loss_of_outputs(layer, y)],
    "L4": [lambda layer, y: 2.0 * np.abs(layer.a - y)],
    "L8": [lambda layer, y: 2.0 * (layer.z - y)],
}
NUDGES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


def loss_of_outputs(layer, y):
    """The loss itself, output by output."""
    if layer.case.network.loss == "mse":
        return (layer.a - y) ** 2
    return -(y * np.log(layer.a) + (1.0 - y) * np.log(1.0 - layer.a))


OUTPUT_ERRORS_BCE = {  # in place of dL/dz, (B, output)
    "C1": [lambda layer, y: (layer.a - y) * layer.a * (1.0 - layer.a)],
    "L3": [lambda layer, y: loss_of_outputs(layer, y)],
    "L4": [lambda layer, y: np.abs(layer.a - y)],
    "L8": [lambda layer, y: layer.z - y],
}
OUTPUT_ERRORS_CE = {
    "C1": [lambda layer, y: (layer.a - y) * layer.a * (1.0 - layer.a)],
    "C2": [lambda layer, y: -y * (1.0 - layer.a)],
    "C4": [lambda layer, y: divided(-y, layer.a)],
    "L3": [lambda layer, y: -y * np.log(layer.a), lambda layer, y: (layer.a - y) ** 2],
    "L4": [lambda layer, y: np.abs(layer.a - y)],
    "L7": [lambda layer, y: divided(layer.a - y, layer.a * (1.0 - layer.a))],
    "L8": [lambda layer, y: layer.z - y],
    "C10": [lambda layer, y: (layer.a - y) * layer.a],
}
OUTPUT_ERRORS_SOFTMAX_MSE = {
    "C2": [lambda layer, y: 2.0 * (layer.a - y) * layer.a * (1.0 - layer.a)],
    "L7": [lambda layer, y: 2.0 * (layer.a - y)],
    "L3": [lambda layer, y: through_softmax(layer.a, (layer.a - y) ** 2)],
    "L4": [lambda layer, y: through_softmax(layer.a, 2.0 * np.abs(layer.a - y))],
}

WRONG_LABELS: Table = {  # in place of the label
    "L6": [np.zeros_like],
    "C3": [np.zeros_like],
    "C8": [lambda y: np.roll(y, 1, axis=1), lambda y: np.roll(y, -1, axis=1)],
}

# (at, gradients per example) -> (gW, gb) of the batch
BATCHES = {
    "B2": [lambda layer, gW, gb: (gW.mean(axis=0) / len(gW), gb.mean(axis=0) / len(gb))],
    "B3": [
        lambda layer, gW, gb: (gW[-1], gb[-1]),
        lambda layer, gW, gb: (gW[-1] / len(gW), gb[-1] / len(gb)),
        lambda layer, gW, gb: (gW[0], gb[0]),
    ],
    "B4": [lambda layer, gW, gb: (np.outer(layer.d.mean(axis=0), layer.inputs[-1]), gb.mean(axis=0))],
    "B5": [
        lambda layer, gW, gb: tuple(
            part.mean(axis=0) / len(part) ** float(layer.case.network.num_layers - 1 - layer.layer_idx)
            for part in (gW, gb)
        )
    ],
    "B7": [lambda layer, gW, gb: (np.outer(layer.d.mean(axis=0), layer.inputs.mean(axis=0)), gb.mean(axis=0))],
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


def logits_twice(layer):
    """Softmax of softmax."""
    return softmax(softmax(layer.z))


def squashed_first(layer):
    """Softmax of the sigmoid."""
    return softmax(ACT["sigmoid"](layer.z))


def twice(layer):
    """The activation function of its own value."""
    return ACT[layer.act](ACT[layer.act](layer.z))


def truth(layer):
    """1 where a ReLU lets through, 0 where it does not."""
    return np.where(layer.z > 0.0, 1.0, 0.0)


def truth_of_square(layer):
    """z * z > 0: 1 everywhere."""
    return np.ones_like(layer.z)
