"""Whose entry it is, and which exercise a file answers: both are read off names."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from neurons.classroom.sandbox.source import printable

SKIPPED = {"__macosx", "__pycache__", ".git", ".ds_store", ".ipynb_checkpoints", "thumbs.db"}
ANSWERS = (".py", ".ipynb")
COPY = re.compile(r"( ?\(\d+\)| copy|-\d+)$")  # what a second download or upload adds: `06_step (1)`, `06_step-1`
# How platforms name what one student handed in, when a teacher downloads the work of all. Moodle's may be folders.
PLATFORMS = (
    re.compile(r"(?P<student>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(_|$)"),  # Moodle: Ada Lovelace_123_...
    re.compile(r"(?P<student>[^_]+)_(LATE_)?(?P<number>\d+)_\d{3,}_"),  # Canvas: lovelaceada_LATE_123_4567_...
    re.compile(r".+_(?P<student>[^_]+)_attempt(?P<number>)_[\d-]+(_|\.txt$)"),  # Blackboard: Step_ada_attempt_2024-...
)


class Owner(NamedTuple):
    """Whose file it is, as a learning platform says."""

    student: str
    number: str  # tells students of one name apart; "" where the name does

    @property
    def whole_name(self) -> str:
        """The name that nobody else has."""
        return f"{self.student}_{self.number}" if self.number else self.student


def owner_of(name: str) -> tuple[Owner, str] | None:
    """Whose a file or a folder is by its platform's name for it, and what the student called it; None for others."""
    for platform in PLATFORMS:
        found = platform.match(name)
        if found:
            return Owner(found["student"], found["number"]), name[found.end() :]
    return None


def is_skipped(name: str) -> bool:
    """What operating systems and editors leave behind, and what `course` does."""
    return name.lower() in SKIPPED or name.startswith("._") or re.search(r"\.old\d+\.py$", name) is not None


def distinct(students: Sequence[str], whole_names: Sequence[str]) -> list[str]:
    """A name for each student that no other has, in whatever case: else one would get the grades of another.

    Where two have one name, each gets the whole name.
    """
    students = [printable(student, 100) or "?" for student in students]
    count = Counter(student.lower() for student in students)
    taken: set[str] = set()
    found = []
    for student, whole_name in zip(students, whole_names, strict=True):
        if count[student.lower()] > 1:
            student = printable(whole_name, 100) or "?"
        name, number = student, 1
        while name.lower() in taken:
            number += 1
            name = f"{student} ({number})"
        taken.add(name.lower())
        found.append(name)
    return found


def student_of(entry: str, names: list[str]) -> str:
    """The student's name: the entry's name without its ending, and without the exercise's in a single file."""
    base, ending = os.path.splitext(entry)
    if ending.lower() not in (".zip", *ANSWERS):
        return entry
    base = re.sub(r"( ?\(\d+\)| copy)$", "", base)
    for name in names:
        if base.lower().endswith(name):
            return base[: -len(name)].rstrip(" _-.") or entry
    return base


def exercise_of(name: str, names: list[str]) -> str | None:
    """The exercise that a file belongs to, by its name: 06_weight_gradients.py, or `06_weight_gradients (1).py`."""
    base, ending = os.path.splitext(name.lower())
    base = COPY.sub("", base)
    return base if ending == ".py" and base in names else None
