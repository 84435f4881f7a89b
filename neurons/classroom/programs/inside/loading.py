"""Runs a program's statements; where something is missing here, a stand-in takes its place and is remembered."""

import ast
import builtins
import copy
import importlib
import os
import random
import re
import sys
import time
import types
from typing import Any

from . import stepping
from .easing import EASE, Eased
from .made_up import Tables
from .precision import Precise
from .stand_ins import Bar, Nothing
from .unfolding import unfolded
from .watching import SEE, TURN, Deadline, TooLong, Watched

STANDARD = set(sys.stdlib_module_names) - {
    *("tkinter", "turtle", "turtledemo", "idlelib", "webbrowser", "multiprocessing", "subprocess", "socket", "ssl"),
    *("urllib", "http", "ftplib", "smtplib", "threading", "_thread", "signal", "ctypes", "asyncio", "sqlite3", "gc"),
    *("pty", "resource", "fcntl", "mmap", "curses", "readline", "antigravity"),
}


OPTIMISERS = "optimize.py"  # what stands in for scipy.optimize


class LeftOut(Exception):
    """Raised where the program asks for something that it cannot have here."""


class Loader:
    """The program's modules: their texts, trees and namespaces, and what happened while they ran."""

    def __init__(self, texts, main, watch, is_eased, sizes, order):
        self.texts, self.main, self.watch = texts, main, watch
        self.made_up = []  # [line, what] of data that were not here
        self.tables = Tables(sizes, order, self.made)
        self.is_eased = self.is_easing = is_eased  # see `easing`
        self.spaces = {}  # file -> namespace
        self.modules = {}  # file -> module
        self.notes = []  # [line, sentence]
        self.files = list(texts)
        self.printed = 0

    def builtins_of(self, file):
        """The built-ins of a module of the program."""
        own = dict(vars(builtins))
        own.update(
            __import__=self.import_,
            open=self.open_,
            input=self.input_,
            print=self.print_,
            exit=self.exit_,
            quit=self.exit_,
            breakpoint=lambda *_, **__: None,
            help=lambda *_: None,
        )
        own.update(stepped_=stepping.stepped, kept_=stepping.kept, renewed_=stepping.renewed)
        own[SEE], own[TURN], own[EASE] = self.watch.see, self.watch.turn, self.eased
        return own

    def eased(self, size):
        """1 in the place of a size that a gradient is divided by, or the size itself."""
        return 1.0 + 1e-9 * size if self.is_easing else size

    def import_(self, name, globals=None, locals=None, fromlist=(), level=0):
        """The program's own modules, the standard library and NumPy; a stand-in for all else."""
        parts = [part for part in name.split(".") if part]
        if level and not parts:  # from . import network
            holder = Nothing("package")
            for item in fromlist or ():
                own = self.own_module([item])
                if own is not None:
                    setattr(holder, item, own)
            return holder
        own = self.own_module(parts)
        if own is not None:
            if not fromlist and len(parts) > 1:
                holder = Nothing(parts[0])
                setattr(holder, parts[1], own)
                return holder
            return own
        if level:
            return Nothing(name)
        if parts[0] in ("gzip", "bz2", "lzma"):
            package: Any = Nothing(parts[0])
            package.open = lambda file, *_, **__: self.tables.packed(file)
            return package
        if parts[0] in ("pickle", "_pickle"):
            package = Nothing("pickle")
            package.load, package.dumps, package.loads = self.tables.unpickled, copy.deepcopy, copy.deepcopy
            return package
        if parts[0] in STANDARD or parts[0] == "numpy":
            try:
                return importlib.__import__(name, None, None, fromlist or (), 0)
            except ImportError:
                return Nothing(name)
        if parts[0] == "tqdm":
            stand_in: Any = Nothing("tqdm")
            stand_in.tqdm = stand_in.tqdm_notebook = Bar
            stand_in.trange = lambda *bounds, **_: Bar(range(*bounds))
            stand_in.auto = stand_in.notebook = stand_in
            return stand_in
        if name == "scipy.special" and fromlist:
            return special_functions()
        if parts[0] == "scipy":
            package = Nothing("scipy")
            package.special, package.io = special_functions(), Nothing("scipy.io")
            package.io.loadmat = self.tables.loadmat
            package.optimize = self.own_module(["optimize"]) or Nothing("optimize")
            return getattr(package, parts[1]) if len(parts) > 1 and fromlist else package
        return self.tables.module(parts[0]) or Nothing(name)

    def own_module(self, parts):
        """A module of the program, run when it is first imported; None where it is none of these."""
        for count in range(len(parts), 0, -1):
            for file in self.files:
                stem = file[:-3] if file.endswith(".py") else file
                if stem == parts[count - 1] and file != self.main:
                    if file not in self.modules:
                        self.run_file(file, stem)
                    return self.modules[file]
        return None

    def open_(self, file, mode="r", *_, **__):
        if any(letter in str(mode) for letter in "wax"):
            return Nothing("file")
        if re.search(r"\.(csv|txt|data?|tsv)$", str(file).lower()) and "b" not in str(mode):
            return self.tables.text(file, self.texts[self.main])
        if re.search(r"\.(gz|pkl|pickle)$|ubyte", str(file).lower()):
            return self.tables.packed(file)
        self.remember(f"reads the file {str(file)[:60]}, which is not here")
        raise FileNotFoundError(f"no file {file}")

    def reader(self, own):
        """NumPy's own function that reads numbers, for files that are open; of all others, made-up ones."""

        def read(file, *arguments, **keywords):
            is_name = isinstance(file, (str, os.PathLike))
            return (self.tables.loadtxt if is_name else own)(file, *arguments, **keywords)

        return read

    def input_(self, *_):
        self.remember("asks for input; I typed 1")
        return "1"

    def print_(self, *arguments, **_):
        self.printed += 1

    def exit_(self, *_):
        self.remember("ends the program; I went on after it")
        raise SystemExit

    def line(self):
        """The line of the program that runs now; 0 where none does."""
        line = 0
        frame: Any = sys._getframe(1)
        while not line and frame is not None:
            line = frame.f_lineno if frame.f_code.co_filename in self.texts else 0
            frame = frame.f_back
        return line

    def made(self, what):
        """Remember that data were made up."""
        entry = [self.line(), what]
        if entry not in self.made_up and len(self.made_up) < 20:
            self.made_up.append(entry)

    def remember(self, sentence, line=0):
        """What is worth telling, with the line."""
        entry = [line or self.line(), sentence]
        if entry not in self.notes and len(self.notes) < 20:
            self.notes.append(entry)

    def run_main(self, seconds):
        """The program from top to bottom."""
        self.run_file(self.main, "__main__", seconds)

    def run_file(self, file, name, seconds=2.0):
        """All statements of a file in order: one that fails is left out."""
        module = types.ModuleType(name)
        space = self.spaces[file] = module.__dict__
        space.update(__file__=file, __builtins__=self.builtins_of(file), __package__=None)
        self.modules[file] = module
        tree = self.parsed(self.texts[file])
        watched = Watched(self.watch, self.files.index(file), file != OPTIMISERS)
        deadline = Deadline(seconds)
        for statement in statements(tree.body):
            if deadline.left <= 0.0:
                self.remember("and those after it would take too long", statement.lineno)
                break
            self.run(watched, statement, file, space, min(1.5, max(0.3, deadline.left)))

    def parsed(self, text):
        """The tree of a text of the program."""
        tree = ast.parse(text)
        tree = Precise().visit(unfolded(tree))
        return Eased().visit(tree) if self.is_eased else tree

    def run(self, watched, statement, file, space, seconds):
        """One statement; what it raises is remembered."""
        self.watch.is_patient = makes_a_list(statement)
        parts = watched.visit(statement)
        parts = parts if isinstance(parts, list) else [parts]
        line = statement.lineno
        try:
            code = compile(ast.fix_missing_locations(ast.Module(parts, [])), file, "exec", dont_inherit=True)
            with self.guarded(seconds):
                exec(code, space)
        except TooLong:
            self.remember("takes too long here; I went on after it", line)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except SystemExit:
            self.remember("ends the program; I went on after it", line)
        except BaseException as error:
            trace, where = error.__traceback__, line
            while trace is not None:
                if trace.tb_frame.f_code.co_filename == file:
                    where = trace.tb_lineno
                trace = trace.tb_next
            told = text_of(error)
            self.remember(f"raises {type(error).__name__}{': ' if told else ''}{told}", where)

    def guarded(self, seconds):
        """While the program runs: no sleeping, no sudden end, a clock."""
        return Guard(self, seconds)


