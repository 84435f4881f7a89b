"""A program whose layers are large, with small ones: their sizes are other constants, the same wherever they stand."""

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from neurons.classroom.programs.inside.state import LARGEST
from neurons.classroom.programs.names import EPOCHS, is_like
from neurons.classroom.programs.program import Program
from neurons.classroom.programs.slices import last_part

LARGE = 48  # a size that is made smaller
MAKES_NUMBERS = r"^(rand|randn|random\w*|uniform|\w*normal|zeros|ones|empty|full|randint|xavier\w*|he_\w*)$"
NO_SIZE = rf"{EPOCHS}|seed|print|every|random_state"


class Smaller(NamedTuple):
    """The program with smaller sizes; which number stands for which; the lines that have another text."""

    program: Program
    sizes: dict[int, int]
    lines: set[int]

    @property
    def is_needed(self) -> bool:
        """True where a matrix of the program may be too large to be looked at."""
        largest = sorted(self.sizes)[-2:]
        return len(largest) == 2 and largest[0] * largest[1] > LARGEST

    @property
    def told(self) -> str:
        """What was done, in a sentence."""
        pairs = [f"{new} in place of {old}" for old, new in sorted(self.sizes.items())]
        return f"To read it I made it smaller: {', '.join(pairs)}."


def smaller(program: Program) -> Smaller | None:
    """The program with small layers; None where none is large, or where a size is also another number."""
    trees = [ast.parse(text) for text in program.texts.values()]
    large = sorted({size for tree in trees for size in sizes_in(tree) if size >= LARGE})
    numbers = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    if not large or any(type(number) is float and number in large for number in numbers):
        return None
    taken = {number for number in numbers if type(number) is int}
    free = [size for size in range(5, LARGE) if size not in taken]
    sizes = dict(zip(large, free, strict=False))
    if len(sizes) < len(large):
        return None
    texts, lines = {}, set()
    for file, text in program.texts.items():
        texts[file], changed = with_sizes(text, sizes)
        lines |= changed
    return Smaller(Program(texts, program.main, program.wanted), sizes, lines)


def sizes_in(tree: ast.Module) -> Iterator[int]:
    """The whole numbers that are given to what makes arrays or objects, themselves or by a name."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    makes = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (last_part(node.func) in own or re.match(MAKES_NUMBERS, last_part(node.func)))
    ]
    given = [part for call in makes for argument in [*call.args, *call.keywords] for part in ast.walk(argument)]
    names = {last_part(part) for part in given if isinstance(part, (ast.Name, ast.Attribute))}
    yield from (part.value for part in given if isinstance(part, ast.Constant) and type(part.value) is int)
    for name, value in named_values(tree):
        if name in names and not is_like(NO_SIZE, name) and is_whole(value):
            yield value.value


def named_values(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """(name, value) of each assignment, item by item, and of each default of a parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from zip(map(last_part, target.elts), node.value.elts, strict=False)
                else:
                    yield last_part(target), node.value
        elif isinstance(node, ast.FunctionDef) and node.args.defaults:
            arguments = node.args.args[-len(node.args.defaults) :]
            yield from zip([one.arg for one in arguments], node.args.defaults, strict=False)


def is_whole(node: Any) -> bool:
    """True for a whole number that is written out."""
    return isinstance(node, ast.Constant) and type(node.value) is int


def with_sizes(text: str, sizes: dict[int, int]) -> tuple[str, set[int]]:
    """(the text with other sizes, the lines that have changed)."""
    nodes: list[Any] = [node for node in ast.walk(ast.parse(text)) if is_whole(node)]
    lines, changed = [line.encode() for line in text.split("\n")], set()
    for node in sorted(nodes, key=lambda node: (node.lineno, -node.col_offset)):
        if node.value in sizes:
            line = lines[node.lineno - 1]
            new = str(sizes[node.value]).encode()
            lines[node.lineno - 1] = line[: node.col_offset] + new + line[node.end_col_offset :]
            changed.add(node.lineno)
    return b"\n".join(lines).decode(), changed
