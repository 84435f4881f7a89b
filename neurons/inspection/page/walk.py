"""The walk: the statements of one training step in the order in which they run, each with the numbers it stands beside.

They are recorded, at several states of random numbers; so each number in a line is recognised as one of the step's (see
`keys.py`) and the line becomes a template that the page fills at any state: ["", ["dz:2:0", 6, 0], " * ", ...].
"""

import ast
import copy
from typing import Any, NamedTuple

from neurons.inspection.page.functions import functions_by_name, text_of_function
from neurons.inspection.page.keys import numbers_of_memory, numbers_of_step
from neurons.inspection.page.states import states_of
from neurons.inspection.recording.recorder import plans_of
from neurons.inspection.recording.statements import plan_of
from neurons.inspection.recording.substitution import Number, Written, in_words
from neurons.inspection.recording.values import MISSING, as_number
from neurons.inspection.trace import EventReader
from neurons.optimisers import SGD, move
from neurons.training.loops import pass_example

SMALL_RATE = 1e-3  # of a step that leaves every z on its side of the kink
UNKNOWN = "…"
PHASES = ("forward", "loss", "backward", "step")
KINDS = {  # by the last word of what stood in the line: which numbers it can mean, if the values leave a choice
    "input_activation": "a",
    "linear_activation": "z",
    "activation": "a",
    "outputs": "a",
    "output": "a",
    "logit": "a",
    "output_gradient": "da",
    "output_gradients": "da",
    "sum_of_input_gradients": "da",
    "activation_gradient": "ds",
    "error": "dz",
    "gradients": "g",
    "gradient_sums": "g",
    "gradient_sum": "g",
    "bias_gradient": "g",
    "bias_gradient_sum": "g",
    "input_gradients": "s",
    "input_gradient": "s",
    "label": "y",
    "total": "T",
}
KINDS_OF_RETURNED = {"act": "a", "delta_act": "ds", "value": "L", "output_gradients": "da", "forward": "a"}


class RecordedLine(NamedTuple):
    """One executed statement, recorded at one state."""

    phase: str
    plan: Any  # of the function
    statement: Any
    layer: int  # of neurons, from 0; -1 where the line is not about a neuron
    neuron: int
    is_inner: bool  # inside of an activation function
    written: Written
    result: float | None
    result_source: str
    num_skipped: int


class LineReader(EventReader):
    """Keeps a `Line` of what the recorder sees."""

    def __init__(self, model, optimiser):
        super().__init__(model)
        if type(optimiser) is not SGD:
            self.plans.update(plans_of(type(optimiser)))
            self.plans[id(move.__code__)] = plan_of(move.__code__)
        self.lines: list[RecordedLine] = []
        self.activation_classes = {type(layer.activation_function).__name__ for layer in model.layers}
        self.places = {}
        for layer_idx, layer in enumerate(model.layers):
            for j, neuron in enumerate(layer.neurons):
                self.places[neuron.name] = self.places[id(neuron)] = layer_idx, j

    def on_end(self, execution, returned):
        running, statement = execution.running, execution.statement
        layer, neuron = self.places.get(self.where(running), (-1, -1))
        if layer < 0:
            layer, neuron = self.neuron_in_turn(running)
        result, source = result_of(execution, returned)
        self.lines.append(
            RecordedLine(
                self.phase,
                running.plan,
                statement,
                layer,
                neuron,
                running.plan.class_name in self.activation_classes,
                execution.written,
                result,
                source,
                execution.num_skipped,
            )
        )

    def neuron_in_turn(self, running):
        """The neuron that a layer's loop has come to."""
        for value in running.names.locals.values():
            if id(value) in self.places:
                return self.places[id(value)]
        return -1, -1


