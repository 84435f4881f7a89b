"""Checking one exercise: ask the student's code for numbers, and say where they first differ from ours."""

import os
import random
import re
from collections.abc import Iterator
from typing import Any

from neurons.classroom.exercises.events import Expect, ExpectError, Given, Note, close
from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.exercises.explanation import Explanation, explain
from neurons.classroom.exercises.message import form_text, functions_text, line_text, printed_text, so_far, two_columns
from neurons.classroom.exercises.python_errors import explained_error
from neurons.classroom.exercises.result import NOT_WRITTEN, Result
from neurons.classroom.exercises.whole_program import where_it_goes_wrong
from neurons.classroom.sandbox.containment import AUDIT_HOOK
from neurons.classroom.sandbox.errors import MissingName, StudentError
from neurons.classroom.sandbox.student import Student
from neurons.text import listed, show

SEED = 20


class Progress:
    """How far a check has come: what was given, what agreed since, how many cases were right, and the notes."""

    def __init__(self) -> None:
        self.given, self.earlier = "", 0
        self.agreed: list[Expect] = []
        self.notes: list[str] = []

    def first_difference(self, events: Iterator[Any]) -> Expect | ExpectError | None:
        """Go on until something differs; return it, or None."""
        for event in events:
            if isinstance(event, Given):
                self.earlier += bool(self.given)
                self.given, self.agreed = event.text, []
            elif isinstance(event, Note):
                if event.text not in self.notes:
                    self.notes.append(event.text)
            elif isinstance(event, ExpectError):
                try:
                    event.call()
                except StudentError as error:
                    if not error.raised:
                        raise
                else:
                    return event
            elif not close(event.got, event.expected, event.tolerance):
                wrong: Expect = event
                return wrong
            else:
                self.agreed.append(event)
        return None


def check(
    exercise: Exercise,
    path: str | os.PathLike[str],
    *,
    level: str = AUDIT_HOOK,
    seed: int = SEED,
    within: str | None = None,
    transport: Any = None,
) -> Result:
    """Check a student's file; whatever it does, a `Result` comes back. `seed` draws a second set of probes.

    The file is run in a temporary folder, made in the folder `within` if one is named, by the kind of `transport` that
    `Student` takes.
    """
    progress = Progress()
    student = None
    try:
        with Student(path, level=level, limits=exercise.limits, within=within, transport=transport) as student:
            difference, explanation = explained_difference(exercise, student, progress, seed)
    except StudentError as error:
        return failure(exercise, error, progress, printed_text(student), path=path)
    except OSError as error:
        why = f"The file cannot be read: {error.strerror}."
        return Result(exercise.name, False, f"{exercise.heading}: not checked", why)
    printed = printed_text(student)
    if difference is None:
        verdict = f"{exercise.heading}: passed."
        notes = tuple(progress.notes)
        return Result(exercise.name, True, verdict, exercise.passed, notes=notes, printed=printed)
    if isinstance(difference, StudentError):
        return failure(exercise, difference, progress, printed, explanation, path=path)
    if explanation is not None and not explanation.is_known:
        where = where_it_goes_wrong(exercise, path, level=level, within=within, transport=transport)
        if where:
            explanation = explanation._replace(case=where, question="")
    return difference_result(exercise, difference, progress, printed, explanation)


def difference_result(
    exercise: Exercise,
    difference: Expect | ExpectError,
    progress: Progress,
    printed: str,
    explanation: Explanation | None,
) -> Result:
    """The result of an answer with a wrong number: what is wrong, the case that shows it, a question."""
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = (f"wrong {difference.name}",)
    said, case, question = form_text(difference), "", ""
    if explanation is not None:
        ids, names, said = explanation.ids, explanation.names, explanation.said or said
        case, question = explanation.case, explanation.question
    if not said and isinstance(difference, Expect):
        said = difference.said
    if not said:
        said = so_far(progress.agreed, difference, progress.earlier)
    case = case or two_columns(progress.given, progress.agreed, difference)
    message = "\n\n".join(part for part in (said, case, question) if part)
    verdict = f"{exercise.heading}: not yet right."
    return Result(exercise.name, False, verdict, message, ids, names, printed=printed)


def explained_difference(
    exercise: Exercise, student: Student, progress: Progress, seed: int
) -> tuple[Expect | ExpectError | StudentError | None, Explanation | None]:
    """What differs first, and why; an error that has an explanation counts as a difference."""
    try:
        difference = first_difference(exercise, student, progress, seed)
    except StudentError as error:  # a number that was never set, shapes that do not fit: there may be a name for it
        if error.raised == "NotImplementedError" or not (error.raised or isinstance(error, MissingName)):
            raise
        missing = re.search(r"`(\w+)`", str(error)) if isinstance(error, MissingName) else None
        explanation = explain(exercise, student, missing.group(1) if missing else "")
        if explanation is None or not (explanation.is_known or isinstance(error, MissingName)):
            raise
        return error, explanation
    return difference, explain(exercise, student, difference.name) if difference is not None else None


def first_difference(
    exercise: Exercise, student: Student, progress: Progress, seed: int
) -> Expect | ExpectError | None:
    """What differs first, with the probes that are always the same and then with those that `seed` draws."""
    seeds = [seed] if seed == SEED or exercise.takes_long else [SEED, seed]
    try:
        for one in seeds:
            difference = progress.first_difference(exercise.module.probes(student, random.Random(one)))
            if difference is not None:
                return difference
    except (StudentError, MemoryError):
        raise
    except Exception as error:  # numbers of a form that the probes cannot use
        raise StudentError(f"the check cannot use what your code returns: {show(error)}") from None
    return None


def failure(
    exercise: Exercise,
    error: StudentError,
    progress: Progress,
    printed: str,
    explanation: Explanation | None = None,
    *,
    path: str | os.PathLike[str] = "",
) -> Result:
    """The result of a file that gave no number; from its `path`, if it is known, the line is shown."""
    if error.raised == "NotImplementedError":
        task = str(error).rpartition(": ")[2]
        right = f" Right so far: {listed([row.name for row in progress.agreed])}." if progress.agreed else ""
        verdict = f"{exercise.heading}: still to do."
        return Result(
            exercise.name,
            False,
            verdict,
            f"To do: {task}, in place of `raise NotImplementedError(...)`.{right}",
            (),
            (NOT_WRITTEN,),
        )
    message = str(error)[0].upper() + str(error)[1:]
    message += "" if message.endswith((".", "?", "!")) else "."
    kind = error.raised or str(error).partition(":")[0][:60]
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = (kind,)
    question = ""
    if explanation is not None:
        ids, names, question = explanation.ids, explanation.names, explanation.question
        message = "\n\n".join(part for part in (explanation.said, message) if part)
    else:
        known = explained_error(*type_and_words(error), in_class="class " in exercise.text("stub.py"))
        if known is not None:
            ids, question = (known.id,), known.words
    if isinstance(error, MissingName) and not explanation:
        message += functions_text(path, message)
    line = line_text(path, error.line)
    message += f"\n\n  line {error.line}:  {line}" if line else ""
    case = f"The check asked it for this:\n  {progress.given}" if progress.given else ""
    message = "\n\n".join(part for part in (message, case, question) if part)
    return Result(exercise.name, False, f"{exercise.heading}: not yet right.", message, ids, names, printed=printed)


def type_and_words(error: StudentError) -> tuple[str, str]:
    """The type of a student's exception and its message, also of one that kept Python from reading the file."""
    where, _, message = str(error).partition(": ")
    if error.raised or "Python cannot read" not in where:
        return error.raised, message
    kind, _, words = message.partition(": ")
    return kind, words
