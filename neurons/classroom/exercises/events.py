"""What `probes` of an exercise yields, one after the other: what is given, what is expected, what to note."""

from collections.abc import Callable
from typing import Any, NamedTuple

TOLERANCE = 1e-5  # relative to the largest number beside it: 32-bit floats pass, no known mistake comes near


class Given(NamedTuple):
    """From here on, this is what the student's code is given, in numbers."""

    text: str


class Expect(NamedTuple):
    """A number, or a list of them, that must be the expected one; `how` is the arithmetic that leads to it.

    `said` is what a student reads first where it differs, if there is a sentence that is true in any case.
    `given` marks what comes from a part of the file that the student was given: nothing to praise.
    """

    name: str
    got: Any
    expected: Any
    how: str = ""
    tolerance: float = TOLERANCE
    said: str = ""
    given: bool = False


class ExpectError(NamedTuple):
    """A call that must raise an exception."""

    name: str
    call: Callable[[], Any]


class Note(NamedTuple):
    """Something to say although the exercise is passed: a convention, or a result."""

    text: str


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
