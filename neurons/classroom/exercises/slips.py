"""Beginners' slips: wrong answers with a name. Each is run beside the student's; where both do the same, it is named.

An exercise's slips.py holds `slips`, each a wrong answer as students write it, and `seen(part, answer, look)`, which
asks an answer for all that decides: `answer` stands for a file, the student's or one with the slip in it.
"""

import re
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from types import SimpleNamespace
from typing import Any, NamedTuple

from neurons.classroom.exercises.events import close
from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.sandbox.errors import MissingName, StudentError
from neurons.classroom.sandbox.student import Student
from neurons.classroom.sandbox.values import NotNumeric, RemoteObject
from neurons.classroom.sandbox.worker.channel import plain

MOST_NUMBERS = 10_000  # in one answer of ours
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
OWN_NAMES = ("NameError", "UnboundLocalError", "AttributeError")  # their messages quote the student's own names
TOO_LARGE = "OverflowError"  # its message differs between exp(x) and e**x
SECONDS_TO_PRINT = 0.2  # what a process prints comes through another pipe than its answers


class Slip(NamedTuple):
    """A wrong answer to `part` of an exercise: what the student sees of it, and a question that leads out of it."""

    id: str
    part: str  # the function or the method that is written
    seen: str
    question: str
    wrong: Callable[..., Any]
    mistakes: tuple[str, ...] = ()  # ids of the catalogue, where it has this mistake, too


