"""The end of a run's time, kept without threads and signals: Python itself is asked to look at the clock."""

import dis
import sys
import threading
import time
from contextlib import suppress
from functools import lru_cache
from typing import Any

JUMPS = {*dis.hasjrel, *dis.hasjabs}
EVERY = 127  # of so many events one looks at the clock: a power of two, less one


class OutOfTime(BaseException):
    """Raised in the student's code when its time is over, and again at each line until it is left."""


class Deadline:
    """Raises `OutOfTime` in Python code that runs longer than it may; code of the files `own` is left alone."""

    def __init__(self, own: tuple[str, ...], library: tuple[str, ...]) -> None:
        self.own = {*own, __file__}
        self.library = library  # folders that are not looked at before Python 3.12, where looking takes long
        self.until = 0.0
        self.num_events = 0
        self.is_over = False  # set once the time was over, whatever became of the exception
        self.tool: int | None = None
        self.thread = 0
        self.outer_trace: Any = None
        self.raise_soon = asynchronous_raiser() if sys.version_info < (3, 12) else lambda *_: None

    def start(self, seconds: float) -> None:
        """From now on, so many seconds."""
        self.until = time.monotonic() + seconds
        self.thread = threading.get_ident()
        if sys.version_info >= (3, 12):
            monitoring = sys.monitoring
            free = [number for number in (4, 3, 5, 2, 1, 0) if monitoring.get_tool(number) is None]
            if free:
                self.tool = free[0]
                monitoring.use_tool_id(self.tool, "neurons deadline")
                events = monitoring.events
                for event in (events.PY_START, events.PY_RESUME, events.JUMP, events.LINE):
                    monitoring.register_callback(self.tool, event, self.happened)
                monitoring.set_events(self.tool, events.PY_START | events.PY_RESUME | events.JUMP)
                return
        self.outer_trace = sys.gettrace()
        sys.settrace(self.trace)

    def stop(self) -> float:
        """No more; return the seconds that were left."""
        if self.tool is None:
            sys.settrace(self.outer_trace)
            if self.is_over:  # one more may be on its way, and cannot be taken back
                with suppress(OutOfTime):
                    for _ in range(1000):
                        pass
        elif sys.version_info >= (3, 12):
            sys.monitoring.set_events(self.tool, 0)
            sys.monitoring.free_tool_id(self.tool)
            self.tool = None
        return self.until - time.monotonic()

    def happened(self, code: Any, *_: Any) -> None:
        """A jump, a call or, once the time is over, a line."""
        self.num_events += 1
        if self.num_events & EVERY and not self.is_over or time.monotonic() < self.until:
            return
        if code.co_filename in self.own or threading.get_ident() != self.thread:
            return
        if not self.is_over:
            self.is_over = True  # from now on at each line: whoever catches it has no time for more
            if self.tool is not None and sys.version_info >= (3, 12):
                events = sys.monitoring.events
                sys.monitoring.set_events(self.tool, events.PY_START | events.PY_RESUME | events.JUMP | events.LINE)
        raise OutOfTime

    def trace(self, frame: Any, event: str, _: Any) -> Any:
        """The same before Python 3.12, line by line. A loop that catches everything in another loop gets away here."""
        file = frame.f_code.co_filename
        if file in self.own or file.startswith(self.library):
            return None
        if event == "call" and has_loop_in_a_line(frame.f_code):
            frame.f_trace_opcodes = True  # `while True: pass` in one line is one line for ever
        try:
            self.happened(frame.f_code)
        except OutOfTime:  # what a trace function raises ends the tracing as well
            self.raise_soon(self.thread, OutOfTime)
        return self.trace


@lru_cache
def has_loop_in_a_line(code: Any) -> bool:
    """True if some jump goes back within its line."""
    line, lines = 0, {}
    for instruction in dis.get_instructions(code):
        starts = instruction.starts_line
        line = starts if type(starts) is int else line
        lines[instruction.offset] = line
        if instruction.opcode in JUMPS and lines.get(instruction.argval) == line:
            return True
    return False


def asynchronous_raiser() -> Any:
    """A function of a thread and an exception, which Python raises there as soon as it can."""
    import ctypes

    set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def raise_soon(thread: int, error: type[BaseException]) -> None:
        set_exception(ctypes.c_ulong(thread), ctypes.py_object(error))

    return raise_soon
