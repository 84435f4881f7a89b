"""The verdict on a program in which no layers are read, by central differences; and what mends it."""

import re
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.programs.answers import NOT_REACHED, RIGHT, WRONG, ProgramDiagnosis, Repair
from neurons.classroom.programs.budget import OutOfTime
from neurons.classroom.programs.choices.choices import BATCH_UNCHECKED, are_same, doubled, is_one_example, repeated
from neurons.classroom.programs.choices.two_batches import kept_over_batches
from neurons.classroom.programs.judging.repair import Repairer
from neurons.classroom.programs.numbers.differences import GAIN, OWN, Differences, singles
from neurons.classroom.programs.numbers.lines import Line, Lines, first_event
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import PENALTIES, Comparison, Groups, Seen, compare
from neurons.classroom.programs.numbers.session import Session
from neurons.classroom.programs.numbers.slots import Leaf
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.words import (
    LOSSES,
    STRANGE_BATCH,
    decay_told,
    factor_of,
    joined_words,
    line_and_names,
    repairs_in_words,
)
from neurons.classroom.sandbox.errors import StudentError

REPAIRING = 6.0  # seconds
NO_TIME = "For one example its gradients are right. There was no time to look at several, or at a second step."
CHANCES = 5
BY_CHANCE = "With some random numbers it is right, with others it is not. "
KEPT = "The first step is right; after it, the step of the next batch, in the same turn, holds the gradients of both. "
OF_LOSS = {
    **LOSSES,
    "nll": LOSSES["ce"],
    "hinge": "the hinge loss",
    "margins": "the hinge loss of several classes",
    "abs": "the absolute error",
    OWN: "the loss that it computes",
    GAIN: "the log-likelihood that it computes",
}
RIGHT_BEFORE = (
    "Its optimiser divides each gradient by its size. The gradients before that are right; what the optimiser makes of"
    " them, I could not check."
)


