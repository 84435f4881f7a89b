"""One recorder of what is executed, statement by statement, with its numbers: narrate and trace read it.

It follows the methods of the classes that it is given with `sys.settrace`, in the thread that calls it alone, and puts
back what was there before.
"""

import ast
import sys
from types import FunctionType
from typing import Any

from neurons.errors import NeuronsError
from neurons.inspection.recording.frame import owner_of
from neurons.inspection.recording.statements import plan_of
from neurons.inspection.recording.substitution import (
    GAP,
    Written,
    in_words,
    numbers_after,
    pieces_before,
    text_of,
    without_changed_numbers,
)
from neurons.inspection.recording.values import MISSING, Names, attribute, instance_attributes
from neurons.text import show

SKIM_FROM = 3  # iterations of a long loop that are recorded before the rest is skimmed, up to the last one

# The str() of an exception with one of these runs no code of the program's.
KNOWN_TEXTS = {BaseException.__str__, OSError.__str__, KeyError.__str__, UnicodeError.__str__, ImportError.__str__}


def functions_of(cls):
    """The functions of a class and of those it inherits from: methods, properties, and what decorators wrapped."""
    for base in cls.__mro__:
        for member in vars(base).values():
            part: Any
            for part in (member, getattr(member, "__func__", None), getattr(member, "func", None)):
                if isinstance(part, property):
                    yield from (getter for getter in (part.fget, part.fset, part.fdel) if is_function(getter))
                while is_function(part) and hasattr(part, "__wrapped__"):
                    part = part.__wrapped__
                if is_function(part):
                    yield part


def is_function(thing):
    """True for what `def` makes."""
    return isinstance(thing, FunctionType)


def is_of_python(thing):
    """True for a class or a function of Python's own library."""
    return str(thing.__module__).partition(".")[0] in sys.stdlib_module_names


def plans_of(cls, without=()):
    """{id of the code: Plan} of the methods of `cls`, those named in `without` left out.

    What a class inherits from Python's own library, as an `Enum` does, is left out, too.

    Raises `NeuronsError` where there is no source to follow.
    """
    if not isinstance(cls, type):
        hint = f": {type(cls).__name__} is its class" if not is_function(cls) else ""
        raise NeuronsError(f"expected a class, such as Neuron, but got {show(cls)}{hint}")
    functions = [function for function in functions_of(cls) if is_of_python(cls) or not is_of_python(function)]
    codes = [function.__code__ for function in functions if function.__name__ not in without]
    plans = {id(code): plan for code in codes if (plan := plan_of(code)) is not None}
    if not plans:
        if not codes:
            why = "it has no method written in Python"
        else:
            where = codes[0].co_filename
            why = f"Python has not kept the text of what was typed in or run from a string ({where}): put it in a file"
        raise NeuronsError(f"there is no source of the class {cls.__name__} to follow: {why}")
    return plans


def check_no_other_tracer():
    """Only one tool can use `sys.settrace` at a time."""
    tracer = sys.gettrace()
    if tracer is None:
        return
    name = getattr(tracer, "__module__", None) or type(tracer).__module__
    raise NeuronsError(
        f"another tool is following the program line by line already (a tracer of {name}: a debugger, coverage, or a"
        " narrate around this one), and Python lets only one do so: leave the debugger, or run this without the tool"
    )


