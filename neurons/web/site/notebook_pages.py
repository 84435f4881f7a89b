"""A notebook as a page to read: its texts, its code, and its outputs folded away until the reader opens them."""

import html
import json
import re
from pathlib import Path
from typing import Any

from neurons.web.markdown import html_of
from neurons.web.wheel import WHEEL

MNIST = re.compile(r"\bmnist\(")  # a notebook that reads MNIST shows pictures of it
NO_PICTURE = "A picture with digits of MNIST, which this site does not publish: run the notebook to see it."
IN_A_CHECKOUT = (  # how a notebook says that it is run; who has it from the site has no checkout
    "open a terminal in the folder with the README of `neurons`. Type `pip install -e . jupyterlab`, then"
    " `jupyter lab`."
)
FROM_THE_SITE = (
    f"download it and [{WHEEL}](../{WHEEL}). Open a terminal in the folder with the two files. Type"
    f" `pip install {WHEEL} jupyterlab`, then `jupyter lab`."
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def published(path: Path, mnist: bool = False) -> dict[str, Any]:
    """A notebook as the site has it: with the site's `neurons`, and no pictures of MNIST unless `mnist` says so."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"]
    for cell in cells:
        if cell["cell_type"] == "markdown":
            cell["source"] = text_of(cell["source"]).replace(IN_A_CHECKOUT, FROM_THE_SITE)
    if not mnist and any(MNIST.search(text_of(cell["source"])) for cell in cells):
        for cell in (cell for cell in cells if cell["cell_type"] == "code"):
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": NO_PICTURE + "\n"}
                if "image/png" in output.get("data", {})
                else output
                for output in cell["outputs"]
            ]
    return notebook


def notebook_page(notebook: dict[str, Any]) -> tuple[str, bool]:
    """(the body of the page, whether one of its outputs is interactive)."""
    pieces = []
    for cell in notebook["cells"]:
        source = text_of(cell["source"])
        if cell["cell_type"] == "markdown":
            pieces.append(html_of(source, escape=False))
        elif cell["cell_type"] == "code" and source.strip():
            outputs = "".join(map(output_html, cell["outputs"]))
            folded = f'<details class="output"><summary>What it shows</summary>{outputs}</details>' if outputs else ""
            pieces.append(f'<div class="cell"><pre tabindex="0"><code>{html.escape(source)}</code></pre>{folded}</div>')
    body = "\n".join(pieces)
    return body, "<iframe" in body


def title_of(notebook: dict[str, Any]) -> str:
    """The first heading of a notebook."""
    texts = [text_of(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    found = re.search(r"^#+ (.+)", "\n\n".join(texts), re.MULTILINE)
    return found[1] if found else "A notebook"


def text_of(source: Any) -> str:
    """A text of a notebook: it may be a list of lines."""
    return source if isinstance(source, str) else "".join(source)


def output_html(output: dict[str, Any]) -> str:
    """One output: a picture, a table or page of HTML, or text."""
    data = output.get("data", {})
    if "image/png" in data:
        words = html.escape(text_of(data.get("text/plain", "a picture")), quote=True)
        picture = "".join(text_of(data["image/png"]).split())
        return f'<p class="shown"><img src="data:image/png;base64,{picture}" alt="{words}"></p>'
    if "text/html" in data:
        return f'<div class="shown">{text_of(data["text/html"])}</div>'
    if output["output_type"] == "error":
        text = "\n".join(output["traceback"])
    else:
        text = text_of(output.get("text", data.get("text/plain", "")))
    return f'<pre tabindex="0">{html.escape(ANSI.sub("", text))}</pre>' if text.strip() else ""
