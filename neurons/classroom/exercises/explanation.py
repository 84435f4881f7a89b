"""The name of the mistake in an answer, where the exercise says how to look for it."""

from typing import Any, NamedTuple

from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.sandbox.student import Student

LATER_EXERCISES = "Note: backward_pass returns nothing"  # how a note begins that is about a later exercise


class Explanation(NamedTuple):
    """What a `Diagnosis` says of an answer."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    text: str
    has_case: bool  # it has a smallest case of its own, with the arithmetic


def explain(exercise: Exercise, student: Student, name: str) -> Explanation | None:
    """The explanation of a wrong answer, where `name` differs; None where there is none."""
    look = getattr(exercise.module, "diagnosis", None)
    if look is None:
        return None
    try:
        return explanation_of(look(student, name))
    except Exception:  # no NumPy, or code that does not answer twice: the two columns say what is wrong without a name
        return None


def explanation_of(diagnosis: Any) -> Explanation | None:
    """What a `Diagnosis` says, where it says anything of the answer."""
    if diagnosis is None or diagnosis.findings.failure and not diagnosis.mistakes:
        return None
    if diagnosis.ok:  # a convention that this exercise fixes
        rows = diagnosis.conventions
        text = "\n\n".join(f"{row}\n  {row.question}" for row in rows)
        return Explanation(*ids_and_names(rows), text, False) if rows else None
    parts = [part for part in diagnosis.message.split("\n\n")[1:] if not part.startswith(LATER_EXERCISES)]
    text, has_case = "\n\n".join(parts), diagnosis.smallest is not None
    if not diagnosis.mistakes:
        return Explanation((), ("a mistake that is not in the catalogue",), text, has_case)
    return Explanation(*ids_and_names(diagnosis.mistakes), text, has_case)


def ids_and_names(rows: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of rows of the catalogue; by name only the likeliest, since the others are its twins."""
    return tuple(row.id for row in rows), (str(rows[0]),)
