"""In which lines a mistake may stand: where wrong numbers first appear, and which statements reach them alone."""

import ast
import re
from itertools import chain
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.diagnosis.reference import forward, run
from neurons.classroom.programs.answers import Repair
from neurons.classroom.programs.numbers.network import Numbers
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison, Seen, as_kept, meant, predicted, wrong_leaves
from neurons.classroom.programs.numbers.slots import Leaf
from neurons.classroom.programs.text.names import BATCH, numbers_called
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import Slices, is_name, last_part, loaded, with_gradients

Line = tuple[str, int]  # file, line


class Lines:
    """The lines of a program that was compared; `numbers` are those of a turn on the first case, if there are any."""

    def __init__(
        self,
        program: Program,
        reading: Reading,
        seen: list[Seen],
        comparison: Comparison,
        numbers: Numbers | None,
        places: Any,
        rates: list[float],
    ) -> None:
        self.program, self.reading, self.seen, self.comparison = program, reading, seen, comparison
        self.numbers, self.places, self.rates = numbers, places, rates

    def likely(self) -> set[Line]:
        """The lines that reach the wrong groups alone, where names tell."""
        wrong = self.wrong_leaves()
        right = [leaf for leaf in self.reading.leaves if leaf not in wrong]
        if not wrong:
            return set()
        return self.slices().only({leaf.own_name for leaf in wrong}, {leaf.own_name for leaf in right})

    def earliest(self, likely: set[Line]) -> Line | None:
        """The first of these lines that the turn runs; if it runs none, the first of all."""
        numbers = self.numbers.places.tolist() if self.numbers is not None else []
        ran = likely & {self.line(place) for place in set(numbers)}
        return min(ran or likely, default=None)

    def wrong_leaves(self) -> list[Leaf]:
        """The program's containers that hold a wrong number, where there is a scale to tell by."""
        if not self.comparison.scale:
            return []
        return wrong_leaves(self.reading, self.seen, self.comparison)

    def slices(self) -> Slices:
        """Which of its statements reach which names."""
        return Slices((file, ast.parse(text)) for file, text in self.program.texts.items())

    def first(self, group: str, among: set[Line] | None = None) -> Line | None:
        """Where the numbers of a wrong group first appear, as they are or up to a factor; in any line, or in some."""
        numbers = self.numbers_at(among)
        if numbers is None:
            return None
        bases = [base for base in (self.comparison.scale, *self.rates, 1.0) if base]
        drawn = [1.0 / size for size in numbers_called(BATCH, self.program.texts) if size]  # of a batch of one example
        examples = float(len(self.seen[0].case.inputs)), float(self.reading.candidate.described["count"])
        counts = dict.fromkeys((1.0, *examples, *(1.0 / count for count in examples)))
        factors = [k * m / base for base in bases for m in drawn for k in (1.0, -1.0)]
        factors += [k * m / base for base in bases for m in counts for k in (1.0, -1.0, 2.0, -2.0, 0.5, -0.5)]
        for target in self.targets(group):
            if np.abs(target).max() < 1e-13:
                continue
            # Without a scale any multiple may be meant, and the first that comes was there before the step.
            multiples = () if self.comparison.scale else (first_multiple(numbers, target),)
            for at in chain(multiples, (first_event(numbers, target * factor) for factor in factors)):
                if at is not None and at < len(self.places):
                    return self.line(at)
        return self.of_step(group, among)

    def targets(self, group: str) -> list[Array]:
        """The numbers that are wrong: the errors of a layer, or a group of its own."""
        groups, wrong, place = self.seen[0].groups, self.comparison.wrong, int(group[1:])
        weights, biases = f"W{place}", f"b{place}"
        found: list[Array] = []
        is_passed_on = place > 1 and f"W{place - 1}" not in wrong  # then the layer's errors are right
        if weights in wrong and (biases in wrong or biases not in groups and not is_passed_on):
            inputs = forward(self.seen[0].case)[place - 1].inputs
            errors = errors_behind(groups[weights], inputs)
            found = [*self.sent_back(place, errors), *errors, groups[weights].ravel()]
        elif weights in wrong:
            found = [self.wrong_numbers(weights)]
        if biases in wrong:
            found.append(groups[biases].ravel())
        return found

    def sent_back(self, place: int, errors: list[Array]) -> list[Array]:
        """What came back to a hidden layer, its errors without their slopes, where that is wrong already."""
        case = self.seen[0].case._replace(network=self.comparison.network)
        if place == case.network.num_layers or not errors:
            return []
        layer = run(case).layers[place - 1]
        alive = np.abs(layer.slope[0]) > 1e-6
        came, right = errors[0][alive] / layer.slope[0][alive], layer.g[0][alive]
        factor = self.comparison.scale or float(came @ right) / max(float(right @ right), 1e-24)
        is_right = np.abs(came - factor * right).max(initial=0.0) <= 1e-6 * np.abs(came).max(initial=0.0)
        return [] if is_right or came.size < 2 else [came]

    def wrong_numbers(self, group: str) -> Array:
        """Those of a group's numbers that are not right; all where there is no scale to tell by."""
        one = self.seen[0]
        values: Array = one.groups[group]
        right = as_kept(predicted(one.case, self.comparison.network), one.groups)[group]
        off = np.abs(values - meant(self.comparison, one.case, group, right)) > 1e-6 * np.abs(values).max()
        return values[off] if self.comparison.scale and off.any() else values.ravel()

    def of_step(self, group: str, among: set[Line] | None = None) -> Line | None:
        """The line of the step of a wrong group; where a bias takes none, that of its weights."""
        numbers = self.numbers_at(among)
        if numbers is None:
            return None
        groups, place = self.seen[0].groups, int(group[1:])
        layer, before = self.reading.chain[place - 1], self.reading.slots_of(self.seen[0].case)
        weights, biases = f"W{place}", f"b{place}"
        stepped = [before[layer.W].ravel() - groups[weights].ravel()]
        if biases in self.comparison.wrong and biases in groups and np.abs(groups[biases]).max() > 0.0:
            stepped.insert(0, before[layer.b].ravel() - layer.b_sign * groups[biases].ravel())
        for values in stepped if group == biases else stepped[::-1]:
            at = first_event(numbers, values)
            if at is not None and at < len(self.places):
                return self.line(at)
        return None

    def of_difference(self) -> Line | None:
        """Where the outputs are compared with the labels."""
        case = self.seen[0].case
        apart = forward(case)[-1].a[0] - case.labels[0]
        for values in (apart, -apart):
            at = None if self.numbers is None else first_event(self.numbers, values)
            if at is not None and at < len(self.places):
                return self.line(at)
        return None

    def of_sum(self, place: int) -> Line | None:
        """Where the weighted sums of a layer are computed."""
        at = None if self.numbers is None else first_event(self.numbers, forward(self.seen[0].case)[place].z[0])
        return self.line(at) if at is not None and at < len(self.places) else None

    def of_crossing(self) -> Line | None:
        """Where each output of a batch is compared with the label of every example, as (n, 1) with (n,)."""
        case = self.seen[0].case
        outputs, labels = forward(case)[-1].a, case.labels
        if outputs.shape[1] > 1 or len(outputs) < 2 or self.numbers is None:
            return None
        apart = (outputs - labels.T).ravel()
        for values in (apart, -apart):
            at = first_event(self.numbers, values)
            if at is not None and at < len(self.places):
                return self.line(at)
        return None

    def of_keeping(self) -> Line | None:
        """Where something is added to what is called a gradient; else, to what an attribute holds already."""
        parameters = {leaf.own_name for leaf in self.reading.leaves}
        gradients, others = with_gradients(parameters) - parameters, list[Line]()
        for file, text in self.program.texts.items():
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
                    if last_part(node.target) in gradients:
                        return file, node.lineno
                if not isinstance(node, ast.Assign):
                    continue
                target, parts = node.targets[0], list(ast.walk(node.value))
                is_sum = any(isinstance(part, ast.Add) for part in parts)
                if is_sum and ast.unparse(target) in {ast.unparse(part) for part in parts if is_name(part)}:
                    if last_part(target) in gradients:
                        return file, node.lineno
                    others += [(file, node.lineno)] if isinstance(target, ast.Attribute) else []
        return next((line for line in others), None)

    def numbers_at(self, among: set[Line] | None) -> Numbers | None:
        """The numbers seen in some lines, or in all."""
        if self.numbers is None or among is not None and not among:
            return None
        return self.numbers.at([among is None or self.line(place) in among for place in range(len(self.places))])

    def line(self, place: int) -> Line:
        """The line of a place where numbers are seen."""
        file, number, *_ = self.places[place]
        return self.program.files[int(file)], int(number)


