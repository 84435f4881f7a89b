"""A step that changes a name alone: after for w, g in zip(ws, gs): w = w - rate * g the ws are what they were."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from neurons.classroom.programs.answers import NOT_REACHED, WRONG, ProgramDiagnosis
from neurons.classroom.programs.mistakes.shuffling import is_product
from neurons.classroom.programs.numbers.lines import Line
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import last_part
from neurons.classroom.programs.words import line_text

REBINDS = (
    "`{0} = {0} - ...` makes a new array and calls it `{0}` here only. {1} still has the old one, so nothing is"
    " learned. Which statement changes an array itself?"
)


def unless_it_rebinds(found: ProgramDiagnosis, program: Program) -> ProgramDiagnosis:
    """The answer for a program that was not reached; wrong where its step changes a name alone."""
    rebound = step_of_a_name(program) if found.outcome == NOT_REACHED else None
    if rebound is None:
        return found
    name, owner, line = rebound
    told = f"{REBINDS.format(name, owner)}\nLook at {line_text(program, *line)}."
    return replace(found, outcome=WRONG, message=told, line=line[1], levels=["Its step changes no weight.", told])


def step_of_a_name(program: Program) -> tuple[str, str, Line] | None:
    """(name, what keeps the old numbers, line) of a step that changes a name alone; None where there is none."""
    nodes = [(file, node) for file, text in program.texts.items() for node in ast.walk(ast.parse(text))]
    alone = {last_part(call.func) for _, node in nodes if (call := call_alone(node)) is not None}
    for file, node in nodes:
        if isinstance(node, ast.For):
            names, owner = targets_of(node.target), f"`{ast.unparse(node.iter)}`"
        elif isinstance(node, ast.FunctionDef) and node.name in alone:
            names, owner = {one.arg for one in (*node.args.posonlyargs, *node.args.args)}, "The caller"
        else:
            continue
        for name, line in rebound_in(node.body, names):
            return name, owner, (file, line)
    return None


def call_alone(node: Any) -> Any:
    """A call whose result nobody takes; None for all else."""
    return node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None


def targets_of(target: Any) -> set[str]:
    """The names that a loop gives to the parts of what it goes through."""
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def rebound_in(body: list[ast.stmt], names: set[str]) -> Iterator[tuple[str, int]]:
    """(name, line) of every w = w - ... in a block, of one of these names that nothing uses after it."""
    for place, statement in enumerate(body):
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name, value = statement.targets[0].id, statement.value
        is_step = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub) and is_product(value.right)
        if not is_step or name not in names or getattr(value.left, "id", "") != name:  # type: ignore[attr-defined]
            continue
        after = [node for other in body[place + 1 :] for node in ast.walk(other)]
        if not any(isinstance(node, ast.Name) and node.id == name for node in after):
            yield name, statement.lineno