class Judgement:
    """A program whose steps were compared with central differences."""

    def __init__(self, session: Session, program: Program, reading: Differences, seen: list[Seen]) -> None:
        self.session, self.program, self.reading, self.seen = session, program, reading, seen
        assert reading.source is not None
        self.loss, self.places = reading.source.loss, session.places()
        self.comparison = min((compare(reading, seen, self.loss, kind) for kind in ("", *PENALTIES)), key=num_wrong)

    def answer(self, repairing: bool) -> ProgramDiagnosis:
        """Right for single examples, for several, and in a second turn; or what is not."""
        if self.comparison.wrong or self.comparison.scale < 0.0:
            return self.wrong(self.comparison.wrong or list(self.comparison.constants), "", [], repairing)
        told = ""
        try:
            batch = batch_off(self.reading, self.comparison)
            if batch is not None and batch.wrong:
                return self.wrong_batch(batch, repairing)
            if batch is None and self.has_strange_batches():
                return ProgramDiagnosis(NOT_REACHED, f"{self.how_read()}\n{STRANGE_BATCH}", **self.facts([]))
            one_by_one = is_one_example(self.reading.candidate.described["inputs"][0])
            told = BATCH_UNCHECKED if batch is None and not one_by_one else ""
            again = self.reading.observe(self.seen[0].case, turns=2)
            twice = repeated(self.reading, self.seen[0], again) if again else []
            chance = not twice and self.is_wrong_by_chance()
            adds_last = again is not None and bool(doubled(self.seen[0].groups, again))
            kept = [] if adds_last else kept_over_batches(self.reading, self.program)[0]
        except OutOfTime:
            return ProgramDiagnosis(NOT_REACHED, f"{self.how_read()}\n{NO_TIME}", **self.facts([]))
        if chance:
            return self.wrong(self.comparison.wrong, BY_CHANCE, [], repairing)
        if twice:
            text = "The first step is right; the second, from the same numbers, is twice as long. "
            return self.wrong(twice, text, ["B8"], False)
        if kept:
            return self.wrong(kept, KEPT, ["B8"], False)
        if self.session.is_eased:
            return ProgramDiagnosis(NOT_REACHED, f"{self.how_read()}\n{RIGHT_BEFORE}", **self.facts([]))
        parts = [self.how_read(), f"Every gradient is right, for {of_loss(self.loss)}.", self.decay(), told]
        return ProgramDiagnosis(RIGHT, "\n".join(part for part in parts if part), **self.facts([]))

    def has_strange_batches(self) -> bool:
        """True if all of a batch is computed at once, and its step is none that is known."""
        reading, source = self.reading, self.reading.source
        if is_one_example(reading.candidate.described["inputs"][0]) or source is None or source.is_own:
            return False
        for one in several(reading)[:1]:
            done, parts = reading.turn(one.case), [reading.turn(case) for case in singles(one.case)]
            outputs = [
                reading.outputs_in(case, part[1]) for case, part in zip(singles(one.case), parts, strict=True) if part
            ]
            return done is not None and len(outputs) == len(parts) and all(map(done[1].has, outputs))
        return False

    def is_wrong_by_chance(self) -> bool:
        """True if it is not right with other random numbers, with which it is then seen: a mask may drop nothing."""
        reading = self.reading
        for chance in range(1, CHANCES):
            self.session.ask("let_chance", chance)
            one = Seen(self.seen[0].case, reading.observe(self.seen[0].case) or self.seen[0].groups)
            if are_same(self.seen[0].groups, one.groups):
                continue
            reading.known = {}
            if compare(reading, [one], self.loss, self.comparison.penalty).wrong:
                groups = [reading.observe(one.case) for one in self.seen]
                seen = [Seen(one.case, part) for one, part in zip(self.seen, groups, strict=True) if part is not None]
                found = compare(reading, seen, self.loss, self.comparison.penalty) if len(seen) == len(groups) else None
                if found is not None and found.wrong and found.num_right:
                    self.seen, self.comparison = seen, found
                    return True
        self.session.ask("let_chance", 0)
        reading.known = {}
        return False

    def wrong_batch(self, batch: Comparison, repairing: bool) -> ProgramDiagnosis:
        """The answer for a program of which one example is right, and several are not."""
        self.seen, self.comparison = several(self.reading), batch
        found = self.wrong(batch.wrong, "One example alone is right; a batch is not. ", [], repairing)
        return replace(found, is_of_batch=True)

    def how_read(self) -> str:
        """What was moved, and what was watched."""
        source = self.reading.source
        assert source is not None
        file, number, *_ = self.places[source.place]
        what = {OWN: "its loss", GAIN: "its log-likelihood"}.get(source.loss, "its outputs")
        line = self.program.line(int(file), int(number))
        return (
            f"I could not read layers in your program. So I moved {self.named(self.names())} a little, and watched"
            f" {what} in line {int(number)}, `{line}`."
        )

    def decay(self) -> str:
        """A sentence on weight decay, if there is any."""
        share = self.comparison.decay / self.comparison.scale
        return decay_told(share, self.comparison.penalty) if share else ""

    def names(self, groups: Any = None) -> list[str]:
        """The program's own names of groups, or of all."""
        return [self.reading.parts[group].name for group in groups or self.comparison.constants]

    def named(self, names: list[str]) -> str:
        """Names in a sentence, the first of many; of one row of numbers, from which to which."""
        if all(re.search(r"\[\d+\]$", name) for name in names) and len(self.reading.leaves) == 1:
            order = self.names()
            spans = [list(part) for _, part in groupby(names, key=lambda name: order.index(name) - names.index(name))]
            shown = [f"`{one[0]}` to `{one[-1]}`" if len(one) > 1 else f"`{one[0]}`" for one in spans]
        else:
            shown = [f"`{name}`" for name in names]
        return joined_words(shown if len(shown) <= 8 else [*shown[:7], f"{len(shown) - 7} more"])

    def facts(self, wrong: list[str]) -> dict[str, Any]:
        """What every answer tells."""
        groups: dict[str, float | str] = {}
        for group, constant in self.comparison.constants.items():
            is_multiple = constant and group in self.comparison.wrong and group not in self.comparison.decays
            groups[self.names([group])[0]] = "wrong" if group in wrong and not is_multiple else constant or "wrong"
        network = {"sizes": [], "activations": [], "loss": self.loss, "parameters": [[name] for name in self.names()]}
        return {"network": network, "groups": groups}

    def wrong(self, off: list[str], told: str, ids: list[str], repairing: bool) -> ProgramDiagnosis:
        """The answer for groups that are not right."""
        rights = [group for group in self.comparison.constants if group not in off]
        if not self.comparison.wrong and self.comparison.scale < 0.0:
            told, ids = "All gradients have the right size, and the opposite sign.", ["L2"]
        else:
            factor = factor_of(self.comparison, off, len(off) == 1) if off == self.comparison.wrong else ""
            told += f"{self.named(self.names(rights))} {are(rights)} right. " if rights else ""
            told += f"{self.named(self.names(off))} {are(off)} not{f': {factor}' if factor else ''}."
            idle = [group for group in off if not any(known[group].any() for known in self.reading.known.values())]
            unused: list[str] = []
            with suppress(StudentError):
                unused = self.reading.without_use(self.seen[0].case, idle)
            told += f" Nothing that is computed depends on {self.named(self.names(unused))}." if unused else ""
        lines = OwnLines(self.reading, self.program, self.seen, self.comparison, self.places, off)
        likely = lines.likely()
        line = lines.first(off[-1], likely) or lines.first(off[-1]) or lines.earliest(likely)
        if ids == ["B8"]:
            line = lines.of_keeping()
        repairs: list[Repair] = []
        with suppress(StudentError):
            repairs = self.repairs(lines, likely, ids) if repairing else []
        if repairs:
            line = repairs[0].file, repairs[0].line
        levels = [f"{self.how_read()}\n{told}", line_and_names(self.program, line, ids, repairs, True, set())]
        levels += [repairs_in_words(self.program, repairs)] if repairs else []
        return ProgramDiagnosis(
            WRONG,
            "\n".join(levels),
            mistakes=ids,
            first_wrong=self.names(off)[-1],
            line=line[1] if line else None,
            repairs=repairs,
            levels=levels,
            **self.facts(off),
        )

    def repairs(self, lines: "OwnLines", likely: set[Line], ids: list[str]) -> list[Repair]:
        """Edits after which every group is right."""
        first = {at for group in self.comparison.wrong for at in (lines.first(group, likely), lines.first(group)) if at}
        repairer = OwnRepairer(self.reading, self.program, self.seen, [self.loss], first, likely, ids)
        return repairer.search(self.comparison, REPAIRING)


