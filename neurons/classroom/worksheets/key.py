"""The teacher's key: every right number, and which wrong number means which mistake."""

from itertools import groupby
from math import isfinite
from typing import NamedTuple

from neurons.classroom.worksheets.formulas import function_of
from neurons.classroom.worksheets.sheet import Sheet, right_answers, tolerances
from neurons.classroom.worksheets.words import answer_text

MOST_BESIDE = 4  # numbers, in half the width of a page


class WrongNumbers(NamedTuple):
    """What one mistake, or several that give the same numbers, makes of the questions of a group."""

    ids: tuple[str, ...]
    numbers: tuple[str, ...]  # one per question, "" where the mistake shows nothing


class Group(NamedTuple):
    """The questions for the same quantity of one layer, all in one step of the calculation."""

    questions: tuple[int, ...]
    right: tuple[str, ...]
    wrong: tuple[WrongNumbers, ...]


def key_of(sheet: Sheet) -> list[Group]:
    """The groups of a sheet's questions, those that are asked, in their order."""
    formulas, decimals = sheet.formulas, sheet.decimals
    v = right_answers(formulas, sheet.given)
    allowed = tolerances(formulas, v, sheet.rounding)
    asked = [k for k in range(len(formulas.questions)) if formulas.asks(k)]
    found = []
    for questions in grouped(sheet, asked):
        rows: dict[tuple[str, ...], dict[str, None]] = {}
        for wrong_way in formulas.wrong_ways:
            numbers = []
            for k in questions:
                place, value = formulas.first + k, float("nan")
                if k in wrong_way.texts:
                    value = function_of(wrong_way.texts[k])(v)
                shows = isfinite(value) and abs(value - v[place]) > allowed[place]
                numbers.append(answer_text(value, decimals) if shows else "")
            if any(numbers):
                rows.setdefault(tuple(numbers), {})[wrong_way.id] = None
        merge_halves(rows)
        right = tuple(answer_text(v[formulas.first + k], decimals) for k in questions)
        found.append(Group(questions, right, tuple(WrongNumbers(tuple(ids), row) for row, ids in rows.items())))
    return found


def grouped(sheet: Sheet, asked: list[int]) -> list[tuple[int, ...]]:
    """The questions by quantity and layer, in pieces that fit beside each other."""
    questions = sheet.formulas.questions
    found = []
    for _, group in groupby(asked, lambda k: (questions[k].quantity, questions[k].layer)):
        together = list(group)
        pieces = -(-len(together) // MOST_BESIDE)
        size = -(-len(together) // pieces)
        found += [tuple(together[i : i + size]) for i in range(0, len(together), size)]
    return found


def merge_halves(rows: dict[tuple[str, ...], dict[str, None]]) -> None:
    """Make one row of two of the same mistake that fill different columns: the first weight skipped, or the last."""
    for numbers, ids in list(rows.items()):
        for others, other_ids in list(rows.items()):
            if numbers in rows and ids == other_ids and not any(a and b for a, b in zip(numbers, others, strict=True)):
                del rows[numbers], rows[others]
                rows[tuple(a or b for a, b in zip(numbers, others, strict=True))] = ids
