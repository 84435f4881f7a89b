"""A softmax that sums over the examples: in place of the classes, or with them."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from neurons.classroom.programs.answers import WRONG, ProgramDiagnosis, Repair
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import last_part
from neurons.classroom.programs.words import line_text

SUMS = "sum", "max", "amax"
WRONG_AXIS = "Its softmax does not sum over the classes of each example alone. Which numbers should add up to 1?"


class Turned(NamedTuple):
    """The program with the other axis in its softmax, and the lines in which it stands."""

    program: Program
    repairs: list[Repair]


def turned(program: Program) -> Turned | None:
    """The program with axis=1 for axis=0 in a softmax, and the other way round; None where it has none."""
    texts, repairs = dict(program.texts), list[Repair]()
    for file, text in program.texts.items():
        lines = text.split("\n")
        changed: dict[int, str] = {}
        axes = dict(axes_of_softmax(ast.parse(text)))
        for axis in sorted(axes, key=lambda node: (node.lineno, -node.col_offset)):
            number = axis.lineno - 1
            line = changed.get(number, lines[number]).encode()
            new = axes[axis].encode()
            changed[number] = (line[: axis.col_offset] + new + line[axis.end_col_offset :]).decode()
        repairs += [Repair(file, number + 1, lines[number].strip(), new.strip()) for number, new in changed.items()]
        texts[file] = "\n".join(changed.get(number, line) for number, line in enumerate(lines))
    return Turned(Program(texts, program.main, program.wanted), repairs) if repairs else None


def axes_of_softmax(tree: ast.Module) -> Iterator[tuple[Any, str]]:
    """The axis of each sum and each maximum in a function that is called softmax, and what stands for the other one.

    A sum over all numbers has none: of one example it is right, of several not.
    """
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and "softmax" in node.name]:
        for call in [node for node in ast.walk(function) if isinstance(node, ast.Call)]:
            words = {part.arg: part.value for part in call.keywords}
            if last_part(call.func) in SUMS and is_axis(words.get("axis")):
                is_kept = "keepdims" in words  # a column of sums divides each row, a plain list does not
                of_rows = "1" if is_kept else "1, keepdims=True"
                yield words["axis"], of_rows if ast.literal_eval(words["axis"]) == 0 else "0"
            elif last_part(call.func) == "sum" and not words and len(call.args) < 2:
                end = ast.copy_location(ast.Constant(None), call)
                end.lineno, end.col_offset = call.end_lineno or call.lineno, (call.end_col_offset or 1) - 1
                end.end_col_offset = end.col_offset
                yield end, f"{', ' if call.args else ''}axis=1, keepdims=True"


def is_axis(node: Any) -> bool:
    """True for 0, 1 and -1, written out."""
    try:
        return node is not None and ast.literal_eval(node) in (0, 1, -1)
    except (ValueError, TypeError):
        return False


def of_wrong_axis(found: ProgramDiagnosis, program: Program, other: Turned) -> ProgramDiagnosis:
    """The answer for a program that is right with the other axis, where `found` is the answer for that one."""
    last = other.repairs[-1]  # what it divides by
    told = f"{WRONG_AXIS}\nLook at {line_text(program, last.file, last.line)}."
    mended = " and ".join(f"`{repair.new}`" for repair in other.repairs)
    levels = [found.message.split("\n")[0], told, f"With {mended} in its place, every gradient is right: I ran it."]
    return replace(
        found, outcome=WRONG, message="\n".join(levels), line=last.line, repairs=other.repairs, levels=levels
    )
