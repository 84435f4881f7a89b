"""A quiz for Moodle: a numerical question for each number, whose wrong answers have the mistake's question as feedback.

Moodle takes the first answer that matches: the right one comes first, then the wrong ones from the narrowest to the
widest tolerance, at last any other number. Source: "Moodle XML format" in Moodle's documentation, type numerical.
"""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from neurons.classroom.worksheets.judging import MISTAKE, Judge, Verdict, WrongNumber
from neurons.classroom.worksheets.printing import table_of_numbers
from neurons.classroom.worksheets.sheet import Sheet
from neurons.classroom.worksheets.store import asked_questions
from neurons.classroom.worksheets.words import MOST_NAMED, UNRECOGNISED, verdict_words

NOT_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def moodle_quiz(sheets: Sequence[Sheet]) -> bytes:
    """moodle.xml: a category per sheet, a question per number."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    for sheet in sheets:
        parts.append(category(sheet))
        judge = Judge(sheet)
        parts += [question(sheet, judge, k) for k in asked_questions(sheet)]
    return "\n".join([*parts, "</quiz>\n"]).encode("utf-8", "replace")


def category(sheet: Sheet) -> str:
    """The folder of Moodle's question bank that the next questions go to."""
    name = " ".join(valid(sheet.name or f"Sheet {sheet.number}").split()).replace(
        "/", "//"
    )  # a single stroke would begin a subcategory
    path = f"$course$/top/Backpropagation by hand/{sheet.number:03d} {name}"
    return f'<question type="category"><category><text>{escape(path)}</text></category></question>'


def question(sheet: Sheet, judge: Judge, k: int) -> str:
    """One number, asked alone: what an earlier mistake makes of it is among the wrong answers."""
    label = sheet.formulas.label(k)
    what = sheet.formulas.questions[k].label(sheet.formulas.network)
    right = judge.true[sheet.formulas.first + k]
    answers = [answer(100, f"{right:.10g}", judge.allowed[sheet.formulas.first + k], "Right.")]
    answers += [
        answer(0, f"{value:.10g}", tolerance, words)
        for tolerance, value, words in sorted(wrong_answers(sheet, judge, k))
    ]
    answers.append(answer(0, "*", 0.0, UNRECOGNISED))
    asked = f"<p>What is <b>{escape(what)}</b>? Give {sheet.decimals} decimals.</p>{table_of_numbers(sheet)}"
    return (
        f'<question type="numerical"><name><text>{escape(f"{sheet.number:03d} {label}")}</text></name>'
        f'<questiontext format="html"><text>{cdata(asked)}</text></questiontext>'
        f"<defaultgrade>1</defaultgrade><penalty>0.3333333</penalty>{''.join(answers)}"
        "<unitgradingtype>0</unitgradingtype><unitpenalty>0.1</unitpenalty><showunits>3</showunits>"
        "<unitsleft>0</unitsleft></question>"
    )


def wrong_answers(sheet: Sheet, judge: Judge, k: int) -> list[tuple[float, float, str]]:
    """(tolerance, number, feedback) of the numbers that mistakes give; those that rounding cannot tell apart in one."""
    place = sheet.formulas.first + k
    right, near = judge.true[place], judge.allowed[place]
    found = []
    for group in groups(sorted(judge.alone(k), key=lambda explanation: explanation.value), near):
        low, high = group[0].value - near, group[-1].value + near
        if low < right + near and high > right - near:  # part of it would be the right answer
            low, high = (max(low, right + near), high) if group[-1].value > right else (low, min(high, right - near))
        nearest = sorted(group, key=lambda explanation: -explanation.start)
        ids = tuple(dict.fromkeys(explanation.id for explanation in nearest))[:MOST_NAMED]
        words = verdict_words(sheet.formulas, k, Verdict(MISTAKE, ids, nearest[0].start), sheet.decimals)
        if high > low:
            found.append(((high - low) / 2.0, (high + low) / 2.0, words))
    return found


def groups(explanations: list[WrongNumber], near: float) -> list[list[WrongNumber]]:
    """Neighbours that are closer than both may be off, together."""
    found: list[list[WrongNumber]] = []
    for explanation in explanations:
        if found and explanation.value - found[-1][-1].value <= 2.0 * near:
            found[-1].append(explanation)
        else:
            found.append([explanation])
    return found


def answer(fraction: int, number: str, tolerance: float, feedback: str) -> str:
    """One answer that Moodle compares with."""
    return (
        f'<answer fraction="{fraction}" format="moodle_auto_format"><text>{number}</text>'
        f'<feedback format="html"><text>{cdata(escape(feedback))}</text></feedback>'
        f"<tolerance>{tolerance:.3g}</tolerance></answer>"
    )


def cdata(html: str) -> str:
    """HTML inside XML."""
    return f"<![CDATA[{valid(html)}]]>"


def valid(text: str) -> str:
    """Without the characters that XML cannot hold, and the end of a CDATA section."""
    return NOT_XML.sub("", text).replace("]]>", "")
