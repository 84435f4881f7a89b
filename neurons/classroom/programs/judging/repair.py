"""A repair that was run: small edits of the program's own text, until every gradient is right on every case.

An edit may change neither the forward pass nor the loss: the gradients must be those of the network as it was read.
Where no single edit mends all, the one that mends most stays, and the search goes on.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.programs.answers import Repair
from neurons.classroom.programs.choices.choices import (
    are_same,
    is_one_example,
    kept_in,
    online_steps,
    only_one_counts,
    way_of_batch,
)
from neurons.classroom.programs.choices.two_batches import TwoBatches, repeated_in
from neurons.classroom.programs.edits.expressions import Where
from neurons.classroom.programs.edits.statements import clearings_of, edits_of
from neurons.classroom.programs.edits.units import Edit, Unit, units_of
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison, Groups, Seen, compare
from neurons.classroom.programs.text.program import Program

AT_ONCE = 60
SMALL = 4  # ranks up to this come first
SHORTEST = 2000.0  # times a repair may make a step shorter, as a mean over the examples does
BATCH_LEFT = 0.5  # what a repair lacks after which one example is right, but a batch has another mistake
DEEPEST, MOST_PARTIAL, SHARE = 3, 3, 0.5  # mistakes at once; edits that mend one; the time for the others
SOONER: list[tuple[set[str], dict[int, float]]] = [  # which ranks of edits come sooner, where a mistake is named
    ({"A2"}, {4: 0.5}),  # a variable is the wrong one
    ({"A1", "L7", "A6", "Bi4", "W9"}, {6: 1.5, 7: 2.5}),  # a factor is missing
    ({"C3", "L6"}, {8: 0.5}),  # a term is missing
    ({"X1"}, {7: 0.5}),
]
A_MULTIPLE = {8: 0.5, 7: 0.6}  # the same where a gradient is only too long, or too short

LinesOf = Callable[[list[Seen], Comparison], set[tuple[str, int]]]


class Repairer:
    """Looks for edits after which a reading's program is right."""

    def __init__(
        self,
        reading: Reading,
        program: Program,
        seen: list[Seen],
        losses: list[str],
        lines: set[tuple[str, int]],
        likely: set[tuple[str, int]],
        ids: list[str],
        single: Comparison | None = None,
        lines_of: LinesOf = lambda seen, comparison: set(),
    ) -> None:
        self.reading, self.program, self.losses = reading, program, losses
        self.lines = lines  # at which wrong numbers first appear
        self.seen = seen
        self.cases = [self.as_asked(one.case) for one in seen]
        self.befores = [reading.slots_of(one.case) for one in seen]
        self.sooner = next((ranks for some, ranks in SOONER if some & set(ids)), {})
        self.is_named = bool(ids)  # one mistake explains everything
        self.lacks_slope = bool({"A1", "L7", "A6"} & set(ids))
        self.likely = likely  # lines in which the mistake may stand
        self.decays: dict[str, float] = {}  # of the weights, which a repair must keep
        self.penalty = ""
        self.least = 0.0  # the constant of a repaired step: one that hardly moves shows no mistake in its order
        self.known: dict[tuple[int, str], Groups] = {}
        self.single = single  # of one example, which is right, where a batch is not
        self.online = [list(online_steps(one, single)) for one in seen] if single else []
        self.lines_of = lines_of  # where the wrong numbers of other turns appear
        self.half: list[Repair] = []  # after which one example is right, but not a batch
        self.single_ones: Repairer | None = None  # for which all must stay right
        self.num_tried = 0
        self.found: list[Edit] = []  # what mends everything
        self.own_units: list[Unit] | None = None
        self.mends_batch = False  # whether a mistake that only a batch shows was mended too
        self.batch = reading.case(21, reading.candidate.batch_sizes[0])
        self.batch_runs = reading.observe(self.batch) is not None and not reading.resized(self.batch)

    def as_asked(self, case: Case) -> list[Any]:
        """A case as the other side takes it."""
        candidate = self.reading.candidate
        return [candidate.handed_inputs(case.inputs), candidate.handed(case.labels), self.reading.writes(case)]

    def units(self) -> list[Unit]:
        """What edits may change: the functions that run in a turn, and the loop's body."""
        if self.own_units is None:
            self.own_units = self.units_that_ran()
        return self.own_units

    def units_that_ran(self) -> list[Unit]:
        """The same, read anew."""
        candidate = self.reading.candidate
        case = self.seen[0].case
        done = candidate.turn(self.befores[0], case.inputs, case.labels, self.reading.leaves, record=True)
        if done is None:
            return []
        places = candidate.session.places()
        lines = {(int(places[p][0]), int(places[p][1])) for p in set(done[1].places.tolist())}
        loop = int(candidate.described["file"]), int(candidate.described["line"])
        return units_of(self.program, lines, loop, {leaf.own_name for leaf in self.reading.leaves})

    def search(self, comparison: Comparison, seconds: float) -> list[Repair]:
        """The edits that mend everything, in the order in which they were found; empty where none do."""
        until = self.reading.candidate.session.budget.until(seconds)
        self.decays, self.penalty = comparison.decays, comparison.penalty
        self.least = max(0.0, comparison.scale / SHORTEST)
        best = comparison.num_right if comparison.scale > 0.0 else 0
        found = self.mending(self.units(), best, len(comparison.constants), until, 1)
        self.found = [edit for _, edit in found]
        return [repair for repair, _ in found]

    def keep_found(self) -> float:
        """Let what mends everything stay, and look at the first turns again: their constant; 0.0 where they fail."""
        for edit in self.found:
            self.keep(edit)
        groups = [self.reading.observe(one.case) for one in self.seen]
        again = [Seen(one.case, part) for one, part in zip(self.seen, groups, strict=True) if part is not None]
        if len(again) < len(groups):
            return 0.0
        self.seen = again
        compared = [compare(self.reading, again, loss, self.penalty) for loss in self.losses]
        return max(compared, key=lambda one: one.num_right).scale

    def reshaping(self, comparison: Comparison, seconds: float) -> list[Repair]:
        """One edit after which each parameter keeps its shape in a batch, and every gradient is right."""
        until = self.reading.candidate.session.budget.until(seconds)
        whole = len(comparison.constants)
        seen_texts: set[tuple[int, str, str]] = set()
        for edits in self.tiers(self.units()):
            for start in range(0, len(edits), AT_ONCE):
                if time.monotonic() > until:
                    return []
                found = next(self.helping(edits[start : start + AT_ONCE], whole - 1, whole, seen_texts), None)
                if found:
                    return [Repair(*found[1].described())]
        return []

    def mending(
        self, units: list[Unit], best: float, whole: int, until: float, depth: int
    ) -> list[tuple[Repair, Edit]]:
        """The edits after which the whole is right; of several mistakes one is mended, and then the others.

        Where one mistake explains everything, one edit is looked for everywhere before several.
        """
        seen_texts: set[tuple[int, str, str]] = set()
        waiting: list[dict[int, tuple[float, Edit]]] = []
        now = time.monotonic()
        soon = now + SHARE * (until - now) if self.is_named and depth == 1 else now
        for edits in self.tiers(units):
            found: dict[int, tuple[float, Edit]] = {}  # of each line, the edit that makes most groups right
            for start in range(0, len(edits), AT_ONCE):
                if time.monotonic() > until or any(right == whole - BATCH_LEFT for right, _ in found.values()):
                    break
                for right, edit in self.helping(edits[start : start + AT_ONCE], best, whole, seen_texts):
                    if right == whole:
                        return [(Repair(*edit.described()), edit)]
                    line = edit.statement.lineno
                    if line not in found or right > found[line][0]:
                        found[line] = right, edit
            waiting.append(found)
            while waiting and time.monotonic() > soon:
                rest = self.with_others(units, waiting.pop(0), whole, until, depth)
                if rest:
                    return rest
            if time.monotonic() > until:
                break
        for found in waiting:
            rest = self.with_others(units, found, whole, until, depth)
            if rest:
                return rest
        return []

    def with_others(
        self, units: list[Unit], found: dict[int, tuple[float, Edit]], whole: int, until: float, depth: int
    ) -> list[tuple[Repair, Edit]]:
        """One of the edits that mend a part, and those that mend the rest; empty where there are none."""
        ranked = sorted(found.values(), key=lambda one: -one[0])
        for right, edit in ranked[:MOST_PARTIAL] if depth < DEEPEST else []:
            repair, undo = Repair(*edit.described()), self.keep(edit)
            now = time.monotonic()
            is_half = right == whole - BATCH_LEFT
            if is_half and depth == 1 and not self.half:
                self.half = [repair]
            rest = (
                self.mending_batch(units, whole, now + SHARE * (until - now))
                if is_half
                else self.mending(units, right, whole, now + SHARE * (until - now), depth + 1)
            )
            undo()
            if rest:
                self.mends_batch = self.mends_batch or is_half
                alone = len(rest) == 1 and next(self.helping([rest[0][1]], whole - 1, whole, set()), None)
                return rest if alone else [(repair, edit), *rest]
        return []

    def mending_batch(self, units: list[Unit], whole: int, until: float) -> list[tuple[Repair, Edit]]:
        """What mends a batch when one example is right already."""
        seen = []
        for seed in (21, 22):
            case = self.reading.case(seed, self.reading.candidate.batch_sizes[0])
            groups = self.reading.observe(case)
            if groups is None:
                return []
            seen.append(Seen(case, groups))
        compared = [compare(self.reading, seen, loss, self.penalty) for loss in self.losses]
        best = max(compared, key=lambda one: one.num_right)
        lines = self.lines_of(seen, best)
        other = Repairer(self.reading, self.program, seen, self.losses, lines, set(), [], lines_of=self.lines_of)
        other.decays, other.penalty, other.least = self.decays, self.penalty, self.least
        other.own_units = units
        if all(best.constants[name] for name in best.wrong):
            other.sooner = A_MULTIPLE
        other.single_ones = self
        return other.mending(units, best.num_right, whole, until, DEEPEST)

    def helping(
        self, edits: list[Edit], best: float, whole: int, seen_texts: set[tuple[int, str, str]]
    ) -> Iterator[tuple[float, Edit]]:
        """(groups that are right, edit) for those of the edits that are new and make more right than now."""
        batch, changes = [], []
        for edit in edits:
            text = edit.text()
            key = (edit.unit.file, edit.unit.name, text)
            if key not in seen_texts:
                seen_texts.add(key)
                batch.append(edit)
                changes.append([edit.unit.file, edit.unit.name, edit.unit.line, text])
        self.num_tried += len(changes)
        answers = self.tried(changes, self.cases[:1]) if changes else []
        for edit, change, answer in zip(batch, changes, answers, strict=True):
            right = self.mended(change, answer, best, whole)
            if right > best:
                yield right, edit

    def clearing(self, repeats: list[str], scale: float, pairs: Sequence[TwoBatches] = ()) -> list[Repair]:
        """The sums that must begin anew so that a second turn does what the first did; empty where that is not all.

        With `pairs`, so that a second batch steps with its own gradients alone.
        """
        kept: list[Repair] = []
        units = self.units()
        while repeats:
            for edit in [edit for unit in units for edit in clearings_of(unit)]:
                change = [edit.unit.file, edit.unit.name, edit.unit.line, edit.text()]
                left = self.repeating_in_batches(change, pairs) if pairs else self.repeating_after(change)
                if left is not None and len(left) < len(repeats) and self.batch_is_right(change, scale):
                    kept.append(Repair(*edit.described()))
                    self.keep(edit)
                    repeats = left
                    break
            else:
                return []
        return sorted(kept, key=lambda repair: repair.line)

    def repeating_after(self, change: Any) -> list[str] | None:
        """The groups that come twice in a second turn after a change; None where a first turn is not as it was."""
        first, second = (self.tried([change], self.cases, turns)[0] for turns in (1, 2))
        if not first or not second:
            return None
        left: list[str] = []
        for one, before, *answers in zip(self.seen, self.befores, first, second, strict=True):
            groups, again = (self.groups_after(before, answer) for answer in answers)
            if groups is None or again is None or not is_unchanged(groups, one.groups):
                return None
            left += kept_in(self.reading, one, again)
        return list(dict.fromkeys(left))

    def repeating_in_batches(self, change: Any, pairs: Sequence[TwoBatches]) -> list[str] | None:
        """The same for a second batch."""
        first = self.tried([change], self.cases)[0]
        left: list[str] = []
        for one, before, after in zip(self.seen, self.befores, first, strict=False):
            groups = self.groups_after(before, after)
            if groups is None or not is_unchanged(groups, one.groups):
                return None
        for pair in pairs if first else ():
            answers = self.tried([change], pair.as_asked())[0]
            steps = [self.groups_after(v, after) for (_, v), after in zip(pair.turns(), answers, strict=False)]
            whole = [groups for groups in steps if groups is not None]
            found = repeated_in(whole) if len(whole) == len(pair.turns()) else None
            if found is None:
                return None
            left += found
        return list(dict.fromkeys(left)) if first else None

    def keep(self, edit: Edit) -> Callable[[], None]:
        """Let an edit stay, in the sandbox too; returns how to take it back."""
        unit, ask = edit.unit, self.reading.candidate.session.ask
        before, after = unit.text(), edit.text()
        take_out = edit.apply()
        unit.refresh()
        ask("keep_change", [unit.file, unit.name, unit.line, after])

        def undo() -> None:
            take_out()
            unit.refresh()
            ask("keep_change", [unit.file, unit.name, unit.line, before])

        return undo

    def mended(self, change: Any, answer: list[Any], best: float, whole: int) -> float:
        """How many groups are right in every case after a change that did this in the first; 0 where these are few."""
        if not answer or self.num_right(answer)[0] <= best:
            return 0
        answer = self.tried([change], self.cases)[0]
        right, scale = self.num_right(answer) if len(answer) == len(self.cases) else (0, 0.0)
        if right == whole and not self.batch_is_right(change, scale):
            left = whole - BATCH_LEFT
            return left if best < left and self.groups_of(change, self.batch) is not None else 0
        ones = self.single_ones
        if right == whole and ones is not None:
            return ones.mended(change, ones.tried([change], ones.cases[:1])[0], whole - 1, whole)
        return right

    def tiers(self, units: list[Unit]) -> Iterator[list[Edit]]:
        """The edits in the order in which they are tried: small ones near the wrong numbers first, far ones last.

        Short functions, such as slopes, count as near: one mistake in them looks like several elsewhere.
        """
        near = self.likely | {(file, line + off) for file, line in self.lines for off in range(-3, 4)}
        lines = near | self.lines if self.lacks_slope else self.lines
        short = [unit for unit in units if unit.is_short]
        rings = [
            self.sorted_edits(units, lambda at: at in lines),
            self.sorted_edits(units, lambda at: at in near and at not in lines),
            self.sorted_edits(short, lambda at: at not in near and at not in lines),
        ]
        rest = self.sorted_edits([u for u in units if u not in short], lambda at: at not in near and at not in lines)
        yield [edit for ring in rings for edit in ring if self.rank(edit) <= SMALL]
        if self.is_named:
            yield [edit for edit in rest if self.rank(edit) <= SMALL]
        yield [edit for ring in rings for edit in ring if self.rank(edit) > SMALL]
        yield rest

    def sorted_edits(self, units: list[Unit], where: Where) -> list[Edit]:
        """The edits of some lines, the smallest first."""
        edits = [edit for unit in units for edit in edits_of(unit, where)]
        turn = -1 if self.lacks_slope else 1  # a slope belongs where the error is made, not where it comes from
        return sorted(edits, key=lambda edit: (self.rank(edit), turn * edit.statement.lineno))

    def rank(self, edit: Edit) -> float:
        """How late an edit comes, when the mistake has a name too."""
        return self.sooner.get(edit.rank, edit.rank)

    def batch_is_right(self, change: Any, scale: float) -> bool:
        """True unless a batch comes out wrong after a change that makes single examples right."""
        form = self.reading.candidate.described["inputs"][0]
        if is_one_example(form):
            return True
        case, groups = self.batch, self.groups_of(change, self.batch)
        if groups is None:  # a change may take neither a batch from the program nor from a parameter its shape
            return not self.batch_runs and not self.reading.resized(case)
        seen = [Seen(case, groups)]
        for loss in self.losses:
            one = compare(self.reading, seen, loss, self.penalty)
            if not one.wrong:
                return True
            scaled = Comparison(one.network, one.constants, scale, penalty=self.penalty, decays=self.decays)
            if way_of_batch(self.reading, self.program, seen, scaled):
                return True
            if only_one_counts(seen, scaled):
                return False  # of several that are computed
        if self.decays and self.is_one_by_one(change, case, groups):
            return True
        turned = self.groups_of(change, case._replace(inputs=case.inputs[::-1], labels=case.labels[::-1]))
        return turned is not None and takes_one_by_one(groups, turned)

    def groups_of(self, change: Any, case: Case) -> Groups | None:
        """What a turn takes off the parameters after a change."""
        answer = self.tried([change], [self.as_asked(case)])[0]
        return self.groups_after(self.reading.slots_of(case), answer[0]) if answer else None

    def is_one_by_one(self, change: Any, case: Case, groups: Groups) -> bool:
        """True if a batch does what its examples do one after the other, each of which is right."""
        before = self.reading.slots_of(case)
        values = before
        for place in range(len(case.inputs)):
            rows, labels = case.inputs[place : place + 1], case.labels[place : place + 1]
            candidate = self.reading.candidate
            example = [candidate.handed_inputs(rows), candidate.handed(labels), self.reading.written(values)]
            answer = self.tried([change], [example])[0]
            after = self.values_after(values, answer[0]) if answer else None
            if after is None:
                return False
            values = after
        steps = self.reading.groups(before, values)
        return all(np.abs(steps[name] - part).max() <= 1e-9 for name, part in groups.items())

    def tried(self, changes: list[Any], cases: list[Any], turns: int = 1) -> list[Any]:
        """What the turns do after each change."""
        candidate = self.reading.candidate
        return candidate.session.ask("try_changes", candidate.number, changes, cases, turns)

    def num_right(self, answer: list[Any]) -> tuple[int, float]:
        """How many groups are right after a change, and under which constant."""
        seen = []
        for one, before, after in zip(self.seen, self.befores, answer, strict=False):
            groups = self.groups_after(before, after)
            if groups is None:
                return 0, 0.0
            seen.append(Seen(one.case, groups))
        if self.single and all(
            any(are_same(one.groups, steps) for steps in alike) for one, alike in zip(seen, self.online, strict=False)
        ):
            return len(seen[0].groups), self.single.scale
        compared = [compare(self.reading, seen, loss, self.penalty, self.known) for loss in self.losses]
        kept = [one for one in compared if one.scale > self.least and self.decays.keys() <= one.decays.keys()]
        return max(((one.num_right, one.scale) for one in kept), default=(0, 0.0))

    def groups_after(self, before: Any, after: Any) -> Groups | None:
        """What a changed turn took off the parameters."""
        values = self.values_after(before, after)
        groups = None if values is None else self.reading.groups(before, values)
        return groups if groups and all(np.isfinite(part).all() for part in groups.values()) else None

    def values_after(self, before: Array, after: Any) -> Array | None:
        """All slots after a changed turn; None where a parameter is no number any more."""
        values: Array = before.copy()
        for leaf, part in zip(self.reading.candidate.leaves, after, strict=True):
            if leaf in self.reading.leaves:
                if len(part) != leaf.size or not all(isinstance(number, float) for number in part):
                    return None
                values[leaf.offset : leaf.offset + leaf.size] = part
        return values


def takes_one_by_one(groups: Groups, turned: Groups) -> bool:
    """True if a turn on the same examples in another order moves all otherwise: it takes steps for each."""
    sizes = {name: float(np.abs(part).max()) for name, part in groups.items()}
    differ = [np.abs(turned[name] - part).max() > 1e-3 * sizes[name] for name, part in groups.items() if sizes[name]]
    return bool(differ) and all(differ)


def is_unchanged(groups: Groups, before: Groups) -> bool:
    """True if all numbers are as they were."""
    return all(np.abs(groups[name] - part).max() <= 1e-9 for name, part in before.items())