class Slips(list[Slip]):
    """The slips of an exercise: `@slips("relu")` adds a function, whose docstring is what is seen, and the question."""

    def __call__(self, part: str, mistakes: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def add(wrong: Callable[..., Any]) -> Callable[..., Any]:
            seen, question = (" ".join(text.split()) for text in (wrong.__doc__ or "").split("\n\n"))
            self.append(Slip(wrong.__name__, part, seen, question, wrong, tuple(mistakes.split())))
            return wrong

        return add

    def parts(self, name: str) -> list[str]:
        """The parts that a wrong number of this name can belong to: the one that it begins with, or all."""
        parts = list(dict.fromkeys(slip.part for slip in self))
        return [part for part in parts if name.startswith(part)] or parts


class Note(NamedTuple):
    """One thing that an answer gives: what was looked at, whether it is a value, an exception or missing, and what."""

    about: str
    kind: str
    value: Any = None


RETURNED = "what is returned"


class Look:
    """Notes what an answer gives when it is asked: values, exceptions, names that are missing."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def __call__(self, call: Callable[[], Any], about: str = RETURNED) -> Any:
        """Call it, note what comes of it, and return that."""
        value = None
        try:
            value = call()
            self.notes.append(Note(about, "gives", comparable(value)))
        except MissingName:
            self.notes.append(Note(about, "misses"))
        except StudentError as error:
            if not error.raised:
                raise
            self.raises(about, error.raised, str(error).partition(": ")[2])
        except Exception as error:
            self.raises(about, type(error).__name__, str(error))
        return value

    def raises(self, about: str, kind: str, message: str) -> None:
        """Note an exception."""
        self.notes.append(Note(about, "raises", (kind, without_names(kind, message))))

    def runs(self, call: Callable[[], Any]) -> None:
        """Call it; what it returns is nobody's concern, only whether it raises."""
        self(call)
        if self.notes[-1].kind != "raises":
            del self.notes[-1]

    def at(self, owner: Any, *names: str) -> None:
        """Note attributes of an object."""
        for name in names:
            if isinstance(owner, RemoteObject) or hasattr(owner, name):
                self(partial(getattr, owner, name), name)
            else:
                self.notes.append(Note(name, "misses"))


def comparable(value: Any) -> Any:
    """Numbers and lists of numbers as they are; anything else in words."""
    if not isinstance(value, (NotNumeric, RemoteObject, list, float)):
        value = plain(value, [], [MOST_NUMBERS])
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return f"not a number: {value.get('not_numeric', value.get('type'))}"
    if isinstance(value, RemoteObject):
        return f"not a number: {vars(value)['_kind']}"
    return f"not a number: {value}" if isinstance(value, NotNumeric) else value


def without_names(kind: str, message: str) -> str:
    """An exception's message without the names that it quotes."""
    if kind == TOO_LARGE:
        return ""
    return re.sub(r"'[^']*'", "''", message) if kind in OWN_NAMES else message


def alike(one: Note, other: Note) -> bool:
    """True if two notes say the same: numbers up to rounding, a bare exception (ours) for any message."""
    if one[:2] != other[:2]:
        return False
    if one.kind == "raises":
        return bool(one.value[0] == other.value[0] and one.value[1] in ("", other.value[1]))
    return same_value(one.value, other.value)


def agreement(ours: list[Note], theirs: list[Note], needed: tuple[str, ...]) -> int:
    """How many notes of a slip are the same as the student's; 0 if a `needed` one differs."""
    if len(ours) != len(theirs):
        return 0
    same = [alike(one, other) for one, other in zip(ours, theirs, strict=True)]
    if not all(fits for fits, note in zip(same, ours, strict=True) if not needed or note.about in needed):
        return 0
    return sum(same)


def same_value(one: Any, other: Any) -> bool:
    """True for the same numbers up to rounding, in the same form, and for the same words."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    return close(one, other) if type(one) is float and type(other) is float else bool(one == other)


def answer_with(module: Any, slip: Slip) -> Any:
    """What stands for a file with this slip in it: a function, or a class with one wrong method."""
    if not hasattr(module, "BASE"):
        return SimpleNamespace(**{getattr(module, "FUNCTIONS", {}).get(slip.part, slip.part): slip.wrong})
    return SimpleNamespace(Neuron=type("Neuron", (module.BASE,), {slip.part: slip.wrong}))


def neuron_of(answer: Any, weights: list[float], bias: float) -> Any:
    """A neuron of the answer's with these numbers."""
    neuron = answer.Neuron(len(weights))
    neuron.weights, neuron.bias = list(weights), bias
    return neuron


def notes_of(module: Any, part: str, answer: Any) -> list[Note]:
    """All that an answer gives."""
    look = Look()
    module.seen(part, answer, look)
    return look.notes


def notes_with(module: Any, slip: Slip) -> tuple[list[Note], list[float]]:
    """All that an answer with this slip gives, and the numbers that it prints."""
    with redirect_stdout(StringIO()) as printed:
        notes = notes_of(module, slip.part, answer_with(module, slip))
    return notes, printed_numbers(printed.getvalue())


def printed_numbers(text: str) -> list[float]:
    """The numbers in a text."""
    return [float(number) for number in NUMBER.findall(text)]


def slips_in(exercise: Exercise, student: Student, name: str) -> list[Slip]:
    """The slips that do what the student's answer does, where `name` differs first: usually none, or one.

    Without a name, an exception ended it: then only a slip that raises one can be the cause.
    One that does all of it is wanted. Where there is none, because a later part is wrong or missing as well, it is
    enough to do the same down to what differs; of several, those that agree most with what comes after.
    """
    module = exercise.slips_module
    found: list[Slip] = []
    if module is None:
        return found
    for part in module.slips.parts(name):
        theirs = notes_of(module, part, student)
        rows = [(slip, *notes_with(module, slip)) for slip in module.slips if slip.part == part]
        rows = [row for row in rows if name or any(note.kind == "raises" for note in row[1])]
        order = getattr(module, "ORDER", {})
        down_to = tuple(order)[: list(order.values()).index(name) + 1] if name in order.values() else ()
        for needed in ((), down_to) if down_to else ((),):
            counts = [(agreement(ours, theirs, needed), slip, prints) for slip, ours, prints in rows]
            best = max((count for count, _, _ in counts), default=0)
            matching = [(slip, prints) for count, slip, prints in counts if count == best > 0]
            printing = [slip for slip, prints in matching if prints and has_printed(student, prints)]
            quiet = [slip for slip, prints in matching if not prints]
            if printing or quiet:
                found += printing or quiet
                break
    return found


def has_printed(student: Student, numbers: Iterable[float]) -> bool:
    """True if the student's code has printed all these numbers, among others."""
    end = time.monotonic() + SECONDS_TO_PRINT
    while True:
        printed = printed_numbers(student.printed)
        if all(any(close(one, number) for one in printed) for number in numbers):
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
