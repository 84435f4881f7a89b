"""The message on a wrong answer: its form, what was given, two columns of numbers, what the student's code printed."""

import os
import re
from itertools import islice
from typing import Any

from neurons.checks import how_many
from neurons.classroom.exercises.events import Expect, ExpectError, close
from neurons.classroom.exercises.python_errors import DECIMAL_COMMA
from neurons.classroom.numbers import number_text, numbers_text
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.source import LARGEST_FILE, printable
from neurons.classroom.sandbox.student import Student
from neurons.classroom.sandbox.values import NotNumeric, RemoteObject
from neurons.text import listed

MOST_SHOWN, MOST_LINES = 500, 10  # characters and lines of what the student's code prints
MOST_ROWS = 6  # of what agrees: the numbers before the first that differs
WIDEST, LONGEST_LINE = 60, 76  # characters of a column, and of a line of the student's file
KINDS = {"the str ": "the text ", "the bool ": "the truth value ", "the number ": ""}  # as the worker says it: in words
BY_HAND = "Work it out by hand for this case, as `correct` does. Which of your lines does something else?"
NONE_IS = "None: did you forget `return`, or to set the value?"


def printed_text(student: Student | None) -> str:
    """What the student's code printed, with what was left out."""
    if student is None or not student.num_printed:
        return ""
    text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in student.printed)
    lines = text[:MOST_SHOWN].rstrip().split("\n")[:MOST_LINES]
    is_cut = len(text.rstrip()) > len("\n".join(lines))
    return "\n".join([*lines, f"... {student.num_printed:,} bytes in all"] if is_cut else lines)


def line_text(path: str | os.PathLike[str], number: int) -> str:
    """A line of the student's file; empty if it has no such line."""
    if not path or not number:
        return ""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return printable(next(islice(file, number - 1, None), ""), LONGEST_LINE)
    except OSError:
        return ""


def source_of(path: str | os.PathLike[str]) -> bytes:
    """The text of the student's file; empty where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(LARGEST_FILE)
    except OSError:
        return b""


def own_call_text(path: str | os.PathLike[str], error: StudentError, line: str) -> str:
    """What to say where the file itself calls the function that raises an error; empty where it does not."""
    if not error.called_in:
        return ""
    call = f"Line {error.called_in} of your file calls it:"
    call += f"\n\n  line {error.called_in}:  {line_text(path, error.called_in)}"
    if line.lstrip().startswith("raise"):
        return f"{call}\n\nIs it meant to raise this? Then remove line {error.called_in}. If not, why does it?"
    return f"{call}\n\nThe check calls your functions itself: your file works without line {error.called_in}, too."


def is_function(value: Any) -> bool:
    """True for a function or a method where a value should be: its brackets are forgotten."""
    kind = vars(value)["_kind"] if isinstance(value, RemoteObject) else ""
    return callable(value) and not isinstance(value, RemoteObject) or "function" in kind or "method" in kind


def answer_text(value: Any) -> str:
    """What the student's code gave, short."""
    if is_function(value):
        return "a function"
    if isinstance(value, NotNumeric):
        for python, word in KINDS.items():
            if value.what.startswith(python):
                return word + value.what[len(python) :]
    return repr(value) if isinstance(value, (NotNumeric, RemoteObject)) else numbers_text(value)


def form_of(value: Any) -> str:
    """A number, a list of 3 numbers, ...: what kind of value it is."""
    if isinstance(value, float):
        return "a number"
    if not isinstance(value, list):
        return "something else"
    if all(isinstance(item, float) for item in value):
        return f"a list of {how_many(len(value), 'number')}" if value else "an empty list"
    if all(isinstance(item, list) for item in value):
        return f"a list of {how_many(len(value), 'list')}"
    return "a mixed list"


def same_form(got: Any, expected: Any) -> bool:
    """True if both are numbers, or lists of the same forms."""
    if isinstance(expected, list):
        return isinstance(got, list) and len(got) == len(expected) and all(map(same_form, got, expected))
    return isinstance(got, float)


