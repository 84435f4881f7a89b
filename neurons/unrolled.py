"""The same training written out as plain arithmetic: every weight a variable, every product a line.

`source(model)` is one training step of a small network as text, a lesson in itself. `epochs` runs the very same lines
in a loop over the examples, several times as fast as the objects, and gives the same numbers in every bit. It leaves
the last example of each run to the objects, so that they hold afterwards what they would have held without it.
"""

import sys
from functools import lru_cache
from itertools import islice
from math import copysign, exp, isfinite, log, log1p, tanh
from typing import NamedTuple

from neurons.activations import ACTIVATIONS, LOWEST_Z
from neurons.errors import NeuronsError, NotFiniteError, only_floats
from neurons.layer import Layer
from neurons.losses import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy
from neurons.model import Model, default_name
from neurons.neuron import Neuron
from neurons.optimisers import SGD

LARGEST = 2000  # parameters; Python takes about 22 µs to compile the lines of one, once per architecture
WORTH_WRITING = 100  # examples in one `fit`; 25 (XOR) to 65 (2,000 parameters) make good for compiling
EXAMPLES_AT_ONCE = 1000  # where nobody looks: about as many between two looks at the objects
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

RUN_OF_SINGLE_EXAMPLES = """\
def run(epochs, last_batch, learning_rate, is_right, parameters):
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
    return seen, all_z, ({parameters},), ()
"""

RUN_OF_BATCHES = """\
def run(epochs, last_batch, learning_rate, is_right, parameters):
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
            if batch is last_batch:  # its last example and its step are left to the objects
                break
            num_examples = len(batch)
            {batch_step}
        seen.append((loss_sum, num_right))
    return seen, all_z, ({parameters},), ({all_sums},)
"""


class Architecture(NamedTuple):
    """What the text depends on."""

    num_inputs: int
    acts: tuple  # one tuple per layer, with the name of each neuron's activation function
    loss: str
    scale: float  # of MSE; 1.0 for the others


def source(model):
    """One training step of `model` for one example as text; `Model.unrolled_source` tells more."""
    architecture = architecture_of(model)
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


def epochs(loops, orders, epochs_at_once):
    """Train as `loops.in_loops(orders)` does, to the same numbers; every `epochs_at_once` epochs the model holds them.

    `loops` does what the text cannot do: models with parts of the user's own, training under a debugger, numbers that
    are not finite (it then raises the error that says which and where), and the last example of each run.
    """
    rows = [(*inputs, *label, label) for inputs, label in zip(loops.inputs, loops.labels, strict=True)]
    orders = iter(orders)
    while orders_now := list(islice(orders, epochs_at_once)):
        loops.begin()
        try:
            if somebody_steps_through():
                raise NeuronsError("a debugger is at work, and wants to see the objects")
            seen = run(loops, rows, orders_now)
        except NeuronsError:
            yield from loops.in_loops(orders_now)
        else:
            yield from seen


def run(loops, rows, orders):
    """Train for the epochs whose examples are in `orders`; return each one's sum of losses and number of right classes.

    Raises a `NeuronsError`, and leaves the model's weights as they were, where only the loops can do it.
    """
    model, batch_size = loops.model, loops.batch_size
    check_is_plain(loops.optimiser, SGD, "the optimiser")
    architecture = architecture_of(model)
    parameters = parameters_of(model)
    run_text = compiled(architecture, batch_size == 1, loops.is_right is not None)

    *full_orders, last_order = orders
    last_batch = []
    if batch_size == 1:
        epochs = [[rows[i] for i in order] for order in full_orders] + [[rows[i] for i in last_order[:-1]]]
    else:
        epochs = [batches_of(rows, order, batch_size) for order in orders]
        last_batch = epochs[-1][-1]
        last_batch.pop()
    try:
        seen, all_z, parameters, sums = run_text(epochs, last_batch, loops.learning_rate, loops.is_right, parameters)
    except (ArithmeticError, ValueError):  # exp, log or a division met a number that is not finite
        raise NotFiniteError("something is not finite") from None
    loss_sum, num_right = seen[-1]
    # A weight that is not finite makes the z of the next example so, and the last one goes through the objects.
    if not isfinite(all_z + sum(loss_sum for loss_sum, _ in seen)):
        raise NotFiniteError("something is not finite")

    put(model, parameters, sums, len(last_batch))
    try:
        last_loss, last_right = loops.train(last_order[-1:])
    except (NeuronsError, OverflowError):
        loops.put_back()
        raise NotFiniteError("the last example or its step is not finite") from None
    seen[-1] = (loss_sum + last_loss, num_right + last_right)
    return seen


