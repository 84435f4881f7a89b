"""Choices of a program that are right: what its constant is made of, how it takes a batch, weight decay, momentum."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array
from neurons.classroom.diagnosis.reference import forward, run, steps_one_by_one
from neurons.classroom.programs.numbers.naming import Fit, candidates
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison, Groups, Seen, as_kept, compare, meant, predicted, same
from neurons.classroom.programs.numbers.slots import Leaf
from neurons.classroom.programs.text.names import RATE, is_like, numbers_called
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import elements, last_part, loaded

ONE_EXAMPLE = ("vector", "scalar", "pair", "labelled row")  # forms of data that hold no batch
BATCH_UNCHECKED = "How it takes several examples at once, I could not check."
RATE_1 = "It takes its step with rate 1."
UP_TO = "Right up to the constant {:.4g}, which holds its learning rate."
GUESSED_RATE = 0.5  # in the calls of ours
DRAWS = re.compile(r"\b(choices?|randint|integers|randrange)\(")  # by chance, the same one several times
DRAWN = "Each turn draws its examples at random: one may come several times."


@dataclass
class Choices:
    """What was chosen: ids of conventions, and sentences."""

    ids: list[str] = field(default_factory=list)
    either: list[str] = field(default_factory=list)  # ids of conventions with the same numbers
    sentences: list[str] = field(default_factory=list)
    batch_mistakes: list[str] = field(default_factory=list)  # ids, where a batch is not put together rightly
    batch_wrong: bool = False
    repeats: list[str] = field(default_factory=list)  # the groups whose gradients of the turn before are kept
    has_momentum: bool = False
    adds_last: bool = False  # whether each step also takes the last gradient, as large again: momentum
    keeps_errors: bool = False  # whether it is the errors that are kept, not the gradients made of them
    pairs: list[Any] = field(default_factory=list)  # of batches, in which these repeat; none where a second turn does
    batch_is_strange: bool = False  # whether all of one batch is computed at once, and its step is none that is known
    resized: list[Leaf] = field(default_factory=list)  # the parameters that a batch gives another shape
    batch_seen: list[Seen] = field(default_factory=list)
    batch_comparison: Comparison | None = None


def rates_in(reading: Reading, program: Program, call: str) -> list[float]:
    """The numbers that the program calls a learning rate, and those in the call that trains it."""
    found = [GUESSED_RATE] if call else []
    found += [float(number) for number in re.findall(r"\b\d+\.\d+(?:e-?\d+)?", call)]
    found += [
        float(leaf.before[0])
        for leaf in reading.candidate.leaves
        if leaf.size == 1 and not leaf.changed and is_like(RATE, leaf.own_name)
    ]
    found += numbers_called(RATE, program.texts)
    parameters = {leaf.own_name for leaf in reading.leaves}
    for text in program.texts.values():
        for node in ast.walk(ast.parse(text)):
            found += rates_in_step(node, parameters)
    return list(dict.fromkeys(found))


def rates_in_step(node: ast.AST, parameters: set[str]) -> list[float]:
    """The constants in a statement that steps parameters: a rate may be written out there."""
    if isinstance(node, ast.AugAssign):
        targets = [node.target]
    elif isinstance(node, ast.Assign):
        targets = [part for target in node.targets for part in elements(target)]
    else:
        return []
    used = loaded(node.value) | ({last_part(node.target)} if isinstance(node, ast.AugAssign) else set())
    if not any(last_part(target) in parameters and last_part(target) in used for target in targets):
        return []
    return [p.value for p in ast.walk(node.value) if isinstance(p, ast.Constant) and type(p.value) is float]


def explained_constant(
    reading: Reading, rates: list[float], comparison: Comparison, batch_factor: float, choices: Choices
) -> tuple[list[str], str]:
    """(ids of conventions, a sentence) for the constant of a right program."""
    c, n = abs(comparison.scale) / batch_factor, reading.sizes[-1]
    parts: list[tuple[float, list[str]]] = [(1.0, [])]
    if comparison.network.loss == "mse":
        parts.append((0.5, ["L1"]))
    if n > 1:
        parts += [(factor / n, [*ids, "L5"]) for factor, ids in list(parts)]
    for factor, ids in parts:
        if any(same(c, rate * factor) for rate in rates):
            if ids == ["L1"] and n == 2:
                choices.either = ["L1", "L5"]
                return [], ""
            return ids, ""
    if "B1" in choices.ids:  # its number of examples may be a constant by which it divides
        count = reading.candidate.num_examples
        for factor, ids in parts:
            if any(same(c * count, rate * factor) for rate in rates):
                choices.ids.remove("B1")
                return ids, ""
    for factor, ids in parts:
        if same(c, factor):
            return ids, RATE_1
    return [], UP_TO.format(c)


def is_one_example(form: str) -> bool:
    """True for a form of the data that holds no batch."""
    return form in ONE_EXAMPLE or form.startswith("scalars ")


def batch_of(reading: Reading, comparison: Comparison, choices: Choices, program: Program) -> float:
    """Look at a batch of three; return by how much the constant that was seen is larger than that of one example."""
    form = reading.candidate.described["inputs"][0]
    if is_one_example(form):
        return 1.0
    for size in reading.candidate.batch_sizes:
        seen = []
        for seed in (21, 22):
            case = reading.case(seed, size)
            groups = reading.observe(case)
            if groups is None:
                choices.resized = reading.resized(case) if reading.candidate.takes_several else []
                return 1.0
            seen.append(Seen(case, groups))
        found = put_together(reading, comparison, choices, seen, float(size), program)
        if found is not None:
            return found
        choices.batch_is_strange = choices.batch_is_strange or all_are_computed(reading, seen[0])
    choices.sentences.append(BATCH_UNCHECKED)
    return 1.0


def second_turn(reading: Reading, seen: list[Seen], choices: Choices) -> None:
    """Compare a second turn with the first: a speed goes on, and gradients that were not cleared come twice."""
    one = seen[0]
    again = reading.observe(one.case, turns=2)
    if again is None:
        return
    choices.repeats = kept_in(reading, one, again)
    choices.adds_last = not choices.repeats and bool(doubled(one.groups, again))
    ratios = ratios_of_turns(one.groups, again)
    choices.keeps_errors = ratios is None and bool(choices.repeats)
    if ratios is None or choices.repeats or max(ratios.values()) - min(ratios.values()) > 1e-6:
        return
    ratio = ratios[next(iter(ratios))]
    choices.has_momentum = 1.0 + 1e-6 < ratio
    if choices.has_momentum and ratio <= 2.0 + 1e-6 and not reading.candidate.session.is_eased:
        choices.sentences.append(f"It has momentum: the second step is {ratio:.4g} times the first.")


def ratios_of_turns(first: Groups, second: Groups) -> dict[str, float] | None:
    """How many times as long a second turn moves each group; None where one is not a multiple of the first."""
    ratios = {}
    for name, values in first.items():
        ratio = ratio_of(values, second[name])
        if ratio is None:
            return None  # another example was drawn, or something else that is not a multiple
        ratios[name] = ratio
    return ratios


def ratio_of(first: Array, second: Array) -> float | None:
    """How many times as long one step is as another; None where it is not a multiple of it."""
    size = float((first * first).sum())
    ratio = float((second * first).sum()) / size if size > 1e-24 else 1.0
    return None if np.abs(second - ratio * first).max() > 1e-6 * np.abs(first).max() + 1e-12 else ratio


def doubled(first: Groups, second: Groups) -> list[str]:
    """The groups that a second turn moves twice as far as the first did."""
    return [name for name, ratio in (ratios_of_turns(first, second) or {}).items() if same(ratio, 2.0)]


def repeated(reading: Reading, one: Seen, second: Groups) -> list[str]:
    """The groups that a second turn moves twice as far as the first did, and a third one three times.

    Momentum of the last gradient alone may take the second twice as far, too; the third then goes no further.
    """
    twice = doubled(one.groups, second)
    third = reading.observe(one.case, turns=3) if twice else None
    if third is None:
        return twice
    return [name for name in twice if (ratio := ratio_of(one.groups[name], third[name])) is None or ratio > 2.5]


def kept_in(reading: Reading, one: Seen, second: Groups) -> list[str]:
    """The groups whose second turn holds the gradients of the first, or the first one's errors."""
    return repeated(reading, one, second) or with_errors_before(reading, one, second)


