"""A notebook as a page to read: its texts, its code, and its outputs folded away until somebody asks for them."""

import html
import json
import re
from pathlib import Path
from typing import Any

from neurons.web.markdown import html_of

MNIST = re.compile(r"\bmnist\(")  # a notebook that reads MNIST shows pictures of it
NO_PICTURE = "A picture with digits of MNIST, which this site does not publish: run the notebook to see it."
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def notebook_page(path: Path, mnist: bool = False) -> tuple[str, bool]:
    """(the body of the page, whether one of its outputs is interactive); `mnist` shows pictures of MNIST's digits."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    shows_mnist = any(MNIST.search(text_of(cell["source"])) for cell in cells)
    pieces = []
    for cell in cells:
        source = text_of(cell["source"])
        if cell["cell_type"] == "markdown":
            pieces.append(html_of(source, escape=False))
        elif cell["cell_type"] == "code" and source.strip():
            outputs = "".join(output_html(output, mnist or not shows_mnist) for output in cell.get("outputs", []))
            folded = f'<details class="output"><summary>What it prints</summary>{outputs}</details>' if outputs else ""
            pieces.append(f'<div class="cell"><pre tabindex="0"><code>{html.escape(source)}</code></pre>{folded}</div>')
    body = "\n".join(pieces)
    return body, "<iframe" in body


def title_of(path: Path) -> str:
    """The first heading of a notebook."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        found = re.search(r"^#+ (.+)", text_of(cell["source"]), re.MULTILINE)
        if cell["cell_type"] == "markdown" and found:
            return found[1]
    return path.stem.replace("_", " ")


def text_of(source: Any) -> str:
    """A text of a notebook: it may be a list of lines."""
    return source if isinstance(source, str) else "".join(source)


def output_html(output: dict[str, Any], pictures: bool) -> str:
    """One output: a picture, a table or page of HTML, or text."""
    data = output.get("data", {})
    if "image/png" in data:
        if not pictures:
            return f'<p class="soft">{NO_PICTURE}</p>'
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
