"""What a student's code computed, and what keeps it from being observed.

Numbers are named W1, b1, W2, ... as in `reference.Pass.groups`.
"""

import traceback
from collections.abc import Callable
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.text import show

FLOAT64, FLOAT32 = 1e-6, 1e-4  # how far a number may be off, relative to the largest of its group
LONGEST_LINE = 80  # characters of the student's code in a message


class ObservationError(Exception):
    """What keeps a function from being looked at, in a sentence; `ids` are mistakes known to cause it."""

    def __init__(self, message: str, ids: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.ids = ids


class Observation(NamedTuple):
    """What the student's code computed for a case, by name, and how far each number may be off."""

    case: Case
    groups: dict[str, Array]
    rounding: float = FLOAT64
    noise: float = 0.0  # absolute, from the difference of two parameters

    def allowed(self, name: str) -> float:
        """How far a number of this group may be off."""
        largest = float(np.abs(self.groups[name]).max())
        if largest == 0.0:
            largest = max(float(np.abs(values).max()) for values in self.groups.values())
        return self.rounding * largest + self.noise + 1e-13

    def agrees_with(self, other: "Observation") -> bool:
        """True if the numbers are the same in both, up to rounding."""
        return all(
            bool(np.abs(self.groups[name] - other.groups[name]).max() <= self.allowed(name)) for name in self.groups
        )


def line_of(error: BaseException, code: CodeType | None) -> str:
    """Where in the student's code an exception came from: the last line that belongs to its file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if code is not None and frame.filename == code.co_filename]
    if not own:
        return ""
    text = own[-1].line or ""
    line = f": {text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + '...'}" if text else ""
    return f", in line {own[-1].lineno} ({own[-1].name}){line}"


def call_student(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """What the function returns; an exception of its own becomes a `ObservationError` that names the line."""
    try:
        with np.errstate(all="ignore"):
            return function(*arguments, **keywords)
    except (Exception, SystemExit) as error:
        definition = function.__init__ if isinstance(function, type) else function  # type: ignore[misc]
        code = getattr(getattr(definition, "__func__", definition), "__code__", None)
        raise ObservationError(f"your code raises {exception_text(error)}{line_of(error, code)}") from error


def exception_text(error: BaseException) -> str:
    """The type of an exception and its message, if it has one that can be printed."""
    try:
        message = str(error)
    except Exception:
        message = ""
    return type(error).__name__ + (f": {message}" if message else "")


def as_numbers(value: Any, what: str) -> tuple[Array, bool]:
    """`value` as an array of floats, and whether it is float32; text, None and truth values are not numbers."""
    try:
        raw = np.asarray(value)
        known = (
            raw.dtype.kind in "iuf"
            or raw.dtype.kind == "O"
            and not any(item is None or isinstance(item, (str, bytes, bool)) for item in raw.flat)
        )
        array = raw.astype(float) if known else None
    except (TypeError, ValueError):
        array = None
    except Exception as error:
        raise ObservationError(
            f"{what} is not an array of numbers but {show(value)} ({exception_text(error)})"
        ) from error
    if array is None:
        raise ObservationError(f"{what} is not an array of numbers but {show(value)}")
    return array, raw.dtype in (np.float32, np.float16)
