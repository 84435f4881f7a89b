"""The program's own calls with numbers written out, as learn(0, 1, 1): with our numbers in their place they train."""

import ast
import copy
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from neurons.classroom.programs.calls.constructions import constructions
from neurons.classroom.programs.text.definitions import Definitions
from neurons.classroom.programs.text.names import EPOCHS, INPUTS, LABELS, NETWORK, RATE, TRAINS, is_like
from neurons.classroom.programs.text.slices import last_part

MOST_CALLS = 6
KEPT = (ast.List, ast.Tuple, ast.Constant, ast.UnaryOp, ast.unaryop, ast.expr_context)


def is_written_out(node: Any) -> bool:
    """True for a number."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def loop_over(call: Any) -> str | None:
    """A loop over three or more numbers that a call is given; None where these are not all that it is given."""
    if not isinstance(call, ast.Call) or call.keywords or len(call.args) < 3 or not all(map(is_written_out, call.args)):
        return None
    names = [f"number{place}_" for place in range(len(call.args))]
    call = copy.deepcopy(call)
    call.args = [ast.Name(name, ast.Load()) for name in names]
    numbers = ", ".join(str(0.31 + 0.17 * place) for place in range(len(names)))
    return f"for {', '.join(names)} in [({numbers})]:\n    {ast.unparse(call)}"


class Arrays(ast.NodeTransformer):
    """Takes the arrays out that statements have written out, and puts their names in."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names, self.found = names, []  # type: tuple[str, ...], list[str]

    def visit(self, node: Any) -> Any:
        """The name of an array; of all else, its parts."""
        if not is_array(node):
            return self.generic_visit(node)
        if ast.unparse(node) not in self.found:
            self.found.append(ast.unparse(node))
        place = self.found.index(ast.unparse(node))
        return ast.Name(self.names[min(place, len(self.names) - 1)], ast.Load())


def loop_on_arrays(statements: list[Any]) -> str | None:
    """A loop with statements that have their inputs and labels written out; None where these are not all their data."""
    arrays = Arrays(("inputs_", "labels_"))
    text = ast.unparse(ast.Module([arrays.visit(part) for part in copy.deepcopy(statements)], []))
    if len(arrays.found) != 2:
        return None
    return in_loop(arrays, text, [])


def in_loop(arrays: Arrays, text: str, before: list[str]) -> str:
    """Statements, in a loop, after those before it and the arrays that they had written out."""
    lines = [*before, *(f"{name} = {array}" for name, array in zip(arrays.names, arrays.found, strict=False))]
    return "\n".join([*lines, "for once_ in range(2):", textwrap.indent(text, "    ")])


def loop_of_help(train: str) -> str | None:
    """A loop with statements of the user that bring two data along, in variables or written out; None for others."""
    statements = ast.parse(train).body
    data = [part for part in statements if isinstance(part, ast.Assign) and makes_numbers(part.value)]
    before = [ast.unparse(part) for part in data]
    arrays = Arrays(("labels_",) if before else ("inputs_", "labels_"))
    text = ast.unparse(ast.Module([arrays.visit(part) for part in statements if part not in data], []))
    return in_loop(arrays, text, before) if text and len(before) + len(arrays.found) == 2 else None


def makes_numbers(value: Any) -> bool:
    """True for an array that is written out, or made of random numbers."""
    names = [last_part(part.func) for part in ast.walk(value) if isinstance(part, ast.Call)]
    return is_array(value) or any(re.match(r"rand|uniform|normal", name) for name in names)


def is_array(node: Any) -> bool:
    """True for a list of numbers, or an array made of one."""
    if isinstance(node, ast.Call) and last_part(node.func) in ("array", "asarray") and node.args:
        node = node.args[0]
    parts = list(ast.walk(node)) if isinstance(node, ast.List) and node.elts else []
    return bool(parts) and all(isinstance(part, KEPT) for part in parts)


def loops_of_calls(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(call, loop over its numbers or on its arrays) for what the program calls so, each once."""
    done: set[str] = set()
    for text in texts.values():
        tree = ast.parse(text)
        own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for node in ast.walk(tree):
            is_own = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in own
            loop = is_own and loop_over(node)
            if isinstance(node, ast.Call) and sum(map(is_array, node.args)) == 2:
                loop = loop or loop_on_arrays([ast.Expr(node)])
            if isinstance(node, (ast.For, ast.While)):
                loop = loop_on_arrays(node.body)
            if loop and loop not in done and len(done) < MOST_CALLS:
                done.add(loop)
                yield ast.unparse(node).split("\n")[0], loop


def line_that_helps(definitions: Definitions) -> str:
    """An example of the options that would help, in the program's own names."""
    for name, methods in sorted(definitions.classes.items(), key=lambda item: not is_like(NETWORK, item[0])):
        trains = [method for method in methods if is_like(TRAINS, method) and not method.startswith("__")]
        makes = [made for made in constructions(definitions, name, 1) if "_rows" not in made]
        if trains and makes:
            needed = [parameter for parameter, is_needed in methods[trains[0]].parameters if is_needed]
            given = ", ".join(arguments(needed)) if len(data_in(needed)) == 2 else "x, y"
            return f'--make "{makes[0]}" --train "net.{trains[0]}({given})"'
    for name, signature in definitions.functions.items():
        needed = [parameter for parameter, is_needed in signature.parameters if is_needed]
        if is_like(TRAINS, name) and len(data_in(needed)) > 1:
            return f'--train "{name}({", ".join(arguments(needed))})"'
    return '--make "Net([2, 4, 1])" --train "net.train(x, y)"'


def data_in(parameters: list[str]) -> list[str]:
    """Those that are neither a rate nor a number of turns."""
    return [parameter for parameter in parameters if not is_like(f"{RATE}|{EPOCHS}", parameter)]


def arguments(parameters: list[str]) -> list[str]:
    """x and y for two, numbers for a rate and for turns.

    Of more than two, where one is called like inputs and one like labels, the others as they are.
    """
    data = data_in(parameters)
    told = {p: "1" if is_like(EPOCHS, p) else "0.5" for p in parameters if p not in data}
    labels = [parameter for parameter in data if is_like(LABELS, parameter)]
    inputs = [parameter for parameter in data if is_like(INPUTS, parameter) and parameter not in labels]
    if len(data) == 2:
        told.update(zip(data, ("x", "y"), strict=True))
    elif len(labels) == 1 and len(inputs) == 1:
        told.update({parameter: parameter for parameter in data} | {inputs[0]: "x", labels[0]: "y"})
    else:
        told.update(dict.fromkeys(data, "1") | {data[0]: "0"})
    return [told[parameter] for parameter in parameters]