def with_errors_before(reading: Reading, one: Seen, second: Groups) -> list[str]:
    """The groups of hidden layers whose errors of the turn before stay, and are multiplied by the slope once more."""
    last, found = len(reading.chain), []
    usual = ratio_of(one.groups[f"W{last}"], second[f"W{last}"])
    if usual is None:
        return []
    layers = run(one.case._replace(network=reading.network("mse"))).layers
    for place in range(1, last):
        ratios = usual + layers[place - 1].slope[0]
        names = [name for name in (f"W{place}", f"b{place}") if len(one.groups.get(name, ())) == len(ratios)]
        steps = [(one.groups[name].reshape(len(ratios), -1), second[name].reshape(len(ratios), -1)) for name in names]
        if all(
            np.abs(again - ratios[:, None] * first).max() <= 1e-6 * np.abs(first).max() + 1e-12
            for first, again in steps
        ):
            found += names
    return found


def put_together(
    reading: Reading, comparison: Comparison, choices: Choices, seen: list[Seen], size: float, program: Program
) -> float | None:
    """How a batch of this size is put together; None where its steps are none that is known."""
    whole = compare(reading, seen, comparison.network.loss or "mse", comparison.penalty)
    if not whole.wrong and reading.candidate.is_counted:
        return 1.0
    if not whole.wrong:
        factor = whole.scale / comparison.scale
        count = float(reading.candidate.described["count"])  # of equal examples, where one was looked at
        if same(factor * count, size):
            choices.ids.append("B1")
            return count
        if same(factor * count, size / reading.sizes[0]) and not same(factor, 1.0):
            choices.ids.append("B6")
            return count / reading.sizes[0]
        return 1.0
    way = way_of_batch(reading, program, seen, comparison)
    if way:
        choices.sentences.append(way)
        return 1.0
    if only_one_counts(seen, comparison):
        choices.batch_mistakes, choices.batch_wrong = ["B3"], True
        choices.batch_seen, choices.batch_comparison = seen, whole
        return 1.0
    fit = Fit(reading, seen, comparison.network, 0.0)
    found = [v for v in candidates(comparison.network, True) if v.slot in ("batch", "bias over batch", "act")]
    choices.batch_mistakes = list(dict.fromkeys(v.id for v in found if fit.explains((v,))))
    choices.batch_wrong = bool(choices.batch_mistakes) or whole.num_right > 0  # some groups are put together rightly
    if choices.batch_wrong:
        choices.batch_seen, choices.batch_comparison = seen, whole
    return 1.0 if choices.batch_wrong else None


