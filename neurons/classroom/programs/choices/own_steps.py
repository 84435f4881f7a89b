"""What its own optimiser makes of right gradients, over some turns: the steps, the verdict on them, the line."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.programs.answers import NOT_REACHED, RIGHT, WRONG
from neurons.classroom.programs.choices.optimisers import (
    CONSTANT,
    HALF,
    NEAR,
    OTHERS,
    STORED,
    SWAPPED,
    UNCORRECTED,
    Known,
    Steps,
    recognised,
    recognised_mistake,
)
from neurons.classroom.programs.inside.easing import adds_tiny
from neurons.classroom.programs.numbers.lines import Line
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison, Groups, Seen, as_kept, meant, predicted
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import assigned, is_name, last_part, loaded
from neurons.classroom.programs.words import line_text

TURNS, MOST_PER_GROUP = 4, 12
UNKNOWN = (
    "Its optimiser divides each gradient by its size. Over several turns its steps are those of no optimiser that I"
    " know: not of Adam, Nadam, AMSGrad, RMSprop, Adagrad or Adadelta. So I cannot say whether they are right."
)
MISTAKES = {
    CONSTANT: "Its optimiser is {}, but it corrects a mean by 1 - beta in every step. It should be 1 - beta ** t, in"
    " step t: what does that become after many steps?",
    HALF: "Its optimiser is {}, but it corrects one of its two means only. Both begin at 0: what does that do to the"
    " first steps?",
    SWAPPED: "Its optimiser is {}: the mean of the gradients goes back further than that of their squares. Have their"
    " betas changed places?",
    STORED: "Its optimiser is {}, but it keeps the corrected mean in the place of the mean itself, and corrects that"
    " again in the next step. Which of the two should go on?",
    OTHERS: "Its optimiser is {}, but it corrects a mean with the beta of the other one. Which beta made this mean?",
}
STILL = (
    "Its optimiser corrects its means by 1 - beta ** t, with a t that stays the same from step to step. Does your t"
    " count the steps?"
)
UNCOUNTED = (
    "Its optimiser corrects its means by 1 - beta ** t, and its steps are as if t stayed the same, so I cannot say that"
    " it is Adam. Does your t count the steps?"
)
STRANGE_RATE = (
    "Its optimiser takes the steps of {} with a rate of {:.4g}, and your program has no such rate. Is one of its means"
    " made too large or too small?"
)
NO_ROOT = (
    "Your optimiser divides by the mean of the squares, not by its root. A step should not depend on the size of the"
    " gradient: what is g / g², and what is g / sqrt(g²)?"
)
AGAINST = (
    "The first step is right; the second takes {:.4g} times the first gradient off again: its momentum has the wrong"
    " sign. In which direction does a ball go on rolling?"
)
FORGETS = (
    "But its momentum forgets: each step sets `{}` to 0 before it is used, so nothing of the step before is left."
    " Where should a velocity begin?"
)


class Verdict(NamedTuple):
    """On an optimiser: the outcome, what is told, the line of a mistake."""

    outcome: str
    text: str = ""
    line: Line | None = None

    def words(self, program: Program) -> str:
        """What is told, with the line."""
        return f"{self.text}\nLook at {line_text(program, *self.line)}." if self.line else self.text


def of_sizes(
    program: Program, reading: Reading, seen: list[Seen], comparison: Comparison, rates: list[float]
) -> Verdict:
    """On one that divides a gradient by its size."""
    rates = [rate for rate in rates if rate]
    scales = [1.0 / abs(comparison.scale), *(1.0 / rate for rate in rates), 0.5 / abs(comparison.scale)]
    for steps in own_steps(reading, seen, comparison):
        what = program, steps, scales[:3]
        right = recognised(*what, rates)
        for known in () if right is not None and right.has_its_rate else recognised_mistake(*what):
            line = line_of(program, known)
            if line is not None:
                return Verdict(WRONG, MISTAKES[known.mistake].format(known.text), line)
        if right is None:
            continue
        if right.mistake and (line := line_of(program, right)) is not None:
            return Verdict(WRONG, MISTAKES[right.mistake].format(right.text), line)
        if right.name == UNCORRECTED and not right.has_its_rate and (powers := list(corrections(program, True))):
            line = next((line for line, _, taken in powers if not counts(program, taken.right)), None)
            return Verdict(WRONG, STILL, line) if line else Verdict(NOT_REACHED, UNCOUNTED)
        if rates and not right.has_its_rate:
            return Verdict(NOT_REACHED, STRANGE_RATE.format(right.text, right.rate))
        return Verdict(RIGHT, f"Over {TURNS} turns its steps are those of {right.text}.")
    return Verdict(NOT_REACHED, UNKNOWN)


def of_momentum(program: Program, reading: Reading, seen: list[Seen], comparison: Comparison) -> Verdict:
    """On one that takes plain steps, with what was kept of those before."""
    shares = (share_of_last(steps) for steps in own_steps(reading, seen, comparison))
    share = next((share for share in shares if share is not None), 0.0)
    if share < -1e-4:
        return Verdict(WRONG, AGAINST.format(-share), line_of_velocity(program))
    parameters = {key for leaf in reading.leaves for _, key in leaf.path if isinstance(key, str)}
    forgotten = None if abs(share) > 1e-9 else forgotten_velocity(program, parameters)
    return Verdict(WRONG, FORGETS.format(forgotten[0]), forgotten[1]) if forgotten else Verdict(RIGHT)


def own_steps(reading: Reading, seen: list[Seen], comparison: Comparison) -> Iterator[Steps]:
    """Its steps over some turns on several examples, as they are; with the loop's counter that goes on, and without.

    What it kept before is left as it was, or begins at 0 in all that has the shape of a parameter.
    """
    candidate, first = reading.candidate, seen[0].case
    cases = [first._replace(inputs=one.case.inputs, labels=one.case.labels) for one in seen[:TURNS]]
    before = reading.slots_of(first)
    shapes = {leaf.shape for leaf in reading.leaves}
    kept = [
        [place, np.zeros(leaf.size)]
        for place, leaf in enumerate(candidate.leaves)
        if leaf.changed and leaf not in reading.leaves and leaf.shape in shapes and np.abs(leaf.before).max() > 0.0
    ]
    for more in ([], kept) if kept else ([],):
        for is_counting in (True, False):
            afters = candidate.follow(cases, reading.writes(first), more, is_counting)
            rows = [reading.groups(before, after) for after in afters]
            if len(rows) == len(cases) and all(np.isfinite(part).all() for row in rows for part in row.values()):
                if comparison.decay:  # beside the means, or in the gradients of which they are made
                    yield put_together(replace(comparison, decay=0.0, decays={}), cases, rows, 1.0)
                yield put_together(comparison, cases, rows, 0.0)


def put_together(comparison: Comparison, cases: list[Case], rows: list[Groups], decay: float) -> Steps:
    """The numbers of each group that are farthest from 0, in a row for each turn."""
    parts: list[tuple[Array, Array, Array]] = []
    rights = [
        {n: meant(comparison, case, n, value) for n, value in as_kept(predicted(case, comparison.network), row).items()}
        for case, row in zip(cases, rows, strict=True)
    ]
    for name in rows[0]:
        gradients = np.stack([right[name].ravel() for right in rights])
        steps = np.stack([row[name].ravel() for row in rows])
        W, b = cases[0].parameters[int(name[1:]) - 1]
        weights = decay * W.ravel() if name[0] == "W" else np.zeros(gradients.shape[1])
        best = np.argsort(-np.abs(gradients).min(axis=0))[:MOST_PER_GROUP]
        best = best[np.abs(gradients[0, best]) > 1e-6 * np.abs(gradients[0]).max()]
        parts.append((gradients[:, best], steps[:, best], weights[best]))
    gradients, steps, weights = (np.concatenate(some, axis=-1) for some in zip(*parts, strict=True))
    return Steps(gradients, steps, weights)


def share_of_last(seen: Steps) -> float | None:
    """Of plain steps: which part of the first gradient comes again in the second step; None where it is no such sum."""
    if np.abs(seen.steps[0] - seen.gradients[0]).max() > NEAR * np.abs(seen.gradients[0]).max():
        return None
    two = seen.gradients[:2].T
    parts, *_ = np.linalg.lstsq(two, seen.steps[1], rcond=None)
    off = np.abs(two @ parts - seen.steps[1]).max()
    return float(parts[0]) if off <= 1e-6 * np.abs(seen.steps[1]).max() else None


def divides_by_squares(seen: list[Seen], comparison: Comparison) -> bool:
    """True if each step is as large as the gradient is small: it was divided by its square."""
    sizes = []
    for one in seen:
        right = as_kept(predicted(one.case, comparison.network), one.groups)
        largest = max(float(np.abs(part).max()) for part in right.values())
        for name, part in right.items():
            sizes.append((part * one.groups[name])[np.abs(part) > 1e-2 * largest])
    whole = np.concatenate(sizes)
    middle = float(np.median(whole)) if whole.size else 0.0
    return bool(middle and whole.size > 3 and np.abs(whole / middle - 1.0).max() < NEAR)


def line_of_squares(program: Program) -> Line | None:
    """Where it divides by a mean that has no root."""
    kept = {name for name, _ in betas(program)}
    lines = [(file, node) for file, node in divisions(program) if adds_tiny(node.right)]
    return next(((file, node.lineno) for file, node in lines if kept), None)


def line_of(program: Program, known: Known) -> Line | None:
    """Where a mean is made or corrected wrongly."""
    kept = dict(betas(program))
    if known.mistake == SWAPPED:
        sums = [(file, name, node) for file, name, node in assignments(program) if isinstance(node.value, ast.BinOp)]
        return next(((file, node.lineno) for file, name, node in sums if name in kept), None)
    if known.mistake == HALF:
        return next(((file, node.lineno) for file, node in divisions(program) if adds_tiny(node.right)), None)
    if known.mistake == CONSTANT:
        found = (line for line, _, taken in corrections(program, False) if ast.unparse(taken) in kept.values())
        return next(found, None)
    if known.mistake == STORED:
        stored = [(file, name, node) for file, name, node in assignments(program) if name in kept]
        lines = {line for line, _, _ in corrections(program, True)}
        return next(((file, node.lineno) for file, _, node in stored if (file, node.lineno) in lines), None)
    for line, mean, taken in corrections(program, True):
        beta = ast.unparse(taken.left)
        if kept.get(mean, beta) != beta:
            return line
    return None


def corrections(program: Program, is_power: bool) -> Iterator[tuple[Line, str, Any]]:
    """(line, mean, x) of every division of a mean by 1 - x, where x is a power or is none."""
    for file, node in divisions(program):
        if isinstance(node.right, ast.BinOp) and isinstance(node.right.op, ast.Sub):
            taken: Any = node.right.right
            if is_power == (isinstance(taken, ast.BinOp) and isinstance(taken.op, ast.Pow)):
                yield (file, node.lineno), last_part(node.left), taken


def counts(program: Program, exponent: Any) -> bool:
    """True if something in an exponent may grow: what a loop counts, a function is given, or 1 is added to."""
    names = {ast.unparse(part) for part in ast.walk(exponent) if is_name(part)} - {"self"}
    nodes = [node for text in program.texts.values() for node in ast.walk(ast.parse(text))]
    return any(grows(nodes, name, set()) for name in names)


def grows(nodes: list[Any], name: str, met: set[str]) -> bool:
    """True if a variable may grow; t = self.t + 1 alone leaves self.t as it is, and t the same in every step."""
    if name in met:
        return True  # it is made of itself
    for node in nodes:
        if isinstance(node, ast.arg) and node.arg == name:
            return True
        if isinstance(node, (ast.AugAssign, ast.For, ast.comprehension)):
            if any(is_called(part, name) for part in ast.walk(node.target)):
                return True
        elif isinstance(node, ast.Assign):
            for target, value in assigned(node):
                if is_called(target, name):
                    parts = {ast.unparse(part) for part in ast.walk(value) if is_name(part)} - {"self"}
                    calls = any(isinstance(part, ast.Call) for part in ast.walk(value))
                    if calls or any(grows(nodes, part, met | {name}) for part in parts):
                        return True
    return False


def is_called(node: Any, name: str) -> bool:
    """True for this variable; for an attribute, also of another object."""
    is_attribute = isinstance(node, ast.Attribute) and "." in name
    return is_name(node) and (ast.unparse(node) == name or is_attribute and last_part(node) == name.split(".")[-1])


def divisions(program: Program) -> Iterator[tuple[str, Any]]:
    """(file, node) of every division."""
    for file, text in program.texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                yield file, node


def assignments(program: Program) -> Iterator[tuple[str, str, Any]]:
    """(file, last name of the target, statement) of every assignment to one target."""
    for file, text in program.texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.AugAssign) or isinstance(node, ast.Assign) and len(node.targets) == 1:
                yield file, last_part(node.target if isinstance(node, ast.AugAssign) else node.targets[0]), node


def betas(program: Program) -> Iterator[tuple[str, str]]:
    """(mean, beta) of every statement that keeps a part of what was there: m = beta * m + ..."""
    for _, name, node in assignments(program):
        if isinstance(node, ast.AugAssign):
            if isinstance(node.op, ast.Mult):
                yield name, ast.unparse(node.value)
            continue
        for part in ast.walk(node.value):
            if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult):
                for one, other in ((part.left, part.right), (part.right, part.left)):
                    if name and last_part(one) == name:
                        yield name, ast.unparse(other)


def forgotten_velocity(program: Program, parameters: set[str]) -> tuple[str, Line] | None:
    """(velocity, line) of one that is set to 0, then takes a part of itself, with no loop over turns in between."""
    kept, steps = {name for name, _ in betas(program)}, set[str]()
    for _, name, node in assignments(program):
        steps |= loaded(node.value) if name in parameters else set()
    for file, text in program.texts.items():
        tree = ast.parse(text)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        names = [function.name for function in functions]
        own = {function.name: function for function in functions if names.count(function.name) == 1}
        for block in [getattr(node, "body", None) for node in ast.walk(tree)]:
            begun: dict[str, int] = {}
            for target, value, line in assigned_in(block, own) if isinstance(block, list) else ():
                name, last = ast.unparse(target), last_part(target)
                is_sum = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))
                if name in begun and is_sum and last in kept & loaded(value) & steps:
                    return name, (file, begun[name])
                if is_zero(value):
                    begun[name] = line
    return None


def assigned_in(block: list[ast.stmt], own: dict[str, ast.FunctionDef]) -> Iterator[tuple[Any, Any, int]]:
    """(target, value, line) of its assignments; in a loop over the parts of a target, the whole target.

    What a method does with the object's own, self.step(x, y), happens in the line that calls it.
    """
    called = [name_of_call(statement) for statement in block]
    for statement, name in zip(block, called, strict=True):
        if name in own and called.count(name) == 1:
            rest = {other: function for other, function in own.items() if other != name}
            for target, value, _ in assigned_in(own[name].body, rest):
                if ast.unparse(target).startswith("self."):
                    yield target, value, statement.lineno
        if isinstance(statement, ast.Assign):
            yield from ((target, value, statement.lineno) for target, value in assigned(statement))
        elif isinstance(statement, ast.For):
            places = {node.id for node in ast.walk(statement.target) if isinstance(node, ast.Name)}
            for target, value, line in assigned_in(statement.body, own):
                if isinstance(target, ast.Subscript) and getattr(target.slice, "id", "") in places:
                    yield target.value, value, line


def name_of_call(statement: ast.stmt) -> str:
    """The method that a statement calls, self.name(...); "" for all others."""
    call: Any = getattr(statement, "value", None)
    is_own = isinstance(call, ast.Call) and ast.unparse(call.func) == f"self.{last_part(call.func)}"
    return last_part(call.func) if is_own else ""


def is_zero(value: Any) -> bool:
    """True for 0, a list or a dict of zeros, and an array of them."""
    if isinstance(value, ast.Call):
        return last_part(value.func) in ("zeros", "zeros_like")
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return is_zero(value.left)
    if isinstance(value, (ast.ListComp, ast.DictComp)):
        return is_zero(value.elt if isinstance(value, ast.ListComp) else value.value)
    if isinstance(value, ast.List):
        return bool(value.elts) and all(map(is_zero, value.elts))
    return isinstance(value, ast.Constant) and value.value == 0


def line_of_velocity(program: Program) -> Line | None:
    """Where a part of what was there is taken off: v = ... - beta * v."""
    for file, name, node in assignments(program):
        for part in ast.walk(node.value):
            if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub):
                factors = part.right
                if isinstance(factors, ast.BinOp) and isinstance(factors.op, ast.Mult):
                    if name and name in (last_part(factors.left), last_part(factors.right)):
                        return file, node.lineno
    return None
