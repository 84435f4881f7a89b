"""How the checker speaks to a student's program: one interface, whatever runs the program.

What is called, read or set goes to the program as a question, and only plain numbers come back; objects stay there and
come back as `RemoteObject`s, which can be asked further.
"""

import base64
import os
import tempfile
from abc import ABC, abstractmethod
from math import isfinite
from typing import Any, NamedTuple

from neurons.classroom.sandbox.errors import MissingName, StudentError
from neurons.classroom.sandbox.source import LARGEST_FILE, file_name, printable
from neurons.classroom.sandbox.values import Lent, NotNumeric, RemoteObject

LONGEST_ANSWER = 4 * 2**20  # bytes
DEEPEST = 10  # lists in lists
PER_QUESTION = 0.005  # seconds that a question brings with it
MOST_PRINTED = 2000  # characters kept of what the student's code prints
NO_ANSWER = "something else than the answer was written into the channel for answers"


class Limits(NamedTuple):
    """What a run may take: seconds of computing, seconds on the clock, megabytes of memory."""

    cpu_seconds: int = 2
    seconds: float = 5.0
    megabytes: int = 256


USUAL = Limits()


class Transport(ABC):
    """A student's program, run somewhere: `load` it, then `get`, `set`, `call` and `delete` its names, then `close`.

    `of` is the number of a student's object, or None for the file itself. Whatever the program does other than
    compute is raised as `StudentError`, with a sentence. A kind of transport says how the file is loaded, how one
    question gets its answer (both in JSON's terms, as `worker` has them), and how all of it is ended.
    """

    def __init__(self, source: bytes, name: str, limits: Limits, within: str | None) -> None:
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="neurons-", dir=within))  # where the program works
        self.path = os.path.join(self.folder, file_name(name))
        with open(self.path, "wb") as file:
            file.write(source)
        self.limits = limits
        self.seconds_left = limits.seconds
        self.printed, self.num_printed = "", 0  # what the program printed, cut; how many bytes it was
        self.callbacks: list[Any] = []

    @abstractmethod
    def load(self) -> None:
        """Run the file from top to bottom."""

    @abstractmethod
    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question and its answer, checked and decoded; what it asks back in the meantime is answered."""

    @abstractmethod
    def close(self) -> None:
        """End the program and whatever it started; remove what it left."""

    def get(self, of: int | None, name: str) -> Any:
        """An attribute: a number, a `RemoteObject`, or a function to call."""
        answer = self.ask({"do": "get", "of": of, "name": name})
        if "function" in answer:
            return lambda *arguments: self.call(of, name, arguments)
        return answer["value"]

    def set(self, of: int | None, name: str, value: Any) -> None:
        """Give an attribute another value."""
        self.ask({"do": "set", "of": of, "name": name, "value": self.encoded(value)})

    def delete(self, of: int | None, name: str) -> None:
        """Remove an attribute; `MissingName` if there is none."""
        self.ask({"do": "delete", "of": of, "name": name})

    def call(self, of: int | None, name: str | None, arguments: tuple[Any, ...]) -> Any:
        """What one of the student's functions returns for these arguments."""
        encoded = [self.encoded(argument) for argument in arguments]
        answer = self.ask({"do": "call", "of": of, "name": name, "arguments": encoded})
        lent = [argument for argument in arguments if isinstance(argument, Lent)]
        after = answer.get("lent", [])
        if "value" not in answer or not isinstance(after, list) or len(after) != len(lent):
            raise StudentError(NO_ANSWER)
        for argument, value in zip(lent, after, strict=True):
            argument.after = value
        return answer["value"]

    def give_time(self) -> None:
        """The time that a question brings with it."""
        # Naming a mistake takes thousands of questions, and on a busy machine each waits for its turn.
        self.seconds_left = min(self.seconds_left + PER_QUESTION, self.limits.seconds)

    def out_of_time(self) -> StudentError:
        """What is said when the time is over."""
        return StudentError(
            f"it never finishes (no answer within {self.limits.seconds:g} seconds). Is there a loop that never"
            " stops, or one that waits?"
        )

    def answer_callback(self, answer: dict[str, Any]) -> Any:
        """What a function that the program was given says to the arguments in its question, encoded."""
        number, arguments = answer["callback"], answer.get("arguments")
        if type(number) is not int or not 0 <= number < len(self.callbacks):
            raise StudentError(NO_ANSWER)
        if not isinstance(arguments, list):
            raise StudentError(f"the function that your code was given is called with {printable(arguments, 80)}")
        return self.encoded(self.callbacks[number](*arguments))

    def decoded_answer(self, answer: Any, expected: str) -> dict[str, Any]:
        """The answer, checked, with its numbers decoded."""
        checked = self.checked_answer(answer, expected)
        for name in {"value", "arguments", "lent"} & checked.keys():
            checked[name] = self.decoded(checked[name])
        return checked

    def checked_answer(self, answer: Any, expected: str) -> dict[str, Any]:
        """The answer if it holds what is expected; what it says instead is raised."""
        if not isinstance(answer, dict):
            raise StudentError(NO_ANSWER)
        line_number = answer.get("line")
        line_number = line_number if type(line_number) is int and 0 < line_number <= LARGEST_FILE else 0
        if "forbidden" in answer:
            where = f" in line {line_number}" if line_number else ""
            raise StudentError(f"stopped{where}: {printable(answer['forbidden'])}", line_number)
        if "syntax" in answer:
            where = f" in line {line_number}" if line_number else ""
            raise StudentError(f"Python cannot read the file{where}: {printable(answer['syntax'])}", line_number)
        if "missing" in answer:
            owner = printable(answer.get("in", ""), 60)
            where = f"your {owner} has no `" if owner else "your file has no `"
            raise MissingName(f"{where}{printable(answer['missing'], 60)}`" + (": it was never set" if owner else ""))
        if "raised" in answer:
            where = f" in line {line_number}" if line_number else ""
            message = printable(answer.get("message", ""))
            raise StudentError(
                f"your code raises {printable(answer['raised'], 60)}{where}{': ' if message else ''}{message}",
                line_number,
                printable(answer["raised"], 60),
            )
        if "callback" in answer and expected == "value":
            return answer
        if expected not in answer and "function" not in answer:
            raise StudentError(NO_ANSWER)
        return answer

    def encoded(self, value: Any) -> Any:
        """`value` in the form in which it goes to the worker."""
        if isinstance(value, RemoteObject):
            return {"object": value._number}
        if callable(value):
            self.callbacks.append(value)
            return {"callback": len(self.callbacks) - 1}
        if hasattr(value, "dtype"):
            if value.dtype == "uint8":
                packed = base64.b64encode(value.tobytes()).decode("ascii")
                return {"array": list(value.shape), "bytes": packed, "divisor": 255}
            return {"array": value.tolist()}
        if isinstance(value, Lent):
            return {"lent": self.encoded(value.value), "reused": value.reused}
        if isinstance(value, (list, tuple)):
            return [self.encoded(item) for item in value]
        return value

    def decoded(self, value: Any, depth: int = 0) -> Any:
        """What came back, as floats and lists of floats; `RemoteObject`s and `NotNumeric` for all else."""
        if depth > DEEPEST:
            return NotNumeric("a list in more lists than anything here needs")
        if type(value) in (int, float):
            try:
                number = float(value)
            except OverflowError:
                return NotNumeric("a number too large")
            return number if isfinite(number) else NotNumeric(f"the number {number}")
        if type(value) is list:
            return [self.decoded(item, depth + 1) for item in value]
        if type(value) is dict and type(value.get("object")) is int:
            return RemoteObject(self, value["object"], printable(value.get("type", "?"), 60))
        if type(value) is dict and "not_numeric" in value:
            return NotNumeric(printable(value["not_numeric"], 80))
        return NotNumeric("no number")