def line_of_use(program: Program, repair: Repair) -> Line | None:
    """Of a step that comes too early: the line that uses the weights after it. None for any other repair."""
    told = re.search(r"^moved below line (\d+)|^above it: .* in line (\d+)", repair.new)
    if told is None:
        return None
    number = int(told[1] or told[2])
    every = [node for node in ast.walk(ast.parse(program.texts[repair.file])) if isinstance(node, ast.stmt)]
    stepped = {last_part(target) for node in every if node.lineno == repair.line for target in targets_of(node)}
    if not stepped:
        return None
    block = [node for node in every if number <= node.lineno <= max(n.end_lineno or 0 for n in every_at(every, number))]
    simple = [node for node in block if not hasattr(node, "body")]
    return repair.file, next((node.lineno for node in simple if loaded(node) & stepped), number)


def every_at(statements: list[ast.stmt], number: int) -> list[ast.stmt]:
    """Those that begin in this line."""
    return [node for node in statements if node.lineno == number]


def targets_of(node: ast.stmt) -> list[ast.expr]:
    """What a statement gives a value."""
    return node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []


def errors_behind(steps: Array, inputs: Array) -> list[Array]:
    """dL/dz of each neuron as the steps of its weights imply it; nothing if they are not a product with one input."""
    if len(inputs) > 1:
        return []
    active = np.abs(inputs[0]) > 1e-9
    if not active.any() or np.abs(steps[:, ~active]).max(initial=0.0) > 0.0:
        return []
    rows = steps[:, active] / inputs[:, active]
    is_product = np.abs(rows - rows[:, :1]).max() <= 1e-6 * max(1e-12, float(np.abs(rows).max()))
    return [rows[:, 0]] if is_product else []


