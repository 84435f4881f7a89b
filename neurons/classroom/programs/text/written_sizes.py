"""The sizes that a program writes out, for data that are not there: its layers, its slices, its reshapes."""

import ast
import math
import re
from collections.abc import Iterator
from typing import Any

from neurons.classroom.programs.text.names import SIZES, is_like
from neurons.classroom.programs.text.slices import last_part

READS = (
    r"\b(read_csv|read_excel|read_table|genfromtxt|loadtxt|loadmat|load_data|load_dataset|open|(np|numpy)\.load|fetch_\w+|make_moons"
    r"|make_circles|make_blobs|make_classification|load_(iris|digits|wine|breast_cancer))\("
)
IMAGES = r"mnist|\b28\b|digits"
MAKES_NUMBERS = r"^(rand|randn|random\w*|uniform|\w*normal|zeros|ones|empty|full|randint|xavier\w*|he_\w*)$"
MORE_ROWS, MOST_NUMBERS = 40, 2_000_000
INPUTS, CLASSES, SIDE = 4, 3, 4  # where it does not say


def reads_data(text: str) -> bool:
    """True for a program that reads data from elsewhere, or has them made."""
    return bool(re.search(READS, text))


def table_sizes(texts: dict[str, str]) -> tuple[int, int, int, int, int, int]:
    """(rows, rows for tests, columns, inputs, classes, side of an image)."""
    text = "\n".join(texts.values())
    trees = [ast.parse(part) for part in texts.values()]
    ends = first_and_last(trees)
    inputs, outputs = ends or (INPUTS, 10 if re.search(IMAGES, text) else CLASSES)
    side = math.isqrt(inputs)
    side = side if ends and side * side == inputs else SIDE
    columns = max(
        [
            inputs + max(1, len(dropped_columns(trees))),
            *(bound for bound in column_bounds(trees) if bound <= inputs + MORE_ROWS),
        ]
    )
    exact = sorted(set(reshaped_rows(trees, inputs)))
    tests = exact[0] if len(exact) > 1 else MORE_ROWS // 2
    rows = exact[-1] if exact else max([0, *row_bounds(trees)]) + MORE_ROWS
    return min(rows, MOST_NUMBERS // columns), tests, columns, inputs, max(2, outputs), side


def first_and_last(trees: list[ast.Module]) -> tuple[int, int] | None:
    """How many inputs and outputs the network has, as far as its sizes are written out."""
    names = {name: node.value for tree in trees for name, node in named_values(tree) if is_whole(node)}
    own = {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    pairs, chains = [], []
    for tree in trees:
        for name, value in named_values(tree):
            if is_like(SIZES, name):
                chains.append(sizes_of([value], names))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            name = last_part(call.func)
            sizes = sizes_of([*call.args, *(part.value for part in call.keywords)], names)
            if re.match(MAKES_NUMBERS, name) and len(sizes) == 2 and 1 not in sizes:
                pairs.append(sizes)
            elif name in own and len(sizes) > 2:
                chains.append(sizes if any(isinstance(part, ast.List) for part in call.args) else sizes[:3])
            elif name in own and len(sizes) == 2:
                pairs.append(sizes)
    for chain in chains:
        if len(chain) > 2 and min(chain[1:-1]) > 1:
            return chain[0], chain[-1]
    for (a, b), (c, d) in zip(pairs, pairs[1:], strict=False):
        if b == c:
            return a, pairs[-1][1]
        if a == d:
            return b, pairs[-1][0]
    told = [next((value for name, value in names.items() if is_like(like, name)), 0) for like in (INPUT, OUTPUT)]
    return (told[0], told[1] or CLASSES) if told[0] > 1 else None


INPUT = r"^(n|num|no)?_?(x|in|inp|inputs?)(_|$)|^n_?features"
OUTPUT = r"^(n|num|no)?_?(y|out|outputs?|class|classes|labels)(_|$)"


def sizes_of(given: list[Any], names: dict[str, int]) -> list[int]:
    """The whole numbers that a call is given, themselves, by name or in a list."""
    found: list[int] = []
    for part in given:
        if isinstance(part, (ast.List, ast.Tuple)):
            found += sizes_of(part.elts, names)
        else:
            size = size_of(part, names)
            found += [size] if size > 0 else []
    return found


def size_of(node: Any, names: dict[str, int]) -> int:
    """A whole number, or a product or a sum of such; 0 for all else."""
    if is_whole(node):
        return int(node.value)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return names.get(last_part(node), 0)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Add)):
        one, other = size_of(node.left, names), size_of(node.right, names)
        return (one * other if isinstance(node.op, ast.Mult) else one + other) if one and other else 0
    return 0


def row_bounds(trees: list[ast.Module]) -> Iterator[int]:
    """Where slices of rows begin and end: data[:1000], data[1000:2000, 1:], data[-500:]."""
    yield from (abs(bound) for place, bound in bounds(trees) if place == 0)


def column_bounds(trees: list[ast.Module]) -> Iterator[int]:
    """How many columns slices ask for: data[:, 1:785], data[:, 4]."""
    yield from (bound for place, bound in bounds(trees) if place == 1)


def bounds(trees: list[ast.Module]) -> Iterator[tuple[int, int]]:
    """(0 for rows or 1 for columns, number) of each bound that is written out in a subscript."""
    for tree in trees:
        for node in ast.walk(tree):
            if not isinstance(node, ast.Subscript):
                continue
            parts: list[Any] = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for place, part in enumerate(parts[:2]):
                if isinstance(part, ast.Slice):
                    for bound in (part.lower, part.upper):
                        size: Any = bound.operand if isinstance(bound, ast.UnaryOp) else bound
                        if is_whole(size):
                            yield place, size.value
                elif place == 1 and is_whole(part):
                    yield 1, part.value + 1


def dropped_columns(trees: list[ast.Module]) -> set[str]:
    """The columns that a table is used without, mostly that of the labels among them: df.drop(columns=["class"])."""
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    drops = [call for call in calls if last_part(call.func) == "drop"]
    given = [part for call in drops for part in call.args]
    given += [part.value for call in drops for part in call.keywords if part.arg in ("columns", "labels")]
    names = [getattr(node, "value", None) for part in given for node in ast.walk(part)]
    return {name for name in names if isinstance(name, str)}


def reshaped_rows(trees: list[ast.Module], inputs: int) -> Iterator[int]:
    """How many rows of so many inputs arrays are given: x.reshape(60000, 784), x.reshape((60000, 28, 28))."""
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and last_part(node.func) == "reshape":
                sizes: list[Any] = [part for part in node.args if not isinstance(part, (ast.Name, ast.Attribute))]
                parts: list[Any] = sizes[0].elts if sizes and isinstance(sizes[0], ast.Tuple) else sizes
                row = [size_of(part, {}) for part in parts[1:]]
                if row and math.prod(row) == inputs and is_whole(parts[0]) and parts[0].value > 1:
                    yield parts[0].value


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
