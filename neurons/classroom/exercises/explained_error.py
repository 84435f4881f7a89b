"""What there is to say of an error that Python raises in a student's file: a row of `python_errors`, filled in."""

import ast
import re

from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.exercises.names import Advice, is_left_to_write, name_advice, parsed
from neurons.classroom.exercises.python_errors import ERRORS, PythonError


def explained_error(
    kind: str, message: str, exercise: Exercise, *, line: str = "", source: bytes = b""
) -> Advice | None:
    """What there is to say of an error in the student's `source`; None where Python's own words must do.

    `line` is the text of the line that raises it. Only where the task is to write a method, a number has to be reached
    through self.
    """
    stub = parsed(exercise.text("stub.py"))
    in_class = any(isinstance(node, ast.ClassDef) for node in stub.body)
    words = {"list": "self.weights" if in_class else first_parameter(stub), "signature": signature(stub, message)}
    if kind == "NameError" and name_in(message) in getattr(exercise.slips_module, "NAMES", {}):
        return name_advice(exercise, name_in(message), source)
    for error in ERRORS:
        needs_signature = "{signature}" in error.words and not words["signature"]
        if error.kind == kind and (in_class or "self" not in error.id) and not needs_signature:
            found = groups(error, message, line, source.decode("utf-8", "replace"))
            if found is not None:
                return Advice(error.id, error.words.format(*found, **words))
    return name_advice(exercise, name_in(message), source) if kind == "NameError" and name_in(message) else None


def groups(error: PythonError, message: str, line: str, text: str) -> list[str] | None:
    """What the groups of an error's patterns find; None where one of them does not fit."""
    found = re.match(error.pattern, message)
    if not found or error.text and not re.search(error.text, text, re.MULTILINE):
        return None
    in_line = re.search(error.line.replace("{1}", found.groups()[-1] if found.groups() else ""), line)
    return [*found.groups(), *in_line.groups()] if in_line else None


def name_in(message: str) -> str:
    """The name that a NameError is about."""
    found = re.match(r"(?:free variable|name) '(\w+)'|cannot access free variable '(\w+)'", message)
    return found.group(1) or found.group(2) if found else ""


def signature(stub: ast.Module, message: str) -> str:
    """The `def` line, as the student was given it, of the function that a message is about; empty if it is another."""
    found = re.match(r"(?:\w+\.)*(\w+)\(\)", message)
    for node in ast.walk(stub):
        if found and isinstance(node, ast.FunctionDef) and node.name == found.group(1):
            return f"def {node.name}({ast.unparse(node.args)}):"
    return ""


def first_parameter(stub: ast.Module) -> str:
    """The first parameter of the function that the exercise asks for."""
    functions = [node for node in stub.body if isinstance(node, ast.FunctionDef) and is_left_to_write(node)]
    return functions[0].args.args[0].arg if functions else "numbers"
