"""A program whose layers are large, with small ones: their sizes are other constants, the same wherever they stand."""

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from neurons.classroom.programs.inside.state import LARGEST
from neurons.classroom.programs.text.names import EPOCHS, is_like
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import last_part
from neurons.classroom.programs.text.written_sizes import (
    IMAGES,
    MAKES_NUMBERS,
    bounds,
    first_and_last,
    is_whole,
    named_values,
    reads_data,
    reshaped_rows,
)

LARGE = 48  # a size that is made smaller
LARGE_INPUTS = 400  # of data that are read; so many numbers of one value are watched
SIDES = (4, 3, 5, 6)  # of images that are made smaller
NO_SIZE = rf"{EPOCHS}|seed|print|every|random_state"


class Smaller(NamedTuple):
    """The program with smaller sizes; which number stands for which; the lines that have another text."""

    program: Program
    sizes: dict[int, int]
    lines: set[int]

    @property
    def is_needed(self) -> bool:
        """True where a matrix of the program, or a table made up for it, may be too large to be looked at."""
        if reads_data(self.program.text) and max(self.sizes) > LARGE_INPUTS:
            return True
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
    taken = {number for number in numbers if type(number) is int}
    data = sizes_of_data(trees, taken) if reads_data(program.text) else []
    images = images_in(program.text, taken)
    if not (large or data or images) or any(type(number) is float and number in large for number in numbers):
        return None
    free = [size for size in range(5, LARGE) if size not in taken]
    rows = sorted(rows_of_data(trees) & {*data})
    sizes = images | dict(zip(rows, free[len(free) - len(rows) :], strict=False))  # in many rows each class comes
    for part in runs(sorted({*large, *data} - sizes.keys())):
        used = {*sizes.values()}
        start = next((n for n in free if all(n + i in free and n + i not in used for i in range(len(part)))), None)
        if start is None:
            return None
        sizes |= {size: start + place for place, size in enumerate(part)}
    texts, lines = {}, set()
    for file, text in program.texts.items():
        texts[file], changed = with_sizes(text, sizes)
        lines |= changed
    return Smaller(Program(texts, program.main, program.wanted), sizes, lines)


def sizes_of_data(trees: list[ast.Module], taken: set[int]) -> list[int]:
    """Large numbers of rows and columns of data that are read."""
    ends = first_and_last(trees)
    beside = {ends[0] - 1, ends[0], ends[0] + 1} & taken if ends else set()
    found = {abs(bound) for _, bound in bounds(trees)} | rows_of_data(trees) | beside
    return sorted(size for size in found if size >= LARGE and size in taken)


def rows_of_data(trees: list[ast.Module]) -> set[int]:
    """How many rows the program says that its data have."""
    ends = first_and_last(trees)
    return set(reshaped_rows(trees, ends[0])) if ends else set()


def images_in(text: str, taken: set[int]) -> dict[int, int]:
    """Other sizes for images, their sides and how many pixels these have."""
    if not reads_data(text) or not re.search(IMAGES, text) or 28 not in taken and "load_data(" not in text:
        return {}
    for side in SIDES:
        sizes = {28: side, 783: side * side - 1, 784: side * side, 785: side * side + 1}
        sizes = {size: new for size, new in sizes.items() if size in taken}
        if sizes and not taken & set(sizes.values()):
            return sizes
    return {}


def runs(sizes: list[int]) -> Iterator[list[int]]:
    """Sizes, those together that follow one another: 784 and 785 stay neighbours."""
    part: list[int] = []
    for size in sizes:
        if part and size != part[-1] + 1:
            yield part
            part = []
        part.append(size)
    if part:
        yield part


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
