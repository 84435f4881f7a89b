"""A class's answers, judged: points, a page per student, and one on what went wrong most often."""

import csv
import io
import os
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from neurons.checks import how_many
from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.grading.reports import page, spreadsheet_text
from neurons.classroom.worksheets.judging import AGAIN, COARSE, EARNS, EMPTY, FOLLOWS, GOOD, Verdict, judged
from neurons.classroom.worksheets.sheet import Sheet, right_answers
from neurons.classroom.worksheets.store import asked_questions, read_answers, read_sheets
from neurons.classroom.worksheets.words import COUNTING, answer_text, verdict_words
from neurons.storage.files import write_whole

COMMONEST = 10


class Checked(NamedTuple):
    """One student's answers and what they are."""

    sheet: Sheet
    answers: list[str]
    verdicts: list[Verdict]

    @property
    def points(self) -> int:
        """One per question, less one for each mistake and for each answer that is missing or was not recognised."""
        return sum(self.verdicts[k].kind in EARNS for k in asked_questions(self.sheet))

    @property
    def of(self) -> int:
        """How many questions there are."""
        return len(asked_questions(self.sheet))

    @property
    def made(self) -> list[int]:
        """The questions with an answer that is wrong in itself."""
        return [k for k in asked_questions(self.sheet) if self.verdicts[k].kind not in (*GOOD, EMPTY)]

    @property
    def name(self) -> str:
        """The student, or the number of the sheet."""
        return self.sheet.name or f"Sheet {self.sheet.number}"


class ClassAnswers(NamedTuple):
    """What came of checking a class."""

    folder: str
    checked: list[Checked]
    missing: list[Sheet]  # without a single answer

    def __str__(self) -> str:
        lines = [f"{how_many(len(self.checked), 'sheet')} checked."]
        if self.missing:
            lines.append(f"{how_many(len(self.missing), 'sheet')} without answers.")
        lines += [f"  {line}" for line in commonest_mistakes(self.checked)[:3]]
        names = [os.path.join(self.folder, name) for name in ("results.csv", "students.html", "class.html")]
        return "\n".join([*lines, f"See {', '.join(names[:2])} and {names[2]}."])

    def __repr__(self) -> str:
        return f"{how_many(len(self.checked), 'sheet')} checked in {self.folder}"


def check_worksheet(answers: "str | os.PathLike[str]") -> ClassAnswers:
    """Judge the answers in a filled-in answers.csv; write results.csv, students.html and class.html beside it.

    Raises `FileError` where the file, or the worksheet.json beside it, cannot be read.
    """
    path = os.fspath(answers)
    folder = os.path.dirname(path) or "."
    sheets = read_sheets(folder)
    given = read_answers(path, sheets)
    checked, missing = [], []
    for sheet in sheets:
        texts = given.get(sheet.number, [])
        if any(text.strip() for text in texts):
            checked.append(Checked(sheet, texts, judged(sheet, texts)))
        else:
            missing.append(sheet)
    write_whole(os.path.join(folder, "results.csv"), results_table(checked, missing))
    write_whole(os.path.join(folder, "students.html"), students_page(checked))
    write_whole(os.path.join(folder, "class.html"), class_page(checked, missing))
    return ClassAnswers(folder, checked, missing)


def mistake_name(verdict: Verdict) -> str:
    """The mistake that a wrong answer is counted as: the first where several give its number."""
    return str(CATALOGUE[verdict.ids[0]]) if verdict.ids else "a number that was not recognised"


def mistakes_made(checked: Checked) -> list[str]:
    """The names of a student's mistakes, each once, as the last number that each has made tells."""
    names = {}
    for k in checked.made:
        verdict = checked.verdicts[k]
        names[verdict.start if verdict.kind == AGAIN else k] = mistake_name(verdict)
    return list(dict.fromkeys(names.values()))


def commonest_mistakes(checked: Sequence[Checked]) -> list[str]:
    """How many students made which mistake, the commonest first."""
    counts = Counter(name for one in checked for name in mistakes_made(one))
    return [f"{count} of {len(checked)}: {name}" for name, count in counts.most_common(COMMONEST)]


