"""Grading one submission: a task that holds all it needs, and many of them through an executor."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Any, NamedTuple

from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.exercises.result import Result
from neurons.classroom.grading.submissions import Submission
from neurons.classroom.sandbox.containment import checked_level
from neurons.classroom.sandbox.source import printable

LONGEST_MESSAGE, LONGEST_NOTE = 6000, 1000  # characters
MOST_NAMES = 20
WAITING = 64  # submissions that lie with the executor at a time


class Task(NamedTuple):
    """All that is needed to grade one submission, also on another machine."""

    student: str
    files: dict[str, bytes]  # exercise -> source
    problems: dict[str, str]
    remarks: list[str]
    folders: list[str]  # of the exercises
    level: str
    seed: int
    digest: str
    within: str | None  # the folder for temporary files; None where the task may go to another machine


def grade_one(task: Task) -> dict[str, Any]:
    """Check each exercise of one submission; the results as plain data."""
    checked_level(task.level)  # another machine may have other means
    results = []
    with tempfile.TemporaryDirectory(prefix="neurons-", dir=task.within, ignore_cleanup_errors=True) as folder:
        for place in task.folders:
            exercise = Exercise(place)
            if exercise.name in task.problems:
                problem = task.problems[exercise.name]
                message = problem[0].upper() + problem[1:] + "."
                verdict = f"{exercise.heading}: not graded."
                result = Result(exercise.name, False, verdict, message, names=("file not usable",))
            elif exercise.name not in task.files:
                result = Result(exercise.name, False, f"{exercise.heading}: not handed in.")
            else:
                path = os.path.join(folder, exercise.name + ".py")
                with open(path, "wb") as file:
                    file.write(task.files[exercise.name])
                result = check(exercise, path, level=task.level, seed=task.seed, within=folder)
                os.unlink(path)
            results.append(dict(cut_result(result)._asdict(), submitted=exercise.name in task.files | task.problems))
    return {
        "student": task.student,
        "digest": task.digest,
        "containment": task.level,
        "remarks": task.remarks,
        "results": results,
    }


def cut_result(result: Result) -> Result:
    """The result with no text longer than a page has room for, whatever the student's code has said."""
    names = tuple(printable(name, 200) for name in result.names[:MOST_NAMES])
    notes = tuple(cut(note, LONGEST_NOTE) for note in result.notes[:MOST_NAMES])
    verdict, message = printable(result.verdict), cut(result.message, LONGEST_MESSAGE)
    return result._replace(
        verdict=verdict, message=message, names=names, notes=notes, printed=cut(result.printed, LONGEST_NOTE)
    )


def cut(text: str, most: int) -> str:
    """Text of several lines without control characters, at most so long."""
    text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    return text if len(text) <= most else text[:most] + " ... (cut)"


def task_of(submission: Submission, exercises: Sequence[Exercise], level: str, seed: int, within: str | None) -> Task:
    """The task, with a digest of all that decides its result."""
    digest = hashlib.sha256(json.dumps([level, submission.problems, submission.remarks]).encode())
    for name, source in sorted(submission.files.items()):
        digest.update(f"{name} {len(source)} ".encode() + source)
    for exercise in exercises:
        with open(exercise.path("probes.py"), "rb") as file:
            digest.update(exercise.name.encode() + file.read())
    folders = [os.path.abspath(exercise.folder) for exercise in exercises]
    return Task(*submission, folders, level, seed, digest.hexdigest(), within)


def completed(executor: Executor, tasks: list[Task]) -> Iterator[tuple[Task, dict[str, Any] | None, Exception | None]]:
    """(task, result or None, error or None) as they are done; only some tasks lie with the executor at a time."""
    waiting: dict[Future[Any], Task] = {}
    left = list(reversed(tasks))
    while left or waiting:
        while left and len(waiting) < WAITING:
            task = left.pop()
            try:
                waiting[executor.submit(grade_one, task)] = task
            except RuntimeError as error:  # a pool whose process was killed takes no more
                yield task, None, error
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            task = waiting.pop(future)
            try:
                yield task, future.result(), None
            except Exception as error:
                yield task, None, error
