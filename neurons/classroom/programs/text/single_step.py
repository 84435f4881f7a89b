"""A script that takes one step and has no loop: the same script with that step in a loop, each line where it was."""

import ast
import re
from typing import Any

from neurons.classroom.programs.text.program import Program

LOOP = "for once_ in range(2):"
BEGINS = (
    r"^(array|asarray|matrix|rand\w*|uniform|\w*normal|gauss|choice|seed|zeros\w*|ones\w*|full\w*|eye|default_rng)$"
)
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Import, ast.ImportFrom)


def in_a_loop(program: Program) -> Program | None:
    """The program whose statements from the first that computes with its numbers on make a loop; None if it has one."""
    text = looped(program.texts[program.main])
    return Program({**program.texts, program.main: text}, program.main, program.wanted) if text else None


def looped(text: str) -> str | None:
    """The text with the loop, which begins in a line that was free, or becomes so."""
    body = ast.parse(text).body
    start = first_work(body)
    if start is None or has_long_text(body[start:]) or any(isinstance(part, (ast.For, ast.While)) for part in body):
        return None
    lines = text.split("\n")
    line = free_line(lines, body, start)
    if line is None:
        line = freed_line(lines, body, start)
    if line is None:
        return None
    lines[line] = LOOP
    lines += [f"{old} = {new}" for new, old in steps_elsewhere(body[start:])]
    return "\n".join([*lines[: line + 1], *(f"    {part}" if part.strip() else part for part in lines[line + 1 :])])


def steps_elsewhere(work: list[Any]) -> list[tuple[str, str]]:
    """(new name, old name) of each step that is kept under another name: new_w = w - rate * gradient."""
    found: dict[str, str] = {}
    stored = {node.id for part in work for node in ast.walk(part) if isinstance(node, ast.Name) and is_stored(node)}
    for part in work:
        value = getattr(part, "value", None)
        if not isinstance(part, ast.Assign) or not isinstance(value, ast.BinOp) or not isinstance(value.left, ast.Name):
            continue
        new, old, is_step = ast.unparse(part.targets[0]), value.left.id, isinstance(value.op, (ast.Add, ast.Sub))
        is_older = new.isidentifier() and old not in stored and re.search(rf"(?<![A-Za-z0-9]){re.escape(old)}", new)
        if is_step and is_older:
            found[old] = new
    return [(new, old) for old, new in found.items()]


def first_work(body: list[Any]) -> int | None:
    """The place of the first statement that computes with numbers of the script, and does not begin a variable."""
    numbers: set[str] = set()
    for place, part in enumerate(body):
        used = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
        is_plain = isinstance(part, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr))
        if not is_plain or is_print(part):
            continue
        if used & numbers and not begins(part):
            return place
        if isinstance(part, ast.Assign) and not is_whole_number(part.value):
            numbers |= {node.id for node in ast.walk(part) if isinstance(node, ast.Name) and is_stored(node)}
    return None


def is_print(part: Any) -> bool:
    """True for a call of `print`."""
    call = isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and part.value.func
    return isinstance(call, ast.Name) and call.id == "print"


def is_whole_number(value: Any) -> bool:
    """True for what is probably a size or a count."""
    return isinstance(value, ast.Constant) and type(value.value) is int


def is_stored(node: ast.Name) -> bool:
    """True for the target of an assignment."""
    return isinstance(node.ctx, ast.Store)


def begins(part: Any) -> bool:
    """True where numbers are made: random ones, zeros, an array that is written out."""
    called = [node.func for node in ast.walk(part) if isinstance(node, ast.Call)]
    return any(re.match(BEGINS, getattr(name, "attr", getattr(name, "id", ""))) for name in called)


def has_long_text(parts: list[Any]) -> bool:
    """True where a text of several lines would change with its indentation."""
    nodes = [node for part in parts for node in ast.walk(part) if isinstance(node, (ast.Constant, ast.JoinedStr))]
    return any(node.lineno != node.end_lineno for node in nodes)


def free_line(lines: list[str], body: list[Any], start: int) -> int | None:
    """A line before the work, and after all other simple statements, in which nothing stands."""
    for place in range(body[start].lineno - 2, -1, -1):
        inside = [part for part in body if part.lineno - 1 <= place < part.end_lineno]
        if any(isinstance(part, SIMPLE) for part in inside):
            return None
        if not inside and lines[place].strip().partition("#")[0] == "":
            return place
    return None


def freed_line(lines: list[str], body: list[Any], start: int) -> int | None:
    """The line of the last simple statement before the work, which goes behind the one before it."""
    simple = [part for part in body[:start] if isinstance(part, SIMPLE)]
    if len(simple) < 2 or simple[-1].lineno != simple[-1].end_lineno or simple[-2].end_lineno == simple[-1].lineno:
        return None
    before: Any = simple[-2]
    moved = simple[-1]
    end = before.end_lineno - 1
    lines[end] = lines[end].encode()[: before.end_col_offset].decode() + "; " + ast.unparse(moved)
    return int(moved.lineno) - 1
