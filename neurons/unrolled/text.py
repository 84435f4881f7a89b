"""Training as plain arithmetic: every weight a variable, every product a line.

`one_step` is one training step as text, a lesson in itself; `compiled` is a function that runs the very same lines over
many examples. Both depend on the `Architecture` of a small network alone, not on its numbers.
"""

from functools import lru_cache
from math import exp, log, log1p, tanh
from typing import NamedTuple

from neurons.activations import LOWEST_Z
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from neurons.text import layer_name

TERMS_IN_A_LINE = 6

SIGMOID = f"1.0 / (1.0 + exp(-{{z}})) if {{z}} >= {LOWEST_Z!r} else exp({{z}})"

ACT = {
    "sigmoid": SIGMOID,
    "tanh": "tanh({z})",
    "relu": "{z} if {z} > 0.0 else 0.0",
    "leaky_relu": "{z} if {z} > 0.0 else 0.01 * {z}",
    "identity": "{z}",
}

DELTA_ACT = {  # {a} is act({z}), which has been computed
    "sigmoid": "{a} * (1.0 - {a})",
    "tanh": "1.0 - {a} * {a}",
    "relu": "1.0 if {z} > 0.0 else 0.0",
    "leaky_relu": "1.0 if {z} > 0.0 else 0.01",
    "identity": "1.0",
}

STEP = """\
# One training step for one example. Given are the learning_rate, the inputs {inputs}, the label {labels},
# and the weights and biases, {parameters}.
{imports}
# forward: each neuron's linear activation z = sum(w * i) + b and activation a = act(z)
{forward}

# the loss L
{loss}

# backward: dL/da comes in, times da/dz, is the error dL/dz; it goes on to the layer before, times the weights
{backward}

# the gradients: dL/dw = dL/dz * i and dL/db = dL/dz
{gradients}

# the step, against the gradients
{step}
"""

# `seen` has each epoch's sum of losses and number right; `all_z`, the sum of every z, is not finite once one is not.
RUN_OF_SINGLE_EXAMPLES = """\
def run(epochs, learning_rate, parameters):
    ({parameters},) = parameters
    seen, all_z = [], 0.0
    for examples in epochs:
        loss_sum, num_right = 0.0, 0
        for {example} in examples:
            {forward}
            {loss}
            {backward}
            {gradients}
            {step}
            {count}
        seen.append((loss_sum, num_right))
    return seen, all_z, ({parameters},)
"""

RUN_OF_BATCHES = """\
def run(epochs, learning_rate, parameters):
    ({parameters},) = parameters
    seen, all_z = [], 0.0
    for batches in epochs:
        loss_sum, num_right = 0.0, 0
        for batch in batches:
            {no_sums}
            for {example} in batch:
                {forward}
                {loss}
                {backward}
                {gradients}
                {sums}
                {count}
            num_examples = len(batch)
            {batch_step}
        seen.append((loss_sum, num_right))
    return seen, all_z, ({parameters},)
"""


class Architecture(NamedTuple):
    """What the text depends on."""

    num_inputs: int
    layers: tuple[tuple[str, int], ...]  # for each layer the name of its activation function, and how many neurons
    loss: str
    scale: float  # of MSE; 1.0 for the others


def one_step(architecture):
    """One training step for one example, ready for `exec`: see `Model.unrolled_source`."""
    parts = lines_of(architecture)
    parameters = parameter_names(architecture)
    text = "\n".join(parts["forward"] + parts["loss"])
    functions = [function for function in ("exp", "log", "log1p", "tanh") if f" {function}(" in text]
    return STEP.format(
        inputs=", ".join(inputs_of(architecture)),
        labels=", ".join(labels_of(architecture)),
        parameters=f"{parameters[0]} to {parameters[-1]}",
        imports=f"from math import {', '.join(functions)}\n" if functions else "",
        **{part: "\n".join(lines) for part, lines in parts.items()},
    )


