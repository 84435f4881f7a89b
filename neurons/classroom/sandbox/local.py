"""A student's program in this very interpreter: for self-study where there are no processes, as in a browser.

The same questions and answers as in a process, called instead of piped, and the same refused calls. What the program
sees of this interpreter (modules, folders, streams) is put in place for each question and taken away after it. It
contains nothing: a program that is written to cheat or to harm can. Memory and long calls into C have no limit.
"""

import contextvars
import json
import os
import time
from typing import Any

from neurons import NeuronsError
from neurons.classroom.sandbox import surroundings
from neurons.classroom.sandbox.containment import AUDIT_HOOK, numpy_folders, standard_library
from neurons.classroom.sandbox.deadline import Deadline, OutOfTime, compiled
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.source import printable, remove_folder
from neurons.classroom.sandbox.surroundings import Hook, Surroundings
from neurons.classroom.sandbox.transport import LONGEST_ANSWER, Limits, Transport
from neurons.classroom.sandbox.worker import channel, environment, refused
from neurons.classroom.sandbox.worker.channel import MOST_NUMBERS, Channel, described_error, plain

# Whose functions the deadline leaves alone.
OWN_FILES = (__file__, *(str(module.__file__) for module in (surroundings, channel, environment, refused)))


class Stopped(BaseException):
    """Goes through the student's code when it is over: a refused call, an exit, an error of ours in a callback."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class LocalChannel(Channel):
    """The worker's channel, when both ends are in one interpreter."""

    def __init__(self, file: str, transport: "LocalTransport") -> None:
        super().__init__(None, None, file)
        self.transport = transport
        self.sent: Any = None

    def send(self, answer: Any) -> None:
        self.sent = answer

    def value(self, argument: Any) -> Any:
        """As in the worker; a function that the program was given is called at once."""
        if not (isinstance(argument, dict) and "callback" in argument):
            return super().value(argument)

        def ask(*arguments: Any) -> Any:
            question = {"callback": argument["callback"], "arguments": plain(arguments, self.objects, [MOST_NUMBERS])}
            return self.value(self.transport.called_back(question))

        return ask


class LocalTransport(Transport):
    """The program in this interpreter, one question at a time."""

    def __init__(
        self, source: bytes, name: str, *, limits: Limits, level: str = AUDIT_HOOK, within: str | None = None
    ) -> None:
        if level != AUDIT_HOOK:
            raise NeuronsError(f"a program needs a process of its own to run under {level}: this check does not grade")
        super().__init__(source, name, limits, within)
        self.source = source
        self.channel = LocalChannel(self.path, self)
        self.module: Any = None
        self.over: BaseException | None = None  # why the program may not go on
        library = os.path.dirname(os.__file__), standard_library(), *numpy_folders(), "<frozen "
        self.deadline = Deadline(OWN_FILES, library)
        self.surroundings = Surroundings(self)
        self.context = contextvars.copy_context()

    def load(self) -> None:
        """Run the file from top to bottom, in surroundings like those of a worker."""
        Hook.install()
        if b"numpy" in self.source:
            try:
                import numpy  # noqa: F401
            except ImportError:
                raise StudentError(
                    "your code raises ImportError: NumPy cannot be loaded", raised="ImportError"
                ) from None
        self.surroundings.begin()
        self.module = self.run(lambda: channel.load(self.path, self.channel, compiled))
        if self.module is None:
            self.decoded_answer(self.channel.sent, "loaded")

    def close(self) -> None:
        """Put this interpreter back as it was."""
        self.surroundings.end()
        remove_folder(self.folder)

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question, answered at once."""
        self.give_time()
        text = json.dumps(question)

        def work() -> str:
            try:
                return json.dumps(self.channel.answer(json.loads(text), self.module))
            except (OutOfTime, Stopped):
                raise
            except BaseException as error:  # SystemExit too, as in the worker
                return json.dumps(described_error(error, self.path))

        answer = self.run(work)
        if len(answer) > LONGEST_ANSWER:
            raise StudentError("its answer is longer than 4 MB")
        return self.decoded_answer(json.loads(answer), "value")

    def run(self, work: Any) -> Any:
        """Run the student's code in its surroundings, within the time that is left."""
        if self.over is not None:
            raise self.over
        if self.seconds_left <= 0.0:
            raise self.out_of_time()
        start = time.monotonic()
        try:
            with self.surroundings:
                self.deadline.is_over = False
                self.deadline.start(self.seconds_left)
                try:
                    result = self.context.run(work)
                finally:
                    self.deadline.stop()
        except OutOfTime:
            pass  # as said below
        except Stopped as stopped:
            self.over = self.over or stopped.error
        finally:
            self.seconds_left -= time.monotonic() - start
        if self.deadline.is_over:
            self.over = self.over or self.out_of_time()
        if self.over is not None:  # even if the student's code has caught what was raised
            raise self.over
        return result

    def stop(self, error: BaseException) -> None:
        """End the program: with this error, whatever it does on the way out."""
        self.over = self.over or error
        raise Stopped(error)

    def refuse(self, what: str, line: int) -> None:
        """A call that no exercise needs: the program is over, as a worker is."""
        where = f" in line {line}" if line else ""
        self.stop(StudentError(f"stopped{where}: {printable(what)}", line))

    def exit(self, code: int = 0) -> None:
        """os._exit, which would end us all."""
        self.stop(StudentError(f"it ended the program (exit code {code})"))

    def called_back(self, question: dict[str, Any]) -> Any:
        """A function that the program was given is called: that is ours, not the student's."""
        left = self.deadline.stop()
        self.surroundings.leave()
        try:
            asked = self.decoded_answer(json.loads(json.dumps(question)), "value")
            answer = json.loads(json.dumps(self.answer_callback(asked)))
        except Exception as error:
            self.over = self.over or error
        finally:
            self.surroundings.enter()
            self.deadline.start(left)
        if self.over is not None:
            raise Stopped(self.over)
        return answer
