"""Training as plain arithmetic: every weight a variable, every product a line.

`one_step` is one training step as text, a lesson in itself; `compiled` is a function that runs the very same lines over
many examples. Both depend on the `Architecture` of a small network alone, not on its numbers.
"""

import re
from functools import lru_cache
from math import exp, log, log1p, tanh

from neurons.optimisers import SGD
from neurons.unrolled import statements as training
from neurons.unrolled.statements import ELEMENT, Each, Largest, Let, at_index, layers_of

TERMS_IN_A_LINE = 6

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
        batch_step=[step_line(name, f"({name}_sum / num_examples)") for name in parameters],
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
            text.append(line.format(**{word: lines[0] for word, lines in parts.items() if lines}))
    return "\n".join(text)


def lines_of(architecture):
    """The lines of one training step: of its forward pass, loss, backward pass, gradients and step."""
    parameters = parameter_names(architecture)
    return {
        "forward": unrolled(training.forward(architecture)),
        "loss": unrolled(training.loss(architecture)),
        "backward": unrolled(training.backward(architecture)),
        "gradients": unrolled(training.gradients(architecture)),
        "step": [step_line(parameter, f"{parameter}_gradient") for parameter in parameters],
    }


def unrolled(statements):
    """A line for each number that the statements calculate."""
    lines = []
    for statement in statements:
        if isinstance(statement, Each):
            for number in range(statement.size):
                lines += unrolled([at_index(inner, statement.over, number) for inner in statement.statements])
            continue
        target = named(statement.target)
        if isinstance(statement, Let):
            lines.append(f"{target} = {named(statement.value)}")
            continue
        terms = [named(statement.term.replace(f"[{statement.over}]", f"[{n}]")) for n in range(statement.size)]
        if isinstance(statement, Largest):
            lines.append(f"{target} = max({', '.join(terms)})" if len(terms) > 1 else f"{target} = {terms[0]}")
        else:
            lines += sum_lines(target, terms if statement.last is None else [*terms, named(statement.last)])
    return lines


def step_line(parameter, gradient):
    """The step of one parameter."""
    _, _, ((_, value),) = training.optimiser_step(SGD())
    value = re.sub(r"\bgradient\b", gradient, value)
    return value.replace("parameter - ", f"{parameter} -= ")


def named(text):
    """An expression with a name for each element: hidden0_w1 for hidden_w[0][1], x0 for x[0]."""
    return ELEMENT.sub(name_of_element, text)


def name_of_element(element):
    """The name of one number: hidden0_w1_gradient for hidden_w_gradient[0][1]."""
    name, indices = element[1], element[2][1:-1].split("][")
    layer, _, quantity = name.partition("_")
    if not quantity:
        return f"{name}{indices[0]}"
    if len(indices) == 2:
        quantity = quantity.replace("w", f"w{indices[1]}", 1)
    return f"{name_of_neuron(layer, indices[0])}_{quantity}"


def sum_lines(target, terms):
    """`target` = the sum of the terms from left to right, over several lines where they are many."""
    lines = [f"{target} = {' + '.join(terms[:TERMS_IN_A_LINE])}"]
    for start in range(TERMS_IN_A_LINE, len(terms), TERMS_IN_A_LINE):
        lines.append(f"{target} = {target} + {' + '.join(terms[start : start + TERMS_IN_A_LINE])}")
    return lines


def name_of_neuron(layer, neuron_idx):
    """hidden0; of several hidden layers hidden1_0."""
    return f"{layer}_{neuron_idx}" if layer[-1].isdigit() else f"{layer}{neuron_idx}"


def names_of(architecture):
    """hidden0, hidden1, ..., output0, ...; with several hidden layers hidden1_0, hidden1_1, ..., hidden2_0, ..."""
    layers = layers_of(architecture)
    return [[name_of_neuron(layer.name, neuron_idx) for neuron_idx in range(layer.num_neurons)] for layer in layers]


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
