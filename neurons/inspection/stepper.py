"""The stepper: one page that goes through a training step line by line, on the student's own network."""

import html
import inspect
import json
import os
import textwrap
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from neurons.files import checked_path, write_whole
from neurons.model import Model
from neurons.wording import for_debuggers

PHASES = ("forward", "loss", "backward", "step")
LONGEST_LOOP = 32  # rounds shown one by one; of a longer loop the middle is one step, or 784 inputs would be 130,000
STRONGEST = 8  # weights drawn out for a neuron with more than LONGEST_LOOP
DIGITS = 6  # significant ones, of the numbers that came from the middle of a long loop
FRAME_HEIGHT = 940  # pixels, in a notebook
FRAME_STYLE = "border: 1px solid #8888; border-radius: 8px; background: #fff"


class Step(NamedTuple):
    """What the page shows at once: one event, or the middle rounds of a long loop folded into one."""

    event: Any
    numbers: str
    changes: list[list[Any]]  # [key, value], or [key, first index, values] where many are folded
    layer: int  # the active neuron is layers[layer].neurons[neuron], -1 where none is
    neuron: int
    weight: int  # the active weight, the number of inputs for the bias, -1 for none
    loop: int  # which run of which loop it belongs to, 0 for none, and in which round
    round: int
    rounds_folded: int = 0


class Stepper:
    """The page for `trace`, a `Trace` of `model.trace(...)`; in a notebook the object shows itself.

    One self-contained file: its drawing, its script and its numbers are inside, so it opens from a disk, with no
    network. Source of what it does: DESIGN.md's promise that what one reads is what runs; the code shown is taken from
    the classes that ran.
    """

    def __init__(self, trace: Any) -> None:
        self.trace = trace
        self.steps = fold(steps_of(trace))
        self._page: str | None = None

    def page(self) -> str:
        """The page as HTML."""
        if self._page is None:
            data = json.dumps(page_data(self.trace, self.steps), separators=(",", ":"), ensure_ascii=False)
            parts = {
                "STYLE": part("page.css"),
                "SCRIPT": part("page.js"),
                "DATA": data.replace("<", "\\u003c"),  # nothing in it ends the script element
                "TITLE": html.escape(f"Step by step: {self.trace.before}"),
            }
            page = part("page.html")
            for name, text in parts.items():
                page = page.replace(f"[[{name}]]", text, 1)
            self._page = page
        return self._page

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Write the page to `path`, which ends in .html; `FileError` where that cannot be done."""
        text, _ = checked_path(path, (".html", ".htm"))
        write_whole(text, self.page().encode())

    def _repr_html_(self) -> str:
        """A frame that holds the whole page: it survives the export of a notebook and needs no widgets."""
        page = html.escape(self.page(), quote=True)
        return (
            f'<iframe title="Step by step through the network" srcdoc="{page}" sandbox="allow-scripts" width="100%"'
            f' height="{FRAME_HEIGHT}" style="{FRAME_STYLE}"></iframe>'
        )

    @for_debuggers
    def __repr__(self) -> str:
        return f"Stepper: {len(self.steps)} steps through {self.trace.before}; .save('step.html') makes the page"


def part(name):
    """The text of one of the files the page is made of."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def functions_of(model):
    """{"Neuron.forward": (its lines, the number of the first)} for the methods of everything the model is made of."""
    owners = [model, model.loss, *model.layers]
    for layer in model.layers:
        owners += [layer.neurons[0], layer.activation_function]
    functions = {}
    for owner in owners:
        for cls in type(owner).__mro__:
            for member in vars(cls).values():
                function = getattr(member, "__func__", getattr(member, "fget", member))
                if inspect.isfunction(function) and function.__qualname__ not in functions:
                    functions[function.__qualname__] = function
    return functions


def source_of(function):
    """The lines of `function`, to the left, and the number of the first."""
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):  # typed into a console that keeps no source
        return [], 1
    return textwrap.dedent("".join(lines)).rstrip().split("\n"), first


class Frame:
    """A call that is under way: the loops it is in, each as [line, indentation, round, number of the loop]."""

    def __init__(self, key):
        self.key = key
        self.loops = []


