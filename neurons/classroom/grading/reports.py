"""The grades as files: a table, a page per student, one on the class, and what Gradescope and GitHub Classroom read."""

import csv
import hashlib
import io
import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

from neurons import FileError
from neurons.checks import how_many
from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.exercises.result import NOT_WRITTEN
from neurons.classroom.sandbox.containment import DESCRIPTIONS
from neurons.pages import document
from neurons.storage.files import write_whole

STYLE = """\
body { font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.45;
       color: #222; background: #fff }
pre { background: #f4f4f2; padding: 0.8rem; overflow-x: auto; white-space: pre-wrap }
table { border-collapse: collapse } td, th { padding: 0.25rem 0.8rem 0.25rem 0; text-align: left; vertical-align: top }
h2.passed::before { content: "\\2713\\00a0"; color: #1a7f37 }
h2.open::before { content: "\\2717\\00a0"; color: #b35900 }
h2 { font-size: 1.1rem } .bar { background: #c9dcef; display: inline-block; height: 0.8rem }
.count { white-space: nowrap }
.message { background: #f4f4f2; padding: 0.4rem 0 } .message pre { margin: 0; padding: 0 0.8rem }
pre.table { white-space: normal; display: grid; gap: 0 1.5ch; justify-content: start }
.table { grid-template-columns: repeat(calc(1 + var(--values)), auto) } .row { display: contents }
.row span + span { text-align: right } .row :first-child { padding-left: 2ch }
@media (max-width: 35rem) {
  .table { grid-template-columns: 1fr repeat(var(--values), auto); justify-content: stretch; font-size: 12px }
  .row :first-child { grid-column: 1 / -1 } .row :nth-child(2) { grid-column: 2 } /* numbers below their name */
  .bar { display: none } .count { white-space: normal }
  td, th { padding-right: 0.5rem; font-size: 0.9rem; overflow-wrap: break-word }
}
"""
LONGEST_ROW = 200  # characters of a table


def made_folder(path: str) -> str:
    """The folder, made if it is not there; `FileError` where it cannot be."""
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path} cannot be made: {error.strerror}") from None
    except RecursionError:
        raise FileError("the folder for the grades is too many folders deep: name another") from None
    return path