class Execution:
    """One statement while it is executed, and what is known of it."""

    __slots__ = ("statement", "running", "pieces", "getters", "exception", "opened_with", "written", "num_skipped")

    def __init__(self, statement, running, pieces):
        self.statement, self.running, self.pieces = statement, running, pieces
        self.getters = {}  # what properties returned in it
        self.exception = None
        self.opened_with: str | None = None  # what was known of it when it first called something that is recorded
        self.written: Written = []  # the text with the numbers, when it is done
        self.num_skipped = 0

    @property
    def before(self):
        """The expression with the numbers it is computed from, while it is not done."""
        return "" if self.pieces is None else text_of(self.pieces, self.getters)

    @property
    def after(self):
        """The text with the numbers, when it is done; "" if there are none."""
        return in_words(self.written)

    @property
    def numbers(self):
        """The statement, and its numbers."""
        return self.statement.source + (GAP + self.after if self.after else "")

    def assigned(self):
        """(object, attribute, index or None, value) for each attribute, or element of one, that it gave a value.

        A local name for a list that belongs to `self` is found by identity; lists are copied.
        """
        names, owner = self.running.names, self.running.owner
        for target in self.statement.inner_targets if self.num_skipped else self.statement.targets:
            if isinstance(target, ast.Attribute):
                holder = names.value(target.value)
                value = MISSING if holder is MISSING else attribute(holder, names.mangled(target.attr))
                if value is not MISSING:
                    yield holder, target.attr, None, value[:] if type(value) is list else value
            elif isinstance(target, ast.Subscript):
                container, index = names.value(target.value), names.value(target.slice)
                if type(container) is not list:
                    continue
                holder, name = holder_of(container, target.value, names, owner)
                if name is None:
                    continue
                if self.num_skipped or type(index) is not int:
                    yield holder, name, None, container[:]
                else:
                    yield holder, name, index % len(container), container[index]


def holder_of(container, node, names, owner):
    """(object, attribute) that the list belongs to; (None, None) for a list of nobody's."""
    if isinstance(node, ast.Attribute):
        return names.value(node.value), node.attr
    for name, value in instance_attributes(owner).items():
        if value is container:
            return owner, name
    return None, None