@lru_cache(maxsize=64)
def compiled(architecture, single_examples, classes):
    """The function `run` for this architecture: with one step per example, or one per batch.

    `classes` says how right answers are counted; None leaves them uncounted.
    """
    parts = lines_of(architecture)
    parameters = parameter_names(architecture)
    count = ["loss_sum += loss"]
    count += sum_lines("all_z", ["all_z"] + [f"{name}_z" for layer in names_of(architecture) for name in layer])
    if classes is not None:
        count.append(f"num_right += {is_right(architecture, classes)}")
    template = RUN_OF_SINGLE_EXAMPLES if single_examples else RUN_OF_BATCHES
    text = fill_template(
        template,
        **parts,
        count=count,
        parameters=[", ".join(parameters)],
        example=[", ".join(inputs_of(architecture) + labels_of(architecture))],
        no_sums=[f"{name}_sum = 0.0" for name in parameters],
        sums=[f"{name}_sum += {name}_gradient" for name in parameters],
        batch_step=[f"{name} -= learning_rate * ({name}_sum / num_examples)" for name in parameters],
    )
    namespace = {"exp": exp, "log": log, "log1p": log1p, "tanh": tanh}
    exec(compile(text, "<training, unrolled>", "exec"), namespace)
    return namespace["run"]


def is_right(architecture, classes):
    """True where the outputs name the class of the label, as text; `neurons.training.loops.is_right` says the same."""
    outputs, labels = [f"{name}_a" for name in names_of(architecture)[-1]], labels_of(architecture)
    if classes.label_boundary is not None:
        return f"({outputs[0]} > {classes.output_boundary!r}) == ({labels[0]} > {classes.label_boundary!r})"
    largest = [f"({', '.join(names)}).index(max({', '.join(names)}))" for names in (outputs, labels)]
    return " == ".join(largest)


def fill_template(template, **parts):
    """`template` with lists of lines put in: a list that has a line to itself keeps that line's indentation."""
    text = []
    for line in template.splitlines():
        word = line.strip()[1:-1]
        if line.strip() == f"{{{word}}}" and word in parts:
            indentation = line[: -len(line.strip())]
            text += [indentation + part_line for part_line in parts[word]]
        else:
            text.append(line.format(**{word: lines[0] for word, lines in parts.items()}))
    return "\n".join(text)


def lines_of(architecture):
    """The lines of one training step: of its forward pass, loss, backward pass, gradients and step."""
    names = names_of(architecture)
    inputs_of_layer = [inputs_of(architecture)] + [[f"{name}_a" for name in layer] for layer in names]
    forward, backward, gradients, step = [], [], [], []
    for layer_idx, layer in enumerate(names):
        act, _ = architecture.layers[layer_idx]
        for name in layer:
            products = [f"{name}_w{i} * {value}" for i, value in enumerate(inputs_of_layer[layer_idx])]
            forward += sum_lines(f"{name}_z", products + [f"{name}_b"])
            forward.append(f"{name}_a = " + ACT[act].format(z=f"{name}_z"))

    loss, gradients_of_loss = LOSS_LINES[architecture.loss](names[-1], labels_of(architecture), architecture.scale)
    for layer_idx in reversed(range(len(names))):
        for neuron_idx, name in enumerate(names[layer_idx]):
            if layer_idx == len(names) - 1:
                backward.append(f"{name}_output_gradient = {gradients_of_loss[neuron_idx]}")
            else:
                paths = [f"{after}_error * {after}_w{neuron_idx}" for after in names[layer_idx + 1]]
                backward += sum_lines(f"{name}_output_gradient", paths)
            delta_act = DELTA_ACT[architecture.layers[layer_idx][0]]
            backward.append(f"{name}_activation_gradient = " + delta_act.format(z=f"{name}_z", a=f"{name}_a"))
            backward.append(f"{name}_error = {name}_output_gradient * {name}_activation_gradient")

    for layer_idx, layer in enumerate(names):
        for name in layer:
            for i, value in enumerate(inputs_of_layer[layer_idx]):
                gradients.append(f"{name}_w{i}_gradient = {name}_error * {value}")
            gradients.append(f"{name}_b_gradient = {name}_error")
    for parameter in parameter_names(architecture):
        step.append(f"{parameter} -= learning_rate * {parameter}_gradient")
    return {"forward": forward, "loss": loss, "backward": backward, "gradients": gradients, "step": step}


