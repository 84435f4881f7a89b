"""What a program defines at its top: its classes with their methods, its functions, and their parameters."""

import ast


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


class Definitions:
    """What the program defines at its top: classes with their methods, and functions."""

    def __init__(self, texts: dict[str, str], main: str, wanted: str = "") -> None:
        self.wanted = wanted  # the class that is meant, or ""
        self.classes: dict[str, dict[str, Signature]] = {}
        self.functions: dict[str, Signature] = {}
        self.numbers: dict[str, list[int]] = {}  # that each class has written out where it begins
        bases: dict[str, list[str]] = {}
        for file in (main, *texts):
            for node in ast.parse(texts[file]).body:
                if isinstance(node, ast.ClassDef) and node.name not in self.classes:
                    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                    self.classes[node.name] = {part.name: Signature(part, not is_static(part)) for part in methods}
                    begin = [part for part in methods if part.name == "__init__"]
                    self.numbers[node.name] = [number for part in begin for number in whole_numbers(part)]
                    bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                elif isinstance(node, ast.FunctionDef):
                    self.functions.setdefault(node.name, Signature(node, False))
        for name, parents in bases.items():
            for parent in parents:
                for method, signature in self.classes.get(parent, {}).items():
                    self.classes[name].setdefault(method, signature)


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
