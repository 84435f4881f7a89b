"""Which statements reach the wrong parameters alone: a mistake stands in one of those, as a rule.

A name is followed by its last part (`self.w1` as w1), through all functions of the program, without regard to order.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any


def last_part(node: Any) -> str:
    """The last name of a variable, an attribute or an item; "" for all else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return name_of_item(last_part(node.value), node.slice.value)
        return last_part(node.value)
    return ""


def name_of_item(container: str, key: str) -> str:
    """grads["W1"] is not W1 but dW1."""
    return f"d{key}" if re.search(r"grad|nabla|delta", container, re.IGNORECASE) and not key.startswith("d") else key


def loaded(node: Any) -> set[str]:
    """The last parts of everything that an expression uses; of an item with a name, not the whole container."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)):
            found.add(last_part(part))
        is_item = isinstance(part, ast.Subscript) and isinstance(getattr(part.slice, "value", None), str)
        waiting += [] if is_item else ast.iter_child_nodes(part)
    return found


class Slices:
    """The statements of some trees, and which of them reach which names."""

    def __init__(self, trees: Iterable[tuple[str, Any]]) -> None:
        self.statements: list[tuple[str, int, set[str], set[str]]] = []  # file, line, targets, what they use
        for file, tree in trees:
            for node in without_beginnings(tree):
                if isinstance(node, ast.Assign) and not is_count(node.value):
                    targets = {last_part(part) for target in node.targets for part in elements(target)}
                    self.statements.append((file, node.lineno, targets, loaded(node.value)))
                    for container in targets if isinstance(node.value, ast.Dict) else ():
                        self.statements += items_of(file, container, node.value)
                elif isinstance(node, ast.AugAssign):
                    target = last_part(node.target)
                    self.statements.append((file, node.lineno, {target}, {target} | loaded(node.value)))
                elif isinstance(node, ast.FunctionDef):  # its result stands for what a call of it gives
                    for part in ast.walk(node):
                        if isinstance(part, ast.Return) and part.value is not None:
                            self.statements.append((file, part.lineno, {node.name}, loaded(part.value)))
                elif isinstance(node, ast.Expr) and is_append(node.value):
                    target = last_part(node.value.func.value)  # type: ignore[attr-defined]
                    used = {name for part in node.value.args for name in loaded(part)}  # type: ignore[attr-defined]
                    self.statements.append((file, node.lineno, {target}, {target} | used))

    def reaching(self, names: set[str], stop: set[str]) -> set[tuple[str, int]]:
        """(file, line) of the statements that reach these names, not through the names in `stop`."""
        found: set[tuple[str, int]] = set()
        waiting, done = set(names), set()
        while waiting:
            name = waiting.pop()
            done.add(name)
            for file, line, targets, used in self.statements:
                if name in targets and (name not in stop or name in used):  # a parameter: its step, not its beginning
                    found.add((file, line))
                    waiting |= {other for other in used if other and other not in done and other not in stop}
        return found

    def gradients_of(self, names: set[str]) -> set[tuple[str, int]]:
        """The statements that give the gradients of these parameters their numbers, as far as names tell."""
        wanted = with_gradients(names) - names
        return {(file, line) for file, line, targets, _ in self.statements if targets & wanted}

    def only(self, wrong: set[str], right: set[str]) -> set[tuple[str, int]]:
        """The statements that reach wrong names and no right one."""
        wrong, right = wrong - right, right - wrong
        named = {name for names in (wrong, right) for name in names}
        return self.reaching(with_gradients(wrong), named) - self.reaching(with_gradients(right), named)


def is_count(value: Any) -> bool:
    """True for a whole number that is written out: a size, which no mistake stands in."""
    return isinstance(value, ast.Constant) and type(value.value) is int


def items_of(file: str, container: str, written: Any) -> Iterator[tuple[str, int, set[str], set[str]]]:
    """A dict that is written out, item by item."""
    for key, value in zip(written.keys, written.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield file, value.lineno, {name_of_item(container, key.value)}, loaded(value)


def without_beginnings(tree: Any) -> Iterator[Any]:
    """Every part of a tree but those in `__init__`."""
    for part in ast.iter_child_nodes(tree):
        if not (isinstance(part, ast.FunctionDef) and part.name == "__init__"):
            yield part
            yield from without_beginnings(part)


def is_append(node: Any) -> bool:
    """True for a call that puts something into a list."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("append", "insert", "appendleft")
    )


def elements(target: Any) -> list[Any]:
    """The parts of a target that is a tuple."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return [part for item in target.elts for part in elements(item)]
    return [target]


def assigned(statement: ast.Assign) -> Iterator[tuple[Any, Any]]:
    """(target, value) of each target of a statement: of a, b = ..., each with its own."""
    value = statement.value
    for target in statement.targets:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            yield from zip(target.elts, value.elts, strict=False)
        else:
            yield target, value


def nodes_in(scope: Any) -> Iterator[Any]:
    """All nodes of a module or a function, but for those of functions inside."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            yield from nodes_in(node)


def is_name(node: ast.AST) -> bool:
    """True for a variable, an attribute or an item."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


def with_gradients(names: set[str]) -> set[str]:
    """The names, and what their gradients are often called."""
    return names | {f"{before}{name}" for name in names for before in ("d", "d_", "grad_", "g", "delta_")}
