"""Training as one Python function with loops, for networks of any size: the same statements once more.

Two orders of the loops give the same numbers, bit for bit. Neurons outside, as in the lesson, suit Python's lists;
inputs outside suit arrays and a compiler, which then calculates several neurons at once. A product with an input of 0,
or with an error of 0, adds nothing, so it is left out.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurons.errors import NeuronsError
from neurons.optimisers import SGD
from neurons.text import show
from neurons.unrolled import statements as training
from neurons.unrolled.engine import architecture_of_any_size
from neurons.unrolled.statements import Each, Largest, LayerOf, Let, Statement, Sum, layers_of
from neurons.unrolled.text import fill_template

if TYPE_CHECKING:
    from neurons.model import Model

ONE_BY_ONE = '''\
{imports}
def train(
    order, inputs, labels, learning_rate,
    {parameters}
):
    """Take one step for each example in `order`; return the sum of their losses.

    {layout} zeros(n) makes n zeros.
    """
    {numbers}
    loss_sum = 0.0
    for example in order:
        x = inputs[example]
        y = labels[example]

        # forward: each neuron's linear activation z = sum(w * i) + b and activation a = act(z)
        {forward}

        # the loss L
        {loss}
        loss_sum += loss

        # backward: dL/da comes in, times da/dz, is the error dL/dz; it goes on to the layer before, times the weights
        {backward}

        # the step, against the gradients dL/dw = dL/dz * i and dL/db = dL/dz
        {gradients}
    return loss_sum
'''

IN_BATCHES = '''\
{imports}
def train(
    order, inputs, labels, batch_size, learning_rate,
    {parameters}
):
    """Take one step for each batch of the examples in `order`; return the sum of their losses.

    {layout} zeros(n) makes n zeros.
    {memory}
    """
    {numbers}
    loss_sum = 0.0
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        for example in batch:
            x = inputs[example]
            y = labels[example]

            # forward: each neuron's linear activation z = sum(w * i) + b and activation a = act(z)
            {forward}

            # the loss L
            {loss}
            loss_sum += loss

            # backward: dL/da comes in, times da/dz, is the error dL/dz; it goes on to the layer before
            {backward}

            # the gradients dL/dw = dL/dz * i and dL/db = dL/dz, added up over the batch
            {gradients}

        # the step, against the mean gradients; then the sums begin anew
        num_examples = len(batch)
        {once}
        {step}
    return loss_sum
'''


def looped_source(model: "Model", optimiser: Any = None, *, batches: bool = False, arrays: bool = False) -> str:
    """The training of `model` as one Python function with loops: see `Model.looped_source`."""
    architecture = architecture_of_any_size(model, "be written in loops")
    memory, once, step = training.optimiser_step(SGD() if optimiser is None else optimiser)
    if memory and not batches:
        raise NeuronsError(f"batches must be True for {show(optimiser)}: single examples take the step of SGD()")
    layers = layers_of(architecture)
    writer = Writer(arrays)
    forward, loss = training.forward(architecture), training.loss(architecture)
    backward = training.backward(architecture)
    kinds = ["", "_sum", *(f"_{name}" for name in memory)] if batches else [""]
    parameters = [", ".join(f"{layer.name}_w{kind}, {layer.name}_b{kind}" for layer in layers) + "," for kind in kinds]
    parts = {
        "parameters": parameters + ["num_steps,"] * bool(once),
        "layout": [f"{layers[0].name}_w[{'i, j' if arrays else 'j][i'}] is the weight of neuron j on input i;"],
        "memory": [", ".join(["What ends in _sum", *(f"in _{name}" for name in memory)]) + " begins as zeros."],
        "numbers": [f"{name} = zeros({size})" for name, size in sizes_of([*forward, *loss, *backward]).items()],
        "forward": [line for pair in zip(layers, forward, strict=True) for line in writer.weighted_sums(*pair)],
        "loss": writer.lines(loss),
        "backward": writer.lines(backward),
        "once": (["num_steps += 1"] if once else []) + writer.lines(list(once)),
    }
    pairs = list(zip(layers, training.gradients(architecture), strict=True))
    if batches:
        add = "{target} += {gradient}"
        parts["gradients"] = [line for pair in pairs for line in writer.gradients(*pair, "_sum", add)]
        parts["step"] = [line for layer in layers for line in writer.step(layer, memory, step)]
    else:
        move = step[0].value.replace("parameter -", "{target} -=").replace("gradient", "{gradient}")
        parts["gradients"] = [line for pair in pairs for line in writer.gradients(*pair, "", move)]
    text = " ".join(line for lines in parts.values() for line in lines)
    functions = [name for name in ("exp", "log", "log1p", "sqrt", "tanh") if re.search(rf"\b{name}\(", text)]
    parts["imports"] = [f"from math import {', '.join(functions)}", "", ""] if functions else []
    return fill_template(IN_BATCHES if batches else ONE_BY_ONE, **parts)


class Writer:
    """Writes statements as loops."""

    def __init__(self, arrays: bool) -> None:
        self.arrays = arrays

    def lines(self, statements: list[Statement]) -> list[str]:
        """The lines of `statements`, with their loops as they come."""
        lines = []
        for statement in statements:
            if isinstance(statement, Each):
                lines += loop(statement.over, statement.size, self.lines(statement.statements))
                continue
            if isinstance(statement, Let):
                lines.append(f"{statement.target} = {statement.value}")
                continue
            target, term = statement.target, self.in_layout(statement.term)
            if isinstance(statement, Largest):
                first = term.replace(f"[{statement.over}]", "[0]")
                larger = [f"if {term} > {target}:", f"    {target} = {term}"]
                lines += [f"{target} = {first}", *loop(statement.over, statement.size, larger)]
            else:
                lines += [f"{target} = 0.0", *loop(statement.over, statement.size, [f"{target} += {term}"])]
        return lines

    def in_layout(self, text: str) -> str:
        """`text` with the indices of weights as they lie."""
        return re.sub(r"(_w)\[(\w)\]\[(\w)\]", r"\1[\3, \2]", text) if self.arrays else text

    def weighted_sums(self, layer: LayerOf, each: Statement) -> list[str]:
        """The forward pass of one layer, which `each` has."""
        assert isinstance(each, Each)
        each_sum, activation = each.statements
        assert isinstance(each_sum, Sum) and isinstance(activation, Let)
        z, bias = each_sum.target, each_sum.last
        act = f"{activation.target} = {activation.value}"
        if self.arrays:
            term = self.in_layout(each_sum.term).replace(f"{layer.input}[i]", "value")
            return [
                *loop("j", layer.num_neurons, [f"{z} = 0.0"]),
                *each_input(layer, loop("j", layer.num_neurons, [f"{z} += {term}"])),
                *loop("j", layer.num_neurons, [f"{z} += {bias}", act]),
            ]
        term = each_sum.term.replace(f"{layer.name}_w[j]", "weights")
        add_up = [f"for i in {seen(layer)}:", f"    weighted_sum += {term}"]
        lines = [f"weights = {layer.name}_w[j]", "weighted_sum = 0.0", *add_up, f"{z} = weighted_sum + {bias}", act]
        which = f"{seen(layer)} = [i for i in range({layer.num_inputs}) if {layer.input}[i] != 0.0]"
        return [which, *loop("j", layer.num_neurons, lines)]

    def gradients(self, layer: LayerOf, each: Statement, kind: str, use: str) -> list[str]:
        """What is done with the gradients of one layer, which `each` has: `use` says it; `kind` ends the name."""
        assert isinstance(each, Each)
        of_weights, of_bias = each.statements
        assert isinstance(of_weights, Each) and isinstance(of_bias, Let)
        (of_weight,) = of_weights.statements
        assert isinstance(of_weight, Let)
        weight, bias, error = f"{layer.name}_w{kind}", f"{layer.name}_b{kind}[j]", f"{layer.name}_error[j]"
        if self.arrays:
            product = of_weight.value.replace(f"{layer.input}[i]", "value")
            line = use.format(target=f"{weight}[i, j]", gradient=f"({product})")
            of_biases = loop("j", layer.num_neurons, [use.format(target=bias, gradient=of_bias.value)])
            return [*each_input(layer, loop("j", layer.num_neurons, [line])), *of_biases]
        row = "sums" if kind else "weights"
        line = use.format(target=f"{row}[i]", gradient=f"({of_weight.value.replace(error, 'error')})")
        lines = [f"{row} = {weight}[j]", f"for i in {seen(layer)}:", f"    {line}"]
        lines.append(use.format(target=bias, gradient=of_bias.value.replace(error, "error")))
        return loop("j", layer.num_neurons, [f"error = {error}", "if error != 0.0:", *indented(lines)])

    def step(self, layer: LayerOf, memory: Sequence[str], step: Sequence[Let]) -> list[str]:
        """The step of one layer for a batch."""
        kinds = {"parameter": "", "sums": "_sum", **{name: f"_{name}" for name in memory}}
        of_biases = self.move({name: f"{layer.name}_b{kind}[j]" for name, kind in kinds.items()}, step)
        if self.arrays:
            of_weights = self.move({name: f"{layer.name}_w{kind}[i, j]" for name, kind in kinds.items()}, step)
            loops = loop("i", layer.num_inputs, loop("j", layer.num_neurons, of_weights))
        else:
            rows = {name: {"parameter": "weights"}.get(name, f"{name}_row") for name in kinds}
            of_weights = self.move({name: f"{row}[i]" for name, row in rows.items()}, step)
            lines = [f"{row} = {layer.name}_w{kinds[name]}[j]" for name, row in rows.items()]
            loops = loop("j", layer.num_neurons, [*lines, *loop("i", layer.num_inputs, of_weights)])
        return [*loops, *loop("j", layer.num_neurons, of_biases)]

    def move(self, places: dict[str, str], step: Sequence[Let]) -> list[str]:
        """The step of one parameter; `places` says where its numbers are."""
        lines = [f"gradient = {places['sums']} / num_examples"]
        for target, value in step:
            target = places.get(target, target)
            value = re.sub(r"\b[a-z]\w*", lambda word: places.get(word[0], word[0]), value)
            lines.append(f"{target} = {value}".replace(f"= {target} - ", "-= "))
        return [*lines, f"{places['sums']} = 0.0"]


def each_input(layer, lines):
    """`lines` for each input i of a layer that is not 0; `value` is the input."""
    return loop("i", layer.num_inputs, [f"value = {layer.input}[i]", "if value != 0.0:", *indented(lines)])


def seen(layer):
    """The name of the list of a layer's inputs that are not 0."""
    return f"seen_{layer.input}"


def loop(index, size, lines):
    """`lines` for each value of `index`."""
    return [f"for {index} in range({size}):", *indented(lines)]


def indented(lines):
    """`lines`, one step further in."""
    return [f"    {line}" for line in lines]


def sizes_of(statements):
    """{name: size} of the lists of numbers that the statements fill."""
    sizes = {}
    for each in statements:
        for statement in each.statements if isinstance(each, Each) else ():
            if not isinstance(statement, Each) and "[" in statement.target:
                sizes[statement.target.partition("[")[0]] = each.size
    return sizes
