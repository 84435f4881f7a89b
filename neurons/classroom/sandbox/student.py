"""The parent's end of the pipe: a student's functions and classes, to be called as if they were here.

`Student` looks like a module with the student's names. What is called, read or set goes to the worker as a question,
and only plain numbers come back; objects stay there and come back as `RemoteObject`s, which can be asked further.
"""

import base64
import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from math import inf, isfinite
from typing import Any, NamedTuple

from neurons.checks import how_many
from neurons.classroom.sandbox.containment import AUDIT_HOOK, launch
from neurons.classroom.sandbox.errors import MissingName, StudentError
from neurons.classroom.sandbox.source import LARGEST_FILE, checked_source, printable, remove_folder
from neurons.classroom.sandbox.values import NotNumeric, RemoteObject, ReusedList

LONGEST_ANSWER = 4 * 2**20  # bytes
MOST_ANSWERS = 10  # lines kept that nobody has asked for yet
DEEPEST = 10  # lists in lists
PER_QUESTION = 0.005  # seconds that a question brings with it
NO_ANSWER = "something else than the answer was written into the channel for answers"
MOST_PRINTED = 2000  # characters kept of what the student's code prints


class Limits(NamedTuple):
    """What a run may take: seconds of computing, seconds on the clock, megabytes of memory."""

    cpu_seconds: int = 2
    seconds: float = 5.0
    megabytes: int = 256


USUAL = Limits()


class Student:
    """A student's file, loaded in a process of its own; use it in a `with`.

    It works in a folder of its own, made in the folder `within` (None: where temporary files belong).
    Raises `StudentError`, with a sentence, for whatever the file does other than compute.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        level: str = AUDIT_HOOK,
        limits: Limits = USUAL,
        within: str | None = None,
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
        self.folder = place = os.path.realpath(tempfile.mkdtemp(prefix="neurons-", dir=within))
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
            for work in (self._read_answers, self._read_prints, self._end_if_it_does_not_read)
        ]
        for thread in self.threads:
            thread.start()
        self.seconds_left = 60.0  # seconds that it may still take: the start, which is ours, has time
        try:
            self.receive("ready")
            self.seconds_left = limits.seconds
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
        remove_folder(self.folder)

    def end(self) -> None:
        """Kill the worker and whatever it started."""
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, 9)
        self.process.kill()

    def _end_if_it_does_not_read(self) -> None:
        while not self.is_closed.wait(0.2):
            if time.monotonic() > self.writing_until:
                self.seconds_left = 0.0
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
            answer = self.checked_answer(self.next_answer(), expected)
            for name in {"value", "arguments"} & answer.keys():
                answer[name] = self.decoded(answer[name])
            return answer
        finally:
            self.seconds_left -= time.monotonic() - start

    def next_answer(self) -> Any:
        """The next line that came back, as JSON; None if it is not."""
        try:
            if self.seconds_left <= 0.0:  # whether or not an answer lies there
                raise queue.Empty
            line = self.answers.get(timeout=self.seconds_left)
        except queue.Empty:
            raise StudentError(
                f"it never finishes (no answer within {self.limits.seconds:g} seconds). Is there a loop that never"
                " stops, or one that waits?"
            ) from None
        if line is None:
            raise StudentError(self.why_it_ended())
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            return None

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
        if isinstance(value, ReusedList):
            return {"reused": list(value)}
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

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question and its answer; what it asks back in the meantime is answered."""
        # Naming a mistake takes thousands of questions, and on a busy machine each waits for its turn.
        self.seconds_left = min(self.seconds_left + PER_QUESTION, self.limits.seconds)
        self.write(question)
        while True:
            answer = self.receive("value")
            if "callback" not in answer:
                return answer
            number = answer["callback"]
            if type(number) is not int or not 0 <= number < len(self.callbacks):
                raise StudentError(NO_ANSWER)
            arguments = answer.get("arguments")
            if not isinstance(arguments, list):
                raise StudentError(f"the function that your code was given is called with {printable(arguments, 80)}")
            self.write({"value": self.callbacks[number](*arguments)})

    def write(self, message: dict[str, Any]) -> None:
        """One line to the worker. Where it does not read, the pipe is full at last; the end of its time ends that."""
        self.writing_until = time.monotonic() + self.seconds_left
        with suppress(OSError):  # it is gone, or has closed its end: the answer that does not come says why
            self.process.stdin.write(json.dumps(message).encode("ascii") + b"\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]
        self.writing_until = inf

    def get(self, of: int | None, name: str) -> Any:
        """An attribute: a number, a `RemoteObject`, or a function to call."""
        answer = self.ask({"do": "get", "of": of, "name": name})
        if "function" in answer:
            return lambda *arguments: self.call(of, name, arguments)
        return answer["value"]

    def call(self, of: int | None, name: str | None, arguments: tuple[Any, ...]) -> Any:
        """What a function of the student's returns for these arguments."""
        encoded = [self.encoded(argument) for argument in arguments]
        answer = self.ask({"do": "call", "of": of, "name": name, "arguments": encoded})
        if "value" not in answer:
            raise StudentError(NO_ANSWER)
        return answer["value"]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.get(None, name)
