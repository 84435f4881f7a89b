"""The text of the functions that ran: their real lines, and which of them only check."""

import ast
import inspect
import textwrap
from typing import Any, NamedTuple

from neurons.inspection.recording.recorder import functions_of
from neurons.inspection.recording.statements import plan_of
from neurons.optimisers import move


class FunctionText(NamedTuple):
    """The `lines` of a function, moved to the left; `first` is the number of the first."""

    name: str  # Neuron.forward
    file: str
    first: int
    lines: list[str]
    fold: list[list[int]]  # first and last line of the docstring, and of the checks at the top

    def as_data(self):
        """For the page's data."""
        return self._asdict()


def functions_by_name(model, optimiser):
    """{"Neuron.forward": the function}, named as the events are, for the methods of all that takes part in a step."""
    owners = [model, model.loss, optimiser, *model.layers]
    for layer in model.layers:
        for neuron in layer.neurons:
            owners += [neuron, neuron.activation_function]
    functions: dict[str, Any] = {move.__name__: move}
    for cls in dict.fromkeys(map(type, owners)):
        for function in functions_of(cls):
            plan = plan_of(function.__code__)
            if plan is not None:
                functions.setdefault(plan.qualname, function)
    return functions


def text_of_function(function):
    """The `FunctionText` of a function."""
    plan = plan_of(function.__code__)
    lines, first = inspect.getsourcelines(function)
    lines = textwrap.dedent("".join(lines)).rstrip().split("\n")
    return FunctionText(plan.qualname, plan.filename, first, lines, checks_of(plan))


def checks_of(plan):
    """The lines of the docstring and of the checks with which a function begins."""
    ranges: list[list[int]] = []
    for statement in dict.fromkeys(plan.statements.values()):
        node = statement.node
        if ranges and ranges[-1][1] >= statement.last:
            continue  # inside of the one before
        if not (statement.is_docstring or is_check(node)):
            break
        ranges.append([statement.first, node.end_lineno])
    return ranges


def is_check(node):
    """True for `if ...: raise ...`, and for what puts an argument in the place of itself: `x = checked(x)`."""
    if isinstance(node, ast.If):
        return all(isinstance(inner, ast.Raise) or is_check(inner) for inner in node.body) and not node.orelse
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return False
    name = ast.unparse(node.targets[0])
    call = node.value
    parts = [*call.args, call.func.value if isinstance(call.func, ast.Attribute) else call.func]
    return any(ast.unparse(part) == name for part in parts)
