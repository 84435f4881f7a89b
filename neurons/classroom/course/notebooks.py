"""The exercises as cells of a notebook: `check("06", Neuron)` checks what the cells above have defined.

`hint("06")` and `lesson("06")` give the rest there, so that nobody has to leave the notebook.
"""

import ast
import inspect
import linecache
import os
import tempfile
import textwrap
from typing import Any

from neurons import NeuronsError
from neurons.classroom.course.course import ladder_step
from neurons.classroom.exercises.check import check as check_file
from neurons.classroom.exercises.exercise import Exercise, exercises
from neurons.classroom.exercises.result import NOTEBOOK_WIDTH, Result
from neurons.classroom.paragraphs import in_lines, reflowed
from neurons.text import show

HINTS_SEEN: dict[str, int] = {}  # exercise -> how many of its hints this session has shown


def check(exercise: str, *parts: Any) -> Result:
    """Check the functions or classes in `parts` as the answer to an exercise, such as check("06", Neuron).

    They take the place of those with the same names in the exercise's file; any others, such as functions of the
    student's own that they call, are added to it. Returns the `Result`, which shows what is wrong and is true where
    nothing is: `assert (result := check("06", Neuron)), result` is a whole test for nbgrader or otter. Raises
    `NeuronsError` for an exercise that does not exist, and for parts without a source text.
    """
    found = exercise_called(exercise)
    if not parts:
        raise NeuronsError(f'check needs what you have written: check("{found.number}", {names_of(found)[0]})')
    text = assembled_file(found, [(name_of(part), source_of(part)) for part in parts])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, f"{found.name}.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        result = check_file(found, path)
    if result.passed:
        return result
    return result._replace(next_step=f'hint("{found.number}") gives a hint, lesson("{found.number}") the lesson.')


def hint(exercise: str) -> "Text":
    """The next hint on an exercise: a question, then the formula in words, then the lines of code; then all."""
    found = exercise_called(exercise)
    seen = HINTS_SEEN.get(found.name, 0)
    HINTS_SEEN[found.name] = min(seen + 1, len(found.hints))
    shown = range(len(found.hints)) if seen == len(found.hints) else [seen]
    return Text("\n\n".join(ladder_step(found.hints, place) for place in shown))


def lesson(exercise: str) -> "Text":
    """What an exercise is about."""
    return Text(reflowed(exercise_called(exercise).text("lesson.md"), NOTEBOOK_WIDTH))


def exercise_called(number: Any) -> Exercise:
    """The exercise with this number."""
    for found in exercises():
        if found.number == str(number).zfill(2):
            return found
    raise NeuronsError(f"there are exercises from 01 to {exercises()[-1].number} but got {show(number)}")


class Text(str):
    """A text that a notebook shows as it is, in lines that break between words."""

    def __repr__(self) -> str:
        return in_lines(str(self), NOTEBOOK_WIDTH)


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