def batches_of(rows, order, batch_size):
    """The rows of one epoch, cut into batches."""
    return [[rows[i] for i in order[start : start + batch_size]] for start in range(0, len(order), batch_size)]


def parameters_of(model):
    """All weights and biases, each neuron's bias after its weights."""
    parameters = []
    for layer in model.layers:
        for neuron in layer.neurons:
            parameters += neuron.weights
            parameters.append(neuron.bias)
    if not only_floats(map(type, parameters)):
        raise NeuronsError("a weight set by hand is no float")
    if 0.0 in parameters and any(copysign(1.0, value) < 0.0 for value in parameters if value == 0.0):
        raise NeuronsError("a weight is -0.0: only with it does the sign of a gradient of 0 make a difference")
    return parameters


def put(model, parameters, sums, num_examples):
    """Give the neurons their weights, and what the batch has collected so far."""
    start = 0
    for layer in model.layers:
        for neuron in layer.neurons:
            stop = start + len(neuron.weights)
            neuron.weights[:], neuron.bias = parameters[start:stop], parameters[stop]
            if num_examples:
                neuron.gradient_sums, neuron.bias_gradient_sum = list(sums[start:stop]), sums[stop]
                neuron.num_examples = num_examples
            start = stop + 1


def somebody_steps_through():
    """True under a debugger (or another tool that follows line by line): breakpoints in the passes must be met."""
    monitoring = getattr(sys, "monitoring", None)  # since Python 3.12
    return sys.gettrace() is not None or (monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID))


# ---- which models


METHODS = {
    Model: ("forward", "backward_pass", "step"),
    Layer: ("forward", "backward_pass", "step"),
    Neuron: ("forward", "backward_pass", "step"),
    SGD: ("step",),
    MSE: ("value", "output_gradients", "label_vector"),
    BinaryCrossEntropy: ("value", "output_gradients", "label_vector"),
    SoftmaxCrossEntropy: ("value", "output_gradients", "label_vector"),
}
OWN_ACTS = {(act.act, act.delta_act): act.name for act in ACTIVATIONS.values()}
METHODS.update({type(act): ("act", "delta_act") for act in ACTIVATIONS.values()})
ORIGINALS = [(owner, word, getattr(owner, word)) for owner, words in METHODS.items() for word in words]


def architecture_of(model):
    """The `Architecture` of `model`, or the `NeuronsError` that says which part of it is not the package's own."""
    check_is_plain(model, Model, "the model")
    for layer in model.layers:
        check_is_plain(layer, Layer, layer.name)
    if type(model.loss) not in (MSE, BinaryCrossEntropy, SoftmaxCrossEntropy):
        raise NeuronsError(f"the loss {model.loss!r} is not the package's own and cannot be written out")
    check_is_plain(model.loss, type(model.loss), "the loss")
    for owner, word, original in ORIGINALS:
        if getattr(owner, word) is not original:
            raise NeuronsError(f"{owner.__name__}.{word} has been replaced and cannot be written out")

    num_inputs = num_in_front = model.layers[0].num_inputs
    acts = []
    num_parameters = 0
    for layer in model.layers:
        if layer.num_inputs != num_in_front or layer.num_neurons != len(layer.neurons):
            raise NeuronsError(f"{layer.name} does not have the sizes it was made with")
        acts.append(tuple([checked_act(neuron, num_in_front) for neuron in layer.neurons]))
        num_parameters += (num_in_front + 1) * len(layer.neurons)
        num_in_front = len(layer.neurons)
    lists_of_weights = [id(neuron.weights) for layer in model.layers for neuron in layer.neurons]
    if len(set(lists_of_weights)) < len(lists_of_weights):
        raise NeuronsError("two neurons share their weights, which cannot be written out")
    if num_parameters > LARGEST:
        raise NeuronsError(f"a step is written out for at most {LARGEST:,} parameters but there are {num_parameters:,}")
    scale = model.loss.scale if isinstance(model.loss, MSE) else 1.0
    if type(scale) is not float:
        raise NeuronsError(f"the scale of MSE must be a float but is {scale!r}")
    if isinstance(model.loss, BinaryCrossEntropy) and num_in_front != 1:
        raise NeuronsError(f"BinaryCrossEntropy takes one output but there are {num_in_front}")
    return Architecture(num_inputs, tuple(acts), model.loss.name, scale)


