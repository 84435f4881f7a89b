"""The answer: a `Diagnosis`, and how it is put into words.

The order of a message: the verdict, the smallest failing case, its arithmetic, the formula of the mistake with a
question, what else it could be, and at the end, for teachers, the ids of the catalogue.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from html import escape
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.arithmetic import Line, arithmetic_lines, lines_of_two_calls
from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.diagnosis.catalogue import CATALOGUE, Mistake
from neurons.classroom.diagnosis.findings import Findings
from neurons.classroom.diagnosis.matching import predicted_groups
from neurons.classroom.diagnosis.observation import Observation
from neurons.classroom.diagnosis.reference import run
from neurons.classroom.diagnosis.tables import case_text, html_table, paragraph, text_table
from neurons.classroom.numbers import number_text
from neurons.text import for_debuggers, listed

RIGHT = 1.0  # the ratio of right numbers


class SmallestCase:
    """The smallest failing case: its numbers, and the arithmetic in two columns."""

    def __init__(self, case: Case, observation: Observation, arithmetic: list[Line]) -> None:
        self.case = case
        self.observation = observation
        self.lines = arithmetic

    @property
    def description(self) -> str:
        """Its numbers; the learning rate too, where a step was taken."""
        rate = f", learning_rate = {number_text(self.case.learning_rate)}"
        steps = any(name.startswith("step") for name in self.observation.groups)
        return case_text(self.case) + (rate if steps else "")

    def __str__(self) -> str:
        return "\n".join([self.description, *text_table(self.lines)])


class Diagnosis:
    """What is wrong with backpropagation code. `print` shows `message`.

    `ok` is True for right code; `mistakes` are the rows of the catalogue that explain the wrong numbers, the likeliest
    first; `conventions` those choices that are right in other courses; `evidence` gives for each group of parameters
    what its numbers are, divided by the right ones: one ratio, or the smallest and the largest.
    """

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    @property
    def ok(self) -> bool:
        """True if nothing is wrong."""
        findings = self.findings
        return not (findings.mistakes or findings.also or findings.unknown or findings.failure or findings.wrong_loss)

    def __bool__(self) -> bool:
        return self.ok

    @property
    def mistakes(self) -> list[Mistake]:
        """The mistakes that explain the numbers, each with `id`, `name` and `question`; empty where all is right."""
        return [*self.findings.mistakes, *self.findings.also]

    @property
    def conventions(self) -> list[Mistake]:
        """The choices that differ from this course's and are right elsewhere."""
        return list(dict.fromkeys(row for rows in self.findings.conventions for row in rows))

    def preferring(self, likely: Callable[[Mistake], bool]) -> "Diagnosis":
        """The same, with the likely explanations first, for a caller who knows more about the program."""
        matches = sorted(self.findings.matches, key=lambda match: not all(likely(CATALOGUE[i]) for i in match.ids))
        pair = matches[0].ids if self.findings.is_pair else ()  # it is named by its first two mistakes
        mistakes = sorted(self.findings.mistakes, key=lambda mistake: (mistake.id not in pair, not likely(mistake)))
        return Diagnosis(replace(self.findings, mistakes=tuple(mistakes), matches=tuple(matches)))

    def without_arithmetic(self) -> "Diagnosis":
        """The same without smallest case and formula: for an exercise whose own two columns show all it is about."""
        return Diagnosis(replace(self.findings, smallest=lambda: None, formula=""))

    @property
    def formula(self) -> str:
        """What code with an unknown mistake seems to compute, where that could be found out; else empty."""
        return self.findings.formula

    @cached_property
    def evidence(self) -> dict[str, Any]:
        """The student's numbers over the right ones, per group: one ratio, or the smallest and the largest."""
        if not self.findings.observations:
            return {}
        observation = self.findings.observations[0]
        right = right_groups(observation.case)
        return {name: ratio(values, right[name]) for name, values in observation.groups.items()}

    @cached_property
    def smallest(self) -> SmallestCase | None:
        """The smallest case on which the code is wrong; None where it is right, or nothing could be computed."""
        twice = self.findings.called_twice() if self.findings.also else None
        if twice is not None:
            case, calls = twice
            return SmallestCase(case, calls[1], lines_of_two_calls(case, [call.groups for call in calls]))
        found = self.findings.smallest() if self.findings.mistakes or self.findings.unknown else None
        if found is None:
            return None
        case, observation = found
        match = self.findings.matches[0] if self.findings.matches else None
        scale = (match.scale if match else self.findings.likely_scale).factor(case)
        variants = match.variants if match else None
        return SmallestCase(case, observation, arithmetic_lines(case, variants, scale, observation.groups))

    @property
    def verdict(self) -> str:
        """The result in one line."""
        findings = self.findings
        if self.ok and findings.but:
            return f"right, {findings.but}"
        if self.ok:
            names = ", or ".join(join_words([row.name for row in rows]) for rows in findings.conventions if rows)
            return f"right, by another convention: {names}" if names else "right: every number agrees"
        if findings.failure:
            return f"{'wrong' if findings.mistakes else 'could not be checked'}: {findings.failure}"
        if findings.wrong_loss and not findings.mistakes:
            return f"wrong: {findings.wrong_loss}"
        if findings.unknown:
            return "wrong: I don't recognise this mistake"
        return f"wrong: {mistakes_in_words(findings)}"

    @property
    def told(self) -> list[Mistake]:
        """The mistakes as their reader knows the network: where there is one layer, no layer has a name."""
        return told(self.findings)

    @property
    def said(self) -> str:
        """What is wrong, in sentences: the mistakes by name, or where it first goes wrong; empty where all is right."""
        findings = self.findings
        if findings.unknown:
            return self.so_far
        sentences = [mistake.sentence for mistake in [*first_mistakes(findings), *findings.also]]
        return " ".join(sentences)

    @property
    def so_far(self) -> str:
        """What is right of code with an unknown mistake, and where it first goes wrong."""
        network = self.findings.observations[0].case.network
        ratios = self.evidence
        right = [group_words(name, network) for name in in_order(ratios, network) if ratios[name] == RIGHT]
        parts = [f"Right: {listed(right)}."] if right else []
        wrong = self.smallest.lines[-1] if self.smallest is not None and self.smallest.lines else None
        if wrong is not None and wrong.differs:
            parts.append(f"It first goes wrong at {wrong.name}, which should be {wrong.formula}.")
        return " ".join(parts)

    @property
    def parts_after_the_case(self) -> list[str]:
        """What follows on the smallest case: questions, what else it could be, conventions, notes."""
        findings = self.findings
        parts = [f"What it does: {mistake.formula}\n{mistake.question}" for mistake in first_mistakes(findings)]
        parts += [mistake.question for mistake in findings.also]
        parts += [findings.formula] if findings.unknown and findings.formula else []
        parts += [other_explanations(findings)] if other_explanations(findings) else []
        for row in self.conventions:
            perhaps = "" if all(row in rows for rows in findings.conventions) else "Perhaps "
            parts.append(f"{perhaps}{'a' if perhaps else 'A'} convention: {row.name}. {row.question}")
        if findings.wrong_loss and findings.mistakes:
            parts.append(f"And {findings.wrong_loss}.")
        return parts + [f"Note: {note}." for note in findings.notes]

    @property
    def ids_text(self) -> str:
        """The ids of the catalogue, for teachers; empty where there is none."""
        ids = [row.id for row in dict.fromkeys([*told(self.findings), *self.findings.also, *self.conventions])]
        return f"({', '.join(ids)})" if ids else ""

    @cached_property
    def message(self) -> str:
        """The whole answer in several lines."""
        parts = [self.verdict]
        if self.smallest is not None:
            parts.append(str(self.smallest))
        if self.findings.unknown:
            parts.append(self.so_far)
        return "\n\n".join(part for part in [*parts, *self.parts_after_the_case, self.ids_text] if part)

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
            parts.append(f"{paragraph(self.smallest.description)}{html_table(self.smallest.lines)}")
            rest = rest[1:]
        parts.extend(paragraph(part) for part in rest)
        return "\n".join(parts)


