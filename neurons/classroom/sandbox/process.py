"""A student's program in a process of its own, contained as well as this machine can: the transport for grading."""

import json
import os
import queue
import subprocess
import threading
import time
from contextlib import suppress
from math import inf
from typing import Any

from neurons.checks import how_many
from neurons.classroom.sandbox.containment import AUDIT_HOOK, launch
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.source import remove_folder
from neurons.classroom.sandbox.transport import LONGEST_ANSWER, MOST_PRINTED, Limits, Transport

MOST_ANSWERS = 10  # lines kept that nobody has asked for yet
SECONDS_TO_START = 60.0  # on the clock: the start is ours, not the student's


class ProcessTransport(Transport):
    """A worker process, asked through its pipes.

    It works in a folder of its own, made in the folder `within` (None: where temporary files belong).
    """

    def __init__(
        self, source: bytes, name: str, *, limits: Limits, level: str = AUDIT_HOOK, within: str | None = None
    ) -> None:
        super().__init__(source, name, limits, within)
        self.answers: queue.Queue[bytes | None] = queue.Queue()
        self.writing_until = inf  # on the clock; then whoever does not read what is written is ended
        self.is_closed = threading.Event()
        command, environment = launch(self.path, level, limits, b"numpy" in source)
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
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

    def load(self) -> None:
        """Wait until the worker has run the file."""
        self.seconds_left = SECONDS_TO_START
        self.receive("ready")
        self.seconds_left = self.limits.seconds
        self.receive("loaded")

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
            return self.decoded_answer(self.next_answer(), expected)
        finally:
            self.seconds_left -= time.monotonic() - start

    def next_answer(self) -> Any:
        """The next line that came back, as JSON; None if it is not."""
        try:
            if self.seconds_left <= 0.0:  # whether or not an answer lies there
                raise queue.Empty
            line = self.answers.get(timeout=self.seconds_left)
        except queue.Empty:
            raise self.out_of_time() from None
        if line is None:
            raise StudentError(self.why_it_ended())
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            return None

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

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question through the pipes and its answer; what it asks back in the meantime is answered."""
        self.give_time()
        self.write(question)
        while True:
            answer = self.receive("value")
            if "callback" not in answer:
                return answer
            self.write({"value": self.answer_callback(answer)})

    def write(self, message: dict[str, Any]) -> None:
        """One line to the worker. Where it does not read, the pipe is full at last; the end of its time ends that."""
        self.writing_until = time.monotonic() + self.seconds_left
        with suppress(OSError):  # it is gone, or has closed its end: the answer that does not come says why
            self.process.stdin.write(json.dumps(message).encode("ascii") + b"\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]
        self.writing_until = inf
