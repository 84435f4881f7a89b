"""The stepper: one page that goes through a training step line by line, on the student's own network."""

import html
import inspect
import json
import os
import re
import textwrap
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from neurons.errors import NeuronsError
from neurons.inspection.models import num_parameters
from neurons.inspection.recording.recorder import functions_of
from neurons.inspection.recording.statements import plan_of
from neurons.inspection.trace import Trace, TraceEvent, label_as_list
from neurons.storage.files import checked_path, write_whole
from neurons.text import for_debuggers, show

PHASES = ("forward", "loss", "backward", "step")
FEW_WEIGHTS = 16  # of a neuron with more the page draws out the strongest only, and has the why of these
STRONGEST = 8
MANY_NUMBERS = 2000  # parameters: from there on the page has the numbers in 6 digits instead of all
DIGITS = 6
FILLED = (".gradients", ".input_gradients")  # lists of a neuron that come to it with all their numbers
MORE_TIMES = re.compile(r"(\d+) more times$")  # the middle of a long loop, which a trace has as one event
FRAME_HEIGHT = 940  # pixels, in a notebook
FRAME_STYLE = "border: 1px solid #8888; border-radius: 8px; background: #fff"
# JupyterLab takes the frame out of a notebook that it does not trust yet,
# and shows the text inside; a browser shows the frame alone.
UNTRUSTED = "The stepper stands here as soon as this cell has been run, or the notebook is trusted."


class Step(NamedTuple):
    """One event, and what of the network it is about."""

    event: TraceEvent
    layer: int  # the active neuron is layers[layer].neurons[neuron]; -1 where none is
    neuron: int
    weight: int  # the active weight, the number of inputs for the bias; -1 for none
    first_round: int  # the rounds of a long loop that it stands for
    num_rounds: int  # 0 for a single statement


class Stepper:
    """The page for `trace`, a `Trace` of `model.trace(...)`; in a notebook the object shows itself.

    One self-contained file: its drawing, its script and its numbers are inside, so it opens from a disk, with no
    network. Source of what it does: DESIGN.md's promise that what one reads is what runs; the code shown is taken from
    the classes that ran.
    """

    def __init__(self, trace: Trace) -> None:
        if not isinstance(trace, Trace):
            raise NeuronsError(f"Stepper takes a trace, as in Stepper(model.trace(...)), but got {show(trace)}")
        self.trace = trace
        self._page: str | None = None

    def page(self) -> str:
        """The page as HTML."""
        if self._page is None:
            data = json.dumps(page_data(self.trace), separators=(",", ":"), ensure_ascii=False)
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
            f' height="{FRAME_HEIGHT}" style="{FRAME_STYLE}">{UNTRUSTED}</iframe>'
        )

    @for_debuggers
    def __repr__(self) -> str:
        return f"Stepper: {len(self.trace.events)} steps through {self.trace.before}; .save('step.html') makes the page"


