"""Other text in the place of the program's own, for some turns or for good."""

import ast
import types
from typing import Any

import numpy as np

from .loading import LeftOut
from .state import cells
from .watching import TooLong, limited

DEEPEST, MOST_ITEMS = 6, 100  # containers in each other, and parts of each, where functions may lie


def functions(program):
    """The functions of the program, by (file, name, first line): several, where one is defined again and again."""
    found: dict[Any, list[Any]] = {}
    seen = set()

    def visit(value, depth):
        value = getattr(value, "__func__", value)
        value = getattr(value, "fget", value) if isinstance(value, property) else value
        if depth > DEEPEST or id(value) in seen or isinstance(value, (str, int, float, np.ndarray, types.ModuleType)):
            return
        seen.add(id(value))
        code = getattr(value, "__code__", None)
        if code is not None:
            if code.co_filename in program.loader.texts:
                found.setdefault(key_of(program, code), []).append(value)
                parts = [cell.cell_contents for _, cell in cells(value)]
            else:
                parts = []
        elif isinstance(value, (list, tuple)):
            parts = list(value)[:MOST_ITEMS]
        else:
            parts = list((value if isinstance(value, dict) else getattr(value, "__dict__", {})).values())[:MOST_ITEMS]
        for part in parts:
            visit(part, depth + 1)

    for space in program.loader.spaces.values():
        visit({name: value for name, value in space.items() if not name.startswith("__")}, 0)
    for snapshot in program.snapshots.values():
        visit(snapshot.locals or {}, 0)
    return found


def key_of(program, code):
    """(file, name, line) of a function's code. Of a lambda the name has the column of its body in it."""
    if code.co_name != "<lambda>":
        return code.co_filename, code.co_name, code.co_firstlineno
    places = program.watch.places
    spans = [places[n] for n in code.co_consts if type(n) is int and 0 <= n < len(places)]
    spans = [span for span in spans if program.loader.files[span[0]] == code.co_filename]
    spans = [span for span in spans if span[1] >= code.co_firstlineno]
    _, line, column, *_ = min(spans, key=lambda span: (span[1], span[2]), default=(0, 0, 0))
    return code.co_filename, f"<lambda> {column}", line


def tried(program, number, change, cases, turns):
    """One change, tried on all cases."""
    file, name, line, text = change
    found, undo, body = [], None, None
    program.is_changed = True
    try:
        if file < 0:
            body = changed_body(program, text)
        else:
            undo = program_change(program, program.loader.files[int(file)], name, int(line), text)
        for rows, labels, writes in cases:
            found.append(program.observe(number, rows, labels, writes, False, body, turns))
    except (Exception, TooLong, SystemExit):
        return []
    finally:
        program.is_changed = False
        if undo is not None:
            undo()
    return found


def changed_body(program, text):
    """The statements of a changed loop."""
    return limited(program.loader.parsed(text)).body


def program_change(program, file, name, line, text):
    """Let a function run another text; returns how to undo it."""
    key = file, name, line
    if key not in program.functions:
        program.functions = functions(program)
    same = program.functions[key]
    olds = [function.__code__ for function in same]
    old = olds[0]
    tree = limited(program.loader.parsed(text))
    if old.co_freevars:
        tree = within(old.co_freevars, tree)
    new = find_code(compile(tree, file, "exec", dont_inherit=True), name)
    if new is None or new.co_freevars != old.co_freevars:
        raise LeftOut
    for function in same:
        function.__code__ = new

    def undo():
        for function, code in zip(same, olds, strict=True):
            function.__code__ = code

    return undo


def within(names, tree):
    """The tree in a function that has these variables, for one that was defined inside of another."""
    outer: Any = ast.parse(f"def _outer_({', '.join(names)}): pass")
    outer.body[0].body = tree.body
    return outer


def find_code(code, name):
    """The code of a function of this name."""
    name = "_lambda_" if name.startswith("<lambda>") else name
    for part in code.co_consts:
        if hasattr(part, "co_consts"):
            found = part if part.co_name == name else find_code(part, name)
            if found is not None:
                return found
    return None


def keep(program, change):
    """Let a change stay."""
    file, name, line, text = change
    if file < 0:
        program.kept_body = changed_body(program, text)
    else:
        program_change(program, program.loader.files[int(file)], name, int(line), text)
