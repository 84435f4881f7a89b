"""The students' names: from a list, or from a file as spreadsheets and Moodle write it."""

import csv
import io
import os
from collections.abc import Sequence

from neurons import FileError, NeuronsError
from neurons.text import show

WHOLE = ("name", "student", "full name")
PARTS_OF_NAMES = (("first name", "last name"), ("first name", "surname"))
DELIMITERS = ",;\t"
MOST_STUDENTS = 5_000


def read_table(path: str) -> list[list[str]]:
    """The cells of a .csv file, whatever program wrote it: UTF-8 or Windows' letters, commas, semicolons or tabs."""
    try:
        with open(path, "rb") as file:
            data = file.read(50_000_000)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FileError(f"{path} is not a table: {error}") from None
    return [row for row in rows if any(cell.strip() for cell in row)]


def read_names(path: str) -> list[str]:
    """The names in a file: the column that its first line calls so, or the first column."""
    rows = read_table(path)
    if not rows:
        raise FileError(f"{path} has no names in it")
    head = [" ".join(title.split()).casefold() for title in rows[0]]
    for title in WHOLE:
        if title in head:
            return [cell(row, head.index(title)) for row in rows[1:]]
    for first, last in PARTS_OF_NAMES:
        if first in head and last in head:
            return [f"{cell(row, head.index(first))} {cell(row, head.index(last))}" for row in rows[1:]]
    return [cell(row, 0) for row in rows]


def cell(row: list[str], column: int) -> str:
    """A cell; rows may be short."""
    return row[column] if column < len(row) else ""


def checked_names(students: "Sequence[str] | str | os.PathLike[str]") -> list[str]:
    """The names, from a list or a file, without spaces too many; of two that are alike the second is "Anna (2)"."""
    if isinstance(students, (str, os.PathLike)):
        students = read_names(os.fspath(students))
    names: list[str] = []
    for student in students:
        if not isinstance(student, str):
            raise NeuronsError(f"students must be names, or the path of a .csv file, but one is {show(student)}")
        plain = " ".join(student.split())
        if plain:
            count = 2
            name = plain
            while name in names:
                name, count = f"{plain} ({count})", count + 1
            names.append(name)
    if not 1 <= len(names) <= MOST_STUDENTS:
        raise NeuronsError(f"students must be 1 to {MOST_STUDENTS:,} names but got {len(names):,}")
    return names
