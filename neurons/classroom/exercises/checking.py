"""Checking one exercise: ask the student's code for numbers, and say where they first differ from ours."""

import os
import random
import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any, NamedTuple

from neurons.classroom.sandbox.containment import NONE
from neurons.classroom.sandbox.errors import MissingName, StudentError
from neurons.classroom.sandbox.student import Limits, Student
from neurons.classroom.sandbox.values import NotNumeric, RemoteObject
from neurons.errors import NeuronsError
from neurons.text import show

TOLERANCE = 1e-5  # relative to the largest number beside it: 32-bit floats pass, no known mistake comes near
NOT_WRITTEN = "not written"  # among the names of what went wrong
OF_LATER_EXERCISES = "Note: backward_pass returns nothing"
SEED = 20
BUILT_IN = os.path.dirname(os.path.abspath(__file__))
MOST_SHOWN, MOST_LINES = 500, 10  # characters and lines of what the student's code prints
PARTS = ("stub.py", "solution.py", "lesson.md", "hints.md", "probes.py")


class Exercise:
    """One exercise: a folder with stub.py, solution.py, lesson.md, hints.md (three, parted by ---), probes.py.

    probes.py has a function `probes(student, rng)`, which yields what `case`, `same`, `raises` and `note` below
    make. It runs here, in the parent; `student` stands for the student's file. `LIMITS`, if it is there, are the
    `Limits` of a run; `FIXED = True` says that nothing is drawn; `diagnosis(student, name)` returns the `Diagnosis` of
    a wrong answer, where `name` is what differed first.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.name = os.path.basename(os.path.abspath(folder))  # 06_weight_gradients
        self.number, _, title = self.name.partition("_")
        self.title = title.replace("_", " ")
        missing = [part for part in PARTS if not os.path.isfile(os.path.join(folder, part))]
        if missing:
            raise NeuronsError(f"{folder} is no exercise: it has no {', '.join(missing)}")

    def path(self, part: str) -> str:
        """The path of one of its files."""
        return os.path.join(self.folder, part)

    def text(self, part: str) -> str:
        """The text of one of its files."""
        with open(self.path(part), encoding="utf-8") as file:
            return file.read()

    @property
    def hints(self) -> list[str]:
        """Three hints: a question, the formula in words, the line of pseudocode."""
        return [hint.strip() for hint in self.text("hints.md").split("\n---\n")]

    @cached_property
    def module(self) -> ModuleType:
        """probes.py, loaded."""
        spec = spec_from_file_location(f"neurons_exercise_{self.name}", self.path("probes.py"))
        module = module_from_spec(spec)  # type: ignore[arg-type]
        spec.loader.exec_module(module)  # type: ignore[union-attr]
        return module

    @property
    def limits(self) -> Limits:
        """What a run may take."""
        limits: Limits = getattr(self.module, "LIMITS", Limits())
        return limits

    def __repr__(self) -> str:
        return f"Exercise {self.name}"


@lru_cache
def exercises(folder: str = BUILT_IN) -> tuple[Exercise, ...]:
    """The exercises in a folder, by their numbers; the seventeen of the course if none is named."""
    names = [name for name in sorted(os.listdir(folder)) if re.match(r"\d+_\w+$", name)]
    return tuple(Exercise(os.path.join(folder, name)) for name in names)


class Case(NamedTuple):
    """From here on, this is what the student's code is asked."""

    text: str


class Same(NamedTuple):
    """A number, or a list of them, that must be the expected one."""

    name: str
    got: Any
    expected: Any
    how: str
    tolerance: float


class Raises(NamedTuple):
    """A call that must raise an exception."""

    name: str
    call: Callable[[], Any]


class Note(NamedTuple):
    """Something to say although the exercise is passed: a convention, what came of it."""

    text: str


def case(text: str) -> Case:
    """Say what the following is about, in numbers."""
    return Case(text)


def same(name: str, got: Any, expected: Any, how: str = "", tolerance: float = TOLERANCE) -> Same:
    """Compare; `how` is the arithmetic that leads to the expected number."""
    return Same(name, got, expected, how, tolerance)


def raises(name: str, call: Callable[[], Any]) -> Raises:
    """The call must raise."""
    return Raises(name, call)


def note(text: str) -> Note:
    """Say this when the exercise is passed."""
    return Note(text)


def listed(values: Any) -> str:
    """[0.5, -1], of numbers, texts and lists."""
    if isinstance(values, (list, tuple)):
        return "[" + ", ".join(listed(value) for value in values) + "]"
    return f"{values:.6g}" if isinstance(values, float) else str(values)


def largest(value: Any) -> float:
    """The largest absolute value in a nested list."""
    if isinstance(value, list):
        return max((largest(item) for item in value), default=0.0)
    return abs(value)


