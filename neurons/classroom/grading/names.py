"""Whose entry it is, and which exercise a file answers: both are read off names."""

import os
import re
from collections import Counter

from neurons.classroom.sandbox.source import printable

SKIPPED = {"__macosx", "__pycache__", ".git", ".ds_store", ".ipynb_checkpoints", "thumbs.db"}
ANSWERS = (".py", ".ipynb")
MOODLE = re.compile(r"_\d+_assignsubmission_[a-z]+_?")  # in the names of its folders and files, after the student's


def grouped(folder: str, entries: list[str], names: list[str]) -> list[list[str]]:
    """The entries, the single files of one student together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        is_single = entry.lower().endswith(ANSWERS) and os.path.isfile(os.path.join(folder, entry))
        key = ("student", student_of(entry, names)) if is_single else ("entry", entry)
        groups.setdefault(key, []).append(entry)
    return list(groups.values())


def is_skipped(name: str) -> bool:
    """What operating systems and editors leave behind, and what `course` does."""
    return name.lower() in SKIPPED or name.startswith("._") or re.search(r"\.old\d+\.py$", name) is not None


def students_of(entries: list[str], names: list[str], joined: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """A name for each entry that no other has, in whatever case: else one would get the grades of another."""
    students = [printable(student_of(entry, names), 100) or "?" for entry in entries]
    count = Counter(student.lower() for student in students)
    taken: set[str] = set()
    for place, entry in enumerate(entries):
        if count[students[place].lower()] > 1 and entry not in joined:
            students[place] = printable(entry, 100) or "?"  # alice.zip and alice/: each keeps its whole name
        student, number = students[place], 1
        while students[place].lower() in taken:
            number += 1
            students[place] = f"{student} ({number})"
        taken.add(students[place].lower())
    return students


def student_of(entry: str, names: list[str]) -> str:
    """The student's name: the entry's name without its ending, and without the exercise's in a single file."""
    base, ending = os.path.splitext(entry)
    by_moodle = MOODLE.search(entry)
    if by_moodle and by_moodle.start() > 0:
        return entry[: by_moodle.start()]
    if ending.lower() not in (".zip", *ANSWERS):
        return entry
    base = without_copy(base)
    for name in names:
        if base.lower().endswith(name):
            return base[: -len(name)].rstrip(" _-.") or entry
    return base


def without_copy(base: str) -> str:
    """A file's name without what a second download adds: `06_step (1)`, `06_step copy`."""
    return re.sub(r"( ?\(\d+\)| copy)$", "", base)


def exercise_of(name: str, names: list[str]) -> str | None:
    """The exercise that a file belongs to, by its name: 06_weight_gradients.py, or `06_weight_gradients (1).py`."""
    base, ending = os.path.splitext(name.lower())
    base = without_copy(base)
    return base if ending == ".py" and base in names else None
