"""All small changes of a unit of the program's own text, with their ranks: the smallest first.

An edit changes the tree of one function, or of the loop's body, for as long as it is applied.
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from neurons.classroom.programs.edits.expressions import Where, expression_edits, parts_of, replacing
from neurons.classroom.programs.edits.units import Edit, Unit, first_line

FORWARD_NAMES = r"forward|feed|predict|activate|init|think|query"
BACKWARD_NAMES = r"back|delta|error|grad|update|train|prop|learn|adjust|fit|step"
BEGINNINGS = (ast.Assign, ast.AugAssign, ast.Expr, ast.For)  # of sums
ENDS = ast.Return, ast.Raise, ast.Continue, ast.Break  # nothing runs below
FARTHEST = 8  # statements that one moves down
MOVED, MOVED_OUT, MOVED_IN, ADDED = "moved below ", "moved out of the loop in ", "moved into the loop in ", "above it: "
ABOVE_LOOP = "above the loop in line "


def edits_of(unit: Unit, where: Where) -> list[Edit]:
    """All edits of the statements of a unit that stand there, with their ranks: small ones first."""
    later = 0
    if unit.file >= 0 and re.search(FORWARD_NAMES, unit.name, re.I):
        later = 4
    elif unit.file >= 0 and not re.search(BACKWARD_NAMES, unit.name, re.I):
        later = 1
    found = (*expression_edits(unit, where), *block_edits(unit, where))
    return [edit._replace(rank=edit.rank + later) for edit in found]


def clearings_of(unit: Unit) -> Iterator[Edit]:
    """What makes sums begin anew: = for +=, their beginning moved into a loop, a condition of it left out."""
    for owner, field, place, part, _ in parts_of(unit.tree):
        if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add):
            new = ast.copy_location(ast.Assign([part.target], part.value), part)
            yield Edit(0, unit, part, replacing(owner, field, place, new), new_statement=new)
    for node, field, block in blocks_in(unit.tree):
        for place, statement in enumerate(block):
            if isinstance(statement, ast.If) and not statement.orelse:
                always = [*block[:place], *statement.body, *block[place + 1 :]]
                told = "; ".join(map(first_line, statement.body))
                yield block_edit(0, unit, statement, [(node, field, always)], told)
            yield from sums_begun(unit, (node, field, block, place))
            loops: list[Any] = [part for part in block[place + 1 :] if isinstance(part, (ast.For, ast.While))]
            for loop in loops if isinstance(statement, BEGINNINGS) else []:
                rest = block[:place] + block[place + 1 :]
                parts = [(loop, "body", [statement, *loop.body]), (node, field, rest)]
                yield block_edit(0, unit, statement, parts, f"{MOVED_IN}line {loop.lineno}")
    for statement in unit.above:
        parts = [(unit.tree, "body", [statement, *unit.tree.body])]
        yield block_edit(0, unit, statement, parts, f"{MOVED_IN}line {unit.loop_line}")


def sums_begun(unit: Unit, at: tuple[Any, str, list[Any], int]) -> Iterator[Edit]:
    """What a loop adds to begins at 0 above the loop, where that is no variable of the loop's own."""
    node, field, block, place = at
    loop = block[place]
    for part in loop.body if isinstance(loop, (ast.For, ast.While)) else ():
        if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add) and not isinstance(part.target, ast.Name):
            begun = ast.copy_location(ast.Assign([part.target], ast.Constant(0.0)), loop)
            new = [*block[:place], begun, *block[place:]]
            yield block_edit(0, unit, part, [(node, field, new)], f"{ABOVE_LOOP}{loop.lineno}: {first_line(begun)}")


def blocks_in(tree: Any) -> Iterator[tuple[Any, str, list[Any]]]:
    """(owner, field, statements) of every block."""
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield node, field, block


