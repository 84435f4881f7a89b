"""A student's program in this very interpreter: for self-study where there are no processes, as in a browser.

The same questions and answers as in a process, called instead of piped, and the same refused calls. What the program
sees of this interpreter (modules, folders, streams) is put in place for each question and taken away after it. It
contains nothing: a program that is written to cheat or to harm can. Memory and long calls into C have no limit.
"""

import _thread
import atexit
import builtins
import contextvars
import importlib.machinery
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from typing import Any

from neurons import NeuronsError
from neurons.classroom.sandbox import worker
from neurons.classroom.sandbox.containment import AUDIT_HOOK, numpy_folders, readable_paths, standard_library
from neurons.classroom.sandbox.deadline import QUESTION, Deadline, OutOfTime, compiled
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.source import file_name, printable, remove_folder
from neurons.classroom.sandbox.transport import LONGEST_ANSWER, MOST_PRINTED, Limits, Transport

RECURSION_ROOM, MOST_RECURSION = 1000, 10_000  # calls in calls, as in a fresh interpreter; the most one may ask for


class Stopped(BaseException):
    """Goes through the student's code when it is over: a refused call, an exit, an error of ours in a callback."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


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


class LocalChannel(worker.Channel):
    """The worker's channel, when both ends are in one interpreter."""

    def __init__(self, file: str, transport: "LocalTransport") -> None:
        super().__init__(None, None, file)
        self.transport = transport
        self.sent: Any = None

    def send(self, answer: Any) -> None:
        self.sent = answer

    def value(self, argument: Any) -> Any:
        """As in the worker; a function that the program was given is called at once."""
        if not (isinstance(argument, dict) and "callback" in argument):
            return super().value(argument)

        def ask(*arguments: Any) -> Any:
            plain = worker.plain(arguments, self.objects, [worker.MOST_NUMBERS])
            return self.value(self.transport.called_back({"callback": argument["callback"], "arguments": plain}))

        return ask


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
        if cls.active is not None and event not in worker.FREQUENT and threading.get_ident() == cls.thread:
            cls.active(event, arguments, sys._getframe(1))


