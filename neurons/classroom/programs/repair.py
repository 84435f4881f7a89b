"""A repair that was run: small edits of the program's own text, until every gradient is right on every case.

An edit may change neither the forward pass nor the loss: the gradients must be those of the network as it was read.
Where no single edit mends all, the one that mends most stays, and the search goes on.
"""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.programs.answers import Repair
from neurons.classroom.programs.choices import is_one_example, is_online, only_one_counts, repeated
from neurons.classroom.programs.edits import clearings_of, edits_of
from neurons.classroom.programs.program import Program
from neurons.classroom.programs.reading import Reading
from neurons.classroom.programs.scales import Comparison, Groups, Seen, compare
from neurons.classroom.programs.units import Edit, Unit, units_of

AT_ONCE = 60
DEEPEST = 3
SOONER: list[tuple[set[str], dict[int, float]]] = [  # which ranks of edits come sooner, where a mistake is named
    ({"A1", "L7", "A6", "Bi4", "W9"}, {6: 1.5, 7: 2.5}),  # a factor is missing
    ({"C3", "L6"}, {8: 0.5}),  # a term is missing
    ({"X1"}, {7: 0.5}),
]


class Repairer:
    """Looks for edits after which a reading's program is right."""

    def __init__(
        self,
        reading: Reading,
        program: Program,
        seen: list[Seen],
        losses: list[str],
        line: tuple[str, int] | None,
        likely: set[tuple[str, int]],
        ids: list[str],
    ) -> None:
        self.reading, self.program, self.losses, self.line = reading, program, losses, line
        self.seen = seen
        handed = reading.candidate.handed
        self.cases = [[one.case.inputs.tolist(), handed(one.case.labels), reading.writes(one.case)] for one in seen]
        self.befores = [reading.slots_of(one.case) for one in seen]
        self.sooner = next((ranks for some, ranks in SOONER if some & set(ids)), {})
        self.lacks_slope = bool({"A1", "L7", "A6"} & set(ids))
        self.likely = likely  # lines in which the mistake may stand
        self.decays: dict[str, float] = {}  # of the weights, which a repair must keep
        self.known: dict[tuple[int, str], Groups] = {}
        self.num_tried = 0

    def units(self) -> list[Unit]:
        """What edits may change: the functions that run in a turn, and the loop's body."""
        candidate = self.reading.candidate
        case = self.seen[0].case
        done = candidate.turn(self.befores[0], case.inputs, case.labels, self.reading.leaves, record=True)
        if done is None:
            return []
        places = candidate.session.ask("places")
        lines = {(int(places[p][0]), int(places[p][1])) for p in set(done[1].places.tolist())}
        loop = int(candidate.described["file"]), int(candidate.described["line"])
        return units_of(self.program, lines, loop, {leaf.own_name for leaf in self.reading.leaves})

    def search(self, comparison: Comparison, seconds: float) -> list[Repair]:
        """The edits that mend everything, in the order in which they were found; empty where none do."""
        until = time.monotonic() + seconds
        units = self.units()
        self.decays = comparison.decays
        kept: list[Repair] = []
        best = comparison.num_right if comparison.scale > 0.0 else 0
        for _ in range(DEEPEST):
            better, edit = self.best_edit(units, best, until, comparison)
            if edit is None:
                return []
            kept.append(Repair(*edit.described()))
            if better == len(comparison.constants):
                return kept
            best = better
            self.keep(edit)
        return []

    def clearing(self, repeats: list[str], scale: float) -> list[Repair]:
        """The sums that must begin anew so that a second turn does what the first did; empty where that is not all."""
        kept: list[Repair] = []
        units = self.units()
        while repeats:
            for edit in [edit for unit in units for edit in clearings_of(unit)]:
                change = [edit.unit.file, edit.unit.name, edit.unit.line, edit.text()]
                left = self.repeating_after(change)
                if left is not None and len(left) < len(repeats) and self.batch_is_right(change, scale):
                    kept.append(Repair(*edit.described()))
                    self.keep(edit)
                    repeats = left
                    break
            else:
                return []
        return kept

    def repeating_after(self, change: Any) -> list[str] | None:
        """The groups that come twice in a second turn after a change; None where a first turn is not as it was."""
        first, second = (self.tried([change], self.cases, turns)[0] for turns in (1, 2))
        if not first or not second:
            return None
        left: list[str] = []
        for one, before, *answers in zip(self.seen, self.befores, first, second, strict=True):
            groups, again = (self.groups_after(before, answer) for answer in answers)
            if (
                groups is None
                or again is None
                or any(np.abs(groups[n] - v).max() > 1e-9 for n, v in one.groups.items())
            ):
                return None
            left += repeated(groups, again)
        return list(dict.fromkeys(left))

    def keep(self, edit: Edit) -> None:
        """Let an edit stay, in the sandbox too."""
        unit, text = edit.unit, edit.text()
        change = [unit.file, unit.name, unit.line, text]
        edit.apply()
        unit.refresh()
        self.reading.candidate.session.ask("keep_change", change)

    def best_edit(self, units: list[Unit], best: int, until: float, comparison: Comparison) -> tuple[int, Edit | None]:
        """The first edit that mends everything, else the one that makes most groups right."""
        found: tuple[int, Edit | None] = (best, None)
        whole = len(comparison.constants)
        seen_texts: set[tuple[int, str, str]] = set()
        for some in self.in_parts(units):
            if time.monotonic() > until:
                break
            batch, changes = [], []
            for edit in some:
                text = edit.text()
                key = (edit.unit.file, edit.unit.name, text)
                if key not in seen_texts:
                    seen_texts.add(key)
                    batch.append(edit)
                    changes.append([edit.unit.file, edit.unit.name, edit.unit.line, text])
            if not changes:
                continue
            self.num_tried += len(changes)
            answers = self.tried(changes, self.cases[:2])  # one number alone is a multiple of any other
            for edit, change, answer in zip(batch, changes, answers, strict=True):
                if not answer or self.num_right(answer)[0] <= found[0]:
                    continue
                answer = self.tried([change], self.cases)[0]
                right, scale = self.num_right(answer) if len(answer) == len(self.cases) else (0, 0.0)
                if right == whole and not self.batch_is_right(change, scale):
                    continue
                if right > found[0]:
                    found = (right, edit)
                if right == whole:
                    return found
        return found

    def in_parts(self, units: list[Unit]) -> Iterator[list[Edit]]:
        """The edits of the likely lines first, then those of the others, the smallest first."""
        near = set(self.likely)
        if self.line is not None:
            near |= {(self.line[0], self.line[1] + off) for off in range(-3, 4)}
        for where in (lambda at: at in near, lambda at: at not in near):
            edits = [edit for unit in units for edit in edits_of(unit, where)]
            turn = -1 if self.lacks_slope else 1  # a slope belongs where the error is made, not where it comes from
            edits.sort(key=lambda edit: (self.sooner.get(edit.rank, edit.rank), turn * edit.statement.lineno))
            for start in range(0, len(edits), AT_ONCE):
                yield edits[start : start + AT_ONCE]

    def batch_is_right(self, change: Any, scale: float) -> bool:
        """True unless a batch of three comes out wrong after a change that makes single examples right."""
        form = self.reading.candidate.described["inputs"][0]
        if is_one_example(form):
            return True
        case = self.reading.case(21, 3)
        before = self.reading.slots_of(case)
        labels = self.reading.candidate.handed(case.labels)
        answer = self.tried([change], [[case.inputs.tolist(), labels, self.reading.writes(case)]])[0]
        groups = self.groups_after(before, answer[0]) if answer else None
        if groups is None:  # a change may take neither a batch from the program nor from a parameter its shape
            return self.reading.observe(case) is None
        seen = [Seen(case, groups)]
        for loss in self.losses:
            one = compare(self.reading, seen, loss, decay=bool(self.decays))
            if not one.wrong:
                return True
            scaled = Comparison(one.network, one.constants, scale, decays=self.decays)
            if is_online(self.reading, seen, scaled) or only_one_counts(self.reading, seen, scaled):
                return True
        return bool(self.decays) and self.is_one_by_one(change, case, groups)

    def is_one_by_one(self, change: Any, case: Case, groups: Groups) -> bool:
        """True if a batch does what its examples do one after the other, each of which is right."""
        before = self.reading.slots_of(case)
        values = before
        for place in range(len(case.inputs)):
            rows, labels = case.inputs[place : place + 1].tolist(), case.labels[place : place + 1]
            example = [rows, self.reading.candidate.handed(labels), self.reading.written(values)]
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
        decay = bool(self.decays)
        compared = [compare(self.reading, seen, loss, decay, known=self.known) for loss in self.losses]
        kept = [one for one in compared if one.scale > 0.0 and self.decays.keys() <= one.decays.keys()]
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
