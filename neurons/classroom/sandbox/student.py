"""The parent's end of the pipe: a student's functions and classes, to be called as if they were here.

`Student` looks like a module with the student's names. What is called, read or set goes to the worker as a question,
and only plain numbers come back; objects stay there and come back as `Thing`s, which can be asked further.
"""

import base64
import json
import os
import queue
import re
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from math import inf, isfinite
from typing import Any, NamedTuple

from neurons.checks import how_many
from neurons.classroom.sandbox.containment import NONE, launch

LONGEST_ANSWER = 4 * 2**20  # bytes
MOST_ANSWERS = 10  # lines kept that nobody has asked for yet
DEEPEST = 10  # lists in lists
LARGEST_FILE = 2**20  # bytes: a longer file is no exercise
PER_QUESTION = 0.005  # seconds that a question brings with it
MOST_PRINTED = 2000  # characters kept of what the student's code prints


class Limits(NamedTuple):
    """What a run may take: seconds of computing, seconds on the clock, megabytes of memory."""

    cpu_seconds: int = 2
    seconds: float = 5.0
    megabytes: int = 256


USUAL = Limits()


class Trouble(Exception):
    """Why a student's file gives no number, in a sentence that the student may read; `line` is where, or 0."""

    def __init__(self, message: str, line: int = 0, raised: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.raised = raised  # the type of the exception, where it is one of the student's code


class Missing(Trouble, AttributeError):
    """A name that the student's code does not have."""


def readable(text: Any, most: int = 300) -> str:
    """Foreign text on one line, without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))[:most].strip()


def checked_source(source: bytes) -> bytes:
    """The bytes of a file if they may be Python text; `Trouble` says what they are instead."""
    if len(source) > LARGEST_FILE:
        raise Trouble("the file is longer than 1 MB: no exercise needs that much")
    if not source.strip():
        raise Trouble("the file is empty")
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Trouble("the file is saved as UTF-16: save it as UTF-8")
    if b"\0" in source:
        raise Trouble("the file is not Python text: it holds zero bytes, as programs, pictures and archives do")
    if not re.search(rb"coding[:=]", b"\n".join(source.split(b"\n", 2)[:2])):  # else Python looks for itself
        try:
            source.decode("utf-8")
        except UnicodeDecodeError as error:
            line = source[: error.start].count(b"\n") + 1
            raise Trouble(f"line {line} of the file has bytes that are not UTF-8: save it as UTF-8", line) from None
    return source


class Thing:
    """An object of the student's that lives in the worker."""

    def __init__(self, student: "Student", number: int, kind: str) -> None:
        vars(self).update(_student=student, _number=number, _kind=kind)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._student.get(self._number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._student.ask({"do": "set", "of": self._number, "name": name, "value": self._student.sent(value)})

    def __call__(self, *arguments: Any) -> Any:
        return self._student.call(self._number, None, arguments)

    def __repr__(self) -> str:
        return f"an object of type {self._kind}"


class Lent(list[float]):
    """A list that its owner fills with zeros after the call that it was given to."""


class Refused:
    """Something that came back and is no number: None, text, a truth value, not-a-number."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __repr__(self) -> str:
        return self.what


class Student:
    """A student's file, loaded in a process of its own; use it in a `with`.

    It works in a folder of its own, made in the folder `within` (None: where temporary files belong).
    Raises `Trouble`, with a sentence, for whatever the file does other than compute.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, level: str = NONE, limits: Limits = USUAL, within: str | None = None
    ) -> None:
        with open(path, "rb") as file:
            source = checked_source(file.read(LARGEST_FILE + 1))
        uses_numpy = b"numpy" in source
        if uses_numpy and limits.megabytes < 1024:
            limits = limits._replace(megabytes=1024)
        self.limits, self.level = limits, level
        self.printed, self.num_printed = "", 0
        self.callbacks: list[Any] = []
        self.answers: queue.Queue[bytes | None] = queue.Queue()
        self.writing_until = inf  # on the clock; then whoever does not read what is written is ended
        self.is_closed = threading.Event()
        self.folder = tempfile.TemporaryDirectory(prefix="neurons-", dir=within, ignore_cleanup_errors=True)
        place = os.path.realpath(self.folder.name)
        name = "".join(c for c in os.path.basename(path) if c.isascii() and (c.isalnum() or c in "_-.")) or "file.py"
        self.path = os.path.join(place, name)
        with open(self.path, "wb") as file:
            file.write(source)
        command, environment = launch(self.path, level, limits, uses_numpy)
        self.process = subprocess.Popen(
            command,
            cwd=place,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.threads = [
            threading.Thread(target=work, daemon=True)
            for work in (self._read_answers, self._read_prints, self._end_who_does_not_read)
        ]
        for thread in self.threads:
            thread.start()
        self.left = 60.0  # seconds that it may still take: the start, which is ours, has time
        try:
            self.receive("ready")
            self.left = limits.seconds
            self.receive("loaded")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Student":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and whatever it started, and remove its folder."""
        self.is_closed.set()
        self.end()
        self.process.wait()
        with suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        for thread in self.threads:
            thread.join(1.0)  # a process that got away may hold the pipe open: it does not hold us up
        self.folder.cleanup()

    def end(self) -> None:
        """Kill the worker and whatever it started."""
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, 9)
        self.process.kill()

    def _end_who_does_not_read(self) -> None:
        while not self.is_closed.wait(0.2):
            if time.monotonic() > self.writing_until:
                self.left = 0.0
                self.end()

    def _read_answers(self) -> None:
        rest = b""
        with self.process.stdout as pipe:  # type: ignore[union-attr]
            while piece := os.read(pipe.fileno(), 2**16):
                rest += piece
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    if self.answers.qsize() < MOST_ANSWERS:  # it may write without being asked
                        self.answers.put(line)
                if len(rest) > LONGEST_ANSWER:
                    break
        self.answers.put(None)

    def _read_prints(self) -> None:
        with self.process.stderr as pipe:  # type: ignore[union-attr]
            while piece := os.read(pipe.fileno(), 2**16):
                if self.num_printed < MOST_PRINTED:
                    self.printed += piece.decode("utf-8", "replace")[:MOST_PRINTED]
                self.num_printed += len(piece)

    def receive(self, expected: str) -> dict[str, Any]:
        """The next answer, which must hold `expected`; what keeps it from coming is raised."""
        start = time.monotonic()  # what we compute in between is not counted, reading a long answer is
        try:
            answer = self.checked(self.next_answer(), expected)
            for name in {"value", "arguments"} & answer.keys():
                answer[name] = self.received(answer[name])
            return answer
        finally:
            self.left -= time.monotonic() - start

    def next_answer(self) -> Any:
        """The next line that came back, as JSON; None if it is not."""
        try:
            if self.left <= 0.0:  # whether or not an answer lies there
                raise queue.Empty
            line = self.answers.get(timeout=self.left)
        except queue.Empty:
            raise Trouble(
                f"it does not come to an end: no answer within {self.limits.seconds:g} seconds. Is there a loop that"
                " never stops, or one that waits?"
            ) from None
        if line is None:
            raise Trouble(self.why_it_ended())
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            return None

    def checked(self, answer: Any, expected: str) -> dict[str, Any]:
        """The answer if it holds what is expected; what it says instead is raised."""
        if not isinstance(answer, dict):
            raise Trouble("something else than the answer was written into the channel for answers")
        if "forbidden" in answer:
            raise Trouble(f"stopped: {readable(answer['forbidden'])}")
        line_number = answer.get("line")
        line_number = line_number if isinstance(line_number, int) else 0
        if "syntax" in answer:
            where = f" in line {line_number}" if line_number else ""
            raise Trouble(f"Python cannot read the file{where}: {readable(answer['syntax'])}", line_number)
        if "missing" in answer:
            owner = readable(answer.get("in", ""), 60)
            where = f"your {owner} has no `" if owner else "your file has no `"
            raise Missing(f"{where}{readable(answer['missing'], 60)}`" + (": it was never set" if owner else ""))
        if "raised" in answer:
            where = f" in line {line_number}" if line_number else ""
            message = readable(answer.get("message", ""))
            raise Trouble(
                f"your code raises {readable(answer['raised'], 60)}{where}{': ' if message else ''}{message}",
                line_number,
                readable(answer["raised"], 60),
            )
        if "callback" in answer and expected == "value":
            return answer
        if expected not in answer and "function" not in answer:
            raise Trouble("something else than the answer was written into the channel for answers")
        return answer

    def why_it_ended(self) -> str:
        """A sentence for a worker that is gone."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(2.0)
        code = self.process.poll()
        if code is None:
            return "it closed the channel for answers"
        if code in (-9, -24, 137, 152):
            return (
                f"it was ended by the system: more than {how_many(self.limits.cpu_seconds, 'second')} of computing"
                f" or {self.limits.megabytes} MB of memory. Is there a loop that never stops?"
            )
        if code in (-11, 139, -6, 134, -7, 135):
            return "it crashed the Python interpreter (too deep a recursion?)"
        return f"it ended the program (exit code {code})"

    def sent(self, value: Any) -> Any:
        """`value` in the form in which it goes to the worker."""
        if isinstance(value, Thing):
            return {"thing": value._number}
        if callable(value):
            self.callbacks.append(value)
            return {"callback": len(self.callbacks) - 1}
        if hasattr(value, "dtype"):
            if value.dtype == "uint8":
                packed = base64.b64encode(value.tobytes()).decode("ascii")
                return {"array": list(value.shape), "bytes": packed, "divisor": 255}
            return {"array": value.tolist()}
        if isinstance(value, Lent):
            return {"lent": list(value)}
        if isinstance(value, (list, tuple)):
            return [self.sent(item) for item in value]
        return value

    def received(self, value: Any, depth: int = 0) -> Any:
        """What came back, as floats and lists of floats; `Thing`s and `Refused` for all else."""
        if depth > DEEPEST:
            return Refused("a list in more lists than anything here needs")
        if type(value) in (int, float):
            try:
                number = float(value)
            except OverflowError:
                return Refused("a number too large")
            return number if isfinite(number) else Refused(f"the number {number}")
        if type(value) is list:
            return [self.received(item, depth + 1) for item in value]
        if type(value) is dict and type(value.get("thing")) is int:
            return Thing(self, value["thing"], readable(value.get("type", "?"), 60))
        if type(value) is dict and "refused" in value:
            return Refused(readable(value["refused"], 80))
        return Refused("no number")

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question and its answer; what it asks back in the meantime is answered."""
        # Naming a mistake takes thousands of questions, and on a busy machine each waits for its turn.
        self.left = min(self.left + PER_QUESTION, self.limits.seconds)
        self.write(question)
        while True:
            answer = self.receive("value")
            if "callback" not in answer:
                return answer
            number = answer["callback"]
            if type(number) is not int or not 0 <= number < len(self.callbacks):
                raise Trouble("something else than the answer was written into the channel for answers")
            arguments = answer.get("arguments")
            if not isinstance(arguments, list):
                raise Trouble(f"the function that your code was given is called with {arguments!r}")
            self.write({"value": self.callbacks[number](*arguments)})

    def write(self, message: dict[str, Any]) -> None:
        """One line to the worker. Where it does not read, the pipe is full at last; the end of its time ends that."""
        self.writing_until = time.monotonic() + self.left
        with suppress(OSError):  # it is gone, or has closed its end: the answer that does not come says why
            self.process.stdin.write(json.dumps(message).encode("ascii") + b"\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]
        self.writing_until = inf

    def get(self, of: int | None, name: str) -> Any:
        """An attribute: a number, a `Thing`, or a function to call."""
        answer = self.ask({"do": "get", "of": of, "name": name})
        if "function" in answer:
            return lambda *arguments: self.call(of, name, arguments)
        return answer["value"]

    def call(self, of: int | None, name: str | None, arguments: tuple[Any, ...]) -> Any:
        """What a function of the student's returns for these arguments."""
        sent = [self.sent(argument) for argument in arguments]
        answer = self.ask({"do": "call", "of": of, "name": name, "arguments": sent})
        if "value" not in answer:
            raise Trouble("something else than the answer was written into the channel for answers")
        return answer["value"]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.get(None, name)