class LocalTransport(Transport):
    """The program in this interpreter, one question at a time."""

    def __init__(
        self, source: bytes, name: str, *, limits: Limits, level: str = AUDIT_HOOK, within: str | None = None
    ) -> None:
        super().__init__(limits)
        if level != AUDIT_HOOK:
            raise NeuronsError(f"a program needs a process of its own to run under {level}: this check does not grade")
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="neurons-", dir=within))
        self.path = os.path.join(self.folder, file_name(name))
        with open(self.path, "wb") as file:
            file.write(source)
        self.source = source
        self.channel = LocalChannel(self.path, self)
        self.module: Any = None
        self.over: BaseException | None = None  # why the program may not go on
        library = os.path.dirname(os.__file__), standard_library(), *numpy_folders(), "<frozen "
        self.deadline = Deadline((__file__, worker.__file__), library)
        self.surroundings = Surroundings(self)
        self.context = contextvars.copy_context()

    def load(self) -> None:
        """Run the file from top to bottom, in surroundings like those of a worker."""
        Hook.install()
        if b"numpy" in self.source:
            try:
                import numpy  # noqa: F401
            except ImportError:
                raise StudentError(
                    "your code raises ImportError: NumPy cannot be loaded", raised="ImportError"
                ) from None
        self.surroundings.begin()
        self.module = self.run(lambda: worker.load(self.path, self.channel, compiled))
        if self.module is None:
            self.decoded_answer(self.channel.sent, "loaded")

    def close(self) -> None:
        """Put this interpreter back as it was."""
        self.surroundings.end()
        remove_folder(self.folder)

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question, answered at once."""
        self.give_time()
        text = json.dumps(question)

        def work() -> str:
            try:
                return json.dumps(self.channel.answer(json.loads(text), self.module))
            except (OutOfTime, Stopped):
                raise
            except BaseException as error:  # SystemExit too, as in the worker
                return json.dumps(worker.described_error(error, self.path))

        answer = self.run(work)
        if len(answer) > LONGEST_ANSWER:
            raise StudentError("its answer is longer than 4 MB")
        return self.decoded_answer(json.loads(answer), "value")

    def run(self, work: Any) -> Any:
        """Run the student's code in its surroundings, within the time that is left."""
        if self.over is not None:
            raise self.over
        if self.seconds_left <= 0.0:
            raise self.out_of_time()
        start = time.monotonic()
        try:
            with self.surroundings:
                self.deadline.is_over = False
                self.deadline.start(self.seconds_left)
                try:
                    result = self.context.run(work)
                finally:
                    self.deadline.stop()
        except OutOfTime:
            pass  # as said below
        except Stopped as stopped:
            self.over = self.over or stopped.error
        finally:
            self.seconds_left -= time.monotonic() - start
        if self.deadline.is_over:
            self.over = self.over or self.out_of_time()
        if self.over is not None:  # even if the student's code has caught what was raised
            raise self.over
        return result

    def stop(self, error: BaseException) -> None:
        """End the program: with this error, whatever it does on the way out."""
        self.over = self.over or error
        raise Stopped(error)

    def refuse(self, what: str, line: int) -> None:
        """A call that no exercise needs: the program is over, as a worker is."""
        where = f" in line {line}" if line else ""
        self.stop(StudentError(f"stopped{where}: {printable(what)}", line))

    def exit(self, code: int = 0) -> None:
        """os._exit, which would end us all."""
        self.stop(StudentError(f"it ended the program (exit code {code})"))

    def called_back(self, question: dict[str, Any]) -> Any:
        """A function that the program was given is called: that is ours, not the student's."""
        left = self.deadline.stop()
        self.surroundings.leave()
        try:
            asked = self.decoded_answer(json.loads(json.dumps(question)), "value")
            answer = json.loads(json.dumps(self.answer_callback(asked)))
        except Exception as error:
            self.over = self.over or error
        finally:
            self.surroundings.enter()
            self.deadline.start(left)
        if self.over is not None:
            raise Stopped(self.over)
        return answer


class Surroundings:
    """What a program sees: the standard library, its own folder, streams of its own. A `with` for each question."""

    def __init__(self, transport: LocalTransport) -> None:
        self.transport = transport
        self.has_numpy = b"numpy" in transport.source
        self.modules: dict[str, Any] = {}
        self.visible: dict[str, bool] = {}
        self.is_begun = False

    def begin(self) -> None:
        """Once, before the file is loaded: the environment, and functions of ours in the place of dangerous ones."""
        self.is_begun = True
        transport, library = self.transport, standard_library()
        worker.prepare_imports(transport.source)
        self.environment, self.dir_fd = dict(os.environ), set(os.supports_dir_fd)
        worker.set_environment(transport.folder)
        replaced: list[tuple[Any, str, Any]] = [(os, "system", worker.quiet_system()), (os, "abort", transport.exit)]
        replaced += [(os, "_exit", transport.exit), (atexit, "register", lambda function, *_, **__: function)]
        replaced += [(_thread, name, worker.no_thread) for name in worker.STARTING if hasattr(_thread, name)]
        replaced += [(threading, "_" + name, worker.no_thread) for name in worker.STARTING]
        replaced += [(sys, "setrecursionlimit", self.set_recursion_limit), (tempfile, "tempdir", None)]
        # By paths, not by descriptors, under the names of each Python: see worker.set_environment.
        replaced += [(shutil, "_use_fd_functions", False), (shutil, "_rmtree_impl", vars(shutil).get("_rmtree_unsafe"))]
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
        self.look = worker.event_checker(settings, transport.folder, transport.refuse)
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
            refused = {*worker.REFUSED_IMPORTS, "multiprocessing"}  # asked for anew, even where we have it
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
        visible = {name: module for name, module in self.outer[0].items() if self.is_visible(name)}
        visible.update(self.modules)
        sys.modules.clear()
        sys.modules.update(visible)
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
