"""The message on a wrong answer: what was given, two columns of numbers, and what the student's code printed."""

from typing import Any

from neurons.classroom.exercises.events import Expect, ExpectError
from neurons.classroom.numbers import numbers_text
from neurons.classroom.sandbox.student import Student
from neurons.classroom.sandbox.values import NotNumeric, RemoteObject

MOST_SHOWN, MOST_LINES = 500, 10  # characters and lines of what the student's code prints


def printed_text(student: Student | None) -> str:
    """What the student's code printed, with what was left out."""
    if student is None or not student.num_printed:
        return ""
    text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in student.printed)
    lines = text[:MOST_SHOWN].rstrip().split("\n")[:MOST_LINES]
    is_cut = len(text.rstrip()) > len("\n".join(lines))
    return "\n".join([*lines, f"... {student.num_printed:,} bytes in all"] if is_cut else lines)


def answer_text(value: Any) -> str:
    """What the student's code gave, short."""
    if isinstance(value, (NotNumeric, RemoteObject)):
        return f"{value!r}, which is not a number"
    return numbers_text(value)


def two_columns(given: str, agreed: list[Expect], difference: Expect | ExpectError) -> str:
    """What was given, and the student's numbers beside ours, down to the first that differs."""
    lines = ["The smallest case that shows it:", f"  {given}", ""]
    if isinstance(difference, ExpectError):
        return "\n".join(
            [*lines, f"  {difference.name} should raise an exception here, such as ValueError, but does not."]
        )
    rows = [*agreed, difference]
    width = max(len(row.name) for row in rows) + 2
    cells = [(answer_text(row.got), answer_text(row.expected)) for row in rows]
    first = max(len("yours"), *(len(yours) for yours, _ in cells))
    if first > 60:  # lists of lists: one below the other
        lines += [f"  {difference.name}", f"    yours    {cut(cells[-1][0])}", f"    correct  {cut(cells[-1][1])}"]
    else:
        lines.append(f"  {'':<{width}}{'yours':<{first}}  correct")
        for row, (yours, correct) in zip(rows, cells, strict=True):
            mark = "   <- the first that differs" if row is difference else ""
            lines.append(f"  {row.name:<{width}}{yours:<{first}}  {correct}{mark}")
    if difference.how:
        lines += ["", f"  {difference.name} = {difference.how}"]
    if isinstance(difference.got, NotNumeric) and difference.got.what == "None":
        lines += ["", "  None is what a function gives without a `return`, and a name that was never set."]
    return "\n".join(lines)


def cut(text: str) -> str:
    """At most 300 characters."""
    return text if len(text) <= 300 else text[:297] + "..."
