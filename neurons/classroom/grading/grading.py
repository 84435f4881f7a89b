"""Grading a class: every submission is checked on its own, through any `concurrent.futures.Executor`.

What is known of a student is written as soon as it is known, so that a grading that was stopped goes on where it was.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any, NamedTuple

from neurons import FileError, NeuronsError
from neurons.checks import how_many
from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.exercises.exercise import exercises as built_in_exercises
from neurons.classroom.grading.executors import Inline, processes
from neurons.classroom.grading.reports import made_folder, write_reports
from neurons.classroom.grading.state import RESULTS, empty_folder, locked, read_result, remembered_seed, write_result
from neurons.classroom.grading.submissions import read_submissions
from neurons.classroom.grading.tasks import Task, completed, task_of
from neurons.classroom.sandbox.containment import AUDIT_HOOK, DESCRIPTIONS, checked_level
from neurons.classroom.sandbox.source import printable, remove_folder, shown_path

RUNNING = "running"  # the folder for temporary files: what a killed grading leaves, the next one finds here


class Report(NamedTuple):
    """What came of a grading."""

    graded: list[dict[str, Any]]
    failed: dict[str, str]  # student -> why grading them broke off
    level: str
    out: str
    unread: dict[str, list[str]]  # student -> what could not be read

    @property
    def complete(self) -> bool:
        """True if everything that was handed in could be read and graded."""
        return not self.failed and not self.unread

    def __str__(self) -> str:
        lines = [f"{how_many(len(self.graded), 'submission')} graded under {DESCRIPTIONS[self.level]}."]
        lines += [f"Not graded: {student}: {why}" for student, why in sorted(self.failed.items())]
        lines += [f"Not read: {student}: {what}" for student, whats in sorted(self.unread.items()) for what in whats]
        out = shown_path(self.out)
        lines.append(f"See {os.path.join(out, 'grades.csv')} and {os.path.join(out, 'class.html')}.")
        return "\n".join(lines)


def grade(
    folder: str,
    out: str,
    *,
    exercises: Sequence[Exercise] | None = None,
    executor: Executor | None = None,
    jobs: int = 1,
    level: str | None = None,
    trust: bool = False,
    join: bool = False,
    say: Callable[[str], None] | None = None,
) -> Report:
    """Grade the submissions in `folder`; write grades, pages and result files into the folder `out`.

    `executor` is anything with `submit`, such as a cluster's; without one, `jobs` processes of this machine. `level` is
    the containment (None: the strongest that is here). `join` takes single files of the same name for one student's,
    as `read_submissions` does. What `out` already has of the same submission is not graded
    again. Raises `NeuronsError` where only the audit hook is there, unless `trust` says that the files are trusted.
    """
    level = checked_level(level)
    if not trust:
        check_contains(level)
    exercises = built_in_exercises() if exercises is None else exercises
    submissions = list(read_submissions(folder, [exercise.name for exercise in exercises], out, join=join))
    unread = {submission.student: submission.unread for submission in submissions if submission.unread}
    make_folder(out, folder)
    with locked(out):
        seed = remembered_seed(out)
        within = None if executor else empty_folder(os.path.join(os.path.abspath(out), RUNNING))
        tasks = [task_of(submission, exercises, level, seed, within) for submission in submissions]
        kept = {task.student: read_result(out, task) for task in tasks}
        graded = {student: result for student, result in kept.items() if result is not None}
        tasks = [task for task in tasks if task.student not in graded]
        if say is not None:
            known = f", {len(graded)} of them graded before" if graded else ""
            say(f"{how_many(len(submissions), 'submission')}{known}; containment: {level}")
        own = executor or (Inline() if jobs == 1 or len(tasks) < 2 else processes(min(jobs, len(tasks))))
        try:
            failed = grade_tasks(own, tasks, graded, out, say)
        finally:
            if executor is None:
                own.shutdown(wait=True, cancel_futures=True)
            if within is not None:
                remove_folder(within)
        in_order = [graded[submission.student] for submission in submissions if submission.student in graded]
        report = Report(in_order, failed, level, out, unread)
        write_reports(out, report.graded, exercises, level, failed, unread)
        return report


def make_folder(out: str, folder: str) -> None:
    """The folder for the grades, which is not that of the submissions."""
    if not out:
        raise FileError("the grades need a folder: name a new or empty one")
    if os.path.realpath(out) == os.path.realpath(folder):
        raise FileError(f"{out} holds the submissions: name another folder for the grades")
    made_folder(os.path.join(out, RESULTS))


def check_contains(level: str) -> None:
    """Raise where the files of people who are not trusted would run under the audit hook alone."""
    if level == AUDIT_HOOK:
        raise NeuronsError(
            f"this machine has only {DESCRIPTIONS[AUDIT_HOOK]}. Install bubblewrap (Linux), grade on a Linux"
            " machine, or add --trust if you trust all your students"
        )


def grade_tasks(
    executor: Executor,
    tasks: list[Task],
    graded: dict[str, dict[str, Any]],
    out: str,
    say: Callable[[str], None] | None,
) -> dict[str, str]:
    """Add each task's result to `graded` and to the folder `out` when it is done; return {student: why it failed}."""
    failed: dict[str, str] = {}
    total = len(graded) + len(tasks)
    for task, result, error in completed(executor, tasks):
        if result is None:
            failed[task.student] = printable(f"{type(error).__name__}: {error}")
            points = "not graded"
        else:
            graded[task.student] = result
            write_result(out, task.student, result)
            points = f"{sum(one['passed'] for one in result['results'])} passed"
        if say is not None:
            say(f"{len(graded) + len(failed):>5} of {total}  {task.student}: {points}")
    return failed
