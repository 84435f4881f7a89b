"""Lines that give one list or array several names or places: db1 = db2 = np.zeros(3), [row] * 3, W_old = W.

Whether such a line is a mistake shows when the program runs with objects of their own in its place.
"""

import ast
import copy
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from neurons.classroom.programs.answers import WRONG, ProgramDiagnosis, Repair
from neurons.classroom.programs.text.program import Program

KEPT = re.compile(r"old|prev|copy|before|save|tmp|temp|new|orig|backup", re.IGNORECASE)  # names of what is put aside
NAMES = (ast.Name, ast.Attribute)
MOST = 3


class Shared(NamedTuple):
    """A statement that shares an object, and the one that does not."""

    file: str
    line: int
    old: str
    new: str


def without_sharing(program: Program, only: set[int] | None = None) -> tuple[Program, list[Shared]]:
    """The program with objects of their own in its lines, or in these of them only, and what was changed there."""
    texts, found = dict(program.texts), list[Shared]()
    for file, text in program.texts.items():
        tree, lines = ast.parse(text), text.split("\n")
        moved = changed_in_place(tree)
        for statement in [node for node in ast.walk(tree) if isinstance(node, (ast.Assign, ast.Return))]:
            old = ast.unparse(statement)
            is_meant = len(found) < MOST if only is None else statement.lineno in only
            if is_meant and own_objects(statement, moved):
                found.append(Shared(file, statement.lineno, old, as_text(statement)))
                put_in(lines, statement)
        texts[file] = "\n".join(lines)
    return Program(texts, program.main, program.wanted), found


def put_in(lines: list[str], statement: ast.stmt) -> None:
    """Write a statement in the place of its old text; all others keep their lines."""
    first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
    before = lines[first].encode()[: statement.col_offset].decode()
    after = lines[last].encode()[statement.end_col_offset :].decode()
    lines[first : last + 1] = [before + as_text(statement) + after, *[""] * (last - first)]


def as_text(statement: ast.stmt) -> str:
    """The statement's text, with a, b = ... as people write it: Python 3.10 puts the names in brackets."""
    return re.sub(r"^\(([^()]*)\) = ", r"\1 = ", ast.unparse(statement))


def changed_in_place(tree: ast.Module) -> set[str]:
    """What a statement changes in place, by its text."""
    targets: list[ast.expr] = [node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign)]
    targets += [target for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets]
    found = set()
    for target in targets:
        base: Any = target
        while isinstance(base, ast.Subscript):
            base = base.value
        found.add(ast.unparse(base))
    return found


def own_objects(statement: ast.Assign | ast.Return, moved: set[str]) -> bool:
    """Change a statement that shares an object; True if it did."""
    value = statement.value
    if value is None or isinstance(statement, ast.Return):
        return with_own_rows(statement)
    targets = statement.targets
    if len(targets) > 1 and all(isinstance(target, NAMES) for target in targets) and makes(value):
        statement.targets = [ast.Tuple(list(targets), ast.Store())]
        statement.value = ast.Tuple([copy.deepcopy(value) for _ in targets], ast.Load())
        return True
    if isinstance(value, NAMES) and isinstance(targets[0], NAMES):
        is_kept = KEPT.search(ast.unparse(targets[0])) and {ast.unparse(value), ast.unparse(targets[0])} <= moved
        if is_kept:
            statement.value = copied(value)
        return bool(is_kept)
    return with_own_rows(statement)


def with_own_rows(statement: ast.Assign | ast.Return) -> bool:
    """Change a statement that repeats one row; True if it did."""
    before = ast.unparse(statement)
    if statement.value is not None:
        statement.value = OwnRows().visit(statement.value)
    return ast.unparse(statement) != before


def makes(value: Any) -> bool:
    """True for an expression that makes a list or, maybe, an array."""
    is_repeated = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult) and isinstance(value.left, ast.List)
    return is_repeated or isinstance(value, (ast.Call, ast.List, ast.ListComp, ast.Dict))