def close(got: Any, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """True if `got` has the form of `expected` and its numbers, up to rounding. Only floats and lists count."""
    room = tolerance * largest(expected) + 1e-12

    def fits(one: Any, other: Any) -> bool:
        if type(other) is list:
            return type(one) is list and len(one) == len(other) and all(map(fits, one, other))
        return type(one) is float and abs(one - other) <= room

    return fits(got, expected)


class Result(NamedTuple):
    """What came of a check."""

    exercise: str  # 06_weight_gradients
    passed: bool
    verdict: str  # one line
    message: str = ""  # the rest, for the student
    mistakes: tuple[str, ...] = ()  # ids of the catalogue
    names: tuple[str, ...] = ()  # the mistakes by name, or what else went wrong: for counting over a class
    notes: tuple[str, ...] = ()
    printed: str = ""  # what the student's code printed, cut

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:  # the last line of a notebook's cell shows it
        return str(self)

    def __str__(self) -> str:
        parts = [self.verdict, self.message, *self.notes]
        if self.printed:
            parts.append("Your code printed:\n" + "\n".join("  " + line for line in self.printed.splitlines()))
        return "\n\n".join(part for part in parts if part)


class Found(NamedTuple):
    """The mistake by name."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    text: str
    with_case: bool  # it has a smallest case of its own, with the arithmetic


class Progress:
    """How far a check has come: the case, what agreed in it, and the notes."""

    def __init__(self) -> None:
        self.case = ""
        self.agreed: list[Same] = []
        self.notes: list[str] = []

    def first_difference(self, events: Iterator[Any]) -> Any:
        """Go on until something differs; return it, or None."""
        for event in events:
            if isinstance(event, Case):
                self.case, self.agreed = event.text, []
            elif isinstance(event, Note):
                if event.text not in self.notes:
                    self.notes.append(event.text)
            elif isinstance(event, Raises):
                try:
                    event.call()
                except StudentError as trouble:
                    if not trouble.raised:
                        raise
                else:
                    return event
            elif not close(event.got, event.expected, event.tolerance):
                return event
            else:
                self.agreed.append(event)
        return None


def check(
    exercise: Exercise,
    path: str | os.PathLike[str],
    *,
    level: str = NONE,
    seed: int = SEED,
    within: str | None = None,
) -> Result:
    """Check a student's file; whatever it does, a `Result` comes back. `seed` draws a second set of probes.

    The file is run in a temporary folder, made in the folder `within` if one is named.
    """
    progress = Progress()
    title = f"{exercise.number} {exercise.title}"
    student = differs = found = None
    try:
        with Student(path, level=level, limits=exercise.limits, within=within) as student:
            try:
                differs = differing(exercise, student, progress, seed)
            except (
                StudentError
            ) as trouble:  # a number that was never set, shapes that do not fit: there may be a name for it
                if trouble.raised == "NotImplementedError" or not (trouble.raised or isinstance(trouble, MissingName)):
                    raise
                found = diagnosed(exercise, student, "")
                if found is None or not (found.ids or isinstance(trouble, MissingName)):
                    raise
                if trouble.raised:
                    return named_trouble(exercise, title, trouble, progress, found, printed(student))
                progress.agreed, differs = [], Same(str(trouble), NotNumeric("None"), 0.0, "", 0.0)
            else:
                found = diagnosed(exercise, student, differs.name) if isinstance(differs, Same) else None
    except StudentError as trouble:
        return of_trouble(exercise, title, trouble, progress, printed(student))
    except OSError as error:
        return Result(exercise.name, False, f"{title}: not checked", f"The file cannot be read: {error.strerror}.")
    if differs is None:
        return Result(exercise.name, True, f"{title}: passed.", notes=tuple(progress.notes), printed=printed(student))
    columns = two_columns(progress, differs)
    return Result(
        exercise.name,
        False,
        f"{title}: not yet right.",
        found.text if found and found.with_case else f"{columns}\n\n{found.text}" if found else columns,
        found.ids if found else (),
        found.names if found else (f"wrong {differs.name}",),
        printed=printed(student),
    )


def differing(exercise: Exercise, student: Student, progress: Progress, seed: int) -> Same | Raises | None:
    """What differs first, with the probes that are always the same and then with those that `seed` draws."""
    seeds = [SEED] if seed == SEED or getattr(exercise.module, "FIXED", False) else [SEED, seed]
    try:
        for one in seeds:
            differs: Same | Raises | None = progress.first_difference(
                exercise.module.probes(student, random.Random(one))
            )
            if differs is not None:
                return differs
    except (StudentError, MemoryError):
        raise
    except Exception as error:  # numbers of a form that the probes cannot use
        raise StudentError(f"what your code returns cannot be used: {show(error)}") from None
    return None


def printed(student: Student | None) -> str:
    """What the student's code printed, with what was left out."""
    if student is None or not student.num_printed:
        return ""
    text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in student.printed)
    lines = text[:MOST_SHOWN].rstrip().split("\n")[:MOST_LINES]
    is_cut = len(text.rstrip()) > len("\n".join(lines))
    return "\n".join([*lines, f"... {student.num_printed:,} bytes in all"] if is_cut else lines)