def mse_lines(names, labels, scale):
    """L = scale * (sum of (a - y)**2), and dL/da of each output."""
    lines = []
    for name, label in zip(names, labels, strict=True):
        lines.append(f"{name}_difference = {name}_a - {label}")
    lines += sum_lines("loss", [f"{name}_difference * {name}_difference" for name in names])
    if scale == 1.0:
        return lines, [f"2.0 * {name}_difference" for name in names]
    lines.append(f"loss = {scale!r} * loss")
    return lines, [f"2.0 * {scale!r} * {name}_difference" for name in names]


def softmax_cross_entropy_lines(names, labels, scale):
    """L = -sum of y * log(p) for the softmax p of the outputs, and dL/dz = p - y of each."""
    outputs = [f"{name}_a" for name in names]
    lines = [f"largest = max({', '.join(outputs)})" if len(outputs) > 1 else f"largest = {outputs[0]}"]
    lines += [f"{name}_exponential = exp({name}_a - largest)" for name in names]
    lines += sum_lines("total", [f"{name}_exponential" for name in names])
    lines.append("log_total = log(total)")
    surprises = [f"{label} * (log_total + (largest - {name}_a))" for name, label in zip(names, labels, strict=True)]
    lines += sum_lines("loss", surprises)
    return lines, [f"{name}_exponential / total - {label}" for name, label in zip(names, labels, strict=True)]


def binary_cross_entropy_lines(names, labels, scale):
    """L = -y * log(p) - (1 - y) * log(1 - p) for p = sigmoid of the one output, and dL/dz = p - y."""
    (name,), (label,) = names, labels
    logit = f"{name}_a"
    lines = [
        f"loss = max({logit}, 0.0) - {logit} * {label} + log1p(exp(-abs({logit})))",
        f"{name}_probability = " + SIGMOID.format(z=logit),
    ]
    return lines, [f"{name}_probability - {label}"]


LOSS_LINES = {
    MSE.name: mse_lines,
    SoftmaxCrossEntropy.name: softmax_cross_entropy_lines,
    BinaryCrossEntropy.name: binary_cross_entropy_lines,
}


def sum_lines(target, terms):
    """`target` = the sum of the terms from left to right, over several lines where they are many."""
    lines = [f"{target} = {' + '.join(terms[:TERMS_IN_A_LINE])}"]
    for start in range(TERMS_IN_A_LINE, len(terms), TERMS_IN_A_LINE):
        lines.append(f"{target} = {target} + {' + '.join(terms[start : start + TERMS_IN_A_LINE])}")
    return lines


def names_of(architecture):
    """hidden0, hidden1, ..., output0, ...; with several hidden layers hidden1_0, hidden1_1, ..., hidden2_0, ..."""
    num_layers = len(architecture.layers)
    names = []
    for layer_idx, (_, num_neurons) in enumerate(architecture.layers):
        name = layer_name(layer_idx, num_layers)
        separator = "_" if name[-1].isdigit() else ""
        names.append([f"{name}{separator}{neuron_idx}" for neuron_idx in range(num_neurons)])
    return names


def inputs_of(architecture):
    """x0, x1, ..."""
    return [f"x{i}" for i in range(architecture.num_inputs)]


def labels_of(architecture):
    """y0, y1, ..., one per output."""
    return [f"y{i}" for i in range(architecture.layers[-1][1])]


def parameter_names(architecture):
    """hidden0_w0, hidden0_w1, hidden0_b, hidden1_w0, ..., each neuron's bias after its weights."""
    parameters = []
    num_inputs = architecture.num_inputs
    for layer in names_of(architecture):
        for name in layer:
            parameters += [f"{name}_w{i}" for i in range(num_inputs)] + [f"{name}_b"]
        num_inputs = len(layer)
    return parameters
