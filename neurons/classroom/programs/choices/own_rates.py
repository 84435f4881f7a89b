"""Rates of their own for layers, or for biases: a choice, where they stand in the steps themselves."""

import ast
import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from neurons.classroom.programs.choices.layer_rates import are_doubtful, layer_rates
from neurons.classroom.programs.numbers.differences import Differences
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Seen, best_comparison
from neurons.classroom.programs.numbers.slots import Leaf
from neurons.classroom.programs.text.names import RATE, is_like
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import assigned, last_part
from neurons.classroom.programs.words import joined_words


def own_rates(reading: Reading, program: Program) -> dict[str, float]:
    """The rate that stands in the step of each group; empty where it is one for all, or one cannot be told."""
    steps = [step for text in program.texts.values() for step in steps_in(ast.parse(text))]
    own: dict[str, list[tuple[Leaf, Step]]] = {}
    for group in (f"{kind}{place}" for place in range(1, len(reading.chain) + 1) for kind in "Wb"):
        if group[0] == "W" or reading.has_bias[int(group[1:]) - 1]:
            leaves = reading.leaves_of(group)
            pairs = [(leaf, step) for leaf in leaves for step in steps if last_part(step.target) == leaf.own_name]
            if len(pairs) != len(leaves):
                return {}
            own[group] = pairs
    rates = {
        group: {rate_of_step(leaf, step, reading, program) for leaf, step in pairs} for group, pairs in own.items()
    }
    found = {group: one.pop() for group, one in rates.items() if len(one) == 1}
    doubled = {group for group, pairs in own.items() if any(step.is_doubled for _, step in pairs)}
    is_told = len(found) == len(own) and 0.0 not in found.values() and doubled in kinds_of(own)
    return found if is_told and len(set(found.values())) > 1 else {}


def kinds_of(groups: Iterable[str]) -> list[set[str]]:
    """None of them, all weights, all biases, all: the factor of a square that is missing in one layer is no choice."""
    weights = {group for group in groups if group[0] == "W"}
    return [set(), weights, set(groups) - weights, set(groups)]


def with_own_rates(reading: Reading, program: Program, seen: list[Seen]) -> list[Seen]:
    """The same turns; in units of the rates of their own, where that explains more."""
    comparison = best_comparison(reading, seen)
    if not comparison.wrong or isinstance(reading, Differences):
        return seen
    for is_computed in (False, True):
        rates = layer_rates(reading, program, seen) if is_computed else own_rates(reading, program)
        if len(set(rates.values())) < 2:
            continue
        usual = rates[min(rates, key=lambda name: (-int(name[1:]), name[0]))]
        reading.rates = {name: rate / usual for name, rate in rates.items()}
        parts = [{name: part / reading.rates[name] for name, part in one.groups.items()} for one in seen]
        again = [Seen(one.case, groups) for one, groups in zip(seen, parts, strict=True)]
        left = best_comparison(reading, again).wrong
        is_doubtful = are_doubtful(rates) and (is_computed or has_rates_in_brackets(program))
        if len(left) < (1 if is_doubtful else len(comparison.wrong)):
            reading.has_doubtful_rates = is_doubtful
            return again
        reading.rates = {}
    return seen


def has_rates_in_brackets(program: Program) -> bool:
    """True if a step has a rate that is written with a number, (2 * lr) * dW."""
    return any(step.rate is not None for text in program.texts.values() for step in steps_in(ast.parse(text)))


def told_rates(reading: Reading) -> str:
    """A sentence on rates of their own; "" where there are none."""
    told = shares_told(reading)
    return f"{told}: a choice." if told else ""


def doubt_told(reading: Reading) -> str:
    """What is said of rates that may be a mistake."""
    return (
        f"For one example, its steps are the gradients but for their rates. {shares_told(reading)}. I cannot tell"
        " whether that is meant: should the weights and biases of one layer have one rate?"
    )


def shares_told(reading: Reading) -> str:
    """How many times as large as the last layer's the other rates are; "" where all are one."""
    shares = reading.rates
    groups = {share: [reading.name_of(name) for name in shares if shares[name] == share] for share in shares.values()}
    parts = [f"{share:.4g} times for {joined_words(names)}" for share, names in groups.items() if share != 1.0]
    return f"The rate of the last layer is taken {', '.join(parts)}" if parts else ""


