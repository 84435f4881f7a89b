"""Writing the site: each page, the links between them, and what lies beside them."""

import html
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import neurons
from neurons import FileError, Model, datasets
from neurons.datasets.mnist_small import NAME as MNIST_SMALL
from neurons.datasets.mnist_small import mnist_small_file
from neurons.pages import filled, head, licence_list
from neurons.web.classroom.page import classroom_page
from neurons.web.markdown import html_of
from neurons.web.site.lab import check_lab, write_lab
from neurons.web.site.notebook_pages import notebook_page, published, title_of
from neurons.web.site.reference import reference
from neurons.web.site.sample_class import sample_class
from neurons.web.wheel import WHEEL, neurons_wheel

HERE = Path(__file__).parent
ENTRIES = [  # of the line on top of each page
    ("index.html", "Start"),
    ("classroom.html", "Classroom"),
    ("xor.html", "XOR"),
    ("draw.html", "Draw a digit"),
    ("notebooks.html", "Notebooks"),
    ("first-lesson.html", "Your first lesson"),
    ("teachers.html", "For teachers"),
    ("reference.html", "Reference"),
]
MADE_WHEEL = "type `pip wheel . --no-deps` in the folder with the README of `neurons`"  # how a checkout has the wheel
SCRIPTS = "script-src 'unsafe-inline'"  # for pages that show an interactive output of a notebook


class Site:
    """The folder that is written, one file after the other."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder).expanduser()
        if self.folder.exists() and not self.folder.is_dir():
            raise FileError(f"{self.folder} is a file: name a folder, new or empty, for the site")
        if self.folder.is_dir() and any(self.folder.iterdir()) and not (self.folder / "reference.html").exists():
            raise FileError(f"{self.folder} holds other files: name a folder, new or empty, for the site")

    def write(self, name: str, content: str | bytes) -> None:
        """One file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def page(self, name: str, title: str, body: str, *scripts: str) -> None:
        """A page of text, with the line of links on top."""
        root = "../" * name.count("/")
        links = " ".join(
            f'<a href="{root}{target}"{" aria-current=page" if target == name else ""}>{html.escape(text)}</a>'
            for target, text in ENTRIES
        )
        style = "".join(path.read_text(encoding="utf-8") for path in (HERE.parent / "look.css", HERE / "site.css"))
        parts = {
            "HEAD": head(title, style, *scripts, "style-src 'unsafe-inline'", "img-src data:"),
            "LINKS": links,
            "BODY": within_reach(body),
            "ROOT": root,
            "VERSION": neurons.__version__,
        }
        self.write(name, filled((HERE / "shell.html").read_text(encoding="utf-8"), parts))