def of_loss(loss: str) -> str:
    """A loss in words."""
    return OF_LOSS.get(loss, f"the Huber loss with {loss.removeprefix('huber ')}")


def are(groups: list[str]) -> str:
    """The verb for groups."""
    return "is" if len(groups) == 1 else "are"


def num_wrong(comparison: Comparison) -> int:
    """How many groups are wrong."""
    return len(comparison.wrong)


def several(reading: Differences) -> list[Seen]:
    """What turns do on batches; empty where one fails."""
    cases = [reading.case(seed, reading.candidate.batch_sizes[0]) for seed in (21, 22)]
    found = [(case, reading.observe(case)) for case in cases]
    return [Seen(case, groups) for case, groups in found if groups is not None] if all(g for _, g in found) else []


def batch_off(reading: Differences, single: Comparison) -> Comparison | None:
    """How batches differ from the gradients, where some groups do not; None where that is not to be told.

    A program that takes its examples one by one, or one of them alone, differs in nothing.
    """
    seen = [] if is_one_example(reading.candidate.described["inputs"][0]) else several(reading)
    if not seen:
        return None
    found = compare(reading, seen, single.network.loss or "", single.penalty)
    one = seen[0]
    if found.wrong and (is_any(reading, one) or is_one_by_one(reading, one.case, one.groups)):
        found.wrong = []
    right = [group for group in found.constants if group not in found.wrong]
    is_known = sum(one.groups[group].size for group in right) > 1  # one number is a multiple of any other
    return found if is_known else None


def is_any(reading: Differences, one: Seen) -> bool:
    """True if a batch does what one of its examples does."""
    parts = [reading.observe(case) for case in singles(one.case)]
    return any(part is not None and are_same(part, one.groups) for part in parts)


def is_one_by_one(reading: Reading, case: Case, groups: Groups) -> bool:
    """True if a batch does what its examples do one after the other."""
    before = values = reading.slots_of(case)
    for one in singles(case):
        done = reading.candidate.turn(values, one.inputs, one.labels, reading.leaves)
        if done is None:
            return False
        values = done[0]
    return are_same(reading.groups(before, values), groups)


class OwnLines(Lines):
    """The lines in which wrong numbers appear, where no layers are known."""

    def __init__(
        self,
        reading: Differences,
        program: Program,
        seen: list[Seen],
        comparison: Comparison,
        places: Any,
        off: list[str],
    ) -> None:
        done = None
        with suppress(StudentError):  # when the time is over, the verdict stands without a line
            done = reading.turn(seen[0].case)
        super().__init__(program, reading, seen, comparison, done[1] if done else None, places, [])
        self.off, self.parts = off, reading.parts
        self.before, self.after = reading.slots_of(seen[0].case), done[0] if done else None

    def wrong_leaves(self) -> list[Leaf]:
        """The leaves of the groups that are off."""
        return [self.parts[group].leaf for group in self.off]

    def targets(self, group: str) -> list[Array]:
        """What a step took off the leaf; of one row of all parameters, off the numbers that are not right."""
        if self.after is None:
            return []
        steps = self.before - self.after
        if self.parts[group].name != self.parts[group].leaf.name:
            return [np.concatenate([self.parts[one].along(steps) for one in self.off])]
        return [steps[self.parts[group].leaf.slots.ravel()]]

    def of_step(self, group: str, among: set[Line] | None = None) -> Line | None:
        """The line after which the leaf has the numbers that it has after the turn."""
        numbers = self.numbers_at(among)
        if numbers is None or self.after is None:
            return None
        at = first_event(numbers, self.after[self.parts[group].leaf.slots.ravel()])
        return self.line(at) if at is not None and at < len(self.places) else None


class OwnRepairer(Repairer):
    """Looks for edits after which the steps are those of the central differences."""

    def batch_is_right(self, change: Any, scale: float) -> bool:
        """True unless a batch is no sum of its examples after a change."""
        if is_one_example(self.reading.candidate.described["inputs"][0]):
            return True
        groups = self.groups_of(change, self.batch)
        if groups is None:
            return not self.batch_runs
        one = compare(self.reading, [Seen(self.batch, groups)], self.losses[0], self.penalty)
        parts = [self.groups_of(change, example) for example in singles(self.batch)]
        return (
            len(one.wrong) in (0, len(groups))
            or any(part is not None and are_same(part, groups) for part in parts)
            or self.is_one_by_one(change, self.batch, groups)
        )
