"""A class of six to try grading on: what each handed in, right and wrong, made from the exercises' solutions."""

from neurons import NeuronsError
from neurons.classroom.exercises.exercise import Exercise, exercises
from neurons.pages import zipped

HANDED_IN = ("01", "04", "06")
# student -> exercise -> (what in its solution, what the student wrote there); None: the file as it was given.
MISTAKES: dict[str, dict[str, tuple[str, str] | None]] = {
    "ada": {},
    "ben": {"06": ("error = output_gradient * activation_gradient", "error = output_gradient")},
    "chidi": {"01": ("return z + bias", "return z")},
    "dana": {"06": ("error * input_activation", "error")},
    "emre": {"04": ("sigmoid(linear_activation)", "linear_activation"), "06": None},
    "fatima": {"06": ("self.bias_gradient = error", "self.bias_gradient = 0.0")},
}


def sample_class() -> bytes:
    """A zip with one submission.zip per student, as `course submit` makes them, in a folder `class`."""
    return zipped({f"class/{student}.zip": zipped(files_of(student)) for student in MISTAKES})


def files_of(student: str) -> dict[str, bytes]:
    """{"06_weight_gradients.py": its bytes}: all exercises, those that were not touched as they were given."""
    return {f"{exercise.name}.py": answer(exercise, student).encode() for exercise in exercises()}


def answer(exercise: Exercise, student: str) -> str:
    """One file of a student's."""
    change = MISTAKES[student].get(exercise.number, ("", ""))
    if exercise.number not in HANDED_IN or change is None:
        return exercise.text("stub.py")
    old, new = change
    solution = exercise.text("solution.py")
    if old not in solution:
        raise NeuronsError(f"the solution of {exercise.heading} has no {old!r} for the sample class to change")
    return solution.replace(old, new) if old else solution