class Arguments(list):
    """What was typed behind the program's name: always 2, which may be a number or a file."""

    def __getitem__(self, place):
        return "2" if isinstance(place, int) and place >= len(self) else super().__getitem__(place)


class Guard:
    """Functions of ours in the place of those that would stop everything; put back afterwards."""

    def __init__(self, loader, seconds):
        self.loader, self.seconds = loader, seconds

    def __enter__(self):
        import numpy as np

        loader = self.loader
        replaced = [(os, "_exit", loader.exit_), (os, "abort", loader.exit_), (sys, "exit", loader.exit_)]
        replaced += [(time, "sleep", lambda *_: None), (os, "system", lambda *_: 0), (os, "popen", Nothing("popen"))]
        replaced += [(np, name, loader.reader(getattr(np, name))) for name in ("loadtxt", "genfromtxt")]
        replaced.append((np, "load", loader.tables.load))
        replaced += [(os, name, lambda *_, **__: []) for name in ("walk", "listdir", "scandir")]
        replaced += [(sys, "argv", Arguments([loader.main]))]
        self.kept = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
        for owner, name, new in replaced:
            setattr(owner, name, new)
        loader.watch.deadline = Deadline(self.seconds)

    def __exit__(self, *_):
        for owner, name, old in self.kept:
            setattr(owner, name, old)
        return False


def special_functions():
    """The two functions of SciPy that networks use."""
    import numpy as np

    module: Any = Nothing("scipy.special")
    module.expit = lambda z: 1.0 / (1.0 + np.exp(-np.asarray(z, dtype=float)))

    def softmax(z, axis=None):
        exponentials = np.exp(z - np.max(z, axis=axis, keepdims=True))
        return exponentials / exponentials.sum(axis=axis, keepdims=True)

    module.softmax = softmax
    return module


def statements(body):
    """The statements of a file; those under `if __name__ == "__main__"` one by one, too."""
    for statement in body:
        if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
            yield from statements(statement.body)
        else:
            yield statement


def makes_a_list(statement):
    """True for the making of a list, such as data one by one, which is no training that goes on and on."""
    whole = isinstance(statement, ast.Assign) and ast.walk(statement.value)
    return any(isinstance(node, ast.ListComp) for node in whole or ())


def text_of(error):
    """What an exception says, on one line."""
    try:
        return str(error).replace("\n", " ")[:120]
    except Exception:
        return ""


def reset():
    """The random numbers of a run that begins."""
    import numpy as np

    random.seed(1)
    np.random.seed(1)
