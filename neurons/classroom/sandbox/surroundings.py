"""What a program sees when it runs in this very interpreter: put in place for each question, then taken away."""

import _thread
import atexit
import builtins
import importlib.machinery
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from typing import TYPE_CHECKING, Any

from neurons.classroom.sandbox.containment import numpy_folders, readable_paths, standard_library
from neurons.classroom.sandbox.deadline import QUESTION
from neurons.classroom.sandbox.transport import MOST_PRINTED, Transport
from neurons.classroom.sandbox.worker.environment import (
    EXITS,
    STARTING,
    no_thread,
    prepare_imports,
    quiet_system,
    set_environment,
)
from neurons.classroom.sandbox.worker.refused import FREQUENT, REFUSED_IMPORTS, event_checker

if TYPE_CHECKING:
    from neurons.classroom.sandbox.local import LocalTransport

RECURSION_ROOM, MOST_RECURSION = 1000, 10_000  # calls in calls, as in a fresh interpreter; the most one may ask for


class Prints(io.RawIOBase):
    """Where prints go: they are counted, and the first are kept."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        size = len(data)
        if self.transport.num_printed < MOST_PRINTED:
            self.transport.printed += bytes(data[:MOST_PRINTED]).decode("utf-8", "replace")
        self.transport.num_printed += size
        return size


class Hook:
    """The audit hook of this interpreter, which cannot be removed: it looks only while a student's program runs."""

    active: Any = None  # what looks at events
    thread = 0
    is_installed = False

    @classmethod
    def install(cls) -> None:
        if not cls.is_installed:
            cls.is_installed = True
            sys.addaudithook(cls.hook)

    @classmethod
    def hook(cls, event: str, arguments: Any) -> None:
        if cls.active is not None and event not in FREQUENT and threading.get_ident() == cls.thread:
            cls.active(event, arguments, sys._getframe(1))