def steps_of(trace):
    """One `Step` for each event, with the neuron and the weight it is about.

    A neuron's event names it; a layer's is about the neuron its outer loop has come to, and the weight of the inner.
    """
    model = trace.before
    functions = functions_of(model)
    sources: dict[str, tuple[list[str], int]] = {}
    places = {}
    for layer_idx, layer in enumerate(model.layers):
        places[layer.name] = (layer_idx, -1)
        for neuron_idx, neuron in enumerate(layer.neurons):
            places[neuron.name] = (layer_idx, neuron_idx)

    steps, frames, num_loops, phase = [], [], 0, None
    for event in trace.events:
        if event.phase != phase:
            frames, phase = [], event.phase
        key = (event.where, event.function)
        if not any(frame.key == key for frame in frames):
            frames.append(Frame(key))
        while frames[-1].key != key:  # those calls have returned
            frames.pop()
        loops = frames[-1].loops
        if event.function not in sources:
            function = functions.get(event.function)
            sources[event.function] = source_of(function) if function else ([], 1)
        indentation = indentation_at(event.line, *sources[event.function])
        while loops and (loops[-1][1] > indentation or (loops[-1][1] == indentation and loops[-1][0] != event.line)):
            loops.pop()
        if event.source.startswith("for "):
            if loops and loops[-1][0] == event.line:
                loops[-1][2] += 1
            else:
                num_loops += 1
                loops.append([event.line, indentation, 0, num_loops])
        layer_idx, neuron_idx = places.get(event.where, (-1, -1))
        rounds = [loop[2] for loop in loops]
        weight = -1
        if layer_idx >= 0:
            layer = model.layers[layer_idx]
            if neuron_idx < 0 and rounds and rounds[0] < len(layer.neurons):
                neuron_idx, rounds = rounds[0], rounds[1:]
            if neuron_idx >= 0 and rounds and rounds[0] < layer.num_inputs:
                weight = rounds[0]
            elif event.where != layer.name and not rounds and is_about_bias(event.source):
                weight = layer.num_inputs
        changes = [[key, plain(value)] for key, value in event.changes.items()]
        loop, turn = (loops[-1][3], loops[-1][2]) if loops else (0, 0)
        steps.append(Step(event, event.numbers, changes, layer_idx, neuron_idx, weight, loop, turn))
    return steps


def indentation_at(line, lines, first):
    """How far the line of a function's text is indented."""
    if not first <= line < first + len(lines):
        return 0
    text = lines[line - first]
    return len(text) - len(text.lstrip())


def is_about_bias(source):
    """True for a statement that uses or sets the bias or its gradient, not for one that clears all gradients."""
    return "bias" in source and "gradients" not in source and "gradient_sums" not in source