def block_edits(unit: Unit, where: Where) -> Iterator[Edit]:
    """Statements moved down, out of a loop and into it, left out, and sums that begin anew."""
    for node, field, block in blocks_in(unit.tree):
        for place, statement in enumerate(block):
            rest = block[:place] + block[place + 1 :]
            if isinstance(statement, ast.For):
                yield from loop_edits(unit, (node, field, block, place), where)
            if not where((unit.source_file, statement.lineno)):
                continue
            for after in range(place + 1, min(len(block), place + FARTHEST + 1)):
                if isinstance(block[after], ENDS):
                    break
                new = [*rest[:after], statement, *rest[after:]]
                yield block_edit(0, unit, statement, [(node, field, new)], f"{MOVED}line {block[after].lineno}")
            if rest:
                yield block_edit(3, unit, statement, [(node, field, rest)], "")
            last = block[-1]
            if isinstance(last, ast.Return) and isinstance(last.value, (ast.Call, ast.BinOp)) and is_step(statement):
                sooner = ast.copy_location(ast.Assign([ast.Name("sent_back", ast.Store())], last.value), statement)
                back = ast.copy_location(ast.Return(ast.Name("sent_back", ast.Load())), last)
                new = [*block[:place], sooner, *block[place:-1], back]
                told = f"{ADDED}{first_line(sooner)}, for `{first_line(back)}` in line {last.lineno}"
                yield block_edit(1, unit, statement, [(node, field, new)], told)


def is_step(statement: Any) -> bool:
    """True for a statement that changes what was there: w -= ..., w = w - ..."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return ast.unparse(statement.targets[0]) in {ast.unparse(part) for part in ast.walk(statement.value)}
    return isinstance(statement, ast.AugAssign)


def loop_edits(unit: Unit, at: tuple[Any, str, list[Any], int], where: Where) -> Iterator[Edit]:
    """A loop's last statements moved behind it, those around it moved into it, and its sums begun before it."""
    node, field, block, place = at
    loop: Any = block[place]
    line = f"line {loop.lineno}"
    if len(loop.body) > 1 and where((unit.source_file, loop.body[-1].lineno)):
        new = [*block[: place + 1], loop.body[-1], *block[place + 1 :]]
        parts = [(loop, "body", loop.body[:-1]), (node, field, new)]
        yield block_edit(1, unit, loop.body[-1], parts, MOVED_OUT + line)
    if place + 1 < len(block) and where((unit.source_file, block[place + 1].lineno)):
        parts = [(loop, "body", [*loop.body, block[place + 1]]), (node, field, block[: place + 1] + block[place + 2 :])]
        yield block_edit(1, unit, block[place + 1], parts, MOVED_IN + line)
    before: Any = block[place - 1] if place else None
    inside = [before, *(part for one in loop.body for part in ast.walk(one) if isinstance(part, ast.stmt))]
    if isinstance(before, ast.Assign) and any(where((unit.source_file, one.lineno)) for one in inside):
        parts = [(loop, "body", [block[place - 1], *loop.body]), (node, field, block[: place - 1] + block[place:])]
        yield block_edit(1, unit, block[place - 1], parts, MOVED_IN + line)
    for part in loop.body:
        if (
            isinstance(part, ast.AugAssign)
            and isinstance(part.target, ast.Name)
            and any(where((unit.source_file, one.lineno)) for one in (loop, part))
        ):
            begun = ast.copy_location(ast.Assign([ast.Name(part.target.id, ast.Store())], ast.Constant(0)), loop)
            new = [*block[:place], begun, *block[place:]]
            yield block_edit(2, unit, loop, [(node, field, new)], ADDED + first_line(begun))


def block_edit(rank: int, unit: Unit, statement: Any, parts: list[tuple[Any, str, list[Any]]], told: str) -> Edit:
    """An edit that gives some blocks other statements: (owner, field, statements)."""

    def apply() -> Callable[[], None]:
        olds = [(owner, field, getattr(owner, field)) for owner, field, _ in parts]
        for owner, field, new in parts:
            setattr(owner, field, new)

        def undo() -> None:
            for owner, field, old in olds:
                setattr(owner, field, old)

        return undo

    return Edit(rank, unit, statement, apply, told=told)