class Surroundings:
    """What a program sees: the standard library, its own folder, streams of its own. A `with` for each question."""

    def __init__(self, transport: "LocalTransport") -> None:
        self.transport = transport
        self.has_numpy = b"numpy" in transport.source
        self.modules: dict[str, Any] = {}
        self.visible: dict[str, bool] = {}
        self.seen: tuple[dict[str, Any], dict[str, Any]] = {}, {}  # at the last question: all modules, the visible ones
        self.is_begun = False

    def begin(self) -> None:
        """Once, before the file is loaded: the environment, and functions of ours in the place of dangerous ones."""
        self.is_begun = True
        transport, library = self.transport, standard_library()
        prepare_imports(transport.source)
        self.environment, self.dir_fd = dict(os.environ), set(os.supports_dir_fd)
        set_environment(transport.folder)
        replaced: list[tuple[Any, str, Any]] = [(os, "system", quiet_system()), (os, "abort", transport.exit)]
        replaced += [(os, "_exit", transport.exit), (atexit, "register", lambda function, *_, **__: function)]
        replaced += [(_thread, name, no_thread) for name in STARTING if hasattr(_thread, name)]
        replaced += [(threading, "_" + name, no_thread) for name in STARTING]
        replaced += [(sys, "setrecursionlimit", self.set_recursion_limit), (tempfile, "tempdir", None)]
        # By paths, not by descriptors, under the names of each Python: see set_environment.
        replaced += [(shutil, "_use_fd_functions", False), (shutil, "_rmtree_impl", vars(shutil).get("_rmtree_unsafe"))]
        replaced += [(builtins, name, sys.exit) for name in EXITS]
        replaced += [(subprocess, "_can_fork_exec", True)]  # where it is not so, the call is refused in our words
        self.replaced = [
            (owner, name, getattr(owner, name), new) for owner, name, new in replaced if hasattr(owner, name)
        ]
        restored = [module for name, module in list(sys.modules.items()) if self.is_restored(name, module)]
        self.kept = [(module, dict(vars(module))) for module in restored]
        self.path = [path for path in sys.path if path and self.is_of_library(os.path.realpath(path), library)]
        settings = {
            "file": transport.path,
            "readable": [*readable_paths(), *numpy_folders()],
            "listable": [library],
        }
        for path in self.path:
            settings["listable" if os.path.isdir(path) else "readable"].append(os.path.realpath(path))  # type: ignore[attr-defined]
        self.look = event_checker(settings, transport.folder, transport.refuse)
        self.prints = io.TextIOWrapper(Prints(transport), "utf-8", "backslashreplace", write_through=True)  # type: ignore[type-var]
        self.room = RECURSION_ROOM
        self.chance = random.getstate()

    def end(self) -> None:
        """Once, at the end: everything as it was."""
        if self.is_begun:
            self.is_begun = False
            random.setstate(self.chance)
            os.environ.clear()
            os.environ.update(self.environment)
            os.supports_dir_fd.update(self.dir_fd)
            for module, names in self.kept:  # new names stay: they may be submodules
                vars(module).update(names)

    def is_restored(self, name: str, module: Any) -> bool:
        """True for modules of the library that a program might change; not for those that keep count of something."""
        counting = ("sys", "warnings", "threading", "linecache", "re", "tokenize")
        return type(module) is type(sys) and self.is_visible(name) and name not in counting

    def is_visible(self, name: str) -> bool:
        """True for a module that a worker could import."""
        known = self.visible.get(name)
        if known is None:
            top = name.partition(".")[0]
            refused = {*REFUSED_IMPORTS, "multiprocessing"}  # asked for anew, even where we have it
            hidden = top in refused or name == "concurrent.futures.process"
            known = not hidden and (
                top in sys.stdlib_module_names and name != "__main__" or top == "numpy" and self.has_numpy
            )
            self.visible[name] = known
        return known

    @staticmethod
    def is_of_library(path: str, library: str) -> bool:
        """True for the entries of sys.path that belong to the standard library."""
        zipped = f"python{sys.version_info[0]}{sys.version_info[1]}.zip"
        return path == library or os.path.basename(path) in (zipped, "lib-dynload", "DLLs")

    def set_recursion_limit(self, limit: int) -> None:
        """sys.setrecursionlimit within reason: too deep a recursion would end this interpreter."""
        self.room = min(limit, MOST_RECURSION)
        self.real_limit(self.room + self.depth)

    def __enter__(self) -> None:
        self.enter()

    def __exit__(self, *_: object) -> None:
        self.leave()

    def enter(self) -> None:
        """The student's surroundings in the place of ours."""
        self.warnings = warnings.catch_warnings()
        self.warnings.__enter__()
        warnings.resetwarnings()
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", category)
        self.outer = dict(sys.modules), sys.path[:], sys.meta_path[:], sys.stdin, sys.stdout, sys.stderr, sys.argv
        self.outer_builtins = dict(vars(builtins))
        self.outer_folder = os.getcwd()
        self.outer_recursion = sys.getrecursionlimit()
        self.real_limit = sys.setrecursionlimit
        if self.outer[0] != self.seen[0]:  # there may be thousands, and as many questions
            self.seen = self.outer[0], {name: it for name, it in self.outer[0].items() if self.is_visible(name)}
        sys.modules.clear()
        sys.modules.update(self.seen[1] | self.modules)
        sys.path[:] = self.path
        sys.meta_path[:] = [
            importlib.machinery.BuiltinImporter,
            importlib.machinery.FrozenImporter,
            importlib.machinery.PathFinder,
        ]
        sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO()), self.prints, self.prints
        sys.argv = ["student.py"]
        os.chdir(self.transport.folder)
        frame, self.depth = sys._getframe(), 0
        while frame is not None:
            frame, self.depth = frame.f_back, self.depth + 1  # type: ignore[assignment]
        sys.setrecursionlimit(self.room + self.depth)
        for owner, name, _, new in self.replaced:
            setattr(owner, name, new)
        setattr(builtins, QUESTION, self.transport.deadline.question)
        Hook.active, Hook.thread = self.look, threading.get_ident()

    def leave(self) -> None:
        """Ours again. Modules of the library that were imported stay: none is loaded twice."""
        Hook.active = None
        for owner, name, old, _ in self.replaced:
            setattr(owner, name, old)
        sys.setrecursionlimit(self.outer_recursion)
        modules, path, meta_path, sys.stdin, sys.stdout, sys.stderr, sys.argv = self.outer
        inside = dict(sys.modules)
        self.modules = {name: module for name, module in inside.items() if modules.get(name) is not module}
        new = {name: module for name, module in self.modules.items() if name not in modules and self.is_visible(name)}
        sys.modules.clear()
        sys.modules.update(modules)
        sys.modules.update({name: module for name, module in new.items() if name != "student"})
        sys.path[:], sys.meta_path[:] = path, meta_path
        for name in vars(builtins).keys() - self.outer_builtins.keys():
            delattr(builtins, name)
        vars(builtins).update(self.outer_builtins)
        os.chdir(self.outer_folder)
        self.warnings.__exit__(None, None, None)
