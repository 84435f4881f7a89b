"""Two names of one object, read in a program's text: the inputs of an autoencoder are its labels, too."""

import ast
from collections.abc import Iterator
from typing import Any

from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import assigned, is_name, last_part, nodes_in

MOST_STEPS = 5  # from a name to another one, or to the argument of a call
VIEWS = "asarray", "asanyarray", "view"


def are_one(program: Program, scope: Any, one: str, other: str, steps: int = MOST_STEPS) -> bool:
    """True where two names in a module or a function stand for the same object: y = X, or train(X, X)."""
    if one == other:
        return True
    if not steps:
        return False
    for name, rest in ((one, other), (other, one)):
        for place, value, line in given_values(program, scope, name):
            later = [at for part in (one, other) for _, _, at in given_values(program, place, part) if at > line]
            if not later and any(are_one(program, place, same, rest, steps - 1) for same in names_of(value)):
                return True
    if any(list(given_values(program, scope, name)) for name in (one, other)) or not isinstance(scope, ast.FunctionDef):
        return False
    pairs = [(place, bound(call, scope)) for place, call in calls_of(program, scope)]
    return any(
        are_one(program, place, ast.unparse(values[one]), ast.unparse(values[other]), steps - 1)
        for place, values in pairs
        if one in values and other in values
    )


def given_values(program: Program, scope: Any, name: str) -> Iterator[tuple[Any, Any, int]]:
    """(where, value, line) wherever a name gets another object: in its function; of an attribute, anywhere."""
    for place in scopes(program) if "." in name else [scope]:
        for node in nodes_in(place):
            for target, value in assigned(node) if isinstance(node, ast.Assign) else ():
                if ast.unparse(target) == name and names_of(value) != [name]:
                    yield place, value, node.lineno


def names_of(value: Any) -> list[str]:
    """The names of the object that a value is, or that it shows: X, X[:], np.asarray(X), X if ... else None."""
    if isinstance(value, ast.IfExp):
        return names_of(value.body) + names_of(value.orelse)
    if isinstance(value, ast.Call) and last_part(value.func) in VIEWS:
        if isinstance(value.func, ast.Attribute) and value.func.attr == "view":
            return names_of(value.func.value)
        return names_of(value.args[0]) if value.args else []
    if isinstance(value, ast.Subscript) and ast.unparse(value.slice) == ":":
        return names_of(value.value)
    return [ast.unparse(value)] if is_name(value) and not isinstance(value, ast.Subscript) else []


def scopes(program: Program) -> list[Any]:
    """Every module and every function."""
    trees = [ast.parse(text) for text in program.texts.values()]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [*trees, *functions]


def calls_of(program: Program, function: ast.FunctionDef) -> Iterator[tuple[Any, ast.Call]]:
    """(where, call) of each call of a function, or of the class that it begins."""
    trees = [ast.parse(text) for text in program.texts.values()]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    own = [cls.name for cls in classes if any(ast.dump(part) == ast.dump(function) for part in cls.body)]
    names = own if function.name == "__init__" else [function.name]
    for place in scopes(program):
        yield from (
            (place, node) for node in nodes_in(place) if isinstance(node, ast.Call) and last_part(node.func) in names
        )


def bound(call: ast.Call, function: ast.FunctionDef) -> dict[str, Any]:
    """What a call gives to each argument by its name."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if names[:1] == ["self"]:
        names = names[1:]
    found = dict(zip(names, call.args, strict=False))
    return found | {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
