"""All small changes of a unit of the program's own text, with their ranks: the smallest first.

An edit changes the tree of one function, or of the loop's body, for as long as it is applied.
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from neurons.classroom.programs.expression_edits import Where, expression_edits, parts_of, replacing
from neurons.classroom.programs.units import Edit, Unit

FORWARD_NAMES = r"forward|feed|predict|activate|init|think|query"
BACKWARD_NAMES = r"back|delta|error|grad|update|train|prop|learn|adjust|fit|step"


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
    """= for +=, in each statement that adds to what was there."""
    for owner, field, place, part, _ in parts_of(unit.tree):
        if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add):
            new = ast.copy_location(ast.Assign([part.target], part.value), part)
            yield Edit(0, unit, part, replacing(owner, field, place, new), new_statement=new)


def block_edits(unit: Unit, where: Where) -> Iterator[Edit]:
    """Statements moved down, and left out."""
    for node in ast.walk(unit.tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if not isinstance(block, list) or not block or not isinstance(block[0], ast.stmt):
                continue
            for place, statement in enumerate(block):
                if not where((unit.source_file, statement.lineno)):
                    continue
                for after in range(place + 1, min(len(block), place + 9)):
                    new = [*block[:place], *block[place + 1 : after + 1], statement, *block[after + 1 :]]
                    yield Edit(0, unit, statement, whole(node, field, new), moved_to=block[after])
                if len(block) > 1:
                    rest = block[:place] + block[place + 1 :]
                    yield Edit(3, unit, statement, whole(node, field, rest), is_left_out=True)


def whole(owner: Any, field: str, new: list[Any]) -> Callable[[], Callable[[], None]]:
    """An edit's `apply`: another list of statements."""

    def apply() -> Callable[[], None]:
        old = getattr(owner, field)
        setattr(owner, field, new)
        return lambda: setattr(owner, field, old)

    return apply