def has_one_layer(findings: Findings) -> bool:
    """True for a reader who has only one neuron or layer, and needs no names of layers."""
    return bool(findings.observations) and findings.observations[0].case.network.is_one_layer


def told(findings: Findings) -> list[Mistake]:
    """The mistakes, without the names of layers for a reader who has only one."""
    mistakes = list(findings.mistakes)
    if has_one_layer(findings):
        ids = {mistake.id for mistake in mistakes}
        mistakes = [mistake.of_one_layer() for mistake in mistakes if mistake.id != "A1" or "L7" not in ids]
    return mistakes


def first_mistakes(findings: Findings) -> list[Mistake]:
    """The mistakes whose question is asked: both of a pair, else the likeliest."""
    return told(findings)[: 2 if findings.is_pair else 1]


def mistakes_in_words(findings: Findings) -> str:
    """The mistakes in a few words."""
    names = [mistake.name for mistake in told(findings)]
    if findings.is_pair:
        names = [" and ".join(names[:2]), "another pair"] if len(names) > 2 else [" and ".join(names)]
    alternatives = [" or ".join(names)] if names else []
    return join_words(alternatives + [mistake.name for mistake in findings.also])


def other_explanations(findings: Findings) -> str:
    """What else computes these numbers, in a sentence; empty where nothing does."""
    if findings.is_pair:
        first = {mistake.id for mistake in findings.mistakes[:2]}
        pairs = {match.ids: None for match in findings.matches if set(match.ids) != first}
        rows = [[CATALOGUE[mistake_id] for mistake_id in ids] for ids in pairs]
        short = has_one_layer(findings)
        names = [" and ".join((row.of_one_layer() if short else row).name for row in pair) for pair in rows]
        names = [
            name for name in dict.fromkeys(names) if name != mistakes_in_words(findings).partition(" or another")[0]
        ]
    else:
        names = [mistake.name for mistake in told(findings)[1:]]
    return f"It could also be this: {'; or this: '.join(names)}. The numbers would be the same." if names else ""


def in_order(ratios: dict[str, Any], network: Network) -> list[str]:
    """The names of groups as a program computes them: outputs, then backwards through the layers, then the step."""
    layers = [str(layer_idx + 1) for layer_idx in reversed(range(network.num_layers))]
    backward = [f"{kind}{layer}" for layer in layers for kind in "Wb"]
    return [name for name in ("a", *backward, "x", *(f"step {name}" for name in backward)) if name in ratios]


def group_words(name: str, network: Network) -> str:
    """A group of numbers in words."""
    whole = {"a": "the outputs", "x": "what the backward pass returns"}
    if name in whole:
        return whole[name]
    kind, layer_idx = name[-2], int(name[-1]) - 1
    of_layer = "" if network.is_one_layer else f" of the {network.layer_name(layer_idx)} layer"
    if name.startswith("step"):
        return f"the new {'weights' if kind == 'W' else 'bias'}{of_layer}"
    return f"the {'weight gradients' if kind == 'W' else 'bias gradient'}{of_layer}"


def join_words(words: list[str]) -> str:
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
    if max(abs(smallest - RIGHT), abs(largest - RIGHT)) <= 1e-6:
        return RIGHT
    if largest - smallest <= 1e-4 * max(abs(smallest), abs(largest)) + 1e-9:
        return float(ratios.mean())
    return smallest, largest
