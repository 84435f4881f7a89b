"""`neurons.narrate`: each executed line of any class, with its numbers."""

from collections.abc import Callable
from typing import Any, TypeVar

from neurons.errors import NeuronsError
from neurons.inspection.recording.frame import name_of
from neurons.inspection.recording.recorder import plans_of, record
from neurons.inspection.recording.substitution import GAP
from neurons.text import show

NAME_WIDTH, SOURCE_WIDTH = 10, 60  # columns; longer ones push the rest to the right
LINE_WIDTH = 105  # as in JupyterLab on a small screen: the numbers move to the left for it, or to a line of their own
INDENT = "  "

Value = TypeVar("Value")


def narrate(call: Callable[[], Value], *classes: type) -> Value:
    """Return what `call()` returns; print each statement that methods of `classes` execute, with its numbers.

    `call` is a function without arguments: `narrate(lambda: neuron.forward([0.5, 1.0]), Neuron)`. In front stands the
    object, by its `name` if it has one, else `Neuron 1`, `Neuron 2`, ...; a deeper call is further to the right. A line
    that calls narrated methods is shown before and, with its value, after them. Statements without numbers are left
    out, and so are numbers that a call in the same statement may have changed. Numbers that something is computed from
    have six digits, results four. What inner functions, properties of other classes and plain functions do is not
    shown. An exception is shown where it passes, and raised.

    Raises `NeuronsError` for a class without source, and where a debugger or coverage follows the program already.
    """
    if not callable(call):
        raise NeuronsError(
            f"narrate takes a function to call, such as lambda: neuron.forward([0.5, 1.0]), but got {show(call)}:"
            " that ran before narrate could see it. Write lambda: in front"
        )
    if not classes:
        raise NeuronsError("narrate needs the classes to follow: narrate(lambda: ..., Neuron, Layer)")
    plans: dict[int, Any] = {}
    for cls in classes:
        plans.update(plans_of(cls))
    printer = Printer()
    return record(call, plans, printer.on_end, printer.on_call)


class Printer:
    """Prints the statements while they run."""

    def __init__(self) -> None:
        self.unnamed: dict[int, tuple[str, Any]] = {}  # by id; holds the objects, so that no other gets their id
        self.counts: dict[str, int] = {}

    def name(self, running):
        """What stands in front of the line."""
        owner = running.owner
        if owner is None:
            return running.plan.class_name or running.plan.code.co_name
        name = name_of(owner)
        if name:
            return name
        if id(owner) not in self.unnamed:
            kind = type(owner).__name__
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.unnamed[id(owner)] = f"{kind} {self.counts[kind]}", owner
        return self.unnamed[id(owner)][0]

    def on_call(self, execution):
        before = execution.opened_with
        expression = execution.statement.expression
        is_new = before != (expression.words if expression else "")
        self.show(execution, before if is_new else "")

    def on_end(self, execution, returned):
        statement = execution.statement
        if execution.opened_with is not None and execution.after in ("", execution.opened_with):
            return  # nothing came out but what was shown
        if execution.after or statement.has_number:
            self.show(execution, execution.after)

    def show(self, execution, numbers):
        source = INDENT * execution.running.depth + execution.statement.source
        name = f"{self.name(execution.running):<{NAME_WIDTH}}"
        room = LINE_WIDTH - len(name) - 2 * len(GAP) - len(numbers)
        if len(source) <= room:
            line = f"{source:<{min(SOURCE_WIDTH, room)}}{GAP}{numbers}"
        else:
            below = len(name) + len(GAP) + len(INDENT) * (execution.running.depth + 2)
            line = f"{source}\n{'':{below}}{numbers}"
        print(f"{name}{GAP}{line}".rstrip())
