"""What is diagnosed: the texts of a program, read from files, notebooks, or a class or object that lies in one."""

import ast
import inspect
import json
import linecache
import os
import re
from importlib.resources import files
from typing import Any

from neurons import NeuronsError
from neurons.classroom.programs.inside.loading import OPTIMISERS
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.source import LARGEST_FILE, checked_source, printable
from neurons.text import show

MOST_FILES = 12


class Program:
    """The texts of a program by file name; `main` is the one that is run."""

    def __init__(self, texts: dict[str, str], main: str, wanted: str = "") -> None:
        self.texts, self.main = texts, main
        self.wanted = wanted  # the class or function that is meant, where it is one of several

    @property
    def files(self) -> list[str]:
        """The names of its files, as the sandbox counts them."""
        return list(self.texts)

    def is_in_one_file(self) -> bool:
        """True if it need not be said in which file a line is."""
        return len(set(self.files) - {OPTIMISERS}) == 1

    @property
    def text(self) -> str:
        """All texts."""
        return "\n".join(self.texts.values())

    def compares(self, *operators: type) -> bool:
        """True if it compares anything with one of these operators of Python's trees."""
        trees = [ast.parse(text) for text in self.texts.values()]
        return any(isinstance(node, operators) for tree in trees for node in ast.walk(tree))

    def line(self, file: int, number: int) -> str:
        """A line of a file, without the spaces around it."""
        lines = self.texts[self.files[file]].splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def program_from(given: Any) -> Program:
    """The program that a path, several paths, a class, a function or an object stands for."""
    if isinstance(given, (str, os.PathLike)):
        return program_of_files([os.fspath(given)])
    if isinstance(given, (list, tuple)) and given and all(isinstance(one, (str, os.PathLike)) for one in given):
        return program_of_files([os.fspath(one) for one in given])
    part = given if isinstance(given, type) or inspect.isfunction(given) else type(given)
    return program_of_definition(part, given)


def program_of_files(paths: list[str]) -> Program:
    """The first file is the program; its own modules beside it come along."""
    texts: dict[str, str] = {}
    for path in paths:
        if not os.path.isfile(path):
            raise NeuronsError(f"there is no file {path}")
        texts[name_of(path)] = text_of(path)
    main = name_of(paths[0])
    folder = os.path.dirname(os.path.abspath(paths[0]))
    waiting = list(texts.values())
    while waiting and len(texts) < MOST_FILES:
        for module in imported_modules(waiting.pop()):
            for place in (os.path.join(folder, *module.split(".")), os.path.join(folder, module.split(".")[-1])):
                path = place + ".py"
                if (
                    os.path.isfile(path)
                    and os.path.basename(path) not in texts
                    and os.path.getsize(path) < LARGEST_FILE
                ):
                    try:
                        texts[os.path.basename(path)] = text_of(path)
                    except (StudentError, SyntaxError):
                        continue
                    waiting.append(texts[os.path.basename(path)])
                    break
    if any(module.startswith("scipy.optimize") for text in texts.values() for module in imported_modules(text)):
        stand_in = files("neurons.classroom.programs") / "inside" / OPTIMISERS
        texts.setdefault(OPTIMISERS, stand_in.read_text(encoding="utf-8"))
    return Program(texts, main)


def name_of(path: str) -> str:
    """The file's name, as a module of the program."""
    name = os.path.basename(path)
    return name[: -len(".ipynb")] + ".py" if name.endswith(".ipynb") else name


def text_of(path: str) -> str:
    """The Python text of a file or a notebook; `StudentError` where it is none."""
    with open(path, "rb") as file:
        content = file.read(8 * LARGEST_FILE)
    if path.endswith(".ipynb"):
        content = cells_of(content).encode("utf-8")
    text = checked_source(content).decode("utf-8", "replace").expandtabs(8).replace("\r\n", "\n")
    text = text.lstrip("\ufeff")
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 0
        where = f" in line {line}" if line else ""
        hint = " (it seems to be Python 2)" if re.search(r"^\s*print\s+[^\s(=]", text, re.MULTILINE) else ""
        raise StudentError(
            f"Python cannot read the file{where}: {printable(getattr(error, 'msg', error))}{hint}", line
        ) from None
    return text


def cells_of(content: bytes) -> str:
    """The code cells of a notebook one below the other, without those that are not Python."""
    try:
        cells = json.loads(content)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StudentError("it is not a notebook, or damaged") from None
    kept = []
    for source in sources:
        lines = ["" if re.match(r"\s*[%!?]", line) else line for line in source.split("\n")]
        try:
            ast.parse("\n".join(lines))
        except (SyntaxError, ValueError):
            lines = [""] * len(lines)
        kept.append("\n".join(lines))
    return "\n".join(kept)


def imported_modules(text: str) -> list[str]:
    """The names of the modules that a text imports."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.module:
                found.append(node.module)
            found += [f"{node.module}.{alias.name}" if node.module else alias.name for alias in node.names]
    return found


def program_of_definition(part: Any, given: Any) -> Program:
    """The file or the cell in which a class or a function was defined; `given` is what the user gave."""
    functions = (
        [value for value in vars(part).values() if inspect.isfunction(value)] if isinstance(part, type) else [part]
    )
    for function in functions:
        code = function.__code__
        if os.path.isfile(code.co_filename):
            found = program_of_files([code.co_filename])
            return Program(found.texts, found.main, part.__name__)
        lines = linecache.getlines(code.co_filename)
        if lines:
            return Program({"cell.py": "".join(lines)}, "cell.py", part.__name__)
    raise NeuronsError(
        f"the text of {show(given)} cannot be found: diagnose takes the path of a program, or a class or an object that"
        " was defined in a file or a cell"
    )
