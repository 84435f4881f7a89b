"""What a student's answers say: right, right from an earlier number, a mistake by its name, or not recognised.

Each answer is compared with what follows from the student's own numbers before it, so that one mistake is one mistake.
`page/judge.js` does the same in a browser.
"""

import re
from collections.abc import Sequence
from math import isnan, nan
from typing import NamedTuple

from neurons.classroom.diagnosis.catalogue import CATALOGUE, Mistake
from neurons.classroom.worksheets.formulas import SheetFormulas, WrongWay, function_of
from neurons.classroom.worksheets.sheet import Sheet, names_in, right_answers, slack_of, tolerances

RIGHT, FOLLOWS, COARSE, MISTAKE = "right", "follows", "coarse", "mistake"
UNKNOWN, EMPTY, UNREADABLE = "unknown", "empty", "unreadable"
GOOD = (RIGHT, FOLLOWS, COARSE)  # what earns the point
NUMBER = re.compile(r"[+-]?(\d+([.,](\d*))?|[.,](\d+))(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)


class Verdict(NamedTuple):
    """What one answer is."""

    kind: str
    ids: tuple[str, ...] = ()  # of a mistake: those that give this number
    start: int = -1  # the question where the mistake was made; of what follows, the one it goes back to


class WrongNumber(NamedTuple):
    """A number that a mistake gives, and the question where it is made."""

    value: float
    id: str
    start: int


def read_number(text: str) -> tuple[float, int] | None:
    """A typed number, with a comma or a point, and how many decimals it has; None if it is not a number."""
    plain = "".join(text.split()).replace("\u2212", "-").replace("\u2013", "-")
    found = NUMBER.fullmatch(plain)
    if found is None:
        return None
    decimals = 17 if found[5] else len(found[3] or found[4] or "")
    return float(plain.replace(",", ".")), decimals


class Judge:
    """Goes through a student's answers in order, with the student's own numbers."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.formulas: SheetFormulas = sheet.formulas
        self.unit = sheet.rounding
        self.true = right_answers(self.formulas, sheet.given)
        self.allowed = tolerances(self.formulas, self.true, self.unit)
        self.start_again()

    def alone(self, k: int) -> list[WrongNumber]:
        """What every mistake, made here or earlier, makes of question k as long as the student gave no number."""
        right, near = self.true[self.formulas.first + k], self.allowed[self.formulas.first + k]
        return [e for e in self.explanations(k) if abs(e.value - right) > near]

    def start_again(self) -> None:
        """Forget what the student gave; the numbers printed on the sheet are known."""
        first = self.formulas.first
        self.own = self.true[:first]  # grows question by question
        self.slack = [0.0] * first
        printed = [k for k in range(len(self.formulas.questions)) if not self.formulas.asks(k)]
        self.pinned = {first + k: self.true[first + k] for k in printed}  # the place of each number that is known
        self.roots: dict[int, int] = {}  # place -> the question with the mistake that this number goes back to
        self.worked: dict[int, list[float]] = {}  # wrong way -> its numbers so far

    def verdicts(self, answers: Sequence[str]) -> list[Verdict]:
        """A verdict for each question of the sheet, those that are printed included: they are right."""
        self.start_again()
        first = self.formulas.first
        found = []
        for k, answer in enumerate(answers):
            verdict, value = self.judged(k, answer)
            self.own.append(value)
            if verdict.kind != EMPTY:
                self.pin(first + k, value)
            found.append(verdict)
        return found

    def pin(self, place: int, value: float) -> None:
        """All go on with this number."""
        self.pinned[place] = value
        for v in self.worked.values():
            if len(v) > place:
                v[place] = value

    def judged(self, k: int, answer: str) -> tuple[Verdict, float]:
        """The verdict on question k, and the number with which the student goes on."""
        place, text = self.formulas.first + k, self.formulas.right[k]
        true, follows = self.true[place], function_of(text)(self.own)
        near = max(slack_of(text, self.own, self.slack, self.unit), self.allowed[place])
        self.slack.append(near)
        if not self.formulas.asks(k):
            return Verdict(RIGHT), true
        number = read_number(answer)
        if number is None:
            self.go_back(place, text)
            return Verdict(UNREADABLE if answer.strip() else EMPTY), follows
        typed, decimals = number
        if abs(typed - true) <= near:
            return Verdict(RIGHT), true
        ways = [(way, function_of(way)(self.own)) for way in (text, self.formulas.others.get(k, text))]
        for way, value in ways:
            if abs(typed - value) <= near:
                root = self.go_back(place, way)
                return Verdict(RIGHT) if root < 0 else Verdict(FOLLOWS, (), root), value
        for way, value in (("", true), *ways):
            if is_rounded_further(typed, decimals, value, self.sheet.decimals):
                return Verdict(COARSE, (), self.go_back(place, way)), value
        self.roots[place] = k
        rights = [true, *(value for _, value in ways)]
        named = [e for e in self.explanations(k) if min(abs(e.value - right) for right in rights) > near]
        hits = together([e for e in named if abs(e.value - typed) <= near], named, near)
        if not hits:
            return Verdict(UNKNOWN), typed
        ids = tuple(dict.fromkeys(hit.id for hit in hits))
        return Verdict(MISTAKE, ids, max(hit.start for hit in hits)), hits[0].value

    def go_back(self, place: int, way: str) -> int:
        """The question with the mistake that a number goes back to, if there is one, or -1."""
        root = next((self.roots[name] for name in names_in(way) if name in self.roots), -1)
        if root >= 0:
            self.roots[place] = root
        return root

    def explanations(self, k: int) -> list[WrongNumber]:
        """What each mistake makes of question k, given the numbers before it: those made in k first, then near ones."""
        found = []
        for number, wrong_way in enumerate(self.formulas.wrong_ways):
            if wrong_way.begins <= k:
                starts = [
                    j for j in wrong_way.texts if j <= k and (j == k or self.formulas.first + j not in self.pinned)
                ]
                value = self.work(number, wrong_way, k) if starts else nan
                if not isnan(value):
                    found.append(WrongNumber(value, wrong_way.id, k if k in starts else min(starts)))
        found.sort(key=lambda explanation: -explanation.start)
        return found

    def work(self, number: int, wrong_way: WrongWay, k: int) -> float:
        """The number of question k on this wrong way, with the student's own numbers where there are some."""
        first, right, texts = self.formulas.first, self.formulas.right, wrong_way.texts
        v = self.worked.get(number)
        if v is None:  # up to its first change it is the right way
            v = self.worked[number] = self.own[: first + wrong_way.begins]
        for place in range(len(v), first + k + 1):
            if place in self.pinned:
                v.append(self.pinned[place])
            else:
                v.append(function_of(texts.get(place - first, right[place - first]))(v))
        return v[first + k]


def is_rounded_further(typed: float, decimals: int, value: float, asked: int) -> bool:
    """True if the answer is this value with fewer decimals than asked, but at least two, and not rounded to 0."""
    return 2 <= decimals < asked and typed != 0.0 and abs(typed - value) <= 0.5000001 * 10.0**-decimals


def together(hits: list[WrongNumber], named: list[WrongNumber], near: float) -> list[WrongNumber]:
    """The hits, and the explanations that rounding cannot tell from them."""
    size = 0
    while len(hits) > size:
        size = len(hits)
        hits = [e for e in named if any(abs(e.value - hit.value) <= near for hit in hits)]
    return hits


def judged(sheet: Sheet, answers: Sequence[str]) -> list[Verdict]:
    """A verdict for each of the sheet's questions; `answers` has a text per question, "" where none was given."""
    return Judge(sheet).verdicts(answers)


def mistakes_of(verdict: Verdict) -> list[Mistake]:
    """The rows of the catalogue that a verdict names."""
    return [CATALOGUE[mistake_id] for mistake_id in verdict.ids]