def part(name):
    """The text of one of the files the page is made of."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def functions_by_name(model):
    """{"Neuron.forward": the function}, named as the events are, for the methods of everything the model is made of."""
    owners = [model, model.loss, *model.layers]
    for layer in model.layers:
        for neuron in layer.neurons:
            owners += [neuron, neuron.activation_function]
    functions: dict[str, Any] = {}
    for cls in dict.fromkeys(map(type, owners)):
        for function in functions_of(cls):
            plan = plan_of(function.__code__)
            if plan is not None:
                functions.setdefault(plan.qualname, function)
    return functions


class Text:
    """The text of a function: its `lines`, to the left, the number of the `first`, and where each statement ends."""

    def __init__(self, function: Any) -> None:
        lines, self.first = inspect.getsourcelines(function)
        self.lines = textwrap.dedent("".join(lines)).rstrip().split("\n")
        self.ends = {line.first: line.last for line in plan_of(function.__code__).statements.values()}

    def indentation(self, line: int) -> int:
        """How far the line with this number is indented."""
        text = self.lines[line - self.first]
        return len(text) - len(text.lstrip())


class Frame:
    """A call that is under way: the loops it is in, each as [line, indentation, round]."""

    def __init__(self, key):
        self.key = key
        self.loops = []


def steps_of(trace, texts):
    """One `Step` for each event, with the neuron and the weight it is about.

    A neuron's event names it; a layer's is about the neuron its outer loop has come to, and the weight of the inner.
    """
    places = places_of(trace.before)
    steps: list[Step] = []
    frames: list[Frame] = []
    phase = None
    for event in trace.events:
        if event.phase != phase:
            frames, phase = [], event.phase
        key = (event.where, event.function)
        if not any(frame.key == key for frame in frames):
            frames.append(Frame(key))
        while frames[-1].key != key:  # those calls have returned
            frames.pop()
        loops = frames[-1].loops
        indentation = texts[event.function].indentation(event.line)
        while loops and (loops[-1][1] > indentation or (loops[-1][1] == indentation and loops[-1][0] != event.line)):
            loops.pop()
        first_round = num_rounds = 0
        if event.source.startswith("for "):
            if loops and loops[-1][0] == event.line:
                loops[-1][2] += 1
            else:
                loops.append([event.line, indentation, 0])
            more = MORE_TIMES.search(event.numbers)
            if more:
                first_round, num_rounds = loops[-1][2], int(more[1])
                loops[-1][2] += num_rounds - 1
        layer_idx, neuron_idx = places.get(event.where, (-1, -1))
        weight = -1
        if layer_idx >= 0:
            layer = trace.before.layers[layer_idx]
            neuron_idx, weight = active_weight(event, layer, neuron_idx, [loop[2] for loop in loops], num_rounds)
        steps.append(Step(event, layer_idx, neuron_idx, weight, first_round, num_rounds))
    return steps


def places_of(model):
    """{"hidden": (0, -1), "hidden[0]": (0, 0), ...}: the indices of each layer and neuron by its name."""
    places = {}
    for layer_idx, layer in enumerate(model.layers):
        places[layer.name] = (layer_idx, -1)
        for neuron_idx, neuron in enumerate(layer.neurons):
            places[neuron.name] = (layer_idx, neuron_idx)
    return places


def active_weight(event, layer, neuron_idx, rounds, num_rounds):
    """(neuron, weight) that an event in a layer is about, given the rounds of the loops it is in; -1 for none."""
    if neuron_idx < 0 and rounds and rounds[0] < len(layer.neurons):
        neuron_idx, rounds = rounds[0], rounds[1:]
    if num_rounds:
        return neuron_idx, -1
    if neuron_idx >= 0 and rounds and rounds[0] < layer.num_inputs:
        return neuron_idx, rounds[0]
    if event.where != layer.name and not rounds and is_about_bias(event.source):
        return neuron_idx, layer.num_inputs
    return neuron_idx, -1


def is_about_bias(source):
    """True for a statement that uses or sets the bias or its gradient, not for one that clears all gradients."""
    return "bias" in source and "gradients" not in source and "gradient_sums" not in source


def plain(value):
    """`value` for JSON: a long list as its beginning and its length, a number that is not finite as text."""
    if isinstance(value, (list, tuple)):
        if len(value) > FEW_WEIGHTS:
            return {"first": [plain(item) for item in value[:3]], "length": len(value)}
        return [plain(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, (bool, int, float, type(None))) else str(value)


def rounded(value):
    """`value` in a few digits: for the many numbers of a large model."""
    return float(f"{value:.{DIGITS}g}")


def changes_of(step, shorten):
    """What a step changed, as [name, value]; as [name, first index, values] for the rounds of a long loop."""
    changes: list[list[Any]] = []
    for name, value in step.event.changes.items():
        is_filled = name.endswith(FILLED) and "[0" not in step.event.source  # self.gradients = [0.0] * n is not yet
        if is_filled and isinstance(value, list) and not step.num_rounds:
            changes.append([name, 0, [shorten(item) for item in value]])
        elif not step.num_rounds or not isinstance(value, list):
            changes.append([name, plain(value)])
        elif not name.endswith(".gradient_sums"):  # of one example: the gradients themselves
            values = value[step.first_round : step.first_round + step.num_rounds]
            changes.append([name, step.first_round, [shorten(item) for item in values]])
    return changes


def numbers_in(event):
    """The statement with its numbers, without its text; nothing where it has none."""
    return event.numbers.removeprefix(event.source).strip()


def page_data(trace):
    """All that the script needs: the model before, the text of the functions once, the steps as short lists."""
    model = trace.before
    shorten = rounded if num_parameters(model) > MANY_NUMBERS else plain
    layers = []
    for layer in model.layers:
        neurons = []
        for neuron in layer.neurons:
            weights = [shorten(weight) for weight in neuron.weights]
            neurons.append({"name": neuron.name, "w": weights, "b": neuron.bias})
        layers.append({"name": layer.name, "act": layer.activation_function.name, "neurons": neurons})

    functions, files = functions_by_name(model), {event.function: event.file for event in trace.events}
    texts = {name: Text(functions[name]) for name in files}
    names, wheres = list(texts), list(dict.fromkeys(event.where for event in trace.events))
    rows = []
    for step in steps_of(trace, texts):
        event = step.event
        num_lines = texts[event.function].ends.get(event.line, event.line) - event.line + 1
        row = [PHASES.index(event.phase), wheres.index(event.where), names.index(event.function), event.line, num_lines]
        changes = changes_of(step, shorten)
        rows.append([*row, step.layer, step.neuron, step.weight, step.num_rounds, numbers_in(event), changes])
    strongest = strongest_weights(trace)
    return {
        "model": str(model),
        "sizes": [model.layers[0].num_inputs, *[len(layer.neurons) for layer in model.layers]],
        "layers": layers,
        "inputs": [plain(float(value)) for value in trace.inputs],
        "label": plain(label_as_list(model, trace.label)),
        "learningRate": trace.learning_rate,
        "strongest": strongest,
        "functions": [
            {"name": name, "file": files[name], "first": text.first, "lines": text.lines}
            for name, text in texts.items()
        ],
        "wheres": wheres,
        "steps": rows,
        "digits": DIGITS if shorten is rounded else 0,
        "why": whys(trace, strongest),
    }


def strongest_weights(trace):
    """For each neuron the weights to draw out: all of a few, of many those with the largest products w * i."""
    model = trace.before.copy()
    model.forward(trace.inputs)
    strongest = []
    for layer in model.layers:
        of_layer = []
        for neuron in layer.neurons:
            chosen = list(range(layer.num_inputs))
            if layer.num_inputs > FEW_WEIGHTS:
                products = [abs(neuron.weights[i] * neuron.input_activation[i]) for i in chosen]
                chosen = sorted(sorted(chosen, key=lambda i: -products[i])[:STRONGEST])
            of_layer.append(chosen)
        strongest.append(of_layer)
    return strongest


def whys(trace, strongest):
    """{"hidden[0].w[1]": the text of its why} after the backward pass, for the weights drawn out and the biases."""
    model = trace.before.copy()
    output_gradients = model.loss.output_gradients(model.forward(trace.inputs), label_as_list(model, trace.label))
    model.backward_pass(output_gradients)
    if num_parameters(model) > MANY_NUMBERS:  # each why nudges: minutes in loops, seconds on arrays, in the same words
        with suppress(NeuronsError, ImportError):  # parts of the student's own, or no NumPy: loops it is
            arrays = model.vectorised()
            arrays.forward([trace.inputs])
            arrays.backward_pass([output_gradients])
            model = arrays
    texts = {}
    for layer, chosen in zip(model.layers, strongest, strict=True):
        for neuron, weights in zip(layer.neurons, chosen, strict=True):
            for name in [*[f"{neuron.name}.w[{i}]" for i in weights], f"{neuron.name}.b"]:
                try:
                    texts[name] = str(model.why(name))
                except NeuronsError as error:  # a gradient too large to explain
                    texts[name] = str(error)
    return texts