def copied(value: Any) -> ast.Call:
    """value.copy()."""
    return ast.Call(ast.Attribute(value, "copy", ast.Load()), [], [])


class OwnRows(ast.NodeTransformer):
    """Makes [row for _ in range(n)] of [row] * n, where a row is a list or an array."""

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        """One product."""
        row = node.left.elts[0] if isinstance(node.left, ast.List) and len(node.left.elts) == 1 else None
        if not isinstance(node.op, ast.Mult) or row is None or not (makes(row) or isinstance(row, NAMES)):
            return self.generic_visit(node)
        own = self.visit(row) if makes(row) else copied(row)
        times = ast.Call(ast.Name("range", ast.Load()), [node.right], [])
        return ast.ListComp(own, [ast.comprehension(ast.Name("_", ast.Store()), times, [], 0)])


def shared_mistake(program: Program, diagnose: Callable[[Program, bool], ProgramDiagnosis]) -> ProgramDiagnosis | None:
    """The answer for a program with such lines; None for one that is wrong for another reason."""
    own, lines = without_sharing(program)
    if not lines:
        return None
    found = diagnose(program, False)
    if found.ok:
        return found
    right = diagnose(own, False)
    if right.outcome == WRONG and wrong_groups(right) < wrong_groups(found):
        return with_another(found, diagnose(own, True), lines)
    if not right.ok:
        return found if found.ok is None else None
    for line in lines if len(lines) > 1 else ():
        if diagnose(without_sharing(program, {line.line})[0], False).ok:
            lines = [line]
            break
    names = {name for layer in (right.network or {}).get("parameters", []) for name in layer}
    targets = " ".join(line.old.partition("=")[0] for line in lines)
    if found.ok is None and not any(re.search(rf"\b{re.escape(name)}\b", targets) for name in names):
        return found  # something else may keep it from being read
    first, *_ = found.levels or [right.message.splitlines()[0]]
    mended = f"With {new_texts(lines)} in its place, every gradient is right: I ran it."
    levels = [first, question_of(lines), mended]
    return replace(
        found,
        outcome=WRONG,
        message="\n".join(levels),
        network=found.network or right.network,
        line=lines[0].line,
        repairs=repairs_of(lines),
        levels=levels,
    )


def wrong_groups(found: ProgramDiagnosis) -> set[str]:
    """The groups that are not right in a single step."""
    constants = {name: c if isinstance(c, str) else f"{c:.4g}" for name, c in found.groups.items()}
    counts = Counter(c for c in constants.values() if c != "wrong").most_common(1)
    return {name for name, c in constants.items() if not counts or c != counts[0][0]}


def with_another(found: ProgramDiagnosis, other: ProgramDiagnosis, lines: list[Shared]) -> ProgramDiagnosis:
    """The answer for a program that has another mistake, too."""
    first, *_ = found.levels or [found.message.splitlines()[0]]
    told = f"With {new_texts(lines)} in its place, another mistake is left."
    levels = [first, question_of(lines), told, *other.levels[1:]]
    return replace(
        other,
        message="\n".join([*levels[:3], *other.message.split("\n")[1:]]),
        groups=found.groups,
        first_wrong=found.first_wrong,
        line=lines[0].line,
        repairs=[*repairs_of(lines), *other.repairs],
        levels=levels,
    )


def question_of(lines: list[Shared]) -> str:
    """Where an object is shared, and what that does."""
    told = [f"`{line.old}` in line {line.line}" for line in lines]
    return (
        f"Look at {' and '.join(told)}: one object has several names or places there."
        " What changes under one of them changes under all."
    )


def new_texts(lines: list[Shared]) -> str:
    """What gives each its own object."""
    return " and ".join(f"`{line.new}`" for line in lines)


def repairs_of(lines: list[Shared]) -> list[Repair]:
    """The lines, as they were and as they are mended."""
    return [Repair(line.file, line.line, line.old, line.new) for line in lines]
