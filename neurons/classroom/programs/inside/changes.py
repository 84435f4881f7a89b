"""Other text in the place of the program's own, for some turns or for good."""

import re

from .loading import LeftOut
from .watching import Limited, TooLong


def functions(program):
    """The functions of the program, by (file, first line)."""
    found, seen = {}, set()

    def visit(value, depth):
        value = getattr(value, "__func__", value)
        value = getattr(value, "fget", value) if isinstance(value, property) else value
        code = getattr(value, "__code__", None)
        if code is not None:
            if code.co_filename in program.loader.texts:
                found[code.co_filename, code.co_name, code.co_firstlineno] = value
        elif isinstance(value, type) and id(value) not in seen and depth < 3:
            seen.add(id(value))
            for part in list(vars(value).values()):
                visit(part, depth + 1)

    for space in program.loader.spaces.values():
        for value in list(space.values()):
            visit(value, 0)
    return found


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
    return limited(program, text).body


def limited(program, text):
    """The tree of a changed text, whose loops end when the time is over."""
    tree = program.loader.parsed(text)
    return Limited().visit(tree) if re.search(r"^\s*(for|while)\b", text, re.MULTILINE) else tree


def program_change(program, file, name, line, text):
    """Let a function run another text; returns how to undo it."""
    key = file, name, line
    if key not in program.functions:
        program.functions = functions(program)
    function = program.functions[key]
    code = compile(limited(program, text), file, "exec", dont_inherit=True)
    new = find_code(code, name)
    if new is None or new.co_freevars != function.__code__.co_freevars:
        raise LeftOut
    old = function.__code__
    function.__code__ = new

    def undo():
        function.__code__ = old

    return undo


def find_code(code, name):
    """The code of a function of this name."""
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
