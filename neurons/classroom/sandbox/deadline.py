"""The end of a run's time, kept without threads and signals: Python itself is asked to look at the clock."""

import ast
import dis
import sys
import threading
import time
from functools import lru_cache
from typing import Any

QUESTION = "_is_the_time_over"  # a name of the built-ins while a student's program runs
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

    def question(self) -> None:
        """Asked at the start of each `except`, where Python needs it."""
        if self.is_over:
            raise OutOfTime

    def trace(self, frame: Any, event: str, _: Any) -> Any:
        """The same before Python 3.12, line by line."""
        file = frame.f_code.co_filename
        if file in self.own or file.startswith(self.library):
            return None
        if event == "call" and has_loop_in_a_line(frame.f_code):
            frame.f_trace_opcodes = True  # `while True: pass` in one line is one line for ever
        self.happened(frame.f_code)
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


class WakingHandlers(ast.NodeTransformer):
    """Lets each `except` ask first whether the time is over: tracing ends with the first exception that it raises."""

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        self.generic_visit(node)
        question = ast.Expr(ast.Call(ast.Name(QUESTION, ast.Load()), [], []))
        node.body.insert(0, ast.fix_missing_locations(ast.copy_location(question, node)))
        return node


def compiled(source: bytes, path: str) -> Any:
    """A student's file as code that a deadline can end."""
    if sys.version_info >= (3, 12):
        return compile(source, path, "exec", dont_inherit=True)
    tree = compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    return compile(WakingHandlers().visit(tree), path, "exec", dont_inherit=True)