class Running:
    """One call of a recorded function, from its first line to its return."""

    def __init__(self, recorder, frame, plan):
        self.recorder, self.frame, self.plan = recorder, frame, plan
        self.names = Names(frame, plan.class_name)  # what it sees, read anew at each line
        self.depth = len(recorder.running)
        self.caller = recorder.running[-1] if recorder.running else None
        self.owner = owner_of(frame, plan.class_name)
        self.current: Any = None  # the statement that is executed
        self.last: Any = None  # the statement before
        self.start = 0  # its first instruction
        self.execution = None
        self.raised = False
        self.loop: Any = None  # a long loop without calls: its head, iterations so far and in all
        self.iterations = self.length = 0

    def trace(self, frame, event, argument):
        """What Python calls at each line, exception and return."""
        if event == "line":
            self.raised = False
            statement = self.plan.statements.get(frame.f_lineno)
            is_new = statement is None or statement is not self.current
            if is_new or (frame.f_lasti <= self.start and not statement.goes_round):  # back at its start: once more
                self.names.read(frame)
                self.end(frame.f_lineno)
                self.begin(statement, frame)
                if self.loop is not None and self.iterations > SKIM_FROM:
                    self.execution = None
                    return self.skim
        elif event == "exception":
            self.raise_in(argument)
        elif event == "return":
            self.leave(frame, argument)
        return self.trace

    def begin(self, statement, frame):
        before, self.last = self.last, statement
        self.current, self.start, self.execution = statement, frame.f_lasti, None
        if statement is None:
            return
        if statement.is_with and before is not None and before.first in statement.body:
            return  # its body is done, and Python comes back to its line
        self.execution = Execution(statement, self, pieces_before(statement, self.names))
        if statement.is_loop and self.recorder.longest_loop is not None:
            self.count_iteration(statement, before)

    def end(self, next_line, returned=MISSING):
        """The statement is done: tell the reader."""
        execution, self.execution = self.execution, None
        if execution is None:
            return
        statement = execution.statement
        if execution.exception is not None:
            pieces = without_changed_numbers(execution.pieces or [], self.names)
            execution.written = [f"{text_of(pieces, execution.getters)} raises {execution.exception}".strip()]
        else:
            if statement.is_loop and next_line not in statement.body:
                return  # nothing more to go through
            execution.written = numbers_after(
                statement, execution.pieces, execution.getters, self.names, next_line, returned
            )
        self.recorder.on_end(execution, returned)

    def raise_in(self, argument):
        kind, error, _ = argument
        execution = self.execution
        if execution is None or (execution.statement.is_loop and issubclass(kind, StopIteration)):
            return
        if execution.statement.waits and issubclass(kind, (StopIteration, StopAsyncIteration)):
            return  # what it waits for says in this way that it has finished
        self.raised = True
        text = " ".join(str(error).split()) if type(error).__str__ in KNOWN_TEXTS else ""
        execution.exception = f"{kind.__name__}: {text}" if text else kind.__name__

    def leave(self, frame, returned):
        if self.raised:
            returned = MISSING
        self.names.read(frame)
        self.end(None, returned)
        running = self.recorder.running
        while running and running.pop() is not self:
            pass
        caller = self.caller
        # None is not a number, and all that a property's setter returns, under its getter's name
        if caller is not None and caller.execution is not None and returned is not MISSING and returned is not None:
            caller.execution.getters.setdefault((id(self.owner), frame.f_code.co_name), []).append(returned)

    def note_call(self):
        """A recorded function is about to be called from the statement."""
        if self.execution is not None and self.execution.opened_with is None:
            self.execution.opened_with = self.execution.before
            self.recorder.on_call(self.execution)

    # ---- long loops

    def count_iteration(self, statement, before):
        """Note how far a loop is; only the first and the last iteration of a long one without calls are recorded."""
        if before is None or before.first not in statement.body:
            self.iterations, self.length = 0, 0
            self.loop = None
            if statement.is_plain_loop:
                self.length = length_of(statement, self.names)
                self.loop = statement if self.length > self.recorder.longest_loop else None
        self.iterations += 1

    def skim(self, frame, event, argument):
        """In the middle of a long loop."""
        if event == "line":
            if frame.f_lineno != self.loop.first:
                return self.skim
            self.iterations += 1
            if self.iterations < self.length:
                return self.skim
        return self.end_of_skim(frame, event, argument)

    def end_of_skim(self, frame, event, argument):
        """Record the iterations that were passed over as one event, and go on with the last one."""
        statement, self.loop = self.loop, None
        self.names.read(frame)
        execution = Execution(statement, self, None)
        execution.num_skipped = self.iterations - SKIM_FROM - 1
        execution.written = [f"{execution.num_skipped} more times"]
        self.recorder.on_end(execution, MISSING)
        if event == "line":
            self.last = None
            self.begin(statement, frame)
            self.loop = None
            return self.trace
        return self.trace(frame, event, argument)


def length_of(statement, names):
    """How many times a `for` over a list, or over enumerate of one, goes; 0 if unknown."""
    iterated = names.value(statement.iterated)
    return len(iterated) if type(iterated) in (list, tuple) else 0


class Recorder:
    """Calls `on_end(execution, returned)` after each statement, `on_call(execution)` before a recorded call in it."""

    def __init__(self, plans, on_end, on_call, longest_loop):
        self.plans, self.on_end, self.on_call, self.longest_loop = plans, on_end, on_call, longest_loop
        self.running = []

    def enter(self, frame, event, argument):
        """What Python calls at each call of any function."""
        plan = self.plans.get(id(frame.f_code))
        if plan is None:
            return None
        if self.running:
            self.running[-1].note_call()
        running = Running(self, frame, plan)
        self.running.append(running)
        return running.trace


def record(call, plans, on_end, on_call=lambda execution: None, longest_loop=None):
    """Return what `call()` returns, and tell the reader of every statement of the functions in `plans`.

    Loops without calls over more than `longest_loop` elements are recorded in their first iterations and the last.
    """
    check_no_other_tracer()
    recorder = Recorder(plans, on_end, on_call, longest_loop)
    sys.settrace(recorder.enter)
    try:
        return call()
    finally:
        sys.settrace(None)