class Step(NamedTuple):
    """A statement that steps something: its target, and what is taken off or added."""

    target: Any
    value: Any

    @property
    def factors(self) -> list[Any]:
        """What is multiplied in it."""
        return factors_of(self.value)

    @property
    def is_doubled(self) -> bool:
        """True if it holds a written 2 or half that is no part of a rate in brackets, (2 * lr) * dW."""
        others = [factor for factor in self.factors if factor not in factors_of(self.rate)]
        return any(isinstance(factor, ast.Constant) and factor.value in (0.5, 2) for factor in others)

    @property
    def rate(self) -> Any:
        """The rate in brackets; None where there is none."""
        products = [node for node in ast.walk(self.value) if isinstance(node, ast.BinOp)]
        return next((node.left for node in products if is_in_brackets(node) and is_rate(node.left)), None)


def steps_in(tree: ast.Module) -> Iterator[Step]:
    """`w -= ...` and `w = w - ...`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
            yield Step(node.target, node.value)
        for target, value in assigned(node) if isinstance(node, ast.Assign) else ():
            is_sum = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))
            if is_sum and ast.unparse(value.left) == ast.unparse(target):
                yield Step(target, value.right)


def is_in_brackets(product: ast.BinOp) -> bool:
    """True if the left side of a product begins after it: the bracket stands between."""
    return (product.lineno, product.col_offset) < (product.left.lineno, product.left.col_offset)


def is_rate(node: Any) -> bool:
    """True for a rate that is written with a number, 2 * lr."""
    factors = factors_of(node)
    names = [factor for factor in factors if not isinstance(factor, ast.Constant)]
    return len(factors) == 2 and len(names) == 1 and is_like(RATE, last_part(names[0]))


def factors_of(node: Any) -> list[Any]:
    """What is multiplied; nothing of what it is divided by."""
    if isinstance(node, ast.UnaryOp):
        return factors_of(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.MatMult)):
        return factors_of(node.left) + factors_of(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return factors_of(node.left)
    return [node]


def rate_of_step(leaf: Leaf, step: Step, reading: Reading, program: Program) -> float:
    """The product of the numbers that are factors of a leaf's step; 0.0 where it is not to be told."""
    factors = [part for factor in step.factors for part in (velocity_of(factor, program) or [factor])]
    names = [ast.unparse(factor) for factor in factors]
    if len(set(names)) < len(names):  # what comes twice may be there by mistake
        return 0.0
    return math.prod(value for factor in factors if (value := value_of(factor, leaf, step, reading, program)))


def velocity_of(node: Any, program: Program) -> list[Any]:
    """The factors that are added to a velocity: of v = mu * v - lr * g, lr and g; none where it is no velocity."""
    name, found = ast.unparse(node), []
    for statement in [node for text in program.texts.values() for node in ast.walk(ast.parse(text))]:
        for target, value in assigned(statement) if isinstance(statement, ast.Assign) else ():
            is_sum = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))
            if ast.unparse(target) == name and is_sum:
                sides = [value.left, value.right]
                found += [factors_of(side) for side in sides if name not in map(ast.unparse, ast.walk(side))]
    return found[0] if len(found) == 1 else []


def value_of(node: Any, leaf: Leaf, step: Step, reading: Reading, program: Program) -> float:
    """The number that a factor has in the step of a leaf; 0.0 where it is none that stays."""
    if isinstance(node, ast.Constant):
        return float(node.value) if isinstance(node.value, (int, float)) else 0.0
    still = [one for one in reading.candidate.leaves if not one.changed]
    scalars = {one.name: float(one.before[0]) for one in still if one.size == 1}
    if isinstance(node, ast.Attribute):
        beside = [one for one in still if one.size == 1 and one.path == [*leaf.path[:-1], ["a", node.attr]]]
        others = [one for one in still if one.size == 1 and one.own_name == node.attr]
        kept = beside or others if len(others) < 2 else beside
        return float(kept[0].before[0]) if kept else given_once(node.attr, program)
    if isinstance(node, ast.Subscript) and last_part(node.value):
        places = [place for kind, place in leaf.path if isinstance(place, int)]
        is_alike = isinstance(step.target, ast.Subscript) and ast.unparse(step.target.slice) == ast.unparse(node.slice)
        place = places[-1] if is_alike and places else getattr(node.slice, "value", None)
        rows = [one for one in still if one.own_name == last_part(node.value) and len(one.shape) == 1]
        if isinstance(place, int) and len(rows) == 1 and place < rows[0].size:
            return float(rows[0].before[place])
    return scalars.get(ast.unparse(node), 0.0)


def given_once(name: str, program: Program) -> float:
    """The number that a name is given in the only statement that gives it a value; 0.0 for any other name."""
    statements = [node for text in program.texts.values() for node in ast.walk(ast.parse(text))]
    pairs = [pair for node in statements if isinstance(node, ast.Assign) for pair in assigned(node)]
    values = [getattr(value, "value", None) for target, value in pairs if last_part(target) == name]
    return float(values[0]) if len(values) == 1 and isinstance(values[0], (int, float)) else 0.0