def results_table(checked: Sequence[Checked], missing: Sequence[Sheet]) -> bytes:
    """results.csv: a line per student."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    counted = ["mistakes", "made again", "from earlier numbers", "too few decimals"]
    table.writerow(["sheet", "name", "points", "of", *counted])
    for one in checked:
        kinds = Counter(one.verdicts[k].kind for k in asked_questions(one.sheet))
        mistakes = "; ".join(mistakes_made(one))
        table.writerow(
            [
                one.sheet.number,
                spreadsheet_text(one.sheet.name),
                one.points,
                one.of,
                mistakes,
                kinds[AGAIN],
                kinds[FOLLOWS],
                kinds[COARSE],
            ]
        )
    for sheet in missing:
        table.writerow([sheet.number, spreadsheet_text(sheet.name), "", len(asked_questions(sheet)), "", "", "", ""])
    return text.getvalue().encode("utf-8-sig", "replace")


def students_page(checked: Sequence[Checked]) -> bytes:
    """What each student should read, one after the other."""
    return page("What your answers say", "\n".join([f"<p>{COUNTING}</p>", *map(student_section, checked)]))


def student_section(one: Checked) -> str:
    """The answers of one student that are not simply right."""
    formulas, decimals = one.sheet.formulas, one.sheet.decimals
    v = right_answers(formulas, one.sheet.given)
    rows = []
    for k in asked_questions(one.sheet):
        verdict = one.verdicts[k]
        words = verdict_words(formulas, k, verdict, decimals)
        if verdict.kind == "right":
            continue
        if verdict.kind == EMPTY:
            words = "Not answered."
        right = answer_text(v[formulas.first + k], decimals)
        cells = (formulas.label(k), one.answers[k].strip(), right, words)
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "<tr><th>question</th><th>your answer</th><th>right</th><th></th></tr>"
    table = f"<table>{head}{''.join(rows)}</table>" if rows else "<p>All right.</p>"
    return f"<h2><bdi>{escape(one.name)}</bdi></h2><p>{one.points} of {one.of} points.</p>{table}"


def class_page(checked: Sequence[Checked], missing: Sequence[Sheet]) -> bytes:
    """The class: the commonest mistakes, and question by question how many have it right."""
    body = [f"<p>{how_many(len(checked), 'sheet')} checked.</p>"]
    if missing:
        names = ", ".join(sheet.name or f"Sheet {sheet.number}" for sheet in missing)
        body.append(f"<p>Without answers: {escape(names)}.</p>")
    common = "".join(f"<li>{escape(line)}</li>" for line in commonest_mistakes(checked))
    if common:
        body.append(f"<h2>The commonest mistakes</h2><ul>{common}</ul>")
    rows = [question_row(k, checked) for k in asked_questions(checked[0].sheet)] if checked else []
    if rows:
        body.append(
            "<h2>By question</h2><table><tr><th>question</th><th>right</th><th>commonest mistakes</th></tr>"
            + "\n".join(rows)
            + "</table>"
        )
    return page("The class", "\n".join(body))


def question_row(k: int, checked: Sequence[Checked]) -> str:
    """One question: how many answers are right, also from an earlier number, and the commonest mistakes made in it."""
    verdicts = [one.verdicts[k] for one in checked if one.verdicts[k].kind != EMPTY]
    right = sum(verdict.kind in GOOD for verdict in verdicts)
    bar = f'<span class="bar" style="width: {8 * right / len(verdicts) if verdicts else 0:.2f}rem"></span>'
    mistakes = Counter(mistake_name(verdict) for verdict in verdicts if verdict.kind not in GOOD)
    named = "<br>".join(escape(f"{count} of {len(verdicts)}: {name}") for name, count in mistakes.most_common(3))
    summary = f"{right} of {len(verdicts)} {bar}" if verdicts else "not answered"
    label = escape(checked[0].sheet.formulas.label(k))
    return f'<tr><td>{label}</td><td class="count">{summary}</td><td>{named}</td></tr>'
