"""Grading a class: every submission is checked on its own, through any `concurrent.futures.Executor`.

What is known of a student is written as soon as it is known, so that a grading that was stopped goes on where it was.
"""

import hashlib
import json
import os
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any, NamedTuple

from neurons.checks import how_many
from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.exercises.exercise import exercises as built_in_exercises
from neurons.classroom.exercises.result import Result
from neurons.classroom.grading.reports import page_name, write_reports
from neurons.classroom.grading.submissions import Submission, submissions
from neurons.classroom.sandbox.containment import AUDIT_HOOK, DESCRIPTIONS, checked_level
from neurons.errors import FileError, NeuronsError
from neurons.storage.files import write_whole

STATE, LOCK = "grading.json", "grading.lock"
RESULTS = "results"
RUNNING = "running"  # the folder for temporary files: what a killed grading leaves, the next one finds here
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
                word = task.problems[exercise.name]
                title = f"{exercise.number} {exercise.title}: not graded."
                result = Result(exercise.name, False, title, word[0].upper() + word[1:] + ".", (), ("file not usable",))
            elif exercise.name not in task.files:
                result = Result(exercise.name, False, f"{exercise.number} {exercise.title}: not handed in.")
            else:
                path = os.path.join(folder, exercise.name + ".py")
                with open(path, "wb") as file:
                    file.write(task.files[exercise.name])
                result = check(exercise, path, level=task.level, seed=task.seed, within=folder)
                os.unlink(path)
            results.append(dict(result._asdict(), handed_in=exercise.name in task.files | task.problems))
    return {
        "student": task.student,
        "digest": task.digest,
        "containment": task.level,
        "remarks": task.remarks,
        "results": results,
    }


class Report(NamedTuple):
    """What came of a grading."""

    graded: list[dict[str, Any]]
    failed: dict[str, str]  # student -> why grading them broke off
    level: str
    out: str

    @property
    def complete(self) -> bool:
        """True if every submission could be graded."""
        return not self.failed

    def __str__(self) -> str:
        lines = [f"{how_many(len(self.graded), 'submission')} graded under {DESCRIPTIONS[self.level]}."]
        lines += [f"Not graded: {student}: {why}" for student, why in sorted(self.failed.items())]
        lines.append(f"See {os.path.join(self.out, 'grades.csv')} and {os.path.join(self.out, 'class.html')}.")
        return "\n".join(lines)


class Inline(Executor):
    """Runs each task at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def grade(
    handed_in: str,
    out: str,
    *,
    exercises: Sequence[Exercise] | None = None,
    executor: Executor | None = None,
    jobs: int = 1,
    level: str | None = None,
    trust: bool = False,
    say: Callable[[str], None] | None = None,
) -> Report:
    """Grade the submissions in the folder `handed_in`; write grades, pages and result files into the folder `out`.

    `executor` is anything with `submit`, such as a cluster's; without one, `jobs` processes of this machine. `level` is
    the containment (None: the strongest that is here). What `out` already has of the same submission is not graded
    again. Raises `NeuronsError` where only the audit hook is there, unless `trust` says that the files are trusted.
    """
    level = checked_level(level)
    exercises = built_in_exercises() if exercises is None else exercises
    if level == AUDIT_HOOK and not trust:
        raise NeuronsError(
            f"this machine has only {DESCRIPTIONS[AUDIT_HOOK]}. Install bubblewrap (Linux), grade on a Linux"
            " machine, or say --trust if you trust everyone who handed in"
        )
    names = [exercise.name for exercise in exercises]
    found = list(submissions(handed_in, names, out))
    if os.path.realpath(out) == os.path.realpath(handed_in):
        raise FileError(f"{out} holds what was handed in: name another folder for the grades")
    try:
        os.makedirs(os.path.join(out, RESULTS), exist_ok=True)
    except OSError as error:
        raise FileError(f"{out} cannot be made: {error.strerror}") from None
    with alone(out):
        seed = remembered_seed(out)
        within = None if executor else emptied(os.path.join(os.path.abspath(out), RUNNING))
        tasks = []
        graded: dict[str, dict[str, Any]] = {}
        for submission in found:
            task = task_of(submission, exercises, level, seed, within)
            kept = read_result(out, task)
            if kept is None:
                tasks.append(task)
            else:
                graded[task.student] = kept
        if say is not None:
            known = f", {len(graded)} of them graded before" if graded else ""
            say(f"{how_many(len(found), 'submission')}{known}; containment: {level}")
        failed: dict[str, str] = {}
        own = executor or (Inline() if jobs == 1 or len(tasks) < 2 else processes(min(jobs, len(tasks))))
        try:
            for task, result, why in carried_out(own, tasks):
                if result is None:
                    failed[task.student] = f"{type(why).__name__}: {why}"
                else:
                    graded[task.student] = result
                    write_whole(result_path(out, task.student), json.dumps(result, indent=1).encode("ascii"))
                if say is not None:
                    count = len(graded) + len(failed)
                    points = "not graded" if result is None else f"{sum(r['passed'] for r in result['results'])} passed"
                    say(f"{count:>5} of {len(found)}  {task.student}: {points}")
        finally:
            if executor is None:
                own.shutdown(wait=True, cancel_futures=True)
            if within is not None:
                shutil.rmtree(within, ignore_errors=True)
        report = Report([graded[s.student] for s in found if s.student in graded], failed, level, out)
        write_reports(out, report.graded, exercises, level, failed)
        return report


@contextmanager
def alone(out: str) -> Iterator[None]:
    """Keep other gradings out of the folder `out`: the two would empty each other's folder for temporary files."""
    path = os.path.join(out, LOCK)
    try:
        file = open(path, "ab")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}") from None
    with file:
        try:
            lock(file)
        except (BlockingIOError, PermissionError):
            raise NeuronsError(f"another grading is writing into {out}: wait for it, or name another folder") from None
        except OSError:
            pass  # a file system that has no locks
        yield


def lock(file):
    """Lock an open file, or raise at once. The system unlocks it when its process ends, however it ends."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def processes(jobs: int) -> Executor:
    """Processes of this machine. Started afresh, since a fork would copy whatever threads the caller has."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=end_with_parent)


def end_with_parent() -> None:
    """In a process of the pool: end when the grading is killed; else it would wait for work for ever."""
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def carried_out(executor: Executor, tasks: list[Task]) -> Any:
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


def emptied(folder: str) -> str:
    """The folder, new and empty, whatever an earlier grading has left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)
    return folder


def result_path(out: str, student: str) -> str:
    """Where a student's results are kept."""
    return os.path.join(out, RESULTS, page_name(student) + ".json")


def read_result(out: str, task: Task) -> dict[str, Any] | None:
    """The results of the same submission from an earlier run, or None."""
    try:
        with open(result_path(out, task.student), encoding="ascii") as file:
            kept: dict[str, Any] = json.load(file)
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and kept.get("digest") == task.digest else None


def remembered_seed(out: str) -> int:
    """The seed of this grading's probes: drawn once, unknown to those who hand in, the same when it goes on."""
    path = os.path.join(out, STATE)
    try:
        with open(path, encoding="ascii") as file:
            return int(json.load(file)["seed"])
    except FileNotFoundError:
        seed = secrets.randbits(48)
        write_whole(path, json.dumps({"seed": seed}).encode("ascii"))
        return seed
    except (OSError, ValueError, KeyError, TypeError):
        raise FileError(f"{path} is damaged: remove the folder {out} and grade again") from None