def plain(value):
    """`value` for JSON: a long list as its beginning and its length, a number that is not finite as text."""
    if isinstance(value, (list, tuple)):
        if len(value) > LONGEST_LOOP:
            return {"first": [plain(item) for item in value[:3]], "length": len(value)}
        return [plain(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, (bool, int, float, str, type(None))):
        return value
    return str(value)


def rounded(value):
    """`value` in a few digits: for the many numbers of a large model."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def fold(steps):
    """`steps` with the middle rounds of each long loop folded into one; its first two and its last stay."""
    folded = []
    for loop, group in groupby(steps, key=lambda step: step.loop):
        run = list(group)
        rounds = run[-1].round - run[0].round
        if not loop or rounds <= LONGEST_LOOP:
            folded += run
            continue
        first, last = run[0].round + 2, run[-1].round - 1
        middle = [step for step in run if first <= step.round < last]
        folded += [step for step in run if step.round < first]
        numbers = f"rounds {first} to {last - 1} of this loop, {last - first} of them, in one step"
        folded.append(
            middle[0]._replace(numbers=numbers, changes=merged(middle), weight=-1, rounds_folded=last - first)
        )
        folded += [step for step in run if step.round >= last]
    return folded


def merged(steps):
    """The changes of many steps, the values of one list side by side as [key, first index, values]."""
    lists: dict[str, dict[int, Any]] = {}
    others = {}
    for step in steps:
        for key, value in step.changes:
            name, _, index = key.rpartition("[")
            if name.endswith(".gradient_sums"):  # of one example: the gradients themselves
                continue
            if index.rstrip("]").isdigit() and "." in name:
                lists.setdefault(name, {})[int(index.rstrip("]"))] = rounded(value)
            else:
                others[key] = value
    changes: list[list[Any]] = [[key, value] for key, value in others.items()]
    for name, values in lists.items():
        first, last = min(values), max(values)
        changes.append([name, first, [values.get(i) for i in range(first, last + 1)]])
    return changes


def page_data(trace, steps):
    """All that the script needs: the model before, the text of the functions once, the steps as short lists."""
    model = trace.before
    large = any(layer.num_inputs > LONGEST_LOOP for layer in model.layers)
    number = rounded if large else plain
    layers = []
    for layer in model.layers:
        neurons = []
        for neuron in layer.neurons:
            numbers = {"name": neuron.name, "w": [number(weight) for weight in neuron.weights], "b": neuron.bias}
            neurons.append(numbers)
        layers.append({"name": layer.name, "act": layer.activation_function.name, "neurons": neurons})
    strongest = strongest_weights(trace)

    functions = functions_of(model)
    texts: list[dict[str, Any]] = []
    numbered: dict[str, int] = {}
    wheres: dict[str, int] = {}
    rows = []
    for step in steps:
        event = step.event
        if event.function not in numbered:
            numbered[event.function] = len(texts)
            lines, first = source_of(functions[event.function]) if event.function in functions else ([], 1)
            texts.append({"name": event.function, "file": event.file, "first": first, "lines": lines})
        wheres.setdefault(event.where, len(wheres))
        num_lines = event.source.count("\n") + 1
        row = [PHASES.index(event.phase), wheres[event.where], numbered[event.function], event.line, num_lines]
        rows.append([*row, step.layer, step.neuron, step.weight, step.rounds_folded, step.numbers, step.changes])
    return {
        "model": str(model),
        "sizes": [model.layers[0].num_inputs, *[len(layer.neurons) for layer in model.layers]],
        "layers": layers,
        "loss": str(model.loss),
        "inputs": [number(float(value)) for value in trace.inputs],
        "label": plain(label_of(trace)),
        "learningRate": trace.learning_rate,
        "strongest": strongest,
        "functions": texts,
        "wheres": list(wheres),
        "steps": rows,
        "numEvents": len(trace.events),
        "digits": DIGITS if large else 0,
        "why": whys(trace, strongest),
    }


def label_of(trace):
    """The label, one number per output where the loss can say so."""
    model = trace.before
    try:
        return model.loss.label_vector(trace.label, len(model.layers[-1].neurons))
    except AttributeError:  # a loss of the student's own
        return trace.label


def strongest_weights(trace):
    """For each neuron the weights to draw out: all of a few, of many those with the largest products w * i."""
    model = trace.before.copy()
    model.forward(trace.inputs)
    strongest = []
    for layer in model.layers:
        of_layer = []
        for neuron in layer.neurons:
            chosen = range(layer.num_inputs)
            if layer.num_inputs > LONGEST_LOOP:
                products = [abs(neuron.weights[i] * neuron.input_activation[i]) for i in chosen]
                chosen = sorted(sorted(chosen, key=lambda i: -products[i])[:STRONGEST])
            of_layer.append(list(chosen))
        strongest.append(of_layer)
    return strongest


def whys(trace, strongest):
    """{"hidden[0].w[1]": the text of its why} after the backward pass, for the weights drawn out and the biases."""
    model: Model = trace.before.copy()
    model.backward_pass(model.loss.output_gradients(model.forward(trace.inputs), trace.label))
    texts = {}
    for layer, chosen in zip(model.layers, strongest, strict=True):
        for neuron, weights in zip(layer.neurons, chosen, strict=True):
            for name in [*[f"{neuron.name}.w[{i}]" for i in weights], f"{neuron.name}.b"]:
                texts[name] = str(model.why(name))
    return texts
