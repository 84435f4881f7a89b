"""What the classroom page asks of its Python: run a program, check an exercise, pack and unpack the course."""

import ast
import builtins
import io
import json
import linecache
import os
import re
import sys
import time
import traceback
import types
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

from neurons import NeuronsError
from neurons.classroom.course.course import PROGRESS, Course
from neurons.classroom.exercises.check import check, failure
from neurons.classroom.exercises.result import Result
from neurons.inspection.page.page import Page

PAUSE = 0.05  # seconds between two pieces of output: the page draws each
MOST_SHOWN = 200_000  # characters of one run
NAME = re.compile(r"[0-9A-Za-z_]+\.py")
CANNOT_ASK = "a page cannot ask while a program runs: write the value into the program, as in x = 3"
FOR_PICTURES = "This page draws no pictures. A page made with `python -m neurons page room.html --plots` does.\n"
WHAT_IS_HERE = "This page has Python's own modules, NumPy and neurons. Nothing else can be installed here.\n"


class Output(io.TextIOBase):
    """Standard output of a program: sent to the page piece by piece, up to a limit."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self.send = send
        self.waiting: list[str] = []
        self.num_written = 0
        self.sent_at = 0.0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = MOST_SHOWN - self.num_written
        self.num_written += len(text)
        if room > 0:
            self.waiting.append(text[:room])
            if len(text) > room:
                self.waiting.append("\n... and more, which is not shown.\n")
            if time.monotonic() - self.sent_at > PAUSE:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self.waiting:
            self.send("".join(self.waiting))
            self.waiting.clear()
            self.sent_at = time.monotonic()


class Session:
    """The Python of one page. `send(kind, content)` shows something there while a program runs.

    The course lies in `folder`, as `python -m neurons course start` lays it out.
    """

    def __init__(self, folder: str, send: Callable[[str, Any], None]) -> None:
        self.folder = os.path.abspath(folder)
        self.send = send
        self.course = Course.start(self.folder)
        builtins.input = cannot_ask
        os.environ["MPLBACKEND"] = "agg"
        # `plt.show()` shows nothing with this backend, and says so: the page shows the pictures at the end.
        warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")

    def run(self, name: str, source: str) -> dict[str, Any]:
        """Run a program as `python name` does, and show its last value as a notebook does.

        Returns {"line": where it failed, 0 if it did not}.
        """
        path = self.written(name, source)
        output = Output(lambda text: self.send("text", text))
        outer = sys.stdout, sys.stderr, sys.modules["__main__"], sys.path[:], os.getcwd()
        module = types.ModuleType("__main__")
        module.__file__ = path
        sys.stdout = sys.stderr = output
        sys.modules["__main__"] = module
        sys.path.insert(0, self.folder)
        os.chdir(self.folder)
        line = 0
        try:
            value = run_source(source, path, vars(module))
            if value is not None:
                output.flush()
                self.show(value)
        except SystemExit as error:
            if error.code:
                output.write(f"The program has ended itself: {error.code}\n")
        except BaseException as error:  # whatever it is, the page goes on
            text, line = told(error, path)
            output.write(text)
        finally:
            output.flush()
            sys.stdout, sys.stderr, sys.modules["__main__"], sys.path[:], folder = outer
            os.chdir(folder)
        self.show_figures()
        return {"line": line}

    def show(self, value: Any) -> None:
        """Show a value: a whole page, something with its own HTML, a picture, or its repr."""
        if isinstance(value, Page):
            self.send("page", value.html())
        elif hasattr(value, "_repr_html_"):
            self.send("page", value._repr_html_())
        elif hasattr(value, "_repr_png_"):
            self.send("picture", value._repr_png_())
        elif hasattr(value, "savefig"):
            self.send_picture(value)
        else:
            self.send("text", repr(value) + "\n")

    def show_figures(self) -> None:
        """Show what pyplot has drawn, where a program has used it."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            for number in pyplot.get_fignums():
                self.send_picture(pyplot.figure(number))
            pyplot.close("all")

    def send_picture(self, figure: Any) -> None:
        """A figure, as the bytes of a PNG."""
        target = io.BytesIO()
        figure.savefig(target, format="png", dpi=120, bbox_inches="tight")
        self.send("picture", target.getvalue())
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            pyplot.close(figure)

    def check(self, name: str, source: str) -> dict[str, Any]:
        """The verdict on an answer, in the words of `python -m neurons course check`."""
        exercise = self.course.exercise(name)
        return told_result(check(exercise, self.written(exercise.name + ".py", source)))

    def out_of_time(self, name: str) -> dict[str, Any]:
        """The verdict on an answer that had to be ended from outside, since it never came back from C."""
        from neurons.classroom.exercises.check import Progress
        from neurons.classroom.sandbox.local import LocalTransport

        exercise = self.course.exercise(name)
        transport = LocalTransport(b"", exercise.name + ".py", limits=exercise.limits)
        try:
            return told_result(failure(exercise, transport.out_of_time(), Progress(), "", path=transport.path))
        finally:
            transport.close()

    def written(self, name: str, source: str) -> str:
        """The path of a file in the course's folder, with this text."""
        if not NAME.fullmatch(name):
            raise NeuronsError(f"{name} is not a name for a program")
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(source)
        linecache.checkcache(path)
        return path

    def pack(self, files: dict[str, str], progress: dict[str, dict[str, int]]) -> bytes:
        """The course's folder as a zip: the files, and progress.txt."""
        self.fill(files, progress)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in [*sorted(files), PROGRESS]:
                archive.write(os.path.join(self.folder, name), name)
        return target.getvalue()

    def submission(self, files: dict[str, str], progress: dict[str, dict[str, int]]) -> bytes:
        """submission.zip, as `python -m neurons course submit` makes it."""
        self.fill(files, progress)
        path, _, _ = self.course.submit()
        with open(path, "rb") as file:
            return file.read()

    def fill(self, files: dict[str, str], progress: dict[str, dict[str, int]]) -> None:
        """Bring the folder up to what the page holds; an exercise that the page does not hold is as at the start."""
        for exercise in self.course.exercises:
            self.course.write_stub(exercise)
        for name, source in files.items():
            self.written(name, source)
        self.course.write_progress(progress)

    def unpack(self, content: bytes) -> dict[str, Any]:
        """{"files": ..., "progress": ...} from what `pack` or `submission` made; `NeuronsError` if it is not that."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = [name for name in archive.namelist() if NAME.fullmatch(name) or name == PROGRESS]
                texts = {name: read_text(archive, name) for name in names}
        except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, RuntimeError) as error:
            raise NeuronsError(f"this is not a file that the page has saved ({error})") from None
        if not texts:
            raise NeuronsError("this zip holds no exercise: open one that the page has saved")
        progress = texts.pop(PROGRESS, "")
        with open(self.course.progress_path, "w", encoding="utf-8") as file:
            file.write(progress)
        return {"files": texts, "progress": self.course.read_progress()}


def read_text(archive: zipfile.ZipFile, name: str) -> str:
    """A text in a zip, of at most the size that an exercise may have."""
    from neurons.classroom.sandbox.source import LARGEST_FILE

    if archive.getinfo(name).file_size > LARGEST_FILE:
        raise NeuronsError(f"{name} is longer than 1 MB: no exercise needs that much")
    return archive.read(name).decode("utf-8")


def run_source(source: str, path: str, space: dict[str, Any]) -> Any:
    """Run a program; return the value of its last line, if that is an expression."""
    tree = ast.parse(source, path)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return exec(compile(tree, path, "exec", dont_inherit=True), space)
    del tree.body[-1]
    exec(compile(tree, path, "exec", dont_inherit=True), space)
    return eval(compile(ast.Expression(last.value), path, "eval", dont_inherit=True), space)


def told(error: BaseException, path: str) -> tuple[str, int]:
    """(what Python says about an error, the line of the program it is about), without the calls outside the program."""
    report = traceback.TracebackException.from_exception(error)
    line = 0
    if isinstance(error, SyntaxError) and error.filename == path:
        line = error.lineno or 0
    part: traceback.TracebackException | None = report
    while part is not None:
        inside = [frame for frame in part.stack if frame.filename == path]
        if part is report and inside:
            line = line or inside[-1].lineno or 0
        part.stack = traceback.StackSummary.from_list(inside)
        part = part.__cause__ or part.__context__
    text = "".join(report.format()).replace(path, os.path.basename(path))
    if isinstance(error, ModuleNotFoundError):
        text += FOR_PICTURES if (error.name or "").startswith("matplotlib") else WHAT_IS_HERE
    return text, line


def told_result(result: Result) -> dict[str, Any]:
    """A verdict for the page."""
    return {"passed": result.passed, "text": str(result)}


def cannot_ask(prompt: object = "") -> str:
    """In the place of `input`: a browser can ask only between two runs."""
    raise NeuronsError(CANNOT_ASK)


def answered(session: Session, question: str, content: Any = None) -> Any:
    """Answer one question of the page: JSON with "do" and its arguments, and bytes of JavaScript's beside it.

    An error of ours becomes {"error": ...}.
    """
    asked = json.loads(question)
    if content is not None:
        asked["content"] = content.to_bytes()
    try:
        return getattr(session, asked.pop("do"))(**asked)
    except NeuronsError as error:
        return {"error": str(error)}
