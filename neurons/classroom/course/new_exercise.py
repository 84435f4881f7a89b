"""For teachers: an exercise of their own to start from, and the proof that it can be solved."""

import os
import re

from neurons import NeuronsError
from neurons.classroom.course.course import OWN_EXERCISES
from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import BUILT_IN, Exercise, exercises
from neurons.text import show

# An exercise to start from. Its stub is unwritten on purpose: `course new` proves that the stub fails.
TEMPLATE = {
    "stub.py": '''\
"""{number} {title}: replace this by your task."""


def mean(numbers):
    """The sum of the numbers, divided by how many they are."""
    raise NotImplementedError("write mean")  # the student does
''',
    "solution.py": '''\
"""{number} {title}: replace this by your task."""


def mean(numbers):
    """The sum of the numbers, divided by how many they are."""
    return sum(numbers) / len(numbers)
''',
    "lesson.md": """\
# {number} {title}

What the student needs to know.
""",
    "hints.md": """\
A question?
---
The formula in words.
---
The lines of code.
""",
    "probes.py": '''\
"""How exercise {number} is probed. This runs on the teacher's side; `student` stands for the student's file."""

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.numbers import numbers_text, small_numbers


def probes(student, rng):
    for count in (1, 2, 5):
        given = small_numbers(rng, count)
        yield Given(f"numbers {{numbers_text(given)}}")
        yield Expect("mean", student.mean(given), sum(given) / count, f"the sum {{sum(given):g}} / {{count}}")
''',
}


def new_exercise(name: str, folder: str = OWN_EXERCISES) -> Exercise:
    """A teacher's own exercise in `folder`/`name`, such as 18_momentum: a small one that works, to be changed."""
    if not re.fullmatch(r"\d\d_[a-z0-9_]+", name):
        raise NeuronsError(f"an exercise's name is two digits and words, such as 18_momentum, but got {show(name)}")
    if any(exercise.number == name[:2] for exercise in exercises(BUILT_IN)):
        raise NeuronsError(f"exercise {name[:2]} is there already: take a number from 18 to 99")
    place = os.path.join(folder, name)
    os.makedirs(place, exist_ok=True)
    title = name[3:].replace("_", " ")
    for part, text in TEMPLATE.items():
        path = os.path.join(place, part)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.format(number=name[:2], title=title))
    return Exercise(place)


def problems_of(exercise: Exercise) -> list[str]:
    """What is wrong with an exercise, in sentences: its stub must fail and its solution pass."""
    problems = []
    if len(exercise.hints) != 3:
        problems.append(f"hints.md has {len(exercise.hints)} hints, not 3 between lines of ---.")
    stub = check(exercise, exercise.path("stub.py"))
    if stub.passed:
        problems.append("The stub passes: there is nothing to do, or nothing that is checked.")
    solution = check(exercise, exercise.path("solution.py"))
    if not solution.passed:
        problems.append(f"The solution does not pass.\n\n{solution}")
    return problems
