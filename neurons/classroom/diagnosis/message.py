"""The answer: a `Diagnosis`, and how it is put into words.

The order of a message: the verdict, the smallest failing case, its arithmetic, the name of the mistake with a
question, and what else it could be.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.arithmetic import Line, lines, lines_of_calls, number
from neurons.classroom.diagnosis.catalogue import CATALOGUE, Mistake
from neurons.classroom.diagnosis.matching import Match, predicted_groups
from neurons.classroom.diagnosis.observe import Observation
from neurons.classroom.diagnosis.reference import Array, Case, run
from neurons.text import for_debuggers


@dataclass(frozen=True)
class Found:
    """What was found out, before it is put into words."""

    mistakes: tuple[Mistake, ...] = ()
    also: tuple[Mistake, ...] = ()  # made besides: B8, which shows in a second call
    matches: tuple[Match, ...] = ()  # the programs that compute these numbers; without a mistake in them: it is right
    observations: tuple[Observation, ...] = ()
    trouble: str = ""
    wrong_loss: str = ""  # what is wrong with the loss function
    notes: tuple[str, ...] = ()
    formula: str = ""  # what unknown code seems to compute
    smallest: Callable[[], tuple[Case, Observation] | None] = field(default=lambda: None)
    called_twice: Callable[[], tuple[Case, list[Observation]] | None] = field(default=lambda: None)

    @property
    def is_pair(self) -> bool:
        """True if the mistakes are made together; otherwise it is one of them, and the others are its twins."""
        return bool(self.matches) and len(self.matches[0].variants) == 2

    @property
    def unknown(self) -> bool:
        """True if nothing explains the numbers."""
        return not (self.matches or self.trouble)

    @property
    def conventions(self) -> list[tuple[Mistake, ...]]:
        """Each set of conventions that explains the scale of the numbers: one, where they tell it."""
        sets = dict.fromkeys(frozenset(match.scale.ids) for match in self.matches)
        return [tuple(row for row in CATALOGUE.values() if row.id in ids) for ids in sets]


class Smallest:
    """The smallest failing case: its numbers, and the arithmetic in two columns."""

    def __init__(self, case: Case, observation: Observation, arithmetic: list[Line]) -> None:
        self.case = case
        self.observation = observation
        self.lines = arithmetic

    @property
    def described(self) -> str:
        """Its numbers; the learning rate too, where a step was taken."""
        rate = f", learning_rate = {number(self.case.learning_rate)}"
        steps = any(name.startswith("step") for name in self.observation.groups)
        return described(self.case) + (rate if steps else "")

    def __str__(self) -> str:
        return "\n".join([self.described, *table(self.lines)])


class Diagnosis:
    """What is wrong with backpropagation code. `print` shows `message`.

    `ok` is True for right code; `mistakes` are the rows of the catalogue that explain the wrong numbers, the likeliest
    first; `conventions` those choices that are right in other courses; `evidence` gives for each group of parameters
    what its numbers are, divided by the right ones: one ratio, or the smallest and the largest.
    """

    def __init__(self, found: Found) -> None:
        self.found = found

    @property
    def ok(self) -> bool:
        """True if nothing is wrong."""
        found = self.found
        return not (found.mistakes or found.also or found.unknown or found.trouble or found.wrong_loss)

    def __bool__(self) -> bool:
        return self.ok

    @property
    def mistakes(self) -> list[Mistake]:
        """The mistakes that explain the numbers, each with `id`, `name` and `question`; empty where all is right."""
        return [*self.found.mistakes, *self.found.also]

    @property
    def conventions(self) -> list[Mistake]:
        """The choices that differ from this course's and are right elsewhere."""
        return list(dict.fromkeys(row for rows in self.found.conventions for row in rows))

    def preferring(self, likely: Callable[[Mistake], bool]) -> "Diagnosis":
        """The same, with the likely ones of several explanations first: for who knows more of the program."""
        matches = sorted(self.found.matches, key=lambda match: not all(likely(CATALOGUE[i]) for i in match.ids))
        pair = matches[0].ids if self.found.is_pair else ()  # it is named by its first two mistakes
        mistakes = sorted(self.found.mistakes, key=lambda mistake: (mistake.id not in pair, not likely(mistake)))
        return Diagnosis(replace(self.found, mistakes=tuple(mistakes), matches=tuple(matches)))

    def without_arithmetic(self) -> "Diagnosis":
        """The same without smallest case and formula: for an exercise whose own two columns show all it is about."""
        return Diagnosis(replace(self.found, smallest=lambda: None, formula=""))

    @property
    def formula(self) -> str:
        """What code with an unknown mistake seems to compute, where that could be found out; else empty."""
        return self.found.formula

    @cached_property
    def evidence(self) -> dict[str, Any]:
        """The student's numbers over the right ones, per group: one ratio, or the smallest and the largest."""
        if not self.found.observations:
            return {}
        observation = self.found.observations[0]
        right = right_groups(observation.case)
        return {name: ratio(values, right[name]) for name, values in observation.groups.items()}

    @cached_property
    def smallest(self) -> Smallest | None:
        """The smallest case on which the code is wrong; None where it is right, or nothing could be computed."""
        twice = self.found.called_twice() if self.found.also else None
        if twice is not None:
            case, calls = twice
            return Smallest(case, calls[1], lines_of_calls(case, [call.groups for call in calls]))
        found = self.found.smallest() if self.found.mistakes or self.found.unknown else None
        if found is None:
            return None
        case, observation = found
        match = self.found.matches[0] if self.found.matches else None
        scale = match.scale.factor(case) if match else 1.0
        variants = match.variants if match else None
        return Smallest(case, observation, lines(case, variants, scale, observation.groups))

    @property
    def verdict(self) -> str:
        """The result in one line."""
        found = self.found
        if self.ok:
            names = ", or ".join(listed([row.name for row in rows]) for rows in found.conventions if rows)
            return f"right, by another convention: {names}" if names else "right: every number agrees"
        if found.trouble:
            return f"{'wrong' if found.mistakes else 'could not be checked'}: {found.trouble}"
        if found.wrong_loss and not found.mistakes:
            return f"wrong: {found.wrong_loss}"
        if found.unknown:
            return "wrong, and not by a mistake that I know"
        return f"wrong: {named(found)}"

    @cached_property
    def message(self) -> str:
        """The whole answer in several lines."""
        found = self.found
        parts = [self.verdict]
        if self.smallest is not None:
            parts.append(str(self.smallest))
        if found.mistakes:
            parts.append("\n".join(f"{m}\n  {m.formula}\n  {m.question}" for m in shown_first(found)))
        if found.also:
            parts.append("\n".join(f"{m}\n  {m.question}" for m in found.also))
        if found.unknown:
            parts.append("No mistake of the catalogue, and no two of them, compute these numbers.")
            parts.extend([found.formula] if found.formula else [])
        if other_explanations(found):
            parts.append(other_explanations(found))
        for row in self.conventions:
            perhaps = "" if all(row in rows for rows in found.conventions) else "Perhaps "
            parts.append(f"{perhaps}{row.id}, a convention: {row.name}. {row.question}")
        if found.wrong_loss and found.mistakes:
            parts.append(f"And {found.wrong_loss}.")
        parts.extend(f"Note: {note}." for note in found.notes)
        return "\n\n".join(parts)

    def __str__(self) -> str:
        return self.message

    @for_debuggers
    def __repr__(self) -> str:
        ids = [mistake.id for mistake in self.mistakes]
        return f"Diagnosis {' '.join(ids)}: {self.verdict}" if ids else f"Diagnosis: {self.verdict}"

    def _repr_html_(self) -> str:
        """The message in a notebook, the arithmetic as a table."""
        parts = [f"<p><b>{escape(self.verdict)}</b></p>"]
        rest = self.message.split("\n\n")[1:]
        if self.smallest is not None:
            parts.append(f"{paragraph(self.smallest.described)}{html_table(self.smallest.lines)}")
            rest = rest[1:]
        parts.extend(paragraph(part) for part in rest)
        return "\n".join(parts)


