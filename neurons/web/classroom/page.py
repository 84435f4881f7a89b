"""Building the classroom page: one HTML file with Python, `neurons`, an editor and the exercises."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import neurons
from neurons import NeuronsError
from neurons.classroom.exercises.exercise import Exercise, exercises
from neurons.pages import bundled, data, file_blocks, filled, head, joined, licence_list, script, zipped
from neurons.web.markdown import html_of
from neurons.web.pyodide import files_of

HERE = Path(__file__).parent
PACKAGE = Path(neurons.__file__).parent
SCRIPTS = ("packed.js", "interpreter.js", "storage.js", "course.js", "answer.js", "app.js")
SOURCES = (
    "script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "img-src blob: data:",
)
COURSE = "neurons course"  # what is kept in the browser is kept under this name
NOT_CARRIED = ("web/", "commands/", "classroom/grading/")  # but what this room runs in the page
RUNS_IN_THE_PAGE = ("web/__init__.py", "web/classroom/__init__.py", "web/classroom/session.py")
LICENCES = {"neurons": "neurons.txt", "Python": "python.txt", "Pyodide": "mpl-2.0.txt"}


def classroom_page(*, exercise: str | None = None, plots: bool = False, pyodide: str | None = None) -> str:
    """The page as HTML; it opens with `exercise`, a number or a name, or with XOR.

    `plots` adds matplotlib. `pyodide` names a folder with the files of Pyodide; see `neurons.web.pyodide`. Raises
    `FileError` if they are missing.
    """
    first = unit_named(exercise)
    packages = ["matplotlib" if plots else "numpy"]
    files = files_of(packages, pyodide)
    licences = licences_of(files)
    files["neurons.zip"] = zipped(package_files())
    facts = {
        "course": COURSE,
        "first": first,
        "packages": packages,
        "units": [*programs(), *map(unit_of, exercises())],
        "worker": (HERE / "worker.js").read_text(encoding="utf-8"),
    }
    style = (HERE.parent / "look.css").read_text(encoding="utf-8") + (HERE / "page.css").read_text(encoding="utf-8")
    code = bundled(HERE / "editor.min.js") + "\n" + joined(HERE / name for name in SCRIPTS)
    parts = {
        "HEAD": head("neurons: the classroom in one file", style, *SOURCES),
        "VERSION": neurons.__version__,
        "LICENCES": licence_list(licences),
        "DATA": data(facts),
        "FILES": file_blocks(files),
        "SCRIPT": script(code),
    }
    return filled((HERE / "page.html").read_text(encoding="utf-8"), parts)


def unit_named(word: str | None) -> str:
    """The name of the exercise with this number or name; that of the first program for None."""
    if word is None:
        return str(programs()[0]["name"])
    text = word.removesuffix(".py").lower()
    number = text.zfill(2) if text.isdecimal() else text
    for exercise in exercises():
        if number in (exercise.number, exercise.name):
            return exercise.name
    known = exercises()
    raise NeuronsError(f"there is no exercise {word}: the exercises go from {known[0].number} to {known[-1].number}")


def unit_of(exercise: Exercise) -> dict[str, Any]:
    """An exercise, for the page."""
    return {
        "name": exercise.name,
        "number": exercise.number,
        "title": exercise.title,
        "lesson": lesson_html(exercise.text("lesson.md")),
        "hints": [html_of(hint) for hint in exercise.hints],
        "text": exercise.text("stub.py"),
        "seconds": exercise.limits.seconds,
    }


def programs() -> list[dict[str, Any]]:
    """The programs to run, for the page: each a .py beside a .md that says what to try."""
    found = []
    for path in sorted((HERE / "programs").glob("*.py")):
        lesson = path.with_suffix(".md").read_text(encoding="utf-8")
        name = path.stem.partition("_")[2]
        title = {"xor": "XOR", "one_neuron": "one neuron", "why": "check and why"}.get(name, name.replace("_", " "))
        found.append(
            {
                "name": name,
                "number": "",
                "title": title,
                "lesson": lesson_html(lesson),
                "hints": [],
                "text": path.read_text(encoding="utf-8"),
                "seconds": 0,
            }
        )
    return found


def lesson_html(markdown: str) -> str:
    """A lesson as HTML. Each line of code is an element: the column is narrow, and what wraps is indented."""

    def lines(found: re.Match[str]) -> str:
        return (
            "<pre><code>" + "".join(f"<span>{line}</span>" for line in found[1].strip().split("\n")) + "</code></pre>"
        )

    return re.sub(r"<pre><code[^>]*>(.*?)</code></pre>", lines, html_of(markdown), flags=re.DOTALL)


def package_files() -> dict[str, bytes]:
    """The files of `neurons` that run in the page: {"neurons/neuron.py": its bytes}."""
    found = {}
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        is_left_out = name.startswith(NOT_CARRIED) and name not in RUNS_IN_THE_PAGE
        if path.is_file() and "__pycache__" not in path.parts and not is_left_out:
            found[f"neurons/{name}"] = path.read_bytes()
    return found


def licences_of(files: dict[str, bytes]) -> dict[str, str]:
    """{what: the text of its licence} for all that the page carries."""
    texts = {name: (HERE.parent / "licences" / file).read_text(encoding="utf-8") for name, file in LICENCES.items()}
    texts["The editor: CodeMirror"] = (HERE / "editor.licences.txt").read_text(encoding="utf-8")
    for name, content in files.items():
        if name.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                inside = [path for path in wheel.namelist() if is_licence(path)]
                texts[" ".join(name.split("-")[:2])] = "\n\n".join(
                    f"{path}\n\n{wheel.read(path).decode('utf-8', 'replace')}" for path in inside
                )
    return texts


def is_licence(path: str) -> bool:
    """True for the text of a licence in a wheel."""
    name = path.rpartition("/")[2].upper()
    return (
        ".dist-info/" in path
        and "." not in name.removesuffix(".TXT").removesuffix(".MD")
        and ("LICEN" in name or "COPYING" in name or "NOTICE" in name)
    )
