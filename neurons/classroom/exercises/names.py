"""Names that a student's file lacks: what is said of a function that is not there, and of a name that no line sets."""

import ast
import builtins
import keyword
import warnings
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

from neurons.classroom.exercises.exercise import Exercise, exercises
from neurons.classroom.sandbox.errors import MissingName
from neurons.text import listed

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.While, ast.comprehension)
BUILT_IN = [name for name, value in vars(builtins).items() if type(value).__module__ != "_sitebuiltins"]  # but `help`
PYTHONS_WORDS = {word.lower(): word for word in [*sorted(BUILT_IN), *keyword.kwlist]}
ALIKE = 0.7  # of two names, by difflib's measure: one may be the other, misspelt


class Advice(NamedTuple):
    """What to say of a name, and the id under which a teacher counts it."""

    id: str
    words: str


def parsed(source: str | bytes) -> ast.Module:
    """The tree of a file; an empty one where Python cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the student's style
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def definitions(node: ast.AST | None) -> list[Any]:
    """The functions and classes that stand directly in a file, a class or a function."""
    body = node.body if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) else []
    return [part for part in body if isinstance(part, (*FUNCTIONS, ast.ClassDef))]


def definition(node: ast.AST | None, name: str) -> Any:
    """The function or class of this name among them; None where there is none."""
    return next((part for part in definitions(node) if part.name == name), None)


def scope(tree: ast.Module, owner: str) -> ast.AST | None:
    """Where the names of the class `owner` stand; those of the file itself for no owner."""
    return definition(tree, owner) if owner else tree


def is_left_to_write(node: ast.AST) -> bool:
    """True for what the student has to write: the file that everybody gets raises NotImplementedError there."""
    return "NotImplementedError" in ast.unparse(node)


def parameters_for(exercise: Exercise, name: str) -> list[str]:
    """What the function goes by that the student has to write, and that gives what is called `name`."""
    stub = parsed(exercise.text("stub.py"))
    functions = [node for node in ast.walk(stub) if isinstance(node, FUNCTIONS) and is_left_to_write(node)]
    named = [node for node in functions if node.name in name.replace("(", " ").split()] or functions[-1:]
    arguments = [argument.arg for node in named[:1] for argument in node.args.args]
    return [name for name in arguments if name != "self"] + (["what is kept on self"] if "self" in arguments else [])


def has_loop(source: bytes, function: str) -> bool:
    """True if a function or a method of this name has a loop, or if the file has none of this name."""
    found = [node for node in ast.walk(parsed(source)) if isinstance(node, FUNCTIONS) and node.name == function]
    return not found or any(isinstance(part, LOOPS) for part in ast.walk(found[-1]))


def missing_definition(exercise: Exercise, error: MissingName, source: bytes) -> Advice | None:
    """What to say of a function, a method or a class of the task that a file lacks; None for any other name."""
    stub, tree = parsed(exercise.text("stub.py")), parsed(source)
    place, task = scope(tree, error.owner), definition(scope(stub, error.owner), error.missing)
    if task is None:
        return attribute_of_init(stub, error)
    kind = "class" if isinstance(task, ast.ClassDef) else "method" if error.owner else "function"
    said = f"Your {error.owner or 'file'} has no {kind} `{error.missing}`"
    for outer in ast.walk(tree):
        name = getattr(outer, "name", "")
        is_its_place = isinstance(outer, ast.ClassDef) and definition(scope(stub, name), error.missing) is not None
        if definition(outer, error.missing) is not None and not is_its_place:
            return Advice("outside_of_its_place", f"{said}. {moved(error, outer)}")
    if not is_left_to_write(task):
        return Advice("given_part_missing", f"{said}: put back the one that you were given.")
    there = sorted(
        (node.name for node in definitions(place) if not node.name.startswith("__")),
        key=lambda name: name not in get_close_matches(error.missing, [name], 1, 0.5),  # those alike come first
    )
    others = f" It has {listed([f'`{name}`' for name in there])}." if there else ""
    return Advice("name_of_the_task", f"{said}.{others} Keep the names of the task.")


def moved(error: MissingName, outer: ast.AST) -> str:
    """Where a function stands instead, and how it comes to its place."""
    if isinstance(outer, ast.Module):
        return f"Your `{error.missing}` is outside of the class: indent it like the other methods of {error.owner}."
    inside = f"Your `{error.missing}` is inside `{getattr(outer, 'name', 'another block')}`"
    return f"{inside}: move it to the left, to where " + f"the other {'methods' if error.owner else 'functions'} begin."


def attribute_of_init(stub: ast.Module, error: MissingName) -> Advice | None:
    """What to say of an attribute that the given `__init__` sets; None for any other."""
    init = definition(scope(stub, error.owner), "__init__") if error.owner else None
    if init is None or is_left_to_write(init) or f"self.{error.missing} = " not in ast.unparse(init):
        return None
    return Advice(
        "given_part_missing",
        f"Your {error.owner} has no `{error.missing}`. The `__init__` that you were given sets it: put that line back.",
    )


def name_advice(exercise: Exercise, name: str, source: bytes) -> Advice:
    """What to say of a name in the student's code that has no value there."""
    own_words = getattr(exercise.slips_module, "NAMES", {})
    tree, stub = parsed(source), parsed(exercise.text("stub.py"))
    if name in own_words:
        return Advice("name_on_paper", own_words[name])
    if name.lower() in PYTHONS_WORDS:
        return Advice("capital_letters", f"In Python it is written `{PYTHONS_WORDS[name.lower()]}`.")
    for node in definitions(tree):
        if isinstance(node, ast.ClassDef) and definition(node, name) is not None:
            return Advice("method_without_self", f"`{name}` is a method: inside the class it is self.{name}(...).")
    if definition(stub, name) is not None:
        return Advice("given_part_missing", f"Your file has no `{name}`: put back the one that you were given.")
    for other in exercises():
        task = definition(parsed(other.text("stub.py")), name)
        if task is not None and is_left_to_write(task) and other.number < exercise.number:
            return Advice(
                "of_another_exercise",
                f"`{name}` is from exercise {other.number}. Each file stands alone: write it again here.",
            )
    known = set(names_set(tree))
    if name in known:
        return Advice(
            "set_elsewhere",
            f"`{name}` gets its value in another place, which this line does not see. Set it here, or hand it over.",
        )
    alike = [one for one in known if one.lower() == name.lower()]
    alike += get_close_matches(name, [*known, *PYTHONS_WORDS.values()], 1, ALIKE)
    if alike:
        return Advice("misspelt", f"Nothing is called `{name}` here. Do you mean `{alike[0]}`?")
    return Advice("unknown_name", f"No line gives `{name}` a value. What should it be? Work it out first.")


def names_set(tree: ast.Module) -> Iterator[str]:
    """The names that get a value somewhere in a file: parameters, variables, functions, imports, attributes of self."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield f"self.{node.attr}"
