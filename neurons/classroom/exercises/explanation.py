"""Why an answer is wrong: the beginner's slip in it, or the mistake of the catalogue, where there is one."""

import re
from typing import Any, NamedTuple

from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.exercises.slips import Slip, slips_in
from neurons.classroom.sandbox.student import Student

LATER_EXERCISES = "Note: backward_pass returns nothing"  # how a note begins that is about a later exercise


class Explanation(NamedTuple):
    """What is wrong with an answer: said first, shown by a case, and a question at the end."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    said: str
    case: str  # the smallest case with its arithmetic, where the mistake has one of its own
    question: str

    @property
    def is_known(self) -> bool:
        """True if the mistake has a name."""
        return bool(self.ids)


def explain(exercise: Exercise, student: Student, name: str) -> Explanation | None:
    """The explanation of a wrong answer, where `name` differs; None where there is none."""
    try:
        slips = slips_in(exercise, student, name)
        if slips:
            return explanation_of_slips(slips)
        look = getattr(exercise.module, "diagnosis", None)
        return in_words_of(exercise, explanation_of(look(student, name))) if look else None
    except Exception:  # no NumPy, or code that does not answer twice: the two columns say what is wrong without a name
        return None


def in_words_of(exercise: Exercise, explanation: Explanation | None) -> Explanation | None:
    """The same with the names of the functions that the exercise's file has."""
    if explanation is None or "def delta_sigmoid(" not in exercise.text("stub.py"):
        return explanation
    said, case, question = (
        re.sub(r"\bact\(", "sigmoid(", text.replace("delta_act(", "delta_sigmoid(")) for text in explanation[2:]
    )
    return explanation._replace(said=said, case=case, question=question)


def explanation_of_slips(slips: list[Slip]) -> Explanation:
    """What to say about the slips in an answer: nearly always one."""
    mistakes = tuple(dict.fromkeys(mistake for slip in slips for mistake in slip.mistakes))
    return Explanation(
        mistakes + tuple(slip.id for slip in slips),
        (of_a_class(slips[0]),),
        " Or: ".join(slip.seen for slip in slips),
        "",
        " ".join(dict.fromkeys(slip.question for slip in slips)),
    )


def of_a_class(slip: Slip) -> str:
    """A slip by name, for a teacher who reads about many students."""
    ids = f"{slip.mistakes[0]}: " if slip.mistakes else ""
    return ids + slip.seen.replace("Your ", "The ").replace(" your ", " the ")


def explanation_of(diagnosis: Any) -> Explanation | None:
    """What a `Diagnosis` says, where it says anything of the answer."""
    if diagnosis is None or diagnosis.findings.failure and not diagnosis.mistakes:
        return None
    if diagnosis.ok:  # a convention that this exercise fixes
        rows = diagnosis.conventions
        return Explanation(*ids_and_names(rows), rows[0].sentence, "", rows[0].question) if rows else None
    rest = [part for part in diagnosis.parts_after_the_case if not part.startswith(LATER_EXERCISES)]
    if not diagnosis.mistakes:
        return Explanation((), ("a mistake that is not in the catalogue",), "", "", "\n\n".join(rest))
    case = "" if diagnosis.smallest is None else str(diagnosis.smallest)
    return Explanation(*ids_and_names(diagnosis.mistakes, diagnosis.told), diagnosis.said, case, "\n\n".join(rest))


def ids_and_names(rows: Any, told: Any = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of these rows, and the name of the likeliest, as `told` has it; the others are its twins."""
    return tuple(row.id for row in rows), (str([*told, *rows][0]),)