def write_site(
    folder: str | os.PathLike[str],
    *,
    notebooks: Iterable[Path],
    reader: Model,
    examples: Iterable[Path] = (),
    pyodide: str | None = None,
    mnist: bool = False,
    lab: bool = False,
) -> list[str]:
    """Write the site into `folder`, new or empty or written by this function; return the names of its files.

    `notebooks` are the notebooks and the teachers' README.md, `examples` the scripts: visitors get them with the wheel.
    `reader` is a model that reads digits. `mnist` publishes pictures of MNIST's digits, and a file with a tenth of
    them. `lab` adds JupyterLite. Raises `FileError` where the folder or Pyodide cannot be had.
    """
    if lab:
        check_lab()
    site = Site(folder)
    paths = sorted(notebooks)
    site.write("classroom.html", classroom_page(pyodide=pyodide))
    site.write("xor.html", xor_page())
    reader.draw_page(site.folder / "draw.html")
    site.page("index.html", "neurons", page_text("start.md"))
    site.page("first-lesson.html", "Your first lesson", page_text("first_lesson.md"))
    site.write("sample-class.zip", sample_class())
    books = {path.stem: published(path, mnist) for path in paths if path.suffix == ".ipynb"}
    write_notebooks(site, books, lab)
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths if path.name == "README.md"}
    for text in texts.values():
        site.page("teachers.html", "For teachers", teachers_text(text))
    shared = {f"notebooks/{name}": text.encode() for name, text in texts.items()}
    shared |= {f"notebooks/{name}.ipynb": notebook_bytes(book) for name, book in books.items()}
    shared |= {f"examples/{path.name}": path.read_bytes() for path in examples}
    site.write(WHEEL, neurons_wheel(shared=shared))
    site.page("reference.html", "Reference", reference())
    site.page("licences.html", "Licences", licences_text())
    small = {MNIST_SMALL: mnist_small_file()} if mnist else {}
    for name, content in small.items():
        site.write(f"notebooks/{name}", content)
    if lab:
        write_lab(site.folder / "lab", books, small, pyodide)
    return sorted(path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*") if path.is_file())


def xor_page() -> str:
    """The live page on XOR."""
    inputs, labels = datasets.xor()
    return Model.from_sizes([2, 4, 1], seed=3).page(inputs, labels, learning_rate=1.0).html()


def page_text(name: str) -> str:
    """One of our own texts as HTML."""
    text = (HERE / "pages" / name).read_text(encoding="utf-8")
    return html_of(filled(text, {"WHEEL": WHEEL}), escape=False)


def write_notebooks(site: Site, notebooks: dict[str, dict[str, Any]], lab: bool) -> None:
    """The notebooks to read, the notebooks themselves, and a page that lists them."""
    items = []
    for name, notebook in notebooks.items():
        page, has_scripts = notebook_page(notebook)
        title = title_of(notebook)
        links = f'<a href="{name}.ipynb" download>Download this notebook</a>'
        if lab:
            links += f' · <a href="../lab/lab/index.html?path={name}.ipynb">Run it here, in JupyterLite</a>'
        site.page(f"notebooks/{name}.html", title, f'<p class="soft">{links}</p>{page}', *[SCRIPTS] * has_scripts)
        site.write(f"notebooks/{name}.ipynb", notebook_bytes(notebook))
        items.append(f'<li><a href="notebooks/{name}.html">{html.escape(title)}</a></li>')
    what = "To read here, with what they print and draw" + (", or to run in the browser." if lab else ".")
    body = f"<h1>Notebooks</h1><p>{what}</p><ol>{''.join(items)}</ol>"
    site.page("notebooks.html", "Notebooks", body)


def notebook_bytes(notebook: dict[str, Any]) -> bytes:
    """A notebook as a file."""
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode()


def teachers_text(markdown: str) -> str:
    """The teachers' page; its links to notebooks lead to the pages, and `neurons` itself lies beside it."""

    def link(found: re.Match[str]) -> str:
        return f'<a href="notebooks/{found[1]}.html">{found[1].replace("_", "_<wbr>")}</a>'

    markdown = markdown.replace(MADE_WHEEL, f"download [{WHEEL}]({WHEEL})")
    return html_of(re.sub(r"`(\d\d_\w+)\.ipynb`", link, markdown), escape=False)


def licences_text() -> str:
    """The licences of what the site carries."""
    texts = {"neurons": (HERE.parent / "licences" / "neurons.txt").read_text(encoding="utf-8")}
    note = '<p>The classroom carries more than neurons: its own list is under "About" there.</p>'
    return "<h1>Licences</h1>" + licence_list(texts) + note


def within_reach(body: str) -> str:
    """Headings get names, for links; what may have to be scrolled can be reached by keyboard; no heading is empty."""
    used: set[str] = set()

    def named(found: re.Match[str]) -> str:
        name = re.sub(r"[^a-z0-9]+", "-", re.sub(r"<[^>]+>|&\w+;", "", found[2]).lower()).strip("-")
        if not name or name in used:
            return found[0]
        used.add(name)
        return f'<h{found[1]} id="{name}">{found[2]}</h{found[1]}>'

    body = re.sub(r"<h([23])>(.*?)</h\1>", named, body)
    return body.replace("<pre>", '<pre tabindex="0">').replace("<th></th>", "<td></td>")