def shown_first(found: Found) -> list[Mistake]:
    """The mistakes whose question is asked: both of a pair, else the likeliest."""
    return list(found.mistakes[: 2 if found.is_pair else 1])


def named(found: Found) -> str:
    """The mistakes in a few words."""
    names = [mistake.name for mistake in found.mistakes]
    if found.is_pair:
        names = [" and ".join(names[:2]), "another pair"] if len(names) > 2 else [" and ".join(names)]
    alternatives = [" or ".join(names)] if names else []
    return listed(alternatives + [mistake.name for mistake in found.also])


def other_explanations(found: Found) -> str:
    """What else computes these numbers, in a sentence; empty where nothing does."""
    if found.is_pair:
        first = {mistake.id for mistake in found.mistakes[:2]}
        names = {" and ".join(match.ids): None for match in found.matches if set(match.ids) != first}
    else:
        names = {f"{mistake.id} ({mistake.name})": None for mistake in found.mistakes[1:]}
    return f"It could also be {', or '.join(names)}: the numbers are the same." if names else ""


def listed(words: list[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def right_groups(case: Case) -> dict[str, Array]:
    """All that can be observed, as it should be."""
    return predicted_groups(run(case))


def ratio(yours: Array, right: Array) -> Any:
    """yours / right: one number where it is the same for all, else the smallest and the largest."""
    there = np.abs(right) > 1e-12
    if not there.any():
        return 1.0 if np.abs(yours).max() <= 1e-12 else float("inf")
    ratios = yours[there] / right[there]
    smallest, largest = float(ratios.min()), float(ratios.max())
    if largest - smallest <= 1e-4 * max(abs(smallest), abs(largest)) + 1e-9:
        return float(ratios.mean())
    return smallest, largest


def described(case: Case) -> str:
    """The numbers of a case in a line or a few."""
    network = case.network
    many = case.batch > 1
    sizes = "-".join(map(str, network.sizes))
    acts = network.output if network.num_layers == 1 else f"{network.hidden} and {network.output}"
    alone = network.num_layers == 1 and network.sizes[-1] == 1
    parts = [f"The smallest case: {'one neuron' if alone else f'a network {sizes}'}, {acts}"]
    for layer_idx, (W, b) in enumerate(case.parameters):
        who = "" if alone else f"{network.layer_name(layer_idx)}: "
        weights = brackets(W if len(W) > 1 else W[0])
        parts.append(
            f"  {who}w = {weights}" + (f", b = {brackets(b) if len(b) > 1 else number(b[0])}" if network.biases else "")
        )
    what = "dL/da" if network.loss is None else "y"
    inputs, labels = (case.inputs, case.labels) if many else (case.inputs[0], case.labels[0])
    parts.append(f"  inputs = {brackets(inputs)}, {what} = {brackets(labels)}")
    return "\n".join(parts)


def brackets(numbers: Any) -> str:
    """[1, 0.5], and lists of them."""
    if np.ndim(numbers) == 0:
        return number(float(numbers))
    return "[" + ", ".join(brackets(part) for part in numbers) + "]"


def cells(arithmetic: list[Line]) -> list[tuple[str, str, str, str, str]]:
    """Each line as (name, formula, yours, correct, mark)."""
    rows = []
    for line in arithmetic:
        yours = "not seen" if line.yours is None else number(line.yours)
        rows.append((line.name, line.formula, yours, number(line.correct), "<- differs" if line.differs else ""))
    return rows


def table(arithmetic: list[Line]) -> list[str]:
    """Two columns of numbers, yours and correct, with what they are in front."""
    rows = [("", "", "yours", "correct", ""), *cells(arithmetic)]
    names = [f"{name} = {formula}" if name else "" for name, formula, *_ in rows]
    width = max(map(len, names))
    numbers = [max(len(row[column]) for row in rows) for column in (2, 3)]
    return [
        f"  {name:<{width}}  {row[2]:>{numbers[0]}}  {row[3]:>{numbers[1]}}  {row[4]}".rstrip()
        for name, row in zip(names, rows, strict=True)
    ]


def paragraph(text: str) -> str:
    """Text of several lines in a notebook."""
    return f"<p>{escape(text).replace(chr(10), '<br>')}</p>"


def html_table(arithmetic: list[Line]) -> str:
    """The same in a notebook."""
    rows = ["<tr><th></th><th>yours</th><th>correct</th><th></th></tr>"]
    for name, formula, yours, correct, mark in cells(arithmetic):
        style = ' style="font-weight: bold"' if mark else ""
        rows.append(
            f"<tr{style}><td style='text-align: left'>{escape(name)} = {escape(formula)}</td>"
            f"<td style='text-align: right'>{escape(yours)}</td><td style='text-align: right'>{escape(correct)}</td>"
            f"<td>{escape(mark)}</td></tr>"
        )
    return f"<table>{''.join(rows)}</table>"
