"""What a program defines at its top: its classes with their methods, its functions, and their parameters."""

import ast
from collections.abc import Iterator

from neurons.classroom.programs.text.written_sizes import first_and_last


class Signature:
    """The parameters of a function: names, and which have a default."""

    def __init__(self, function: ast.FunctionDef, bound: bool) -> None:
        arguments = [*function.args.posonlyargs, *function.args.args]
        defaults = len(function.args.defaults)
        free = len(arguments) - defaults
        named = [(argument.arg, place < free) for place, argument in enumerate(arguments)]
        named += [
            (argument.arg, default is None)
            for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        ]
        self.parameters = named[1:] if bound else named
        self.name = function.name
        given = zip([name for name, needed in named if not needed], values_of_defaults(function), strict=True)
        self.lists = set(lists_in(function))
        self.gives = names_given(function)
        self.draws = bool(self.gives) and "rand" in ast.unparse(function)
        own = set(self.gives) & {name for name, _ in named}
        self.repeats = any(may_repeat(node, own) for node in own_parts(function))
        inner = {part.name: part for part in function.body if isinstance(part, ast.FunctionDef)}
        self.hands_out = {name: Signature(inner[name], False) for name in self.gives if name in inner}
        self.few_by_default = {name for name, value in given if type(value) is int and 0 < value < 4}


def names_given(function: ast.FunctionDef) -> tuple[str, ...]:
    """The names in the longest return of a function: of return dW, db, both; of return grads, that one."""
    values = [node.value for node in own_parts(function) if isinstance(node, ast.Return) and node.value is not None]
    longest = max((part.elts if isinstance(part, ast.Tuple) else [part] for part in values), key=len, default=[])
    return tuple(getattr(part, "attr", getattr(part, "id", "?")) for part in longest)


def own_parts(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What stands in a function, without the functions in it."""
    waiting: list[ast.AST] = list(function.body)
    for node in waiting:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))


def may_repeat(loop: ast.AST, own: set[str]) -> bool:
    """True for a loop that may train: it gives one of these names another value, or only counts."""
    if not isinstance(loop, (ast.For, ast.While)):
        return False
    names = [part for statement in loop.body for part in ast.walk(statement) if isinstance(part, ast.Name)]
    if isinstance(loop, ast.While) or any(name.id in own and isinstance(name.ctx, ast.Store) for name in names):
        return True
    counts = isinstance(loop.iter, ast.Call) and all(isinstance(part, ast.Constant) for part in loop.iter.args)
    return counts or isinstance(loop.target, ast.Name) and loop.target.id not in {name.id for name in names}


def lists_in(function: ast.FunctionDef) -> Iterator[str]:
    """The names that it treats as lists: sizes[0], sizes[1:], len(sizes), zip(sizes, ...)."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            yield node.value.id
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("len", "zip", "enumerate")
        ):
            yield from (part.id for part in node.args if isinstance(part, ast.Name))


def values_of_defaults(function: ast.FunctionDef) -> list[object]:
    """The default values of its parameters; None for those that are not written out."""
    defaults = [*function.args.defaults, *(part for part in function.args.kw_defaults if part is not None)]
    return [default.value if isinstance(default, ast.Constant) else None for default in defaults]


class Definitions:
    """What the program defines at its top: classes with their methods, and functions."""

    def __init__(self, texts: dict[str, str], main: str, wanted: str = "") -> None:
        self.wanted = wanted  # the class that is meant, or ""
        self.classes: dict[str, dict[str, Signature]] = {}
        self.functions: dict[str, Signature] = {}
        self.numbers: dict[str, list[int]] = {}  # that each class has written out where it begins
        trees = [ast.parse(text) for text in texts.values()]
        self.written = first_and_last(trees)  # how many inputs and outputs it has written out
        self.written_in: dict[str, tuple[int, int] | None] = {}  # each class alone
        self.names = {name for tree in trees for name in names_at_top(tree)}
        bases: dict[str, list[str]] = {}
        for file in (main, *texts):
            for node in ast.parse(texts[file]).body:
                if isinstance(node, ast.ClassDef) and node.name not in self.classes:
                    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                    self.classes[node.name] = {part.name: Signature(part, not is_static(part)) for part in methods}
                    begin = [part for part in methods if part.name == "__init__"]
                    self.written_in[node.name] = first_and_last([ast.Module([node], [])])
                    self.numbers[node.name] = [number for part in begin for number in whole_numbers(part)]
                    bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                elif isinstance(node, ast.FunctionDef):
                    self.functions.setdefault(node.name, Signature(node, False))
        for name, parents in bases.items():
            for parent in parents:
                for method, signature in self.classes.get(parent, {}).items():
                    self.classes[name].setdefault(method, signature)


def names_at_top(node: ast.AST) -> Iterator[str]:
    """What a module gives a name, outside of its functions and classes."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            yield part.name
            continue
        if isinstance(part, ast.alias):
            yield (part.asname or part.name).partition(".")[0]
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        yield from names_at_top(part)


def whole_numbers(node: ast.AST) -> list[int]:
    """The whole numbers in it, which are mostly the sizes of layers."""
    return [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and type(part.value) is int and 0 < part.value < 100
    ]


def is_static(function: ast.FunctionDef) -> bool:
    """True for a method without self."""
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)
