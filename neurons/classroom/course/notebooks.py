"""The exercises as cells of a notebook: `check("06", Neuron)` checks what the cells above have defined."""

import ast
import inspect
import linecache
import os
import tempfile
import textwrap
from typing import Any

from neurons import NeuronsError
from neurons.classroom.exercises.check import check as check_file
from neurons.classroom.exercises.exercise import Exercise, exercises
from neurons.classroom.exercises.result import Result
from neurons.text import show


def check(exercise: str, *parts: Any) -> Result:
    """Check the functions or classes in `parts` as the answer to an exercise, such as check("06", Neuron).

    They take the place of those with the same names in the exercise's file; any others, such as functions of the
    student's own that they call, are added to it. Returns the `Result`, which shows what is wrong and is true where
    nothing is: `assert (result := check("06", Neuron)), result` is a whole test for nbgrader or otter. Raises
    `NeuronsError` for an exercise that does not exist, and for parts without a source text.
    """
    found = [one for one in exercises() if one.number == str(exercise).zfill(2)]
    if not found:
        raise NeuronsError(f"there are exercises from 01 to {exercises()[-1].number} but got {show(exercise)}")
    if not parts:
        raise NeuronsError(f'check needs what you have written: check("{found[0].number}", {names_of(found[0])[0]})')
    text = assembled_file(found[0], [(name_of(part), source_of(part)) for part in parts])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, f"{found[0].name}.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return check_file(found[0], path)


def name_of(part: Any) -> str:
    """The name that a function or class was defined with."""
    if not (inspect.isfunction(part) or inspect.isclass(part)):
        raise NeuronsError(f"check takes functions and classes that you have written but got {show(part)}")
    return str(part.__name__)


def source_of(part: Any) -> str:
    """The text that defined it. (Python's own `inspect` does not find a class that was defined in a cell.)"""
    inside = [value for value in vars(part).values() if inspect.isfunction(value)] if inspect.isclass(part) else [part]
    for function in inside:
        line = function.__code__.co_firstlineno
        lines = linecache.getlines(function.__code__.co_filename)
        for node in ast.walk(ast.parse("".join(lines))):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == part.__name__:
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                if first <= line <= (node.end_lineno or first):
                    return textwrap.dedent("".join(lines[first - 1 : node.end_lineno]))
    raise NeuronsError(f"the text of {part.__name__} cannot be found: define it in a cell or a file, not at a prompt")


def names_of(exercise: Exercise) -> list[str]:
    """The functions and classes of its file whose writing is left to the student."""
    tree = ast.parse(exercise.text("stub.py"))
    return [node.name for node in definitions(tree) if "NotImplementedError" in ast.unparse(node)]


def definitions(tree: ast.Module) -> list[Any]:
    """The functions and classes at the top of a file."""
    return [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]


def assembled_file(exercise: Exercise, sources: list[tuple[str, str]]) -> str:
    """The exercise's file with the student's definitions in the place of its own."""
    lines = exercise.text("stub.py").splitlines()
    own = {node.name: node for node in definitions(ast.parse("\n".join(lines)))}
    written = dict(sources)
    for name, node in reversed(own.items()):  # from the end: what comes before keeps its lines
        if name in written:
            lines[node.lineno - 1 : node.end_lineno] = written[name].splitlines()
    added = [text for name, text in sources if name not in own]
    return "\n".join([*lines, "", "", *added]) + "\n"
