"""The message on a wrong answer: its form, what was given, two columns of numbers, what the student's code printed."""

import ast
import os
import warnings
from itertools import islice
from typing import Any

from neurons.checks import how_many
from neurons.classroom.exercises.events import Expect, ExpectError
from neurons.classroom.numbers import number_text, numbers_text
from neurons.classroom.sandbox.source import printable
from neurons.classroom.sandbox.student import Student
from neurons.classroom.sandbox.values import NotNumeric, RemoteObject
from neurons.text import listed

MOST_SHOWN, MOST_LINES = 500, 10  # characters and lines of what the student's code prints
WIDEST, LONGEST_LINE = 60, 76  # characters of a column, and of a line of the student's file
KINDS = {"the str ": "the text ", "the bool ": "the truth value ", "the number ": ""}  # as the worker says it: in words
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


def functions_text(path: str | os.PathLike[str], message: str) -> str:
    """What a file defines, if it lacks what `message` says: perhaps the name is spelt differently."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the student's style
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ""
    kinds = (ast.FunctionDef, ast.ClassDef)
    names = [f"`{node.name}`" for node in tree.body if isinstance(node, kinds)]
    return f" It has {listed(names)}. Keep the names of the task." if names and message.startswith("Your file") else ""


def answer_text(value: Any) -> str:
    """What the student's code gave, short."""
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
    if isinstance(got, (NotNumeric, RemoteObject)):
        is_none = isinstance(got, NotNumeric) and got.what == "None"
        return f"{name} must be {expected}; yours is {answer_text(got)}." + (f" {NONE_IS}" if is_none else "")
    if isinstance(got, float):
        return f"{name} must be {expected}; yours is the number {number_text(got)}."
    if form_of(got) == expected or form_of(got) == "a mixed list":
        return f"{name} must be {expected}; yours is {cut(answer_text(got))}."
    return f"{name} must be {expected}; yours is {form_of(got)}."


def so_far(agreed: list[Expect], difference: Expect | ExpectError, earlier: int) -> str:
    """What is right, and where it first goes wrong: for a mistake without a name."""
    if agreed:
        return f"Right so far: {listed([row.name for row in agreed])}. It first goes wrong at {difference.name}."
    if earlier:
        cases = "the first case" if earlier == 1 else f"the first {earlier} cases"
        return f"Right so far: {cases}. What is different in this one?"
    return f"Not right yet: {difference.name}, in the very first case."


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
    first = max(len("yours"), *(len(yours) for yours, _ in cells)) + 2
    if first > WIDEST:  # lists of lists: one below the other
        lines += [f"  {difference.name}", f"    yours    {cut(cells[-1][0])}", f"    correct  {cut(cells[-1][1])}"]
    else:
        lines.append(f"  {'':<{width}}{'yours':<{first}}correct")
        for row, (yours, correct) in zip(rows, cells, strict=True):
            mark = "  <- differs" if row is difference else ""
            lines.append(f"  {row.name:<{width}}{yours:<{first}}{correct}{mark}")
    if difference.how:
        lines += ["", f"  correct: {difference.name} = {difference.how}"]
    return "\n".join(lines)


def cut(text: str) -> str:
    """At most 300 characters."""
    return text if len(text) <= 300 else text[:297] + "..."
