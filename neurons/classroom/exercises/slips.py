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
from neurons.classroom.sandbox.worker import plain

MOST_NUMBERS = 10_000  # in one answer of ours
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
OWN_NAMES = ("NameError", "UnboundLocalError", "AttributeError")  # their messages quote names of the student's own
TOO_LARGE = "OverflowError"  # its message differs between exp(x) and e**x
SECONDS_TO_PRINT = 0.3  # what a process prints comes through another pipe than its answers


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


class Look:
    """Notes what an answer gives when it is asked: values, exceptions, names that are missing."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, Any]] = []

    def __call__(self, call: Callable[[], Any]) -> Any:
        """Call it, note what comes of it, and return that."""
        value = None
        try:
            value = call()
            self.notes.append(("gives", comparable(value)))
        except MissingName:
            self.notes.append(("misses", ""))
        except StudentError as error:
            if not error.raised:
                raise
            self.notes.append(("raises", (error.raised, without_names(error.raised, str(error).partition(": ")[2]))))
        except Exception as error:
            self.notes.append(("raises", (type(error).__name__, without_names(type(error).__name__, str(error)))))
        return value

    def at(self, owner: Any, *names: str) -> None:
        """Note attributes of an object."""
        for name in names:
            if isinstance(owner, RemoteObject) or hasattr(owner, name):
                self(partial(getattr, owner, name))
            else:
                self.notes.append(("misses", ""))


def comparable(value: Any) -> Any:
    """Numbers and lists of them as they are, whoever gave them; anything else in words."""
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


def alike(one: Any, other: Any) -> bool:
    """True if two notes say the same: numbers up to rounding, a bare exception (ours) for any message."""
    if one[0] != other[0]:
        return False
    if one[0] == "raises":
        return bool(one[1][0] == other[1][0] and one[1][1] in ("", other[1][1]))
    return same_value(one[1], other[1])


def same_value(one: Any, other: Any) -> bool:
    """True for the same numbers up to rounding, in the same form, and for the same words."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    return close(one, other) if type(one) is float and type(other) is float else bool(one == other)


def answer_with(slip: Slip, base: type | None) -> Any:
    """What stands for a file with this slip in it: a function, or a class with one wrong method."""
    if base is None:
        return SimpleNamespace(**{slip.part: slip.wrong})
    return SimpleNamespace(Neuron=type("Neuron", (base,), {slip.part: slip.wrong}))


def neuron_of(answer: Any, weights: list[float], bias: float) -> Any:
    """A neuron of the answer's with these numbers."""
    neuron = answer.Neuron(len(weights))
    neuron.weights, neuron.bias = list(weights), bias
    return neuron


def notes_of(module: Any, part: str, answer: Any) -> list[tuple[str, Any]]:
    """All that an answer gives."""
    look = Look()
    module.seen(part, answer, look)
    return look.notes


def notes_with(module: Any, slip: Slip) -> tuple[list[tuple[str, Any]], list[float]]:
    """All that an answer with this slip gives, and the numbers that it prints."""
    with redirect_stdout(StringIO()) as printed:
        notes = notes_of(module, slip.part, answer_with(slip, getattr(module, "BASE", None)))
    return notes, printed_numbers(printed.getvalue())


def printed_numbers(text: str) -> list[float]:
    """The numbers in a text."""
    return [float(number) for number in NUMBER.findall(text)]


def slips_in(exercise: Exercise, student: Student, name: str) -> list[Slip]:
    """The slips that do all that the student's answer does, where `name` differs: usually none, or one."""
    module = exercise.slips_module
    found: list[Slip] = []
    if module is None:
        return found
    for part in module.slips.parts(name):
        notes = notes_of(module, part, student)
        matching = []
        for slip in module.slips:
            if slip.part == part:
                ours, prints = notes_with(module, slip)
                if len(ours) == len(notes) and all(map(alike, ours, notes)):
                    matching.append((slip, prints))
        printing = [slip for slip, prints in matching if prints and has_printed(student, prints)]
        found += printing or [slip for slip, prints in matching if not prints]
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