def result_of(execution, returned):
    """(the number that a statement worked out, the words it went to); (None, "") where there is none."""
    statement, names = execution.statement, execution.running.names
    if statement.is_loop or execution.num_skipped:
        return None, ""
    value, source = MISSING, ""
    if statement.returns:
        value, source = returned, execution.running.plan.code.co_name
    elif statement.list_appended_to is not None:
        value, source = names.value(statement.list_appended_to), ast.unparse(statement.list_appended_to)
        value = value[-1:] if type(value) is list else MISSING
    elif statement.targets and isinstance(statement.node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        value, source = names.value(statement.targets[0]), ast.unparse(statement.targets[0])
    if type(value) is list and len(value) == 1:
        value = value[0]
    number = as_number(value)
    return (number, source) if type(number) is float else (None, "")


def record_lines(state, optimiser):
    """(the lines of one training step at this state, {key: number} of it)."""
    before, optimiser = state.model.copy(), new_optimiser(optimiser)
    for _ in range(state.num_steps if type(optimiser) is not SGD else 0):  # with something to remember
        pass_example(before, [0.7 * value for value in state.inputs], state.label)
        optimiser.step(before, SMALL_RATE)
    after = before.copy()
    remembered = copy.deepcopy(optimiser)
    reader = LineReader(after, optimiser)
    reader.record_step(after, state.inputs, state.label, state.learning_rate, optimiser)
    numbers = numbers_of_step(before, after, state.inputs, state.label, state.learning_rate)
    return reader.lines, numbers | numbers_of_memory(after, remembered, optimiser)


def new_optimiser(optimiser):
    """One with the same settings that remembers nothing."""
    optimiser = copy.deepcopy(optimiser)
    for name in optimiser.memory:
        setattr(optimiser, name, None)
    for name in optimiser.counters:
        setattr(optimiser, name, 0)
    return optimiser


class Recognised:
    """Which key each number of a line has, found by its value in several recordings."""

    def __init__(self, tables):
        self.keys_by_value: list[dict[float, dict[str, None]]] = []  # an ordered set for each value
        for table in tables:
            keys: dict[float, dict[str, None]] = {}
            for key, value in table.items():
                keys.setdefault(value, {})[key] = None
            self.keys_by_value.append(keys)

    def key(self, values, kind, place):
        """The key of the number with these values; "" for a number that is none of the step's.

        Of several keys the first of the `kind`, then the first of the neuron `place`, "1:0", is taken.
        """
        found = list(self.keys_by_value[0].get(values[0], ()))
        for value, keys in zip(values[1:], self.keys_by_value[1:], strict=True):
            found = [key for key in found if key in keys.get(value, ())]
        return min(found, key=lambda key: (key != kind, not is_of_kind(key, kind), f":{place}" not in key), default="")


def is_of_kind(key, kind):
    """True for "dz:1:0" and "dz"."""
    return key.partition(":")[0] == kind


def kind_of(source, phase):
    """The kind of number that these words mean: "dz" for `self.error`."""
    word = source.partition("[")[0].rpartition(".")[2].removeprefix("return ")
    if phase == "loss" and word == "gradients":
        return "da"
    return KINDS.get(word, "")


def walk(model, optimiser=None):
    """The walk of a model of neurons, as the page's data: its functions' texts, and its events in groups."""
    optimiser = SGD() if optimiser is None else optimiser
    return walk_of(model, optimiser, [record_lines(state, optimiser) for state in states_of(model)], template)


def frozen_walk(model, state):
    """(the walk at one state, its numbers): for the user's own parts, whose lines are what they are there."""
    lines, numbers = record_lines(state, SGD())
    return walk_of(model, SGD(), [(lines, numbers)], lambda recorded, *_: [in_words(recorded[0])]), numbers


def walk_of(model, optimiser, recordings, text_beside):
    """The walk that was recorded at one or several states; `text_beside` makes the text beside a line."""
    recognised = Recognised([numbers for _, numbers in recordings])
    names: list[str] = []
    groups = [{"phase": phase, "repeat": 1, "events": []} for phase in range(len(PHASES))]
    condition = Condition()
    for lines in zip(*[lines for lines, _ in recordings], strict=True):
        line = lines[0]
        if line.plan.qualname not in names:
            names.append(line.plan.qualname)
        numbers = text_beside([line.written for line in lines], recognised, line.phase, place_of(line))
        event = event_of(lines, names.index(line.plan.qualname), recognised, numbers)
        groups[PHASES.index(line.phase)]["events"] += condition.branches(line, event)
    functions = functions_by_name(model, optimiser)
    return {"functions": [text_of_function(functions[name]).as_data() for name in names], "groups": groups}


def place_of(line):
    """ "1:0", the neuron that a line is about; "" for none."""
    return f"{line.layer + 1}:{line.neuron}" if line.neuron >= 0 else ""


def event_of(lines, function_idx, recognised, numbers):
    """The event of one statement, recorded as `lines`, one at each state; `numbers` is the text beside it."""
    line, statement = lines[0], lines[0].statement
    result = ""
    if line.result is not None:
        kind = KINDS_OF_RETURNED.get(line.result_source) or kind_of(line.result_source, line.phase)
        if line.phase == "step":
            kind = "v"
        result = recognised.key([line.result for line in lines], kind, place_of(line))
    is_new = result.startswith("g:") and line.result_source.endswith("bias_gradient")  # the error under its other name
    leads_nowhere = result.startswith(("s:1:", "da:0:"))  # nobody learns from dL/dx
    calculates = (statement.calculates or is_new) and not line.is_inner and not leads_nowhere
    keys = [result, *[piece[0] for piece in numbers if type(piece) is list]]
    weight = -1 if line.num_skipped or line.neuron < 0 else weight_of(keys)
    num_lines = statement.last - statement.first + 1
    place = [line.layer, line.neuron, weight]
    return [function_idx, statement.first, num_lines, int(calculates), *place, result, numbers]


def template(recorded, recognised, phase, place):
    """The text beside a line with keys for its numbers: ["self.act(", ["z:1:0", 6, 0], ") = ", ["a:1:0", 4, 0]].

    A number that is none of the step's and not always the same is left open.
    """
    pieces: list[Any] = []
    for parts in zip(*recorded, strict=True):
        piece = parts[0]
        if type(piece) is Number:
            values = [part.value for part in parts]
            kind = kind_of(piece.source, phase)
            key = recognised.key(values, kind, place) if type(piece.value) is float else ""
            is_constant = values.count(values[0]) == len(values)
            if key and (not is_constant or is_of_kind(key, kind)):
                pieces.append([key, 4 if piece.is_result else 6, int(piece.in_brackets)])
                continue
            piece = piece.text if is_constant else UNKNOWN
        if pieces and type(pieces[-1]) is str:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def weight_of(keys):
    """The weight that a line is about, by the first key that names one; -1 for none."""
    for key in keys:
        kind, *places = key.split(":")
        if kind in ("w", "g", "s", "v") and len(places) == 3:
            return int(places[2])
        if kind == "z" and len(places) == 3:
            return int(places[2]) - 1
    return -1


class Condition:
    """An `if label[output_idx] != 0.0:` that the lines are inside of: at other states they may not run."""

    def __init__(self):
        self.key, self.body = "", range(0)

    def branches(self, line, event):
        """The event, or both events of a condition: each with the key that must not be 0, or with "!" that must be."""
        statement, numbers = line.statement, event[-1]
        if line.statement.first in self.body:
            return [[*event, self.key]]
        self.key, self.body = "", range(0)
        keys = [piece[0] for piece in numbers if type(piece) is list]
        if not (isinstance(statement.node, ast.If) and len(keys) == 1 and numbers[-1].endswith("!= 0.0 is true")):
            return [event]
        self.key, self.body = keys[0], statement.body
        if_false = [*event[:-1], [*numbers[:-1], numbers[-1].replace("is true", "is false")]]
        return [[*event, self.key], [*if_false, f"!{self.key}"]]
