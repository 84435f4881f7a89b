"""The verdict on a program that was reached: is it right, and if not, which line is wrong, and what mends it."""

import ast
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.programs.answers import NOT_REACHED, RIGHT, WRONG, ProgramDiagnosis, Repair
from neurons.classroom.programs.budget import OutOfTime, unless_it_fails
from neurons.classroom.programs.choices.beside import never_added
from neurons.classroom.programs.choices.choices import (
    BATCH_UNCHECKED,
    Choices,
    batch_of,
    explained_constant,
    rates_in,
    second_turn,
)
from neurons.classroom.programs.choices.own_rates import told_rates
from neurons.classroom.programs.choices.own_steps import (
    NO_ROOT,
    UNKNOWN,
    Verdict,
    divides_by_squares,
    line_of_squares,
    of_momentum,
    of_sizes,
)
from neurons.classroom.programs.choices.two_batches import kept_over_batches, steps_with_old_outputs
from neurons.classroom.programs.judging.repair import Repairer
from neurons.classroom.programs.mistakes.penalties import left_out
from neurons.classroom.programs.mistakes.penalties import told as penalty_told
from neurons.classroom.programs.mistakes.whole_numbers import what_cuts
from neurons.classroom.programs.numbers.lines import Line, Lines, line_of_use
from neurons.classroom.programs.numbers.naming import pairs_of_mistakes, single_mistakes
from neurons.classroom.programs.numbers.own_loss import recorded
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison, Seen, losses_for, without_decay
from neurons.classroom.programs.numbers.session import Session
from neurons.classroom.programs.numbers.slots import Leaf
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.words import (
    CROSSING,
    LOSSES,
    STRANGE_BATCH,
    decay_told,
    how_read,
    joined_words,
    line_and_names,
    line_text,
    names_of_mistakes,
    repairs_in_words,
    right_and_wrong,
    weights_that_grow,
)
from neurons.classroom.sandbox.errors import StudentError

REPAIRING, MOST_SECONDS = 6.0, 13.0  # of one search for a repair; of everything before it ends


NO_TIME = (
    "Its gradients are right for one example. Your program is so slow that I had no time to look at several examples"
    " or at a second step, so I cannot say whether it is right. Less data, or a smaller network, would help."
)
OLD_OUTPUTS = (
    "But a second batch steps with the outputs that were computed before the first one: the weights have changed since."
    " When is each batch sent forward?"
)
UNKNOWN_GRADIENTS = (
    "Its optimiser divides each gradient by its size. I don't recognise the gradients that it divides, so I cannot tell"
    " whether they are right."
)
ONE_LAYER = "None of its steps is a gradient that I know, and one layer alone is too little to tell which is wrong."