def first_multiple(numbers: Numbers, values: Array) -> int | None:
    """The first place at which a multiple of all these numbers comes, one after the other; None where none does."""
    count = len(values)
    if count < 2 or count > len(numbers.unsorted) or np.abs(values).min() < 1e-13:
        return None
    rows = np.lib.stride_tricks.sliding_window_view(numbers.unsorted, count)
    places = np.lib.stride_tricks.sliding_window_view(numbers.places, count)
    with np.errstate(all="ignore"):
        ratios = rows / values
        off = np.abs(ratios / ratios[:, :1] - 1.0).max(axis=1)
    near = np.flatnonzero((off <= 1e-8) & (places == places[:, :1]).all(axis=1))
    return int(places[near[0], 0]) if near.size else None


def first_event(numbers: Numbers, values: Array) -> int | None:
    """The place at which all of these numbers come, the first if several do; where none does, that of the last number.

    None where one of them never comes.
    """
    latest, together = -1, dict.fromkeys(numbers.places.tolist(), 0)
    for value in values:
        near = np.flatnonzero(np.abs(numbers.unsorted - value) <= 1e-9 * max(1e-6, abs(value)))
        if not near.size:
            return None
        latest = max(latest, int(near[0]))
        firsts = dict(zip(numbers.places[near[::-1]].tolist(), near[::-1].tolist(), strict=True))
        together = {place: max(at, firsts[place]) for place, at in together.items() if place in firsts}
    return min(together, key=lambda place: together[place]) if together else int(numbers.places[latest])