def of_trouble(exercise: Exercise, title: str, trouble: StudentError, progress: Progress, text: str) -> Result:
    """The result of a file that gave no number."""
    if trouble.raised == "NotImplementedError":
        task = str(trouble).rpartition(": ")[2]
        message = f"To do: {task}. What it is about: python -m neurons course lesson {exercise.number}"
        return Result(exercise.name, False, f"{title}: still to do.", message, (), (NOT_WRITTEN,))
    message = str(trouble)[0].upper() + str(trouble)[1:]
    message += "" if message.endswith((".", "?", "!")) else "."
    if progress.case:
        message += f"\n\nIt was asked this:\n  {progress.case}"
    kind = trouble.raised or str(trouble).partition(":")[0][:60]
    return Result(exercise.name, False, f"{title}: not yet right.", message, (), (kind,), printed=text)


def named_trouble(
    exercise: Exercise, title: str, trouble: StudentError, progress: Progress, found: Found, text: str
) -> Result:
    """The result of a file that raises an exception for a reason that has a name."""
    result = of_trouble(exercise, title, trouble, progress, text)
    return result._replace(message=f"{result.message}\n\n{found.text}", mistakes=found.ids, names=found.names)


def shown(value: Any) -> str:
    """What the student's code gave, short."""
    if isinstance(value, (NotNumeric, RemoteObject)):
        return f"{value!r}, which is no number"
    return listed(value)


def two_columns(progress: Progress, differs: Same | Raises) -> str:
    """The case, and its numbers beside ours, down to the first that differs."""
    lines = ["The smallest case that shows it:", f"  {progress.case}", ""]
    if isinstance(differs, Raises):
        return "\n".join(
            [*lines, f"  {differs.name} should raise an exception here, such as ValueError, but does not."]
        )
    rows = [*progress.agreed, differs]
    width = max(len(row.name) for row in rows) + 2
    cells = [(shown(row.got), shown(row.expected)) for row in rows]
    first = max(len("yours"), *(len(yours) for yours, _ in cells))
    if first > 60:  # lists of lists: one below the other
        lines += [f"  {differs.name}", f"    yours    {cut(cells[-1][0])}", f"    correct  {cut(cells[-1][1])}"]
    else:
        lines.append(f"  {'':<{width}}{'yours':<{first}}  correct")
        for row, (yours, correct) in zip(rows, cells, strict=True):
            mark = "   <- the first that differs" if row is differs else ""
            lines.append(f"  {row.name:<{width}}{yours:<{first}}  {correct}{mark}")
    if differs.how:
        lines += ["", f"  {differs.name} = {differs.how}"]
    if isinstance(differs.got, NotNumeric) and differs.got.what == "None":
        lines += ["", "  None is what a function gives without a `return`, and a name that was never set."]
    return "\n".join(lines)


def cut(text: str) -> str:
    """At most 300 characters."""
    return text if len(text) <= 300 else text[:297] + "..."


def diagnosed(exercise: Exercise, student: Student, name: str) -> Found | None:
    """The name of the mistake, where the exercise says how to look for it, and one fits or none is known."""
    look = getattr(exercise.module, "diagnosis", None)
    if look is None:
        return None
    try:
        return put_into_words(look(student, name))
    except Exception:  # no NumPy, or code that does not answer twice: the two columns say what is wrong without a name
        return None


def put_into_words(diagnosis: Any) -> Found | None:
    """What a `Diagnosis` says, where it says anything of the answer."""
    if diagnosis is None or diagnosis.found.trouble and not diagnosis.mistakes:
        return None
    if diagnosis.ok:  # a convention that this exercise fixes
        rows = diagnosis.conventions
        text = "\n\n".join(f"{row}\n  {row.question}" for row in rows)
        return Found(*ids_and_names(rows), text, False) if rows else None
    parts = [part for part in diagnosis.message.split("\n\n")[1:] if not part.startswith(OF_LATER_EXERCISES)]
    text, with_case = "\n\n".join(parts), diagnosis.smallest is not None
    if not diagnosis.mistakes:
        return Found((), ("a mistake that is not in the catalogue",), text, with_case)
    return Found(*ids_and_names(diagnosis.mistakes), text, with_case)


def ids_and_names(rows: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of rows of the catalogue; by name only the likeliest, since the others are its twins."""
    return tuple(row.id for row in rows), (str(rows[0]),)