def way_of_batch(reading: Reading, program: Program, seen: list[Seen], comparison: Comparison) -> str:
    """How a turn takes a batch, in a sentence; "" where it is none of the right ways that are known here."""
    if is_online(reading, seen, comparison):
        return "It takes a step after each example."
    if only_one_counts(seen, comparison):
        return "" if all_are_computed(reading, seen[0]) else "Each turn looks at one example."
    return DRAWN if DRAWS.search(program.text) and are_drawn(seen, comparison) else ""


def is_online(reading: Reading, seen: list[Seen], comparison: Comparison) -> bool:
    """True if each example of a batch makes its own step."""
    return any(are_same(one.groups, steps) for one in seen for steps in online_steps(one, comparison))


def online_steps(one: Seen, comparison: Comparison) -> Iterator[Groups]:
    """What a batch does that makes a step for each example: in their order, in another, or of some that are drawn."""
    case, count = one.case._replace(network=comparison.network, learning_rate=comparison.scale), len(one.case.inputs)
    drawn = product(range(count), repeat=count) if count < 4 else ()
    for way in (range(count), range(count)[::-1], *(way for way in drawn if len(set(way)) > 1)):
        case = case._replace(inputs=one.case.inputs[list(way)], labels=one.case.labels[list(way)])
        steps = {name[5:]: comparison.scale * v for name, v in steps_one_by_one(case).items()}
        yield as_kept(steps, one.groups)


def are_same(groups: Groups, right: Groups) -> bool:
    """True if all numbers agree, up to rounding."""
    return all(np.abs(right[n] - v).max() <= 1e-6 * np.abs(v).max() + 1e-12 for n, v in groups.items())


def all_are_computed(reading: Reading, one: Seen) -> bool:
    """True if a turn computes the outputs of every example with the weights as they were."""
    case = one.case
    done = reading.candidate.turn(reading.slots_of(case), case.inputs, case.labels, reading.leaves, record=True)
    return done is not None and all(done[1].has(row) for row in forward(case)[0].z)


def only_one_counts(seen: list[Seen], comparison: Comparison) -> bool:
    """True if a turn takes one of the examples alone, as those do that draw one at random."""
    return all(any(are_same(one.groups, steps) for steps in steps_alone(one, comparison)) for one in seen)


def are_drawn(seen: list[Seen], comparison: Comparison) -> bool:
    """True if a turn takes a weighted mean of its examples, as of a batch that is drawn with repeats."""
    for one in seen:
        alone = steps_alone(one, comparison)
        rows = np.array([np.concatenate([steps[name].ravel() for name in one.groups]) for steps in alone])
        shares, *_ = np.linalg.lstsq(rows.T, np.concatenate([v.ravel() for v in one.groups.values()]), rcond=None)
        mixed = {name: np.tensordot(shares, [steps[name] for steps in alone], axes=1) for name in one.groups}
        if shares.min() < -1e-6 or not same(float(shares.sum()), 1.0) or not are_same(one.groups, mixed):
            return False
    return True


def steps_alone(one: Seen, comparison: Comparison) -> list[Groups]:
    """What each example of a batch would take off, if it came alone."""
    found = []
    for place in range(len(one.case.inputs)):
        part = slice(place, place + 1)
        case = one.case._replace(inputs=one.case.inputs[part], labels=one.case.labels[part])
        right = as_kept(predicted(case, comparison.network), one.groups)
        found.append({name: meant(comparison, case, name, right[name]) for name in one.groups})
    return found