def check_is_plain(part, kind, name):
    """Raise for an object of a subclass, and for one that got a method of its own."""
    if type(part) is not kind:
        raise NeuronsError(f"{name} is a {type(part).__name__}, not a plain {kind.__name__}, and cannot be written out")
    if not vars(part).keys().isdisjoint(METHODS[kind]):
        raise NeuronsError(f"{name} has a method of its own and cannot be written out")


def checked_act(neuron, num_inputs):
    """The name of the activation function of a neuron that is plain and has `num_inputs` weights."""
    check_is_plain(neuron, Neuron, neuron.name)
    try:
        name = OWN_ACTS[neuron.act, neuron.delta_act]
    except (KeyError, TypeError):  # TypeError: something that cannot be looked up, so none of ours
        act = neuron.activation_function
        raise NeuronsError(f"{neuron.name} has the activation {act!r}, which cannot be written out") from None
    if not (type(neuron.weights) is list and len(neuron.weights) == neuron.num_inputs == num_inputs):
        raise NeuronsError(f"{neuron.name} needs a list of {num_inputs} weights")
    return name


# ---- the text


@lru_cache(maxsize=64)
def compiled(architecture, single_examples, counts_right):
    """The function `run` for this architecture: with one step per example, or one per batch."""
    parts = lines_of(architecture)
    parameters = parameter_names(architecture)
    outputs = [f"{name}_a" for name in names_of(architecture)[-1]]
    count = ["loss_sum += loss"]
    count += sum_lines("all_z", ["all_z"] + [f"{name}_z" for layer in names_of(architecture) for name in layer])
    if counts_right:
        count.append(f"num_right += is_right([{', '.join(outputs)}], label)")
    template = RUN_OF_SINGLE_EXAMPLES if single_examples else RUN_OF_BATCHES
    text = filled_in(
        template,
        **parts,
        count=count,
        parameters=[", ".join(parameters)],
        all_sums=[", ".join(f"{name}_sum" for name in parameters)],
        example=[", ".join(inputs_of(architecture) + labels_of(architecture) + ["label"])],
        no_sums=[f"{name}_sum = -0.0" for name in parameters],
        sums=[f"{name}_sum += {name}_gradient" for name in parameters],
        batch_step=[f"{name} -= learning_rate * ({name}_sum / num_examples)" for name in parameters],
    )
    namespace = {"exp": exp, "log": log, "log1p": log1p, "tanh": tanh}
    exec(compile(text, "<one run, written out>", "exec"), namespace)
    return namespace["run"]


def filled_in(template, **parts):
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
        for name, act in zip(layer, architecture.acts[layer_idx], strict=True):
            products = [f"{name}_w{i} * {value}" for i, value in enumerate(inputs_of_layer[layer_idx])]
            forward += sum_lines(f"{name}_z", products + [f"{name}_b"])
            forward.append(f"{name}_a = " + ACT[act].format(z=f"{name}_z"))

    loss, gradients_of_loss = LOSSES[architecture.loss](names[-1], labels_of(architecture), architecture.scale)
    for layer_idx in reversed(range(len(names))):
        for neuron_idx, name in enumerate(names[layer_idx]):
            if layer_idx == len(names) - 1:
                backward.append(f"{name}_output_gradient = {gradients_of_loss[neuron_idx]}")
            else:
                paths = [f"{after}_error * {after}_w{neuron_idx}" for after in names[layer_idx + 1]]
                backward += sum_lines(f"{name}_output_gradient", paths)
            delta_act = DELTA_ACT[architecture.acts[layer_idx][neuron_idx]]
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


LOSSES = {
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
    num_layers = len(architecture.acts)
    names = []
    for layer_idx, acts in enumerate(architecture.acts):
        name = default_name(layer_idx, num_layers)
        separator = "_" if name[-1].isdigit() else ""
        names.append([f"{name}{separator}{neuron_idx}" for neuron_idx in range(len(acts))])
    return names


def inputs_of(architecture):
    """x0, x1, ..."""
    return [f"x{i}" for i in range(architecture.num_inputs)]


def labels_of(architecture):
    """y0, y1, ..., one per output."""
    return [f"y{i}" for i in range(len(architecture.acts[-1]))]


def parameter_names(architecture):
    """hidden0_w0, hidden0_w1, hidden0_b, hidden1_w0, ..., in the order of `parameters_of`."""
    parameters = []
    num_inputs = architecture.num_inputs
    for layer in names_of(architecture):
        for name in layer:
            parameters += [f"{name}_w{i}" for i in range(num_inputs)] + [f"{name}_b"]
        num_inputs = len(layer)
    return parameters