class Judge:
    """A program that was reached: is it right, and if not, why."""

    def __init__(
        self,
        session: Session,
        program: Program,
        reading: Reading,
        seen: list[Seen],
        comparison: Comparison,
        losses: list[str],
        numbers: Any,
        call: str = "",
    ) -> None:
        self.session, self.program, self.reading, self.seen = session, program, reading, seen
        self.comparison, self.losses, self.numbers = comparison, losses, numbers
        self.one_by_one = seen
        self.choices = Choices()
        self.seconds_to_repair = REPAIRING
        self.rates = rates_in(reading, program, call)

    def answer(self) -> ProgramDiagnosis:
        """The whole answer."""
        if self.comparison.wrong or self.comparison.scale < 0.0:
            return self.wrong()
        try:
            return self.beyond_one_example()
        except OutOfTime:
            return ProgramDiagnosis(NOT_REACHED, f"{how_read(self.reading)}\n{NO_TIME}", **self.facts())

    def beyond_one_example(self) -> ProgramDiagnosis:
        """The answer for a program that is right for one example: does it take several rightly, and a second turn?"""
        idle = never_added(self.reading)
        if idle:
            return self.without_biases(idle)
        cut = None
        with unless_it_fails():
            cut = what_cuts(self.reading, self.program)
        if cut is not None:
            return self.of_wrong_steps(Verdict(WRONG, *cut))
        missing, share = left_out(self.reading, self.program, self.comparison, self.seen, self.numbers)
        if missing:
            return self.without_penalty(missing, share)
        batch_factor = None
        with unless_it_fails():
            batch_factor = batch_of(self.reading, self.comparison, self.choices, self.program)
        if batch_factor is None:
            batch_factor = 1.0
            self.choices.sentences.append(BATCH_UNCHECKED)
        if self.choices.resized:
            return self.resized()
        if self.choices.batch_wrong:
            return replace(self.wrong_batch(), is_of_batch=True)
        with unless_it_fails():  # it may take no second turn on the same example
            second_turn(self.reading, self.seen, self.choices)
        if self.choices.repeats:
            return self.not_cleared()
        are_old = False
        with unless_it_fails():
            if not self.choices.adds_last:
                self.choices.repeats, self.choices.pairs = kept_over_batches(self.reading, self.program)
            are_old = not self.choices.repeats and steps_with_old_outputs(self.reading, self.program)
        if self.choices.repeats:
            return self.not_cleared()
        if are_old:
            return self.of_wrong_steps(Verdict(WRONG, OLD_OUTPUTS))
        if self.choices.batch_is_strange and not self.choices.has_momentum:
            return replace(self.of_wrong_steps(Verdict(NOT_REACHED, STRANGE_BATCH)), is_of_batch=True)
        verdict = self.of_optimiser(self.comparison)
        if verdict.outcome == RIGHT:
            self.choices.sentences += [verdict.text] if verdict.text else []
            return self.right(batch_factor)
        return self.of_wrong_steps(verdict)

    def of_wrong_steps(self, verdict: Verdict) -> ProgramDiagnosis:
        """The gradients are right; what is made of them is not, or is not known."""
        gradients = f"Every gradient is right, for {LOSSES[self.comparison.network.loss or 'mse']}."
        levels = [f"{how_read(self.reading)}\n{gradients}", verdict.words(self.program)]
        number = verdict.line[1] if verdict.line else None
        return ProgramDiagnosis(verdict.outcome, "\n".join(levels), line=number, levels=levels, **self.facts())

    def without_penalty(self, groups: list[str], share: float) -> ProgramDiagnosis:
        """Right but for a penalty that the loss holds and these gradients leave out."""
        lines = self.lines()
        lines.comparison = replace(self.comparison, wrong=groups)
        verdict = Verdict(WRONG, penalty_told(self.reading, groups, share), lines.first(groups[-1]))
        answer = self.of_wrong_steps(verdict)
        return replace(answer, first_wrong=groups[-1], groups={**answer.groups, **dict.fromkeys(groups, "wrong")})

    def of_optimiser(self, single: Comparison) -> Verdict:
        """What its optimiser makes of the gradients of single examples, which are right, over several turns."""
        what = self.program, self.reading, self.one_by_one, single
        with unless_it_fails():
            return of_sizes(*what, self.rates) if self.session.is_eased else of_momentum(*what)
        return Verdict(NOT_REACHED, UNKNOWN) if self.session.is_eased else Verdict(RIGHT)

    def facts(self) -> dict[str, Any]:
        """What both answers tell."""
        reading, comparison = self.reading, self.comparison
        groups: dict[str, float | str] = {}
        for name, constant in comparison.constants.items():
            is_multiple = constant and name not in comparison.decays or name not in comparison.wrong
            groups[name] = constant if is_multiple and constant is not None else "wrong"
        network = {
            "sizes": list(reading.sizes),
            "activations": list(reading.acts),
            "loss": comparison.network.loss,
            "parameters": [list(layer.names) for layer in reading.chain],
        }
        return {"network": network, "groups": groups}

    def right(self, batch_factor: float) -> ProgramDiagnosis:
        """Every gradient agrees."""
        choices, comparison = self.choices, self.comparison
        ids, text = explained_constant(self.reading, self.rates, comparison, batch_factor, choices)
        choices.ids = [*ids, *choices.ids]
        loss = comparison.network.loss or "mse"
        parts = [how_read(self.reading), f"Every gradient is right, for {LOSSES[loss]}."]
        if self.losses and loss not in self.losses and not self.session.is_eased:  # which squares its gradients
            own = LOSSES[self.losses[0]]
            parts.append(
                f"But your program measures {own}, and these are the gradients of {LOSSES[loss]}."
                " Both train; choose one, and say so."
            )
        parts += [f"A choice, not a mistake: {CATALOGUE[i].name} ({i})." for i in choices.ids]
        if choices.either:
            names = [f"{CATALOGUE[i].name} ({i})" for i in choices.either]
            parts.append(f"A choice: {' or '.join(names)}; with two outputs the numbers are the same.")
        if comparison.decay:
            decay = comparison.decay / comparison.scale
            parts.append(decay_told(decay, comparison.penalty))
        if self.session.is_eased:
            parts.append("Its optimiser divides each gradient by its size; I looked at them before that.")
        parts += [part for part in (text, told_rates(self.reading), *choices.sentences) if part]
        return ProgramDiagnosis(RIGHT, "\n".join(parts), conventions=[*choices.either, *choices.ids], **self.facts())

    def without_biases(self, idle: list[tuple[int, Leaf]]) -> ProgramDiagnosis:
        """Every gradient is right, and biases that are stepped are never added."""
        names = joined_words([f"`{leaf.name}`" for _, leaf in idle])
        line = self.lines().of_sum(idle[0][0])
        them = "it" if len(idle) == 1 else "them"
        told = f"Nothing that is computed depends on {names}, though each step changes {them}."
        where = [f"Look at {line_text(self.program, *line)}."] if line else []
        question = "\n".join([*where, names_of_mistakes(["F1"], False, set())])
        levels = [f"{how_read(self.reading)}\n{told}", question]
        groups = [f"b{place + 1}" for place in sorted({place for place, _ in idle}, reverse=True)]
        facts = self.facts()
        facts["groups"].update(dict.fromkeys(groups, "wrong"))
        return ProgramDiagnosis(
            WRONG,
            "\n".join(levels),
            mistakes=["F1"],
            first_wrong=groups[0],
            line=line[1] if line else None,
            levels=levels,
            **facts,
        )

    def wrong_batch(self) -> ProgramDiagnosis:
        """One example is right, several are not."""
        choices, single = self.choices, self.comparison
        assert choices.batch_comparison is not None
        self.comparison, self.seen = choices.batch_comparison, choices.batch_seen
        self.numbers = recorded(self.reading, self.seen)
        parts = [
            how_read(self.reading),
            f"One example alone is right; a batch of {len(self.seen[0].case.inputs)} is not.",
        ]
        if self.comparison.num_right:
            parts += right_and_wrong(self.reading, self.comparison, self.lines().wrong_leaves())
        crossing = self.lines().of_crossing()
        parts += [CROSSING] if crossing else []
        optimiser = self.of_optimiser(single)
        parts += [optimiser.words(self.program)] if optimiser.outcome == WRONG else []
        return self.located(parts, choices.batch_mistakes, [single.network.loss or "mse"], crossing, single)

    def resized(self) -> ProgramDiagnosis:
        """One example is right; with several a parameter takes another shape."""
        leaves = self.choices.resized
        lines = sorted(self.lines().slices().gradients_of({leaf.own_name for leaf in leaves}))
        line = lines[0] if len(lines) == 1 else None
        names = joined_words([f"`{leaf.name}`" for leaf in leaves])
        told = f"One example alone is right; with several, a step changes the shape of {names}."
        slots = {int(slot) for leaf in leaves for slot in leaf.slots.ravel()}
        groups = [
            f"{kind}{place}"
            for place, layer in reversed(list(enumerate(self.reading.chain, start=1)))
            for kind, part in (("W", layer.W), ("b", layer.b))
            if part is not None and slots & set(map(int, np.ravel(part)))
        ]
        ids = ["Bi7"] if all(name[0] == "b" for name in groups) else []
        repairer = self.repairer([self.comparison.network.loss or "mse"], set(lines), set(), ids)
        repairs: list[Repair] = []
        with suppress(StudentError):
            repairs = repairer.reshaping(self.comparison, self.seconds_to_repair)
        if repairs:
            line = repairs[0].file, repairs[0].line
        levels = [f"{how_read(self.reading)}\n{told}", self.line_and_names(line, ids, repairs, False)]
        if repairs:
            levels.append(repairs_in_words(self.program, repairs))
        facts = self.facts()
        facts["groups"].update(dict.fromkeys(groups, "wrong"))
        return ProgramDiagnosis(
            WRONG,
            "\n".join(levels),
            mistakes=ids,
            first_wrong=groups[0],
            line=line[1] if line else None,
            repairs=repairs,
            levels=levels,
            **facts,
        )

    def not_cleared(self) -> ProgramDiagnosis:
        """The first step is right, and some groups move twice as far in the second."""
        repeats, loss = self.choices.repeats, self.comparison.network.loss or "mse"
        pairs = self.choices.pairs
        told = f"The first step is right; {self.told_of_sums()}"
        repairer = self.repairer([loss], set(), set(), ["B8"])
        repairs: list[Repair] = []
        with suppress(StudentError):
            repairs = repairer.clearing(repeats, self.comparison.scale, pairs) if self.seconds_to_repair else []
        line = (repairs[0].file, repairs[0].line) if repairs else self.lines().of_keeping()
        levels = [f"{how_read(self.reading)}\n{told}.", self.line_and_names(line, ["B8"], repairs, False)]
        if repairs:
            levels.append(repairs_in_words(self.program, repairs))
        first = min(repeats, key=lambda name: (-int(name[1:]), name[0] == "b"))
        return ProgramDiagnosis(
            WRONG,
            "\n".join(levels),
            mistakes=["B8"],
            first_wrong=first,
            line=line[1] if line else None,
            repairs=repairs,
            levels=levels,
            **self.facts(),
        )

    def told_of_sums(self) -> str:
        """What gradients that are kept do to a second step."""
        repeats, pairs = self.choices.repeats, self.choices.pairs
        told = "the second, from the same numbers, is twice as long"
        if pairs:
            size = f"a batch of {pairs[0].size}" if pairs[0].size > 1 else "one example"
            told = f"after the step of {size}, the next one, in the same turn, holds the gradients of both"
        elif self.choices.keeps_errors:
            told = "the second, from the same numbers, holds the errors of the first too"
        if len(repeats) < len(self.comparison.constants):
            told += f" for {joined_words([self.reading.name_of(name) for name in repeats])}"
        return told

    def wrong(self) -> ProgramDiagnosis:
        """Some gradient differs."""
        comparison, reading = self.comparison, self.reading
        parts = [how_read(reading)]
        if not comparison.num_right and divides_by_squares(self.seen, comparison):
            return self.of_wrong_steps(Verdict(WRONG, NO_ROOT, line_of_squares(self.program)))
        if not comparison.wrong:
            ids, loss = ["L2"], ""
            parts.append("All gradients have the right size, and the opposite sign.")
        else:
            loss, found = single_mistakes(reading, self.bare(), comparison, self.losses)
            ids = list(dict.fromkeys(v.id for match in found for v in match))
            ids.sort(key=lambda i: i == "A6" and not self.program.compares(ast.GtE, ast.Lt))
            parts += right_and_wrong(reading, comparison, self.lines().wrong_leaves())
            parts += weights_that_grow(reading, comparison)
        fitting = [loss for loss in self.losses if loss in losses_for(reading.network("mse").output)]
        losses = fitting or losses_for(reading.network("mse").output)
        if not fitting and comparison.num_right:
            losses = [comparison.network.loss or "mse"]
        if loss and (not fitting or loss in fitting):
            losses = [loss]  # a repair keeps the loss of a mistake with a name
        return self.located(parts, ids, losses)

    def located(
        self,
        parts: list[str],
        ids: list[str],
        losses: list[str],
        at: Line | None = None,
        single: Comparison | None = None,
    ) -> ProgramDiagnosis:
        """The answer for what is wrong, with the line, `at` where that is known, and a repair.

        `single` is the comparison of one example, where only several are wrong.
        """
        first = self.first_wrong()
        lines = self.lines()
        likely = {at} if at else lines.likely()
        line = (lines.first(first, likely) or lines.first(first)) if first else lines.of_difference()
        if likely and line not in likely:
            line = lines.earliest(likely)
        where = {one for one in (line, *self.where(lines, likely)) if one}
        repairer = self.repairer(losses, where, likely, ids, single)
        is_to_mend = bool(self.comparison.wrong) or self.comparison.scale < 0.0  # not what shows in a second turn only
        seconds = 0.0 if not is_to_mend else min(self.seconds_to_repair, MOST_SECONDS - self.session.seconds)
        repairs: list[Repair] = []
        with suppress(StudentError):  # a change may take all the time that is left: the verdict stands without it
            repairs = repairer.search(self.comparison, seconds) if seconds > 0.5 else []
        more = self.repairs_of_sums(repairer, repairs, parts) if repairs and single is None else []
        is_half = not repairs and bool(repairer.half)
        repairs = repairs or repairer.half
        if repairer.mends_batch or is_half:
            left = ", which I could not mend" if is_half else ""
            parts.append(f"That is one example alone; several at once show another mistake{left}.")
        levels = ["\n".join(parts)]
        is_pair = False
        if not ids and len(repairs) != 1 and self.session.seconds < MOST_SECONDS - 2.0:
            pairs = pairs_of_mistakes(self.reading, self.bare(), self.comparison, self.losses)
            ids, is_pair = [v.id for match in pairs[:1] for v in match], bool(pairs)
        if self.choices.repeats:
            ids, is_pair = [*ids[:1], "B8"], True
        repairs += more
        if repairs:
            line = line_of_use(self.program, repairs[0]) or (repairs[0].file, repairs[0].line)
        if not (self.comparison.num_right or ids or repairs):
            if len(self.reading.chain) == 1:
                return ProgramDiagnosis(NOT_REACHED, f"{how_read(self.reading)}\n{ONE_LAYER}")
            if self.session.is_eased:
                return ProgramDiagnosis(NOT_REACHED, f"{how_read(self.reading)}\n{UNKNOWN_GRADIENTS}")
        question = self.line_and_names(line, ids, repairs, is_pair)
        levels.append(question)
        parts.append(question)
        if repairs:
            levels.append(repairs_in_words(self.program, repairs))
            parts.append(levels[-1])
        return ProgramDiagnosis(
            WRONG,
            "\n".join(part for part in parts if part),
            mistakes=ids,
            first_wrong=first,
            line=line[1] if line else None,
            repairs=repairs,
            levels=levels,
            **self.facts(),
        )

    def repairs_of_sums(self, repairer: Repairer, repairs: list[Repair], parts: list[str]) -> list[Repair]:
        """What else must be mended when the first step is right: sums of gradients that do not begin anew."""
        choices, scale = Choices(), 0.0
        with suppress(StudentError):
            scale = repairer.keep_found()
            if scale:
                second_turn(self.reading, repairer.seen, choices)
                if not choices.repeats and not choices.adds_last:
                    choices.repeats, choices.pairs = kept_over_batches(self.reading, self.program)
        self.choices.repeats, self.choices.pairs = choices.repeats, choices.pairs
        self.choices.keeps_errors = choices.keeps_errors
        if not choices.repeats:
            return []
        parts.append(f"That is the first step; with it right, {self.told_of_sums()}.")
        with suppress(StudentError):
            return repairer.clearing(choices.repeats, scale, choices.pairs)
        return []

    def repairer(
        self,
        losses: list[str],
        lines: set[Line],
        likely: set[Line],
        ids: list[str],
        single: Comparison | None = None,
    ) -> Repairer:
        """What looks for a repair, in these lines first."""
        what = self.reading, self.program, self.seen, losses
        return Repairer(*what, lines, likely, ids, single, self.lines_of)

    def bare(self) -> list[Seen]:
        """The turns without what weight decay takes off, which no mistake of the catalogue knows."""
        return without_decay(self.seen, self.comparison, self.seen[0].groups)

    def lines(self) -> Lines:
        """Its lines, as far as numbers were seen in them."""
        places = self.session.places()
        seen = without_decay(self.seen, self.comparison, self.comparison.wrong)
        return Lines(self.program, self.reading, seen, self.comparison, self.numbers, places, self.rates)

    def lines_of(self, seen: list[Seen], comparison: Comparison) -> set[Line]:
        """Where the wrong numbers of other turns, of several examples, first appear."""
        numbers = recorded(self.reading, seen)
        lines = Lines(self.program, self.reading, seen, comparison, numbers, self.session.places(), self.rates)
        found = [line for name in comparison.wrong for line in (lines.first(name), lines.of_step(name))]
        return {line for line in (*found, *lines.likely()) if line}

    def where(self, lines: Lines, likely: set[Line]) -> list[Line | None]:
        """Where wrong numbers first appear, for every wrong group; of a multiple of the right ones, its step too."""
        found: list[Line | None] = []
        for name in self.comparison.wrong:
            found += [lines.first(name, likely), lines.first(name)]
            if self.comparison.constants[name]:
                found.append(lines.of_step(name))
        return found

    def first_wrong(self) -> str | None:
        """The first group that is wrong, going backward."""
        wrong = sorted(self.comparison.wrong, key=lambda name: (-int(name[1:]), name[0] == "b"))
        return wrong[0] if wrong else None

    def line_and_names(self, line: Line | None, ids: list[str], repairs: list[Repair], is_pair: bool) -> str:
        """The line, and the mistake's name and question."""
        wrong = {int(name[1:]) for name in self.comparison.wrong}
        acts = {act for place, act in enumerate(self.reading.acts, start=1) if place in wrong}
        return line_and_names(self.program, line, ids, repairs, not is_pair, acts)