def file_stem(student: str) -> str:
    """A file name for a student: readable, and different for different students on every file system."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", student).strip("-")[:40]
    return f"{readable or 'student'}-{hashlib.sha256(student.encode('utf-8', 'replace')).hexdigest()[:16]}"


def page(title: str, body: str) -> bytes:
    """A page that needs nothing but itself."""
    return document(title, STYLE, f"<h1>{escape(title)}</h1>\n{body}")


def spreadsheet_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in "=+-@\t\r＝＋－＠" and text else text


def message_text(result: dict[str, Any]) -> str:
    """What the student would have seen."""
    parts = [result["message"], *result["notes"]]
    if result["printed"]:
        parts.append("It printed:\n" + result["printed"])
    return "\n\n".join(part for part in parts if part)


def message_html(text: str) -> str:
    """The text with its lines wrapped; tables in columns."""

    def is_row(line: str) -> bool:
        has_columns = "  " in line.strip() or line.startswith(" " * 12)
        return line.startswith("  ") and has_columns and len(line) <= LONGEST_ROW

    parts = []
    for are_rows, group in groupby(text.split("\n"), is_row):
        lines = list(group)
        parts.append(table_html(lines) if are_rows else f"<pre>\n{escape(chr(10).join(lines))}</pre>")
    return "".join(parts)


def table_html(rows: list[str]) -> str:
    """Rows of text whose columns are parted where every row has two spaces, and before an arrow."""
    parted = [row.partition("<- ") for row in rows]

    def is_blank(at: int) -> bool:
        return not any(line[at : at + 1].strip() for line, _, _ in parted)

    starts = [0]
    for at in range(2, max(map(len, rows))):
        is_start = is_blank(at - 2) and is_blank(at - 1) and not is_blank(at)
        if is_start and any(line[:at].strip() for line, _, _ in parted):
            starts.append(at)
    html = []
    for line, arrow, words in parted:
        cells = [line[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)] + [arrow + words]
        html.append("<span class=row>" + "".join(f"<span>{escape(cell)}</span>" for cell in cells) + "</span>")
    return f'<pre class="table" style="--values: {len(starts)}">{chr(10).join(html)}</pre>'


def write_reports(
    out: str,
    graded: list[dict[str, Any]],
    exercises: Sequence[Exercise],
    level: str,
    failed: dict[str, str],
    unread: dict[str, list[str]],
) -> None:
    """Write all files that are for people and for other systems."""
    for folder in ("students", "gradescope", "github"):
        made_folder(os.path.join(out, folder))
    write_whole(os.path.join(out, "grades.csv"), grades(graded, exercises, failed))
    write_whole(os.path.join(out, "class.html"), class_page(graded, exercises, level, failed, unread))
    for entry in graded:
        name = file_stem(entry["student"])
        write_whole(os.path.join(out, "students", name + ".html"), student_page(entry))
        for folder, content in (("gradescope", gradescope(entry)), ("github", github(entry))):
            place = os.path.join(out, folder, name)
            made_folder(place)
            data = json.dumps(content, indent=1).encode("ascii")
            write_whole(os.path.join(place, "results.json" if folder == "gradescope" else "autograding.json"), data)


def grades(graded: list[dict[str, Any]], exercises: Sequence[Exercise], failed: dict[str, str]) -> bytes:
    """grades.csv: a line per student, 1 for each exercise that is passed; empty where it was not handed in."""
    text = io.StringIO()
    # In quotes: a spreadsheet that parts cells at semicolons would find a formula in the name `a;=1+1`.
    table = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    names = [exercise.name for exercise in exercises]
    table.writerow(["student", "passed", "of", *names, "containment", "remarks"])
    for entry in graded:
        marks = {r["exercise"]: int(r["passed"]) if r["submitted"] else "" for r in entry["results"]}
        passed = sum(r["passed"] for r in entry["results"])
        remarks = spreadsheet_text("; ".join(entry["remarks"]))
        marked = [marks.get(name, "") for name in names]
        table.writerow([spreadsheet_text(entry["student"]), passed, len(names), *marked, entry["containment"], remarks])
    for student, why in sorted(failed.items()):
        table.writerow(
            [spreadsheet_text(student), "", len(names), *[""] * len(names), "", spreadsheet_text(f"not graded: {why}")]
        )
    return text.getvalue().encode("utf-8", "replace")


def student_page(entry: dict[str, Any]) -> bytes:
    """The messages of one student."""
    results = [result for result in entry["results"] if result["submitted"]]
    passed = sum(result["passed"] for result in results)
    body = [f"<p>{passed} of {len(entry['results'])} passed.</p>"]
    body += [f"<p>{escape(remark[0].upper() + remark[1:])}.</p>" for remark in entry["remarks"]]
    for result in results:
        kind = "passed" if result["passed"] else "open"
        body.append(f'<h2 class="{kind}">{escape(result["verdict"])}</h2>')
        if message_text(result):
            body.append(f'<div class="message">{message_html(message_text(result))}</div>')
    missing = [result["exercise"] for result in entry["results"] if not result["submitted"]]
    if missing:
        body.append(f"<p>Not handed in: {escape(', '.join(missing))}.</p>")
    return page(entry["student"], "\n".join(body))


def of_a_class(name: str) -> str:
    """What went wrong, for a teacher who reads about many programs."""
    return re.sub(r"^it\b", "the program", re.sub(r"^its\b", "the program's", name)).replace("your ", "the ")


def class_page(
    graded: list[dict[str, Any]],
    exercises: Sequence[Exercise],
    level: str,
    failed: dict[str, str],
    unread: dict[str, list[str]],
) -> bytes:
    """The class: how many passed what, and the commonest mistakes of each exercise."""
    body = [f"<p>{how_many(len(graded), 'submission')}, graded under {escape(DESCRIPTIONS[level])}.</p>"]
    if failed:
        body.append(f"<p>Not graded, try again: {escape(', '.join(sorted(failed)))}.</p>")
    if unread:
        lines = [f"{student}: {what}" for student, whats in sorted(unread.items()) for what in whats]
        body.append("<h2>What could not be read</h2><ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines))
        body.append("</ul>")
    common: Counter[str] = Counter()
    rows = []
    for exercise in exercises:
        results = [r for entry in graded for r in entry["results"] if r["exercise"] == exercise.name and r["submitted"]]
        passed = sum(result["passed"] for result in results)
        named = (of_a_class(name) for result in results if not result["passed"] for name in result["names"])
        mistakes = Counter(named)
        for name, count in mistakes.items():
            if name != NOT_WRITTEN:
                common[f"{count} of {len(results)}: {name} ({exercise.heading})"] = count
        bar = f'<span class="bar" style="width: {8 * passed / len(results) if results else 0:.2f}rem"></span>'
        three = mistakes.most_common(3)
        commonest = "<br>".join(escape(f"{count} of {len(results)}: {name}") for name, count in three)
        summary = f"{passed} of {len(results)} {bar}" if results else "not handed in"
        counted = f'<td class="count">{summary}</td>'
        rows.append(f"<tr><td>{escape(exercise.heading)}</td>{counted}<td>{commonest}</td></tr>")
    most = "".join(f"<li>{escape(line)}</li>" for line, _ in common.most_common(10))
    if most:
        body.append(f"<h2>The commonest mistakes</h2><ul>{most}</ul>")
    body.append(
        "<h2>By exercise</h2><table><tr><th>exercise</th><th>passed</th><th>commonest mistakes</th></tr>"
        + "\n".join(rows)
        + "</table>"
    )
    return page("The class", "\n".join(body))


def gradescope(entry: dict[str, Any]) -> dict[str, Any]:
    """results.json as Gradescope's autograder reads it."""
    tests = [
        {
            "name": result["exercise"],
            "score": float(result["passed"]),
            "max_score": 1.0,
            "status": "passed" if result["passed"] else "failed",
            "output": "\n\n".join(part for part in (result["verdict"], message_text(result)) if part),
            "output_format": "text",
            "visibility": "visible",
        }
        for result in entry["results"]
    ]
    return {
        "score": sum(test["score"] for test in tests),
        "output": "\n".join(entry["remarks"]),
        "visibility": "visible",
        "tests": tests,
    }


def github(entry: dict[str, Any]) -> dict[str, Any]:
    """A runner's result as GitHub Classroom's autograding reporter reads it (it wants it in base64)."""
    tests = [
        {
            "name": result["exercise"],
            "status": "pass" if result["passed"] else "fail",
            "score": int(result["passed"]),
            "message": None if result["passed"] else "\n\n".join([result["verdict"], message_text(result)]),
            "filename": result["exercise"] + ".py",
            "line_no": 0,
            "test_code": f"python -m neurons course check {result['exercise'][:2]}",
        }
        for result in entry["results"]
    ]
    passed = all(result["passed"] for result in entry["results"])
    return {"version": 1, "status": "pass" if passed else "fail", "max_score": len(tests), "tests": tests}