def form_text(difference: Expect | ExpectError) -> str:
    """What is wrong with the form of an answer, before any number counts; empty where the form is right."""
    if isinstance(difference, ExpectError) or same_form(difference.got, difference.expected):
        return ""
    got, expected = difference.got, form_of(difference.expected)
    name = difference.name[0].upper() + difference.name[1:] if difference.name.startswith("what ") else difference.name
    if is_function(got):
        return f"{name} must be {expected}; yours is a function: the brackets that call it are missing, as in `copy()`."
    if isinstance(got, (NotNumeric, RemoteObject)):
        is_none = isinstance(got, NotNumeric) and got.what == "None"
        return f"{name} must be {expected}; yours is {answer_text(got)}." + (f" {NONE_IS}" if is_none else "")
    if isinstance(got, float):
        return f"{name} must be {expected}; yours is the number {number_text(got)}."
    if form_of(got) == expected or form_of(got) == "a mixed list":
        return f"{name} must be {expected}; yours is {cut(answer_text(got))}."
    return f"{name} must be {expected}; yours is {form_of(got)}.{why_too_long(got, difference.expected)}"


def why_too_long(got: list[Any], expected: Any) -> str:
    """Why a list is too long, where one can see it: it began with zeros, and the numbers were appended."""
    count = len(got) // 2
    if not isinstance(expected, list) or count != len(expected) or any(got[:count]) or not close(got[count:], expected):
        return ""
    return " The right numbers come after the zeros with which it begins. Begin with [], or write into its places: [i]."


def comma_text(difference: Expect | ExpectError, source: bytes) -> str:
    """What to say of two numbers in the place of one, in a file that writes decimals with a comma; else empty."""
    if isinstance(difference, ExpectError) or not isinstance(difference.expected, float):
        return ""
    has_comma = re.search(DECIMAL_COMMA, source.decode("utf-8", "replace"), re.MULTILINE)
    is_pair = isinstance(difference.got, list) and len(difference.got) == 2
    return "Python writes 0.0 with a point: a comma makes two numbers of it." if has_comma and is_pair else ""


def constant_text(difference: Expect, parameters: list[str]) -> str:
    """What to say of an answer that is the same in every case."""
    name = difference.name.partition("(")[0]
    is_returned = name.startswith("what ")
    gives = f"your {name.removeprefix('what ')}" if is_returned else f"you get {name} ="
    value = cut(answer_text(difference.got))
    return f"Whatever goes in, {gives} {value}. A copied result is right once: compute it from {listed(parameters)}."


def so_far(agreed: list[Expect], difference: Expect | ExpectError, earlier: int) -> str:
    """What is right, and where it first goes wrong: for a mistake without a name."""
    own = [row.name for row in agreed if not row.given]
    if own:
        return f"Right so far: {listed(own)}. {first_wrong(agreed, difference)}"
    if earlier:
        cases = "the first case" if earlier == 1 else f"the first {earlier} cases"
        return f"Right so far: {cases}. What is different in this one?"
    return f"Not right yet: {difference.name}, in the very first case."


def first_wrong(agreed: list[Expect], difference: Expect | ExpectError) -> str:
    """Where it first goes wrong; of what is returned, which other number it is."""
    does = difference.name.removeprefix("what ")  # forward returns
    if isinstance(difference, ExpectError) or does == difference.name:
        return f"It first goes wrong at {difference.name}."
    same = [row.name for row in agreed if close(difference.got, row.got)]
    instead = f", not {difference.how}" if difference.how.startswith("the ") else ""
    return f"But {does} {same[0]}{instead}." if same else f"But what {does} is wrong."


def two_columns(given: str, agreed: list[Expect], difference: Expect | ExpectError) -> str:
    """What was given, and the student's numbers beside ours, down to the first that differs."""
    lines = ["The smallest case that shows it:", f"  {given}"]
    if isinstance(difference, ExpectError):
        return "\n".join(
            [*lines, f"  {difference.name} should raise an exception here, such as ValueError, but does not."]
        )
    rows = [*agreed[-MOST_ROWS:], difference]
    width = max(len(row.name) for row in rows) + 2
    cells = [(answer_text(row.got), answer_text(row.expected)) for row in rows]
    first = max(len("yours"), *(len(yours) for yours, _ in cells)) + 2
    if first > WIDEST:  # lists of lists: one below the other
        lines += [f"  {difference.name}", f"    yours    {cut(cells[-1][0])}", f"    correct  {cut(cells[-1][1])}"]
    else:
        lines.append(f"  {'':<{width}}{'yours':<{first}}correct")
        for row, (yours, correct) in zip(rows, cells, strict=True):
            mark = "  <- differs" if row is difference else ""
            lines.append(f"  {row.name:<{width}}{yours:<{first}}{correct}{mark}")
    if difference.how:
        lines.append(f"  correct: {difference.name} = {difference.how}")
    return "\n".join(lines)


def cut(text: str) -> str:
    """At most 300 characters."""
    return text if len(text) <= 300 else text[:297] + "..."
